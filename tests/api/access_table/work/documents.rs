//! A document of a member whom the target's unit has.

use std::sync::atomic::{AtomicU32, Ordering};

use guiyan::access::{Operation, Role, Row, Side};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;

use super::super::{Maker, Target};
use crate::support::Person;

static PEOPLE: AtomicU32 = AtomicU32::new(20_000);

/// A document with a file; for the row that enters one, the member who writes it.
pub(super) async fn record(maker: &Maker<'_>, row: &Row, target: &Target) -> String {
    let member = writer(maker, target).await;
    if row.operation == Operation::CreateDocument {
        return member;
    }
    let desk = maker.desk(target);
    let file = Part::bytes("如实汇报".as_bytes().to_vec());
    let form = Form::new().part("file", file).text("name", "小结.txt");
    let file = desk.send(desk.request(Method::POST, "/attachments").multipart(form)).await.is(201).text("id");
    let paper = json!({"member_id": member, "kind": "summary", "attachment_id": file});
    desk.post("/documents", paper).await.is(201).text("id")
}

/// The member concerned; a department's own is somebody who stays with a unit below it.
async fn writer(maker: &Maker<'_>, target: &Target) -> String {
    let half = &maker.half;
    if target.unit != half.department {
        return target.member.clone();
    }
    let person = Person::nth(PEOPLE.fetch_add(1, Ordering::Relaxed));
    let filing = json!({
        "filed_by": "home", "home_unit_id": half.home, "host_unit_id": half.home_committee, "flow_reason": "employment",
        "started_on": "2026-03-01", "person": person.json(), "consent": {"version": "1", "given_on": "2026-11-01"}
    });
    let filed = maker.department.post("/registrations", filing).await.is(201).json;
    let host = half.officer(maker.app, Role::CommitteeOfficer, Side::Home).await;
    let id = filed["id"].as_str().expect("an id");
    host.post(&format!("/registrations/{id}/accept"), json!({})).await.is(200);
    filed["member_id"].as_str().expect("a member").to_owned()
}

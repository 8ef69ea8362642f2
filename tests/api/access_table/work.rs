//! The records of the units' work that the walk meets: how one is made, and what is sent about it.

mod care;
mod documents;
mod line;

pub(super) use line::sent_by;

use guiyan::access::{Operation, Row};
use serde_json::{Value, json};

use super::{Maker, Target};
use crate::support::TestApp;

/// The id of a record of the row's feature that belongs to the target's unit, made by whoever keeps its records
/// (`maker.desk(target)`); empty where the row is about none.
pub(super) async fn record(maker: &Maker<'_>, row: &Row, target: &Target) -> String {
    let of_whom = row.path.strip_prefix("/me").filter(|rest| rest.starts_with('/')).unwrap_or(row.path);
    let path = format!("/{}", of_whom.split('/').nth(1).unwrap_or_default());
    let (desk, new) = match path.as_str() {
        // What has ended already is in no other's way.
        "/posts" => (maker.desk(target), ended(post(target))),
        "/contact-points" => {
            let (leader, above, below) = match target.unit == maker.half.department {
                true => (&maker.department, &maker.half.department, &maker.half.home_committee),
                false => (&maker.committee, &maker.half.committee, &maker.half.host),
            };
            let mut held = post(target);
            held["unit_id"] = json!(above);
            leader.post("/posts", held).await;
            (leader, ended(json!({"member_id": target.member, "unit_id": below, "from": "2026-11-01"})))
        }
        "/recruits" => (maker.desk(target), recruit(target)),
        "/censuses" => match target.unit == maker.half.department {
            true => (&maker.department, census(&maker.half.department)),
            false => (&maker.committee, census(&maker.half.committee)),
        },
        "/elections" => return election(maker, target).await,
        "/plans" => return plans(maker, target).await,
        "/documents" => return documents::record(maker, row, target).await,
        "/talks" | "/opinions" | "/pairings" | "/cases" | "/aid" => return care::record(maker, &path, target).await,
        _ => return line::record(maker, row, target).await,
    };
    desk.post(&path, new).await.is(201).text("id")
}

/// What a body says to be about the target and its record; `None` where the path says all.
pub(super) fn body(operation: Operation, target: &Target, _app: &TestApp) -> Option<Value> {
    use Operation as O;
    Some(match operation {
        O::CreatePost => post(target),
        O::CreateContactPoint => json!({"member_id": target.member, "unit_id": target.unit, "from": "2026-11-01"}),
        O::EndPost | O::EndContactPoint => json!({}),
        O::CreateRecruit => recruit(target),
        O::AdvanceRecruit => json!({"to": "activist"}),
        O::StopRecruit => json!({"reason": "as the walk asks"}),
        O::EnrolRecruit => json!({"member_id": target.member}),
        O::CreateElection => json!({"unit_id": target.unit, "due_on": "2026-12-31"}),
        O::AskElectionApproval | O::ApproveElectionHolding | O::ApproveElection => json!({}),
        O::SendElectionBack | O::WithdrawElection => json!({"reason": "as the walk asks"}),
        O::NominateCandidates => json!({"candidates": [{"post": "secretary", "name": "张三"}]}),
        O::HoldElection => json!({"event_id": target.event, "electors_expected": 5}),
        O::RecordElectionResult => {
            json!({"elected": [{"post": "secretary", "name": "张三", "votes": 5}], "ballots_given": 5, "ballots_returned": 5})
        }
        O::CreateCensus => census(&target.unit),
        O::AnswerCensusUnit | O::AnswerCensusMember => json!({"able": true}),
        O::AnswerCensusRest | O::CloseCensus => json!({}),
        O::CreatePlan => plan(target),
        O::UpdatePlan => json!({"title": "学习计划（二）"}),
        O::StartPlan | O::ClosePlan => json!({}),
        O::CreateMyDocument => json!({"kind": "summary", "text": "如实汇报"}),
        O::CreateDocument => json!({"member_id": target.record, "kind": "summary", "stated_length": 800}),
        O::ReturnDocument => json!({"remark": "as the walk asks"}),
        O::ReviseDocument => json!({"text": "修改后的汇报"}),
        O::AcceptDocument | O::WithdrawDocument => json!({}),
        other => return care::body(other, target).or_else(|| line::body(other, target)),
    })
}

fn post(target: &Target) -> Value {
    json!({"unit_id": target.unit, "member_id": target.member, "kind": "organiser", "from": "2026-11-01"})
}

fn ended(mut held: Value) -> Value {
    held["until"] = json!("2026-11-20");
    held
}

fn census(unit: &str) -> Value {
    json!({"unit_id": unit, "title": "摸排", "as_of": "2026-11-23", "due_on": "2026-12-01"})
}

fn recruit(target: &Target) -> Value {
    json!({"unit_id": target.unit, "name": "张三", "stages": [{"stage": "applicant", "on": "2026-11-01"}]})
}

/// The open election of the target's unit, or of one below a department: it has one at most.
async fn election(maker: &Maker<'_>, target: &Target) -> String {
    let (desk, unit) = match target.unit == maker.half.department {
        true => (&maker.department, &maker.half.home_committee),
        false => (maker.desk(target), &target.unit),
    };
    desk.post("/elections", json!({"unit_id": unit, "due_on": "2026-12-31"})).await;
    let open = "opened,approval_asked,approved_to_hold,candidates,meeting,result";
    let listed = desk.get(&format!("/elections?unit_id={unit}&state={open}")).await.ok();
    let own = listed["items"].as_array().expect("items").iter().find(|line| line["unit"]["id"] == unit.as_str());
    own.expect("an open election")["id"].as_str().expect("an id").to_owned()
}

fn plan(target: &Target) -> Value {
    json!({
        "unit_id": target.unit, "title": "学习计划",
        "phases": [{"name": "学习", "from": "2026-11-01", "to": "2026-12-31"}],
        "targets": [{"category": "all", "measure": "sessions", "least": 4}]
    })
}

/// One that runs, so that all who may read it see it.
async fn plans(maker: &Maker<'_>, target: &Target) -> String {
    let id = maker.desk(target).post("/plans", plan(target)).await.is(201).text("id");
    maker.desk(target).post(&format!("/plans/{id}/start"), json!({})).await.is(200);
    id
}

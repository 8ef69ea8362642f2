//! Records of what goes up and down the line: supervision, submissions, bulletins, commendations.

use guiyan::{
    access::{Operation, Role, Row},
    auth::tokens::Subject,
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::{Maker, Target};
use crate::support::User;

/// As in [`super::record`].
pub(super) async fn record(maker: &Maker<'_>, row: &Row, target: &Target) -> String {
    use Operation as O;
    match row.path.split('/').nth(1).unwrap_or_default() {
        "bulletins" => {
            let desk = maker.desk(target);
            let id = desk.post("/bulletins", bulletin(target)).await.is(201).text("id");
            if !matches!(row.operation, O::UpdateBulletin | O::DiscardBulletin | O::PublishBulletin) {
                desk.post(&format!("/bulletins/{id}/publish"), json!({})).await.is(200);
            }
            id
        }
        "submissions" => submission(maker, row, target).await,
        "supervision-groups" if row.operation != O::ListSupervisionCandidates => group(maker, target).await.0,
        "visits" => {
            let (group, visitor, unit) = group(maker, target).await;
            visitor.post("/visits", visit(&group, &unit)).await.is(201).text("id")
        }
        "commendations" => {
            // By the unit below: the level above confirms.
            let (desk, unit) = below(maker, target);
            let id = desk.post("/commendations", nomination(unit, target)).await.is(201).text("id");
            if row.operation == O::PublishCommendation {
                let confirmation = json!({"citation": "as the walk asks"});
                let leader = if desk_is_department(maker, target) { &maker.department } else { &maker.committee };
                leader.post(&format!("/commendations/{id}/confirm"), confirmation).await.is(200);
            }
            id
        }
        _ => String::new(),
    }
}

/// As in [`super::body`].
pub(super) fn body(operation: Operation, target: &Target) -> Option<Value> {
    use Operation as O;
    Some(match operation {
        O::CreateBulletin => bulletin(target),
        O::PreviewBulletin => json!({"body": "as the walk asks"}),
        O::UpdateBulletin => json!({"title": "as the walk asks"}),
        O::TakeBackBulletin => json!({"reason": "as the walk asks"}),
        O::CreateSupervisionGroup => new_group(&target.unit, &target.account, &target.unit),
        O::UpdateSupervisionGroup => json!({"name": "as the walk asks"}),
        O::EndSupervisionGroup | O::CloseVisit => json!({}),
        O::CreateVisit => visit(&target.record, &target.unit),
        O::AnswerFinding => json!({"finding": 1, "answer": "as the walk asks"}),
        O::CreateSubmission => request(&target.unit),
        O::UpdateSubmission => json!({"title": "as the walk asks"}),
        O::SendSubmission | O::AcknowledgeSubmission => json!({}),
        O::AnswerSubmission => json!({"granted": "yes", "answer": "as the walk asks"}),
        O::CreateCommendation => nomination(&target.unit, target),
        O::ConfirmCommendation => json!({"citation": "as the walk asks"}),
        O::RefuseCommendation | O::WithdrawCommendation => json!({"reason": "as the walk asks"}),
        O::PublishCommendation | O::DeclineCommendation => json!({}),
        _ => return None,
    })
}

fn request(unit: &str) -> Value {
    json!({"unit_id": unit, "kind": "request", "title": "请示", "body": "正文"})
}

fn nomination(unit: &str, target: &Target) -> Value {
    json!({"unit_id": unit, "member_id": target.member, "title": "good_member", "reason": "as the walk asks"})
}

fn desk_is_department(maker: &Maker<'_>, target: &Target) -> bool {
    target.unit == maker.half.department
}

/// A unit below the target's, where there is one, and who keeps its records.
fn below<'m, 'a>(maker: &'m Maker<'a>, target: &Target) -> (&'m User<'a>, &'m str) {
    match desk_is_department(maker, target) {
        true => (&maker.department, &maker.half.home_committee),
        false => (&maker.secretary, &maker.half.host),
    }
}

/// A submission within reach of the target's unit. What only the superior does is done with one that goes to that unit.
async fn submission(maker: &Maker<'_>, row: &Row, target: &Target) -> String {
    use Operation as O;
    let (desk, mut unit) = below(maker, target);
    let group;
    if target.unit == unit && matches!(row.operation, O::AnswerSubmission | O::AcknowledgeSubmission) {
        let new = json!({"kind": "group", "name": "小组", "parent_id": unit});
        group = maker.root.post("/units", new).await.is(201).text("id");
        unit = &group;
    }
    let mut new = request(unit);
    if row.operation == O::AcknowledgeSubmission {
        new["kind"] = json!("report");
    }
    if row.operation == O::GetSubmissionFile {
        let form = Form::new().part("file", Part::bytes(b"text".to_vec())).text("name", "a.txt");
        let file = desk.send(desk.request(Method::POST, "/attachments").multipart(form)).await.is(201).text("id");
        new["attachments"] = json!([file]);
    }
    let made = desk.post("/submissions", new).await.is(201);
    let id = made.text("id");
    if !matches!(row.operation, O::UpdateSubmission | O::DiscardSubmission | O::SendSubmission) {
        desk.post(&format!("/submissions/{id}/send"), json!({})).await.is(200);
    }
    match made.json["attachments"][0]["id"].as_str() {
        // The walk puts it into the place of {id}.
        Some(file) => format!("{id}/attachments/{file}"),
        None => id,
    }
}

fn bulletin(target: &Target) -> Value {
    json!({"unit_id": target.unit, "kind": "bulletin", "title": "简报", "body": "正文"})
}

fn new_group(unit: &str, account: &str, assigned: &str) -> Value {
    json!({
        "unit_id": unit, "kind": "supervision_group", "name": "第一督导组", "members": [account], "units": [assigned],
        "until": "2026-12-31"
    })
}

fn visit(group: &str, unit: &str) -> Value {
    let findings = json!([{"kind": "problem", "text": "as the walk asks"}]);
    json!({"group_id": group, "unit_id": unit, "visited_on": "2026-11-23", "findings": findings})
}

/// A group that the target's side sends to a unit at or below the target's, one of it, and that unit.
async fn group<'a>(maker: &Maker<'a>, target: &Target) -> (String, User<'a>, String) {
    let half = &maker.half;
    let (leader, top, role, assigned) = match desk_is_department(maker, target) {
        true => (&maker.department, &half.department, Role::CommitteeOfficer, &half.home_committee),
        false => (&maker.committee, &half.committee, Role::BranchSecretary, &half.host),
    };
    let visitor = maker.app.officer(role, Some(assigned)).await;
    let Some(Subject::Account(account)) = visitor.subject else { panic!("an officer") };
    let id =
        leader.post("/supervision-groups", new_group(top, &account.to_string(), assigned)).await.is(201).text("id");
    (id, visitor, assigned.clone())
}

/// One of a group that a department or a committee sends to all below it.
pub(in super::super) async fn sent_by<'a>(maker: &Maker<'a>, lender: Role) -> User<'a> {
    let (leader, top) = match lender {
        Role::DepartmentOfficer => (&maker.department, &maker.half.department),
        _ => (&maker.committee, &maker.half.committee),
    };
    let new = json!({"kind": "branch", "name": "新支部", "parent_id": top});
    let place = maker.root.post("/units", new).await.is(201).text("id");
    // What the account is by itself reaches none of the records, and no row that is closed to the group.
    let visitor = maker.app.officer(Role::LiaisonOfficer, Some(&place)).await;
    let Some(Subject::Account(account)) = visitor.subject else { panic!("an officer") };
    leader.post("/supervision-groups", new_group(top, &account.to_string(), top)).await.is(201);
    visitor
}

//! Talks, opinions and help of the target's unit.

use guiyan::access::Operation;
use serde_json::{Value, json};

use super::super::{Maker, Target};

/// A record of this kind, about the target's member.
pub(super) async fn record(maker: &Maker<'_>, path: &str, target: &Target) -> String {
    let new = match path {
        "/talks" => talk(target),
        "/opinions" => opinion(target),
        "/pairings" => pairing(target),
        "/cases" => case(target),
        // Aid within a pair, which leads to the member.
        _ => {
            let pair = maker.desk(target).post("/pairings", pairing(target)).await.is(201).text("id");
            let mut aid = aid(target);
            aid["pair_id"] = json!(pair);
            aid
        }
    };
    maker.desk(target).post(path, new).await.is(201).text("id")
}

/// What a body says about the target and its record.
pub(super) fn body(operation: Operation, target: &Target) -> Option<Value> {
    use Operation as O;
    Some(match operation {
        O::CreateTalk => talk(target),
        O::VoidTalk | O::VoidPairing | O::VoidCase | O::VoidAid => json!({"reason": "as the walk asks"}),
        O::CreateOpinion => opinion(target),
        O::SortOpinion => json!({"topic": "style"}),
        O::DisposeOpinion => json!({"disposition": "at_once"}),
        O::NoteOpinion => json!({"text": "as the walk asks"}),
        O::FinishOpinion => json!({"result": "as the walk asks"}),
        O::CreatePairing => pairing(target),
        O::EndPairing => json!({}),
        O::CreateCase => case(target),
        O::SolveCase => json!({"how": "as the walk asks"}),
        O::CreateAid => aid(target),
        O::CreateMyOpinion => json!({"unit_id": target.unit, "text": "会开得太长", "named": true}),
        _ => return None,
    })
}

fn talk(target: &Target) -> Value {
    json!({
        "unit_id": target.unit, "talker_post": "支部书记", "held_on": "2026-11-20", "mode": "one_to_one",
        "with": [target.member], "topics": ["thoughts"], "follow_up": {"what": "看望", "due_on": "2026-12-01"}
    })
}

fn opinion(target: &Target) -> Value {
    json!({
        "unit_id": target.unit, "source": "interview", "text": "会开得太长", "topic": "style",
        "named_member_id": target.member
    })
}

fn pairing(target: &Target) -> Value {
    json!({
        "unit_id": target.unit, "helper_unit_id": target.unit, "helped_id": target.member, "since": "2026-11-01"
    })
}

fn case(target: &Target) -> Value {
    json!({
        "unit_id": target.unit, "member_id": target.member, "about": "housing", "note": "租房到期",
        "opened_on": "2026-11-01"
    })
}

fn aid(target: &Target) -> Value {
    json!({"unit_id": target.unit, "given_on": "2026-11-01", "kind": "money", "amount_fen": 50_000})
}

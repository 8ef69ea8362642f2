//! From the application to full membership: one stage after the other, each with its day.

use guiyan::{
    clock::Period,
    ids::UnitId,
    recruits::{self, RecruitFigures},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn items(user: &User<'_>, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["items"].as_array().expect("items").clone()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> RecruitFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    recruits::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

/// A probationary member at the host branch.
async fn probationary(world: &World<'_>, n: u32) -> String {
    let mut filing = world.filing(&Person::nth(n));
    filing["person"]["membership"] = json!("probationary");
    let id = text(&world.secretary.post("/registrations", filing).await.is(201).json, "id");
    text(&world.department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.ok(), "member_id")
}

on_both!(a_recruit_comes_to_full_membership_stage_by_stage, |app| {
    let world = World::build(&app).await;
    let new = json!({"unit_id": world.host, "name": "钱进步", "stages": [{"stage": "applicant", "on": "2024-01-10"}]});
    let recruit = world.secretary.post("/recruits", new).await.is(201).json;
    assert_eq!(
        (&recruit["name"], &recruit["stage"], &recruit["next"], &recruit["actions"], &recruit["member_id"]),
        (&json!("钱进步"), &json!("applicant"), &json!("activist"), &json!(["advance", "stop"]), &json!(null))
    );
    let path = format!("/recruits/{}", text(&recruit, "id"));
    let advance = format!("{path}/advance");
    // None is left out, none comes before the one before, none lies ahead.
    world.secretary.post(&advance, json!({"to": "candidate"})).await.problem(409, "wrong_state");
    for on in ["2024-01-09", "2026-11-24"] {
        let answer = world.secretary.post(&advance, json!({"to": "activist", "on": on})).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/on"], "{on}");
    }
    let activist = world.secretary.post(&advance, json!({"to": "activist", "on": "2024-06-01"})).await.ok();
    assert_eq!((&activist["stage"], &activist["next_from"]), (&json!("activist"), &json!("2025-06-01")));
    world.secretary.post(&advance, json!({"to": "activist"})).await.problem(409, "wrong_state");
    world.secretary.post(&advance, json!({"to": "candidate", "on": "2025-06-10"})).await.ok();
    let enrol = format!("{path}/enrol");
    let member = probationary(&world, 1).await;
    world.secretary.post(&enrol, json!({"member_id": member})).await.problem(409, "wrong_state");
    let now = world.committee_officer.post(&advance, json!({"to": "probationary", "on": "2025-11-01"})).await.ok();
    assert_eq!(now["actions"], json!(["advance", "stop", "enrol"]));

    // The record of the member takes over the name; whoever becomes full here is full there.
    let stranger = text(&world.registered_elsewhere(2).await, "member_id");
    let answer = world.secretary.post(&enrol, json!({"member_id": stranger})).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/member_id"]);
    let enrolled = world.secretary.post(&enrol, json!({"member_id": member})).await.ok();
    assert_eq!((&enrolled["name"], &enrolled["member_id"]), (&json!(Person::nth(1).name), &json!(member)));
    world.secretary.post(&enrol, json!({"member_id": member})).await.problem(409, "wrong_state");
    let membership = async || world.secretary.get(&format!("/members/{member}")).await.ok()["membership"].clone();
    assert_eq!(membership().await, "probationary");
    let full = world.secretary.post(&advance, json!({"to": "full"})).await.ok();
    assert_eq!((&full["stage_on"], &full["next"], &full["actions"]), (&json!("2026-11-23"), &json!(null), &json!([])));
    assert_eq!(membership().await, "full");
    let stages: Vec<Value> = full["stages"].as_array().expect("stages").iter().map(|s| s["on"].clone()).collect();
    assert_eq!(stages, ["2024-01-10", "2024-06-01", "2025-06-10", "2025-11-01", "2026-11-23"]);
    for step in ["advance", "stop"] {
        let body = json!({"to": "ended", "reason": "x"});
        world.secretary.post(&format!("{path}/{step}"), body).await.problem(409, "wrong_state");
    }
});

on_both!(a_recruit_is_known_to_the_unit_and_those_above_alone, |app| {
    let world = World::build(&app).await;
    let new = json!({"unit_id": world.host, "name": "钱进步", "stages": [{"stage": "activist", "on": "2026-01-10"}]});
    world.other_secretary.post("/recruits", new.clone()).await.problem(404, "not_found");
    world.supervisor.post("/recruits", new.clone()).await.problem(403, "not_allowed");
    let recruit = text(&world.secretary.post("/recruits", new).await.is(201).json, "id");
    let path = format!("/recruits/{recruit}");
    assert_eq!(world.committee_officer.get(&path).await.ok()["actions"], json!(["advance", "stop"]));
    assert_eq!(world.supervisor.get(&path).await.ok()["actions"], json!([]));
    for stranger in [&world.other_secretary, &world.department_officer] {
        stranger.get(&path).await.problem(404, "not_found");
        stranger.post(&format!("{path}/stop"), json!({"reason": "x"})).await.problem(404, "not_found");
        assert_eq!(items(stranger, "/recruits").await, Vec::<Value>::new());
    }
    let ended = world.secretary.post(&format!("{path}/stop"), json!({"reason": "本人提出"})).await.ok();
    assert_eq!(
        (&ended["stage"], &ended["reason"], &ended["actions"]),
        (&json!("ended"), &json!("本人提出"), &json!([]))
    );
    world.secretary.post(&format!("{path}/advance"), json!({"to": "candidate"})).await.problem(409, "wrong_state");
    let listed = items(&world.secretary, "/recruits?stage=ended,full").await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(recruit)));
    assert_eq!(items(&world.secretary, "/recruits?stage=applicant").await, Vec::<Value>::new());
});

on_both!(every_bad_field_of_a_recruit_is_named, |app| {
    let world = World::build(&app).await;
    let member = probationary(&world, 1).await;
    let stage = |stage: &str, on: &str| json!({"stage": stage, "on": on});
    for (body, bad) in [
        (json!({}), vec!["/stages", "/unit_id"]),
        (json!({"unit_id": world.host, "stages": []}), vec!["/name", "/stages"]),
        (
            json!({"unit_id": world.host, "name": "钱", "member_id": member, "stages": [stage("applicant", "2026-01-01")]}),
            vec!["/member_id", "/name"],
        ),
        (
            json!({"unit_id": world.host, "name": "钱", "stages": [stage("activist", "2026-01-01"), stage("full", "2025-01-01")]}),
            vec!["/stages/1/on", "/stages/1/stage"],
        ),
        (
            json!({"unit_id": world.host, "name": "1234", "stages": [stage("king", "2026-01-32")]}),
            vec!["/name", "/stages/0/on", "/stages/0/stage"],
        ),
    ] {
        let answer = world.secretary.post("/recruits", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    // A probationary member who came from elsewhere may be entered at that stage, once.
    let known = json!({"unit_id": world.host, "member_id": member, "stages": [stage("probationary", "2026-01-01")]});
    world.secretary.post("/recruits", known.clone()).await.is(201);
    world.secretary.post("/recruits", known).await.problem(409, "wrong_state");
});

on_both!(the_figures_are_the_lists, |app| {
    let world = World::build(&app).await;
    let stage = |stage: &str, on: &str| json!({"stage": stage, "on": on});
    for (unit, name, stages) in [
        (&world.host, "甲", json!([stage("candidate", "2025-06-01"), stage("probationary", "2026-01-01")])),
        (&world.other_host, "乙", json!([stage("probationary", "2025-12-31"), stage("full", "2026-11-01")])),
        (&world.general_branch, "丙", json!([stage("applicant", "2026-03-01")])),
        (&world.host, "丁", json!([stage("applicant", "2026-03-01"), stage("activist", "2026-04-01")])),
    ] {
        let body = json!({"unit_id": unit, "name": name, "stages": stages});
        world.committee_officer.post("/recruits", body).await.is(201);
    }
    for (unit, from, to) in [
        (&world.committee, "2026-01-01", "2026-12-31"),
        (&world.committee, "2025-01-01", "2025-12-31"),
        (&world.host, "2026-01-01", "2026-01-01"),
        (&world.host, "2026-01-02", "2026-12-31"),
    ] {
        let count = async |reached: &str| {
            let path = format!("/recruits?unit_id={unit}&from={from}&to={to}&reached={reached}");
            items(&world.committee_officer, &path).await.len() as i64
        };
        let expected = RecruitFigures {
            applicants: count("applicant").await,
            probationary: count("probationary").await,
            full: count("full").await,
        };
        assert_eq!(figures(&app, unit, from, to).await, expected, "{unit} {from} {to}");
    }
    let year = figures(&app, &world.committee, "2026-01-01", "2026-12-31").await;
    assert_eq!(year, RecruitFigures { applicants: 2, probationary: 1, full: 1 });
    let answer = world.secretary.get("/recruits?from=2026-02-01&to=2026-01-01").await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["?to"]);
});

//! Elections at the end of a term: due and overdue, step by step with the unit above, the quorum, the result and what it changes.

use guiyan::{
    clock::Period,
    elections::{self, ElectionFigures},
    ids::UnitId,
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Person, TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn items(user: &User<'_>, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["items"].as_array().expect("items").clone()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> ElectionFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    elections::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

async fn term(world: &World<'_>, unit: &str, started_on: &str) {
    let term = json!({"term": {"started_on": started_on, "years": 3}});
    world.admin.patch(&format!("/units/{unit}"), term).await.is(200);
}

/// An election meeting that is open now.
async fn meeting(officer: &User<'_>, app: &TestApp, unit: &str, kind: &str) -> String {
    let now = app.now();
    let body = json!({
        "unit_id": unit, "kind": kind, "title": "换届大会", "starts_at": now.plus_seconds(-600),
        "ends_at": now.plus_seconds(6600), "audience": "open",
        "check_in": {"opens_at": now.plus_seconds(-1800), "closes_at": now.plus_seconds(7200)}
    });
    officer.post("/events", body).await.is(201).text("id")
}

async fn scan(officer: &User<'_>, app: &TestApp, event: &str, member: &str) {
    let item = json!({
        "id": uuid::Uuid::new_v4().to_string(), "event_id": event, "occurred_at": app.now(), "method": "manual",
        "member_id": member, "note": "到会"
    });
    let answer = officer.post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(answer["items"][0]["verdict"], "accepted", "{answer}");
}

/// The home branch's election, as far as its candidates; the path and the members who stand.
async fn with_candidates(world: &World<'_>) -> (String, Vec<String>) {
    let mut members = Vec::new();
    for n in 1..=4 {
        members.push(text(&world.registered(n).await, "member_id"));
    }
    let new = json!({"unit_id": world.home, "due_on": "2026-12-31"});
    let election = world.home_secretary.post("/elections", new).await.is(201).json;
    let path = format!("/elections/{}", text(&election, "id"));
    world.home_secretary.post(&format!("{path}/ask_approval"), json!({})).await.is(200);
    world.department_officer.post(&format!("{path}/approve_holding"), json!({})).await.is(200);
    let nomination = json!({
        "seats": [{"post": "organiser", "seats": 1}],
        "candidates": [
            {"post": "secretary", "member_id": members[0]}, {"post": "organiser", "member_id": members[1]},
            {"post": "organiser", "name": "在家的党员"}
        ]
    });
    let shown = world.home_secretary.post(&format!("{path}/nominate"), nomination).await.is(200).json;
    assert_eq!(
        shown["seats"],
        json!([
            {"post": "secretary", "seats": 1, "candidates": 1, "more_candidates": false},
            {"post": "organiser", "seats": 1, "candidates": 2, "more_candidates": true}
        ])
    );
    (path, members)
}

async fn step(user: &User<'_>, path: &str, name: &str, body: Value) -> Answer {
    user.post(&format!("{path}/{name}"), body).await
}

on_both!(an_election_goes_from_the_first_question_to_the_new_term, |app| {
    let world = World::build(&app).await;
    term(&world, &world.home, "2023-12-31").await;
    let (path, members) = with_candidates(&world).await;
    let old = json!({"unit_id": world.home, "member_id": members[3], "kind": "secretary", "from": "2023-12-31"});
    let old = world.home_secretary.post("/posts", old).await.is(201).text("id");
    let (desk, above) = (&world.home_secretary, &world.department_officer);

    let event = meeting(&world.home_secretary, &app, &world.home, "election").await;
    let hold = json!({"event_id": event, "electors_expected": 6, "present_on_paper": 3});
    let held = step(desk, &path, "hold", hold.clone()).await.is(200).json;
    let quorum = &held["quorum"];
    assert_eq!((&quorum["needed"], &quorum["present"], &quorum["reached"]), (&json!(5), &json!(3), &json!(false)));

    // A result needs four fifths; who is scanned now counts at once, live.
    let result = json!({
        "elected": [
            {"post": "secretary", "member_id": members[0], "votes": 5, "dual_title": "厂长"},
            {"post": "organiser", "name": "在家的党员", "votes": 2}
        ],
        "ballots_given": 5, "ballots_returned": 5
    });
    step(desk, &path, "record_result", result.clone()).await.problem(409, "wrong_state");
    for member in &members[..2] {
        scan(desk, &app, &event, member).await;
    }
    let live = desk.get(&path).await.ok();
    let quorum = &live["quorum"];
    assert_eq!(
        (&quorum["present_scanned"], &quorum["present_on_paper"], &quorum["present"], &quorum["reached"]),
        (&json!(2), &json!(3), &json!(5), &json!(true))
    );
    let voices: Vec<&Value> = quorum["attending"].as_array().expect("a list").iter().map(|one| &one["voice"]).collect();
    assert_eq!(voices, ["elector", "elector"]);
    for (change, bad) in [
        (json!({"ballots_given": 6}), "/ballots_given"),
        (json!({"ballots_returned": 6}), "/ballots_returned"),
        (json!({"elected": []}), "/elected"),
        (json!({"elected": [{"post": "secretary", "member_id": world.host, "votes": 5}]}), "/elected/0/member_id"),
        (json!({"elected": [{"post": "secretary", "votes": 5}]}), "/elected/0/member_id"),
        (json!({"elected": [{"post": "secretary", "name": "某", "votes": 6}]}), "/elected/0/votes"),
    ] {
        let mut body = result.clone();
        for (key, value) in change.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let answer = step(desk, &path, "record_result", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), [bad], "{body}");
    }
    let recorded = step(desk, &path, "record_result", result.clone()).await.is(200).json;
    assert_eq!((&recorded["state"], &recorded["result"]["held_on"]), (&json!("result"), &json!("2026-11-23")));
    let elected = &recorded["result"]["elected"];
    assert_eq!((&elected[0]["over_half"], &elected[1]["over_half"]), (&json!(true), &json!(false)));
    // Whoever comes later changes nothing of the record.
    scan(desk, &app, &event, &members[2]).await;
    assert_eq!(desk.get(&path).await.ok()["quorum"]["present"], 5);

    step(desk, &path, "approve", json!({})).await.problem(403, "not_allowed");
    let bad = step(above, &path, "approve", json!({"years": 4, "started_on": "2026-11-24", "authority": "省委"})).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["/started_on", "/years"]);
    let bad = step(above, &path, "approve", json!({"authority": "省委"})).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["/authority"]);
    let done = step(above, &path, "approve", json!({"years": 5})).await.is(200).json;
    assert_eq!(
        (&done["state"], &done["approved_on"], &done["actions"]),
        (&json!("approved"), &json!("2026-11-23"), &json!([]))
    );
    let steps: Vec<&Value> = done["steps"].as_array().expect("steps").iter().map(|step| &step["action"]).collect();
    assert_eq!(steps, ["ask_approval", "approve_holding", "nominate", "hold", "record_result", "approve"]);

    // The term starts anew, the old posts have ended, the elected hold theirs.
    let unit = world.admin.get(&format!("/units/{}", world.home)).await.ok();
    assert_eq!(unit["term"], json!({"started_on": "2026-11-23", "years": 5, "ends_on": "2031-11-23"}));
    let ended = desk.get(&format!("/posts/{old}")).await.ok();
    assert_eq!((&ended["state"], &ended["until"]), (&json!("ended"), &json!("2026-11-22")));
    let held = items(desk, "/posts?state=open").await;
    assert_eq!(held.len(), 1, "only who has a record as a member has a post there");
    assert_eq!(
        (&held[0]["member"]["id"], &held[0]["kind"], &held[0]["dual_title"], &held[0]["from"]),
        (&json!(members[0]), &json!("secretary"), &json!("厂长"), &json!("2026-11-23"))
    );
    for name in ["approve", "send_back", "withdraw"] {
        step(above, &path, name, json!({"reason": "x"})).await.problem(409, "wrong_state");
    }
    // Who sees no events holds no meeting.
    let hold = json!({"event_id": event, "electors_expected": 6});
    step(desk, &path, "hold", hold.clone()).await.problem(409, "wrong_state");
    step(above, &path, "hold", hold).await.problem(403, "not_allowed");
});

on_both!(floating_and_probationary_members_attend_without_a_vote, |app| {
    let world = World::build(&app).await;
    // At the host: a floating member, scanned by the staff, is there and is not counted.
    let floating = text(&world.registered(1).await, "member_id");
    let new = json!({"unit_id": world.host, "due_on": "2026-12-31"});
    let path = format!("/elections/{}", world.secretary.post("/elections", new).await.is(201).text("id"));
    step(&world.secretary, &path, "ask_approval", json!({})).await.is(200);
    step(&world.committee_officer, &path, "approve_holding", json!({})).await.is(200);
    let nomination =
        json!({"candidates": [{"post": "secretary", "name": "张正式"}, {"post": "secretary", "name": "李正式"}]});
    step(&world.secretary, &path, "nominate", nomination).await.is(200);
    let event = meeting(&world.secretary, &app, &world.host, "election").await;
    let hold = json!({"event_id": event, "electors_expected": 1, "present_on_paper": 0});
    step(&world.secretary, &path, "hold", hold).await.is(200);
    scan(&world.secretary, &app, &event, &floating).await;
    let quorum = world.secretary.get(&path).await.ok()["quorum"].clone();
    assert_eq!(
        (&quorum["present"], &quorum["floating"], &quorum["reached"], &quorum["attending"][0]["voice"]),
        (&json!(0), &json!(1), &json!(false), &json!("floating"))
    );
    let result = json!({
        "elected": [{"post": "secretary", "name": "张正式", "votes": 1}], "ballots_given": 1, "ballots_returned": 1
    });
    step(&world.secretary, &path, "record_result", result).await.problem(409, "wrong_state");

    // At home: a probationary member, and one who checked in by the phone alone.
    let mut filing = world.filing(&Person::nth(2));
    filing["person"]["membership"] = json!("probationary");
    let stay = world.secretary.post("/registrations", filing).await.is(201).text("id");
    let confirm = format!("/registrations/{stay}/confirm");
    let probationary = text(&world.department_officer.post(&confirm, json!({})).await.ok(), "member_id");
    let phone = world.member(3).await;
    let (path, _) = with_candidates_from(&world, 10).await;
    let event = meeting(&world.home_secretary, &app, &world.home, "election").await;
    let hold = json!({"event_id": event, "electors_expected": 5, "present_on_paper": 4});
    step(&world.home_secretary, &path, "hold", hold).await.is(200);
    scan(&world.home_secretary, &app, &event, &probationary).await;
    let code = world.home_secretary.get(&format!("/events/{event}/code")).await.ok();
    let code = code["url"].as_str().expect("a URL").split_once('#').expect("a fragment").1.to_owned();
    let item = json!({
        "id": uuid::Uuid::new_v4().to_string(), "event_id": event, "occurred_at": app.now(), "method": "event_code", "code": code
    });
    let answer = phone.user(&app).post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(answer["items"][0]["verdict"], "accepted", "{answer}");
    let quorum = world.home_secretary.get(&path).await.ok()["quorum"].clone();
    assert_eq!((&quorum["present"], &quorum["probationary"], &quorum["reached"]), (&json!(4), &json!(1), &json!(true)));
    let mut voices: Vec<&str> =
        quorum["attending"].as_array().expect("a list").iter().filter_map(|one| one["voice"].as_str()).collect();
    voices.sort_unstable();
    assert_eq!(voices, ["not_scanned", "probationary"]);
});

/// The same as [`with_candidates`], of other people.
async fn with_candidates_from(world: &World<'_>, first: u32) -> (String, String) {
    let member = text(&world.registered(first).await, "member_id");
    let new = json!({"unit_id": world.home, "due_on": "2026-12-31"});
    let path = format!("/elections/{}", world.home_secretary.post("/elections", new).await.is(201).text("id"));
    step(&world.home_secretary, &path, "ask_approval", json!({})).await.is(200);
    step(&world.department_officer, &path, "approve_holding", json!({})).await.is(200);
    let nomination = json!({"candidates": [{"post": "secretary", "member_id": member}]});
    step(&world.home_secretary, &path, "nominate", nomination).await.is(200);
    (path, member)
}

on_both!(what_fails_is_held_again_and_what_is_sent_back_starts_again, |app| {
    let world = World::build(&app).await;
    let (desk, above) = (&world.home_secretary, &world.department_officer);
    let new = json!({"unit_id": world.home, "due_on": "2026-12-31"});
    let path = format!("/elections/{}", desk.post("/elections", new.clone()).await.is(201).text("id"));
    desk.post("/elections", new.clone()).await.problem(409, "wrong_state");
    step(desk, &path, "nominate", json!({"candidates": []})).await.problem(409, "wrong_state");
    step(desk, &path, "ask_approval", json!({})).await.is(200);
    let tasks = items(above, "/me/tasks?kind=approve_election").await;
    assert_eq!((tasks.len(), &tasks[0]["unit"]["id"]), (1, &json!(world.home)));
    assert_eq!(items(desk, "/me/tasks?kind=approve_election").await, Vec::<Value>::new());
    step(desk, &path, "send_back", json!({"reason": "x"})).await.problem(403, "not_allowed");
    let back = step(above, &path, "send_back", json!({"reason": "请补充候选人名单"})).await.is(200).json;
    assert_eq!((&back["state"], &back["steps"][1]["reason"]), (&json!("opened"), &json!("请补充候选人名单")));
    step(desk, &path, "ask_approval", json!({})).await.is(200);
    step(above, &path, "approve_holding", json!({})).await.is(200);
    let bad =
        step(desk, &path, "nominate", json!({"candidates": [], "seats": [{"post": "secretary", "seats": 0}]})).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["/candidates", "/seats/0/seats"]);
    step(desk, &path, "nominate", json!({"candidates": [{"post": "secretary", "name": "甲"}]})).await.is(200);

    // Only an election meeting of this very unit will do.
    let lecture = meeting(desk, &app, &world.home, "lecture").await;
    let elsewhere = meeting(&world.secretary, &app, &world.host, "election").await;
    for (event, expected, bad) in
        [(&lecture, 5, "/event_id"), (&elsewhere, 5, "/event_id"), (&lecture, 0, "/electors_expected")]
    {
        let answer = step(desk, &path, "hold", json!({"event_id": event, "electors_expected": expected})).await;
        assert!(answer.problem(422, "invalid").bad_fields().contains(&bad.to_owned()));
    }
    let first = meeting(desk, &app, &world.home, "election").await;
    step(desk, &path, "hold", json!({"event_id": first, "electors_expected": 10, "present_on_paper": 7})).await.is(200);
    let result = json!({"elected": [{"post": "secretary", "name": "甲", "votes": 7}], "ballots_given": 7, "ballots_returned": 7});
    step(desk, &path, "record_result", result.clone()).await.problem(409, "wrong_state");
    // It is held again; how many came the first time stays in the record.
    let second = meeting(desk, &app, &world.home, "election").await;
    let held = json!({"event_id": second, "electors_expected": 10, "present_on_paper": 8});
    let again = step(desk, &path, "hold", held).await.is(200).json;
    let missed = again["steps"].as_array().expect("steps").iter().find(|step| !step["present"].is_null());
    assert_eq!(missed.expect("the first meeting")["present"], 7);
    step(desk, &path, "record_result", result.clone()).await.is(200);
    let back = step(above, &path, "send_back", json!({"reason": "计票有误"})).await.is(200).json;
    assert_eq!(back["state"], "candidates");
    let withdrawn = step(desk, &path, "withdraw", json!({"reason": "推迟"})).await.is(200).json;
    assert_eq!((&withdrawn["state"], &withdrawn["actions"]), (&json!("withdrawn"), &json!([])));
    desk.post("/elections", new).await.is(201);

    // Out of reach it is not there; a supervisor reads.
    for stranger in [&world.secretary, &world.other_department_officer, &world.committee_officer] {
        stranger.get(&path).await.problem(404, "not_found");
    }
    world.admin.get(&path).await.problem(403, "not_allowed");
    let nowhere = world.secretary.post("/elections", json!({"unit_id": world.home})).await;
    nowhere.problem(404, "not_found");
    let unknown = world.secretary.post("/elections", json!({"unit_id": world.host})).await;
    assert_eq!(unknown.problem(422, "invalid").bad_fields(), ["/due_on"]);
});

on_both!(a_committee_at_the_top_says_who_approved_outside, |app| {
    let world = World::build(&app).await;
    let officer = &world.committee_officer;
    let new = json!({"unit_id": world.committee, "due_on": "2026-12-31"});
    let path = format!("/elections/{}", officer.post("/elections", new).await.is(201).text("id"));
    step(officer, &path, "ask_approval", json!({})).await.is(200);
    let bad = step(officer, &path, "approve_holding", json!({})).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["/authority"]);
    let shown = step(officer, &path, "approve_holding", json!({"authority": "省委组织部"})).await.is(200).json;
    assert_eq!((&shown["state"], &shown["authority"]), (&json!("approved_to_hold"), &json!("省委组织部")));
});

on_both!(terms_that_end_are_due_and_overdue_and_counted_as_they_are_listed, |app| {
    let world = World::build(&app).await;
    // Today is 23 November 2026.
    term(&world, &world.committee, "2023-12-31").await;
    term(&world, &world.general_branch, "2023-11-22").await;
    term(&world, &world.host, "2024-02-20").await;
    term(&world, &world.other_host, "2025-06-01").await;
    let due = items(&world.committee_officer, "/elections/due").await;
    let listed: Vec<(&Value, &Value)> = due.iter().map(|line| (&line["due_on"], &line["overdue"])).collect();
    assert_eq!(
        listed,
        [
            (&json!("2026-11-22"), &json!(true)),
            (&json!("2026-12-31"), &json!(false)),
            (&json!("2027-02-20"), &json!(false)),
            (&json!("2028-06-01"), &json!(false)),
        ]
    );
    assert_eq!(items(&world.secretary, "/elections/due").await.len(), 1);
    let narrowed = format!("/elections/due?unit_id={}&to=2027-12-31", world.general_branch);
    assert_eq!(items(&world.committee_officer, &narrowed).await.len(), 2);
    let page = world.committee_officer.get("/elections/due?limit=3").await.ok();
    let next = format!("/elections/due?limit=3&cursor={}", text(&page, "next_cursor"));
    assert_eq!(items(&world.committee_officer, &next).await[0]["due_on"], "2028-06-01");

    // From ninety days before its end it is a task of the unit; of those above once it is overdue.
    let tasks = items(&world.committee_officer, "/me/tasks?kind=hold_election").await;
    let listed: Vec<(&Value, &Value)> = tasks.iter().map(|task| (&task["due_on"], &task["overdue"])).collect();
    assert_eq!(listed, [(&json!("2026-11-22"), &json!(true)), (&json!("2026-12-31"), &json!(false)),]);
    assert_eq!(tasks[0]["subject"], json!(null));
    assert_eq!(items(&world.secretary, "/me/tasks?kind=hold_election").await.len(), 1);
    assert_eq!(items(&world.other_secretary, "/me/tasks?kind=hold_election").await, Vec::<Value>::new());
    let opened = world.secretary.post("/elections", json!({"unit_id": world.host})).await.is(201).json;
    assert_eq!(opened["due_on"], "2027-02-20");
    let task = items(&world.secretary, "/me/tasks?kind=hold_election").await[0].clone();
    assert_eq!((&task["subject"]["id"], &task["subject"]["title"]), (&opened["id"], &json!("金山区第一支部")));
    let due = items(&world.secretary, "/elections/due").await;
    assert_eq!((&due[0]["election"]["id"], &due[0]["election"]["state"]), (&opened["id"], &json!("opened")));

    let day = |text: &str| Some(text.parse().expect("a day"));
    let before = figures(&app, &world.committee, "2026-01-01", "2026-11-23").await;
    let expected =
        ElectionFigures { done: 0, due: 1, due_until: day("2027-02-20"), own_due_on: day("2026-12-31"), overdue: 1 };
    assert_eq!(before, expected);

    // The branch elects; looked at from the day before, nothing has changed.
    let path = format!("/elections/{}", text(&opened, "id"));
    step(&world.secretary, &path, "ask_approval", json!({})).await.is(200);
    step(&world.committee_officer, &path, "approve_holding", json!({})).await.is(200);
    step(&world.secretary, &path, "nominate", json!({"candidates": [{"post": "secretary", "name": "甲"}]}))
        .await
        .is(200);
    app.advance(86_400);
    let event = meeting(&world.secretary, &app, &world.host, "election").await;
    let hold = json!({"event_id": event, "electors_expected": 5, "present_on_paper": 5});
    step(&world.secretary, &path, "hold", hold).await.is(200);
    let result = json!({"elected": [{"post": "secretary", "name": "甲", "votes": 5}], "ballots_given": 5, "ballots_returned": 5});
    step(&world.secretary, &path, "record_result", result).await.is(200);
    step(&world.committee_officer, &path, "approve", json!({})).await.is(200);
    assert_eq!(figures(&app, &world.committee, "2026-01-01", "2026-11-23").await, expected);
    let after = figures(&app, &world.committee, "2026-01-01", "2026-12-31").await;
    assert_eq!((after.done, after.due, after.due_until, after.overdue), (1, 0, None, 1), "{after:?}");
    let unit = world.admin.get(&format!("/units/{}", world.host)).await.ok();
    assert_eq!(unit["term"]["ends_on"], "2029-11-24", "as long as the last one");
    for (from, to) in [("2026-01-01", "2026-11-23"), ("2026-11-24", "2026-11-24"), ("2026-11-25", "2026-12-31")] {
        let path = format!("/elections?unit_id={}&from={from}&to={to}&state=approved", world.committee);
        let listed = items(&world.committee_officer, &path).await.len() as i64;
        assert_eq!(figures(&app, &world.committee, from, to).await.done, listed, "{from} {to}");
    }
});

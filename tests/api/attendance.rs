//! The attendance record: leave, absence, corrections, disputes, and what a member and others read of it.

use guiyan::ids::CheckInId;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, World},
};

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn why(reason: &str) -> Value {
    json!({ "reason": reason })
}

/// Picks a member by name; the answer to the one item.
async fn pick(world: &World<'_>, event: &str, member: &str) -> Value {
    let id = CheckInId::new(world.app.now(), &world.app.state.entropy).to_string();
    let item = json!({"id": id, "event_id": event, "occurred_at": world.app.now(), "method": "manual", "member_id": member,
                      "note": "手机没电"});
    world.secretary.post("/check-ins", json!({"items": [item]})).await.ok()["items"][0].clone()
}

/// A scan that was made now and is still on the phone.
async fn kept_scan(world: &World<'_>, phone: &Phone, event: &str) -> Value {
    let app = world.app;
    let url =
        world.secretary.get(&format!("/events/{event}/code")).await.ok()["url"].as_str().expect("a URL").to_owned();
    let code = url.split_once('#').expect("#").1;
    let id = CheckInId::new(app.now(), &app.state.entropy).to_string();
    let proof = phone.proof(&id, event, code, app.now().seconds());
    json!({"id": id, "event_id": event, "occurred_at": app.now(), "method": "event_code", "code": code, "proof": proof})
}

async fn deliver(app: &TestApp, phone: &Phone, item: &Value) -> Value {
    phone.user(app).post("/check-ins", json!({"items": [item]})).await.ok()["items"][0].clone()
}

async fn outcome(world: &World<'_>, event: &str, member: &str) -> Value {
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    let rows = list["items"].as_array().expect("items");
    rows.iter().find(|row| row["member"]["id"] == member).map_or(Value::Null, |row| row["outcome"].clone())
}

on_both!(leave_is_asked_with_a_reason_that_stays_in_the_branch, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}/leave");
    assert_eq!(outcome(&world, &event, &phone.member_id).await, "expected");
    assert_eq!(user.post(&path, json!({})).await.problem(422, "invalid").bad_fields(), ["/reason"]);
    world.secretary.post(&path, why("x")).await.problem(403, "not_allowed");
    let item = user.post(&path, why("老家有事")).await.is(201).json;
    assert_eq!(
        (&item["outcome"], &item["method"], &item["reason"]),
        (&json!("on_leave"), &json!("leave"), &json!("老家有事"))
    );
    user.post(&path, why("again")).await.problem(409, "wrong_state");
    let reason = |list: Value| list["items"][0]["reason"].clone();
    let list = format!("/events/{event}/attendance");
    assert_eq!(reason(world.secretary.get(&list).await.ok()), "老家有事");
    assert_eq!(reason(world.committee_officer.get(&list).await.ok()), Value::Null);
    assert_eq!(reason(world.supervisor.get(&list).await.ok()), Value::Null);
    assert_eq!(user.get("/me/attendance").await.ok()["items"][0]["own_reason"], "老家有事");
    let seen = world.department_officer.get(&format!("/members/{}/attendance", phone.member_id)).await.ok();
    assert_eq!((&seen["items"][0]["outcome"], &seen["items"][0]["own_reason"]), (&json!("on_leave"), &Value::Null));
    assert_eq!(world.secretary.get(&list).await.ok()["counts"]["on_leave"], 1);
    // Whoever comes after all is present.
    assert_eq!(pick(&world, &event, &phone.member_id).await["verdict"], "accepted");
    assert_eq!(outcome(&world, &event, &phone.member_id).await, "present");
    user.post(&path, why("too late")).await.problem(409, "wrong_state");
});

on_both!(leave_has_its_limits, |app| {
    let world = World::build(&app).await;
    let (phone, elsewhere) = (world.member(1).await, world.registered_elsewhere(2).await);
    let event = id_of(&world.event().await);
    let other = json!({"unit_id": world.other_host, "kind": "lecture", "title": "党课", "starts_at": app.now(),
                       "ends_at": app.now().plus_seconds(3600)});
    let hidden = id_of(&world.other_secretary.post("/events", other).await.ok());
    let user = phone.user(&app);
    user.post(&format!("/events/{hidden}/leave"), why("x")).await.problem(404, "not_found");
    world.other_secretary.patch(&format!("/events/{hidden}"), json!({"audience": "open"})).await.is(200);
    user.post(&format!("/events/{hidden}/leave"), why("x")).await.problem(409, "wrong_state");
    let foreign = json!({"member_id": elsewhere["member_id"], "outcome": "absent", "reason": "x"});
    let answer = world.secretary.post(&format!("/events/{event}/attendance"), foreign).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/member_id"]);
    app.advance(6600);
    user.post(&format!("/events/{event}/leave"), why("x")).await.problem(409, "wrong_state");
    let cancelled = id_of(&world.event().await);
    world.secretary.post(&format!("/events/{cancelled}/cancel"), why("台风")).await.is(200);
    user.post(&format!("/events/{cancelled}/leave"), why("x")).await.problem(409, "wrong_state");
});

on_both!(absence_is_recorded_and_made_up, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}/attendance");
    let record = |outcome: &str| json!({"member_id": phone.member_id, "outcome": outcome, "reason": "支部会议确认"});
    world.secretary.post(&path, record("made_up")).await.problem(409, "wrong_state");
    assert_eq!(world.secretary.post(&path, record("present")).await.problem(422, "invalid").bad_fields(), ["/outcome"]);
    world.other_secretary.post(&path, record("absent")).await.problem(404, "not_found");
    world.supervisor.post(&path, record("absent")).await.problem(403, "not_allowed");
    assert_eq!(world.secretary.post(&path, record("absent")).await.is(201).json["outcome"], "absent");
    world.secretary.post(&path, record("on_leave")).await.problem(409, "wrong_state");
    assert_eq!(world.secretary.post(&path, record("made_up")).await.is(201).json["outcome"], "made_up");
    world.secretary.post(&path, record("made_up")).await.problem(409, "wrong_state");
    assert_eq!(phone.user(&app).get("/me/attendance").await.ok()["totals"], json!({"events": 1, "hours": 2.0}));
});

on_both!(a_correction_names_what_it_replaces, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let first = pick(&world, &event, &phone.member_id).await;
    let (scan, entry) = (id_of(&first), id_of(&first["check_in"]));
    let correct = |id: String, outcome: &str| {
        let body = json!({"outcome": outcome, "reason": "认错了人"});
        let world = &world;
        async move { world.secretary.post(&format!("/check-ins/{id}/correct"), body).await }
    };
    let bad = world.secretary.post(&format!("/check-ins/{entry}/correct"), json!({"outcome": "gone"})).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["/outcome", "/reason"]);
    let body = json!({"outcome": "absent", "reason": "x"});
    world.other_secretary.post(&format!("/check-ins/{entry}/correct"), body.clone()).await.problem(404, "not_found");
    phone.user(&app).post(&format!("/check-ins/{entry}/correct"), body.clone()).await.problem(403, "not_allowed");
    world.secretary.post(&format!("/check-ins/{event}/correct"), body).await.problem(404, "not_found");
    correct(entry.clone(), "present").await.problem(409, "wrong_state");
    correct(entry.clone(), "made_up").await.problem(409, "wrong_state");
    let item = correct(entry.clone(), "absent").await.is(200).json;
    assert_eq!(
        (&item["outcome"], &item["method"], &item["reason"]),
        (&json!("absent"), &json!("correction"), &json!("认错了人"))
    );
    assert_ne!(item["entry_id"], entry.as_str());
    // A person's word stands against a new scan, until a person settles it, here by the client's own id of the first one.
    assert_eq!(pick(&world, &event, &phone.member_id).await["verdict"], "conflict");
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    assert_eq!(list["conflicts"].as_array().map(Vec::len), Some(1));
    assert_eq!(correct(scan, "present").await.is(200).json["outcome"], "present");
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    assert_eq!((&list["conflicts"], &list["counts"]["present"]), (&json!([]), &json!(1)));
});

on_both!(a_late_scan_does_not_overrule_a_person, |app| {
    let world = World::build(&app).await;
    let phones = [world.member(1).await, world.member(2).await, world.member(3).await];
    let event = id_of(&world.event().await);
    let mut kept = Vec::new();
    for phone in &phones {
        kept.push(kept_scan(&world, phone, &event).await);
    }
    app.advance(600);
    let record =
        |n: usize, outcome: &str| json!({"member_id": phones[n].member_id, "outcome": outcome, "reason": "没来"});
    let path = format!("/events/{event}/attendance");
    world.secretary.post(&path, record(0, "absent")).await.is(201);
    phones[1].user(&app).post(&format!("/events/{event}/leave"), why("路上")).await.is(201);
    app.advance(600);
    let answers = [
        deliver(&app, &phones[0], &kept[0]).await,
        deliver(&app, &phones[1], &kept[1]).await,
        deliver(&app, &phones[2], &kept[2]).await,
    ];
    let verdicts: Vec<&Value> = answers.iter().map(|answer| &answer["verdict"]).collect();
    assert_eq!(verdicts, ["conflict", "conflict", "accepted"]);
    let list = world.secretary.get(&path).await.ok();
    let conflicts = list["conflicts"].as_array().expect("conflicts");
    for scan in &kept[..2] {
        assert!(conflicts.iter().any(|conflict| conflict["id"] == scan["id"]), "{conflicts:?}");
    }
    assert_eq!(conflicts.len(), 2);
    let settle = format!("/check-ins/{}/correct", kept[0]["id"].as_str().expect("an id"));
    world.secretary.post(&settle, json!({"outcome": "present", "reason": "核实到场"})).await.is(200);
    assert_eq!(world.secretary.get(&path).await.ok()["conflicts"].as_array().map(Vec::len), Some(1));
    assert_eq!(outcome(&world, &event, &phones[0].member_id).await, "present");
    assert_eq!(outcome(&world, &event, &phones[1].member_id).await, "on_leave");
});

on_both!(a_member_disputes_only_what_is_ones_own, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let event = id_of(&world.event().await);
    let record = json!({"member_id": phone.member_id, "outcome": "absent", "reason": "没来"});
    let item = world.secretary.post(&format!("/events/{event}/attendance"), record).await.is(201).json;
    let path = format!("/check-ins/{}/dispute", item["entry_id"].as_str().expect("an entry"));
    other.user(&app).post(&path, why("x")).await.problem(404, "not_found");
    world.secretary.post(&path, why("x")).await.problem(403, "not_allowed");
    phone.user(&app).post(&path, json!({"reason": ""})).await.problem(422, "invalid");
    phone.user(&app).post(&path, why("我在场")).await.is(204);
    let record = phone.user(&app).get("/me/attendance").await.ok();
    assert_eq!(record["items"][0]["disputed"], true);
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    let row = list["items"].as_array().expect("items").iter().find(|row| row["disputed"] == true).expect("the row");
    assert_eq!(row["dispute"], "我在场");
    // A correction answers the dispute.
    let correct = json!({"outcome": "present", "reason": "核实到场"});
    let entry = item["entry_id"].as_str().expect("an entry");
    let item = world.secretary.post(&format!("/check-ins/{entry}/correct"), correct).await.is(200).json;
    assert_eq!((&item["outcome"], &item["disputed"]), (&json!("present"), &json!(false)));
});

on_both!(a_record_is_read_by_its_member_and_within_reach, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    for n in 0..3 {
        let event = id_of(&world.event().await);
        if n < 2 {
            pick(&world, &event, &phone.member_id).await;
        } else {
            phone.user(&app).post(&format!("/events/{event}/leave"), why("有事")).await.is(201);
        }
        app.advance(86400);
    }
    let user = phone.user(&app);
    let all = user.get("/me/attendance").await.ok();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(all["items"][0]["outcome"], "on_leave");
    assert_eq!(all["totals"], json!({"events": 2, "hours": 4.0}));
    let page = user.get("/me/attendance?limit=2").await.ok();
    let next = page["next_cursor"].as_str().expect("a cursor").to_owned();
    let rest = user.get(&format!("/me/attendance?limit=2&cursor={next}")).await.ok();
    assert_eq!(rest["items"][0], all["items"][2]);
    assert_eq!(rest["next_cursor"], Value::Null);

    let path = format!("/members/{}/attendance", phone.member_id);
    for reader in [
        &world.department_officer,
        &world.secretary,
        &world.committee_officer,
        &world.liaison_officer,
        &world.supervisor,
    ] {
        assert_eq!(reader.get(&path).await.ok()["items"].as_array().map(Vec::len), Some(3));
    }
    for stranger in [&world.other_department_officer, &world.other_secretary] {
        stranger.get(&path).await.problem(404, "not_found");
    }
    world.admin.get(&path).await.problem(403, "not_allowed");
    user.get(&path).await.problem(403, "not_allowed");
    // A new year begins with new totals.
    app.advance(60 * 86400);
    assert_eq!(user.get("/me/attendance").await.ok()["totals"], json!({"events": 0, "hours": 0.0}));
});

on_both!(a_member_sees_what_comes_next, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let open = world.event().await;
    let later = json!({"unit_id": world.committee, "kind": "lecture", "title": "党课", "starts_at": app.now().plus_seconds(86400),
                       "ends_at": app.now().plus_seconds(90000)});
    let later = world.committee_officer.post("/events", later).await.ok();
    let beside = json!({"unit_id": world.other_host, "kind": "lecture", "title": "党课", "starts_at": app.now(),
                        "ends_at": app.now().plus_seconds(3600)});
    let beside = world.other_secretary.post("/events", beside).await.ok();
    user.post(&format!("/events/{}/leave", id_of(&later)), why("有事")).await.is(201);
    let coming = user.get("/me/events").await.ok();
    let seen: Vec<(&Value, &Value)> =
        coming["items"].as_array().expect("items").iter().map(|row| (&row["event"]["id"], &row["outcome"])).collect();
    assert_eq!(seen, [(&open["id"], &Value::Null), (&later["id"], &json!("on_leave"))]);
    assert_eq!(coming["items"][0]["event"]["counts"], Value::Null);
    assert_eq!(user.get(&format!("/events/{}", id_of(&open))).await.ok()["counts"], Value::Null);
    user.get(&format!("/events/{}", id_of(&beside))).await.problem(404, "not_found");
    world.other_secretary.patch(&format!("/events/{}", id_of(&beside)), json!({"audience": "open"})).await.is(200);
    user.get(&format!("/events/{}", id_of(&beside))).await.is(200);
    user.get("/events").await.problem(403, "not_allowed");
    user.get(&format!("/events/{}/attendance", id_of(&open))).await.problem(403, "not_allowed");
});

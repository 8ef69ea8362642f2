//! Events: opening, reading, changing, cancelling, and the codes for the screen.

use guiyan::clock::Instant;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{START, World},
};

fn at(seconds: i64) -> Instant {
    START.parse::<Instant>().expect("an instant").plus_seconds(seconds)
}

/// A body with only what is required, two hours long, an hour from now.
fn plain(unit: &str) -> Value {
    json!({"unit_id": unit, "kind": "lecture", "title": "党课", "starts_at": at(3600), "ends_at": at(3600 + 7200)})
}

on_both!(an_event_is_opened_with_sane_defaults, |app| {
    let world = World::build(&app).await;
    let answer = world.secretary.post("/events", plain(&world.host)).await.is(201);
    let event = &answer.json;
    assert_eq!(event["hours"], 2.0);
    assert_eq!(event["audience"], "unit");
    assert_eq!(event["state"], "upcoming");
    assert_eq!(event["unit"]["name"], "金山区第一支部");
    assert_eq!(event["check_in"], json!({"opens_at": at(1800), "closes_at": at(3600 + 7200)}));
    assert_eq!(
        event["counts"],
        json!({"expected": 0, "present": 0, "on_leave": 0, "absent": 0, "made_up": 0, "visitors": 0})
    );
    assert_eq!(event["code_id"].as_str().map(str::len), Some(16));
    assert_eq!((&event["place"], &event["cancel_reason"]), (&Value::Null, &Value::Null));
    let read = world.secretary.get(&format!("/events/{}", answer.text("id"))).await.is(200);
    assert_eq!(read.json, *event);
    assert_eq!(read.headers["etag"], "\"1\"");
});

on_both!(the_state_follows_the_clock, |app| {
    let world = World::build(&app).await;
    let id = world.secretary.post("/events", plain(&world.host)).await.is(201).text("id");
    let path = format!("/events/{id}");
    for (advance, state) in [(1799, "upcoming"), (1, "open"), (9000, "open"), (1, "closed")] {
        app.advance(advance);
        assert_eq!(world.secretary.get(&path).await.ok()["state"], state, "after {advance} more seconds");
        for asked in ["upcoming", "open", "closed", "cancelled"] {
            let list = world.secretary.get(&format!("/events?state={asked}")).await.ok();
            assert_eq!(
                list["items"].as_array().map(Vec::len),
                Some(usize::from(asked == state)),
                "{asked} while {state}"
            );
        }
    }
});

on_both!(every_bad_field_of_an_event_is_named_at_once, |app| {
    let world = World::build(&app).await;
    let body = json!({"unit_id": "x", "kind": "party", "title": "  ", "starts_at": "tomorrow", "ends_at": 7, "hours": 0.1,
                      "audience": "all", "place": "", "check_in": {"opens_at": "x"}});
    let answer = world.secretary.post("/events", body).await.problem(422, "invalid");
    let fields = [
        "/audience",
        "/check_in/opens_at",
        "/ends_at",
        "/hours",
        "/kind",
        "/place",
        "/starts_at",
        "/title",
        "/unit_id",
    ];
    assert_eq!(answer.bad_fields(), fields);

    let mut body = plain(&world.host);
    body["ends_at"] = body["starts_at"].clone();
    body["check_in"] = json!({"opens_at": at(9000), "closes_at": at(9000)});
    let answer = world.secretary.post("/events", body).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/check_in/closes_at", "/ends_at"]);

    for (field, value) in [
        ("ends_at", json!(at(3600 + 8 * 86400))),
        ("check_in", json!({"opens_at": at(-8 * 86400)})),
        ("check_in", json!({"closes_at": at(9 * 86400)})),
        ("hours", json!(24.25)),
        ("hours", json!(-1)),
        ("hours", json!(1e300)),
        ("starts_at", json!("2026-13-01T00:00:00Z")),
        ("title", json!("字".repeat(101))),
        ("title", json!("a\u{202e}b")),
    ] {
        let mut body = plain(&world.host);
        body[field] = value.clone();
        let answer = world.secretary.post("/events", body).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields().len(), 1, "{field} {value}: {}", answer.json);
    }
});

on_both!(an_event_is_opened_within_reach_only_and_once, |app| {
    let world = World::build(&app).await;
    world.other_secretary.post("/events", plain(&world.host)).await.problem(404, "not_found");
    world.department_officer.post("/events", plain(&world.host)).await.problem(403, "not_allowed");
    world.supervisor.post("/events", plain(&world.host)).await.problem(403, "not_allowed");
    let none = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b";
    world.committee_officer.post("/events", plain(none)).await.problem(404, "not_found");
    world.committee_officer.post("/events", plain(&world.host)).await.is(201);
    let once = || {
        let request = world.secretary.request(reqwest::Method::POST, "/events").header("idempotency-key", "again");
        world.secretary.send(request.json(&plain(&world.host)))
    };
    let (first, second) = (once().await.is(201), once().await.is(201));
    assert_eq!(first.json, second.json);
    assert_eq!(world.secretary.get("/events").await.ok()["items"].as_array().map(Vec::len), Some(2));
});

on_both!(events_are_listed_newest_first_within_reach, |app| {
    let world = World::build(&app).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut body = plain(&world.host);
        body["starts_at"] = json!(at(n * 86400));
        body["ends_at"] = json!(at(n * 86400 + 3600));
        ids.push(world.secretary.post("/events", body).await.is(201).text("id"));
    }
    let elsewhere = world.other_secretary.post("/events", plain(&world.other_host)).await.is(201).text("id");
    ids.reverse();
    let seen = |list: &Value| -> Vec<String> {
        list["items"].as_array().expect("items").iter().map(|e| e["id"].as_str().expect("id").to_owned()).collect()
    };
    let mut paged = Vec::new();
    let mut path = "/events?limit=2".to_owned();
    loop {
        let page = world.secretary.get(&path).await.ok();
        paged.extend(seen(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/events?limit=2&cursor={cursor}");
    }
    assert_eq!(paged, ids);
    assert_eq!(seen(&world.other_secretary.get("/events").await.ok()), [elsewhere.as_str()]);
    assert_eq!(seen(&world.committee_officer.get("/events").await.ok()).len(), 6);
    let below = format!("/events?unit_id={}", world.general_branch);
    assert_eq!(seen(&world.committee_officer.get(&below).await.ok()).len(), 6);
    assert_eq!(seen(&world.supervisor.get(&format!("/events?unit_id={}", world.other_host)).await.ok()), [elsewhere]);
    assert_eq!(seen(&world.secretary.get(&format!("/events?unit_id={}", world.other_host)).await.ok()).len(), 0);
    let range = format!("/events?from={}&to={}", at(86400), at(3 * 86400));
    assert_eq!(seen(&world.secretary.get(&range).await.ok()), ids[2..4]);
    world.secretary.get("/events?limit=201").await.problem(422, "invalid");
    world.secretary.get("/events?cursor=%00").await.problem(400, "malformed_request");
    world.secretary.get("/events?cursor=e30").await.problem(422, "invalid");
    world.secretary.get("/events?from=yesterday").await.problem(422, "invalid");
    world.department_officer.get("/events").await.problem(403, "not_allowed");
});

on_both!(an_event_out_of_reach_is_not_there, |app| {
    let world = World::build(&app).await;
    let event = world.event().await;
    let path = format!("/events/{}", event["id"].as_str().expect("an id"));
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.other_secretary.patch(&path, json!({"title": "x"})).await.problem(404, "not_found");
    world.other_secretary.post(&format!("{path}/cancel"), json!({"reason": "x"})).await.problem(404, "not_found");
    world.other_secretary.get(&format!("{path}/code")).await.problem(404, "not_found");
    world.supervisor.get(&path).await.is(200);
    world.supervisor.get(&format!("{path}/code")).await.problem(403, "not_allowed");
    world.secretary.get("/events/nonsense").await.problem(404, "not_found");
});

on_both!(an_event_is_changed_without_losing_updates, |app| {
    let world = World::build(&app).await;
    let id = world.secretary.post("/events", plain(&world.host)).await.is(201).text("id");
    let path = format!("/events/{id}");
    let change = |tag: &'static str, body: Value| {
        world.secretary.send(world.secretary.request(reqwest::Method::PATCH, &path).header("if-match", tag).json(&body))
    };
    // Window and hours follow the times, as nobody has set them.
    let event = change("\"1\"", json!({"starts_at": at(7200), "ends_at": at(7200 + 5400), "place": "二楼"})).await.ok();
    assert_eq!(event["check_in"], json!({"opens_at": at(5400), "closes_at": at(7200 + 5400)}));
    assert_eq!((&event["hours"], &event["place"], &event["version"]), (&json!(1.5), &json!("二楼"), &json!(2)));
    change("\"1\"", json!({"title": "旧"})).await.problem(412, "changed");
    change("\"no\"", json!({"title": "旧"})).await.problem(412, "changed");
    let event = change("\"2\"", json!({"place": null, "hours": 3, "audience": "open"})).await.ok();
    assert_eq!((&event["hours"], &event["place"], &event["audience"]), (&json!(3.0), &Value::Null, &json!("open")));
    let answer = change("\"3\"", json!({"ends_at": at(0), "check_in": {"opens_at": at(9 * 86400)}})).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/check_in/closes_at", "/ends_at"]);
    // Once it is over only its name and place can be mended.
    app.advance(86400);
    change("\"3\"", json!({"hours": 2})).await.problem(409, "wrong_state");
    assert_eq!(change("\"3\"", json!({"title": "党课(二)"})).await.ok()["title"], "党课(二)");
    world.secretary.post(&format!("{path}/cancel"), json!({"reason": "x"})).await.problem(409, "wrong_state");
});

on_both!(an_event_is_cancelled_with_a_reason, |app| {
    let world = World::build(&app).await;
    let event = world.event().await;
    let path = format!("/events/{}", event["id"].as_str().expect("an id"));
    let bad = world.secretary.post(&format!("{path}/cancel"), json!({})).await.problem(422, "invalid");
    assert_eq!(bad.bad_fields(), ["/reason"]);
    let event = world.secretary.post(&format!("{path}/cancel"), json!({"reason": "台风"})).await.ok();
    assert_eq!((&event["state"], &event["cancel_reason"]), (&json!("cancelled"), &json!("台风")));
    world.secretary.post(&format!("{path}/cancel"), json!({"reason": "台风"})).await.problem(409, "wrong_state");
    world.secretary.patch(&path, json!({"title": "x"})).await.problem(409, "wrong_state");
    world.secretary.get(&format!("{path}/code")).await.problem(409, "wrong_state");
});

on_both!(the_screen_gets_codes_without_a_gap, |app| {
    let world = World::build(&app).await;
    let event = world.event().await;
    let path = format!("/events/{}/code", event["id"].as_str().expect("an id"));
    let answer = world.secretary.get(&format!("{path}?count=3")).await.is(200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let codes = answer.json;
    assert_eq!(codes["server_time"], json!(app.now()));
    assert_eq!((&codes["valid_from"], &codes["valid_until"]), (&json!(at(0)), &json!(at(10))));
    let ahead = codes["ahead"].as_array().expect("ahead");
    assert_eq!(ahead.len(), 3);
    assert_eq!(ahead[2]["valid_until"], json!(at(40)));
    let url = codes["url"].as_str().expect("a URL");
    let digits = url.strip_prefix(&format!("{}/e#", app.url)).expect("our address");
    assert_eq!(digits.len(), 51);
    // What is announced now is what is shown later.
    app.advance(10);
    assert_eq!(world.secretary.get(&path).await.ok()["url"], ahead[0]["url"]);
    let printed = world.secretary.get(&format!("{path}?printed=true&count=1")).await.ok();
    assert_eq!(printed["valid_from"], "2026-11-23T00:00:00.000Z");
    assert_eq!(printed["valid_until"], "2026-11-24T00:00:00.000Z");
    for bad in ["count=0", "count=61", "count=-1", "count=x", "printed=maybe"] {
        world.secretary.get(&format!("{path}?{bad}")).await.problem(422, "invalid");
    }
});

on_both!(past_events_are_found_by_kind_and_by_day, |app| {
    let world = World::build(&app).await;
    let now = app.now();
    let hold = async |kind: &str, starts_in: i64| {
        let starts_at = now.plus_seconds(starts_in);
        let body = json!({
            "unit_id": world.host, "kind": kind, "title": kind, "starts_at": starts_at,
            "ends_at": starts_at.plus_seconds(7200), "hours": 2.0, "audience": "unit"
        });
        world.secretary.post("/events", body).await.is(201).text("id")
    };
    let lecture = hold("lecture", 3600).await;
    let report = hold("mobilisation_report", 7200).await;
    hold("theme_day", 3600).await;
    let list = async |query: &str| {
        let page = world.committee_officer.get(&format!("/events?{query}")).await.ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let day = now.day();
    let next = day.plus_days(1);
    assert_eq!(list("kind=lecture,mobilisation_report").await, [report.clone(), lecture.clone()]);
    assert_eq!(
        list(&format!("kind=lecture&from={day}&to={next}&unit_id={}", world.committee)).await,
        std::slice::from_ref(&lecture)
    );
    assert!(list(&format!("kind=lecture&from={}&to={}", day.plus_days(2), day.plus_days(2))).await.is_empty());
    assert!(list("kind=lecture&state=closed").await.is_empty());
    app.advance(6 * 3600);
    assert_eq!(list("kind=lecture&state=closed").await, [lecture]);
    let wrong = world.secretary.get("/events?kind=party&from=yesterday").await.problem(422, "invalid");
    assert_eq!(wrong.bad_fields(), ["?from", "?kind"]);
});

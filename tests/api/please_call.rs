//! Whom to call: the private list of the two ends, the attempts, and what being out of contact still takes.

use serde_json::{Value, json};

use crate::{on_both, support::*};

const DAY: i64 = 24 * 3600;

fn path(registration: &Value, verb: &str) -> String {
    format!("/registrations/{}/{verb}", registration["id"].as_str().expect("an id"))
}

async fn to_call(user: &User<'_>, query: &str) -> Vec<Value> {
    user.get(&format!("/please-call{query}")).await.ok()["items"].as_array().expect("items").clone()
}

on_both!(who_is_silent_for_three_months_is_on_the_list_of_both_ends, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    world.filed(2).await;
    world.registered_elsewhere(3).await;
    app.advance(85 * DAY);
    assert_eq!(to_call(&world.secretary, "").await, Vec::<Value>::new());
    app.advance(10 * DAY);
    for end in [&world.secretary, &world.home_secretary, &world.department_officer] {
        let list = to_call(end, "").await;
        assert_eq!(list.len(), 1);
        assert_eq!((&list[0]["registration"]["id"], &list[0]["last_attempt"]), (&active["id"], &Value::Null));
        assert_eq!(list[0]["registration"]["please_call"], json!(true));
    }
    assert_eq!(to_call(&world.committee_officer, "").await.len(), 2);
    assert_eq!(to_call(&world.committee_officer, &format!("?host={}", world.host)).await.len(), 1);
    assert_eq!(to_call(&world.committee_officer, &format!("?home={}", world.other_department)).await.len(), 1);
    for reader in [&world.supervisor, &world.liaison_officer, &world.admin] {
        reader.get("/please-call").await.problem(403, "not_allowed");
    }
    let page = world.committee_officer.get("/please-call?limit=1").await.ok();
    let next = page["next_cursor"].as_str().expect("a cursor");
    let rest = to_call(&world.committee_officer, &format!("?limit=1&cursor={next}")).await;
    assert_ne!(rest[0]["registration"]["id"], page["items"][0]["registration"]["id"]);
    // The figure on the desk is the length of this list.
    let desk = world.committee_officer.get(&format!("/units/{}/overview?series=false", world.committee)).await.ok();
    assert_eq!(desk["counts"]["please_call"], json!(2));
});

on_both!(the_longest_silence_comes_first, |app| {
    let world = World::build(&app).await;
    let mut stays = Vec::new();
    for n in 1..=4 {
        stays.push(world.registered(n).await);
        app.advance(5 * DAY);
    }
    // The first who came was seen last.
    let event = world.event().await;
    let item = json!({
        "id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "event_id": event["id"], "occurred_at": app.now(),
        "method": "manual", "member_id": stays[0]["member_id"], "note": "忘带手机"
    });
    world.secretary.post("/check-ins", json!({"items": [item]})).await.ok();
    app.advance(100 * DAY);
    let expected: Vec<&Value> = [1, 2, 3, 0].into_iter().map(|n| &stays[n]["id"]).collect();
    for end in [&world.secretary, &world.home_secretary, &world.department_officer, &world.committee_officer] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = end.get(&format!("/please-call?limit=1{cursor}")).await.ok();
            seen.push(page["items"][0]["registration"]["id"].clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected);
    }
});

on_both!(what_out_of_contact_still_takes_is_told_before_it_is_refused, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let silence = async |user: &User<'_>| user.get(&path(&active, "contacts")).await.ok()["silence"].clone();
    let lost =
        async || world.department_officer.post(&path(&active, "out_of_contact"), json!({"reason": "联系不上"})).await;
    assert_eq!(
        silence(&world.secretary).await,
        json!({
            "since": START, "months_needed": 6, "months_over_on": "2027-05-23", "months_over": false,
            "attempts_needed": 2, "attempts": 0
        })
    );
    for reader in [&world.supervisor, &world.liaison_officer] {
        assert_eq!(silence(reader).await, Value::Null, "told to the two ends only");
    }
    let attempt = |outcome: &str| json!({"method": "phone", "outcome": outcome, "note": "拨打两次"});
    app.advance(100 * DAY);
    world.secretary.post(&path(&active, "contacts"), attempt("no_answer")).await.is(201);
    app.advance(60);
    let list = to_call(&world.secretary, "").await;
    assert_eq!(
        (&list[0]["silence"]["attempts"], &list[0]["last_attempt"]["outcome"]),
        (&json!(1), &json!("no_answer"))
    );
    assert!(list[0]["last_attempt"].get("note").is_none(), "a note is read in the log, which is on record");
    world.home_secretary.post(&path(&active, "contacts"), attempt("wrong_number")).await.is(201);
    let told = silence(&world.department_officer).await;
    assert_eq!((&told["attempts"], &told["months_over"]), (&json!(2), &json!(false)));
    lost().await.problem(409, "wrong_state");

    app.advance(90 * DAY);
    let told = silence(&world.department_officer).await;
    assert_eq!((&told["attempts"], &told["months_over"]), (&json!(2), &json!(true)));
    assert_eq!(lost().await.ok()["status"], "out_of_contact");
    assert_eq!(to_call(&world.secretary, "").await, Vec::<Value>::new());
    assert_eq!(silence(&world.department_officer).await, Value::Null, "it is said already");
    world.secretary.post(&path(&active, "restore"), json!({"reason": "已联系上"})).await.ok();
    assert_eq!(silence(&world.secretary).await["months_over"], json!(true));
});

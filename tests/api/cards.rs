//! Cards: issuing, numbers, states, reviews, replacement, endings.

use std::collections::BTreeSet;

use guiyan::on_engine;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Phone, TestApp, User, World},
};

const DAY: i64 = 86_400;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}

/// The number of a fresh card.
async fn issued(world: &World<'_>, n: u32) -> String {
    text(&world.card(&world.registered(n).await).await["number"])
}

async fn act(by: &User<'_>, number: &str, act: &str) -> Answer {
    by.post(&format!("/cards/{number}/{act}"), json!({"reason": "测试"})).await
}

/// How often an action stands in the audit log.
async fn logged(app: &TestApp, action: &str) -> i64 {
    let mut reader = app.state.db.read().await.expect("a reader");
    on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from audit_log where action = $1 and member_id is not null"
    )
    .bind(action.to_owned())
    .fetch_one(c))
    .expect("a count")
}

on_both!(a_card_is_issued_for_an_active_registration_only, |app| {
    let world = World::build(&app).await;
    let pending = text(&world.filed(1).await["id"]);
    let issue = |id: &str| format!("/registrations/{id}/cards");
    world.secretary.post(&issue(&pending), json!({})).await.problem(409, "wrong_state");
    world.department_officer.post(&format!("/registrations/{pending}/confirm"), json!({})).await.is(200);
    for user in [&world.other_secretary, &world.other_department_officer, &world.home_secretary] {
        user.post(&issue(&pending), json!({})).await.problem(404, "not_found");
    }
    for user in [&world.supervisor, &world.liaison_officer, &world.admin] {
        user.post(&issue(&pending), json!({})).await.problem(403, "not_allowed");
    }
    world.secretary.post(&issue(&uuid::Uuid::nil().to_string()), json!({})).await.problem(404, "not_found");

    let card = world.secretary.post(&issue(&pending), json!({})).await.is(201).json;
    assert_eq!(card["number"], "3410002026000017");
    assert_eq!(card["status"], "active");
    assert_eq!(card["title"], "电子登记凭证");
    assert_eq!(card["issued_on"], "2026-11-23");
    assert_eq!(card["review_due"], "2027-11-23");
    assert_eq!(card["review_overdue"], false);
    assert_eq!(card["department"]["name"], "黄山市委组织部");
    assert_eq!(card["activation"]["expires_at"], "2026-11-23T01:45:00.000Z");
    let code = text(&card["activation"]["code"]);
    assert_eq!(card["activation"]["url"], format!("{}/a#{code}", app.url));
    assert_eq!(card["qr_url"], format!("{}/api/v1/cards/3410002026000017/qr.svg", app.url));
    world.department_officer.post(&issue(&pending), json!({})).await.problem(409, "card_exists");
    let registration = world.secretary.get(&format!("/registrations/{pending}")).await.ok();
    assert_eq!(registration["card"]["number"], card["number"]);
    assert!(!registration["actions"].as_array().expect("a list").contains(&json!("issue_card")));
});

on_both!(a_repeated_issue_gets_the_first_card, |app| {
    let world = World::build(&app).await;
    let path = format!("/registrations/{}/cards", text(&world.registered(1).await["id"]));
    let send = || async {
        let request =
            world.secretary.request(reqwest::Method::POST, &path).header("idempotency-key", "k1").json(&json!({}));
        world.secretary.send(request).await.is(201).json
    };
    assert_eq!(send().await, send().await);
});

on_both!(numbers_run_on_without_gaps_however_many_come_at_once, |app| {
    let world = World::build(&app).await;
    let mut stays = Vec::new();
    for n in 0..32 {
        stays.push(text(&world.registered(n).await["id"]));
    }
    let issue = |id: &str| {
        let path = format!("/registrations/{id}/cards");
        let secretary = &world.secretary;
        async move { secretary.post(&path, json!({})).await }
    };
    // Each stay is asked for twice; the second answer takes no number.
    let both = stays.iter().chain(&stays).map(|id| issue(id));
    let answers = futures::future::join_all(both).await;
    let numbers: BTreeSet<String> =
        answers.iter().filter(|a| a.status == 201).map(|a| a.text("number")[..15].to_owned()).collect();
    let expected: BTreeSet<String> = (1..=32).map(|serial| format!("3410002026{serial:05}")).collect();
    assert_eq!(numbers, expected);
    let refused: Vec<&Answer> = answers.iter().filter(|a| a.status != 201).collect();
    assert_eq!(refused.len(), 32);
    assert!(refused.iter().all(|a| a.json["code"] == "card_exists"));
});

on_both!(each_department_and_year_has_its_series, |app| {
    let world = World::build(&app).await;
    assert!(issued(&world, 1).await.starts_with("341000202600001"));
    let elsewhere = text(&world.registered_elsewhere(2).await["id"]);
    let card = world.other_secretary.post(&format!("/registrations/{elsewhere}/cards"), json!({})).await.ok();
    assert!(text(&card["number"]).starts_with("341200202600001"));
    // In China the new year begins at 16:00 UTC.
    app.advance(38 * DAY + 14 * 3600 + 1799);
    assert!(issued(&world, 3).await.starts_with("341000202600002"));
    app.advance(1);
    assert!(issued(&world, 4).await.starts_with("341000202700001"));
});

on_both!(a_department_numbers_only_while_its_division_code_is_valid, |app| {
    let world = World::build(&app).await;
    let stay = text(&world.registered(1).await["id"]);
    let change = |body: Value| {
        let path = format!("/units/{}", world.department);
        let admin = &world.admin;
        async move { admin.patch(&path, body).await.is(200) }
    };
    let path = format!("/registrations/{stay}/cards");
    change(json!({"valid_from": "1983-01-01", "valid_until": "2026-11-22"})).await;
    world.secretary.post(&path, json!({})).await.problem(409, "wrong_state");
    change(json!({"valid_from": "2026-11-24", "valid_until": null})).await;
    world.secretary.post(&path, json!({})).await.problem(409, "wrong_state");
    change(json!({"valid_from": "2026-11-23", "valid_until": "2026-11-23", "card_title": "流动党员活动证"})).await;
    let card = world.secretary.post(&path, json!({})).await.is(201).json;
    assert_eq!(card["title"], "流动党员活动证");
    assert!(text(&card["number"]).starts_with("341000202600001"), "refusals took no number");
});

/// The acts of the API with the status of their success.
const ACTS: [(&str, u16); 8] = [
    ("suspend", 200),
    ("resume", 200),
    ("report_lost", 200),
    ("replace", 201),
    ("revoke", 200),
    ("review", 200),
    ("surrender", 200),
    ("activations", 201),
];

on_both!(every_state_takes_its_acts_and_no_others, |app| {
    let world = World::build(&app).await;
    let ways: [(&[&str], &str, &[&str]); 7] = [
        (&[], "active", &["suspend", "report_lost", "replace", "revoke", "review", "surrender", "activate"]),
        (&["suspend"], "suspended", &["resume", "report_lost", "replace", "revoke", "surrender"]),
        (
            &["suspend", "resume"],
            "active",
            &["suspend", "report_lost", "replace", "revoke", "review", "surrender", "activate"],
        ),
        (&["report_lost"], "lost", &["replace"]),
        (&["replace"], "lost", &[]),
        (&["revoke"], "revoked", &[]),
        (&["surrender"], "surrendered", &[]),
    ];
    let department = &world.department_officer;
    let mut n = 0;
    for (way, status, open_to) in ways {
        for (name, success) in ACTS {
            n += 1;
            let number = issued(&world, n).await;
            for step in way {
                assert!(act(department, &number, step).await.status.is_success());
            }
            let before = department.get(&format!("/cards/{number}")).await.ok();
            assert_eq!((&before["status"], &before["actions"]), (&json!(status), &json!(open_to)), "{way:?}");
            let answer = act(department, &number, name).await;
            let offered = open_to.contains(&if name == "activations" { "activate" } else { name });
            if offered {
                answer.is(success);
            } else {
                answer.problem(409, "wrong_state");
                assert_eq!(department.get(&format!("/cards/{number}")).await.ok(), before, "nothing half-written");
            }
        }
    }
});

on_both!(who_may_do_what_with_a_card, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let offered = async |user: &User<'_>| user.get(&format!("/cards/{}", phone.card)).await.ok()["actions"].clone();
    assert_eq!(offered(&world.secretary).await, json!(["report_lost", "replace", "review", "surrender", "activate"]));
    assert_eq!(offered(&world.home_secretary).await, json!(["review", "surrender"]));
    assert_eq!(offered(&member).await, json!(["report_lost"]));
    assert_eq!(offered(&world.supervisor).await, json!([]));
    assert_eq!(offered(&world.liaison_officer).await, json!([]));
    for user in [&world.other_secretary, &world.other_department_officer] {
        user.get(&format!("/cards/{}", phone.card)).await.problem(404, "not_found");
        act(user, &phone.card, "review").await.problem(404, "not_found");
    }
    for name in ["suspend", "resume", "revoke"] {
        act(&world.secretary, &phone.card, name).await.problem(403, "not_allowed");
        act(&member, &phone.card, name).await.problem(403, "not_allowed");
    }
    act(&world.home_secretary, &phone.card, "report_lost").await.problem(404, "not_found");
    let other = world.member(2).await;
    for path in ["", "/history", "/qr.svg", "/card.png"] {
        other.user(&app).get(&format!("/cards/{}{path}", phone.card)).await.problem(404, "not_found");
    }
    act(&other.user(&app), &phone.card, "report_lost").await.problem(404, "not_found");
    for bad in ["3410002026000018", "1", "%00", "341000202600001７"] {
        world.secretary.get(&format!("/cards/{bad}")).await.is(404);
    }
    // A look is written down, but for one's own.
    let before = logged(&app, "card.view").await;
    member.get(&format!("/cards/{}", phone.card)).await.is(200);
    assert_eq!(logged(&app, "card.view").await, before);
    world.liaison_officer.get(&format!("/cards/{}", phone.card)).await.is(200);
    assert_eq!(logged(&app, "card.view").await, before + 1);
    act(&member, &phone.card, "report_lost").await.is(200);
});

on_both!(reasons_and_versions_are_asked_for, |app| {
    let world = World::build(&app).await;
    let number = issued(&world, 1).await;
    let department = &world.department_officer;
    for name in ["suspend", "resume", "report_lost", "replace", "revoke"] {
        let path = format!("/cards/{number}/{name}");
        for body in [json!({}), json!({"reason": " "}), json!({"reason": null}), json!({"reason": "x".repeat(501)})] {
            let answer = department.post(&path, body).await.problem(422, "invalid");
            assert_eq!(answer.bad_fields(), ["/reason"]);
        }
        department
            .send(department.request(reqwest::Method::POST, &path).body("{"))
            .await
            .problem(415, "unsupported_media");
    }
    let read = department.get(&format!("/cards/{number}")).await.is(200);
    assert_eq!(read.headers["etag"], "\"1\"");
    let with = |version: &'static str, name: &str| {
        let request = department.request(reqwest::Method::POST, &format!("/cards/{number}/{name}"));
        department.send(request.header("if-match", version).json(&json!({"reason": "测试"})))
    };
    with("\"2\"", "suspend").await.problem(412, "changed");
    let suspended = with("\"1\"", "suspend").await.is(200);
    assert_eq!(suspended.headers["etag"], "\"2\"");
    assert_eq!(suspended.json["version"], 2);
    with("\"1\"", "resume").await.problem(412, "changed");
    with("\"1\"", "replace").await.problem(412, "changed");
    with("*", "resume").await.is(200);
    // Without a word, with no body at all.
    let review = format!("/cards/{number}/review");
    department.send(department.request(reqwest::Method::POST, &review)).await.is(200);
});

on_both!(two_acts_at_once_do_not_both_count, |app| {
    let world = World::build(&app).await;
    let number = issued(&world, 1).await;
    let tries = (0..10).map(|n| {
        let name = if n % 2 == 0 { "revoke" } else { "replace" };
        let (number, user) = (&number, &world.department_officer);
        async move { act(user, number, name).await.status.is_success() }
    });
    let done = futures::future::join_all(tries).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
});

on_both!(a_replaced_card_is_dead_and_names_its_successor, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let new = act(&world.secretary, &phone.card, "replace").await.is(201).json;
    assert_ne!(new["number"], phone.card.as_str());
    assert_eq!((&new["status"], &new["devices"]), (&json!("active"), &json!(0)));
    phone.user(&app).get("/me").await.problem(401, "not_signed_in");
    let old = world.secretary.get(&format!("/cards/{}", phone.card)).await.ok();
    assert_eq!((&old["status"], &old["replaced_by"], &old["devices"]), (&json!("lost"), &new["number"], &json!(0)));
    let again = Phone::new().activate(&app, &text(&new["activation"]["code"])).await;
    assert_eq!(again.member_id, phone.member_id);
    assert_eq!(again.user(&app).get("/me").await.ok()["card"]["number"], new["number"]);
});

on_both!(a_suspension_outlives_a_loss, |app| {
    let world = World::build(&app).await;
    let department = &world.department_officer;
    let number = issued(&world, 1).await;
    act(department, &number, "suspend").await.is(200);
    let second = act(&world.secretary, &number, "replace").await.is(201).json;
    assert_eq!(second["status"], "suspended");
    act(&world.secretary, &text(&second["number"]), "report_lost").await.is(200);
    let stay = text(&second["registration_id"]);
    let third = world.secretary.post(&format!("/registrations/{stay}/cards"), json!({})).await.is(201).json;
    assert_eq!(third["status"], "suspended");
    let second = department.get(&format!("/cards/{}", text(&second["number"]))).await.ok();
    assert_eq!(second["replaced_by"], third["number"]);
    // A card that was never suspended is not.
    let number = issued(&world, 2).await;
    act(&world.secretary, &number, "report_lost").await.is(200);
    assert_eq!(act(&world.secretary, &number, "replace").await.ok()["status"], "active");
});

on_both!(what_the_department_has_revoked_only_the_department_begins_again, |app| {
    let world = World::build(&app).await;
    let registration = world.registered(1).await;
    let number = text(&world.card(&registration).await["number"]);
    let path = format!("/registrations/{}/cards", text(&registration["id"]));
    act(&world.department_officer, &number, "revoke").await.is(200);
    world.secretary.post(&path, json!({})).await.problem(409, "wrong_state");
    let second = world.department_officer.post(&path, json!({})).await.is(201).json;
    act(&world.secretary, &text(&second["number"]), "surrender").await.is(200);
    world.secretary.post(&path, json!({})).await.is(201);
});

on_both!(a_review_is_good_for_a_year_and_made_once, |app| {
    let world = World::build(&app).await;
    let number = issued(&world, 1).await;
    app.advance(400 * DAY);
    let card = world.secretary.get(&format!("/cards/{number}")).await.ok();
    assert_eq!((&card["status"], &card["review_overdue"]), (&json!("active"), &json!(true)));
    let reviewed = act(&world.home_secretary, &number, "review").await.ok();
    assert_eq!((&reviewed["review_due"], &reviewed["review_overdue"]), (&json!("2028-12-28"), &json!(false)));
    let early = act(&world.secretary, &number, "review").await.ok();
    assert_eq!(early["review_due"], "2029-12-28");
    act(&world.secretary, &number, "review").await.problem(409, "wrong_state");
});

on_both!(the_history_says_who_and_why, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    app.advance(60);
    act(&world.department_officer, &phone.card, "suspend").await.is(200);
    app.advance(60);
    world.department_officer.post(&format!("/cards/{}/resume", phone.card), json!({"reason": "已核实"})).await.is(200);
    app.advance(60);
    let history =
        async |user: &User<'_>| user.get(&format!("/cards/{}/history", phone.card)).await.ok()["items"].clone();
    let seen = history(&phone.user(&app)).await;
    let steps: Vec<(String, Value, String)> = seen
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| (text(&s["action"]), s["from_status"].clone(), text(&s["to_status"])))
        .collect();
    assert_eq!(
        steps,
        [
            ("issue".into(), Value::Null, "active".into()),
            ("suspend".into(), json!("active"), "suspended".into()),
            ("resume".into(), json!("suspended"), "active".into()),
        ]
    );
    assert_eq!(seen[2]["reason"], "已核实");
    assert!(text(&seen[1]["by"]).starts_with("officer-"));
    act(&phone.user(&app), &phone.card, "report_lost").await.is(200);
    assert_eq!(history(&world.secretary).await[3]["by"], "member");
});

on_both!(the_end_of_a_stay_hands_the_card_back, |app| {
    let world = World::build(&app).await;
    for (n, end, status) in [(1, "return", "returned"), (2, "transfer", "transferred")] {
        let phone = world.member(n).await;
        let member = phone.user(&app);
        let stay = text(&member.get("/me").await.ok()["registration"]["id"]);
        let path = format!("/registrations/{stay}/{end}");
        for user in [&world.other_secretary, &world.other_department_officer] {
            user.post(&path, json!({})).await.problem(404, "not_found");
        }
        world.supervisor.post(&path, json!({})).await.problem(403, "not_allowed");
        member.post(&path, json!({})).await.problem(403, "not_allowed");
        let bad =
            world.secretary.post(&path, json!({"ended_on": "2026-11-24", "reason": " "})).await.problem(422, "invalid");
        assert!(bad.bad_fields().contains(&"/reason".to_owned()), "{}", bad.json);
        world.secretary.post(&path, json!({"ended_on": "2026-11-24"})).await.problem(422, "invalid");
        let card = world.secretary.get(&format!("/cards/{}", phone.card)).await.ok();
        assert_eq!(card["status"], "active", "nothing half-written");

        let ended = world.home_secretary.post(&path, json!({"reason": "返乡"})).await.is(200);
        assert_eq!(ended.json["status"], status);
        assert_eq!(ended.json["card"]["status"], "surrendered");
        assert_eq!(ended.headers["etag"], format!("\"{}\"", ended.json["version"]));
        world.secretary.post(&path, json!({})).await.problem(409, "wrong_state");
        // The member still reads what is on record, but has no card to show.
        let me = member.get("/me").await.ok();
        assert_eq!(me["card"]["status"], "surrendered");
        member.get("/me/card/credential").await.problem(409, "wrong_state");
        act(&world.secretary, &phone.card, "replace").await.problem(409, "wrong_state");
    }
    // A stay without a living card ends as well.
    let number = issued(&world, 3).await;
    let stay = text(&world.secretary.get(&format!("/cards/{number}")).await.ok()["registration_id"]);
    act(&world.secretary, &number, "report_lost").await.is(200);
    let ended = world.secretary.post(&format!("/registrations/{stay}/return"), json!({})).await.ok();
    assert_eq!(ended["card"]["status"], "lost");
    world.secretary.post(&format!("/registrations/{stay}/cards"), json!({})).await.problem(409, "wrong_state");
});

//! What is kept no longer than it serves: people who left, attempts, and the oldest part of the audit log.

use guiyan::{
    access::audit::{self, Verdict},
    execute,
    retention::{self, Due, Periods},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, Phone, TestApp, World},
};

const MONTH: i64 = 31 * 24 * 3600;
/// Nothing goes but what a test is about.
const FOR_EVER: Periods = Periods { people: 1200, attempts: 1200, notices: 1200, log: 1200 };

async fn due(app: &TestApp, periods: Periods) -> Due {
    let mut reader = app.state.db.read().await.expect("a reader");
    retention::due(&mut reader.conn(), periods, app.now()).await.expect("a count")
}

async fn reduce(app: &TestApp, periods: Periods) -> Due {
    retention::reduce(&app.state.db, periods, app.now(), &app.state.entropy, |_| {}).await.expect("it goes")
}

async fn verdict(app: &TestApp) -> Verdict {
    audit::verify(&mut app.state.db.read().await.expect("a reader").conn()).await.expect("a walk")
}

/// Scans twice: one entry, and two attempts.
async fn comes_to(world: &World<'_>, event: &Value, phone: &Phone) {
    for item in ["01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8c"] {
        let body = json!({"items": [{
            "id": item, "event_id": event["id"], "occurred_at": world.app.now(), "method": "manual",
            "member_id": phone.member_id, "note": "忘带手机"
        }]});
        world.secretary.post("/check-ins", body).await.ok();
    }
}

async fn is_away(world: &World<'_>, event: &Value, phone: &Phone) {
    let leave = format!("/events/{}/leave", event["id"].as_str().expect("an id"));
    phone.user(world.app).post(&leave, json!({"reason": "在医院"})).await.ok();
}

async fn goes_home(world: &World<'_>, phone: &Phone) {
    let stay = phone.user(world.app).get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    world.department_officer.post(&format!("/registrations/{stay}/return"), json!({"reason": "回乡"})).await.ok();
}

on_both!(whoever_left_long_ago_is_a_figure_and_no_person, |app| {
    let world = World::build(&app).await;
    let (leaves, stays) = (world.member(1).await, world.member(2).await);
    let event = world.event().await;
    comes_to(&world, &event, &stays).await;
    is_away(&world, &event, &leaves).await;
    let post = json!({"unit_id": world.host, "member_id": leaves.member_id, "kind": "organiser", "dual_title": "厂长", "from": "2026-01-01"});
    world.secretary.post("/posts", post).await.is(201);
    goes_home(&world, &leaves).await;
    let attendance = format!("/events/{}/attendance", event["id"].as_str().expect("an id"));
    let before = world.secretary.get(&attendance).await.ok();

    let periods = Periods { people: 12, ..FOR_EVER };
    app.advance(11 * MONTH);
    assert_eq!(due(&app, periods).await, Due::default(), "not yet");
    app.advance(2 * MONTH);
    assert_eq!(due(&app, periods).await, Due { people: 1, ..Due::default() });
    assert_eq!(reduce(&app, periods).await, Due { people: 1, ..Due::default() });
    assert_eq!(reduce(&app, periods).await, Due::default(), "once is enough");
    assert!(matches!(verdict(&app).await, Verdict::Whole(_)));

    let post = world.secretary.get("/posts").await.ok()["items"][0].clone();
    assert_eq!((&post["dual"], &post["dual_title"]), (&json!(true), &json!(null)));

    // The stay is still counted, and says nothing of the person.
    let officer = &world.department_officer;
    let list = officer.get("/registrations?status=returned").await.ok();
    let ended = &list["items"][0];
    assert_eq!((ended["member"]["name"].as_str(), &ended["end_reason"]), (Some("＊＊＊"), &Value::Null));
    officer.get(&format!("/members/{}", leaves.member_id)).await.problem(404, "not_found");
    officer.get(&format!("/members/{}/photo", leaves.member_id)).await.problem(404, "not_found");
    let history = format!("/registrations/{}/history", ended["id"].as_str().expect("an id"));
    assert!(!officer.get(&history).await.ok().to_string().contains("回乡"));
    officer.get(&format!("/registrations/{}", ended["id"].as_str().expect("an id"))).await.ok();
    officer.get(&format!("/cards/{}", leaves.card)).await.ok();
    let person = Person::nth(1);
    for text in [person.name.as_str(), &person.id_number, &person.phone, &person.phone[7..]] {
        let found = officer.get(&format!("/registrations?q={text}")).await.ok();
        assert!(!found.to_string().contains(&leaves.member_id), "{text}");
        let suggested = officer.post("/member-suggestions", json!({"q": text})).await;
        assert!(!suggested.json.to_string().contains(&leaves.member_id), "{text}");
    }
    // The phone is nobody's any more.
    leaves.user(&app).get("/me").await.problem(401, "not_signed_in");

    // The meeting has as many as before; the reason for leave is gone.
    let after = world.secretary.get(&attendance).await.ok();
    assert_eq!(before["counts"], after["counts"]);
    assert!(before.to_string().contains("在医院") && !after.to_string().contains("在医院"));
    // Who is still there is untouched.
    let me = stays.user(&app).get("/me").await.ok();
    assert_eq!(me["member"]["name"], json!(Person::nth(2).name));

    // Who comes back is new.
    let filed = world.filed(1).await;
    assert_ne!(filed["member_id"], json!(leaves.member_id));
    assert_eq!(filed["member"]["name"], json!(person.name));
});

on_both!(who_left_and_came_back_is_kept, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    goes_home(&world, &phone).await;
    app.advance(13 * MONTH);
    world.filed(1).await;
    let periods = Periods { people: 12, ..FOR_EVER };
    assert_eq!(due(&app, periods).await, Due::default());
    assert_eq!(reduce(&app, periods).await, Due::default());
});

on_both!(old_attempts_go_and_their_entries_stay, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = world.event().await;
    comes_to(&world, &event, &phone).await;
    let periods = Periods { attempts: 3, ..FOR_EVER };
    assert_eq!(reduce(&app, periods).await, Due::default());
    app.advance(4 * MONTH);
    assert_eq!(due(&app, periods).await, Due { attempts: 2, ..Due::default() });
    assert_eq!(reduce(&app, periods).await, Due { attempts: 2, ..Due::default() });
    let record = world.secretary.get(&format!("/members/{}/attendance", phone.member_id)).await.ok();
    assert_eq!(
        (record["items"].as_array().map(Vec::len), &record["items"][0]["outcome"]),
        (Some(1), &json!("present"))
    );
});

on_both!(old_notices_go, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let periods = Periods { notices: 6, ..FOR_EVER };
    app.advance(7 * MONTH);
    let told = due(&app, periods).await.notices;
    assert!(told > 0);
    assert_eq!(reduce(&app, periods).await, Due { notices: told, ..Due::default() });
    assert_eq!(phone.user(&app).get("/me/notices").await.ok()["items"], json!([]));
});

on_both!(the_audit_log_is_cut_at_its_old_end_and_still_shows_every_change, |app| {
    let world = World::build(&app).await;
    world.registered(1).await;
    let Verdict::Whole(all) = verdict(&app).await else { panic!("whole") };
    app.advance(7 * MONTH);
    world.registered(2).await;
    let Verdict::Whole(with_new) = verdict(&app).await else { panic!("whole") };
    let periods = Periods { log: 6, ..FOR_EVER };
    assert_eq!(due(&app, periods).await, Due { log: all, ..Due::default() });
    assert_eq!(reduce(&app, periods).await, Due { log: all, ..Due::default() });
    // The chain goes on, with the record of the cut.
    assert_eq!(verdict(&app).await, Verdict::Whole(with_new + 1));
    world.registered(3).await;
    assert!(matches!(verdict(&app).await, Verdict::Whole(_)));

    let tampered = async |statement: &'static str| {
        let run = app.state.db.write(move |c| Box::pin(async move { Ok(execute!(c, sqlx::query(statement))?) }));
        assert_eq!(run.await.expect("it runs"), 1);
    };
    tampered("delete from audit_log where seq = (select min(seq) from audit_log)").await;
    assert_eq!(verdict(&app).await, Verdict::BrokenAt(all + 1), "the first record behind the cut is missing");
});

on_both!(what_was_promised_said_and_solved_loses_its_words_and_keeps_its_figures, |app| {
    let world = World::build(&app).await;
    let leaves = world.member(1).await;
    let post = async |path: &str, body: Value| world.secretary.post(path, body).await.is(201).text("id");
    let (unit, member) = (&world.host, &leaves.member_id);
    let talk = post(
        "/talks",
        json!({
            "unit_id": unit, "talker_post": "支部书记", "held_on": "2026-11-20", "mode": "one_to_one", "with": [member],
            "topics": ["health"], "follow_up": {"what": "陪同复诊", "due_on": "2026-12-01"}
        }),
    )
    .await;
    let opinion = post(
        "/opinions",
        json!({"unit_id": unit, "source": "interview", "text": "想换班", "topic": "other", "named_member_id": member}),
    )
    .await;
    let case = post(
        "/cases",
        json!({"unit_id": unit, "member_id": member, "about": "health", "note": "慢性病", "opened_on": "2026-11-20"}),
    )
    .await;
    let aid = json!({
        "unit_id": unit, "case_id": case, "given_on": "2026-11-20", "kind": "in_kind", "amount_fen": 300, "what": "血压计"
    });
    let aid = post("/aid", aid).await;
    let pair = json!({"unit_id": unit, "helper_unit_id": unit, "helped_id": member, "since": "2026-11-01"});
    let pair = post("/pairings", pair).await;
    let records = [format!("/cases/{case}"), format!("/aid/{aid}"), format!("/pairings/{pair}")];
    for record in &records {
        let why = json!({"reason": "登记错了人"});
        let voided = world.secretary.post(&format!("{record}/void"), why).await.ok();
        assert_eq!(voided["void_reason"], "登记错了人");
    }
    goes_home(&world, &leaves).await;
    app.advance(13 * MONTH);
    let periods = Periods { people: 12, ..FOR_EVER };
    assert_eq!(reduce(&app, periods).await, Due { people: 1, ..Due::default() });

    let read = async |path: String| world.secretary.get(&path).await.ok();
    let talk = read(format!("/talks/{talk}")).await;
    assert_eq!((&talk["follow_up"]["what"], &talk["persons"]), (&Value::Null, &json!(1)));
    let opinion = read(format!("/opinions/{opinion}")).await;
    assert_eq!((&opinion["text"], &opinion["named"], &opinion["member"]), (&Value::Null, &json!(false), &Value::Null));
    let case = read(format!("/cases/{case}")).await;
    assert_eq!((&case["note"], &case["about"]), (&Value::Null, &json!("health")));
    let aid = read(format!("/aid/{aid}")).await;
    assert_eq!((&aid["what"], &aid["amount_fen"]), (&Value::Null, &json!(300)));
    for record in records {
        let record = read(record).await;
        assert_eq!((&record["state"], &record["void_reason"]), (&json!("void"), &Value::Null));
    }
});

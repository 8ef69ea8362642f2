//! Checking in: every path of the contract, its verdicts and reasons.

use guiyan::{
    access::audit,
    clock::Instant,
    codes::{self, pack, unpack},
    ids::{CheckInId, DeviceId},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Phone, TestApp, User, World},
};

/// A new id, as clients make them.
fn new_id(app: &TestApp) -> String {
    CheckInId::new(app.now(), &app.state.entropy).to_string()
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// The digits that the screen shows now.
async fn screen(world: &World<'_>, event: &str) -> String {
    let url =
        world.secretary.get(&format!("/events/{event}/code")).await.ok()["url"].as_str().expect("a URL").to_owned();
    url.split_once('#').expect("a fragment").1.to_owned()
}

/// A scan of the screen with its proof.
fn scan(app: &TestApp, phone: &Phone, event: &str, code: &str) -> Value {
    let id = new_id(app);
    let proof = phone.proof(&id, event, code, app.now().seconds());
    json!({"id": id, "event_id": event, "occurred_at": app.now(), "method": "event_code", "code": code, "proof": proof})
}

fn manual(app: &TestApp, event: &str, member: &str) -> Value {
    json!({"id": new_id(app), "event_id": event, "occurred_at": app.now(), "method": "manual", "member_id": member,
           "note": "手机没电"})
}

fn card(app: &TestApp, event: &str, presentation: &str) -> Value {
    json!({"id": new_id(app), "event_id": event, "occurred_at": app.now(), "method": "card", "presentation": presentation})
}

async fn send(user: &User<'_>, item: &Value) -> Value {
    let body = user.post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(body["items"][0]["id"], item["id"]);
    body["items"][0].clone()
}

/// Verdict and reason in one word.
fn told(answer: &Value) -> String {
    match answer["reason"].as_str() {
        Some(reason) => format!("{} {reason}", answer["verdict"].as_str().expect("a verdict")),
        None => answer["verdict"].as_str().expect("a verdict").to_owned(),
    }
}

#[track_caller]
fn is(answer: &Value, expected: &str) {
    assert_eq!(told(answer), expected, "{answer}");
    let kept = expected == "accepted" || expected == "duplicate" || expected == "conflict";
    assert!(answer["check_in"].is_object() == kept || expected.starts_with("replayed"), "{answer}");
}

/// The live code of a phone, for one event or (`None`) for any.
async fn live_card(app: &TestApp, phone: &Phone, code_id: Option<&str>, at: Instant) -> String {
    let credential = phone.user(app).get("/me/card/credential").await.ok();
    let mut bytes = unpack(credential["live_prefix"].as_str().expect("digits")).expect("bytes");
    bytes.extend(u32::try_from(at.seconds()).expect("a time").to_be_bytes());
    let audience =
        code_id.map_or([0; 4], |id| codes::audience(hex::decode(id).expect("hex").try_into().expect("8 bytes")));
    bytes.extend(audience);
    let signature = phone.sign(&[b"guiyan/live/1", &bytes[..]].concat());
    bytes.extend(signature);
    pack(&bytes)
}

async fn static_card(app: &TestApp, phone: &Phone) -> String {
    phone.user(app).get("/me/card/credential").await.ok()["static"].as_str().expect("digits").to_owned()
}

async fn attendance(world: &World<'_>, event: &str) -> Value {
    world.secretary.get(&format!("/events/{event}/attendance")).await.ok()
}

/// The attendance row of a member.
async fn row(world: &World<'_>, event: &str, member: &str) -> Value {
    let list = attendance(world, event).await;
    let rows = list["items"].as_array().expect("items");
    rows.iter().find(|row| row["member"]["id"] == member).cloned().unwrap_or(Value::Null)
}

on_both!(a_member_scans_the_screen, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let item = scan(&app, &phone, &event, &code);
    let first = send(&phone.user(&app), &item).await;
    is(&first, "accepted");
    let check_in = &first["check_in"];
    assert_eq!(check_in["member"]["id"], phone.member_id.as_str());
    assert_eq!(check_in["event"]["id"], event.as_str());
    assert_eq!(check_in["event"]["unit"]["id"], world.host.as_str());
    assert_eq!((&check_in["outcome"], &check_in["method"]), (&json!("present"), &json!("event_code")));
    assert_eq!((&check_in["late"], &check_in["weak"]), (&json!(false), &json!(false)));
    assert_eq!(check_in["occurred_at"], json!(app.now()));
    // The same id again, whatever it says by now; then a new scan of the same member.
    app.advance(5);
    let mut again = item.clone();
    again["code"] = json!("1");
    let replayed = send(&phone.user(&app), &again).await;
    is(&replayed, "replayed");
    assert_eq!(replayed["check_in"], *check_in);
    let second = send(&phone.user(&app), &scan(&app, &phone, &event, &code)).await;
    is(&second, "duplicate");
    assert_eq!(second["check_in"], *check_in);
    // By the whole address, signed in only, without an event id: the code names its event.
    let url = format!("{}/e#{code}", app.url);
    let bare = json!({"id": new_id(&app), "occurred_at": app.now(), "method": "event_code", "code": url});
    is(&send(&other.user(&app), &bare).await, "accepted");

    let list = attendance(&world, &event).await;
    assert_eq!(
        list["counts"],
        json!({"expected": 2, "present": 2, "on_leave": 0, "absent": 0, "made_up": 0, "visitors": 0})
    );
    let row = row(&world, &event, &phone.member_id).await;
    assert_eq!(
        (&row["outcome"], &row["visitor"], &row["host"]["id"]),
        (&json!("present"), &json!(false), &json!(world.host))
    );
    assert_eq!(row["entry_id"], check_in["id"]);
    let mut reader = app.state.db.read().await.expect("a reader");
    assert!(matches!(audit::verify(&mut reader.conn()).await, Ok(audit::Verdict::Whole(_))));
});

on_both!(only_the_code_of_this_event_and_time_counts, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let (event, other) = (id_of(&world.event().await), id_of(&world.event().await));
    let codes = world.secretary.get(&format!("/events/{event}/code?count=60")).await.ok();
    let ahead = |n: usize| codes["ahead"][n]["url"].as_str().expect("a URL").split_once('#').expect("#").1.to_owned();
    let code = screen(&world, &event).await;
    let altered = |at: usize| {
        let mut digits = code.clone().into_bytes();
        digits[at] = if digits[at] == b'1' { b'2' } else { b'1' };
        String::from_utf8(digits).expect("digits")
    };
    for (name, code, expected) in [
        ("two windows ahead", ahead(1), "rejected code_expired"),
        ("ten minutes ahead", ahead(59), "rejected code_expired"),
        ("another event's", screen(&world, &other).await, "rejected code_invalid"),
        ("altered in its window", altered(30), "rejected code_invalid"),
        ("altered in its MAC", altered(50), "rejected code_invalid"),
        ("cut", code[..50].to_owned(), "rejected code_invalid"),
        ("empty", String::new(), "rejected code_invalid"),
        ("no digits", "签到".to_owned(), "rejected code_invalid"),
        ("long", "1".repeat(5000), "rejected code_invalid"),
        ("a card's address", format!("{}/v#{code}", app.url), "rejected code_invalid"),
        ("one window ahead", ahead(0), "accepted"),
    ] {
        let answer = send(&user, &scan(&app, &phone, &event, &code)).await;
        assert_eq!(told(&answer), expected, "{name}");
    }
    let list = attendance(&world, &event).await;
    assert_eq!((&list["attempts_refused"], &list["counts"]["present"]), (&json!(10), &json!(1)));
});

on_both!(an_old_code_counts_with_its_proof_only, |app| {
    let world = World::build(&app).await;
    let (phone, late, stale) = (world.member(1).await, world.member(2).await, world.member(3).await);
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let (at, id) = (app.now(), new_id(&app));
    let kept = scan(&app, &late, &event, &code);
    app.advance(20);
    is(&send(&phone.user(&app), &scan(&app, &phone, &event, &code)).await, "accepted");
    app.advance(10);
    // Scanned now: the code is three windows old.
    is(&send(&stale.user(&app), &scan(&app, &stale, &event, &code)).await, "rejected code_expired");
    app.advance(3600);
    // Kept on the phone and sent an hour later.
    let mut unproven = kept.clone();
    unproven["proof"] = Value::Null;
    unproven["id"] = json!(new_id(&app));
    is(&send(&late.user(&app), &unproven).await, "rejected code_expired");
    let answer = send(&late.user(&app), &kept).await;
    is(&answer, "accepted");
    assert_eq!((&answer["check_in"]["late"], &answer["check_in"]["occurred_at"]), (&json!(true), &json!(at)));
    assert_eq!(answer["check_in"]["recorded_at"], json!(app.now()));
    // A time that the phone has not signed.
    let proof = stale.proof(&id, &event, &code, at.seconds());
    let shifted = json!({"id": id, "event_id": event, "occurred_at": at.plus_seconds(600), "method": "event_code",
                         "code": code, "proof": proof});
    is(&send(&stale.user(&app), &shifted).await, "rejected clock_implausible");
});

on_both!(a_proof_holds_for_one_item_of_ones_own, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let user = phone.user(&app);
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let now = app.now().seconds();
    let item = |id: &str, proof: String| json!({"id": id, "event_id": event, "occurred_at": app.now(), "method": "event_code", "code": code, "proof": proof});
    let id = || new_id(&app);
    let claims = |id: &str| json!({"jti": id, "event": event, "code": code, "iat": now});
    let mut stranger = Phone::new();
    stranger.device_id = phone.device_id.clone();
    let mut unbound = Phone::new();
    unbound.device_id = DeviceId::new(app.now(), &app.state.entropy).to_string();
    let none = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b";
    let mut cut = phone.proof(none, &event, &code, now);
    cut.truncate(cut.len() - 2);
    for (name, id, proof, expected) in [
        ("another member's phone", id(), other.proof(none, &event, &code, now), "rejected not_permitted"),
        ("another item's", id(), phone.proof(none, &event, &code, now), "rejected code_invalid"),
        ("another event's", none.into(), phone.proof(none, none, &code, now), "rejected code_invalid"),
        (
            "another code's",
            none.replace('0', "1"),
            phone.proof(&none.replace('0', "1"), &event, "1", now),
            "rejected code_invalid",
        ),
        (
            "a stranger's key",
            none.replace('0', "2"),
            stranger.proof(&none.replace('0', "2"), &event, &code, now),
            "rejected code_invalid",
        ),
        (
            "an unbound phone",
            none.replace('0', "3"),
            unbound.proof(&none.replace('0', "3"), &event, &code, now),
            "rejected code_invalid",
        ),
        (
            "a session's token",
            none.replace('0', "4"),
            phone.token("session+jwt", &claims(&none.replace('0', "4"))),
            "rejected code_invalid",
        ),
        ("cut", none.replace('0', "5"), cut, "rejected code_invalid"),
        ("no token", id(), "x.y.z".into(), "rejected code_invalid"),
        (
            "a time without end",
            none.replace('0', "6"),
            phone.token(
                "check-in+jwt",
                &json!({"jti": none.replace('0', "6"),
            "event": event, "code": code, "iat": i64::MAX}),
            ),
            "rejected code_invalid",
        ),
    ] {
        let answer = send(&user, &item(&id, proof)).await;
        assert_eq!(told(&answer), expected, "{name}");
    }
    // The whole address was signed, the digits alone are sent: the same code.
    let id = new_id(&app);
    let proof = phone.proof(&id, &event, &format!("{}/e#{code}", app.url), now);
    is(&send(&user, &item(&id, proof)).await, "accepted");
});

on_both!(a_phone_without_network_signs_the_short_id_of_the_code, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = world.event().await;
    let code = screen(&world, &id_of(&event)).await;
    let now = app.now().seconds();
    let item = |named: &str| {
        let id = new_id(&app);
        let proof = phone.proof(&id, named, &code, now);
        json!({"id": id, "occurred_at": app.now(), "method": "event_code", "code": code, "proof": proof})
    };
    let user = phone.user(&app);
    is(&send(&user, &item("00112233445566ff")).await, "rejected code_invalid");
    is(&send(&user, &item("")).await, "rejected code_invalid");
    is(&send(&user, &item(event["code_id"].as_str().expect("a short id"))).await, "accepted");
});

on_both!(event_and_clock_are_looked_at_first, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let event = world.event().await;
    let (event_id, opens): (String, Instant) =
        (id_of(&event), event["check_in"]["opens_at"].as_str().expect("a time").parse().expect("a time"));
    let code = screen(&world, &event_id).await;
    let mut item = scan(&app, &phone, &event_id, &code);
    let mut at = |occurred: Instant| {
        item["id"] = json!(new_id(&app));
        item["occurred_at"] = json!(occurred);
        item["proof"] = Value::Null;
        item.clone()
    };
    is(&send(&user, &at(opens.plus_seconds(-1))).await, "rejected too_early");
    is(&send(&user, &at(app.now().plus_seconds(301))).await, "rejected clock_implausible");
    is(&send(&user, &at(app.now().plus_seconds(-31 * 86400))).await, "rejected clock_implausible");
    is(&send(&user, &at(app.now().plus_seconds(-900))).await, "rejected clock_implausible");
    let mut nowhere = at(app.now());
    nowhere["event_id"] = json!(new_id(&app));
    is(&send(&user, &nowhere).await, "rejected unknown_event");
    nowhere["id"] = json!(new_id(&app));
    nowhere["event_id"] = Value::Null;
    nowhere["code"] = json!("12345");
    is(&send(&user, &nowhere).await, "rejected unknown_event");
    is(&send(&world.secretary, &manual(&app, &new_id(&app), &phone.member_id)).await, "rejected unknown_event");
    app.advance(8000);
    is(&send(&user, &scan(&app, &phone, &event_id, &screen(&world, &event_id).await)).await, "rejected too_late");

    let cancelled = id_of(&world.event().await);
    let code = screen(&world, &cancelled).await;
    world.secretary.post(&format!("/events/{cancelled}/cancel"), json!({"reason": "台风"})).await.is(200);
    is(&send(&user, &scan(&app, &phone, &cancelled, &code)).await, "rejected event_not_open");
});

on_both!(nobody_checks_in_beyond_their_right, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let user = phone.user(&app);
    is(&send(&user, &manual(&app, &event, &phone.member_id)).await, "rejected not_permitted");
    is(&send(&user, &manual(&app, &event, &other.member_id)).await, "rejected not_permitted");
    is(&send(&user, &card(&app, &event, &static_card(&app, &phone).await)).await, "rejected not_permitted");
    let mut for_another = scan(&app, &phone, &event, &code);
    for_another["member_id"] = json!(other.member_id);
    is(&send(&user, &for_another).await, "rejected not_permitted");
    let mut by_officer = scan(&app, &phone, &event, &code);
    by_officer["member_id"] = json!(phone.member_id);
    is(&send(&world.secretary, &by_officer).await, "rejected not_permitted");
    is(&send(&world.other_secretary, &manual(&app, &event, &phone.member_id)).await, "rejected not_permitted");
    is(&send(&world.home_secretary, &manual(&app, &event, &phone.member_id)).await, "rejected not_permitted");
    is(&send(&world.committee_officer, &manual(&app, &event, &phone.member_id)).await, "accepted");
    for user in [&world.department_officer, &world.supervisor, &world.liaison_officer, &world.admin] {
        user.post("/check-ins", json!({"items": []})).await.problem(403, "not_allowed");
    }
    app.stranger().post("/check-ins", json!({"items": []})).await.problem(401, "not_signed_in");
    assert_eq!(attendance(&world, &event).await["counts"]["present"], 1);
});

on_both!(a_name_is_picked_with_a_reason, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    for (field, value) in
        [("note", Value::Null), ("note", json!(" ")), ("member_id", Value::Null), ("event_id", Value::Null)]
    {
        let mut item = manual(&app, &event, &phone.member_id);
        item[field] = value;
        let answer = world.secretary.post("/check-ins", json!({"items": [item]})).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), [format!("/items/0/{field}")]);
    }
    let answer = send(&world.secretary, &manual(&app, &event, &phone.member_id)).await;
    is(&answer, "accepted");
    assert_eq!(answer["check_in"]["method"], "manual");
    assert_eq!(row(&world, &event, &phone.member_id).await["reason"], "手机没电");
    let pending = world.filed(7).await;
    let pending = pending["member_id"].as_str().expect("a member");
    is(&send(&world.secretary, &manual(&app, &event, pending)).await, "rejected registration_not_active");
    is(&send(&world.secretary, &manual(&app, &event, &new_id(&app))).await, "rejected registration_not_active");
});

on_both!(the_audience_decides_who_may_come, |app| {
    let world = World::build(&app).await;
    let elsewhere = world.registered_elsewhere(5).await;
    let guest = elsewhere["member_id"].as_str().expect("a member").to_owned();
    let own = id_of(&world.event().await);
    is(&send(&world.secretary, &manual(&app, &own, &guest)).await, "rejected not_in_audience");
    let open = id_of(&world.event().await);
    world.secretary.patch(&format!("/events/{open}"), json!({"audience": "open"})).await.is(200);
    is(&send(&world.secretary, &manual(&app, &open, &guest)).await, "accepted");
    let guest_row = row(&world, &open, &guest).await;
    assert_eq!((&guest_row["visitor"], &guest_row["host"]["id"]), (&json!(true), &json!(world.other_host)));
    let counts = attendance(&world, &open).await["counts"].clone();
    assert_eq!((&counts["expected"], &counts["present"], &counts["visitors"]), (&json!(0), &json!(1), &json!(1)));
    // An event of the committee is for all below it.
    let body = json!({"unit_id": world.committee, "kind": "mobilisation_report", "title": "动员报告", "starts_at": app.now(),
                      "ends_at": app.now().plus_seconds(3600)});
    let above = id_of(&world.committee_officer.post("/events", body).await.ok());
    is(&send(&world.committee_officer, &manual(&app, &above, &guest)).await, "accepted");
    is(&send(&world.secretary, &manual(&app, &above, &guest)).await, "rejected not_permitted");
});

on_both!(a_secretary_scans_cards, |app| {
    let world = World::build(&app).await;
    let phones = [world.member(1).await, world.member(2).await, world.member(3).await];
    let event = world.event().await;
    let (id, code_id) = (id_of(&event), event["code_id"].as_str().expect("a code id"));
    let other = world.event().await;
    let other_code = other["code_id"].as_str().expect("a code id");
    let live = |phone: usize, code_id: Option<String>, age: i64| {
        let (app, phones) = (&app, &phones);
        async move { live_card(app, &phones[phone], code_id.as_deref(), app.now().plus_seconds(-age)).await }
    };
    let secretary = &world.secretary;
    let shown = |code: String| card(&app, &id, &code);
    is(&send(secretary, &shown(live(0, Some(other_code.into()), 0).await)).await, "rejected presentation_invalid");
    is(&send(secretary, &shown(live(0, None, 181).await)).await, "rejected presentation_stale");
    let mut forged = live(0, None, 0).await.into_bytes();
    forged[440] = if forged[440] == b'1' { b'2' } else { b'1' };
    is(&send(secretary, &shown(String::from_utf8(forged).expect("digits"))).await, "rejected presentation_invalid");
    let mut forged = static_card(&app, &phones[0]).await.into_bytes();
    forged[30] = if forged[30] == b'1' { b'2' } else { b'1' };
    is(&send(secretary, &shown(String::from_utf8(forged).expect("digits"))).await, "rejected presentation_invalid");
    is(&send(secretary, &shown("hello".into())).await, "rejected presentation_invalid");
    is(&send(secretary, &shown(screen(&world, &id).await)).await, "rejected presentation_invalid");

    let answer = send(secretary, &shown(live(0, Some(code_id.into()), 0).await)).await;
    is(&answer, "accepted");
    assert_eq!((&answer["check_in"]["method"], &answer["check_in"]["weak"]), (&json!("card"), &json!(false)));
    is(&send(secretary, &shown(live(1, None, 120).await)).await, "accepted");
    let answer = send(secretary, &shown(format!("{}/v#{}", app.url, static_card(&app, &phones[2]).await))).await;
    is(&answer, "accepted");
    assert_eq!(answer["check_in"]["weak"], true);
    is(&send(secretary, &shown(live(2, None, 0).await)).await, "duplicate");
    // Scanned without network, sent an hour later: the card was fresh when it was shown.
    let kept = card(&app, &id_of(&other), &live(0, None, 0).await);
    app.advance(3600);
    let answer = send(secretary, &kept).await;
    is(&answer, "accepted");
    assert_eq!(answer["check_in"]["late"], true);
});

on_both!(a_card_that_is_not_good_does_not_count, |app| {
    let world = World::build(&app).await;
    let event = id_of(&world.event().await);
    let reason = json!({"reason": "测试"});
    for (n, act, by, expected) in [
        (1, "suspend", &world.department_officer, "rejected card_suspended"),
        (2, "revoke", &world.department_officer, "rejected card_revoked"),
        (3, "report_lost", &world.secretary, "rejected card_lost"),
        (4, "surrender", &world.secretary, "rejected card_surrendered"),
    ] {
        let phone = world.member(n).await;
        let code = static_card(&app, &phone).await;
        by.post(&format!("/cards/{}/{act}", phone.card), reason.clone()).await.is(200);
        is(&send(&world.secretary, &card(&app, &event, &code)).await, expected);
        // The registration is active all the same, so the name can be picked.
        is(&send(&world.secretary, &manual(&app, &event, &phone.member_id)).await, "accepted");
    }
    let phone = world.member(5).await;
    let code = static_card(&app, &phone).await;
    let registration = phone.user(&app).get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{registration}/return"), reason).await.is(200);
    is(&send(&world.secretary, &card(&app, &event, &code)).await, "rejected card_surrendered");
    is(&send(&world.secretary, &manual(&app, &event, &phone.member_id)).await, "rejected registration_not_active");
});

on_both!(a_printed_code_serves_a_day_and_says_so, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let printed = world.secretary.get(&format!("/events/{event}/code?printed=true&count=2")).await.ok();
    let digits = |url: &Value| url.as_str().expect("a URL").split_once('#').expect("#").1.to_owned();
    let tomorrow = digits(&printed["ahead"][0]["url"]);
    is(&send(&phone.user(&app), &scan(&app, &phone, &event, &tomorrow)).await, "rejected code_expired");
    app.advance(1800);
    let answer = send(&phone.user(&app), &scan(&app, &phone, &event, &digits(&printed["url"]))).await;
    is(&answer, "accepted");
    assert_eq!((&answer["check_in"]["weak"], &answer["check_in"]["late"]), (&json!(true), &json!(false)));
});

on_both!(one_item_never_spoils_another, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let (one, two) = (id_of(&world.event().await), id_of(&world.event().await));
    let repeated = manual(&app, &one, &phone.member_id);
    let items = json!([
        manual(&app, &new_id(&app), &phone.member_id),
        card(&app, &one, "nonsense"),
        repeated,
        manual(&app, &one, &phone.member_id),
        repeated,
        manual(&app, &two, &phone.member_id),
    ]);
    let answer = world.secretary.post("/check-ins", json!({"items": items})).await.ok();
    let verdicts: Vec<String> = answer["items"].as_array().expect("items").iter().map(told).collect();
    let expected =
        ["rejected unknown_event", "rejected presentation_invalid", "accepted", "duplicate", "replayed", "accepted"];
    assert_eq!(verdicts, expected);
    // The same ids from another client are its own.
    let mut again = repeated.clone();
    again["event_id"] = json!(two);
    is(&send(&world.committee_officer, &again).await, "duplicate");
    // A refusal is repeated too.
    let refused = &items[1];
    let answer = send(&world.secretary, refused).await;
    assert_eq!(told(&answer), "replayed presentation_invalid");
});

on_both!(malformed_items_are_named_and_nothing_is_kept, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let good = manual(&app, &event, &phone.member_id);
    let post = |body: Value| world.secretary.post("/check-ins", body);
    let items = json!([
        good,
        {"id": "x", "event_id": 7, "occurred_at": "now", "method": "magic", "proof": {}},
        {},
        {"id": new_id(&app), "occurred_at": app.now(), "method": "card"},
        {"id": new_id(&app), "occurred_at": "9999-01-01T00:00:00Z", "method": "event_code", "code": [[{}]]},
        good,
    ]);
    let answer = post(json!({"items": items})).await.problem(422, "invalid");
    let expected = [
        "/items/1/event_id",
        "/items/1/id",
        "/items/1/method",
        "/items/1/occurred_at",
        "/items/1/proof",
        "/items/2/id",
        "/items/2/method",
        "/items/2/occurred_at",
        "/items/4/code",
        "/items/4/occurred_at",
    ];
    assert_eq!(answer.bad_fields(), expected);
    let items = json!([good, {"id": new_id(&app), "occurred_at": app.now(), "method": "card"},
                       {"id": new_id(&app), "occurred_at": app.now(), "method": "event_code"}]);
    let answer = post(json!({"items": items})).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/items/1/event_id", "/items/1/presentation", "/items/2/code"]);
    for body in [
        json!({}),
        json!({"items": null}),
        json!({"items": []}),
        json!({"items": {}}),
        json!([]),
        json!({"items": [null]}),
    ] {
        post(body).await.is(422);
    }
    let many: Vec<Value> = (0..501).map(|_| manual(&app, &event, &phone.member_id)).collect();
    let answer = post(json!({"items": many})).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/items"]);
    let list = attendance(&world, &event).await;
    assert_eq!((&list["counts"]["present"], &list["attempts_refused"]), (&json!(0), &json!(0)));
});

on_both!(five_hundred_items_are_answered_in_order, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let items: Vec<Value> = (0..500).map(|_| scan(&app, &phone, &event, &code)).collect();
    let answer = phone.user(&app).post("/check-ins", json!({"items": items})).await.ok();
    let answers = answer["items"].as_array().expect("items");
    assert_eq!(answers.len(), 500);
    for (n, (item, answer)) in items.iter().zip(answers).enumerate() {
        assert_eq!(item["id"], answer["id"]);
        is(answer, if n == 0 { "accepted" } else { "duplicate" });
    }
    // Nothing was lost on the way, and a repeat changes nothing.
    let answer = phone.user(&app).post("/check-ins", json!({"items": items})).await.ok();
    assert!(answer["items"].as_array().expect("items").iter().all(|answer| told(answer) == "replayed"));
    assert_eq!(attendance(&world, &event).await["counts"]["present"], 1);
});

on_both!(a_thousand_scans_at_once_make_one_entry, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let user = phone.user(&app);
    let bodies: Vec<Value> = (0..1000).map(|_| json!({"items": [scan(&app, &phone, &event, &code)]})).collect();
    let answers = futures::future::join_all(bodies.into_iter().map(|body| user.post("/check-ins", body))).await;
    let verdicts: Vec<String> = answers.into_iter().map(|answer: Answer| told(&answer.ok()["items"][0])).collect();
    assert_eq!(verdicts.iter().filter(|verdict| *verdict == "accepted").count(), 1);
    assert_eq!(verdicts.iter().filter(|verdict| *verdict == "duplicate").count(), 999);
    let counts = attendance(&world, &event).await["counts"].clone();
    assert_eq!(counts["present"], 1);
    let record = user.get("/me/attendance").await.ok();
    assert_eq!(record["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(record["totals"], json!({"events": 1, "hours": 2.0}));
});

on_both!(a_restart_keeps_everything, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let code = screen(&world, &event).await;
    let item = scan(&app, &phone, &event, &code);
    let first = send(&phone.user(&app), &item).await;
    is(&first, "accepted");
    let again = app.reopened().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let service = guiyan::router::build(again).into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    // The same token, code and proof, at the server that has just started.
    let request = phone.user(&app).request(reqwest::Method::POST, "/check-ins").build().expect("a request");
    let token = request.headers()["authorization"].clone();
    let answer = app
        .http
        .post(format!("http://{address}/api/v1/check-ins"))
        .header("authorization", token)
        .json(&json!({"items": [item, scan(&app, &phone, &event, &code)]}))
        .send()
        .await
        .expect("an answer");
    let answer = Answer::read(answer).await.ok();
    is(&answer["items"][0], "replayed");
    assert_eq!(answer["items"][0]["check_in"], first["check_in"]);
    is(&answer["items"][1], "duplicate");
});

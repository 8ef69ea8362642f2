//! The member's calendar link: what it tells, to whom, and what ends it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{on_both, support::*};

/// The last part of a link.
fn part(link: &Value) -> String {
    let url = link["url"].as_str().expect("a URL");
    url.rsplit_once("/api/v1/calendar/").expect("the feed's path").1.to_owned()
}

async fn feed(app: &TestApp, part: &str) -> Answer {
    app.stranger().get(&format!("/calendar/{part}")).await
}

/// The value of a property in the feed, the first of that name.
fn value(text: &str, name: &str) -> String {
    let unfolded = text.replace("\r\n ", "");
    let line = unfolded.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}:")).map(ToOwned::to_owned));
    line.unwrap_or_else(|| panic!("{name} in {unfolded}"))
}

async fn text(app: &TestApp, part: &str) -> String {
    let answer = feed(app, part).await.is(200);
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    String::from_utf8(answer.bytes).expect("UTF-8")
}

on_both!(a_calendar_follows_the_events_of_its_member, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    assert_eq!(member.get("/me/calendar").await.ok(), json!({"made_at": null, "works": false}));
    let made = member.post("/me/calendar", json!({})).await.is(201);
    assert_eq!(made.headers["cache-control"], "no-store");
    let link = part(&made.json);
    assert_eq!(link.len(), 36, "128 bits and the ending");
    assert_eq!(member.get("/me/calendar").await.ok(), json!({"made_at": app.now(), "works": true}));

    let event = world.event().await;
    world
        .other_secretary
        .post(
            "/events",
            json!({"unit_id": world.other_host, "kind": "lecture", "title": "别处的党课",
                   "starts_at": app.now().plus_seconds(3600), "ends_at": app.now().plus_seconds(7200)}),
        )
        .await
        .ok();
    let first = text(&app, &link).await;
    assert_eq!(first.matches("BEGIN:VEVENT").count(), 1, "the own branch's alone: {first}");
    assert_eq!(value(&first, "SUMMARY"), "十一月集中学习");
    assert_eq!(value(&first, "LOCATION"), "金山区示例路 1 号");
    assert_eq!(value(&first, "UID"), format!("{}@guiyan", event["id"].as_str().expect("an id")));
    assert_eq!(value(&first, "DTSTART"), "20261123T012000Z");
    assert_eq!((value(&first, "SEQUENCE"), value(&first, "STATUS")), ("0".into(), "CONFIRMED".into()));
    for personal in [Person::nth(1).name, Person::nth(1).phone, phone.card.clone(), phone.member_id.clone()] {
        assert!(!first.contains(&personal), "{personal} in {first}");
    }
    assert_eq!(first, text(&app, &link).await, "nothing changed, nothing new");

    app.advance(60);
    let path = format!("/events/{}", event["id"].as_str().expect("an id"));
    world.secretary.patch(&path, json!({"title": "集中学习，改期; 带笔"})).await.ok();
    let second = text(&app, &link).await;
    assert_eq!((value(&second, "SEQUENCE"), value(&second, "UID")), ("1".into(), value(&first, "UID")));
    assert_eq!(
        (value(&second, "SUMMARY"), value(&second, "DTSTAMP")),
        ("集中学习，改期\\; 带笔".into(), "20261123T013100Z".into())
    );
    world.secretary.post(&format!("{path}/cancel"), json!({"reason": "停电"})).await.ok();
    let third = text(&app, &link).await;
    assert_eq!((value(&third, "SEQUENCE"), value(&third, "STATUS")), ("2".into(), "CANCELLED".into()));
    assert!(!third.contains("停电"), "why is for the application");
});

on_both!(a_new_link_ends_the_old_one_and_an_ended_link_is_gone, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let old = part(&member.post("/me/calendar", json!({})).await.is(201).json);
    let new = part(&member.post("/me/calendar", json!({})).await.is(201).json);
    assert_ne!(old, new);
    feed(&app, &new).await.is(200);
    let gone = feed(&app, &old).await.problem(410, "gone").json;
    let no_ending = new.trim_end_matches(".ics").to_owned();
    for bad in ["0".repeat(32) + ".ics", no_ending, new.to_uppercase(), "x".into(), "%00.ics".into()] {
        let answer = feed(&app, &bad).await;
        assert!(matches!(answer.status.as_u16(), 404 | 410), "{bad}: {}", answer.json);
        assert!(answer.status != 410 || answer.json == gone, "every dead link looks the same");
    }
    member.delete("/me/calendar").await.is(204);
    member.delete("/me/calendar").await.is(204);
    assert_eq!(feed(&app, &new).await.problem(410, "gone").json, gone);
    assert_eq!(member.get("/me/calendar").await.ok()["made_at"], Value::Null);
    world.secretary.post("/me/calendar", json!({})).await.problem(403, "not_allowed");
});

on_both!(a_link_dies_with_a_removed_phone_and_with_the_stay, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let link = part(&member.post("/me/calendar", json!({})).await.is(201).json);
    app.advance(60);
    // The phone is lost, so the card is reported lost; nobody knows on which phone the link was opened.
    let lost = world.secretary.post(&format!("/cards/{}/report_lost", phone.card), json!({"reason": "手机丢了"})).await;
    lost.is(200);
    feed(&app, &link).await.problem(410, "gone");
    let card =
        world.secretary.post(&format!("/cards/{}/replace", phone.card), json!({"reason": "补办"})).await.is(201).json;
    let phone = Phone::new().activate(&app, card["activation"]["code"].as_str().expect("a code")).await;
    let member = phone.user(&app);
    assert_eq!(member.get("/me/calendar").await.ok()["works"], json!(false), "the application says that it is dead");
    app.advance(60);
    let link = part(&member.post("/me/calendar", json!({})).await.is(201).json);
    feed(&app, &link).await.is(200);

    let registration = member.get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{registration}/return"), json!({"reason": "回乡"})).await.ok();
    feed(&app, &link).await.problem(410, "gone");
});

on_both!(a_moved_member_reads_the_events_of_the_new_host, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let link = part(&member.post("/me/calendar", json!({})).await.is(201).json);
    world.event().await;
    let registration = member.get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    let to = json!({"host_unit_id": world.other_host});
    world.secretary.post(&format!("/registrations/{registration}/move"), to).await.ok();
    world.other_secretary.post(&format!("/registrations/{registration}/accept"), json!({})).await.ok();
    assert!(!text(&app, &link).await.contains("BEGIN:VEVENT"));
    // HEAD is what some calendars ask first.
    let head = app.stranger().request(Method::HEAD, &format!("/calendar/{link}")).send().await.expect("an answer");
    assert_eq!(head.status(), 200);
});

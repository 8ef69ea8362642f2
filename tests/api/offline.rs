//! What a staff phone takes with it, and the status list.

use std::io::Read as _;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use guiyan::{
    codes::{CodeId, EventCode, Scanned, Window, read},
    ids::CheckInId,
    keys::{hkdf, verify_es256},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, World},
};

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn bytes(value: &Value) -> Vec<u8> {
    B64.decode(value.as_str().expect("base64url")).expect("base64url")
}

/// The code id and the place in the status list of a phone's card.
async fn code_of(app: &TestApp, phone: &Phone) -> (CodeId, u32) {
    let credential = phone.user(app).get("/me/card/credential").await.ok();
    match read(credential["static"].as_str().expect("digits")) {
        Some(Scanned::Card(code)) => (code.claims.id, code.claims.status_index),
        other => panic!("{other:?}"),
    }
}

/// The record that a card's code opens.
fn opened(pack: &Value, code: CodeId) -> Option<Value> {
    let okm: [u8; 52] = hkdf(&bytes(&pack["salt"]), &code, &[b"guiyan/roster/1"]);
    let tag = B64.encode(&okm[..8]);
    let record = pack["roster"].as_array().expect("a roster").iter().find(|record| record["tag"] == tag.as_str())?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &okm[8..40]).expect("a key"));
    let nonce = Nonce::try_assume_unique_for_key(&okm[40..]).expect("a nonce");
    let event = hex::decode(pack["event"]["code_id"].as_str().expect("hex")).expect("hex");
    let mut sealed = bytes(&record["sealed"]);
    let plain = key.open_in_place(nonce, Aad::from(event), &mut sealed).expect("it opens");
    Some(serde_json::from_slice(plain).expect("JSON"))
}

/// The statuses of a list whose signature holds under one of the pack's keys.
fn statuses(pack: &Value, token: &str) -> Vec<u8> {
    let parts: Vec<&str> = token.split('.').collect();
    let part = |n: usize| -> Value { serde_json::from_slice(&B64.decode(parts[n]).expect("base64url")).expect("JSON") };
    let (header, claims) = (part(0), part(1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("statuslist+jwt"), &json!("ES256")));
    let key = pack["keys"].as_array().expect("keys").iter().find(|key| {
        key["key_use"] == "status_list"
            && key["kid"].as_u64().map(|kid| kid.to_string()).as_deref() == header["kid"].as_str()
    });
    let jwk = &key.expect("the list's key")["public_key"];
    let point = [&[4][..], &bytes(&jwk["x"]), &bytes(&jwk["y"])].concat();
    let signature = B64.decode(parts[2]).expect("base64url");
    assert!(verify_es256(&point, format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature));
    assert_eq!((&claims["ttl"], &claims["status_list"]["bits"]), (&json!(3600), &json!(1)));
    let mut list = Vec::new();
    let packed = bytes(&claims["status_list"]["lst"]);
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut list).expect("zlib");
    assert_eq!(list.len(), (1 << 20) / 8);
    list
}

fn is_set(list: &[u8], place: u32) -> bool {
    list[usize::try_from(place / 8).expect("a place")] >> (place % 8) & 1 == 1
}

on_both!(a_pack_opens_for_the_cards_that_are_shown_and_for_no_other, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let elsewhere = world.registered_elsewhere(3).await;
    let event = text(&world.event().await["id"]);
    let answer = world.secretary.get(&format!("/events/{event}/offline-pack")).await.is(200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let pack = answer.json;

    let (code, _) = code_of(&app, &phone).await;
    let person = opened(&pack, code).expect("a record");
    assert_eq!(person["member_id"], phone.member_id.as_str());
    assert_eq!((&person["host"], &person["status"]), (&json!("金山区第一支部"), &json!("active")));
    assert_eq!((&person["registration_active"], &person["in_audience"]), (&json!(true), &json!(true)));
    assert!(opened(&pack, [7; 8]).is_none());
    // Each of the two cards has a code for its phone and one for print.
    assert_eq!(pack["roster"].as_array().map(Vec::len), Some(4));
    let names: Vec<&Value> = pack["people"].as_array().expect("people").iter().map(|one| &one["id"]).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&&json!(phone.member_id)) && names.contains(&&json!(other.member_id)));
    assert!(!pack.to_string().contains(elsewhere["member"]["id"].as_str().expect("an id")));
    // Neither card numbers nor codes stand in the open.
    let whole = pack.to_string();
    assert!(!whole.contains(&phone.card) && !whole.contains(&hex::encode(code)));
    // A second pack has other keys: the records of two cannot be matched.
    let second = world.secretary.get(&format!("/events/{event}/offline-pack")).await.ok();
    assert_ne!(second["salt"], pack["salt"]);
    assert_ne!(second["roster"][0]["tag"], pack["roster"][0]["tag"]);
});

on_both!(the_event_key_makes_codes_that_count, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = world.event().await;
    let pack = world.secretary.get(&format!("/events/{}/offline-pack", text(&event["id"]))).await.ok();
    let mut short = [0; 8];
    hex::decode_to_slice(text(&pack["event"]["code_id"]), &mut short).expect("hex");
    let key: [u8; 32] = bytes(&pack["event_key"]).try_into().expect("32 bytes");
    let code = EventCode::make(Window::Rotating, short, Window::Rotating.number(app.now()), &key).digits();
    let item = json!({"id": CheckInId::new(app.now(), &app.state.entropy), "occurred_at": app.now(),
                      "method": "event_code", "code": code});
    let answer = phone.user(&app).post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(answer["items"][0]["verdict"], "accepted", "{answer}");
});

on_both!(a_pack_ends_with_its_event_or_after_a_day, |app| {
    let world = World::build(&app).await;
    let event = world.event().await;
    let path = format!("/events/{}/offline-pack", text(&event["id"]));
    let pack = world.secretary.get(&path).await.ok();
    assert_eq!(pack["expires_at"], event["check_in"]["closes_at"]);
    assert_eq!(pack["server_time"], json!(app.now()));
    app.advance(7201);
    world.secretary.get(&path).await.problem(409, "wrong_state");

    let far = json!({"unit_id": world.host, "kind": "lecture", "title": "党课", "starts_at": app.now().plus_seconds(3 * 86_400),
                     "ends_at": app.now().plus_seconds(3 * 86_400 + 7200), "audience": "unit"});
    let far = world.secretary.post("/events", far).await.is(201);
    let path = format!("/events/{}/offline-pack", text(&far.json["id"]));
    assert_eq!(world.secretary.get(&path).await.ok()["expires_at"], json!(app.now().plus_seconds(86_400)));
    let request = world.secretary.request(reqwest::Method::POST, &format!("/events/{}/cancel", text(&far.json["id"])));
    let request = request.header("if-match", "\"1\"").json(&json!({"reason": "改期"}));
    world.secretary.send(request).await.is(200);
    world.secretary.get(&path).await.problem(409, "wrong_state");
});

on_both!(an_ended_card_is_in_the_status_list_at_once, |app| {
    let world = World::build(&app).await;
    let (lost, good, phoneless) = (world.member(1).await, world.member(2).await, world.member(3).await);
    let event = text(&world.event().await["id"]);
    let pack = async || world.secretary.get(&format!("/events/{event}/offline-pack")).await.ok();
    let places = [code_of(&app, &lost).await.1, code_of(&app, &good).await.1, code_of(&app, &phoneless).await.1];
    let before = pack().await;
    let list = statuses(&before, before["status_lists"][0].as_str().expect("a token"));
    assert!(list.iter().all(|byte| *byte == 0));

    let why = json!({"reason": "手机丢失"});
    world.secretary.post(&format!("/cards/{}/report_lost", lost.card), why).await.is(200);
    world.secretary.delete(&format!("/cards/{}/devices/{}", phoneless.card, phoneless.device_id)).await.is(204);
    let after = pack().await;
    let list = statuses(&after, after["status_lists"][0].as_str().expect("a token"));
    assert_eq!(places.map(|place| is_set(&list, place)), [true, false, true]);
    // The lost card's two codes and the removed phone's one; the print of that card is as good as before.
    assert_eq!(list.iter().map(|byte| byte.count_ones()).sum::<u32>(), 3);

    // Anyone may read the list; it says nothing about whose place is whose.
    let public = app.stranger().get("/status-lists/0").await.is(200);
    assert_eq!(public.headers["content-type"], "application/statuslist+jwt");
    let token = String::from_utf8(public.bytes).expect("a token");
    assert_eq!(statuses(&after, &token), list);
    app.stranger().get("/status-lists/1").await.problem(404, "not_found");
    app.stranger().get("/status-lists/x").await.problem(404, "not_found");
});

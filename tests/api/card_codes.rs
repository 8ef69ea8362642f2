//! Shown cards: live and static, fading, forged, altered, expired, lost; and who learns what.

use aws_lc_rs::digest::{SHA256, digest};
use guiyan::{
    codes::{self, CardClaims, Scanned},
    keys::{self, KeyUse},
    on_engine,
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, User, World},
};

const DAY: i64 = 86_400;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}

async fn credential(app: &TestApp, phone: &Phone) -> Value {
    phone.user(app).get("/me/card/credential").await.ok()
}

/// The bytes of a live code that `phone` signs.
fn live(phone: &Phone, credential: &Value, at_seconds: i64, audience: [u8; 4]) -> Vec<u8> {
    let mut bytes = codes::unpack(&text(&credential["live_prefix"])).expect("bytes");
    bytes.extend_from_slice(&u32::try_from(at_seconds).expect("a time").to_be_bytes());
    bytes.extend_from_slice(&audience);
    let signature = phone.sign(&[&b"guiyan/live/1"[..], &bytes].concat());
    [bytes, signature].concat()
}

async fn shown(user: &User<'_>, presentation: &str) -> Value {
    user.post("/cards/verify", json!({"presentation": presentation})).await.is(200).json
}

async fn verdict(app: &TestApp, presentation: &str) -> String {
    text(&shown(&app.stranger(), presentation).await["verdict"])
}

/// The digits of a card's printed code, as an independent decoder reads them.
async fn printed(by: &User<'_>, number: &str) -> String {
    let png = by.get(&format!("/cards/{number}/qr.png")).await.is(200).bytes;
    let mut image = rqrr::PreparedImage::prepare(image::load_from_memory(&png).expect("a picture").into_luma8());
    let (_, address) = image.detect_grids().first().expect("a code").decode().expect("readable");
    text(&json!(address.split_once("/v#").expect("our address").1))
}

on_both!(a_stranger_learns_the_verdict_and_the_issuer_only, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let credential = credential(&app, &phone).await;
    let digits = codes::pack(&live(&phone, &credential, app.now().seconds(), [0; 4]));
    let address = format!("https://anywhere.example/v#{digits}");
    for presentation in [&digits, &address] {
        let answer = shown(&app.stranger(), presentation).await;
        let expected = json!({"verdict": "valid", "presence": "live", "issuer": "黄山市委组织部",
            "checked_at": "2026-11-23T01:30:00.000Z", "person": null});
        assert_eq!(answer, expected);
    }
    for user in
        [&world.other_secretary, &world.other_department_officer, &world.admin, &world.member(2).await.user(&app)]
    {
        assert_eq!(shown(user, &digits).await["person"], Value::Null);
    }
    let count = async || {
        let mut reader = app.state.db.read().await.expect("a reader");
        let count: i64 = on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(
            "select cast(count(*) as bigint) from audit_log where action = 'card.verify'"
        )
        .fetch_one(c))
        .expect("a count");
        count
    };
    assert_eq!(count().await, 0);
    for user in [&world.secretary, &world.department_officer, &world.liaison_officer, &world.supervisor] {
        let person = shown(user, &digits).await["person"].clone();
        assert_eq!((&person["name"], &person["card_number"]), (&json!("王建国"), &json!(phone.card)));
        assert_eq!((&person["membership"], &person["registration_status"]), (&json!("full"), &json!("active")));
        assert_eq!(
            (&person["home"]["name"], &person["host"]["name"]),
            (&json!("黄山市屯溪区示范支部"), &json!("金山区第一支部"))
        );
    }
    assert_eq!(count().await, 4);
    assert_eq!(shown(&phone.user(&app), &digits).await["person"]["member_id"], phone.member_id.as_str());
    assert_eq!(count().await, 4);
    app.with_token("nonsense")
        .post("/cards/verify", json!({"presentation": digits}))
        .await
        .problem(401, "not_signed_in");
});

on_both!(a_live_code_fades, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let credential = credential(&app, &phone).await;
    for (age, verdict, presence) in [
        (0, "valid", json!("live")),
        (60, "valid", json!("live")),
        (61, "valid", json!("live_late")),
        (180, "valid", json!("live_late")),
        (181, "stale", Value::Null),
        (86_400, "stale", Value::Null),
        (-60, "valid", json!("live")),
        (-180, "valid", json!("live_late")),
        (-181, "stale", Value::Null),
    ] {
        let digits = codes::pack(&live(&phone, &credential, app.now().seconds() - age, [0; 4]));
        let answer = shown(&app.stranger(), &digits).await;
        assert_eq!((&answer["verdict"], &answer["presence"]), (&json!(verdict), &presence), "{age}");
    }
    let answer = shown(&app.stranger(), &text(&credential["static"])).await;
    assert_eq!((&answer["verdict"], &answer["presence"]), (&json!("valid"), &json!("static")));
});

on_both!(a_code_for_one_event_serves_there_only, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let credential = credential(&app, &phone).await;
    let (here, there) = (world.event().await, world.event().await);
    let code_id = hex::decode(text(&here["code_id"])).expect("hexadecimal digits");
    let audience: [u8; 4] = digest(&SHA256, &code_id).as_ref()[..4].try_into().expect("four bytes");
    let bound = codes::pack(&live(&phone, &credential, app.now().seconds(), audience));
    let free = codes::pack(&live(&phone, &credential, app.now().seconds(), [0; 4]));
    for (digits, event, expected) in [
        (&bound, &here["id"], "valid"),
        (&bound, &there["id"], "stale"),
        (&bound, &Value::Null, "stale"),
        (&bound, &json!(uuid::Uuid::nil()), "stale"),
        (&free, &here["id"], "valid"),
        (&free, &json!(uuid::Uuid::nil()), "valid"),
    ] {
        let body = json!({"presentation": digits, "event_id": event});
        assert_eq!(app.stranger().post("/cards/verify", body).await.ok()["verdict"], expected);
    }
});

on_both!(not_one_byte_may_be_altered, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let credential = credential(&app, &phone).await;
    let whole = live(&phone, &credential, app.now().seconds(), [0; 4]);
    let paper = codes::unpack(&text(&credential["static"])).expect("bytes");
    for code in [whole, paper] {
        assert_eq!(verdict(&app, &codes::pack(&code)).await, "valid");
        for at in 0..code.len() {
            let mut altered = code.clone();
            altered[at] ^= 1 << (at % 8);
            assert_eq!(verdict(&app, &codes::pack(&altered)).await, "forged", "byte {at} of {}", code.len());
        }
        for length in [0, 1, 2, 15, 78, 80, 112, 120, 183, 185] {
            let mut cut = code.clone();
            cut.resize(length, 0);
            if length != code.len() && length != 0 {
                assert_eq!(verdict(&app, &codes::pack(&cut)).await, "forged", "{length} bytes");
            }
        }
    }
});

on_both!(only_the_issuers_card_key_vouches, |app| {
    let world = World::build(&app).await;
    let (phone, thief) = (world.member(1).await, world.member(2).await);
    let credential = credential(&app, &phone).await;
    let Some(Scanned::Card(code)) = codes::read(&text(&credential["static"])) else { panic!("a card code") };
    let ring = app.state.keys.ring();
    let cards = ring.signing(KeyUse::Cards, app.now()).expect("a key");
    let sign = |claims: CardClaims, key_use| {
        codes::pack(&claims.sign_static(ring.signing(key_use, app.now()).expect("a key")).expect("signed"))
    };
    assert_eq!(verdict(&app, &sign(code.claims, KeyUse::Cards)).await, "valid");
    // A key of another use, under its own number and under that of the card key; a number that nobody has.
    for key_use in [KeyUse::Sessions, KeyUse::StatusList] {
        let kid = ring.signing(key_use, app.now()).expect("a key").kid;
        assert_eq!(verdict(&app, &sign(CardClaims { kid, ..code.claims }, key_use)).await, "forged");
        assert_eq!(verdict(&app, &sign(code.claims, key_use)).await, "forged");
    }
    assert_eq!(verdict(&app, &sign(CardClaims { kid: 250, ..code.claims }, KeyUse::Cards)).await, "forged");
    // Signed by the right key for another purpose.
    let body = &codes::unpack(&text(&credential["static"])).expect("bytes")[..15];
    for tag in [&b"guiyan/live/1"[..], b"guiyan/card/2", b""] {
        let signature = cards.sign(&[tag, body].concat()).expect("signed");
        assert_eq!(verdict(&app, &codes::pack(&[body, &signature[..]].concat())).await, "forged");
    }
    // Ours by its signature, and on no record.
    let claims = CardClaims { id: [9; 8], ..code.claims };
    assert_eq!(verdict(&app, &sign(claims, KeyUse::Cards)).await, "unknown");
    // Another phone signs over this card's part.
    let stolen = live(&thief, &credential, app.now().seconds(), [0; 4]);
    assert_eq!(verdict(&app, &codes::pack(&stolen)).await, "forged");
});

on_both!(what_is_no_card_code_is_unknown, |app| {
    let world = World::build(&app).await;
    let event = world.event().await;
    let url = text(&world.secretary.get(&format!("/events/{}/code", text(&event["id"]))).await.ok()["url"]);
    let long = "x".repeat(900_000);
    let digits = "1".repeat(900_000);
    for (presentation, expected) in [
        (url.as_str(), "unknown"),
        ("", "unknown"),
        (" ", "unknown"),
        ("WIFI:S:cafe;;", "unknown"),
        ("https://guiyan.example/a#00", "unknown"),
        ("张三", "unknown"),
        (long.as_str(), "unknown"),
        (digits.as_str(), "forged"),
        ("https://guiyan.example/v#12", "forged"),
    ] {
        let answer = shown(&app.stranger(), presentation).await;
        let label: String = presentation.chars().take(40).collect();
        assert_eq!(
            (&answer["verdict"], &answer["issuer"], &answer["person"]),
            (&json!(expected), &Value::Null, &Value::Null),
            "{label}"
        );
        assert_eq!(shown(&world.secretary, presentation).await["verdict"], expected, "{label}");
    }
    let strange = [
        json!({}),
        json!({"presentation": 1}),
        json!({"presentation": null}),
        json!({"presentation": "1", "event_id": "x"}),
    ];
    for body in strange {
        app.stranger().post("/cards/verify", body).await.problem(422, "invalid");
    }
    app.stranger()
        .post("/cards/verify", json!({"presentation": "1".repeat(2_000_000)}))
        .await
        .problem(413, "too_large");
});

on_both!(every_state_of_a_card_has_its_verdict, |app| {
    let world = World::build(&app).await;
    let department = &world.department_officer;
    for (n, act, expected) in [
        (1, "suspend", "suspended"),
        (2, "report_lost", "lost"),
        (3, "revoke", "revoked"),
        (4, "surrender", "surrendered"),
        (5, "replace", "lost"),
    ] {
        let phone = world.member(n).await;
        let credential = credential(&app, &phone).await;
        let paper = printed(&world.secretary, &phone.card).await;
        assert_eq!(verdict(&app, &paper).await, "valid");
        department.post(&format!("/cards/{}/{act}", phone.card), json!({"reason": "测试"})).await;
        let now = codes::pack(&live(&phone, &credential, app.now().seconds(), [0; 4]));
        let old = codes::pack(&live(&phone, &credential, app.now().seconds() - 3600, [0; 4]));
        for digits in [&paper, &now, &old, &text(&credential["static"])] {
            let answer = shown(department, digits).await;
            assert_eq!((&answer["verdict"], &answer["presence"]), (&json!(expected), &Value::Null), "{act}");
            assert_eq!(answer["person"]["card_number"], phone.card.as_str());
        }
    }
    // A phone that was removed shows nothing any more; the card itself is good.
    let phone = world.member(6).await;
    let credential = credential(&app, &phone).await;
    let paper = printed(&world.secretary, &phone.card).await;
    world.secretary.delete(&format!("/cards/{}/devices/{}", phone.card, phone.device_id)).await.is(204);
    assert_eq!(verdict(&app, &codes::pack(&live(&phone, &credential, app.now().seconds(), [0; 4]))).await, "revoked");
    assert_eq!(verdict(&app, &text(&credential["static"])).await, "revoked");
    assert_eq!(verdict(&app, &paper).await, "valid");
});

on_both!(a_printed_code_lasts_to_the_review_and_a_card_longer, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let paper = printed(&world.secretary, &phone.card).await;
    // The review is due on 23 November 2027, and that day ends in China at 16:00 UTC.
    app.advance(365 * DAY + 14 * 3600 + 1799);
    assert_eq!(verdict(&app, &paper).await, "valid");
    app.advance(1);
    assert_eq!(verdict(&app, &paper).await, "stale");
    let now = app.now().seconds();
    let assertion = phone.token("session+jwt", &json!({"aud": app.url, "iat": now, "exp": now + 60, "jti": "a"}));
    app.stranger().post("/sessions/device", json!({"assertion": assertion})).await.is(200);
    let credential = credential(&app, &phone).await;
    let digits = codes::pack(&live(&phone, &credential, now, [0; 4]));
    let answer = shown(&app.stranger(), &digits).await;
    assert_eq!((&answer["verdict"], &answer["presence"]), (&json!("review_due"), &json!("live")));

    world.secretary.post(&format!("/cards/{}/review", phone.card), json!({})).await.is(200);
    let fresh = printed(&world.secretary, &phone.card).await;
    assert_ne!(fresh, paper);
    assert_eq!((verdict(&app, &fresh).await, verdict(&app, &digits).await), ("valid".into(), "valid".into()));
});

on_both!(a_key_that_retired_still_vouches, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let before = credential(&app, &phone).await;
    let state = app.state.clone();
    app.state
        .db
        .write(move |c| {
            Box::pin(async move {
                guiyan::keys::add_key(c, KeyUse::Cards, &state.keys.vault, state.clock.now(), &state.entropy).await
            })
        })
        .await
        .expect("a new key");
    app.state.keys.reload(&app.state.db, app.now()).await.expect("reloaded");
    let kid = |credential: &Value| codes::unpack(&text(&credential["static"])).expect("bytes")[1];
    // Every server is to know a key before it signs anything.
    let meanwhile = world.member(3).await;
    assert_eq!(kid(&credential(&app, &meanwhile).await), kid(&before));
    app.advance(120);
    assert_eq!(verdict(&app, &text(&before["static"])).await, "valid");
    let newer = world.member(2).await;
    let after = credential(&app, &newer).await;
    assert_ne!(kid(&before), kid(&after));
    assert_eq!(verdict(&app, &text(&after["static"])).await, "valid");
});

on_both!(new_signing_keys_leave_every_good_card_good, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = text(&world.event().await["id"]);
    let before = credential(&app, &phone).await;
    let paper = printed(&world.secretary, &phone.card).await;
    let (vault, entropy, now) = (app.state.keys.vault.clone(), app.state.entropy.clone(), app.now());
    for _ in 0..3 {
        let (vault, entropy) = (vault.clone(), entropy.clone());
        app.state
            .db
            .write(move |c| {
                Box::pin(async move {
                    for key_use in KeyUse::ALL {
                        keys::add_key(c, *key_use, &vault, now, &entropy).await?;
                    }
                    Ok(())
                })
            })
            .await
            .expect("rotated");
    }
    app.state.keys.reload(&app.state.db, app.now()).await.expect("read anew");
    let at = app.now().seconds();
    assert_eq!(verdict(&app, &codes::pack(&live(&phone, &before, at, [0; 4]))).await, "valid");
    assert_eq!(verdict(&app, &paper).await, "valid");
    // A staff phone gets the old keys too, with the time of their retirement, and none that signs people in.
    let pack = world.secretary.get(&format!("/events/{event}/offline-pack")).await.ok();
    let uses: Vec<(&Value, bool)> = pack["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .map(|key| (&key["key_use"], key["retired_at"].is_null()))
        .collect();
    let of = |name: &str, signs: bool| uses.iter().filter(|(key_use, now)| *key_use == name && *now == signs).count();
    assert_eq!((of("cards", false), of("cards", true)), (3, 1));
    assert_eq!((of("status_list", false), of("status_list", true), of("sessions", true)), (3, 1, 0));
    let list = app.stranger().get("//.well-known/jwks.json").await.ok();
    let list = list["keys"].as_array().expect("keys");
    assert_eq!(list.iter().filter(|key| key["exp"].is_null()).count(), 3, "{list:?}");
    assert!(list.iter().all(|key| key["nbf"].is_i64() && key["exp"].as_i64() != Some(0)));

    // Thirty days on, the phone's code has been renewed without a word, under the newest key.
    app.advance(21 * DAY);
    let now = app.now().seconds();
    let assertion = phone.token("session+jwt", &json!({"aud": app.url, "iat": now, "exp": now + 60, "jti": "a"}));
    app.stranger().post("/sessions/device", json!({"assertion": assertion})).await.is(200);
    let after = credential(&app, &phone).await;
    assert_ne!(after["live_prefix"], before["live_prefix"]);
    app.advance(12 * DAY);
    let at = app.now().seconds();
    assert_eq!(verdict(&app, &codes::pack(&live(&phone, &before, at, [0; 4]))).await, "stale");
    assert_eq!(verdict(&app, &codes::pack(&live(&phone, &after, at, [0; 4]))).await, "valid");
});

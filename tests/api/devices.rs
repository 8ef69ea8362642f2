//! Phones: binding, signing in by assertion, the credential, removal.

use guiyan::codes::{self, Scanned};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, User, World},
};

const DAY: i64 = 86_400;

/// A registered member's card with a link that nobody has used.
async fn fresh_link(world: &World<'_>, n: u32) -> (String, String) {
    let card = world.card(&world.registered(n).await).await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&card["number"]), text(&card["activation"]["code"]))
}

async fn another_link(by: &User<'_>, number: &str) -> String {
    by.post(&format!("/cards/{number}/activations"), json!({})).await.is(201).text("code")
}

fn claims(app: &TestApp, jti: &str) -> Value {
    let now = app.now().seconds();
    json!({"aud": app.url, "iat": now, "exp": now + 60, "jti": jti})
}

async fn sign_in(app: &TestApp, assertion: &str) -> crate::support::Answer {
    app.stranger().post("/sessions/device", json!({"assertion": assertion})).await
}

on_both!(a_link_binds_a_phone_once, |app| {
    let world = World::build(&app).await;
    let (number, code) = fresh_link(&world, 1).await;
    let phone = Phone::new();
    let answer = app.stranger().post("/activations", json!({"code": code, "public_key": phone.jwk()})).await.is(201);
    let body = answer.json;
    assert_eq!(body["card"]["number"], number.as_str());
    assert_eq!(body["card"]["devices"], 1);
    assert_eq!(body["card"]["actions"], json!(["report_lost"]));
    assert_eq!(body["registration"]["status"], "active");
    assert_eq!(body["registration"]["id_number"], Value::Null);
    assert_eq!(body["expires_in"], 900);

    let member = app.with_token(body["access_token"].as_str().expect("a token"));
    let phones = member.get("/me/devices").await.ok();
    assert_eq!(phones["items"][0]["id"], body["device_id"]);
    assert_eq!(phones["items"].as_array().expect("a list").len(), 1);

    let again = json!({"code": code, "public_key": Phone::new().jwk()});
    app.stranger().post("/activations", again).await.problem(410, "gone");
    let made_up = json!({"code": "0".repeat(32), "public_key": phone.jwk()});
    app.stranger().post("/activations", made_up).await.problem(410, "gone");
});

on_both!(a_link_ends_after_a_quarter_of_an_hour, |app| {
    let world = World::build(&app).await;
    let (number, early) = fresh_link(&world, 1).await;
    let late = another_link(&world.secretary, &number).await;
    app.advance(899);
    Phone::new().activate(&app, &early).await;
    app.advance(1);
    app.stranger()
        .post("/activations", json!({"code": late, "public_key": Phone::new().jwk()}))
        .await
        .problem(410, "gone");
});

on_both!(a_bad_key_does_not_burn_the_link, |app| {
    let world = World::build(&app).await;
    let (_, code) = fresh_link(&world, 1).await;
    let good = Phone::new();
    let with = |changes: Value| {
        let mut jwk = good.jwk();
        for (name, value) in changes.as_object().expect("changes") {
            jwk[name] = value.clone();
        }
        jwk
    };
    let bad_keys = [
        with(json!({"d": "AAAA"})),
        with(json!({"x": "A".repeat(43)})),
        with(json!({"x": good.jwk()["y"]})),
        with(json!({"kty": "RSA"})),
        with(json!({"crv": "P-384"})),
        with(json!({"kty": "OKP", "crv": "Ed25519"})),
        with(json!({"y": ""})),
        json!({}),
        json!([1]),
        json!("\u{0}"),
        Value::Null,
    ];
    for jwk in bad_keys {
        let answer = app.stranger().post("/activations", json!({"code": code, "public_key": jwk})).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{jwk}: {} {}", answer.status, answer.json);
    }
    app.stranger().post("/activations", json!({"code": 7})).await.problem(422, "invalid");
    good.activate(&app, &code).await;
});

on_both!(one_link_raced_by_many_binds_one_phone, |app| {
    let world = World::build(&app).await;
    let (number, code) = fresh_link(&world, 1).await;
    let stranger = app.stranger();
    let tries = (0..12).map(|_| {
        let body = json!({"code": code, "public_key": Phone::new().jwk()});
        let stranger = &stranger;
        async move { stranger.post("/activations", body).await.status.as_u16() }
    });
    let mut statuses = futures::future::join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 410), "{statuses:?}");
    let phones = world.secretary.get(&format!("/cards/{number}/devices")).await.ok();
    assert_eq!(phones["items"].as_array().expect("a list").len(), 1);
});

on_both!(a_card_has_two_phones_at_most, |app| {
    let world = World::build(&app).await;
    let (number, first) = fresh_link(&world, 1).await;
    let mut links = vec![first];
    for _ in 0..4 {
        links.push(another_link(&world.secretary, &number).await);
    }
    let stranger = app.stranger();
    let tries = links.iter().map(|code| {
        let body = json!({"code": code, "public_key": Phone::new().jwk()});
        let stranger = &stranger;
        async move { stranger.post("/activations", body).await }
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 2);
    let refused = answers.iter().position(|a| a.status != 201).expect("a refusal");
    assert_eq!(answers[refused].json["code"], "device_limit");
    world.secretary.post(&format!("/cards/{number}/activations"), json!({})).await.problem(409, "device_limit");

    // The refused link was not used up: it serves once a phone is removed.
    let phones = world.secretary.get(&format!("/cards/{number}/devices")).await.ok();
    let old = phones["items"][0]["id"].as_str().expect("an id");
    world.secretary.delete(&format!("/cards/{number}/devices/{old}")).await.is(204);
    world.secretary.delete(&format!("/cards/{number}/devices/{old}")).await.problem(404, "not_found");
    Phone::new().activate(&app, &links[refused]).await;
});

on_both!(an_assertion_signs_in_once, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let assertion = phone.token("session+jwt", &claims(&app, "one"));
    let session = sign_in(&app, &assertion).await.is(200).json;
    assert_eq!(session["member_id"], phone.member_id.as_str());
    assert_eq!(session["device_id"], phone.device_id.as_str());
    app.with_token(session["access_token"].as_str().expect("a token")).get("/me/devices").await.is(200);
    sign_in(&app, &assertion).await.problem(401, "sign_in_failed");
    sign_in(&app, &phone.token("session+jwt", &claims(&app, "two"))).await.is(200);
    // Another phone's jti is its own.
    let other = world.member(2).await;
    sign_in(&app, &other.token("session+jwt", &claims(&app, "two"))).await.is(200);
});

on_both!(an_assertion_that_does_not_hold_is_refused, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let now = app.now().seconds();
    let with = |changes: Value| {
        let mut claims = claims(&app, "x");
        for (name, value) in changes.as_object().expect("changes") {
            claims[name] = value.clone();
        }
        phone.token("session+jwt", &claims)
    };
    let good = phone.token("session+jwt", &claims(&app, "good"));
    let mut stolen = Phone::new();
    stolen.device_id.clone_from(&phone.device_id);
    let mut nobody = Phone::new();
    nobody.device_id = uuid::Uuid::new_v4().to_string();
    let parts: Vec<&str> = good.split('.').collect();
    let bad = [
        with(json!({"aud": "https://elsewhere.example"})),
        with(json!({"aud": null})),
        with(json!({"exp": now + 61})),
        with(json!({"exp": now + 3600})),
        with(json!({"iat": now - 100, "exp": now - 40})),
        with(json!({"iat": now + 40, "exp": now + 100})),
        with(json!({"iat": now, "exp": now})),
        with(json!({"iat": i64::MIN, "exp": i64::MAX})),
        with(json!({"exp": "soon"})),
        with(json!({"jti": ""})),
        with(json!({"jti": "a\u{0}b"})),
        with(json!({"jti": "x".repeat(201)})),
        with(json!({"jti": 5})),
        phone.token("check-in+jwt", &claims(&app, "x")),
        phone.token("JWT", &claims(&app, "x")),
        phone.token("session+jwt", &json!({})),
        stolen.token("session+jwt", &claims(&app, "x")),
        nobody.token("session+jwt", &claims(&app, "x")),
        format!(
            "{}.{}.{}",
            parts[0],
            parts[1],
            other.token("session+jwt", &claims(&app, "x")).rsplit('.').next().expect("a part")
        ),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        // {"alg":"none","typ":"session+jwt"} and the claims, unsigned.
        format!("eyJhbGciOiJub25lIiwidHlwIjoic2Vzc2lvbitqd3QifQ.{}.", parts[1]),
        "x".repeat(10_000),
        "..".into(),
        String::new(),
        "\u{1f426}.a.b".into(),
    ];
    for assertion in bad {
        sign_in(&app, &assertion).await.problem(401, "sign_in_failed");
    }
    sign_in(&app, &good).await.is(200);
});

on_both!(a_lost_phone_is_dead_at_once, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    member.get("/me/devices").await.is(200);
    world.secretary.post(&format!("/cards/{}/report_lost", phone.card), json!({"reason": "地铁上丢失"})).await.is(200);
    member.get("/me/devices").await.problem(401, "not_signed_in");
    sign_in(&app, &phone.token("session+jwt", &claims(&app, "x"))).await.problem(401, "sign_in_failed");

    let other = world.member(2).await;
    other.user(&app).delete(&format!("/me/devices/{}", phone.device_id)).await.problem(404, "not_found");
    other.user(&app).delete(&format!("/me/devices/{}", other.device_id)).await.is(204);
    other.user(&app).get("/me/devices").await.problem(401, "not_signed_in");
});

on_both!(phones_are_the_branchs_business_only, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let path = format!("/cards/{}/devices", phone.card);
    for user in [&world.secretary, &world.department_officer, &world.committee_officer] {
        assert_eq!(user.get(&path).await.ok()["items"][0]["id"], phone.device_id.as_str());
    }
    for user in [&world.other_secretary, &world.other_department_officer, &world.home_secretary] {
        user.get(&path).await.problem(404, "not_found");
        user.delete(&format!("{path}/{}", phone.device_id)).await.problem(404, "not_found");
        user.post(&format!("/cards/{}/activations", phone.card), json!({})).await.problem(404, "not_found");
    }
    for user in [&world.supervisor, &world.liaison_officer, &world.admin, &phone.user(&app)] {
        user.get(&path).await.problem(403, "not_allowed");
    }
    app.stranger().get(&path).await.problem(401, "not_signed_in");
    world.secretary.get("/me/devices").await.problem(403, "not_allowed");
});

on_both!(the_credential_is_the_phones_own_and_renews_itself, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let first = member.get("/me/card/credential").await.ok();
    assert_eq!(first["expires_on"], "2026-12-23");
    assert_eq!(first["renew_after"], "2026-12-13T01:30:00.000Z");
    let claims_of = |credential: &Value| match codes::read(credential["static"].as_str().expect("digits")) {
        Some(Scanned::Card(code)) => code.claims,
        other => panic!("{other:?}"),
    };
    let prefix = codes::unpack(first["live_prefix"].as_str().expect("digits")).expect("bytes");
    assert_eq!(prefix.len(), codes::LIVE_PREFIX);
    assert_eq!(prefix[1..15], codes::unpack(first["static"].as_str().expect("digits")).expect("bytes")[1..15]);
    assert_eq!(claims_of(&first).expires_on.to_string(), "2026-12-23");

    // Reading and signing in before that day leave it as it is.
    app.advance(20 * DAY - 1);
    sign_in(&app, &phone.token("session+jwt", &claims(&app, "a"))).await.is(200);
    assert_eq!(member.get("/me/card/credential").await.ok(), first);
    app.advance(1);
    sign_in(&app, &phone.token("session+jwt", &claims(&app, "b"))).await.is(200);
    let second = member.get("/me/card/credential").await.ok();
    assert_eq!(second["expires_on"], "2027-01-12");
    assert_ne!(claims_of(&second).id, claims_of(&first).id);
    assert_ne!(claims_of(&second).status_index, claims_of(&first).status_index);
    // The old one serves to its end.
    let shown = json!({"presentation": first["static"]});
    assert_eq!(app.stranger().post("/cards/verify", shown.clone()).await.ok()["verdict"], "valid");
    app.advance(11 * DAY);
    assert_eq!(app.stranger().post("/cards/verify", shown).await.ok()["verdict"], "stale");

    world.secretary.get("/me/card/credential").await.problem(403, "not_allowed");
});

//! Signing in, staying signed in, the second factor, and what is borne of wrong passwords.

use guiyan::{access::Role, auth::accounts::NewAccount, ids::AccountId};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    on_both,
    support::{Answer, TestApp, User},
};

const PASSWORD: &str = "wild geese return";

/// An account with a password, made as the command line makes one.
pub async fn account(app: &TestApp, username: &str, role: Role, unit: Option<&str>) -> AccountId {
    let hash = app.state.passwords.hash(PASSWORD.parse().expect("long enough")).await.expect("a hash");
    let desk = guiyan::auth::accounts::Desk::of_the_program(&app.state);
    let new = NewAccount {
        username: username.parse().expect("a user name"),
        role,
        unit_id: unit.map(|u| u.parse().expect("a unit id")),
    };
    let made = app.state.db.write(move |c| Box::pin(async move { desk.create_ready(c, new, &hash).await })).await;
    made.expect("an account")
}

/// A try to sign in, as if from `from`.
pub async fn sign_in(app: &TestApp, username: &str, password: &str, from: &str) -> Answer {
    let body = json!({"username": username, "password": password});
    try_to_sign_in(app, &body, from).await
}

async fn try_to_sign_in(app: &TestApp, body: &Value, from: &str) -> Answer {
    let stranger = app.stranger();
    let request = stranger.request(reqwest::Method::POST, "/sessions").header("x-forwarded-for", from).json(body);
    stranger.send(request).await
}

/// The whole `Set-Cookie` and its value.
fn cookie(answer: &Answer) -> (String, String) {
    let text = answer.headers["set-cookie"].to_str().expect("text").to_owned();
    let pair = text.split(';').next().expect("a pair");
    let value = pair.strip_prefix("guiyan_refresh=").expect("our cookie").to_owned();
    (text, value)
}

async fn with_cookie(app: &TestApp, method: reqwest::Method, path: &str, value: &str) -> Answer {
    let stranger = app.stranger();
    let request = stranger.request(method, path).header("cookie", format!("other=1; guiyan_refresh={value}"));
    stranger.send(request).await
}

async fn refresh(app: &TestApp, value: &str) -> Answer {
    with_cookie(app, reqwest::Method::POST, "/sessions/refresh", value).await
}

fn holder<'a>(app: &'a TestApp, session: &Answer) -> User<'a> {
    app.with_token(&session.text("access_token"))
}

on_both!(signing_in_answers_the_account_and_a_cookie_for_scripts_out_of_reach, |app| {
    let id = account(&app, "wang.fang", Role::Administrator, None).await;
    let answer = sign_in(&app, " Wang.Fang ", PASSWORD, "192.0.2.1").await.is(200);
    assert_eq!(answer.json["expires_in"], 900);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let assignments = &answer.json["account"]["assignments"];
    assert_eq!(answer.json["account"]["id"], id.to_string());
    assert_eq!(answer.json["account"]["username"], "wang.fang");
    assert_eq!(assignments[0]["role"], "administrator");
    assert_eq!((&assignments[0]["unit_id"], &assignments[0]["unit"]), (&Value::Null, &Value::Null));
    let (text, value) = cookie(&answer);
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/sessions"] {
        assert!(text.contains(part), "{text}");
    }
    // The test's public URL is plain http; on https the cookie is Secure.
    assert!(!text.contains("Secure"), "{text}");
    assert!(value.len() >= 32);
    holder(&app, &answer).get("/accounts").await.is(200);
    app.advance(899);
    holder(&app, &answer).get("/accounts").await.is(200);
    app.advance(1);
    holder(&app, &answer).get("/accounts").await.problem(401, "not_signed_in");
});

on_both!(whatever_is_wrong_the_answer_is_the_same, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let closed = account(&app, "closed", Role::Administrator, None).await;
    let admin = app.officer(Role::Administrator, None).await;
    admin.post("/accounts", json!({"username": "not.yet", "role": "administrator"})).await.is(201);
    admin.post(&format!("/accounts/{closed}/disable"), json!({})).await.is(204);
    let wrong = sign_in(&app, "wang.fang", "wild geese", "192.0.2.1").await.problem(401, "sign_in_failed");
    let long = "x".repeat(100_000);
    for (username, password) in [
        ("nobody.at.all", PASSWORD),
        ("closed", PASSWORD),
        ("not.yet", PASSWORD),
        ("王芳", PASSWORD),
        ("' or 1=1 --", PASSWORD),
        ("wang.fang", &long),
        ("wang.fang", ""),
    ] {
        let answer = sign_in(&app, username, password, "192.0.2.2").await.problem(401, "sign_in_failed");
        assert_eq!(answer.json, wrong.json);
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let answer = app.stranger().post("/sessions", json!({"username": 1, "totp": 5})).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/password", "/totp", "/username"]);
});

on_both!(a_refresh_cookie_rotates_and_an_old_one_ends_the_family, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let first = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    let other_device = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    let answer = refresh(&app, &first).await.is(200);
    assert_eq!(answer.json["account"]["username"], "wang.fang");
    holder(&app, &answer).get("/accounts").await.is(200);
    let second = cookie(&answer).1;
    assert_ne!(first, second);
    let third = cookie(&refresh(&app, &second).await.is(200)).1;
    let reused = refresh(&app, &first).await.problem(401, "not_signed_in");
    assert!(cookie(&reused).0.contains("Max-Age=0"));
    refresh(&app, &third).await.problem(401, "not_signed_in");
    refresh(&app, &other_device).await.is(200);
    for bad in ["", "x", "00", &"f".repeat(64), &"é".repeat(20)] {
        refresh(&app, bad).await.problem(401, "not_signed_in");
    }
    app.stranger().post("/sessions/refresh", json!({})).await.problem(401, "not_signed_in");
});

on_both!(of_two_uses_at_once_one_wins_and_then_the_family_is_over, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let token = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    let tries = futures::future::join_all((0..8).map(|_| refresh(&app, &token))).await;
    let won: Vec<&Answer> = tries.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    refresh(&app, &cookie(won[0]).1).await.problem(401, "not_signed_in");
});

on_both!(a_session_lasts_a_week_unused_and_ends_by_signing_out, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let token = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    app.advance(6 * 86_400);
    let token = cookie(&refresh(&app, &token).await.is(200)).1;
    app.advance(6 * 86_400);
    let token = cookie(&refresh(&app, &token).await.is(200)).1;
    let out = with_cookie(&app, reqwest::Method::DELETE, "/sessions", &token).await.is(204);
    assert!(cookie(&out).0.contains("Max-Age=0"));
    refresh(&app, &token).await.problem(401, "not_signed_in");
    app.stranger().delete("/sessions").await.is(204);
    let token = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    app.advance(7 * 86_400);
    refresh(&app, &token).await.problem(401, "not_signed_in");
});

on_both!(five_wrong_passwords_are_enough_for_a_while, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    account(&app, "li.si", Role::Administrator, None).await;
    for _ in 0..5 {
        sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    }
    let answer = sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.problem(429, "too_many_requests");
    let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().expect("seconds");
    assert!((890..=901).contains(&wait), "{wait}");
    // Someone else at that address, and the same person elsewhere, go on.
    sign_in(&app, "li.si", PASSWORD, "192.0.2.1").await.is(200);
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.2").await.is(200);
    sign_in(&app, "WANG.FANG", PASSWORD, "192.0.2.1").await.problem(429, "too_many_requests");
    // A restart forgives nothing; time does.
    let since: i64 = app.reopened().await.clock.now().0;
    assert_eq!(since, app.now().0);
    app.advance(wait);
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
    // A success has wiped the slate.
    for _ in 0..4 {
        sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    }
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
    sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
});

on_both!(a_burst_cannot_run_ahead_of_the_count, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let tries = (0..40).map(|_| sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1"));
    let tries = futures::future::join_all(tries).await;
    let looked_at = tries.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(looked_at, 5);
    assert!(tries.iter().all(|answer| matches!(answer.status.as_u16(), 401 | 429)));
});

on_both!(a_flood_on_an_account_does_not_lock_its_owner_out, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    for n in 0..50 {
        sign_in(&app, "wang.fang", "a wrong password", &format!("198.51.100.{}", n / 4))
            .await
            .problem(401, "sign_in_failed");
    }
    // The attackers are held; another address has one try.
    sign_in(&app, "wang.fang", "a wrong password", "198.51.100.1").await.problem(429, "too_many_requests");
    sign_in(&app, "wang.fang", PASSWORD, "203.0.113.1").await.is(200);
    sign_in(&app, "wang.fang", "a wrong password", "203.0.113.2").await.problem(401, "sign_in_failed");
    sign_in(&app, "wang.fang", PASSWORD, "203.0.113.2").await.problem(429, "too_many_requests");
});

on_both!(one_address_that_tries_many_names_is_held, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    for n in 0..50 {
        sign_in(&app, &format!("name{n}"), "a wrong password", "2001:db8::1").await.problem(401, "sign_in_failed");
    }
    // The next address of the same network is the same client.
    sign_in(&app, "wang.fang", PASSWORD, "2001:db8::2").await.problem(429, "too_many_requests");
    sign_in(&app, "wang.fang", PASSWORD, "2001:db8:1::1").await.is(200);
});

/// What the authenticator app shows `steps` half minutes from now.
fn shown(app: &TestApp, secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let at = u64::try_from(app.now().seconds() + 30 * steps).expect("after 1970");
    Builder::new().with_secret(secret).build().expect("a generator").generate(at).to_string()
}

on_both!(a_second_factor_is_asked_for_once_it_is_confirmed_and_serves_once, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let me = holder(&app, &sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200));
    let answer = me.post("/me/totp", json!({"password": "a wrong password"})).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/password"]);
    me.post("/me/totp/confirm", json!({"code": "123456"})).await.problem(409, "wrong_state");
    let begun = me.post("/me/totp", json!({"password": PASSWORD})).await.is(200);
    let secret = begun.text("secret");
    assert!(begun.text("otpauth_url").starts_with(&format!("otpauth://totp/Guiyan:wang.fang?secret={secret}")));
    // Not in force yet.
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
    let answer = me.post("/me/totp/confirm", json!({"code": "000000x"})).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/code"]);
    me.post("/me/totp/confirm", json!({"code": shown(&app, &secret, 0)})).await.is(204);
    me.post("/me/totp", json!({"password": PASSWORD})).await.problem(409, "wrong_state");

    let with = |code: String| json!({"username": "wang.fang", "password": PASSWORD, "totp": code});
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.problem(401, "second_factor_required");
    sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    // The step that confirmed it has been used.
    try_to_sign_in(&app, &with(shown(&app, &secret, 0)), "192.0.2.1").await.problem(401, "sign_in_failed");
    app.advance(30);
    let answer = try_to_sign_in(&app, &with(shown(&app, &secret, 0)), "192.0.2.1").await.is(200);
    assert_eq!(answer.json["account"]["totp"], true);
    try_to_sign_in(&app, &with(shown(&app, &secret, 0)), "192.0.2.1").await.problem(401, "sign_in_failed");
    try_to_sign_in(&app, &with(shown(&app, &secret, 5)), "192.0.2.1").await.problem(401, "sign_in_failed");
    app.advance(60);

    let removal = json!({"password": PASSWORD, "code": "000000"});
    me.post("/me/totp/remove", removal).await.problem(422, "invalid");
    me.post("/me/totp/remove", json!({"password": PASSWORD, "code": shown(&app, &secret, 0)})).await.is(204);
    me.post("/me/totp/remove", json!({"password": PASSWORD, "code": shown(&app, &secret, 1)}))
        .await
        .problem(409, "wrong_state");
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
});

on_both!(a_changed_password_ends_the_other_sessions, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let mine = sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
    let other = cookie(&sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200)).1;
    let me = holder(&app, &mine);
    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let answer = me.post("/me/password", change("a wrong password", "another flock")).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/current"]);
    assert_eq!(me.post("/me/password", change(PASSWORD, "short")).await.problem(422, "invalid").bad_fields(), ["/new"]);
    let next = cookie(&me.post("/me/password", change(PASSWORD, "another flock")).await.is(204)).1;
    refresh(&app, &other).await.problem(401, "not_signed_in");
    refresh(&app, &next).await.is(200);
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.problem(401, "sign_in_failed");
    sign_in(&app, "wang.fang", "another flock", "192.0.2.1").await.is(200);
});

on_both!(guessing_the_password_of_an_open_session_is_limited_too, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    let me = holder(&app, &sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200));
    for _ in 0..5 {
        me.post("/me/totp", json!({"password": "a wrong password"})).await.problem(422, "invalid");
    }
    me.post("/me/totp", json!({"password": PASSWORD})).await.problem(429, "too_many_requests");
    me.post("/me/password", json!({"current": PASSWORD, "new": "another flock"}))
        .await
        .problem(429, "too_many_requests");
});

on_both!(signing_in_is_in_the_audit_chain, |app| {
    account(&app, "wang.fang", Role::Administrator, None).await;
    sign_in(&app, "wang.fang", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    sign_in(&app, "nobody", "a wrong password", "192.0.2.1").await.problem(401, "sign_in_failed");
    sign_in(&app, "wang.fang", PASSWORD, "192.0.2.1").await.is(200);
    let mut reader = app.state.db.read().await.expect("a reader");
    let verdict = guiyan::access::audit::verify(&mut reader.conn()).await.expect("a verdict");
    assert_eq!(verdict, guiyan::access::audit::Verdict::Whole(4));
});

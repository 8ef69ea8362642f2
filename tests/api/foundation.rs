//! What holds for every route: problems, headers, keys, the guard.

use guiyan::access::Role;
use serde_json::json;

use crate::on_both;

on_both!(the_server_answers_with_its_keys_and_strict_headers, |app| {
    let stranger = app.stranger();
    assert_eq!(stranger.get("//healthz").await.is(200).bytes, b"ok");
    stranger.get("//readyz").await.is(200);
    let keys = stranger.get("//.well-known/jwks.json").await.ok();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(3), "{keys}");
    let page = stranger.get("//").await.is(200);
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("default-src 'self'") && !csp.contains("unsafe"), "{csp}");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
});

on_both!(paths_outside_of_the_api_are_problems_too, |app| {
    app.stranger().get("/nothing/here").await.problem(404, "not_found");
    app.stranger().get("//api/else").await.problem(404, "not_found");
    app.stranger().get("//missing.js").await.problem(404, "not_found");
});

on_both!(a_token_that_is_not_ours_opens_nothing, |app| {
    let officer = app.officer(Role::Administrator, None).await;
    assert!(officer.subject.is_some());
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        app.with_token(token).get("/units").await.problem(401, "not_signed_in");
    }
    app.stranger().post("/units", json!({})).await.problem(401, "not_signed_in");
});

on_both!(the_same_database_opens_again_with_the_same_keys, |app| {
    let before: Vec<_> = app.state.keys.ring().public_keys().iter().map(|k| k.public.clone()).collect();
    let again = app.reopened().await;
    let after: Vec<_> = again.keys.ring().public_keys().iter().map(|k| k.public.clone()).collect();
    assert_eq!(before, after);
});

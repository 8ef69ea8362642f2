//! Accounts: made by administrators, opened by a link, with roles that never reach further than their giver.

use guiyan::{
    access::Role,
    auth::accounts::Desk,
    ids::{AccountId, UnitId},
    on_engine,
};
use serde_json::json;

use crate::{
    on_both,
    sessions::{account, sign_in},
    support::{TestApp, User},
};

/// A unit, as the tree has it, without a way through the API.
async fn unit(app: &TestApp, kind: &'static str, parent: Option<&str>) -> String {
    let (now, id) = (app.now(), UnitId::new(app.now(), &app.state.entropy));
    let parent: Option<UnitId> = parent.map(|p| p.parse().expect("a unit id"));
    app.state
        .db
        .write(move |c| {
            Box::pin(async move {
                guiyan::execute!(
                    &mut *c,
                    sqlx::query(
                        "insert into units (id, kind, name, parent_id, version, created_at, updated_at)
                         values ($1, $2, 'unit', $3, 1, $4, $4)"
                    )
                    .bind(id)
                    .bind(kind)
                    .bind(parent)
                    .bind(now)
                )?;
                guiyan::execute!(
                    c,
                    sqlx::query("insert into unit_ancestors (unit_id, ancestor_id, depth) values ($1, $1, 0)").bind(id)
                )?;
                if let Some(parent) = parent {
                    guiyan::execute!(
                        c,
                        sqlx::query(
                            "insert into unit_ancestors (unit_id, ancestor_id, depth)
                             select $1, ancestor_id, depth + 1 from unit_ancestors where unit_id = $2"
                        )
                        .bind(id)
                        .bind(parent)
                    )?;
                }
                Ok(())
            })
        })
        .await
        .expect("a unit");
    id.to_string()
}

/// A committee with a branch, another committee, and an administrator of the first.
struct Tree<'a> {
    committee: String,
    branch: String,
    other: String,
    root: User<'a>,
    local: User<'a>,
}

impl<'a> Tree<'a> {
    async fn build(app: &'a TestApp) -> Self {
        let committee = unit(app, "committee", None).await;
        let branch = unit(app, "branch", Some(&committee)).await;
        let other = unit(app, "committee", None).await;
        let root = app.officer(Role::Administrator, None).await;
        let local = app.officer(Role::Administrator, Some(&committee)).await;
        Self { committee, branch, other, root, local }
    }
}

on_both!(a_link_opens_a_new_account_once, |app| {
    let tree = Tree::build(&app).await;
    let new = json!({"username": "Wang.Fang", "role": "branch_secretary", "unit_id": tree.branch});
    let made = tree.local.post("/accounts", new).await.is(201);
    assert_eq!(made.json["username"], "wang.fang");
    let id = made.text("id");
    let (url, code) = (made.json["setup"]["url"].as_str().unwrap(), made.json["setup"]["code"].as_str().unwrap());
    assert_eq!(url, format!("{}/setup#{code}", app.url));
    assert_eq!(tree.local.get(&format!("/accounts/{id}")).await.ok()["set_up"], false);

    let stranger = app.stranger();
    let set_up = |code: &str, password: &str| {
        let body = json!({"code": code, "password": password});
        let stranger = stranger.clone();
        async move { stranger.post("/account-setups", body).await }
    };
    assert_eq!(set_up(code, "too short").await.problem(422, "invalid").bad_fields(), ["/password"]);
    assert_eq!(
        stranger.post("/account-setups", json!({})).await.problem(422, "invalid").bad_fields(),
        ["/code", "/password"]
    );
    for unknown in ["", "x", "00000000000000000000000000000000", "é"] {
        set_up(unknown, "wild geese return").await.problem(410, "gone");
    }
    set_up(code, "wild geese return").await.is(204);
    set_up(code, "another password").await.problem(410, "gone");
    let session = sign_in(&app, "wang.fang", "wild geese return", "192.0.2.1").await.is(200);
    let assignment = &session.json["account"]["assignments"][0];
    assert_eq!(assignment["unit"], json!({"id": tree.branch, "kind": "branch", "name": "unit"}));
    let shown = tree.local.get(&format!("/accounts/{id}")).await.ok();
    assert_eq!((&shown["set_up"], &shown["disabled"], &shown["totp"]), (&json!(true), &json!(false), &json!(false)));
});

on_both!(a_link_is_good_for_a_day_and_a_new_one_replaces_it, |app| {
    let tree = Tree::build(&app).await;
    let new = json!({"username": "wangfang22", "role": "supervisor", "unit_id": tree.committee});
    let made = tree.root.post("/accounts", new).await.is(201);
    let (id, first) = (made.text("id"), made.json["setup"]["code"].as_str().unwrap().to_owned());
    let second = tree.local.post(&format!("/accounts/{id}/setup"), json!({})).await.is(201).text("code");
    let set_up = |code: String, password: &'static str| {
        let stranger = app.stranger();
        async move { stranger.post("/account-setups", json!({"code": code, "password": password})).await }
    };
    set_up(first, "wild geese return").await.problem(410, "gone");
    let answer = set_up(second.clone(), "WangFang22").await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/password"]);
    app.advance(24 * 3600);
    set_up(second, "wild geese return").await.problem(410, "gone");
    let third = tree.root.post(&format!("/accounts/{id}/setup"), json!({})).await.is(201).text("code");
    app.advance(24 * 3600 - 1);
    // Of many uses at once, one counts.
    let tries = futures::future::join_all((0..4).map(|_| set_up(third.clone(), "wild geese return"))).await;
    assert_eq!(tries.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(tries.iter().filter(|answer| answer.status == 410).count(), 3);
});

on_both!(a_repeated_creation_gets_the_first_answer, |app| {
    let tree = Tree::build(&app).await;
    let create = |key: &'static str, username: &'static str| {
        let request = tree.root.request(reqwest::Method::POST, "/accounts").header("idempotency-key", key);
        tree.root.send(request.json(&json!({"username": username, "role": "administrator"})))
    };
    let first = create("k1", "wang.fang").await.is(201).json;
    assert_eq!(create("k1", "wang.fang").await.is(201).json, first);
    create("k1", "li.si").await.problem(409, "key_reused");
    create("k2", "wang.fang").await.problem(409, "username_taken");
});

on_both!(every_bad_field_of_an_account_is_named, |app| {
    let tree = Tree::build(&app).await;
    let bad = json!({"username": "王芳", "role": "emperor", "unit_id": "here"});
    let answer = tree.root.post("/accounts", bad).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/role", "/unit_id", "/username"]);
    for (role, unit, field) in [
        ("branch_secretary", &tree.committee, "/role"),
        ("department_officer", &tree.branch, "/role"),
        ("committee_officer", &tree.branch, "/role"),
        ("liaison_officer", &tree.branch, "/role"),
    ] {
        let new = json!({"username": "wang.fang", "role": role, "unit_id": unit});
        assert_eq!(tree.root.post("/accounts", new).await.problem(422, "invalid").bad_fields(), [field], "{role}");
    }
    let new = json!({"username": "wang.fang", "role": "supervisor", "unit_id": null});
    assert_eq!(tree.root.post("/accounts", new).await.problem(422, "invalid").bad_fields(), ["/unit_id"]);
    assert_eq!(tree.root.get("/accounts?q=wang").await.ok()["items"], json!([]));
});

on_both!(nobody_gives_or_takes_beyond_their_own_reach, |app| {
    let tree = Tree::build(&app).await;
    let new =
        |username: &str, role: &str, unit: Option<&str>| json!({"username": username, "role": role, "unit_id": unit});
    tree.local.post("/accounts", new("a.b.c", "supervisor", Some(&tree.other))).await.problem(404, "not_found");
    let nowhere = UnitId::new(app.now(), &app.state.entropy).to_string();
    for admin in [&tree.local, &tree.root] {
        admin.post("/accounts", new("a.b.c", "supervisor", Some(&nowhere))).await.problem(404, "not_found");
    }
    let answer = tree.local.post("/accounts", new("a.b.c", "administrator", None)).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/unit_id"]);

    // One with a foot in both: seen, but neither closed, reset, nor stripped of what is not ours.
    let both = account(&app, "both", Role::Administrator, None).await;
    let here = json!({"role": "supervisor", "unit_id": tree.branch});
    tree.local.post(&format!("/accounts/{both}/assignments"), here.clone()).await.problem(404, "not_found");
    let added = tree.root.post(&format!("/accounts/{both}/assignments"), here.clone()).await.is(201);
    tree.root.post(&format!("/accounts/{both}/assignments"), here).await.problem(409, "wrong_state");
    let seen = tree.local.get(&format!("/accounts/{both}")).await.ok();
    let whole =
        seen["assignments"].as_array().unwrap().iter().find(|a| a["unit_id"].is_null()).expect("the other role");
    for act in ["setup", "disable", "enable"] {
        tree.local.post(&format!("/accounts/{both}/{act}"), json!({})).await.problem(403, "not_allowed");
    }
    let whole = format!("/accounts/{both}/assignments/{}", whole["id"].as_str().unwrap());
    tree.local.delete(&whole).await.problem(404, "not_found");
    let local_part = format!("/accounts/{both}/assignments/{}", added.text("id"));
    tree.local.delete(&local_part).await.is(204);
    tree.local.delete(&local_part).await.problem(404, "not_found");
    tree.local.get(&format!("/accounts/{both}")).await.problem(404, "not_found");
    // Unknown ids look the same as foreign ones.
    let unknown = AccountId::new(app.now(), &app.state.entropy);
    tree.local.get(&format!("/accounts/{unknown}")).await.problem(404, "not_found");
    tree.local.get("/accounts/not-an-id").await.problem(404, "not_found");
    tree.root.post(&format!("/accounts/{unknown}/disable"), json!({})).await.problem(404, "not_found");
});

on_both!(a_list_shows_what_lies_within_reach_page_by_page, |app| {
    let tree = Tree::build(&app).await;
    for n in 0..5 {
        account(&app, &format!("here{n}"), Role::BranchSecretary, Some(&tree.branch)).await;
    }
    account(&app, "there", Role::Supervisor, Some(&tree.other)).await;
    let names = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|a| a["username"].as_str().unwrap().to_owned()).collect()
    };
    let first = tree.local.get("/accounts?limit=3&q=HERE").await.ok();
    assert_eq!(names(&first), ["here0", "here1", "here2"]);
    let rest = tree
        .local
        .get(&format!("/accounts?limit=3&q=here&cursor={}", first["next_cursor"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["here3".into(), "here4".into()], &json!(null)));
    assert_eq!(names(&tree.local.get("/accounts?q=there").await.ok()), Vec::<String>::new());
    assert_eq!(names(&tree.root.get("/accounts?q=there").await.ok()), ["there"]);
    assert_eq!(names(&tree.root.get(&format!("/accounts?unit_id={}", tree.other)).await.ok()), ["there"]);
    assert_eq!(names(&tree.root.get(&format!("/accounts?q=here&unit_id={}", tree.committee)).await.ok()).len(), 5);
    for bad in ["limit=0", "limit=201", "cursor=x", "unit_id=x", "cursor=Ilx1MDAwMCI"] {
        tree.root.get(&format!("/accounts?{bad}")).await.problem(422, "invalid");
    }
    tree.root.get("/accounts?q=%00").await.problem(400, "malformed_request");
    assert_eq!(names(&tree.root.get("/accounts?q=%E7%8E%8B").await.ok()), Vec::<String>::new());
});

on_both!(a_closed_account_is_out_at_once_and_comes_back, |app| {
    let tree = Tree::build(&app).await;
    let id = account(&app, "wang.fang", Role::Administrator, Some(&tree.committee)).await;
    let session = sign_in(&app, "wang.fang", "wild geese return", "192.0.2.1").await.is(200);
    let holder = app.with_token(&session.text("access_token"));
    holder.get("/accounts").await.is(200);
    for _ in 0..2 {
        tree.local.post(&format!("/accounts/{id}/disable"), json!({})).await.is(204);
    }
    holder.get("/accounts").await.problem(401, "not_signed_in");
    sign_in(&app, "wang.fang", "wild geese return", "192.0.2.1").await.problem(401, "sign_in_failed");
    let cookie = session.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    tree.local.post(&format!("/accounts/{id}/enable"), json!({})).await.is(204);
    holder.get("/accounts").await.is(200);
    sign_in(&app, "wang.fang", "wild geese return", "192.0.2.1").await.is(200);
    // Its sessions from before do not come back.
    let stranger = app.stranger();
    let again = stranger.request(reqwest::Method::POST, "/sessions/refresh").header("cookie", cookie);
    stranger.send(again).await.problem(401, "not_signed_in");
});

on_both!(somebody_always_administers_the_whole_registry, |app| {
    let id = account(&app, "the.first", Role::Administrator, None).await;
    let first = app
        .with_token(&sign_in(&app, "the.first", "wild geese return", "192.0.2.1").await.is(200).text("access_token"));
    let own = first.get(&format!("/accounts/{id}")).await.ok()["assignments"][0]["id"].as_str().unwrap().to_owned();
    // One who has not used the link yet could not help.
    let second = first.post("/accounts", json!({"username": "the.second", "role": "administrator"})).await.is(201);
    first.delete(&format!("/accounts/{id}/assignments/{own}")).await.problem(409, "wrong_state");
    first.post(&format!("/accounts/{id}/disable"), json!({})).await.problem(409, "wrong_state");
    first.get("/accounts").await.is(200);
    let code = second.json["setup"]["code"].as_str().unwrap();
    app.stranger().post("/account-setups", json!({"code": code, "password": "wild geese return"})).await.is(204);
    first.delete(&format!("/accounts/{id}/assignments/{own}")).await.is(204);
    first.get("/accounts").await.problem(403, "not_allowed");
});

on_both!(the_first_administrator_gets_a_link_until_somebody_can_sign_in, |app| {
    let link = || async {
        let desk = Desk::of_the_program(&app.state);
        app.state
            .db
            .write(move |c| Box::pin(async move { desk.first_administrator(c).await }))
            .await
            .expect("an answer")
    };
    let lost = link().await.expect("a link");
    let fresh = link().await.expect("a fresh one");
    let set_up = |code: String| {
        let stranger = app.stranger();
        async move { stranger.post("/account-setups", json!({"code": code, "password": "wild geese return"})).await }
    };
    set_up(lost.code).await.problem(410, "gone");
    assert_eq!(fresh.url, format!("{}/setup#{}", app.url, fresh.code));
    set_up(fresh.code).await.is(204);
    assert!(link().await.is_none());
    let session = sign_in(&app, "admin", "wild geese return", "192.0.2.1").await.is(200);
    assert_eq!(session.json["account"]["assignments"][0]["role"], "administrator");
    let mut reader = app.state.db.read().await.expect("a reader");
    let accounts: i64 =
        on_engine!(&mut reader.conn(), |c| sqlx::query_scalar("select cast(count(*) as bigint) from accounts")
            .fetch_one(c))
        .unwrap();
    assert_eq!(accounts, 1);
});

on_both!(a_new_link_also_drops_a_lost_second_factor, |app| {
    let tree = Tree::build(&app).await;
    let id = account(&app, "wang.fang", Role::Supervisor, Some(&tree.branch)).await;
    app.state
        .db
        .write(move |c| {
            Box::pin(async move {
                guiyan::execute!(
                    c,
                    sqlx::query("update accounts set totp_confirmed = $2, totp_sealed = $3 where id = $1")
                        .bind(id)
                        .bind(true)
                        .bind(vec![1_u8])
                )?;
                Ok(())
            })
        })
        .await
        .expect("a factor that nobody has");
    let code = tree.local.post(&format!("/accounts/{id}/setup"), json!({})).await.is(201).text("code");
    app.stranger().post("/account-setups", json!({"code": code, "password": "another flock"})).await.is(204);
    sign_in(&app, "wang.fang", "another flock", "192.0.2.1").await.is(200);
});

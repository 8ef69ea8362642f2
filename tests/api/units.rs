//! Units, as administrators and officers use them.

use guiyan::access::Role;
use serde_json::{Value, json};

use crate::{on_both, support::*};

on_both!(an_administrator_grows_the_tree, |app| {
    let world = World::build(&app).await;
    let group =
        world.admin.post("/units", json!({"kind": "group", "name": "第一小组", "parent_id": world.host})).await.is(201);
    let unit = world.secretary.get(&format!("/units/{}", group.text("id"))).await.ok();
    assert_eq!(unit["parent_id"], json!(world.host));
    assert_eq!((unit["version"].as_i64(), unit["contact"].is_null()), (Some(1), true));
    let host = world.admin.get(&format!("/units/{}", world.host)).await;
    assert_eq!(host.headers["etag"], "\"1\"");
    assert_eq!(host.json["child_count"], 1);
    assert_eq!(host.json["contact"]["phone"], "021-55550100");
});

on_both!(only_what_fits_stands_under_a_unit, |app| {
    let world = World::build(&app).await;
    let try_under = async |kind: &str, parent: Option<&str>| {
        let mut body = json!({"kind": kind, "name": "试", "parent_id": parent});
        if kind == "department" {
            body["division_code"] = json!("340100");
        }
        world.admin.post("/units", body).await
    };
    let (department, committee, branch) = (world.department.as_str(), world.committee.as_str(), world.host.as_str());
    for (kind, parent) in [
        ("group", None),
        ("liaison_office", None),
        ("department", Some(branch)),
        ("branch", Some(branch)),
        ("committee", Some(branch)),
        ("general_branch", Some(branch)),
        ("liaison_office", Some(branch)),
        ("branch", Some(world.liaison_office.as_str())),
        ("group", Some(committee)),
    ] {
        assert_eq!(try_under(kind, parent).await.problem(422, "invalid").bad_fields(), ["/parent_id"], "{kind}");
    }
    for (kind, parent) in [
        ("department", None),
        ("department", Some(department)),
        ("committee", Some(department)),
        ("branch", None),
        ("group", Some(branch)),
        ("liaison_office", Some(department)),
    ] {
        try_under(kind, parent).await.is(201);
    }
    let nowhere = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b";
    assert_eq!(try_under("branch", Some(nowhere)).await.problem(422, "invalid").bad_fields(), ["/parent_id"]);
});

on_both!(every_bad_field_of_a_unit_is_named, |app| {
    let world = World::build(&app).await;
    let missing = world.admin.post("/units", json!({"kind": "department", "name": "甲市委组织部"})).await;
    assert_eq!(missing.problem(422, "invalid").bad_fields(), ["/division_code"]);
    let typed_wrong = json!({
        "kind": "bureau", "name": "", "division_code": "34100", "valid_from": "2026-02-30",
        "contact": {"name": "\u{202e}甲", "phone": "call me"}, "term": {"started_on": "2026-01-01", "years": "three"}
    });
    assert_eq!(
        world.admin.post("/units", typed_wrong).await.problem(422, "invalid").bad_fields(),
        ["/contact/name", "/contact/phone", "/division_code", "/kind", "/name", "/term/years", "/valid_from"]
    );
    let contradictory = json!({
        "kind": "branch", "name": "甲支部", "parent_id": world.committee, "card_title": "活动证",
        "valid_from": "2011-08-22", "valid_until": "2005-01-01", "term": {"started_on": "2026-01-01", "years": 11}
    });
    assert_eq!(
        world.admin.post("/units", contradictory).await.problem(422, "invalid").bad_fields(),
        ["/card_title", "/term/years", "/valid_until"]
    );
    for hostile in [
        json!([]),
        json!("unit"),
        json!({"kind": {}, "name": []}),
        json!({"kind": "branch", "name": "甲".repeat(400_000)}),
    ] {
        let status = world.admin.post("/units", hostile).await.status.as_u16();
        assert!((400..500).contains(&status), "{status}");
    }
});

on_both!(a_term_ends_by_itself_and_a_code_keeps_its_years, |app| {
    let world = World::build(&app).await;
    let body = json!({
        "kind": "department", "name": "巢湖市委组织部", "division_code": "341400", "valid_from": "1999-07-09",
        "valid_until": "2011-08-22", "card_title": "流动党员活动证",
        "term": {"started_on": "2024-02-29", "years": 5}
    });
    let unit = world.admin.post("/units", body).await.is(201).json;
    assert_eq!(unit["term"]["ends_on"], "2029-02-28");
    assert_eq!((&unit["valid_until"], &unit["card_title"]), (&json!("2011-08-22"), &json!("流动党员活动证")));
});

on_both!(an_absent_field_stays_and_null_clears, |app| {
    let world = World::build(&app).await;
    let path = format!("/units/{}", world.host);
    let filled = json!({
        "address": "金山区示例路 1 号", "term": {"started_on": "2026-01-01", "years": 3},
        "contact": {"name": "李芳", "phone": "021-55550101"}
    });
    assert_eq!(world.secretary.patch(&path, filled).await.ok()["version"], 2);
    let unit = world.secretary.patch(&path, json!({"address": "金山区示例路 2 号"})).await.ok();
    assert_eq!((&unit["address"], &unit["contact"]["name"]), (&json!("金山区示例路 2 号"), &json!("李芳")));
    let cleared = json!({"address": null, "term": null, "contact": null});
    let unit = world.secretary.patch(&path, cleared).await.ok();
    assert_eq!([&unit["address"], &unit["term"], &unit["contact"]], [&Value::Null; 3]);
    assert_eq!(unit["version"], 4);
});

on_both!(two_who_edit_one_unit_do_not_lose_a_change, |app| {
    let world = World::build(&app).await;
    let path = format!("/units/{}", world.host);
    let edit = |tag: &str, address: &str| {
        let request = world.secretary.request(reqwest::Method::PATCH, &path).header("if-match", tag);
        world.secretary.send(request.json(&json!({"address": address})))
    };
    edit("\"1\"", "甲").await.is(200);
    edit("\"1\"", "乙").await.problem(412, "changed");
    edit("W/\"2\"", "乙").await.problem(412, "changed");
    edit("nonsense", "乙").await.problem(412, "changed");
    assert_eq!(edit("*", "丙").await.ok()["address"], "丙");
    assert_eq!(world.secretary.get(&path).await.ok()["version"], 3);
});

on_both!(names_and_codes_are_the_administrators_to_change, |app| {
    let world = World::build(&app).await;
    let host = format!("/units/{}", world.host);
    world.secretary.patch(&host, json!({"name": "新名"})).await.problem(403, "not_allowed");
    world.committee_officer.patch(&host, json!({"division_code": null})).await.problem(403, "not_allowed");
    world.other_secretary.patch(&host, json!({"address": "别处"})).await.problem(404, "not_found");
    world.liaison_officer.patch(&host, json!({"address": "别处"})).await.problem(403, "not_allowed");
    let below = app.officer(Role::Administrator, Some(&world.committee)).await;
    assert_eq!(below.patch(&host, json!({"name": "金山区第二支部"})).await.ok()["name"], "金山区第二支部");
    let department = format!("/units/{}", world.department);
    below.patch(&department, json!({"name": "别的"})).await.problem(404, "not_found");
    // A department cannot lose the code that its card numbers begin with.
    let cleared = world.admin.patch(&department, json!({"division_code": null})).await;
    assert_eq!(cleared.problem(422, "invalid").bad_fields(), ["/division_code"]);
});

on_both!(a_scoped_administrator_builds_below_only, |app| {
    let world = World::build(&app).await;
    let below = app.officer(Role::Administrator, Some(&world.committee)).await;
    let branch = |parent: &Value| json!({"kind": "branch", "name": "新支部", "parent_id": parent});
    below.post("/units", branch(&json!(world.general_branch))).await.is(201);
    below.post("/units", branch(&json!(world.department))).await.problem(404, "not_found");
    below.post("/units", branch(&Value::Null)).await.problem(403, "not_allowed");
    world.secretary.post("/units", branch(&json!(world.host))).await.problem(403, "not_allowed");
});

on_both!(a_list_is_narrowed_and_paged_without_a_gap, |app| {
    let world = World::build(&app).await;
    for n in 0..7 {
        let body = json!({"kind": "branch", "name": format!("松江区第{n}支部"), "parent_id": world.general_branch});
        world.admin.post("/units", body).await.is(201);
    }
    let mut seen = Vec::new();
    let mut path = format!("/units?q=松江&kind=branch&parent_id={}&limit=3", world.general_branch);
    loop {
        let page = world.supervisor.get(&path).await.ok();
        seen.extend(page["items"].as_array().expect("items").iter().map(|unit| unit["name"].to_string()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/units?q=松江&limit=3&cursor={cursor}");
    }
    let mut expected = seen.clone();
    expected.sort();
    expected.dedup();
    assert_eq!((seen.len(), &seen), (7, &expected));

    let names = async |user: &User<'_>, query: &str| -> Vec<String> {
        let page = user.get(&format!("/units?{query}")).await.ok();
        page["items"].as_array().expect("items").iter().map(|u| u["name"].as_str().expect("a name").into()).collect()
    };
    assert_eq!(names(&world.secretary, "mine=true").await, ["金山区第一支部"]);
    // A liaison office works for the department above it.
    assert_eq!(names(&world.liaison_officer, "mine=true&kind=branch").await, ["黄山市屯溪区示范支部"]);
    assert_eq!(names(&world.secretary, "q=不存在").await, Vec::<String>::new());
    assert_eq!(names(&world.admin, "mine=true&kind=committee").await, ["驻沪党委"]);
    for bad in ["limit=0", "limit=201", "kind=bureau", "parent_id=x", "cursor=x", "mine=perhaps"] {
        let name = bad.split('=').next().expect("a name");
        let answer = world.secretary.get(&format!("/units?{bad}")).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), [format!("?{name}")]);
    }
});

on_both!(a_repeated_creation_makes_one_unit, |app| {
    let world = World::build(&app).await;
    let body = json!({"kind": "branch", "name": "只此一个", "parent_id": world.committee});
    let send = |body: Value| {
        let request = world.admin.request(reqwest::Method::POST, "/units").header("idempotency-key", "unit-1");
        world.admin.send(request.json(&body))
    };
    let first = send(body.clone()).await.is(201).text("id");
    assert_eq!(send(body).await.is(201).text("id"), first);
    send(json!({"kind": "branch", "name": "别的", "parent_id": world.committee})).await.problem(409, "key_reused");
    assert_eq!(world.admin.get("/units?q=只此").await.ok()["items"].as_array().expect("items").len(), 1);
});

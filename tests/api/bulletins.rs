//! Bulletins: written, previewed, published with a number, read by those to whom they go, taken back.

use std::collections::BTreeSet;

use guiyan::{bulletins, clock::Period, ids::UnitId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

fn bulletin(unit: &str) -> Value {
    json!({"unit_id": unit, "kind": "bulletin", "title": "学习简报", "body": "# 本期要点\n\n**集中学习**四次。"})
}

async fn written(user: &User<'_>, body: Value) -> String {
    user.post("/bulletins", body).await.is(201).text("id")
}

async fn published(user: &User<'_>, body: Value) -> Value {
    let id = written(user, body).await;
    user.post(&format!("/bulletins/{id}/publish"), json!({})).await.ok()
}

async fn ids(user: &User<'_>, path: &str) -> Vec<String> {
    let page = user.get(path).await.ok();
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> (i64, i64, i64) {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let figures = bulletins::figures(&mut reader.conn(), unit, period).await.expect("figures");
    (figures.bulletins, figures.walls, figures.pages)
}

on_both!(every_bad_field_is_named_and_the_audience_lies_below, |app| {
    let world = World::build(&app).await;
    for (body, bad) in [
        (json!({}), vec!["/body", "/kind", "/title", "/unit_id"]),
        (json!({"unit_id": world.host, "kind": "poster", "title": " ", "body": ""}), vec!["/body", "/kind", "/title"]),
        (json!({"unit_id": world.host, "kind": "wall", "title": "x", "body": "x".repeat(50_001)}), vec!["/body"]),
    ] {
        assert_eq!(world.secretary.post("/bulletins", body).await.problem(422, "invalid").bad_fields(), bad);
    }
    let mut beyond = bulletin(&world.general_branch);
    beyond["audience"] = json!([world.host, world.committee, world.home]);
    let refused = world.committee_officer.post("/bulletins", beyond).await.problem(422, "invalid");
    assert_eq!(refused.bad_fields(), ["/audience/1", "/audience/2"]);
    let mut nobody = bulletin(&world.host);
    nobody["audience"] = json!([]);
    assert_eq!(world.secretary.post("/bulletins", nobody).await.problem(422, "invalid").bad_fields(), ["/audience"]);
    world.secretary.post("/bulletins", bulletin(&world.other_host)).await.problem(404, "not_found");
    world.secretary.post("/bulletins", bulletin(&world.committee)).await.problem(404, "not_found");
    world.supervisor.post("/bulletins", bulletin(&world.host)).await.problem(403, "not_allowed");
    assert_eq!(ids(&world.secretary, "/bulletins").await, Vec::<String>::new());
});

on_both!(a_draft_is_written_by_two_and_published_once, |app| {
    let world = World::build(&app).await;
    let id = written(&world.secretary, bulletin(&world.host)).await;
    let path = format!("/bulletins/{id}");
    let draft = world.secretary.get(&path).await.is(200);
    assert_eq!(draft.headers["etag"], "\"1\"");
    assert_eq!(
        (&draft.json["state"], &draft.json["issue"], &draft.json["actions"]),
        (&json!("draft"), &json!(null), &json!(["edit", "publish", "discard"]))
    );
    assert_eq!(draft.json["body"], "# 本期要点\n\n**集中学习**四次。");
    assert!(draft.json["html"].as_str().expect("html").contains("<h2>本期要点</h2>"));
    // A draft is nobody's but the desk's.
    let phone = world.member(1).await;
    phone.user(&app).get(&path).await.problem(404, "not_found");
    world.supervisor.get(&path).await.problem(404, "not_found");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.committee_officer.get(&path).await.is(200);

    let request = world.secretary.request(Method::PATCH, &path).header("if-match", "\"1\"");
    let changed = world.secretary.send(request.json(&json!({"title": "第二稿", "kind": "wall"}))).await.is(200);
    assert_eq!((&changed.json["title"], &changed.json["version"]), (&json!("第二稿"), &json!(2)));
    assert_eq!(changed.json["body"], "# 本期要点\n\n**集中学习**四次。", "what was not sent stays");
    let late = world.committee_officer.request(Method::PATCH, &path).header("if-match", "\"1\"");
    world.committee_officer.send(late.json(&json!({"title": "第三稿"}))).await.problem(412, "changed");

    let publish = format!("{path}/publish");
    let late = world.committee_officer.request(Method::POST, &publish).header("if-match", "\"1\"");
    world.committee_officer.send(late).await.problem(412, "changed");
    let colleague = &world.committee_officer;
    let answers = tokio::join!(world.secretary.post(&publish, json!({})), colleague.post(&publish, json!({})));
    let statuses: BTreeSet<u16> = [answers.0.status.as_u16(), answers.1.status.as_u16()].into();
    assert!(statuses == [200, 409].into() || statuses == [200, 412].into(), "{statuses:?}");
    let shown = world.secretary.get(&path).await.ok();
    assert_eq!((&shown["state"], &shown["year"], &shown["issue"]), (&json!("published"), &json!(2026), &json!(1)));
    assert_eq!((&shown["actions"], &shown["body"]), (&json!(["take_back"]), &json!(null)));
    world.secretary.patch(&path, json!({"title": "x"})).await.problem(409, "wrong_state");
    world.secretary.delete(&path).await.problem(409, "wrong_state");

    let other = written(&world.secretary, bulletin(&world.host)).await;
    world.secretary.delete(&format!("/bulletins/{other}")).await.is(204);
    world.secretary.get(&format!("/bulletins/{other}")).await.problem(404, "not_found");
});

on_both!(numbers_count_by_unit_and_year, |app| {
    let world = World::build(&app).await;
    let mut numbers = Vec::new();
    for unit in [&world.host, &world.host, &world.committee] {
        let shown = published(&world.committee_officer, bulletin(unit)).await;
        numbers.push((shown["year"].clone(), shown["issue"].clone()));
    }
    // Six weeks later it is another year in China, though not yet in London.
    app.advance(
        "2026-12-31T16:00:01.000Z".parse::<guiyan::clock::Instant>().expect("an instant").seconds()
            - app.now().seconds(),
    );
    let shown = published(&world.secretary, bulletin(&world.host)).await;
    numbers.push((shown["year"].clone(), shown["issue"].clone()));
    let expected = [(2026, 1), (2026, 2), (2026, 1), (2027, 1)].map(|(year, issue)| (json!(year), json!(issue)));
    assert_eq!(numbers, expected);
});

on_both!(whoever_it_goes_to_is_told_and_reads_it, |app| {
    let world = World::build(&app).await;
    let here = world.member(1).await;
    let elsewhere = world.registered_elsewhere(2).await;
    let card = world
        .other_secretary
        .post(&format!("/registrations/{}/cards", elsewhere["id"].as_str().expect("an id")), json!({}))
        .await
        .ok();
    let there = crate::support::Phone::new().activate(&app, card["activation"]["code"].as_str().expect("a code")).await;

    let mut narrow = bulletin(&world.committee);
    narrow["audience"] = json!([world.host, world.host]);
    let narrow = published(&world.committee_officer, narrow).await;
    assert_eq!(narrow["audience"].as_array().map(Vec::len), Some(1));
    app.advance(1);
    let wide = published(&world.committee_officer, bulletin(&world.committee)).await;
    app.advance(1);
    let from_home = published(&world.department_officer, bulletin(&world.department)).await;
    let id = |shown: &Value| shown["id"].as_str().expect("an id").to_owned();

    // By either end of the stay; a department's members live elsewhere.
    assert_eq!(ids(&here.user(&app), "/me/bulletins").await, [id(&from_home), id(&wide), id(&narrow)]);
    assert_eq!(ids(&there.user(&app), "/me/bulletins").await, [id(&wide)]);
    there.user(&app).get(&format!("/bulletins/{}", id(&narrow))).await.problem(404, "not_found");
    let read = here.user(&app).get(&format!("/bulletins/{}", id(&narrow))).await.ok();
    assert!(read["html"].as_str().expect("html").contains("<strong>集中学习</strong>"));
    assert_eq!((&read["body"], &read["actions"]), (&json!(null), &json!([])));
    let page = here.user(&app).get("/me/bulletins?limit=2").await.ok();
    let next = page["next_cursor"].as_str().expect("a cursor");
    assert_eq!(ids(&here.user(&app), &format!("/me/bulletins?limit=2&cursor={next}")).await, [id(&narrow)]);
    world.secretary.get("/me/bulletins").await.problem(403, "not_allowed");

    let told = here.user(&app).get("/me/notices").await.ok();
    let news: Vec<&Value> =
        told["items"].as_array().expect("items").iter().filter(|n| n["kind"] == "bulletin_published").collect();
    assert_eq!(news.len(), 3, "{told}");
    assert_eq!(news[0]["subject"], json!({"kind": "bulletin", "id": id(&from_home), "title": "学习简报"}));
    assert!(!told.to_string().contains("集中学习"), "no words of the text");

    // Officers read what is published to their units, or from units within reach.
    assert_eq!(ids(&world.secretary, "/bulletins").await, [id(&wide), id(&narrow)]);
    assert_eq!(ids(&world.other_secretary, "/bulletins").await, [id(&wide)]);
    assert_eq!(ids(&world.supervisor, "/bulletins").await, [id(&wide), id(&narrow)]);
    assert_eq!(ids(&world.other_department_officer, "/bulletins").await, Vec::<String>::new());
    assert_eq!(world.secretary.get(&format!("/bulletins/{}", id(&wide))).await.ok()["actions"], json!([]));
    world
        .secretary
        .post(&format!("/bulletins/{}/take_back", id(&wide)), json!({"reason": "x"}))
        .await
        .problem(404, "not_found");

    // Taken back: members read it no more, officers read why.
    let back = format!("/bulletins/{}/take_back", id(&narrow));
    assert_eq!(world.committee_officer.post(&back, json!({})).await.problem(422, "invalid").bad_fields(), ["/reason"]);
    let shown = world.committee_officer.post(&back, json!({"reason": "数字有误"})).await.ok();
    assert_eq!((&shown["state"], &shown["taken_back_reason"]), (&json!("taken_back"), &json!("数字有误")));
    assert_eq!(ids(&here.user(&app), "/me/bulletins").await, [id(&from_home), id(&wide)]);
    here.user(&app).get(&format!("/bulletins/{}", id(&narrow))).await.problem(404, "not_found");
    world.committee_officer.post(&back, json!({"reason": "x"})).await.problem(409, "wrong_state");
    assert_eq!(
        world.supervisor.get(&format!("/bulletins/{}", id(&narrow))).await.ok()["taken_back_reason"],
        "数字有误"
    );

    // Whoever has left reads nothing; what comes later is not told to them.
    let stay = here.user(&app).get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{stay}/return"), json!({})).await.is(200);
    assert_eq!(ids(&here.user(&app), "/me/bulletins").await, Vec::<String>::new());
});

on_both!(a_preview_is_what_will_be_read_and_is_clean, |app| {
    let world = World::build(&app).await;
    let body = "# 标题\n\n[材料](https://example.org)\n\n<script>alert(1)</script>\n\n![图](https://evil.example/a.png)\n\n[x](javascript:alert(1))";
    let preview = world.secretary.post("/bulletins/preview", json!({"body": body})).await.ok()["html"].clone();
    let mut new = bulletin(&world.host);
    new["body"] = json!(body);
    assert_eq!(published(&world.secretary, new).await["html"], preview);
    let html = preview.as_str().expect("html");
    assert!(html.contains("<a href=\"https://example.org\" rel=\"noopener noreferrer\">材料</a>"), "{html}");
    for bad in ["<script", "<img", "javascript:", "style="] {
        assert!(!html.contains(bad), "{bad}: {html}");
    }
    assert_eq!(
        world.secretary.post("/bulletins/preview", json!({"body": " "})).await.problem(422, "invalid").bad_fields(),
        ["/body"]
    );
    world.supervisor.post("/bulletins/preview", json!({"body": "x"})).await.problem(403, "not_allowed");
});

on_both!(figures_are_the_list_that_they_link_to, |app| {
    let world = World::build(&app).await;
    for (unit, kind) in
        [(&world.host, "bulletin"), (&world.host, "wall"), (&world.other_host, "bulletin"), (&world.committee, "page")]
    {
        let mut new = bulletin(unit);
        new["kind"] = json!(kind);
        published(&world.committee_officer, new).await;
    }
    written(&world.committee_officer, bulletin(&world.host)).await;
    let gone = published(&world.committee_officer, bulletin(&world.host)).await;
    let back = format!("/bulletins/{}/take_back", gone["id"].as_str().expect("an id"));
    world.committee_officer.post(&back, json!({"reason": "重复"})).await.is(200);
    app.advance(86_400);
    published(&world.committee_officer, bulletin(&world.host)).await;

    for (unit, from, to, expected) in [
        (&world.committee, "2026-11-23", "2026-11-23", (2, 1, 1)),
        (&world.committee, "2026-11-01", "2026-11-30", (3, 1, 1)),
        (&world.host, "2026-11-24", "2026-11-24", (1, 0, 0)),
        (&world.home, "2026-11-01", "2026-11-30", (0, 0, 0)),
    ] {
        let counted = figures(&app, unit, from, to).await;
        assert_eq!(counted, expected, "{from} {to}");
        for (kind, count) in [("bulletin", counted.0), ("wall", counted.1), ("page", counted.2)] {
            let path = format!("/bulletins?unit_id={unit}&from={from}&to={to}&state=published&kind={kind}&limit=200");
            assert_eq!(i64::try_from(ids(&world.committee_officer, &path).await.len()), Ok(count), "{path}");
        }
    }
    let bad = world.secretary.get("/bulletins?from=2026-11-02&to=2026-11-01").await.problem(422, "invalid");
    assert_eq!(bad.bad_fields(), ["?to"]);
});

//! The report: every figure from the records, and the list behind it as long as the figure says.

use serde_json::{Value, json};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

/// A figure of a report by its key.
fn figure<'v>(summary: &'v Value, key: &str) -> &'v Value {
    let figures = summary["sections"]
        .as_array()
        .expect("sections")
        .iter()
        .flat_map(|section| section["figures"].as_array().expect("figures").iter());
    figures.into_iter().find(|figure| figure["key"] == key).unwrap_or_else(|| panic!("{key} in {summary}"))
}

/// How long the list behind a figure is.
async fn listed(user: &User<'_>, figure: &Value) -> usize {
    let path = figure["records"].as_str().expect("a list").to_owned();
    let page = user.get(&format!("{path}&limit=200")).await.ok();
    assert!(page["next_cursor"].is_null(), "{page}");
    page["items"].as_array().expect("items").len()
}

async fn summary(user: &User<'_>, unit: &str) -> Value {
    user.get(&format!("/units/{unit}/summary")).await.ok()
}

/// Events, talks, opinions, help, a recruit and a bulletin of the host branch.
async fn work(app: &TestApp, world: &World<'_>) {
    let member = world.registered(1).await["member_id"].clone();
    let now = app.now();
    for (kind, hours) in [("lecture", 2.0), ("mobilisation_report", 1.0), ("collective_study", 2.5)] {
        let body = json!({
            "unit_id": world.host, "kind": kind, "title": kind, "starts_at": now.plus_seconds(600),
            "ends_at": now.plus_seconds(7800), "hours": hours, "audience": "unit"
        });
        world.secretary.post("/events", body).await.is(201);
    }
    app.advance(3 * 3600);
    let today = app.now().day();
    let post = async |path: &str, body: Value| world.secretary.post(path, body).await.is(201).json;
    post("/talks", json!({"unit_id": world.host, "talker_post": "支部书记", "held_on": today, "mode": "one_to_one", "with": [member], "topics": ["work"]})).await;
    post("/opinions", json!({"unit_id": world.host, "text": "会议太晚", "source": "meeting"})).await;
    post("/aid", json!({"unit_id": world.host, "given_on": today, "kind": "money", "amount_fen": 50_000})).await;
    post(
        "/recruits",
        json!({"unit_id": world.host, "name": "张三", "stages": [{"stage": "probationary", "on": today}]}),
    )
    .await;
    let bulletin =
        post("/bulletins", json!({"unit_id": world.host, "kind": "bulletin", "title": "简报", "body": "正文"})).await;
    world.secretary.post(&format!("/bulletins/{}/publish", bulletin["id"].as_str().unwrap()), json!({})).await.is(200);
}

on_both!(every_figure_is_counted_from_the_records_behind_it, |app| {
    let world = World::build(&app).await;
    work(&app, &world).await;
    let report = summary(&world.committee_officer, &world.committee).await;
    let value = |key: &str| figure(&report, key)["value"].clone();
    for (key, expected) in [
        ("committees", 1),
        ("general_branches", 1),
        ("branches", 2),
        ("members", 1),
        ("registrations_filed", 1),
        ("lectures_and_reports", 2),
        ("study_sessions", 1),
        // The other branch had none.
        ("study_sessions_each", 0),
        ("talk_person_times", 1),
        ("talk_person_times_by_leaders", 0),
        ("opinions_collected_here", 0),
        ("opinions_collected_below", 1),
        ("opinions_rectified_below", 0),
        ("aid_money", 50_000),
        ("recruits", 1),
        ("bulletins_published", 1),
    ] {
        assert_eq!(value(key), json!(expected), "{key}");
    }
    assert_eq!(value("study_hours"), json!(2.5));
    assert_eq!((value("branches_unable"), value("own_election_due")), (Value::Null, Value::Null));
    for key in [
        "lectures_and_reports",
        "study_sessions",
        "talks",
        "opinions_collected_below",
        "recruits",
        "bulletins_published",
    ] {
        let figure = figure(&report, key);
        assert_eq!(json!(listed(&world.committee_officer, figure).await), figure["value"], "{key}");
    }
    // The branch's own report has its opinion on this side.
    let own = summary(&world.secretary, &world.host).await;
    assert_eq!(figure(&own, "opinions_collected_here")["value"], 1);
    // Before all that, nothing was.
    let before = world
        .committee_officer
        .get(&format!("/units/{}/summary?from=2020-01-01&to=2020-12-31", world.committee))
        .await
        .ok();
    assert_eq!(figure(&before, "lectures_and_reports")["value"], 0);
});

on_both!(the_report_is_for_whoever_reaches_the_unit_also_as_files, |app| {
    let world = World::build(&app).await;
    let path = format!("/units/{}/summary", world.host);
    world.supervisor.get(&path).await.is(200);
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.admin.get(&path).await.problem(403, "not_allowed");
    let pdf = world.secretary.get(&format!("{path}.pdf")).await.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    let xlsx = world.secretary.get(&format!("{path}.xlsx?lang=en")).await.is(200);
    assert!(xlsx.bytes.starts_with(b"PK") && xlsx.headers.contains_key("content-disposition"));
    let wrong = world.secretary.get(&format!("{path}?from=2026-02-01&to=2026-01-01")).await.problem(422, "invalid");
    assert_eq!(wrong.bad_fields(), ["?to"]);
});

//! Who talked with whom, when, and about what kind of thing; never what was said.

use guiyan::{
    clock::Period,
    ids::UnitId,
    talks::{self, TalkFigures},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn items(user: &User<'_>, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["items"].as_array().expect("items").clone()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> TalkFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    talks::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

/// A talk of the host branch's secretary with these members.
fn talk(world: &World<'_>, with: &[&str]) -> Value {
    json!({
        "unit_id": world.host, "talker_post": "支部书记", "held_on": "2026-11-20",
        "mode": if with.len() == 1 { "one_to_one" } else { "group" }, "with": with, "topics": ["thoughts", "family"]
    })
}

on_both!(a_talk_is_recorded_read_by_whom_it_was_with_and_followed_up, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let mut new = talk(&world, &[&phone.member_id]);
    new["follow_up"] = json!({"what": "联系社区卫生站", "due_on": "2026-11-25"});
    let made = world.secretary.post("/talks", new.clone()).await.is(201).json;
    assert_eq!(
        (&made["unit"]["id"], &made["persons"], &made["topics"], &made["state"], &made["with"][0]["id"]),
        (&json!(world.host), &json!(1), &json!(["thoughts", "family"]), &json!("follow_up"), &json!(phone.member_id))
    );
    assert_eq!((&made["talker"], &made["talker_post"]), (&json!(null), &json!("支部书记")));
    assert_eq!(made["actions"], json!(["follow_up_done", "void"]));
    let path = format!("/talks/{}", text(&made, "id"));

    // Officers of the unit and above read it, a supervisor reads, everybody else does not.
    let listed = items(&world.committee_officer, "/talks").await;
    assert_eq!((listed.len(), &listed[0]["follow_up"]["what"]), (1, &json!(null)), "words are in the record only");
    assert_eq!(world.committee_officer.get(&path).await.ok()["follow_up"]["what"], "联系社区卫生站");
    assert_eq!(world.supervisor.get(&path).await.ok()["actions"], json!([]));
    world.supervisor.post(&format!("{path}/void"), json!({"reason": "x"})).await.problem(403, "not_allowed");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.other_secretary.post(&format!("{path}/follow_up_done"), json!({})).await.problem(404, "not_found");
    world.admin.get(&path).await.problem(403, "not_allowed");
    member.get(&path).await.problem(403, "not_allowed");
    world.department_officer.get(&path).await.problem(404, "not_found");

    // The member reads it, was told, and sees who looked.
    let mine = items(&member, "/me/talks").await;
    assert_eq!(
        (&mine[0]["talker"], &mine[0]["led"], &mine[0]["follow_up"]["what"], &mine[0]["topics"]),
        (&json!("支部书记"), &json!(false), &json!("联系社区卫生站"), &json!(["thoughts", "family"]))
    );
    let told = items(&member, "/me/notices").await;
    let told: Vec<_> = told.iter().filter(|notice| notice["kind"] == "talk_recorded").collect();
    assert_eq!((told.len(), &told[0]["subject"]["id"]), (1, &made["id"]));
    let looks = items(&member, "/me/access-log").await;
    let looks: Vec<_> = looks.iter().filter(|look| look["action"] == "talk.view").collect();
    let roles: Vec<_> = looks.iter().map(|look| &look["by_role"]).collect();
    assert_eq!(roles, [&json!("supervisor"), &json!("committee_officer")], "each look, the newest first");
    assert_eq!(member.get("/me/data").await.ok()["talks"][0]["id"], made["id"]);

    // What was promised is a task by its day, until it is done.
    let tasks = items(&world.secretary, "/me/tasks?kind=talk_follow_up").await;
    assert_eq!(
        (&tasks[0]["due_on"], &tasks[0]["member"]["id"], &tasks[0]["subject"]["id"]),
        (&json!("2026-11-25"), &json!(phone.member_id), &made["id"])
    );
    app.advance(3 * 86_400);
    assert_eq!(items(&world.secretary, "/talks?state=follow_up").await[0]["follow_up"]["overdue"], json!(true));
    let done = world.secretary.post(&format!("{path}/follow_up_done"), json!({})).await.ok();
    assert_eq!((&done["state"], &done["follow_up"]["done_on"]), (&json!("done"), &json!("2026-11-26")));
    assert_eq!((&done["actions"], &done["follow_up"]["overdue"]), (&json!(["void"]), &json!(false)));
    world.secretary.post(&format!("{path}/follow_up_done"), json!({})).await.problem(409, "wrong_state");
    assert_eq!(items(&world.secretary, "/me/tasks?kind=talk_follow_up").await, Vec::<Value>::new());
    assert_eq!(items(&member, "/me/notices").await[0]["kind"], "talk_followed_up");
});

on_both!(a_mistake_stays_to_be_seen_and_counts_no_more, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let new = talk(&world, &[&phone.member_id]);
    let key = |request: reqwest::RequestBuilder| request.header("Idempotency-Key", "talk-1");
    let post = |body: &Value| key(world.secretary.request(reqwest::Method::POST, "/talks")).json(body);
    let first = world.secretary.send(post(&new)).await.is(201).json;
    assert_eq!(world.secretary.send(post(&new)).await.is(201).json, first, "a repeat is the first answer");
    assert_eq!(figures(&app, &world.host, "2026-11-01", "2026-11-30").await.talks, 1);

    let path = format!("/talks/{}", text(&first, "id"));
    world.secretary.post(&format!("{path}/void"), json!({})).await.problem(422, "invalid");
    let void = world.secretary.post(&format!("{path}/void"), json!({"reason": "登记错了人"})).await.ok();
    assert_eq!(
        (&void["state"], &void["void_reason"], &void["actions"]),
        (&json!("void"), &json!("登记错了人"), &json!([]))
    );
    world.secretary.post(&format!("{path}/void"), json!({"reason": "again"})).await.problem(409, "wrong_state");
    world.secretary.post(&format!("{path}/follow_up_done"), json!({})).await.problem(409, "wrong_state");
    assert_eq!(items(&world.secretary, "/talks").await.len(), 0);
    assert_eq!(items(&world.secretary, "/talks?state=void").await.len(), 1);
    assert_eq!(figures(&app, &world.host, "2026-11-01", "2026-11-30").await, TalkFigures::default());
    assert_eq!(items(&phone.user(&app), "/me/talks").await[0]["state"], "void");
});

on_both!(every_bad_field_of_a_talk_is_named, |app| {
    let world = World::build(&app).await;
    let member = text(&world.registered(1).await, "member_id");
    let stranger = text(&world.registered_elsewhere(2).await, "member_id");
    for (body, bad) in [
        (json!({}), vec!["/held_on", "/mode", "/topics", "/unit_id", "/with"]),
        (
            json!({
                "unit_id": world.host, "talker_id": stranger, "held_on": "2026-11-24", "mode": "group",
                "with": [member, stranger, member], "topics": ["thoughts", "study", "work", "family", "family"],
                "follow_up": {"what": "x", "due_on": "2028-01-01"}
            }),
            vec![
                "/follow_up/due_on",
                "/held_on",
                "/talker_id",
                "/topics",
                "/topics/4",
                "/with/1",
                "/with/1",
                "/with/2",
            ],
        ),
        (
            json!({
                "unit_id": world.host, "held_on": "2026-11-20", "mode": "one_to_one", "with": [], "topics": ["weather"],
                "follow_up": {"what": " "}
            }),
            vec!["/follow_up/due_on", "/follow_up/what", "/topics/0"],
        ),
    ] {
        let answer = world.secretary.post("/talks", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    let mut elsewhere = talk(&world, &[&stranger]);
    elsewhere["unit_id"] = json!(world.other_host);
    world.secretary.post("/talks", elsewhere.clone()).await.problem(404, "not_found");
    // The committee talks with members of any branch below it; the home branch with its own, wherever they are.
    elsewhere["unit_id"] = json!(world.committee);
    world.committee_officer.post("/talks", elsewhere).await.is(201);
    let mut home = talk(&world, &[&member]);
    home["unit_id"] = json!(world.home);
    world.home_secretary.post("/talks", home).await.is(201);
    world.secretary.get("/talks?from=2026-11-02&to=2026-11-01").await.problem(422, "invalid");
});

on_both!(the_figures_are_the_lists, |app| {
    let world = World::build(&app).await;
    let mut members = Vec::new();
    for n in 1..=4 {
        members.push(text(&world.registered(n).await, "member_id"));
    }
    let ids: Vec<&str> = members.iter().map(String::as_str).collect();
    // The first leads the committee until June, the second the branch.
    for (unit, member, until) in [(&world.committee, ids[0], Some("2026-06-30")), (&world.host, ids[1], None)] {
        let post =
            json!({"unit_id": unit, "member_id": member, "kind": "secretary", "from": "2026-01-01", "until": until});
        world.committee_officer.post("/posts", post).await.is(201);
    }
    for (talker, with, day) in [
        (Some(0), vec![ids[2]], "2026-06-30"),
        (Some(0), vec![ids[2], ids[3], ids[1]], "2026-05-01"),
        (Some(0), vec![ids[2]], "2026-07-01"),
        (Some(1), vec![ids[2], ids[3]], "2026-05-01"),
        (None, vec![ids[3]], "2026-05-02"),
        (None, vec![ids[0]], "2025-12-31"),
    ] {
        let mut new = talk(&world, &with);
        new["held_on"] = json!(day);
        if let Some(talker) = talker {
            new["talker_id"] = json!(ids[talker]);
            new.as_object_mut().expect("an object").remove("talker_post");
        }
        world.secretary.post("/talks", new).await.is(201);
    }
    let persons = |talks: &[Value]| talks.iter().map(|talk| talk["persons"].as_i64().expect("a count")).sum::<i64>();
    for (unit, from, to) in [
        (&world.committee, "2026-01-01", "2026-12-31"),
        (&world.committee, "2026-06-30", "2026-07-01"),
        (&world.host, "2026-01-01", "2026-12-31"),
        (&world.host, "2025-01-01", "2025-12-31"),
        (&world.other_host, "2025-01-01", "2026-12-31"),
    ] {
        let query = format!("/talks?unit_id={unit}&from={from}&to={to}");
        let all = items(&world.committee_officer, &query).await;
        let led = items(&world.committee_officer, &format!("{query}&by_leaders_of={unit}")).await;
        let expected = TalkFigures {
            talks: all.len() as i64,
            person_times: persons(&all),
            person_times_by_leaders: persons(&led),
        };
        assert_eq!(figures(&app, unit, from, to).await, expected, "{query}");
    }
    let year = figures(&app, &world.committee, "2026-01-01", "2026-12-31").await;
    assert_eq!(year, TalkFigures { talks: 5, person_times: 8, person_times_by_leaders: 4 });
    // What leaders a unit out of reach has, is not told.
    let path = format!("/talks?by_leaders_of={}", world.committee);
    world.secretary.get(&path).await.problem(404, "not_found");
    assert_eq!(items(&world.secretary, &format!("/talks?member_id={}", ids[3])).await.len(), 3);
    assert_eq!(items(&world.secretary, &format!("/talks?talker_id={}", ids[0])).await.len(), 3);
    // Page by page it is the same list.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.secretary.get(&format!("/talks?limit=2{cursor}")).await.ok();
        seen.extend(page["items"].as_array().expect("items").iter().map(|talk| text(talk, "id")));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let whole: Vec<String> = items(&world.secretary, "/talks").await.iter().map(|talk| text(talk, "id")).collect();
    assert_eq!((seen.len(), seen), (6, whole));
});

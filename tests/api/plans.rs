//! Plans of study: written, started, counted from the record and the documents, told to whom it concerns, closed.

use guiyan::{
    clock::Period,
    plans::{self, PlanFigure},
};
use reqwest::{Method, header::IF_MATCH};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, TestApp, User, World},
};

fn plan(unit: &str, targets: Value) -> Value {
    json!({
        "unit_id": unit, "title": "学习教育", "targets": targets,
        "phases": [
            {"name": "学习动员", "from": "2026-11-01", "to": "2026-11-22"},
            {"name": "分析评议", "from": "2026-11-23", "to": "2026-12-31"}
        ]
    })
}

fn sessions(category: &str, least: i64) -> Value {
    json!({"category": category, "measure": "sessions", "least": least})
}

async fn started(user: &User<'_>, body: Value) -> String {
    user.app.advance(1);
    let id = user.post("/plans", body).await.is(201).text("id");
    user.post(&format!("/plans/{id}/start"), json!({})).await.is(200);
    id
}

/// An active registration of a person of some kind; the member's id.
async fn member(world: &World<'_>, n: u32, membership: &str, retired: bool) -> String {
    let mut filing = world.filing(&Person::nth(n));
    filing["person"]["membership"] = json!(membership);
    filing["person"]["retired"] = json!(retired);
    let filed = world.secretary.post("/registrations", filing).await.is(201).json;
    let id = filed["id"].as_str().expect("an id");
    world.department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.is(200);
    filed["member_id"].as_str().expect("a member").to_owned()
}

/// An event that begins in so many days.
async fn event(world: &World<'_>, kind: &str, days: i64, hours: f64) -> String {
    let starts = world.app.now().plus_seconds(days * 86_400);
    let body = json!({
        "unit_id": world.host, "kind": kind, "title": "学习", "starts_at": starts, "ends_at": starts.plus_seconds(7200),
        "hours": hours, "audience": "unit"
    });
    world.secretary.post("/events", body).await.is(201).text("id")
}

async fn outcome(world: &World<'_>, event: &str, member: &str, outcome: &str) -> Value {
    let body = json!({"member_id": member, "outcome": outcome, "reason": "记录"});
    world.secretary.post(&format!("/events/{event}/attendance"), body).await.is(201).json
}

async fn came(world: &World<'_>, event: &str, member: &str) -> String {
    let entry = outcome(world, event, member, "absent").await["entry_id"].as_str().expect("an entry").to_owned();
    let body = json!({"outcome": "present", "reason": "当时漏记"});
    world.secretary.post(&format!("/check-ins/{entry}/correct"), body).await.is(200).text("entry_id")
}

async fn wrote(world: &World<'_>, member: &str, kind: &str, length: i64, day: &str, accept: bool) {
    let body = json!({"member_id": member, "kind": kind, "stated_length": length, "written_on": day});
    let id = world.secretary.post("/documents", body).await.is(201).text("id");
    if accept {
        world.secretary.post(&format!("/documents/{id}/accept"), json!({})).await.is(200);
    }
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> Vec<PlanFigure> {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let mut reader = app.state.db.read().await.expect("a reader");
    plans::figures(&mut reader.conn(), unit.parse().expect("a unit"), period, app.now()).await.expect("figures")
}

on_both!(every_bad_field_of_a_plan_is_named, |app| {
    let world = World::build(&app).await;
    let good = plan(&world.committee, json!([sessions("all", 1)]));
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let phase = |from: &str, to: &str| json!({"name": "段", "from": from, "to": to});
    let document = |more: Value| {
        let mut target = json!({"category": "all", "measure": "document", "document_kind": "summary", "least": 1});
        for (key, value) in more.as_object().expect("fields") {
            target[key] = value.clone();
        }
        with("targets", json!([target]))
    };
    for (body, bad) in [
        (json!({}), vec!["/phases", "/targets", "/title", "/unit_id"]),
        (with("title", json!("")), vec!["/title"]),
        (with("phases", json!([])), vec!["/phases"]),
        (with("phases", json!([phase("2026-02-01", "2026-01-01")])), vec!["/phases/0/to"]),
        (
            with("phases", json!([phase("2026-01-01", "2026-01-31"), phase("2026-01-31", "2026-02-01")])),
            vec!["/phases/1/from"],
        ),
        (with("phases", json!([phase("2026-01-01", "2032-01-31")])), vec!["/phases"]),
        (with("phases", json!(vec![phase("2026-01-01", "2026-01-01"); 9])), {
            let mut bad: Vec<String> = (1..9).map(|n| format!("/phases/{n}/from")).collect();
            bad.insert(0, "/phases".into());
            bad.leak().iter().map(String::as_str).collect()
        }),
        (with("targets", json!([])), vec!["/targets"]),
        (
            with("targets", json!([{"category": "young", "measure": "points", "least": "many"}])),
            vec!["/targets/0/category", "/targets/0/least", "/targets/0/measure"],
        ),
        (
            with(
                "targets",
                json!([{"category": "all", "measure": "sessions", "least": 0, "phase": 3, "document_kind": "summary", "least_length": 5, "together": true}]),
            ),
            vec![
                "/targets/0/document_kind",
                "/targets/0/least",
                "/targets/0/least_length",
                "/targets/0/phase",
                "/targets/0/together",
            ],
        ),
        (
            document(json!({"document_kind": null, "kinds": ["lecture"]})),
            vec!["/targets/0/document_kind", "/targets/0/kinds"],
        ),
        (document(json!({"together": true})), vec!["/targets/0/least_length"]),
        (document(json!({"least_length": 0})), vec!["/targets/0/least_length"]),
        (document(json!({"kinds": ["party"]})), vec!["/targets/0/kinds/0"]),
    ] {
        assert_eq!(
            world.committee_officer.post("/plans", body.clone()).await.problem(422, "invalid").bad_fields(),
            bad,
            "{body}"
        );
    }
    assert_eq!(world.committee_officer.get("/plans").await.ok()["items"], json!([]));
    world.secretary.post("/plans", good.clone()).await.problem(404, "not_found");
    world.supervisor.post("/plans", good).await.problem(403, "not_allowed");
});

on_both!(a_plan_is_a_draft_until_it_starts, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    app.advance(1);
    let id = world
        .committee_officer
        .post("/plans", plan(&world.committee, json!([sessions("all", 1)])))
        .await
        .is(201)
        .text("id");
    let path = format!("/plans/{id}");
    world.secretary.get(&path).await.problem(404, "not_found");
    assert_eq!(world.secretary.get("/plans").await.ok()["items"], json!([]));
    assert_eq!(phone.user(&app).get("/me/plans").await.ok()["items"], json!([]));
    let change = async |version: i64, body: Value| {
        let request = world.committee_officer.request(Method::PATCH, &path).header(IF_MATCH, format!("\"{version}\""));
        world.committee_officer.send(request.json(&body)).await
    };
    world.committee_officer.patch(&path, json!({"title": "x"})).await.problem(428, "precondition_needed");
    change(7, json!({"title": "x"})).await.problem(412, "changed");
    assert_eq!(
        change(1, json!({"phases": [], "targets": []})).await.problem(422, "invalid").bad_fields(),
        ["/phases", "/targets"]
    );
    let changed = change(1, json!({"title": "党员先进性教育", "targets": [sessions("all", 2)]})).await.ok();
    assert_eq!(
        (&changed["title"], &changed["version"], &changed["targets"][0]["least"]),
        (&json!("党员先进性教育"), &json!(2), &json!(2))
    );
    assert_eq!(
        (&changed["from"], &changed["to"], &changed["actions"]),
        (&json!("2026-11-01"), &json!("2026-12-31"), &json!(["edit", "start"]))
    );

    world.committee_officer.post(&format!("{path}/close"), json!({})).await.problem(409, "wrong_state");
    let running = world.committee_officer.post(&format!("{path}/start"), json!({})).await.ok();
    assert_eq!((&running["state"], &running["actions"]), (&json!("running"), &json!(["move_dates", "close"])));
    world.committee_officer.post(&format!("{path}/start"), json!({})).await.problem(409, "wrong_state");
    let told = phone.user(&app).get("/me/notices").await.ok();
    assert_eq!(
        (&told["items"][0]["kind"], &told["items"][0]["subject"]["title"]),
        (&json!("plan_started"), &json!("党员先进性教育"))
    );
    let told = world.secretary.get("/me/notices").await.ok();
    assert_eq!(
        (&told["items"][0]["kind"], &told["items"][0]["unit"]["id"]),
        (&json!("plan_started"), &json!(world.host))
    );
    // Everybody below reads it now, nobody else.
    for reader in [&world.secretary, &world.other_secretary, &world.supervisor] {
        assert_eq!(reader.get(&path).await.ok()["actions"], json!([]));
        assert_eq!(reader.get("/plans?state=running,closed").await.ok()["items"][0]["id"], json!(id));
    }
    for stranger in [&world.department_officer, &world.other_department_officer, &world.home_secretary] {
        stranger.get(&path).await.problem(404, "not_found");
        stranger.get(&format!("{path}/progress")).await.problem(404, "not_found");
        assert_eq!(stranger.get("/plans").await.ok()["items"], json!([]));
    }
    // Only the dates can be moved.
    change(3, json!({"title": "另一个"})).await.problem(409, "wrong_state");
    change(3, json!({"targets": [sessions("all", 1)]})).await.problem(409, "wrong_state");
    let longer = json!([{"name": "学习动员", "from": "2026-11-01", "to": "2026-11-22"}, {"name": "分析评议", "from": "2026-11-23", "to": "2027-01-31"}]);
    let moved = change(3, json!({"phases": longer, "title": "党员先进性教育"})).await.ok();
    assert_eq!((&moved["to"], &moved["version"]), (&json!("2027-01-31"), &json!(4)));
    change(4, json!({"phases": [{"name": "一段", "from": "2026-11-01", "to": "2026-11-22"}]}))
        .await
        .problem(409, "wrong_state");
    world.secretary.patch(&path, json!({})).await.problem(404, "not_found");

    world.committee_officer.post(&format!("{path}/close"), json!({})).await.is(200);
    change(5, json!({})).await.problem(409, "wrong_state");
    assert_eq!(phone.user(&app).get("/me/plans").await.ok()["items"], json!([]));
});

on_both!(progress_is_counted_from_the_record_as_it_stands, |app| {
    let world = World::build(&app).await;
    let full = member(&world, 1, "full", false).await;
    let young = member(&world, 2, "probationary", false).await;
    let old = member(&world, 3, "probationary", true).await;
    let leader = member(&world, 4, "full", true).await;
    world.registered_elsewhere(5).await;
    let post = json!({"unit_id": world.committee, "member_id": leader, "kind": "other_committee_member", "from": "2026-01-01"});
    world.committee_officer.post("/posts", post).await.is(201);
    // A post elsewhere makes nobody a leader of this unit.
    let post = json!({"unit_id": world.host, "member_id": full, "kind": "organiser", "from": "2026-01-01"});
    world.secretary.post("/posts", post).await.is(201);
    let targets = json!([
        sessions("full", 2),
        sessions("retired", 1),
        {"category": "probationary", "measure": "hours", "kinds": ["lecture"], "least": 3},
        {"category": "leader", "measure": "document", "document_kind": "reading_notes", "least": 1, "least_length": 8000, "together": true},
        {"category": "all", "measure": "document", "document_kind": "party_spirit_analysis", "least": 1, "least_length": 2000, "phase": 2}
    ]);
    let id = started(&world.committee_officer, plan(&world.committee, targets)).await;
    let list = async || {
        let page = world.secretary.get(&format!("/plans/{id}/members")).await.ok();
        page["items"].as_array().expect("items").clone()
    };
    let of = |list: &[Value], member: &str| {
        list.iter().find(|item| item["member"]["id"] == member).expect("a member").clone()
    };
    let done = |item: &Value| {
        let targets = item["targets"].as_array().expect("targets").iter();
        targets
            .map(|t| (t["target"].as_i64().unwrap_or(0), t["done"].as_f64().unwrap_or(0.0), t["met"] == true))
            .collect::<Vec<_>>()
    };
    let names = list().await;
    assert_eq!(names.len(), 4, "the branch reads its own members");
    for (member, category) in [(&full, "full"), (&young, "probationary"), (&old, "retired"), (&leader, "leader")] {
        assert_eq!(of(&names, member)["category"], category);
    }

    // Study in the time of the plan; what is of another kind, before it, absent or cancelled counts nothing.
    let (study, lecture) = (event(&world, "collective_study", -2, 2.0).await, event(&world, "lecture", -1, 1.5).await);
    let other = event(&world, "democratic_appraisal", -1, 2.0).await;
    let before = event(&world, "lecture", -23, 2.0).await;
    let first = event(&world, "lecture", -22, 2.0).await;
    let cancelled = event(&world, "lecture", 1, 2.0).await;
    let entry = came(&world, &study, &full).await;
    for event in [&other, &before] {
        came(&world, event, &full).await;
    }
    outcome(&world, &lecture, &full, "absent").await;
    for event in [&lecture, &first] {
        came(&world, event, &young).await;
    }
    came(&world, &study, &young).await;
    outcome(&world, &lecture, &old, "absent").await;
    outcome(&world, &lecture, &old, "made_up").await;
    world.secretary.post(&format!("/events/{cancelled}/cancel"), json!({"reason": "下雨"})).await.is(200);
    let now = list().await;
    assert_eq!(done(&of(&now, &full)), [(1, 1.0, false), (5, 0.0, false)]);
    assert_eq!(done(&of(&now, &young)), [(3, 3.5, true), (5, 0.0, false)]);
    assert_eq!(done(&of(&now, &old)), [(2, 1.0, true), (5, 0.0, false)]);

    // Corrections count, both ways.
    let wrong = json!({"outcome": "absent", "reason": "认错人"});
    let entry = world.secretary.post(&format!("/check-ins/{entry}/correct"), wrong).await.is(200).text("entry_id");
    assert_eq!(done(&of(&list().await, &full))[0], (1, 0.0, false));
    let made_up = json!({"outcome": "made_up", "reason": "已补学"});
    world.secretary.post(&format!("/check-ins/{entry}/correct"), made_up).await.is(200);
    came(&world, &first, &full).await;
    assert_eq!(done(&of(&list().await, &full))[0], (1, 2.0, true));

    // Documents: accepted ones, of the kind, within their phase, long enough each or together.
    wrote(&world, &leader, "reading_notes", 5000, "2026-11-02", true).await;
    wrote(&world, &leader, "reading_notes", 2999, "2026-11-03", true).await;
    wrote(&world, &leader, "reading_notes", 9000, "2026-11-03", false).await;
    wrote(&world, &leader, "summary", 9000, "2026-11-03", true).await;
    wrote(&world, &leader, "party_spirit_analysis", 2500, "2026-11-22", true).await;
    wrote(&world, &leader, "party_spirit_analysis", 1999, "2026-11-23", true).await;
    assert_eq!(done(&of(&list().await, &leader)), [(4, 7999.0, false), (5, 0.0, false)]);
    wrote(&world, &leader, "reading_notes", 1, "2026-11-03", true).await;
    wrote(&world, &leader, "party_spirit_analysis", 2000, "2026-11-23", true).await;
    let now = list().await;
    assert_eq!(done(&of(&now, &leader)), [(4, 8000.0, true), (5, 1.0, true)]);
    assert_eq!(of(&now, &leader)["met"], true);

    // By unit, in the order of the tree, with all below.
    let progress = world.committee_officer.get(&format!("/plans/{id}/progress")).await.ok();
    let rows = progress["units"].as_array().expect("units");
    let row = |unit: &str| rows.iter().find(|row| row["unit"]["id"] == unit).expect("a unit");
    let order: Vec<_> = rows.iter().map(|row| (row["unit"]["id"].clone(), row["depth"].clone())).collect();
    assert_eq!(
        order,
        [(&world.committee, 0), (&world.general_branch, 1), (&world.host, 2), (&world.other_host, 2)]
            .map(|(unit, depth)| (json!(unit), json!(depth)))
    );
    assert_eq!(progress["total"], rows[0]);
    for (unit, members, met) in
        [(&world.committee, 5, 1), (&world.general_branch, 5, 1), (&world.host, 4, 1), (&world.other_host, 1, 0)]
    {
        let row = row(unit);
        assert_eq!(
            (&row["members"], &row["asked"], &row["met"]),
            (&json!(members), &json!(members), &json!(met)),
            "{row}"
        );
    }
    let targets = row(&world.host)["targets"].as_array().expect("targets").clone();
    let met: Vec<_> = targets.iter().map(|t| (t["met"].clone(), t["of"].clone())).collect();
    assert_eq!(met, [(1, 1), (1, 1), (1, 1), (1, 1), (1, 4)].map(|(m, o)| (json!(m), json!(o))));
    let text = progress.to_string();
    assert!(!text.contains(&full) && !text.contains("王建国"), "counts name nobody");

    // The pace: expected grows to one, actual stops today.
    let pace = progress["pace"].as_array().expect("a pace");
    let last = pace.last().expect("a last day");
    assert_eq!((&last["on"], &last["expected"], &last["actual"]), (&json!("2026-12-31"), &json!(1.0), &Value::Null));
    let today = pace.iter().find(|point| point["on"] == "2026-11-23").expect("today");
    // (1 + 0) / 2, three times, the leader whole, and one who has done nothing: (3 × 0.5 + 1) / 5.
    assert_eq!(today["actual"], 0.5);
    let shares: Vec<f64> = pace.iter().filter_map(|point| point["expected"].as_f64()).collect();
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]), "{shares:?}");

    // Names are for the branch; whoever leads units above, or supervises, reads counts.
    let general = app.officer(guiyan::access::Role::CommitteeOfficer, Some(&world.general_branch)).await;
    for reader in [&world.committee_officer, &world.supervisor, &general] {
        reader.get(&format!("/plans/{id}/members")).await.problem(403, "not_allowed");
        reader.get(&format!("/plans/{id}/members?unit_id={}", world.host)).await.problem(403, "not_allowed");
    }
    assert_eq!(general.get(&format!("/plans/{id}/progress")).await.ok()["total"]["members"], 5);
    world.secretary.get(&format!("/plans/{id}/members?unit_id={}", world.other_host)).await.problem(404, "not_found");
    world.secretary.get(&format!("/plans/{id}/progress?unit_id={}", world.committee)).await.problem(404, "not_found");
    let own = world.secretary.get(&format!("/plans/{id}/progress")).await.ok();
    assert_eq!((&own["total"]["unit"]["id"], &own["total"]["members"]), (&json!(world.host), &json!(4)));
    let page = world.secretary.get(&format!("/plans/{id}/members?limit=3")).await.ok();
    let next = page["next_cursor"].as_str().expect("more");
    let rest = world.secretary.get(&format!("/plans/{id}/members?limit=3&cursor={next}")).await.ok();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next_cursor"]), (Some(1), &Value::Null));

    // The report's figures are the same counts, of the plans that the list has.
    let list = world
        .committee_officer
        .get(&format!("/plans?unit_id={}&from=2026-12-01&to=2026-12-31&state=running,closed", world.host))
        .await
        .ok();
    let told = figures(&app, &world.host, "2026-12-01", "2026-12-31").await;
    assert_eq!(told.len(), list["items"].as_array().expect("items").len());
    assert_eq!((told[0].members, told[0].asked, told[0].met, told[0].targets[4].1.of), (4, 4, 1, 4));
    assert_eq!(figures(&app, &world.committee, "2026-11-01", "2026-11-01").await[0].members, 5);
    assert_eq!(figures(&app, &world.host, "2027-01-01", "2027-01-31").await, []);
    assert_eq!(figures(&app, &world.department, "2026-11-01", "2026-12-31").await, []);
});

on_both!(a_member_reads_the_own_progress_alone, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let committee =
        started(&world.committee_officer, plan(&world.committee, json!([sessions("full", 4), sessions("retired", 1)])))
            .await;
    let branch = started(&world.secretary, plan(&world.host, json!([sessions("all", 1)]))).await;
    started(&world.other_secretary, plan(&world.other_host, json!([sessions("all", 1)]))).await;
    // A department's plan is for those whose home is below it.
    let home = started(&world.department_officer, plan(&world.department, json!([sessions("all", 9)]))).await;
    started(&world.secretary, plan(&world.host, json!([sessions("leader", 1)]))).await;
    let study = event(&world, "collective_study", -1, 2.0).await;
    came(&world, &study, &phone.member_id).await;
    let mine = user.get("/me/plans").await.ok();
    let items = mine["items"].as_array().expect("items");
    let ids: Vec<_> = items.iter().map(|item| item["plan"]["id"].clone()).collect();
    assert_eq!(ids, [json!(committee), json!(branch), json!(home)], "only plans that ask something of me");
    assert_eq!(items[0]["targets"], json!([{"target": 1, "done": 1.0, "least": 4.0, "met": false}]));
    assert_eq!(
        (&items[0]["category"], &items[1]["met"], &items[0]["plan"]["actions"]),
        (&json!("full"), &json!(true), &json!([]))
    );
    user.get(&format!("/plans/{branch}")).await.problem(403, "not_allowed");
    assert_eq!(world.department_officer.get(&format!("/plans/{home}/progress")).await.ok()["total"]["members"], 1);
});

on_both!(a_closed_plan_keeps_what_was_reached, |app| {
    let world = World::build(&app).await;
    let one = member(&world, 1, "full", false).await;
    let two = member(&world, 2, "full", false).await;
    let id = started(&world.committee_officer, plan(&world.committee, json!([sessions("all", 1)]))).await;
    let study = event(&world, "lecture", -1, 2.0).await;
    let entry = came(&world, &study, &one).await;
    let path = format!("/plans/{id}/progress");
    let before = world.committee_officer.get(&path).await.ok();
    assert_eq!((&before["total"]["met"], &before["total"]["members"]), (&json!(1), &json!(2)));
    let closed = world.committee_officer.post(&format!("/plans/{id}/close"), json!({})).await.ok();
    assert_eq!(
        (&closed["state"], &closed["closed_at"], &closed["actions"]),
        (&json!("closed"), &json!(app.now()), &json!([]))
    );
    // Whatever is mended, or who goes, afterwards: the counts stay.
    let absent = json!({"outcome": "absent", "reason": "更正"});
    world.secretary.post(&format!("/check-ins/{entry}/correct"), absent).await.is(200);
    came(&world, &study, &two).await;
    member(&world, 3, "full", false).await;
    app.advance(40 * 86_400);
    let after = world.committee_officer.get(&path).await.ok();
    for part in ["total", "units", "pace", "as_of"] {
        assert_eq!(after[part], before[part], "{part}");
    }
    assert_eq!(world.secretary.get(&path).await.ok()["total"]["members"], 2);
    assert_eq!(figures(&app, &world.host, "2026-12-01", "2026-12-31").await[0].met, 1);
});

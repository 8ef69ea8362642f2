//! Supervision groups and their visits: a reach that begins and ends with its days, and findings that are answered.

use guiyan::{access::Role, auth::tokens::Subject, clock::Period, ids::UnitId, supervision};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, TestApp, User, World},
};

const DAY: i64 = 86_400;

fn account(user: &User<'_>) -> String {
    match user.subject {
        Some(Subject::Account(account)) => account.to_string(),
        _ => panic!("an officer"),
    }
}

fn id(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

async fn ids(user: &User<'_>, path: &str) -> Vec<String> {
    user.get(path).await.ok()["items"].as_array().expect("items").iter().map(id).collect()
}

fn group(unit: &str, members: &[&User<'_>], units: &[&str]) -> Value {
    let members: Vec<String> = members.iter().map(|user| account(user)).collect();
    json!({
        "unit_id": unit, "kind": "supervision_group", "name": "第一督导组", "members": members, "units": units,
        "from": "2026-11-23", "until": "2026-11-30"
    })
}

fn visit(group: &Value, unit: &str) -> Value {
    json!({
        "group_id": group["id"], "unit_id": unit, "visited_on": "2026-11-23",
        "findings": [
            {"kind": "good", "text": "学习记录完整。"},
            {"kind": "problem", "text": "党费台账缺两个月。", "due_on": "2026-12-01"},
            {"kind": "problem", "text": "换届材料未归档。"}
        ]
    })
}

on_both!(nobody_is_given_more_than_the_giver_has, |app| {
    let world = World::build(&app).await;
    let refused = world.committee_officer.post("/supervision-groups", json!({"kind": "watch"})).await;
    assert_eq!(
        refused.problem(422, "invalid").bad_fields(),
        ["/kind", "/members", "/name", "/unit_id", "/units", "/until"]
    );
    // A stranger to the committee, units beyond it, days that are past: all named at once.
    let mut beyond = group(
        &world.general_branch,
        &[&world.secretary, &world.home_secretary, &world.admin],
        &[&world.host, &world.committee, &world.home],
    );
    beyond["until"] = json!("2026-11-22");
    assert_eq!(
        world.committee_officer.post("/supervision-groups", beyond).await.problem(422, "invalid").bad_fields(),
        ["/members/1", "/members/2", "/units/1", "/units/2", "/until"]
    );
    let mut nobody = group(&world.committee, &[], &[]);
    nobody["until"] = json!("2036-11-22");
    assert_eq!(
        world.committee_officer.post("/supervision-groups", nobody).await.problem(422, "invalid").bad_fields(),
        ["/members", "/units", "/until"]
    );
    let fine = group(&world.committee, &[&world.secretary], &[&world.other_host]);
    world.secretary.post("/supervision-groups", fine.clone()).await.problem(403, "not_allowed");
    world.department_officer.post("/supervision-groups", fine).await.problem(404, "not_found");

    // Candidates: whoever holds a role there, with the roles there and no others.
    let both = app
        .officer_with(&[(Role::BranchSecretary, Some(&world.host)), (Role::DepartmentOfficer, Some(&world.department))])
        .await;
    let path = format!("/supervision-groups/candidates?unit_id={}", world.general_branch);
    let found = world.committee_officer.get(&path).await.ok()["items"].clone();
    let found: Vec<_> = found.as_array().expect("items").iter().map(|one| (id(one), one["roles"].clone())).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    let of = |user: &User<'_>| found.iter().find(|(id, _)| *id == account(user)).map(|(_, roles)| roles.clone());
    let role =
        json!([{"role": "branch_secretary", "unit": {"id": world.host, "kind": "branch", "name": "金山区第一支部"}}]);
    assert_eq!((of(&both), of(&world.committee_officer)), (Some(role), None));
    let elsewhere = format!("/supervision-groups/candidates?unit_id={}", world.department);
    assert_eq!(ids(&world.committee_officer, &elsewhere).await, Vec::<String>::new());
    world.secretary.get(&path).await.problem(403, "not_allowed");
});

on_both!(the_reach_begins_and_ends_with_its_days, |app| {
    let world = World::build(&app).await;
    let member = world.registered_elsewhere(1).await["member_id"].as_str().expect("an id").to_owned();
    let path = format!("/members/{member}");
    let visitor = &world.secretary;
    visitor.get(&path).await.problem(404, "not_found");
    let mut new = group(&world.committee, &[visitor], &[&world.other_host]);
    new["from"] = json!("2026-11-25");
    let made = world.committee_officer.post("/supervision-groups", new).await.is(201).json;
    assert_eq!((&made["state"], &made["actions"]), (&json!("planned"), &json!(["edit", "end"])));
    visitor.get(&path).await.problem(404, "not_found");
    // Whoever is in it knows of it before it begins, and of nothing behind it.
    let announced = visitor.get(&format!("/supervision-groups/{}", id(&made))).await.ok();
    assert_eq!((&announced["state"], &announced["actions"]), (&json!("planned"), &json!([])));
    assert_eq!(ids(visitor, "/supervision-groups").await, [id(&made)]);
    world.home_secretary.get(&format!("/supervision-groups/{}", id(&made))).await.problem(404, "not_found");
    let roles = async |user: &User<'_>| user.get("/me").await.ok()["account"]["assignments"].as_array().map(Vec::len);
    assert_eq!(roles(visitor).await, Some(1), "what is not in force is not offered");

    // Midnight in China.
    app.advance(2 * DAY - (app.now().seconds() - app.now().day().starts().seconds()));
    visitor.get(&path).await.is(200);
    assert_eq!(roles(visitor).await, Some(2));
    // Reading only, and only there.
    let stay = visitor.get(&path).await.ok()["registrations"][0]["id"].as_str().expect("an id").to_owned();
    visitor.post(&format!("/registrations/{stay}/return"), json!({})).await.problem(404, "not_found");
    let own = world.registered(2).await["id"].as_str().expect("an id").to_owned();
    visitor.get(&format!("/registrations/{own}")).await.is(200);
    // The member reads in which role they were looked at; the administrator reads until when.
    let shown = world.admin.get(&format!("/accounts/{}", account(visitor))).await.ok();
    let given = shown["assignments"].as_array().expect("roles").iter().find(|a| a["role"] == "supervisor").cloned();
    let given = given.expect("the group's role");
    assert_eq!(
        (&given["from"], &given["until"], &given["group_id"]),
        (&json!("2026-11-25"), &json!("2026-11-30"), &made["id"])
    );

    app.advance(6 * DAY - 1);
    visitor.get(&path).await.is(200);
    app.advance(1);
    visitor.get(&path).await.problem(404, "not_found");
    assert_eq!(world.committee_officer.get(&format!("/supervision-groups/{}", id(&made))).await.ok()["state"], "over");
    world
        .committee_officer
        .post(&format!("/supervision-groups/{}/end", id(&made)), json!({}))
        .await
        .problem(409, "wrong_state");
});

on_both!(who_or_what_is_left_out_is_out_at_once, |app| {
    let world = World::build(&app).await;
    let here = world.registered(1).await["member_id"].as_str().expect("an id").to_owned();
    let there = world.registered_elsewhere(2).await["member_id"].as_str().expect("an id").to_owned();
    let (one, two) = (&world.secretary, &world.other_secretary);
    let sees = async |user: &User<'_>, member: &str| user.get(&format!("/members/{member}")).await.status == 200;
    let made = world
        .committee_officer
        .post("/supervision-groups", group(&world.committee, &[one, two], &[&world.host, &world.other_host]))
        .await
        .is(201)
        .json;
    let path = format!("/supervision-groups/{}", id(&made));
    assert_eq!((sees(one, &there).await, sees(two, &here).await), (true, true));
    // The visited unit knows the group; it is not theirs to change.
    assert_eq!(ids(one, "/supervision-groups").await, [id(&made)]);
    let general = app.officer(Role::CommitteeOfficer, Some(&world.general_branch)).await;
    general.patch(&path, json!({"name": "x"})).await.problem(403, "not_allowed");
    general.post(&format!("{path}/end"), json!({})).await.problem(403, "not_allowed");

    let changed = world.committee_officer.patch(&path, json!({"members": [account(one)]})).await.ok();
    assert_eq!(changed["members"].as_array().map(Vec::len), Some(1));
    assert_eq!((sees(one, &there).await, sees(two, &here).await), (true, false));
    let stale = world.committee_officer.request(Method::PATCH, &path).header("if-match", "\"1\"");
    world.committee_officer.send(stale.json(&json!({"name": "x"}))).await.problem(412, "changed");
    world.committee_officer.patch(&path, json!({"units": [world.host]})).await.is(200);
    assert!(!sees(one, &there).await);
    world.committee_officer.patch(&path, json!({"units": [world.other_host], "until": "2026-12-31"})).await.is(200);
    assert!(sees(one, &there).await);
    let ended = world.committee_officer.post(&format!("{path}/end"), json!({})).await.ok();
    assert_eq!((&ended["state"], &ended["actions"]), (&json!("over"), &json!([])));
    assert!(!sees(one, &there).await);
    world.committee_officer.patch(&path, json!({"name": "x"})).await.problem(409, "wrong_state");
    // The group's roles are the group's: an administrator takes back none of them by itself.
    let made = world
        .committee_officer
        .post("/supervision-groups", group(&world.committee, &[one], &[&world.other_host]))
        .await
        .is(201)
        .json;
    let roles = world.admin.get(&format!("/accounts/{}", account(one))).await.ok()["assignments"].clone();
    let given = roles.as_array().expect("roles").iter().find(|a| a["group_id"] == made["id"]).cloned().expect("given");
    let role = format!("/accounts/{}/assignments/{}", account(one), id(&given));
    world.admin.delete(&role).await.problem(409, "role_of_group");
    assert!(sees(one, &there).await);
});

on_both!(a_group_sees_no_more_than_whoever_lends_it, |app| {
    let world = World::build(&app).await;
    // Somebody from another city at a branch of the department's: at its host end the department sees nobody.
    let stay = async |n: u32, home: &str, host: &str, by: &User<'_>, department: &User<'_>| {
        let mut filing = world.filing(&Person::nth(n));
        (filing["home_unit_id"], filing["host_unit_id"]) = (json!(home), json!(host));
        let filed = by.post("/registrations", filing).await.is(201).json;
        department.post(&format!("/registrations/{}/confirm", id(&filed)), json!({})).await.is(200);
        filed["member_id"].as_str().expect("an id").to_owned()
    };
    let (city, other_city) = (&world.department_officer, &world.other_department_officer);
    let guest = stay(1, &world.other_home, &world.home, &world.home_secretary, other_city).await;
    let own = stay(2, &world.home, &world.other_host, &world.other_secretary, city).await;
    let visitor = app.officer(Role::BranchSecretary, Some(&below(&world, &world.department).await)).await;
    let sees = async |member: &str| visitor.get(&format!("/members/{member}")).await.status == 200;
    city.get(&format!("/members/{guest}")).await.problem(404, "not_found");
    let sent =
        city.post("/supervision-groups", group(&world.department, &[&visitor], &[&world.home])).await.is(201).json;
    assert_eq!((sees(&guest).await, sees(&own).await), (false, true));
    assert_eq!(visitor.get("/registrations").await.ok()["items"].as_array().map(Vec::len), Some(1));
    visitor.post("/visits", visit(&sent, &world.home)).await.is(201);
    let events = format!("/events?unit_id={}", world.home);
    let of_branch = json!({
        "unit_id": world.home, "kind": "lecture", "title": "党课", "starts_at": app.now().plus_seconds(3600),
        "ends_at": app.now().plus_seconds(7200), "hours": 1.0, "audience": "unit"
    });
    world.home_secretary.post("/events", of_branch).await.is(201);
    assert_eq!(ids(&visitor, &events).await, Vec::<String>::new(), "no department looks at a branch's events");
    city.post(&format!("/supervision-groups/{}/end", id(&sent)), json!({})).await.is(200);

    // A committee lends what a committee sees; where the department above changes the group, it lends it anew.
    let committee =
        world.admin.post("/units", json!({"kind": "committee", "name": "某委", "parent_id": world.department}));
    let committee = committee.await.is(201).text("id");
    let branch = below(&world, &committee).await;
    let leader = app.officer(Role::CommitteeOfficer, Some(&committee)).await;
    let secretary = app.officer(Role::BranchSecretary, Some(&branch)).await;
    let guest = stay(3, &world.other_home, &branch, &secretary, other_city).await;
    let visitor = app.officer(Role::BranchSecretary, Some(&below(&world, &committee).await)).await;
    let sees = async || visitor.get(&format!("/members/{guest}")).await.status == 200;
    let sent = leader.post("/supervision-groups", group(&committee, &[&visitor], &[&branch])).await.is(201).json;
    assert!(sees().await);
    let path = format!("/supervision-groups/{}", id(&sent));
    city.patch(&path, json!({"name": "第二督导组"})).await.is(200);
    assert!(!sees().await);
    leader.patch(&path, json!({"name": "第一督导组"})).await.is(200);
    assert!(sees().await);
});

/// A new branch below a unit.
async fn below(world: &World<'_>, unit: &str) -> String {
    let new = json!({"kind": "branch", "name": "新支部", "parent_id": unit});
    world.admin.post("/units", new).await.is(201).text("id")
}

on_both!(an_assigned_liaison_office_opens_no_department, |app| {
    let world = World::build(&app).await;
    let registration = world.registered(1).await;
    let member = format!("/members/{}", registration["member_id"].as_str().expect("an id"));
    let visitor = app.officer(Role::BranchSecretary, Some(&below(&world, &world.department).await)).await;
    let sent = group(&world.department, &[&visitor], &[&world.liaison_office]);
    world.department_officer.post("/supervision-groups", sent).await.is(201);
    visitor.get(&member).await.problem(404, "not_found");
    // Nor does a lasting role of a supervisor there; the liaison officer's own does.
    let lasting = app.officer(Role::Supervisor, Some(&world.liaison_office)).await;
    lasting.get(&member).await.problem(404, "not_found");
    world.liaison_officer.get(&member).await.is(200);
});

on_both!(a_problem_that_cannot_be_put_right_is_closed_with_a_reason, |app| {
    let world = World::build(&app).await;
    let (visitor, unit) = (&world.secretary, &world.other_secretary);
    let made = group(&world.committee, &[visitor], &[&world.other_host]);
    let made = world.committee_officer.post("/supervision-groups", made).await.is(201).json;
    let written = visitor.post("/visits", visit(&made, &world.other_host)).await.is(201).json;
    let path = format!("/visits/{}", id(&written));
    let close = format!("{path}/close");
    assert_eq!(visitor.post(&close, json!({})).await.problem(422, "invalid").bad_fields(), ["/reason"]);
    unit.post(&close, json!({"reason": "x"})).await.problem(403, "not_allowed");
    let reason = "办公用房已被征收，无法整改。";
    let closed = visitor.post(&close, json!({"reason": reason})).await.ok();
    assert_eq!((&closed["state"], &closed["closing_reason"]), (&json!("closed"), &json!(reason)));
    assert_eq!((&closed["findings"][1]["overdue"], &closed["findings"][1]["answer"]), (&json!(false), &json!(null)));
    assert_eq!(unit.get(&path).await.ok()["closing_reason"], reason, "the visited unit reads why");
    // What is closed waits for nobody, and is not answered any more.
    assert_eq!(unit.get("/me/tasks").await.ok()["items"], json!([]));
    unit.post(&format!("{path}/answer"), json!({"finding": 2, "answer": "x"})).await.problem(409, "wrong_state");
    app.advance(30 * DAY);
    assert_eq!(unit.get(&path).await.ok()["findings"][1]["overdue"], json!(false));
    // Where all is answered there is nothing to give a reason for.
    app.advance(-30 * DAY);
    let written = visitor.post("/visits", visit(&made, &world.other_host)).await.is(201).json;
    let path = format!("/visits/{}", id(&written));
    for finding in [2, 3] {
        unit.post(&format!("{path}/answer"), json!({"finding": finding, "answer": "已补齐。"})).await.is(200);
    }
    let close = visitor.post(&format!("{path}/close"), json!({"reason": reason})).await;
    assert_eq!(close.problem(422, "invalid").bad_fields(), ["/reason"]);
});

on_both!(what_is_changed_today_changes_no_figure_of_the_past, |app| {
    let world = World::build(&app).await;
    let made = group(&world.committee, &[&world.secretary], &[&world.host, &world.other_host]);
    let made = world.committee_officer.post("/supervision-groups", made).await.is(201).json;
    let path = format!("/supervision-groups/{}", id(&made));
    let units = async |day: &str| figures(&app, &world.committee, "2026-11-01", day).await[1];
    app.advance(2 * DAY);
    world.committee_officer.patch(&path, json!({"units": [world.host]})).await.is(200);
    assert_eq!((units("2026-11-24").await, units("2026-11-25").await), (2, 1));
    app.advance(DAY);
    let three = json!([world.host, world.other_host, world.general_branch]);
    world
        .committee_officer
        .patch(&path, json!({"units": three, "members": [account(&world.other_secretary)]}))
        .await
        .is(200);
    assert_eq!((units("2026-11-24").await, units("2026-11-25").await, units("2026-11-26").await), (2, 1, 3));
    // To and fro within one day.
    world.committee_officer.patch(&path, json!({"units": [world.host]})).await.is(200);
    world.committee_officer.patch(&path, json!({"units": three})).await.is(200);
    assert_eq!((units("2026-11-25").await, units("2026-11-26").await), (1, 3));
    assert_eq!(ids(&world.other_secretary, "/supervision-groups").await.len(), 1);
});

on_both!(what_a_visit_finds_is_answered_and_closed, |app| {
    let world = World::build(&app).await;
    let visitor = &world.secretary;
    let made = world
        .committee_officer
        .post("/supervision-groups", group(&world.committee, &[visitor], &[&world.other_host]))
        .await
        .is(201)
        .json;
    assert_eq!(visitor.get(&format!("/supervision-groups/{}", id(&made))).await.ok()["actions"], json!(["visit"]));
    for (patch, bad) in [
        (json!({"visited_on": "2026-11-24"}), vec!["/visited_on"]),
        (json!({"visited_on": "2026-11-22"}), vec!["/visited_on"]),
        (json!({"findings": []}), vec!["/findings"]),
        (json!({"group_id": world.host}), vec!["/group_id"]),
        (
            json!({"findings": [{"kind": "good", "text": "好", "due_on": "2026-12-01"}, {"kind": "problem", "text": "差", "due_on": "2026-11-01"}]}),
            vec!["/findings/0/due_on", "/findings/1/due_on"],
        ),
        (json!({"findings": [{"kind": "problem", "text": "x".repeat(501)}]}), vec!["/findings/0/text"]),
    ] {
        let mut body = visit(&made, &world.other_host);
        for (key, value) in patch.as_object().expect("an object") {
            body[key] = value.clone();
        }
        assert_eq!(visitor.post("/visits", body).await.problem(422, "invalid").bad_fields(), bad, "{patch}");
    }
    visitor.post("/visits", visit(&made, &world.host)).await.problem(404, "not_found");
    world.other_secretary.post("/visits", visit(&made, &world.other_host)).await.problem(403, "not_allowed");
    assert_eq!(
        world.supervisor.post("/visits", visit(&made, &world.other_host)).await.problem(422, "invalid").bad_fields(),
        ["/group_id"]
    );
    let written = visitor.post("/visits", visit(&made, &world.other_host)).await.is(201).json;
    let path = format!("/visits/{}", id(&written));
    assert_eq!(
        (&written["findings"][0]["due_on"], &written["findings"][1]["due_on"], &written["findings"][2]["due_on"]),
        (&json!(null), &json!("2026-12-01"), &json!("2026-12-23"))
    );
    assert_eq!((&written["state"], &written["actions"]), (&json!("open"), &json!(["close"])));
    assert!(!written.to_string().contains("officer-"), "a group visits, no person");

    // The visited unit is told, finds its tasks, and answers each problem once.
    let unit = &world.other_secretary;
    assert_eq!(unit.get("/me/notices").await.ok()["items"][0]["kind"], "visit_recorded");
    let tasks = unit.get("/me/tasks").await.ok()["items"].clone();
    let due: Vec<_> = tasks
        .as_array()
        .expect("tasks")
        .iter()
        .map(|t| (t["kind"].clone(), t["subject"]["id"].clone(), t["due_on"].clone()))
        .collect();
    assert_eq!(
        due,
        [
            (json!("answer_finding"), written["id"].clone(), json!("2026-12-01")),
            (json!("answer_finding"), written["id"].clone(), json!("2026-12-23"))
        ]
    );
    assert_eq!(unit.get(&path).await.ok()["actions"], json!(["answer"]));
    let answer = |finding: i64| json!({"finding": finding, "answer": "已补齐。"});
    for (finding, bad) in [(0, "/finding"), (1, "/finding"), (4, "/finding")] {
        assert_eq!(
            unit.post(&format!("{path}/answer"), answer(finding)).await.problem(422, "invalid").bad_fields(),
            [bad]
        );
    }
    visitor.post(&format!("{path}/answer"), answer(2)).await.problem(404, "not_found");
    unit.post(&format!("{path}/answer"), answer(2)).await.is(200);
    unit.post(&format!("{path}/answer"), answer(2)).await.problem(409, "wrong_state");
    assert_eq!(
        visitor.post(&format!("{path}/close"), json!({})).await.problem(422, "invalid").bad_fields(),
        ["/reason"]
    );
    unit.post(&format!("{path}/answer"), answer(3)).await.is(200);
    assert_eq!(unit.get("/me/tasks").await.ok()["items"], json!([]));
    assert_eq!(world.committee_officer.get("/me/notices").await.ok()["items"][0]["kind"], "finding_answered");
    unit.post(&format!("{path}/close"), json!({})).await.problem(403, "not_allowed");
    world.supervisor.post(&format!("{path}/close"), json!({})).await.problem(403, "not_allowed");
    let closed = visitor.post(&format!("{path}/close"), json!({})).await.ok();
    assert_eq!((&closed["state"], &closed["actions"]), (&json!("closed"), &json!([])));
    visitor.post(&format!("{path}/close"), json!({})).await.problem(409, "wrong_state");

    // When the group is over, the unit that sent it closes what is left.
    let left = visitor.post("/visits", visit(&made, &world.other_host)).await.is(201).json;
    world.committee_officer.post(&format!("/supervision-groups/{}/end", id(&made)), json!({})).await.is(200);
    let path = format!("/visits/{}", id(&left));
    visitor.get(&path).await.problem(404, "not_found");
    for finding in [2, 3] {
        unit.post(&format!("{path}/answer"), answer(finding)).await.is(200);
    }
    world.committee_officer.post(&format!("{path}/close"), json!({})).await.is(200);
});

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> [i64; 5] {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let f = supervision::figures(&mut reader.conn(), unit, period).await.expect("figures");
    [f.groups, f.units, f.visits, f.problems_found, f.problems_answered]
}

on_both!(figures_are_the_lists_that_they_link_to, |app| {
    let world = World::build(&app).await;
    let units: [&str; 2] = [&world.host, &world.other_host];
    let both = group(&world.committee, &[&world.secretary], &units);
    let both = world.committee_officer.post("/supervision-groups", both).await.is(201).json;
    let mut liaison = group(&world.general_branch, &[&world.other_secretary], &[&world.other_host]);
    liaison["kind"] = json!("liaison");
    liaison["until"] = json!("2026-12-31");
    world.committee_officer.post("/supervision-groups", liaison).await.is(201);
    let first = world.secretary.post("/visits", visit(&both, &world.other_host)).await.is(201).json;
    world.secretary.post("/visits", visit(&both, &world.host)).await.is(201);
    let answer = json!({"finding": 2, "answer": "已补齐。"});
    world.other_secretary.post(&format!("/visits/{}/answer", id(&first)), answer).await.is(200);
    for (unit, from, to, expected) in [
        (&world.committee, "2026-11-01", "2026-11-30", [2, 2, 2, 4, 1]),
        (&world.committee, "2026-11-01", "2026-12-31", [1, 1, 2, 4, 1]),
        (&world.general_branch, "2026-11-24", "2026-11-30", [1, 1, 0, 0, 0]),
        (&world.other_host, "2026-11-23", "2026-11-23", [0, 0, 1, 2, 1]),
        (&world.home, "2026-11-01", "2026-11-30", [0, 0, 0, 0, 0]),
    ] {
        assert_eq!(figures(&app, unit, from, to).await, expected, "{from} {to}");
        let groups = format!("/supervision-groups?unit_id={unit}&in_force_on={to}");
        let visits = format!("/visits?unit_id={unit}&from={from}&to={to}");
        for (path, count) in [(groups, expected[0]), (visits, expected[2])] {
            assert_eq!(i64::try_from(ids(&world.committee_officer, &path).await.len()), Ok(count), "{path}");
        }
    }
});

on_both!(a_unit_below_an_assigned_one_is_visited_too, |app| {
    let world = World::build(&app).await;
    let visitor = &world.secretary;
    let new = group(&world.committee, &[visitor], &[&world.general_branch]);
    let made = world.committee_officer.post("/supervision-groups", new).await.is(201).json;
    let written = visitor.post("/visits", visit(&made, &world.other_host)).await.is(201).json;
    assert_eq!(written["unit"]["id"], json!(world.other_host));
    let answer = json!({"finding": 2, "answer": "已补"});
    world.other_secretary.post(&format!("/visits/{}/answer", id(&written)), answer).await.ok();
    // What is above the assigned unit is not.
    assert_eq!(
        world.supervisor.post("/visits", visit(&made, &world.committee)).await.problem(422, "invalid").bad_fields(),
        ["/group_id"]
    );
    visitor.post("/visits", visit(&made, &world.committee)).await.problem(404, "not_found");
});

//! The report: a year built through the API, every figure of it, and the list behind each as long as the figure says.

use guiyan::auth::tokens::Subject;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{
        TestApp, User, World,
        report::{every_list_adds_up, figure, figures},
    },
};

async fn summary(user: &User<'_>, unit: &str) -> Value {
    user.get(&format!("/units/{unit}/summary")).await.ok()
}

async fn done(user: &User<'_>, path: &str, body: Value) -> Value {
    let answer = user.post(path, body).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.json);
    answer.json
}

/// Makes a record; its path.
async fn made(user: &User<'_>, path: &str, body: Value) -> String {
    let json = done(user, path, body).await;
    format!("{path}/{}", json["id"].as_str().unwrap_or_else(|| panic!("an id in {json}")))
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

/// Members, posts, and who can take part.
async fn people(app: &TestApp, world: &World<'_>) -> Vec<Value> {
    let phone = world.member(1).await;
    // Another card for a lost one is not another member with a card.
    let lost = format!("/cards/{}/replace", phone.card);
    world.secretary.post(&lost, json!({"reason": "补办"})).await.is(201);
    let mut members = vec![json!(phone.member_id)];
    for n in 2..=3 {
        members.push(world.registered(n).await["member_id"].clone());
    }
    members.push(world.registered_elsewhere(4).await["member_id"].clone());
    let (officer, today) = (&world.committee_officer, app.now().day());
    let post = |unit: &str, member: usize, kind: &str| json!({"unit_id": unit, "member_id": members[member], "kind": kind, "from": today});
    made(officer, "/posts", post(&world.committee, 2, "secretary")).await;
    let mut dual = post(&world.other_host, 3, "secretary");
    dual["dual_title"] = json!("厂长");
    made(&world.other_secretary, "/posts", dual).await;
    made(&world.secretary, "/posts", post(&world.host, 1, "organiser")).await;
    for unit in [&world.host, &world.other_host] {
        let point = json!({"member_id": members[2], "unit_id": unit, "from": today});
        made(officer, "/contact-points", point).await;
    }
    for (name, stages) in [("张三", vec!["candidate", "probationary"]), ("李四", vec!["applicant"])] {
        let stages: Vec<_> = stages.into_iter().map(|stage| json!({"stage": stage, "on": today})).collect();
        let recruit = json!({"unit_id": world.host, "name": name, "stages": stages});
        made(&world.secretary, "/recruits", recruit).await;
    }
    let new = json!({"unit_id": world.committee, "title": "摸排", "as_of": today, "due_on": today});
    let census = made(officer, "/censuses", new).await;
    let put = async |path: String, reason: &str| {
        let body = json!({"able": false, "reason": reason});
        officer.send(officer.request(reqwest::Method::PUT, &path).json(&body)).await.is(200);
    };
    put(format!("{census}/units/{}", world.other_host), "dissolved").await;
    put(format!("{census}/members/{}", members[3].as_str().expect("an id")), "abroad").await;
    done(officer, &format!("{census}/close"), json!({"leave_pending": true})).await;
    members
}

/// Events with one who came, a plan, and what was written for it.
async fn study(app: &TestApp, world: &World<'_>, members: &[Value]) {
    let now = app.now();
    let mut last = String::new();
    for (kind, hours) in [("lecture", 2.0), ("mobilisation_report", 1.0), ("lecture", 2.0), ("collective_study", 2.5)] {
        let body = json!({
            "unit_id": world.host, "kind": kind, "title": kind, "starts_at": now.plus_seconds(600),
            "ends_at": now.plus_seconds(7800), "hours": hours, "audience": "unit"
        });
        last = world.secretary.post("/events", body).await.is(201).text("id");
    }
    app.advance(1200);
    checked_in(app, world, &last, &members[0]).await;
    app.advance(3 * 3600);

    let today = app.now().day();
    let plan = json!({
        "unit_id": world.committee, "title": "学习教育",
        "phases": [{"name": "学习", "from": today.plus_days(-10), "to": today.plus_days(10)}],
        "targets": [
            {"category": "all", "measure": "sessions", "least": 1},
            {"category": "leader", "measure": "document", "document_kind": "reading_notes", "least": 1, "least_length": 5000}
        ]
    });
    let plan = made(&world.committee_officer, "/plans", plan).await;
    done(&world.committee_officer, &format!("{plan}/start"), json!({})).await;
    for (member, length, step) in [(0, 1200, "accept"), (2, 5100, "accept"), (1, 800, "return"), (1, 700, "")] {
        let paper = json!({"member_id": members[member], "kind": "reading_notes", "stated_length": length});
        let paper = made(&world.secretary, "/documents", paper).await;
        if !step.is_empty() {
            done(&world.secretary, &format!("{paper}/{step}"), json!({"remark": "太短"})).await;
        }
    }
}

async fn checked_in(app: &TestApp, world: &World<'_>, event: &str, member: &Value) {
    let item = json!({
        "id": uuid::Uuid::new_v4().to_string(), "event_id": event, "occurred_at": app.now(), "method": "manual",
        "member_id": member, "note": "到会"
    });
    let answer = world.secretary.post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(answer["items"][0]["verdict"], "accepted", "{answer}");
}

/// Talks, opinions and help; one of each kind was recorded by mistake, or is not done yet.
async fn voices_and_help(app: &TestApp, world: &World<'_>, members: &[Value]) {
    let (today, secretary, officer) = (app.now().day(), &world.secretary, &world.committee_officer);
    let talk = |with: &[usize]| {
        let with: Vec<_> = with.iter().map(|member| &members[*member]).collect();
        let mode = if with.len() == 1 { "one_to_one" } else { "group" };
        json!({"unit_id": world.host, "talker_post": "支部书记", "held_on": today, "mode": mode, "with": with, "topics": ["work"]})
    };
    made(secretary, "/talks", talk(&[0])).await;
    let mistake = made(secretary, "/talks", talk(&[1])).await;
    done(secretary, &format!("{mistake}/void"), json!({"reason": "记错了"})).await;
    let mut led = talk(&[0, 1, 3]);
    led["unit_id"] = json!(world.committee);
    led["talker_id"] = members[2].clone();
    led.as_object_mut().expect("an object").remove("talker_post");
    made(officer, "/talks", led).await;

    for (user, unit, answered) in [
        (officer, &world.committee, true),
        (officer, &world.committee, false),
        (secretary, &world.host, true),
        (secretary, &world.host, false),
        (secretary, &world.host, true),
    ] {
        let opinion = json!({"unit_id": unit, "text": "会议太晚", "source": "meeting", "topic": "style"});
        let opinion = made(user, "/opinions", opinion).await;
        if answered {
            let answer = json!({"disposition": "explained", "answer": "上班时间不便"});
            done(user, &format!("{opinion}/dispose"), answer).await;
        }
    }

    let pair = json!({"unit_id": world.host, "helper_id": members[0], "helped_name": "王奶奶家", "since": today});
    let pair = made(secretary, "/pairings", pair).await;
    for solved in [true, false, true] {
        let case = json!({"unit_id": world.host, "about": "health", "note": "看病难", "opened_on": today});
        let case = made(secretary, "/cases", case).await;
        if solved {
            done(secretary, &format!("{case}/solve"), json!({"how": "陪同就医"})).await;
        }
    }
    for (kind, fen, what) in [("money", 50_000, None), ("in_kind", 12_345, Some("棉被")), ("money", 1, None)] {
        let aid = json!({"unit_id": world.host, "pair_id": id(&pair), "given_on": today, "kind": kind, "amount_fen": fen, "what": what});
        made(secretary, "/aid", aid).await;
    }
    let mistake = json!({"unit_id": world.host, "given_on": today, "kind": "money", "amount_fen": 7});
    let mistake = made(secretary, "/aid", mistake).await;
    done(secretary, &format!("{mistake}/void"), json!({"reason": "记错了"})).await;
}

/// One branch has elected, the other is due, the general branch is late, and the committee has its own day.
async fn elections(app: &TestApp, world: &World<'_>) {
    for (unit, started_on, years) in [
        (&world.host, "2023-12-31", 3),
        (&world.other_host, "2024-03-31", 3),
        (&world.general_branch, "2021-06-30", 5),
        (&world.committee, "2022-12-31", 5),
    ] {
        let term = json!({"term": {"started_on": started_on, "years": years}});
        world.admin.patch(&format!("/units/{unit}"), term).await.is(200);
    }
    let (secretary, officer, now) = (&world.secretary, &world.committee_officer, app.now());
    let election = made(secretary, "/elections", json!({"unit_id": world.host})).await;
    let step = async |user: &User<'_>, step: &str, body: Value| done(user, &format!("{election}/{step}"), body).await;
    step(secretary, "ask_approval", json!({})).await;
    step(officer, "approve_holding", json!({})).await;
    step(secretary, "nominate", json!({"candidates": [{"post": "secretary", "name": "在沪的党员"}]})).await;
    let meeting = json!({
        "unit_id": world.host, "kind": "election", "title": "换届大会", "starts_at": now.plus_seconds(60),
        "ends_at": now.plus_seconds(3600), "audience": "unit"
    });
    let meeting = made(secretary, "/events", meeting).await;
    let held = json!({"event_id": id(&meeting), "electors_expected": 5, "present_on_paper": 4});
    step(secretary, "hold", held).await;
    app.advance(7200);
    let elected = json!([{"post": "secretary", "name": "在沪的党员", "votes": 4}]);
    step(secretary, "record_result", json!({"elected": elected, "ballots_given": 4, "ballots_returned": 4})).await;
    step(officer, "approve", json!({})).await;
}

/// A group and its visit, papers to the superior, bulletins, commendations.
async fn papers(app: &TestApp, world: &World<'_>, members: &[Value]) {
    let (secretary, officer, today) = (&world.secretary, &world.committee_officer, app.now().day());
    let Some(Subject::Account(supervisor)) = world.supervisor.subject else { panic!("an officer") };
    let group = json!({
        "unit_id": world.committee, "kind": "supervision_group", "name": "督导组", "members": [supervisor],
        "units": [world.host, world.other_host], "until": today.plus_days(30)
    });
    let group = made(officer, "/supervision-groups", group).await;
    let visit = json!({
        "group_id": id(&group), "unit_id": world.host, "visited_on": today,
        "findings": [{"kind": "good", "text": "好"}, {"kind": "problem", "text": "缺"}, {"kind": "problem", "text": "迟"}]
    });
    let visit = made(&world.supervisor, "/visits", visit).await;
    done(secretary, &format!("{visit}/answer"), json!({"finding": 2, "answer": "已补"})).await;

    for (kind, send, close) in [
        ("request", true, "answer"),
        ("request", true, ""),
        ("request", false, ""),
        ("report", true, "acknowledge"),
        ("report", true, ""),
        ("report", true, "acknowledge"),
    ] {
        let paper = json!({"unit_id": world.host, "kind": kind, "title": "关于学习", "body": "请批示"});
        let paper = made(secretary, "/submissions", paper).await;
        if send {
            done(secretary, &format!("{paper}/send"), json!({})).await;
        }
        if !close.is_empty() {
            done(officer, &format!("{paper}/{close}"), json!({"granted": "yes", "answer": "同意"})).await;
        }
    }
    for (kind, step) in [("bulletin", "publish"), ("wall", "publish"), ("page", ""), ("bulletin", "take_back")] {
        let bulletin = json!({"unit_id": world.host, "kind": kind, "title": "简报", "body": "正文"});
        let bulletin = made(secretary, "/bulletins", bulletin).await;
        if !step.is_empty() {
            done(secretary, &format!("{bulletin}/publish"), json!({})).await;
        }
        if step == "take_back" {
            done(secretary, &format!("{bulletin}/take_back"), json!({"reason": "有误"})).await;
        }
    }
    for steps in [&["confirm", "publish"][..], &["confirm"], &[]] {
        let nomination =
            json!({"unit_id": world.host, "member_id": members[0], "title": "good_member", "reason": "热心助人"});
        let nomination = made(secretary, "/commendations", nomination).await;
        for step in steps {
            done(officer, &format!("{nomination}/{step}"), json!({"citation": "身边好党员"})).await;
        }
    }
}

on_both!(every_figure_is_counted_from_the_records_behind_it, |app| {
    let world = World::build(&app).await;
    let members = people(&app, &world).await;
    study(&app, &world, &members).await;
    voices_and_help(&app, &world, &members).await;
    elections(&app, &world).await;
    papers(&app, &world, &members).await;
    // An event that still goes on is not held yet, and whoever has come is not counted.
    let event = world.event().await;
    checked_in(&app, &world, event["id"].as_str().expect("an id"), &members[1]).await;

    let report = summary(&world.committee_officer, &world.committee).await;
    let expected = [
        ("committees", 1.0),
        ("general_branches", 1.0),
        ("branches", 2.0),
        ("members", 4.0),
        ("registrations_filed", 4.0),
        ("cards_issued", 1.0),
        ("branches_unable", 1.0),
        ("members_unable", 1.0),
        ("lectures_and_reports", 3.0),
        ("study_sessions", 1.0),
        ("study_hours", 2.5),
        // The other branch had none, but it is not able to.
        ("study_sessions_each", 1.0),
        ("study_hours_each", 2.5),
        ("events_held", 5.0),
        ("attendances", 1.0),
        // A plan counts whoever is at an event as soon as they are.
        ("plan_target", 2.0),
        ("documents_accepted", 2.0),
        ("documents_length", 6300.0),
        ("talk_person_times", 4.0),
        ("talk_person_times_by_leaders", 3.0),
        ("talks", 2.0),
        ("opinions_collected_here", 2.0),
        ("opinions_rectified_here", 1.0),
        ("opinions_collected_below", 3.0),
        ("opinions_rectified_below", 2.0),
        ("pairs", 1.0),
        ("cases_opened", 3.0),
        ("cases_solved", 2.0),
        ("aid_money", 50_001.0),
        ("aid_in_kind", 12_345.0),
        ("elections_done", 1.0),
        ("elections_due", 1.0),
        ("own_election_due", 1.0),
        ("elections_overdue", 1.0),
        ("supervision_groups", 1.0),
        ("supervised_units", 2.0),
        ("visits", 1.0),
        ("problems_found", 2.0),
        ("problems_answered", 1.0),
        ("requests_sent", 2.0),
        ("requests_answered", 1.0),
        ("reports_sent", 3.0),
        ("reports_acknowledged", 2.0),
        ("bulletins_published", 2.0),
        ("commendations_nominated", 3.0),
        ("commendations_confirmed", 2.0),
        ("commendations_published", 1.0),
        ("recruits", 1.0),
        ("dual_posts", 1.0),
        ("contact_points", 2.0),
    ];
    for (key, value) in expected {
        assert_eq!(figure(&report, key)["value"].as_f64(), Some(value), "{key}");
    }
    let mut keys: Vec<_> = figures(&report).filter_map(|figure| figure["key"].as_str()).collect();
    keys.dedup();
    assert_eq!(keys, expected.map(|(key, _)| key), "no figure is left out, in the order of the report");
    let target = figures(&report).filter(|figure| figure["key"] == "plan_target").nth(1).expect("a second target");
    assert_eq!((&target["value"], &target["of"]), (&json!(1), &json!(1)));
    let of = |key: &str| figure(&report, key)["of"].clone();
    assert_eq!((of("branches_unable"), of("members_unable"), of("plan_target")), (json!(2), json!(4), json!(4)));
    let day = |key: &str| figure(&report, key)["day"].clone();
    assert_eq!((day("elections_due"), day("own_election_due")), (json!("2027-03-31"), json!("2027-12-31")));
    every_list_adds_up(&world.committee_officer, &report).await;

    // The branch's own report has its opinions on this side, and lists of its own.
    let own = summary(&world.secretary, &world.host).await;
    assert_eq!(figure(&own, "opinions_collected_here")["value"], 3);
    assert_eq!((&figure(&own, "branches")["value"], &figure(&own, "members")["value"]), (&json!(1), &json!(3)));
    every_list_adds_up(&world.secretary, &own).await;
    // Above it the same unit's report leads whoever reaches more to that unit's records alone.
    every_list_adds_up(&world.committee_officer, &summary(&world.committee_officer, &world.host).await).await;
    every_list_adds_up(&world.department_officer, &summary(&world.department_officer, &world.department).await).await;

    // Of a period that is over, the lists show what stood then: the election was not held yet.
    let (from, to) = (app.now().day().plus_days(-300), app.now().day().plus_days(-1));
    let then = format!("/units/{}/summary?from={from}&to={to}", world.committee);
    let then = world.committee_officer.get(&then).await.ok();
    assert_eq!(figure(&then, "elections_due")["value"], 2);
    every_list_adds_up(&world.committee_officer, &then).await;

    // Before all that, nothing was.
    let before = world
        .committee_officer
        .get(&format!("/units/{}/summary?from=2020-01-01&to=2020-12-31", world.committee))
        .await
        .ok();
    for key in ["lectures_and_reports", "members", "elections_done", "talks", "bulletins_published"] {
        assert_eq!(figure(&before, key)["value"], 0, "{key}");
    }
    assert_eq!(figure(&before, "branches_unable")["value"], Value::Null);
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

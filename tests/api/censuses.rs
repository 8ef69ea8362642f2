//! Which units and members can take part, as of a day: asked below a unit, answered by the branches, closed for ever, compared.

use guiyan::{
    censuses::{self, CensusFigures},
    clock::Period,
    execute,
    ids::UnitId,
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn put(user: &User<'_>, path: &str, body: Value) -> crate::support::Answer {
    user.send(user.request(reqwest::Method::PUT, path).json(&body)).await
}

async fn items(user: &User<'_>, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["items"].as_array().expect("items").clone()
}

/// A census of the committee with two members at the host branch and one at the other; its path, and the members.
async fn opened(world: &World<'_>, first: u32) -> (String, Vec<String>) {
    let mut members = Vec::new();
    for n in first..first + 2 {
        members.push(text(&world.registered(n).await, "member_id"));
    }
    members.push(text(&world.registered_elsewhere(first + 2).await, "member_id"));
    // Told later than what was told before.
    world.app.advance(1);
    let new = json!({"unit_id": world.committee, "title": "秋季摸排", "as_of": "2026-11-23", "due_on": "2026-12-01"});
    let census = world.committee_officer.post("/censuses", new).await.is(201).json;
    (format!("/censuses/{}", text(&census, "id")), members)
}

fn counts(census: &Value, of: &str) -> (i64, i64, i64, i64) {
    let counts = &census["counts"][of];
    let count = |key: &str| counts[key].as_i64().unwrap_or_else(|| panic!("{key} in {counts}"));
    (count("asked"), count("answered"), count("able"), count("unable"))
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> CensusFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    censuses::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

on_both!(a_census_is_asked_answered_and_closed_for_ever, |app| {
    let world = World::build(&app).await;
    let (path, members) = opened(&world, 1).await;
    let census = world.committee_officer.get(&path).await.ok();
    assert_eq!((&census["state"], &census["actions"]), (&json!("open"), &json!(["answer", "close"])));
    assert_eq!((counts(&census, "units"), counts(&census, "members")), ((4, 0, 0, 0), (3, 0, 0, 0)));
    // In the order of the tree: the committee, its general branch, the branches by name.
    let lines: Vec<(&Value, i64)> = census["units"]
        .as_array()
        .expect("units")
        .iter()
        .map(|line| (&line["unit"]["id"], line["depth"].as_i64().expect("a depth")))
        .collect();
    let expected = [(&world.committee, 0), (&world.general_branch, 1), (&world.host, 2), (&world.other_host, 2)];
    let expected = expected.map(|(id, depth)| (json!(id), depth));
    assert_eq!(lines, expected.iter().map(|(id, depth)| (id, *depth)).collect::<Vec<_>>());

    // A branch sees its own part, is told, and has the task.
    let part = world.secretary.get(&path).await.ok();
    assert_eq!((counts(&part, "units"), counts(&part, "members")), ((1, 0, 0, 0), (2, 0, 0, 0)));
    assert_eq!(part["actions"], json!(["answer"]));
    let tasks = items(&world.secretary, "/me/tasks?kind=answer_census").await;
    assert_eq!(
        (tasks.len(), &tasks[0]["due_on"], &tasks[0]["unit"]["id"]),
        (1, &json!("2026-12-01"), &json!(world.host))
    );
    assert_eq!((&tasks[0]["subject"]["kind"], &tasks[0]["subject"]["title"]), (&json!("census"), &json!("秋季摸排")));
    let above = items(&world.committee_officer, "/me/tasks?kind=answer_census").await;
    assert_eq!(
        (above.len(), &above[0]["unit"]["id"]),
        (1, &json!(world.committee)),
        "the branches answer for themselves"
    );
    assert_eq!(items(&world.secretary, "/me/notices").await[0]["kind"], "census_opened");

    let ill = json!({"able": false, "reason": "serious_illness"});
    let answer = put(&world.secretary, &format!("{path}/members/{}", members[0]), ill).await.ok();
    assert_eq!((&answer["able"], &answer["reason"]), (&json!(false), &json!("serious_illness")));
    let own = format!("{path}/units/{}", world.host);
    assert_eq!(put(&world.secretary, &own, json!({"able": true})).await.ok()["able"], true);
    let rest = world.secretary.post(&format!("{own}/rest_able"), json!({})).await.ok();
    assert_eq!((&rest["members"]["answered"], &rest["members"]["able"]), (&json!(2), &json!(1)));
    // The rest are those without an answer; and all of it can be corrected while it is open.
    let listed = items(&world.secretary, &format!("{path}/members?able=false")).await;
    assert_eq!((listed.len(), &listed[0]["member"]["id"]), (1, &json!(members[0])));
    assert_eq!(items(&world.secretary, "/me/tasks?kind=answer_census").await, Vec::<Value>::new());

    let close = format!("{path}/close");
    world.secretary.post(&close, json!({})).await.problem(403, "not_allowed");
    world.committee_officer.post(&close, json!({})).await.problem(409, "wrong_state");
    let gone = json!({"able": false, "reason": "bankrupt"});
    put(&world.other_secretary, &format!("{path}/units/{}", world.other_host), gone.clone()).await.is(200);
    put(&world.committee_officer, &format!("{path}/members/{}", members[2]), gone.clone()).await.is(200);
    world.committee_officer.post(&close, json!({})).await.problem(409, "wrong_state");
    let closed = world.committee_officer.post(&close, json!({"leave_pending": true})).await.ok();
    assert_eq!((&closed["state"], &closed["actions"]), (&json!("closed"), &json!([])));
    assert_eq!((counts(&closed, "units"), counts(&closed, "members")), ((4, 2, 1, 1), (3, 3, 1, 2)));
    let reasons = &closed["counts"]["members"]["by_reason"];
    assert_eq!(*reasons, json!([{"key": "bankrupt", "count": 1}, {"key": "serious_illness", "count": 1}]));

    // Nothing of it changes any more, and the digest is in the log.
    let before = world.committee_officer.get(&path).await.ok();
    for (user, path) in [
        (&world.secretary, own.clone()),
        (&world.secretary, format!("{path}/members/{}", members[0])),
        (&world.committee_officer, format!("{path}/units/{}", world.committee)),
    ] {
        put(user, &path, json!({"able": true})).await.problem(409, "wrong_state");
    }
    world.secretary.post(&format!("{own}/rest_able"), json!({})).await.problem(409, "wrong_state");
    world.committee_officer.post(&close, json!({"leave_pending": true})).await.problem(409, "wrong_state");
    assert_eq!(world.committee_officer.get(&path).await.ok(), before);
    let digest = text(&before, "digest");
    let found = app
        .state
        .db
        .write(move |c| {
            Box::pin(async move {
                let sql = "update audit_log set note = note where action = 'census.close' and note = $1";
                Ok(execute!(c, sqlx::query(sql).bind(digest))?)
            })
        })
        .await
        .expect("a look at the log");
    assert_eq!(found, 1);
});

on_both!(a_census_is_seen_by_those_whom_it_asks_and_answered_by_the_unit_concerned, |app| {
    let world = World::build(&app).await;
    let (path, members) = opened(&world, 1).await;
    let able = json!({"able": true});
    // Another branch's part is not there; a stranger to the tree sees nothing at all.
    put(&world.other_secretary, &format!("{path}/units/{}", world.host), able.clone()).await.problem(404, "not_found");
    put(&world.other_secretary, &format!("{path}/members/{}", members[0]), able.clone())
        .await
        .problem(404, "not_found");
    world
        .other_secretary
        .post(&format!("{path}/units/{}/rest_able", world.host), json!({}))
        .await
        .problem(404, "not_found");
    assert_eq!(items(&world.other_secretary, &format!("{path}/members")).await.len(), 1);
    for stranger in [&world.department_officer, &world.home_secretary] {
        stranger.get(&path).await.problem(404, "not_found");
        assert_eq!(items(stranger, "/censuses").await, Vec::<Value>::new());
        put(stranger, &format!("{path}/members/{}", members[0]), able.clone()).await.problem(404, "not_found");
    }
    put(&world.supervisor, &format!("{path}/units/{}", world.host), able.clone()).await.problem(403, "not_allowed");
    assert_eq!(world.supervisor.get(&path).await.ok()["actions"], json!([]));
    world.admin.get(&path).await.problem(403, "not_allowed");
    let nobody = format!("{path}/members/{}", world.host);
    put(&world.committee_officer, &nobody, able.clone()).await.problem(404, "not_found");
    // A unit that was not asked.
    put(&world.department_officer, &format!("{path}/units/{}", world.home), able).await.problem(404, "not_found");

    for (body, bad) in [
        (json!({}), "/able"),
        (json!({"able": false}), "/reason"),
        (json!({"able": true, "reason": "abroad"}), "/reason"),
        (json!({"able": false, "reason": "tired"}), "/reason"),
    ] {
        let answer = put(&world.secretary, &format!("{path}/units/{}", world.host), body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), [bad], "{body}");
    }
    let new = json!({"unit_id": world.committee, "title": " ", "as_of": "2026-11-24", "due_on": "2026-11-01"});
    let answer = world.committee_officer.post("/censuses", new.clone()).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/title"]);
    let mut new = new;
    new["title"] = json!("摸排");
    let answer = world.committee_officer.post("/censuses", new.clone()).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/as_of", "/due_on"]);
    new["unit_id"] = json!(world.department);
    world.committee_officer.post("/censuses", new.clone()).await.problem(404, "not_found");
    world.secretary.post("/censuses", new).await.problem(403, "not_allowed");
    assert_eq!(items(&world.committee_officer, &format!("/censuses?unit_id={}", world.host)).await.len(), 1);
    assert_eq!(items(&world.committee_officer, "/censuses?state=closed").await.len(), 0);
    assert_eq!(items(&world.committee_officer, "/censuses?to=2026-11-22").await.len(), 0);
});

on_both!(a_department_asks_its_home_branches_about_those_who_are_away, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    world.registered_elsewhere(2).await;
    let new = json!({"unit_id": world.department, "title": "摸排", "as_of": "2026-11-23", "due_on": "2026-12-01"});
    let census = world.department_officer.post("/censuses", new).await.is(201).json;
    assert_eq!((counts(&census, "units"), counts(&census, "members")), ((1, 0, 0, 0), (1, 0, 0, 0)));
    let path = format!("/censuses/{}", text(&census, "id"));
    let floating = json!({"able": false, "reason": "floating"});
    put(&world.home_secretary, &format!("{path}/members/{}", phone.member_id), floating).await.is(200);
    world.secretary.get(&path).await.problem(404, "not_found");
    // The member reads it among the own data.
    let own = phone.user(&app).get("/me/data").await.ok()["census_answers"].clone();
    assert_eq!(
        (&own[0]["title"], &own[0]["able"], &own[0]["reason"]),
        (&json!("摸排"), &json!(false), &json!("floating"))
    );
});

on_both!(who_counted_on_the_day_is_asked_about, |app| {
    let world = World::build(&app).await;
    let stays = world.registered(1).await;
    let leaves = world.registered(2).await;
    app.advance(10 * 86_400);
    // After the day of the census one went home, one moved, and one came.
    let path = |stay: &Value, step: &str| format!("/registrations/{}/{step}", text(stay, "id"));
    world.department_officer.post(&path(&leaves, "return"), json!({"reason": "回乡"})).await.is(200);
    let to = json!({"host_unit_id": world.other_host});
    world.department_officer.post(&path(&stays, "move"), to).await.is(200);
    world.registered(3).await;
    let new = json!({"unit_id": world.committee, "title": "摸排", "as_of": "2026-11-25", "due_on": "2026-12-10"});
    let census = text(&world.committee_officer.post("/censuses", new).await.is(201).json, "id");
    let asked = items(&world.committee_officer, &format!("/censuses/{census}/members")).await;
    let names: Vec<&Value> = asked.iter().map(|line| &line["member"]["name"]).collect();
    let mut expected = [Person::nth(1).name, Person::nth(2).name];
    expected.sort();
    assert_eq!(names, expected.iter().map(|name| json!(name)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    assert!(asked.iter().all(|line| line["unit"]["id"] == world.host.as_str()), "{asked:?}");
});

on_both!(the_figures_are_those_of_the_latest_closed_census_and_two_can_be_compared, |app| {
    let world = World::build(&app).await;
    let (first, members) = opened(&world, 1).await;
    let year = ("2026-01-01", "2026-12-31");
    let ill = json!({"able": false, "reason": "serious_illness"});
    put(&world.secretary, &format!("{first}/members/{}", members[0]), ill).await.is(200);
    world.secretary.post(&format!("{first}/units/{}/rest_able", world.host), json!({})).await.is(200);
    let bankrupt = json!({"able": false, "reason": "bankrupt"});
    put(&world.other_secretary, &format!("{first}/units/{}", world.other_host), bankrupt).await.is(200);
    assert_eq!(figures(&app, &world.committee, year.0, year.1).await, CensusFigures::default(), "it is not closed");
    world.committee_officer.post(&format!("{first}/close"), json!({"leave_pending": true})).await.is(200);

    for (unit, from, to) in [
        (&world.committee, year.0, year.1),
        (&world.general_branch, year.0, year.1),
        (&world.host, year.0, year.1),
        (&world.other_host, year.0, year.1),
        (&world.committee, "2026-11-24", "2026-12-31"),
        (&world.department, year.0, year.1),
    ] {
        let found = figures(&app, unit, from, to).await;
        if found.census.is_none() {
            assert!(from == "2026-11-24" || unit == &world.department, "{unit}");
            assert_eq!(found, CensusFigures::default());
            continue;
        }
        let path = format!("{first}/members?unit_id={unit}&able=false");
        let listed = items(&world.committee_officer, &path).await.len() as i64;
        assert_eq!(found.members.unable, listed, "{unit}");
        let all = items(&world.committee_officer, &format!("{first}/members?unit_id={unit}")).await.len() as i64;
        assert_eq!(found.members.asked, all, "{unit}");
    }
    let committee = figures(&app, &world.committee, year.0, year.1).await;
    assert_eq!((committee.branches.asked, committee.branches.unable), (2, 1), "branches alone are counted");
    let unable = {
        let mut reader = app.state.db.read().await.expect("a reader");
        let period = Period { from: year.0.parse().expect("a day"), to: year.1.parse().expect("a day") };
        let unit = world.committee.parse().expect("a unit");
        censuses::unable_units(&mut reader.conn(), unit, period).await.expect("units")
    };
    assert_eq!(
        unable.into_iter().map(|id| id.to_string()).collect::<Vec<_>>(),
        std::slice::from_ref(&world.other_host)
    );

    // The next one: somebody recovered, somebody came.
    app.advance(86_400);
    let newcomer = text(&world.registered(9).await, "member_id");
    let new = json!({"unit_id": world.committee, "title": "冬季摸排", "as_of": "2026-11-24", "due_on": "2026-12-01"});
    let second =
        format!("/censuses/{}", text(&world.committee_officer.post("/censuses", new).await.is(201).json, "id"));
    world.secretary.post(&format!("{second}/units/{}/rest_able", world.host), json!({})).await.is(200);
    let other = second.strip_prefix("/censuses/").expect("an id");
    let compared = world.committee_officer.get(&format!("{first}/compare/{other}")).await.ok();
    assert_eq!((counts(&compared["before"], "members").3, counts(&compared["after"], "members").3), (1, 0));
    let changed = compared["members"].as_array().expect("members");
    assert_eq!(changed.len(), 2, "{changed:?}");
    let of = |member: &str| changed.iter().find(|line| line["member"]["id"] == member).expect("the member");
    assert_eq!(of(&members[0])["before"], json!({"able": false, "reason": "serious_illness"}));
    assert_eq!(of(&members[0])["after"], json!({"able": true, "reason": null}));
    assert_eq!((&of(&newcomer)["before"], &of(&newcomer)["after"]["able"]), (&json!(null), &json!(true)));
    assert_eq!(compared["units"][0]["before"], json!({"able": false, "reason": "bankrupt"}));
    world.home_secretary.get(&format!("{first}/compare/{other}")).await.problem(404, "not_found");
    // A branch compares its own part.
    assert_eq!(world.other_secretary.get(&format!("{first}/compare/{other}")).await.ok()["members"], json!([]));
});

//! Commendations: nominated, declined or confirmed from above, published, read by members; nothing is counted for a person.

use guiyan::{access::Role, clock::Period, commendations, ids::UnitId};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

fn nomination(unit: &str, member: &str) -> Value {
    json!({"unit_id": unit, "member_id": member, "title": "good_member", "reason": "帮助新来的党员安家。"})
}

fn id(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

async fn ids(user: &User<'_>, path: &str) -> Vec<String> {
    user.get(path).await.ok()["items"].as_array().expect("items").iter().map(id).collect()
}

async fn kinds(user: &User<'_>) -> Vec<String> {
    let page = user.get("/me/notices").await.ok();
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|item| item["kind"].as_str().expect("a kind").to_owned())
        .filter(|kind| kind.starts_with("commendation"))
        .collect()
}

on_both!(every_bad_field_is_named_and_the_nominee_belongs_there, |app| {
    let world = World::build(&app).await;
    let here = world.registered(1).await;
    let there = world.registered_elsewhere(2).await;
    let member = here["member_id"].as_str().expect("an id");
    for (body, bad) in [
        (json!({}), vec!["/reason", "/title", "/unit_id"]),
        (json!({"unit_id": world.host, "title": "hero", "reason": "x".repeat(1001)}), vec!["/reason", "/title"]),
        (json!({"unit_id": world.host, "title": "good_member", "reason": "x"}), vec!["/member_id"]),
        (
            json!({"unit_id": world.host, "title": "advanced_branch", "member_id": member, "reason": "x"}),
            vec!["/member_id", "/nominee_unit_id"],
        ),
        (json!({"unit_id": world.host, "title": "other", "reason": "x"}), vec!["/member_id"]),
        (nomination(&world.host, there["member_id"].as_str().expect("an id")), vec!["/member_id"]),
        (nomination(&world.host, &world.host), vec!["/member_id"]),
        (
            json!({"unit_id": world.host, "title": "advanced_branch", "nominee_unit_id": world.other_host, "reason": "x"}),
            vec!["/nominee_unit_id"],
        ),
    ] {
        let refused = world.secretary.post("/commendations", body.clone()).await.problem(422, "invalid");
        assert_eq!(refused.bad_fields(), bad, "{body}");
    }
    let whole = json!({"unit_id": world.committee, "title": "advanced_branch", "nominee_unit_id": world.committee, "reason": "x"});
    assert_eq!(
        world.committee_officer.post("/commendations", whole).await.problem(422, "invalid").bad_fields(),
        ["/nominee_unit_id"]
    );
    world.secretary.post("/commendations", nomination(&world.other_host, member)).await.problem(404, "not_found");
    world.supervisor.post("/commendations", nomination(&world.host, member)).await.problem(403, "not_allowed");
    assert_eq!(ids(&world.committee_officer, "/commendations").await, Vec::<String>::new());
});

on_both!(a_nomination_is_confirmed_from_above_and_published_to_members, |app| {
    let world = World::build(&app).await;
    let (phone, beside) = (world.member(1).await, world.member(2).await);
    let member = phone.user(&app);
    let made = world.secretary.post("/commendations", nomination(&world.host, &phone.member_id)).await.is(201).json;
    let path = format!("/commendations/{}", id(&made));
    assert_eq!((&made["state"], &made["actions"]), (&json!("nominated"), &json!(["withdraw"])));
    assert_eq!(kinds(&member).await, ["commendation_nominated"]);
    let own = member.get("/me/commendations").await.ok()["items"][0].clone();
    assert_eq!((&own["reason"], &own["actions"]), (&json!("帮助新来的党员安家。"), &json!(["decline"])));
    assert_eq!(ids(&beside.user(&app), "/me/commendations").await, Vec::<String>::new());
    beside.user(&app).get(&path).await.problem(404, "not_found");
    beside.user(&app).post(&format!("{path}/decline"), json!({})).await.problem(404, "not_found");

    // The reason stands in the record, whose look the member reads; not in the list.
    assert_eq!(world.committee_officer.get("/commendations").await.ok()["items"][0]["reason"], json!(null));
    assert_eq!(world.committee_officer.get(&path).await.ok()["reason"], "帮助新来的党员安家。");
    assert_eq!(member.get("/me/access-log").await.ok()["items"][0]["action"], "commendation.view");

    let citation = json!({"citation": "热心助人，堪为表率。"});
    world.secretary.post(&format!("{path}/confirm"), citation.clone()).await.problem(403, "not_allowed");
    world.other_department_officer.post(&format!("{path}/confirm"), citation.clone()).await.problem(404, "not_found");
    assert_eq!(
        world.committee_officer.post(&format!("{path}/confirm"), json!({})).await.problem(422, "invalid").bad_fields(),
        ["/citation"]
    );
    world.committee_officer.post(&format!("{path}/publish"), json!({})).await.problem(409, "wrong_state");
    app.advance(1);
    let confirmed = world.committee_officer.post(&format!("{path}/confirm"), citation.clone()).await.ok();
    assert_eq!((&confirmed["state"], &confirmed["actions"]), (&json!("confirmed"), &json!(["publish", "withdraw"])));
    world.committee_officer.post(&format!("{path}/confirm"), citation).await.problem(409, "wrong_state");
    member.post(&format!("{path}/decline"), json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&format!("{path}/withdraw"), json!({"reason": "x"})).await.problem(409, "wrong_state");

    let beyond = json!({"audience": [world.host, world.other_department]});
    assert_eq!(
        world.committee_officer.post(&format!("{path}/publish"), beyond).await.problem(422, "invalid").bad_fields(),
        ["/audience/1"]
    );
    app.advance(1);
    world.committee_officer.post(&format!("{path}/publish"), json!({"audience": [world.committee]})).await.is(200);
    let read = beside.user(&app).get("/me/commendations").await.ok()["items"][0].clone();
    assert_eq!(
        (&read["citation"], &read["reason"], &read["actions"], &read["state"]),
        (&json!("热心助人，堪为表率。"), &json!(null), &json!([]), &json!("published"))
    );
    assert_eq!(
        ids(&world.other_secretary, "/commendations").await,
        [id(&made)],
        "officers read what is published to their units"
    );
    assert_eq!(world.other_secretary.get(&path).await.ok()["reason"], json!(null));
    assert_eq!(kinds(&member).await, ["commendation_published", "commendation_confirmed", "commendation_nominated"]);
    let data = member.get("/me/data").await.ok();
    assert_eq!(data["commendations"][0]["citation"], "热心助人，堪为表率。");

    let withdrawn = world.committee_officer.post(&format!("{path}/withdraw"), json!({"reason": "事实有误"})).await.ok();
    assert_eq!((&withdrawn["state"], &withdrawn["answer"]), (&json!("withdrawn"), &json!("事实有误")));
    assert_eq!(ids(&beside.user(&app), "/me/commendations").await, Vec::<String>::new());
    assert_eq!(member.get("/me/commendations").await.ok()["items"][0]["state"], "withdrawn");
});

on_both!(nobody_has_to_be_commended, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let made = world.secretary.post("/commendations", nomination(&world.host, &phone.member_id)).await.is(201).json;
    let path = format!("/commendations/{}", id(&made));
    let declined = phone.user(&app).post(&format!("{path}/decline"), json!({})).await.ok();
    assert_eq!((&declined["state"], &declined["actions"]), (&json!("declined"), &json!([])));
    for verb in ["confirm", "refuse", "publish", "withdraw"] {
        let body = json!({"citation": "x", "reason": "x"});
        world.committee_officer.post(&format!("{path}/{verb}"), body).await.problem(409, "wrong_state");
    }
    let again = world.secretary.post("/commendations", nomination(&world.host, &phone.member_id)).await.is(201).json;
    let path = format!("/commendations/{}", id(&again));
    let (confirm, decline) = (format!("{path}/confirm"), format!("{path}/decline"));
    let member = phone.user(&app);
    let answers = tokio::join!(
        world.committee_officer.post(&confirm, json!({"citation": "好"})),
        member.post(&decline, json!({})),
    );
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
});

on_both!(a_branch_is_refused_with_a_reason_and_the_topmost_confirms_its_own, |app| {
    let world = World::build(&app).await;
    let general = app.officer(Role::CommitteeOfficer, Some(&world.general_branch)).await;
    let branch = json!({"unit_id": world.general_branch, "title": "advanced_branch", "nominee_unit_id": world.host, "reason": "好"});
    let made = general.post("/commendations", branch.clone()).await.is(201).json;
    let path = format!("/commendations/{}", id(&made));
    general.post(&format!("{path}/confirm"), json!({"citation": "好"})).await.problem(403, "not_allowed");
    assert_eq!(
        world.committee_officer.post(&format!("{path}/refuse"), json!({})).await.problem(422, "invalid").bad_fields(),
        ["/reason"]
    );
    let refused = world.committee_officer.post(&format!("{path}/refuse"), json!({"reason": "材料不足"})).await.ok();
    assert_eq!((&refused["state"], &refused["answer"]), (&json!("refused"), &json!("材料不足")));
    assert_eq!(general.get(&path).await.ok()["answer"], "材料不足");

    let mut own = branch;
    own["unit_id"] = json!(world.committee);
    let made = world.committee_officer.post("/commendations", own).await.is(201).json;
    assert_eq!(made["actions"], json!(["confirm", "refuse", "withdraw"]));
    let path = format!("/commendations/{}", id(&made));
    world.committee_officer.post(&format!("{path}/confirm"), json!({"citation": "好"})).await.is(200);
});

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> [i64; 3] {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let f = commendations::figures(&mut reader.conn(), unit, period).await.expect("figures");
    [f.nominated, f.confirmed, f.published]
}

on_both!(figures_are_the_lists_that_they_link_to, |app| {
    let world = World::build(&app).await;
    let member = world.registered(1).await["member_id"].as_str().expect("an id").to_owned();
    let mut made = Vec::new();
    for _ in 0..4 {
        made.push(world.secretary.post("/commendations", nomination(&world.host, &member)).await.is(201).text("id"));
    }
    world.secretary.post(&format!("/commendations/{}/withdraw", made[3]), json!({"reason": "重复"})).await.is(200);
    app.advance(86_400);
    for id in &made[..2] {
        world.committee_officer.post(&format!("/commendations/{id}/confirm"), json!({"citation": "好"})).await.is(200);
    }
    app.advance(86_400);
    world.committee_officer.post(&format!("/commendations/{}/publish", made[0]), json!({})).await.is(200);
    for (unit, from, to, expected) in [
        (&world.committee, "2026-11-01", "2026-11-30", [3, 2, 1]),
        (&world.host, "2026-11-23", "2026-11-23", [3, 0, 0]),
        (&world.host, "2026-11-24", "2026-11-24", [0, 2, 0]),
        (&world.other_host, "2026-11-01", "2026-11-30", [0, 0, 0]),
    ] {
        assert_eq!(figures(&app, unit, from, to).await, expected, "{from} {to}");
        for (reached, count) in ["nominated", "confirmed", "published"].into_iter().zip(expected) {
            let path = format!("/commendations?unit_id={unit}&from={from}&to={to}&reached={reached}");
            assert_eq!(i64::try_from(ids(&world.committee_officer, &path).await.len()), Ok(count), "{path}");
        }
    }
});

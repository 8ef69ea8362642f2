//! Who holds which post, what is held beside it, and which units a leader looks after.

use guiyan::{
    clock::{Day, Period},
    ids::UnitId,
    posts,
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

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

async fn leaders(app: &TestApp, unit: &str, on: &str) -> Vec<String> {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let found = posts::leaders(&mut reader.conn(), unit, day(on)).await.expect("leaders");
    found.into_iter().map(|id| id.to_string()).collect()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> (i64, i64, i64) {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: day(from), to: day(to) };
    let found = posts::figures(&mut reader.conn(), unit, period).await.expect("figures");
    (found.posts, found.dual, found.contact_points)
}

on_both!(a_post_is_recorded_shown_where_it_matters_and_ended, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = &phone.member_id;
    let new = json!({
        "unit_id": world.host, "member_id": member, "kind": "secretary", "dual_title": "厂长", "from": "2026-03-01"
    });
    let post = world.secretary.post("/posts", new.clone()).await.is(201).json;
    assert_eq!(
        (&post["unit"]["id"], &post["member"]["id"], &post["kind"], &post["dual"], &post["dual_title"]),
        (&json!(world.host), &json!(member), &json!("secretary"), &json!(true), &json!("厂长"))
    );
    assert_eq!((&post["state"], &post["until"], &post["actions"]), (&json!("open"), &json!(null), &json!(["end"])));
    // A unit has one secretary at a time, however it is asked.
    let second = text(&world.registered(2).await, "member_id");
    let rival = json!({"unit_id": world.host, "member_id": second, "kind": "secretary", "from": "2026-04-01"});
    world.secretary.post("/posts", rival.clone()).await.problem(409, "wrong_state");
    world.secretary.post("/posts", new.clone()).await.problem(409, "wrong_state");
    // One that has ended is a record of the past and in nobody's way.
    let mut past = rival.clone();
    past["from"] = json!("2023-01-01");
    past["until"] = json!("2026-02-28");
    world.secretary.post("/posts", past).await.is(201);

    let id = text(&post, "id");
    // The committee reads it, and may end it; a supervisor reads; the other branch sees nothing.
    assert_eq!(world.committee_officer.get(&format!("/posts/{id}")).await.ok()["actions"], json!(["end"]));
    assert_eq!(world.supervisor.get(&format!("/posts/{id}")).await.ok()["actions"], json!([]));
    world.other_secretary.get(&format!("/posts/{id}")).await.problem(404, "not_found");
    world.other_secretary.post(&format!("/posts/{id}/end"), json!({})).await.problem(404, "not_found");
    world.supervisor.post(&format!("/posts/{id}/end"), json!({})).await.problem(403, "not_allowed");
    world.admin.get("/posts").await.problem(403, "not_allowed");
    // With the member, also to the home end, which sees the member but not the unit.
    assert_eq!(items(&world.department_officer, "/posts").await, Vec::<Value>::new());
    let seen = items(&world.department_officer, &format!("/posts?member_id={member}")).await;
    assert_eq!((seen.len(), &seen[0]["dual_title"], &seen[0]["actions"]), (1, &json!("厂长"), &json!([])));
    world.other_department_officer.get(&format!("/posts?member_id={member}")).await.problem(404, "not_found");

    assert_eq!(leaders(&app, &world.host, "2026-11-23").await, std::slice::from_ref(member));
    assert_eq!(leaders(&app, &world.host, "2026-02-28").await, std::slice::from_ref(&second));
    assert_eq!(leaders(&app, &world.general_branch, "2026-11-23").await, Vec::<String>::new());

    for bad in ["2026-02-28", "2026-11-24"] {
        let answer = world.secretary.post(&format!("/posts/{id}/end"), json!({"until": bad})).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/until"], "{bad}");
    }
    let ended = world.secretary.post(&format!("/posts/{id}/end"), json!({"until": "2026-10-31"})).await.ok();
    assert_eq!(
        (&ended["state"], &ended["until"], &ended["actions"]),
        (&json!("ended"), &json!("2026-10-31"), &json!([]))
    );
    world.secretary.post(&format!("/posts/{id}/end"), json!({})).await.problem(409, "wrong_state");
    assert_eq!(leaders(&app, &world.host, "2026-10-31").await, std::slice::from_ref(member));
    assert_eq!(leaders(&app, &world.host, "2026-11-01").await, Vec::<String>::new());
    world.secretary.post("/posts", rival).await.is(201);
    // The body may be left out: then it is today.
    let left = items(&world.secretary, "/posts?state=open&kind=secretary").await;
    let path = format!("/posts/{}/end", text(&left[0], "id"));
    let request = world.secretary.request(reqwest::Method::POST, &path);
    assert_eq!(world.secretary.send(request).await.ok()["until"], "2026-11-23");
});

on_both!(every_bad_field_of_a_post_is_named_and_a_stranger_is_unknown, |app| {
    let world = World::build(&app).await;
    let member = text(&world.registered(1).await, "member_id");
    let stranger = text(&world.registered_elsewhere(2).await, "member_id");
    for (body, bad) in [
        (json!({}), vec!["/from", "/kind", "/member_id", "/unit_id"]),
        (
            json!({"unit_id": world.host, "member_id": member, "kind": "king", "from": "2026-13-01"}),
            vec!["/from", "/kind"],
        ),
        (
            json!({"unit_id": world.host, "member_id": stranger, "kind": "organiser", "from": "2026-11-24", "until": "2026-11-01"}),
            vec!["/from", "/member_id", "/until"],
        ),
        (
            json!({"unit_id": world.host, "member_id": world.host, "kind": "organiser", "from": "2026-11-01", "dual_title": " "}),
            vec!["/dual_title"],
        ),
    ] {
        let answer = world.secretary.post("/posts", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    let elsewhere =
        json!({"unit_id": world.other_host, "member_id": member, "kind": "organiser", "from": "2026-11-01"});
    world.secretary.post("/posts", elsewhere.clone()).await.problem(404, "not_found");
    // The general branch's committee may draw its members from any of its branches.
    world.committee_officer.post("/posts", elsewhere).await.is(201);
    assert_eq!(items(&world.secretary, "/posts").await.len(), 0);
    assert_eq!(items(&world.other_secretary, "/posts").await.len(), 1);
});

on_both!(a_leader_looks_after_a_unit_below_as_long_as_the_post_is_held, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let (leader, other) = (phone.member_id.clone(), text(&world.registered(2).await, "member_id"));
    let post = json!({"unit_id": world.general_branch, "member_id": leader, "kind": "secretary", "from": "2026-01-01"});
    let post = text(&world.committee_officer.post("/posts", post).await.is(201).json, "id");
    let officer = &world.committee_officer;
    for (member, unit, from, bad) in [
        (&other, &world.host, "2026-02-01", "/member_id"),
        // A unit does not look after itself, nor after what is above it.
        (&leader, &world.general_branch, "2026-02-01", "/member_id"),
        (&leader, &world.committee, "2026-02-01", "/member_id"),
        (&leader, &world.host, "2027-02-01", "/from"),
    ] {
        let body = json!({"member_id": member, "unit_id": unit, "from": from});
        let answer = officer.post("/contact-points", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), [bad], "{body}");
    }
    let body = json!({"member_id": leader, "unit_id": world.host, "from": "2026-02-01"});
    world.secretary.post("/contact-points", body.clone()).await.problem(403, "not_allowed");
    let point = officer.post("/contact-points", body.clone()).await.is(201).json;
    assert_eq!(
        (&point["unit"]["id"], &point["leader"]["id"], &point["leader_unit"]["id"], &point["actions"]),
        (&json!(world.host), &json!(leader), &json!(world.general_branch), &json!(["end"]))
    );
    officer.post("/contact-points", body).await.problem(409, "wrong_state");
    let other_unit = json!({"member_id": leader, "unit_id": world.other_host, "from": "2026-02-01"});
    let second = text(&officer.post("/contact-points", other_unit).await.is(201).json, "id");

    // The branch reads who looks after it, and no other's; the member's page tells it too.
    let seen = items(&world.secretary, "/contact-points").await;
    assert_eq!((seen.len(), &seen[0]["actions"]), (1, &json!([])));
    world.secretary.get(&format!("/contact-points/{second}")).await.problem(404, "not_found");
    assert_eq!(items(&world.department_officer, &format!("/contact-points?member_id={leader}")).await.len(), 2);
    assert_eq!(figures(&app, &world.committee, "2026-01-01", "2026-11-23").await, (1, 0, 2));

    let ended = officer.post(&format!("/contact-points/{second}/end"), json!({"until": "2026-06-30"})).await.ok();
    assert_eq!((&ended["state"], &ended["actions"]), (&json!("ended"), &json!([])));
    officer.post(&format!("/contact-points/{second}/end"), json!({})).await.problem(409, "wrong_state");
    // The post ends, and with it what hangs on it.
    officer.post(&format!("/posts/{post}/end"), json!({"until": "2026-10-31"})).await.ok();
    let now = officer.get(&format!("/contact-points/{}", text(&point, "id"))).await.ok();
    assert_eq!((&now["state"], &now["until"]), (&json!("ended"), &json!("2026-10-31")));
    assert_eq!(figures(&app, &world.committee, "2026-01-01", "2026-11-23").await, (0, 0, 0));
    assert_eq!(figures(&app, &world.committee, "2026-01-01", "2026-10-31").await, (1, 0, 1));
});

on_both!(the_figures_are_the_lists, |app| {
    let world = World::build(&app).await;
    let mut members = Vec::new();
    for n in 1..=4 {
        members.push(text(&world.registered(n).await, "member_id"));
    }
    for (n, kind, title, from, until) in [
        (0, "secretary", Some("厂长"), "2024-01-01", None),
        (1, "organiser", None, "2024-01-01", Some("2026-06-30")),
        (2, "publicity", Some("车间主任"), "2024-01-01", Some("2026-05-31")),
        (3, "discipline", Some("副厂长"), "2026-06-01", None),
    ] {
        let body = json!({
            "unit_id": world.host, "member_id": members[n], "kind": kind, "dual_title": title, "from": from, "until": until
        });
        world.secretary.post("/posts", body).await.is(201);
    }
    for to in ["2023-12-31", "2024-01-01", "2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01", "2027-01-01"] {
        let query = format!("unit_id={}&from={to}&to={to}", world.committee);
        let posts = items(&world.committee_officer, &format!("/posts?{query}")).await.len() as i64;
        let dual = items(&world.committee_officer, &format!("/posts?{query}&dual=true")).await.len() as i64;
        assert_eq!(figures(&app, &world.committee, "2023-01-01", to).await, (posts, dual, 0), "{to}");
    }
    assert_eq!(items(&world.committee_officer, "/posts?from=2026-06-15&to=2026-07-15").await.len(), 3);
    let here = format!("/posts?unit_id={}&here=true", world.general_branch);
    assert_eq!(items(&world.committee_officer, &here).await.len(), 0);
    // Page by page it is the same list.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.secretary.get(&format!("/posts?limit=1{cursor}")).await.ok();
        seen.extend(page["items"].as_array().expect("items").iter().map(|post| text(post, "id")));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let whole: Vec<String> = items(&world.secretary, "/posts").await.iter().map(|post| text(post, "id")).collect();
    assert_eq!((seen.len(), seen), (4, whole));
});

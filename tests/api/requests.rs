//! What members ask for: filed once of each kind, carried out by the step itself, answered, taken back, overtaken.

use guiyan::access::Role;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn asked(phone: &Phone, app: &TestApp, body: Value) -> String {
    phone.user(app).post("/me/requests", body).await.is(201).text("id")
}

async fn stay_of(phone: &Phone, app: &TestApp) -> Value {
    phone.user(app).get("/me").await.ok()["registration"].clone()
}

async fn kinds(user: &User<'_>) -> Vec<Value> {
    let page = user.get("/me/notices").await.ok();
    page["items"].as_array().expect("items").iter().map(|item| item["kind"].clone()).collect()
}

on_both!(a_request_says_what_is_asked_and_every_bad_field_is_named, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    for (body, bad) in [
        (json!({}), vec!["/kind"]),
        (json!({"kind": "away"}), vec!["/kind"]),
        (json!({"kind": "moved"}), vec!["/place"]),
        (json!({"kind": "going_home", "place": "家"}), vec!["/place"]),
        (json!({"kind": "transfer", "host_unit_id": world.other_host, "place": "家"}), vec!["/host_unit_id", "/place"]),
        (json!({"kind": "moved", "host_unit_id": world.host}), vec!["/host_unit_id"]),
        (json!({"kind": "moved", "host_unit_id": world.department}), vec!["/host_unit_id"]),
        (json!({"kind": "moved", "host_unit_id": phone.device_id}), vec!["/host_unit_id"]),
        (json!({"kind": "going_home", "wished_on": "2026-02-01"}), vec!["/wished_on"]),
        (json!({"kind": "moved", "wished_on": "2028-01-01"}), vec!["/place", "/wished_on"]),
        (json!({"kind": "going_home", "note": "\u{7}"}), vec!["/note"]),
    ] {
        assert_eq!(user.post("/me/requests", body.clone()).await.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    assert_eq!(user.get("/me/requests").await.ok()["items"], json!([]));
    assert!(!kinds(&world.secretary).await.contains(&json!("request_filed")), "nobody is told of what was not filed");
    world.secretary.post("/me/requests", json!({"kind": "transfer"})).await.problem(403, "not_allowed");

    let filed = user
        .post(
            "/me/requests",
            json!({"kind": "moved", "place": "松江区示范镇", "note": "公司搬了", "wished_on": "2026-12-01"}),
        )
        .await
        .is(201)
        .json;
    assert_eq!(
        (&filed["status"], &filed["due_on"], &filed["actions"]),
        (&json!("open"), &json!("2026-12-01"), &json!(["take_back"]))
    );
    let shown = world.secretary.get("/requests?status=open").await.ok()["items"][0].clone();
    assert_eq!(shown["actions"], json!(["carry_out", "refuse"]));
    assert_eq!(
        (&shown["place"], &shown["note"], &shown["member"]["id"]),
        (&json!("松江区示范镇"), &json!("公司搬了"), &json!(phone.member_id))
    );
    for reader in [&world.department_officer, &world.home_secretary, &world.committee_officer] {
        assert_eq!(reader.get("/requests").await.ok()["items"][0]["actions"], json!(["carry_out", "refuse"]));
    }
    for reader in [&world.liaison_officer, &world.supervisor] {
        assert_eq!(reader.get("/requests").await.ok()["items"][0]["actions"], json!([]));
    }
    for stranger in [&world.other_department_officer, &world.other_secretary] {
        assert_eq!(stranger.get("/requests").await.ok()["items"], json!([]));
        let path = format!("/requests/{}/refuse", text(&filed, "id"));
        stranger.post(&path, json!({"reason": "x"})).await.problem(404, "not_found");
    }
    // One of each kind; a repeat by the same key is the same request.
    user.post("/me/requests", json!({"kind": "moved", "place": "x"})).await.problem(409, "request_exists");
    app.advance(1);
    user.post("/me/requests", json!({"kind": "transfer"})).await.is(201);
    // By default an answer is due in a week.
    let all = user.get("/me/requests?limit=1").await.ok();
    assert_eq!((&all["items"][0]["kind"], &all["items"][0]["due_on"]), (&json!("transfer"), &json!("2026-11-30")));
    assert!(all["next_cursor"].is_string());
});

on_both!(only_a_stay_in_force_can_be_asked_about, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let stay = text(&stay_of(&phone, &app).await, "id");
    let to = json!({"host_unit_id": world.other_host});
    world.department_officer.post(&format!("/registrations/{stay}/move"), to).await.is(200);
    phone.user(&app).post("/me/requests", json!({"kind": "going_home"})).await.problem(409, "wrong_state");
    phone.user(&app).post(&format!("/registrations/{stay}/withdraw"), json!({})).await.is(200);
    phone.user(&app).post("/me/requests", json!({"kind": "going_home"})).await.problem(409, "wrong_state");
});

on_both!(carrying_out_takes_the_very_step, |app| {
    let world = World::build(&app).await;
    let (home, away, moving) = (world.member(1).await, world.member(2).await, world.member(3).await);

    let id = asked(&home, &app, json!({"kind": "going_home", "note": "x"})).await;
    let future = json!({"ended_on": "2026-12-24"});
    // What the step refuses leaves the request open and tells nobody.
    world.secretary.post(&format!("/requests/{id}/carry_out"), future).await.problem(422, "invalid");
    assert!(!kinds(&home.user(&app)).await.contains(&json!("request_done")));
    assert_eq!(home.user(&app).get("/me/requests").await.ok()["items"][0]["status"], "open");
    let done = world.secretary.post(&format!("/requests/{id}/carry_out"), json!({"ended_on": "2026-11-20"})).await.ok();
    assert_eq!((&done["status"], &done["actions"]), (&json!("done"), &json!([])));
    let stay = stay_of(&home, &app).await;
    assert_eq!((&stay["status"], &stay["card"]["status"]), (&json!("returned"), &json!("surrendered")));
    assert_eq!(stay["ended_at"], "2026-11-19T16:00:00.000Z");
    // The member hears of it once; the other end hears of the step.
    let told = kinds(&home.user(&app)).await;
    assert_eq!((told.contains(&json!("request_done")), told.contains(&json!("registration_returned"))), (true, false));
    assert!(kinds(&world.department_officer).await.contains(&json!("registration_returned")));
    world.secretary.post(&format!("/requests/{id}/carry_out"), json!({})).await.problem(409, "wrong_state");

    let id = asked(&away, &app, json!({"kind": "transfer"})).await;
    world.department_officer.post(&format!("/requests/{id}/carry_out"), json!({})).await.is(200);
    assert_eq!(stay_of(&away, &app).await["status"], "transferred");

    // In words only: the officer names the branch. The stay is then asked of it, and the card stays.
    let id = asked(&moving, &app, json!({"kind": "moved", "place": "青浦"})).await;
    let path = format!("/requests/{id}/carry_out");
    assert_eq!(world.secretary.post(&path, json!({})).await.problem(422, "invalid").bad_fields(), ["/host_unit_id"]);
    let done = world.secretary.post(&path, json!({"host_unit_id": world.other_host})).await.ok();
    assert_eq!((&done["status"], &done["host"]["id"]), (&json!("done"), &json!(world.other_host)));
    let stay = stay_of(&moving, &app).await;
    assert_eq!((&stay["status"], &stay["card"]["status"]), (&json!("pending_host"), &json!("active")));
    world.other_secretary.post(&format!("/registrations/{}/accept", text(&stay, "id")), json!({})).await.is(200);
    let id = asked(&moving, &app, json!({"kind": "moved", "host_unit_id": world.host})).await;
    world.other_secretary.post(&format!("/requests/{id}/carry_out"), json!({})).await.is(200);
    assert_eq!(stay_of(&moving, &app).await["host"]["id"], world.host.as_str());
});

on_both!(a_step_from_any_screen_closes_what_it_settles, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    asked(&phone, &app, json!({"kind": "going_home"})).await;
    asked(&phone, &app, json!({"kind": "transfer"})).await;
    asked(&phone, &app, json!({"kind": "moved", "place": "青浦"})).await;
    let states = async || {
        let items = phone.user(&app).get("/me/requests").await.ok()["items"].clone();
        let mut states: Vec<String> = items
            .as_array()
            .expect("items")
            .iter()
            .map(|item| format!("{} {}", text(item, "kind"), text(item, "status")))
            .collect();
        states.sort();
        states
    };
    let stay = text(&stay_of(&phone, &app).await, "id");
    let at = |verb: &str| format!("/registrations/{stay}/{verb}");
    world.department_officer.post(&at("move"), json!({"host_unit_id": world.other_host})).await.is(200);
    assert_eq!(states().await, ["going_home open", "moved done", "transfer open"]);
    world.other_secretary.post(&at("accept"), json!({})).await.is(200);
    world.department_officer.post(&at("return"), json!({})).await.is(200);
    assert_eq!(states().await, ["going_home done", "moved done", "transfer lapsed"]);
    assert_eq!(world.department_officer.get("/requests?status=open").await.ok()["items"], json!([]));
});

on_both!(an_answer_is_read_by_the_member_and_a_wish_can_be_taken_back, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let id = asked(&phone, &app, json!({"kind": "transfer"})).await;
    let refuse = format!("/requests/{id}/refuse");
    assert_eq!(
        world.department_officer.post(&refuse, json!({})).await.problem(422, "invalid").bad_fields(),
        ["/reason"]
    );
    app.advance(1);
    let refused = world.department_officer.post(&refuse, json!({"reason": "档案还没有到"})).await.ok();
    assert_eq!(refused["status"], "refused");
    let own = phone.user(&app).get("/me/requests").await.ok()["items"][0].clone();
    assert_eq!(
        (&own["status"], &own["answer"], &own["actions"]),
        (&json!("refused"), &json!("档案还没有到"), &json!([]))
    );
    assert_eq!(kinds(&phone.user(&app)).await[0], "request_refused");
    assert_eq!(kinds(&world.secretary).await[0], "request_refused", "the other end knows that it is answered");
    assert!(!kinds(&world.department_officer).await.contains(&json!("request_refused")));
    world.secretary.post(&refuse, json!({"reason": "x"})).await.problem(409, "wrong_state");

    app.advance(1);
    let id = asked(&phone, &app, json!({"kind": "transfer"})).await;
    let back = format!("/me/requests/{id}/take_back");
    other.user(&app).post(&back, json!({})).await.problem(404, "not_found");
    app.advance(1);
    assert_eq!(phone.user(&app).post(&back, json!({})).await.ok()["status"], "taken_back");
    for end in [&world.department_officer, &world.secretary] {
        assert_eq!(kinds(end).await[..2], [json!("request_taken_back"), json!("request_filed")]);
    }
    phone.user(&app).post(&back, json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&format!("/requests/{id}/carry_out"), json!({})).await.problem(409, "wrong_state");
    asked(&phone, &app, json!({"kind": "transfer"})).await;
});

on_both!(two_officers_at_once_give_one_answer, |app| {
    let world = World::build(&app).await;
    let colleague = app.officer(Role::BranchSecretary, Some(&world.host)).await;
    for n in 1..=6 {
        let phone = world.member(n).await;
        let id = asked(&phone, &app, json!({"kind": "going_home"})).await;
        let (out, no) = (format!("/requests/{id}/carry_out"), format!("/requests/{id}/refuse"));
        let answers = tokio::join!(
            world.secretary.post(&out, json!({})),
            colleague.post(&out, json!({})),
            world.department_officer.post(&no, json!({"reason": "再等等"})),
        );
        let mut statuses = [answers.0.status, answers.1.status, answers.2.status].map(|status| status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!(statuses[1..].iter().all(|status| [409, 412].contains(status)), "{statuses:?}");
        let request = phone.user(&app).get("/me/requests").await.ok()["items"][0].clone();
        let stay = stay_of(&phone, &app).await;
        let expected = if answers.2.status == 200 { ("refused", "active") } else { ("done", "returned") };
        assert_eq!((text(&request, "status").as_str(), text(&stay, "status").as_str()), expected);
        let told = kinds(&phone.user(&app)).await;
        let answers = told.iter().filter(|kind| *kind == "request_done" || *kind == "request_refused").count();
        assert_eq!(answers, 1, "{told:?}");
    }
});

on_both!(members_find_the_hosts_by_name_and_nothing_else, |app| {
    let world = World::build(&app).await;
    let user = world.member(1).await;
    let user = user.user(&app);
    let all = user.get("/me/hosts").await.ok();
    let found: Vec<&Value> = all["items"].as_array().expect("items").iter().map(|unit| &unit["kind"]).collect();
    assert!(!found.contains(&&json!("department")) && !found.contains(&&json!("liaison_office")), "{found:?}");
    assert_eq!(found.len(), 6, "{all}");
    assert!(!all.to_string().contains("55550100"), "names only");
    let one = user.get("/me/hosts?q=%E9%9D%92%E6%B5%A6").await.ok();
    assert_eq!(one["items"], json!([{"id": world.other_host, "kind": "branch", "name": "青浦区第一支部"}]));
    let page = user.get("/me/hosts?limit=4").await.ok();
    let next = text(&page, "next_cursor");
    assert_eq!(
        user.get(&format!("/me/hosts?limit=4&cursor={next}")).await.ok()["items"].as_array().map(Vec::len),
        Some(2)
    );
    world.secretary.get("/me/hosts").await.problem(403, "not_allowed");
});

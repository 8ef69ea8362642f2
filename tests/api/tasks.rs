//! The officers' queue: what is in whose reach, by when, and gone once it is done.

use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, User, World},
};

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// The kinds in somebody's queue, in its order.
async fn queue(user: &User<'_>) -> Vec<String> {
    let page = user.get("/me/tasks").await.ok();
    page["items"].as_array().expect("items").iter().map(|task| task["kind"].as_str().expect("a kind").into()).collect()
}

async fn tasks(user: &User<'_>) -> Vec<Value> {
    user.get("/me/tasks?limit=200").await.ok()["items"].as_array().expect("items").clone()
}

on_both!(each_role_has_the_tasks_that_it_can_do, |app| {
    let world = World::build(&app).await;
    world.filed(1).await;
    let mut filing = world.filing(&Person::nth(2));
    filing["filed_by"] = json!("home");
    world.department_officer.post("/registrations", filing).await.is(201);
    let phone = world.member(3).await;
    phone.user(&app).post("/me/requests", json!({"kind": "transfer"})).await.is(201);
    let event = id_of(&world.event().await);
    let absent = json!({"member_id": phone.member_id, "outcome": "absent", "reason": "没来"});
    let entry = world.secretary.post(&format!("/events/{event}/attendance"), absent).await.is(201).text("entry_id");
    phone.user(&app).post(&format!("/check-ins/{entry}/dispute"), json!({"reason": "在场"})).await.is(204);
    let leaves = id_of(&world.event().await);
    phone.user(&app).post(&format!("/events/{leaves}/leave"), json!({"reason": "家事"})).await.is(201);

    let (confirm, accept) = ("confirm_registration", "accept_member");
    let (request, dispute, leave) = ("answer_request", "answer_dispute", "leave_today");
    let at_host = [leave, accept, request, dispute];
    assert_eq!(queue(&world.secretary).await, at_host);
    assert_eq!(queue(&world.committee_officer).await, at_host);
    assert_eq!(queue(&world.department_officer).await, [confirm, request]);
    // The home branch answers requests; confirming is its department's.
    assert_eq!(queue(&world.home_secretary).await, [request]);
    for none in [&world.other_department_officer, &world.other_secretary] {
        assert_eq!(none.get("/me/tasks").await.ok(), json!({"items": [], "next_cursor": null, "counts": []}));
    }
    for kept_out in [&world.admin, &world.liaison_officer, &world.supervisor, &phone.user(&app)] {
        kept_out.get("/me/tasks").await.problem(403, "not_allowed");
    }

    // Each says whom, by when, and leads there; none tells more than its list: no reasons, no contacts.
    let page = world.secretary.get("/me/tasks").await.ok();
    assert_eq!(page["counts"][0], json!({"kind": accept, "count": 1, "overdue": 0}));
    let task = |kind: &str| {
        page["items"].as_array().expect("items").iter().find(|task| task["kind"] == kind).expect("it").clone()
    };
    assert_eq!((&task(dispute)["entry_id"], &task(dispute)["event"]["id"]), (&json!(entry), &json!(event)));
    assert_eq!((&task(dispute)["due_on"], &task(dispute)["overdue"]), (&json!("2026-11-30"), &json!(false)));
    assert_eq!((&task(leave)["information"], &task(leave)["event"]["id"]), (&json!(true), &json!(leaves)));
    assert_eq!(
        (&task(request)["request"]["kind"], &task(request)["member"]["id"]),
        (&json!("transfer"), &json!(phone.member_id))
    );
    assert_eq!((&task(accept)["unit"]["id"], &task(accept)["due_on"]), (&json!(world.home), &json!("2026-11-30")));
    for private in ["家事", "在场", "1990000"] {
        assert!(!page.to_string().contains(private), "{private} in {page}");
    }
    let one = world.secretary.get("/me/tasks?kind=answer_dispute").await.ok();
    assert_eq!(one["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["counts"], page["counts"], "counts are of all");
    assert_eq!(world.secretary.get("/me/tasks?kind=rest").await.problem(422, "invalid").bad_fields(), ["?kind"]);

    // What is done is gone, from whatever screen.
    world.secretary.post(&format!("/check-ins/{entry}/answer"), json!({"reason": "核实过"})).await.is(200);
    let stay = task(accept)["registration_id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{stay}/accept"), json!({})).await.is(200);
    let id = task(request)["request"]["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/requests/{id}/refuse"), json!({"reason": "再等等"})).await.is(200);
    assert_eq!(queue(&world.secretary).await, [leave]);
    app.advance(86_400);
    assert_eq!(queue(&world.secretary).await, [""; 0], "leave of yesterday is no news");
});

on_both!(what_is_late_is_said_to_be_late, |app| {
    let world = World::build(&app).await;
    world.filed(1).await;
    let due = async || {
        let task = tasks(&world.department_officer).await[0].clone();
        (task["due_on"].as_str().expect("a day").to_owned(), task["overdue"] == true)
    };
    assert_eq!(due().await, ("2026-11-30".into(), false));
    app.advance(7 * 86_400);
    assert_eq!(due().await, ("2026-11-30".into(), false), "the day itself is in time");
    app.advance(86_400);
    assert_eq!(due().await, ("2026-11-30".into(), true));
    assert_eq!(
        world.department_officer.get("/me/tasks").await.ok()["counts"],
        json!([{"kind": "confirm_registration", "count": 1, "overdue": 1}])
    );
});

on_both!(cards_and_silent_members_are_in_the_queue_of_both_ends, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    app.advance(100 * 86_400);
    let find = async |user: &User<'_>, kind: &str| tasks(user).await.into_iter().find(|task| task["kind"] == kind);
    for end in [&world.secretary, &world.department_officer, &world.home_secretary] {
        let call = find(end, "please_call").await.expect("a silent member");
        // Registered on 23 November: silent for three months, and a week to call.
        assert_eq!((&call["due_on"], &call["overdue"]), (&json!("2027-03-02"), &json!(true)));
        assert_eq!(call["member"]["id"], phone.member_id.as_str());
    }
    assert_eq!(find(&world.other_secretary, "please_call").await, None);
    // Whoever was called without success is called again in a month.
    let stay = phone.user(&app).get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    let call = json!({"method": "phone", "outcome": "no_answer"});
    world.secretary.post(&format!("/registrations/{stay}/contacts"), call).await.is(201);
    let again = find(&world.department_officer, "please_call").await.expect("still silent");
    assert_eq!((&again["due_on"], &again["overdue"]), (&json!("2027-04-02"), &json!(false)));
    // Whoever comes is silent no more.
    let event = id_of(&world.event().await);
    let item = json!({"id": uuid::Uuid::new_v4(), "event_id": event, "occurred_at": app.now(), "method": "manual",
                      "member_id": phone.member_id, "note": "没带手机"});
    world.secretary.post("/check-ins", json!({"items": [item]})).await.is(200);
    assert_eq!(find(&world.secretary, "please_call").await, None);

    assert_eq!(find(&world.secretary, "review_card").await, None, "more than a month ahead");
    app.advance(240 * 86_400);
    for end in [&world.secretary, &world.department_officer] {
        let review = find(end, "review_card").await.expect("a card to review");
        assert_eq!((&review["due_on"], &review["card_number"]), (&json!("2027-11-23"), &json!(phone.card)));
    }
    world.secretary.post(&format!("/cards/{}/review", phone.card), json!({})).await.is(200);
    assert_eq!(find(&world.secretary, "review_card").await, None);
});

on_both!(scans_that_disagree_wait_in_the_queue, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let record = json!({"member_id": phone.member_id, "outcome": "absent", "reason": "没来"});
    let path = format!("/events/{event}/attendance");
    let entry = world.secretary.post(&path, record).await.is(201).text("entry_id");
    let leave = json!({"outcome": "on_leave", "reason": "请过假"});
    world.secretary.post(&format!("/check-ins/{entry}/correct"), leave).await.is(200);
    let scan = uuid::Uuid::new_v4();
    let item = json!({"id": scan, "event_id": event, "occurred_at": app.now(), "method": "manual",
                      "member_id": phone.member_id, "note": "来了"});
    world.secretary.post("/check-ins", json!({"items": [item]})).await.is(200);
    for desk in [&world.secretary, &world.committee_officer] {
        let task = tasks(desk).await[0].clone();
        assert_eq!((&task["kind"], &task["due_on"]), (&json!("settle_conflict"), &json!("2026-11-26")));
        assert_eq!(task["event"]["id"], event.as_str());
    }
    assert_eq!(queue(&world.department_officer).await, [""; 0], "events are not the department's");
    world.secretary.post(&format!("/check-ins/{scan}/settle"), json!({"keep": "scan"})).await.is(200);
    assert_eq!(queue(&world.secretary).await, [""; 0]);
});

on_both!(pages_hold_all_kinds_in_one_order_without_gap_or_repeat, |app| {
    let world = World::build(&app).await;
    // Everything of one day falls due at the same moments, and the cards' days stand at their beginning.
    for n in 1..=5 {
        let phone = world.member(n).await;
        if n % 2 == 0 {
            app.advance(3600);
        }
        phone.user(&app).post("/me/requests", json!({"kind": "transfer", "wished_on": "2027-11-01"})).await.is(201);
        phone.user(&app).post("/me/requests", json!({"kind": "going_home", "wished_on": "2027-11-23"})).await.is(201);
    }
    app.advance(350 * 86_400);
    for n in 6..=9 {
        let mut filing = world.filing(&Person::nth(n));
        filing["filed_by"] = json!("home");
        filing["started_on"] = json!("2027-10-01");
        world.department_officer.post("/registrations", filing).await.is(201);
    }
    let all = tasks(&world.secretary).await;
    assert_eq!(all.len(), 10 + 5 + 5 + 4, "requests, reviews, calls, acceptances");
    let days: Vec<&str> = all.iter().map(|task| task["due_on"].as_str().expect("a day")).collect();
    assert!(days.is_sorted(), "{days:?}");
    for limit in [1, 2, 3, 7] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.secretary.get(&format!("/me/tasks?limit={limit}{cursor}")).await.ok();
            paged.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, all, "by {limit}");
    }
    assert_eq!(world.secretary.get("/me/tasks?cursor=AAAA").await.problem(422, "invalid").bad_fields(), ["?cursor"]);
});

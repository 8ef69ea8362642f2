//! Requests and reports to the superior: written, sent with files, read in roles, answered, counted.

use guiyan::{access::Role, clock::Period, ids::UnitId, submissions};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

fn request(unit: &str) -> Value {
    json!({"unit_id": unit, "kind": "request", "title": "关于换届的请示", "body": "拟于年底换届。\n请批示。"})
}

fn report(unit: &str) -> Value {
    json!({"unit_id": unit, "kind": "report", "title": "学习情况报告", "body": "集中学习四次。"})
}

async fn sent(user: &User<'_>, body: Value) -> Value {
    let id = user.post("/submissions", body).await.is(201).text("id");
    user.post(&format!("/submissions/{id}/send"), json!({})).await.ok()
}

async fn file(user: &User<'_>, name: &str) -> String {
    let form = Form::new().part("file", Part::bytes(b"%PDF-1.7\n".to_vec())).text("name", name.to_owned());
    user.send(user.request(Method::POST, "/attachments").multipart(form)).await.is(201).text("id")
}

async fn ids(user: &User<'_>, path: &str) -> Vec<String> {
    let page = user.get(path).await.ok();
    page["items"].as_array().expect("items").iter().map(id).collect()
}

fn id(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

on_both!(every_bad_field_is_named_and_a_root_has_no_superior, |app| {
    let world = World::build(&app).await;
    let file_of_another = file(&world.other_secretary, "x.pdf").await;
    for (body, bad) in [
        (json!({}), vec!["/body", "/kind", "/title", "/unit_id"]),
        (json!({"unit_id": world.host, "kind": "wish", "title": "", "body": " \n "}), vec!["/body", "/kind", "/title"]),
        (json!({"unit_id": world.host, "kind": "report", "title": "x", "body": "x".repeat(20_001)}), vec!["/body"]),
    ] {
        assert_eq!(world.secretary.post("/submissions", body).await.problem(422, "invalid").bad_fields(), bad);
    }
    let mut late = request(&world.host);
    late["due_on"] = json!("2026-11-22");
    assert_eq!(world.secretary.post("/submissions", late).await.problem(422, "invalid").bad_fields(), ["/due_on"]);
    let mut files = request(&world.host);
    files["attachments"] = json!([file(&world.secretary, "a.pdf").await, file_of_another, world.host]);
    assert_eq!(
        world.secretary.post("/submissions", files).await.problem(422, "invalid").bad_fields(),
        ["/attachments/1", "/attachments/2"]
    );
    world.committee_officer.post("/submissions", request(&world.committee)).await.problem(409, "wrong_state");
    world.secretary.post("/submissions", request(&world.other_host)).await.problem(404, "not_found");
    world.supervisor.post("/submissions", request(&world.host)).await.problem(403, "not_allowed");
    assert_eq!(ids(&world.secretary, "/submissions").await, Vec::<String>::new());
});

on_both!(a_request_goes_up_is_read_in_roles_and_answered_once, |app| {
    let world = World::build(&app).await;
    let general = app.officer(Role::BranchSecretary, Some(&world.general_branch)).await;
    let (one, two) = (file(&world.secretary, "换届方案.pdf").await, file(&world.secretary, "名单.pdf").await);
    let mut new = request(&world.host);
    new["attachments"] = json!([one]);
    let draft = world.secretary.post("/submissions", new).await.is(201).json;
    let path = format!("/submissions/{}", id(&draft));
    assert_eq!(
        (&draft["state"], &draft["to_unit"]["id"], &draft["due_on"], &draft["actions"]),
        (&json!("draft"), &json!(world.general_branch), &json!(null), &json!(["edit", "send", "discard"]))
    );
    // A draft is not on its superior's list.
    assert_eq!(ids(&general, "/submissions").await, Vec::<String>::new());
    assert_eq!(ids(&world.secretary, "/submissions?box=sent").await, [id(&draft)]);

    let change = json!({"body": "拟于十二月换届。", "attachments": [one, two]});
    let patch = world.secretary.request(Method::PATCH, &path).header("if-match", "\"1\"");
    let changed = world.secretary.send(patch.json(&change)).await.is(200).json;
    assert_eq!((&changed["body"], &changed["version"]), (&json!("拟于十二月换届。"), &json!(2)));
    let patch = world.secretary.request(Method::PATCH, &path).header("if-match", "\"1\"");
    world.secretary.send(patch.json(&json!({"title": "x"}))).await.problem(412, "changed");
    world.secretary.patch(&path, json!({"attachments": [two]})).await.is(200);
    assert_eq!(
        world.secretary.patch(&path, json!({"attachments": [two, one]})).await.problem(422, "invalid").bad_fields(),
        ["/attachments/1"],
        "what was taken away is gone"
    );

    let sent = world.secretary.post(&format!("{path}/send"), json!({})).await.ok();
    assert_eq!((&sent["state"], &sent["due_on"], &sent["actions"]), (&json!("sent"), &json!("2026-12-08"), &json!([])));
    world.secretary.patch(&path, json!({"title": "x"})).await.problem(409, "wrong_state");
    world.secretary.delete(&path).await.problem(409, "wrong_state");

    // The superior finds it among the tasks; reading is noted by role, once.
    let task = general.get("/me/tasks").await.ok()["items"][0].clone();
    assert_eq!(
        (&task["kind"], &task["subject"]["id"], &task["subject"]["title"], &task["due_on"], &task["unit"]["id"]),
        (&json!("answer_submission"), &sent["id"], &json!("关于换届的请示"), &json!("2026-12-08"), &json!(world.host))
    );
    assert_eq!(ids(&general, "/submissions?box=received").await, [id(&sent)]);
    assert_eq!(ids(&general, "/submissions?box=sent").await, Vec::<String>::new());
    for _ in 0..2 {
        general.get(&path).await.is(200);
    }
    app.advance(60);
    world.supervisor.get(&path).await.is(200);
    let read = world.secretary.get(&path).await.ok();
    let roles: Vec<_> =
        read["reads"].as_array().expect("reads").iter().map(|r| (r["role"].clone(), r["unit"]["id"].clone())).collect();
    assert_eq!(
        roles,
        [(json!("branch_secretary"), json!(world.general_branch)), (json!("supervisor"), json!(world.committee))]
    );
    assert!(!read.to_string().contains("officer-"), "no names");
    let saved = general.get(&format!("{path}/attachments/{two}")).await.is(200);
    assert_eq!(saved.bytes, b"%PDF-1.7\n");
    general.get(&format!("{path}/attachments/{one}")).await.problem(404, "not_found");
    world.other_secretary.get(&format!("{path}/attachments/{two}")).await.problem(404, "not_found");

    // Not by the sender's side, not by those beside it, not without a decision.
    let answer = json!({"granted": "partly", "answer": "同意，请先报候选人。"});
    world.secretary.post(&format!("{path}/answer"), answer.clone()).await.problem(403, "not_allowed");
    world.other_secretary.post(&format!("{path}/answer"), answer.clone()).await.problem(404, "not_found");
    world.supervisor.post(&format!("{path}/answer"), answer.clone()).await.problem(403, "not_allowed");
    let bad = general.post(&format!("{path}/answer"), json!({"granted": "maybe"})).await.problem(422, "invalid");
    assert_eq!(bad.bad_fields(), ["/answer", "/granted"]);
    general.post(&format!("{path}/acknowledge"), json!({})).await.problem(409, "wrong_state");
    let answered = general.post(&format!("{path}/answer"), answer.clone()).await.ok();
    assert_eq!(
        (&answered["state"], &answered["granted"], &answered["answer"]),
        (&json!("answered"), &json!("partly"), &json!("同意，请先报候选人。"))
    );
    world.committee_officer.post(&format!("{path}/answer"), answer).await.problem(409, "wrong_state");
    assert_eq!(general.get("/me/tasks").await.ok()["items"], json!([]));
    let told = world.secretary.get("/me/notices").await.ok()["items"][0].clone();
    assert_eq!(
        (&told["kind"], &told["subject"]["title"], &told["member"]),
        (&json!("submission_answered"), &json!("关于换届的请示"), &json!(null))
    );
    assert_eq!(general.get("/me/notices").await.ok()["items"], json!([]), "only the sender is told");
});

on_both!(a_report_is_acknowledged_and_nobody_answers_what_they_sent, |app| {
    let world = World::build(&app).await;
    let sent = sent(&world.secretary, report(&world.host)).await;
    let path = format!("/submissions/{}", id(&sent));
    world
        .committee_officer
        .post(&format!("{path}/answer"), json!({"granted": "yes", "answer": "好"}))
        .await
        .problem(409, "wrong_state");
    let colleague = app.officer(Role::CommitteeOfficer, Some(&world.committee)).await;
    let acknowledge = format!("{path}/acknowledge");
    let answers =
        tokio::join!(world.committee_officer.post(&acknowledge, json!({})), colleague.post(&acknowledge, json!({})),);
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(world.secretary.get("/me/notices").await.ok()["items"][0]["kind"], "submission_acknowledged");

    // Sent for a branch from above: then a colleague acknowledges it.
    let id_of_other = id(&self::sent(&world.committee_officer, report(&world.other_host)).await);
    let path = format!("/submissions/{id_of_other}");
    assert_eq!(world.committee_officer.get(&path).await.ok()["actions"], json!([]));
    world.committee_officer.post(&format!("{path}/acknowledge"), json!({})).await.problem(403, "not_allowed");
    assert_eq!(colleague.get(&path).await.ok()["actions"], json!(["acknowledge"]));
    colleague.post(&format!("{path}/acknowledge"), json!({})).await.is(200);
});

on_both!(what_waits_beyond_its_day_is_overdue_and_a_draft_can_go, |app| {
    let world = World::build(&app).await;
    let mut soon = request(&world.host);
    soon["due_on"] = json!("2026-11-24");
    let soon = sent(&world.secretary, soon).await;
    app.advance(1);
    let long = sent(&world.secretary, request(&world.host)).await;
    app.advance(1);
    let told = sent(&world.secretary, report(&world.host)).await;
    app.advance(86_400);
    assert_eq!(ids(&world.committee_officer, "/submissions?overdue=true").await, Vec::<String>::new());
    app.advance(86_400);
    assert_eq!(ids(&world.committee_officer, "/submissions?overdue=true").await, [id(&soon)]);
    app.advance(30 * 86_400);
    assert_eq!(ids(&world.committee_officer, "/submissions?overdue=true").await, [id(&long), id(&soon)]);
    let items = world.committee_officer.get("/submissions").await.ok()["items"].clone();
    let overdue: Vec<_> =
        items.as_array().expect("items").iter().map(|item| (id(item), item["overdue"].clone())).collect();
    assert_eq!(overdue, [(id(&told), json!(false)), (id(&long), json!(true)), (id(&soon), json!(true))]);

    let mut new = request(&world.host);
    new["attachments"] = json!([file(&world.secretary, "a.pdf").await]);
    let draft = world.secretary.post("/submissions", new).await.is(201).text("id");
    world.secretary.delete(&format!("/submissions/{draft}")).await.is(204);
    world.secretary.get(&format!("/submissions/{draft}")).await.problem(404, "not_found");
    // A day that has passed while it lay there is told when it is sent.
    let mut new = request(&world.host);
    new["due_on"] = json!(app.now().day());
    let draft = world.secretary.post("/submissions", new).await.is(201).text("id");
    app.advance(86_400);
    let late = world.secretary.post(&format!("/submissions/{draft}/send"), json!({})).await.problem(422, "invalid");
    assert_eq!(late.bad_fields(), ["/due_on"]);
    world.secretary.patch(&format!("/submissions/{draft}"), json!({"due_on": null})).await.is(200);
    world.secretary.post(&format!("/submissions/{draft}/send"), json!({})).await.is(200);
});

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> [i64; 4] {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let f = submissions::figures(&mut reader.conn(), unit, period).await.expect("figures");
    [f.requests_sent, f.requests_answered, f.reports_sent, f.reports_acknowledged]
}

on_both!(figures_are_the_lists_that_they_link_to, |app| {
    let world = World::build(&app).await;
    let first = sent(&world.secretary, request(&world.host)).await;
    sent(&world.other_secretary, request(&world.other_host)).await;
    let told = sent(&world.secretary, report(&world.host)).await;
    world.secretary.post("/submissions", request(&world.host)).await.is(201);
    app.advance(2 * 86_400);
    let answer = json!({"granted": "yes", "answer": "同意"});
    world.committee_officer.post(&format!("/submissions/{}/answer", id(&first)), answer).await.is(200);
    world.committee_officer.post(&format!("/submissions/{}/acknowledge", id(&told)), json!({})).await.is(200);
    for (unit, from, to, expected) in [
        (&world.committee, "2026-11-23", "2026-11-23", [2, 0, 1, 0]),
        (&world.committee, "2026-11-01", "2026-11-30", [2, 1, 1, 1]),
        (&world.host, "2026-11-24", "2026-11-25", [0, 1, 0, 1]),
        (&world.other_host, "2026-11-01", "2026-11-30", [1, 0, 0, 0]),
    ] {
        assert_eq!(figures(&app, unit, from, to).await, expected, "{from} {to}");
        let steps = [("request", "sent"), ("request", "answered"), ("report", "sent"), ("report", "acknowledged")];
        for ((kind, reached), count) in steps.into_iter().zip(expected) {
            let path = format!("/submissions?unit_id={unit}&from={from}&to={to}&kind={kind}&reached={reached}");
            assert_eq!(i64::try_from(ids(&world.committee_officer, &path).await.len()), Ok(count), "{path}");
        }
    }
});

//! The steps of a stay, as the two ends take them: answering, moving, losing touch, finding again.

use guiyan::{
    access::Role,
    ids::MemberId,
    registrations::{self, Status},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{on_both, registrations::filed_by_home, support::*};

const DAY: i64 = 24 * 3600;

fn path(registration: &Value, verb: &str) -> String {
    format!("/registrations/{}/{verb}", registration["id"].as_str().expect("an id"))
}

fn one(registration: &Value) -> String {
    format!("/registrations/{}", registration["id"].as_str().expect("an id"))
}

on_both!(the_host_files_and_the_home_department_confirms, |app| {
    let world = World::build(&app).await;
    let filed = world.secretary.post("/registrations", world.filing(&Person::nth(1))).await.is(201).json;
    assert_eq!((&filed["status"], &filed["filed_by"]), (&json!("pending_home"), &json!("host")));
    assert_eq!(filed["home_department"]["id"], json!(world.department));
    assert_eq!((&filed["rule_version"], &filed["active_since"]), (&json!("2024"), &Value::Null));
    assert_eq!(filed["actions"], json!(["withdraw"]));
    assert_eq!(filed["id_number"], Value::Null, "the branch typed it in and need not read it again");

    let asked = world.department_officer.get(&one(&filed)).await.ok();
    assert_eq!(asked["id_number"], json!(Person::nth(1).id_number));
    assert_eq!(asked["actions"], json!(["confirm", "decline"]));
    let confirmed = world.department_officer.post(&path(&filed, "confirm"), json!({})).await.is(200);
    assert_eq!(confirmed.headers["etag"], "\"2\"");
    let confirmed = confirmed.json;
    assert_eq!((&confirmed["status"], &confirmed["id_number"]), (&json!("active"), &Value::Null));
    assert_eq!(confirmed["active_since"], json!(START));
    assert_eq!(confirmed["actions"], json!(["move", "return", "transfer", "out_of_contact", "issue_card"]));
    let at_host = world.secretary.get(&one(&filed)).await.ok();
    assert_eq!(at_host["actions"], json!(["move", "return", "transfer", "issue_card"]));
    assert_eq!(world.supervisor.get(&one(&filed)).await.ok()["actions"], json!([]));

    let history = world.department_officer.get(&path(&filed, "history")).await.ok()["items"].clone();
    let steps: Vec<_> =
        history.as_array().expect("items").iter().map(|h| (h["action"].clone(), h["to_status"].clone())).collect();
    assert_eq!(steps, [(json!("file"), json!("pending_home")), (json!("confirm"), json!("active"))]);
    assert_eq!((&history[0]["from_status"], &history[0]["host"]["id"]), (&Value::Null, &json!(world.host)));
    assert!(history[1]["by"].as_str().expect("a name").starts_with("officer-"));
});

on_both!(the_home_end_files_and_the_host_accepts, |app| {
    let world = World::build(&app).await;
    let filed = world.home_secretary.post("/registrations", filed_by_home(&world, 1)).await.is(201).json;
    assert_eq!(filed["status"], "pending_host");
    assert_eq!(world.secretary.get(&one(&filed)).await.ok()["actions"], json!(["accept", "decline"]));
    // A step that needs no words needs no body.
    let request = world.secretary.request(Method::POST, &path(&filed, "accept"));
    assert_eq!(world.secretary.send(request).await.ok()["status"], "active");
});

on_both!(nobody_answers_for_the_other_end, |app| {
    let world = World::build(&app).await;
    let filed = world.filed(1).await;
    let confirm = path(&filed, "confirm");
    world.secretary.post(&confirm, json!({})).await.problem(403, "not_allowed");
    world.home_secretary.post(&confirm, json!({})).await.problem(403, "not_allowed");
    world.other_department_officer.post(&confirm, json!({})).await.problem(404, "not_found");
    world.department_officer.post(&path(&filed, "accept"), json!({})).await.problem(403, "not_allowed");
    world.other_secretary.get(&one(&filed)).await.problem(404, "not_found");
    world.secretary.post(&path(&filed, "accept"), json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&path(&filed, "decline"), json!({"reason": "不是"})).await.problem(409, "wrong_state");
    world.department_officer.post(&path(&filed, "withdraw"), json!({})).await.problem(409, "wrong_state");
    world.department_officer.post(&confirm, json!({})).await.is(200);
    world.department_officer.post(&confirm, json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&path(&filed, "withdraw"), json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&path(&filed, "restore"), json!({})).await.problem(409, "wrong_state");
});

on_both!(the_asked_end_declines_with_a_reason, |app| {
    let world = World::build(&app).await;
    let filed = world.filed(1).await;
    let decline = path(&filed, "decline");
    for bad in [json!({}), json!({"reason": ""}), json!({"reason": null}), json!({"reason": ["x"]})] {
        let answer = world.department_officer.post(&decline, bad).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), ["/reason"]);
    }
    let declined = world.department_officer.post(&decline, json!({"reason": "查无此人"})).await.ok();
    assert_eq!((&declined["status"], &declined["end_reason"]), (&json!("declined"), &json!("查无此人")));
    assert_eq!((&declined["ended_at"], &declined["actions"]), (&json!(START), &json!([])));

    // The person may be registered anew, and is the same member.
    let again = world.filed(1).await;
    assert_eq!(again["member_id"], filed["member_id"]);
    assert_ne!(again["id"], filed["id"]);
    world.secretary.post(&path(&again, "withdraw"), json!({"reason": "填错了"})).await.ok();

    let at_host = world.home_secretary.post("/registrations", filed_by_home(&world, 1)).await.ok();
    assert_eq!(
        world.secretary.post(&path(&at_host, "decline"), json!({"reason": "不在本支部"})).await.ok()["status"],
        "declined"
    );
});

on_both!(a_move_asks_the_new_host_and_keeps_the_history, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let to = |unit: &str| json!({"host_unit_id": unit, "reason": "换了工作"});
    let move_path = path(&active, "move");
    for wrong in [&world.host, &world.home, &world.department, &world.liaison_office] {
        let answer = world.secretary.post(&move_path, to(wrong)).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), ["/host_unit_id"]);
    }
    world.secretary.post(&move_path, json!({})).await.problem(422, "invalid");
    app.advance(10 * DAY);
    let moved = world.secretary.post(&move_path, to(&world.other_host)).await.ok();
    assert_eq!((&moved["status"], &moved["id"]), (&json!("pending_host"), &active["id"]));
    assert_eq!(moved["active_since"], active["active_since"]);
    world.secretary.get(&one(&active)).await.problem(404, "not_found");
    assert_eq!(world.department_officer.get(&one(&active)).await.ok()["host"]["id"], json!(world.other_host));
    let accepted = world.other_secretary.post(&path(&active, "accept"), json!({})).await.ok();
    assert_eq!((&accepted["status"], &accepted["active_since"]), (&json!("active"), &active["active_since"]));
    let history = world.other_secretary.get(&path(&active, "history")).await.ok()["items"].clone();
    let hosts: Vec<_> = history.as_array().expect("items").iter().map(|h| h["host"]["id"].clone()).collect();
    assert_eq!(hosts, [&world.host, &world.host, &world.other_host, &world.other_host].map(|id| json!(id)));
    assert_eq!(history[2]["reason"], "换了工作");
});

on_both!(out_of_contact_takes_time_and_attempts, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let lost = path(&active, "out_of_contact");
    let contacts = path(&active, "contacts");
    let because = json!({"reason": "多次联系不上"});
    let attempt = |outcome: &str| json!({"method": "phone", "outcome": outcome, "note": "无人接听"});
    let missing = async |word: &str| {
        let answer = world.department_officer.post(&lost, because.clone()).await.problem(409, "wrong_state");
        assert!(answer.text("detail").contains(word), "{}", answer.json);
    };
    world.secretary.post(&lost, because.clone()).await.problem(404, "not_found");
    missing("6 months").await;
    world.secretary.post(&contacts, attempt("no_answer")).await.is(201);
    app.advance(190 * DAY);
    missing("1 of 2").await;
    world.liaison_officer.post(&contacts, attempt("reached")).await.is(201);
    missing("1 of 2").await;
    app.advance(60);
    world.home_secretary.post(&contacts, attempt("wrong_number")).await.is(201);

    // A presence in between: silence and attempts count from there.
    let member: MemberId = active["member_id"].as_str().expect("an id").parse().expect("an id");
    app.advance(60);
    let seen_at = app.now();
    let note = async |at| {
        let noted = app
            .state
            .db
            .write(move |c| Box::pin(async move { registrations::note_activities(c, &[(member, at)]).await }));
        noted.await.expect("noted");
    };
    note(seen_at).await;
    note(seen_at.plus_seconds(-DAY)).await;
    assert_eq!(world.secretary.get(&one(&active)).await.ok()["last_activity_at"], json!(seen_at));
    missing("6 months").await;
    app.advance(190 * DAY);
    missing("0 of 2").await;
    world.secretary.post(&contacts, attempt("no_answer")).await.is(201);
    app.advance(60);
    world.secretary.post(&contacts, attempt("refused")).await.is(201);
    world.department_officer.post(&lost, json!({})).await.problem(422, "invalid");
    let lost = world.department_officer.post(&lost, because.clone()).await.ok();
    assert_eq!((&lost["status"], &lost["actions"]), (&json!("out_of_contact"), &json!(["restore"])));
    let found = world.secretary.post(&path(&active, "restore"), json!({"reason": "回来了"})).await.ok();
    assert_eq!((&found["status"], &found["ended_at"]), (&json!("active"), &Value::Null));

    let log = world.supervisor.get(&contacts).await.ok()["items"].clone();
    let outcomes: Vec<_> =
        log.as_array().expect("items").iter().map(|k| k["outcome"].as_str().expect("a word")).collect();
    assert_eq!(outcomes, ["refused", "no_answer", "wrong_number", "reached", "no_answer"]);
    world.supervisor.post(&contacts, attempt("reached")).await.problem(403, "not_allowed");
});

on_both!(a_contact_is_logged_by_those_who_may_and_not_ahead_of_time, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let contacts = path(&active, "contacts");
    let ahead = json!({"method": "pigeon", "outcome": "reached", "at": "next week", "note": "\u{0007}"});
    assert_eq!(
        world.secretary.post(&contacts, ahead).await.problem(422, "invalid").bad_fields(),
        ["/at", "/method", "/note"]
    );
    let ahead = json!({"method": "visit", "outcome": "reached", "at": app.now().plus_seconds(60)});
    assert_eq!(world.secretary.post(&contacts, ahead).await.problem(422, "invalid").bad_fields(), ["/at"]);
    world
        .other_secretary
        .post(&contacts, json!({"method": "visit", "outcome": "reached"}))
        .await
        .problem(404, "not_found");
    let at = app.now().plus_seconds(-DAY);
    let kept =
        world.secretary.post(&contacts, json!({"method": "visit", "outcome": "reached", "at": at})).await.is(201).json;
    assert_eq!((&kept["at"], &kept["note"]), (&json!(at), &Value::Null));
});

on_both!(three_silent_months_are_told_to_the_two_ends_only, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let asks = async |user: &User<'_>| user.get(&one(&active)).await.ok()["please_call"].clone();
    app.advance(85 * DAY);
    assert_eq!(asks(&world.secretary).await, json!(false));
    app.advance(10 * DAY);
    for end in [&world.secretary, &world.committee_officer, &world.home_secretary, &world.department_officer] {
        assert_eq!(asks(end).await, json!(true));
    }
    for reader in [&world.supervisor, &world.liaison_officer] {
        assert_eq!(asks(reader).await, json!(false));
    }
    let silent = async |since: &str| {
        world.secretary.get(&format!("/registrations?silent_since={since}")).await.ok()["items"]
            .as_array()
            .expect("items")
            .len()
    };
    assert_eq!((silent("2026-11-24").await, silent("2026-11-23").await), (1, 0));
    assert_eq!(silent("2026-11-23T01:30:00.001Z").await, 1);
});

on_both!(two_officers_do_not_overrule_each_other_unseen, |app| {
    let world = World::build(&app).await;
    let filed = world.filed(1).await;
    let act = async |user: &User<'_>, verb: &str, tag: &str, body: Value| {
        user.send(user.request(Method::POST, &path(&filed, verb)).header("if-match", tag).json(&body)).await
    };
    act(&world.department_officer, "confirm", "\"7\"", json!({})).await.problem(412, "changed");
    let tag = world.department_officer.get(&one(&filed)).await.headers["etag"].to_str().expect("a tag").to_owned();
    act(&world.department_officer, "confirm", &tag, json!({})).await.is(200);
    act(&world.department_officer, "decline", &tag, json!({"reason": "x"})).await.problem(412, "changed");
    let to = json!({"host_unit_id": world.other_host});
    act(&world.secretary, "move", &tag, to.clone()).await.problem(412, "changed");
    act(&world.secretary, "move", "\"2\"", to).await.is(200);
});

on_both!(of_many_answers_at_once_one_counts, |app| {
    let world = World::build(&app).await;
    let filed = world.filed(1).await;
    let (mut answers, mut good) = (Vec::new(), 0);
    for _ in 0..7 {
        for (user, verb, body) in [
            (&world.department_officer, "confirm", json!({})),
            (&world.home_secretary, "decline", json!({"reason": "不是"})),
            (&world.secretary, "withdraw", json!({})),
        ] {
            let path = path(&filed, verb);
            answers.push(async move { user.post(&path, body).await });
        }
    }
    for answer in futures::future::join_all(answers).await {
        good += usize::from(answer.status == 200);
        assert!(answer.status == 200 || answer.status == 409, "{}", answer.json);
    }
    assert_eq!(good, 1);
    let history = world.department_officer.get(&path(&filed, "history")).await.ok();
    assert_eq!(history["items"].as_array().expect("items").len(), 2);
});

on_both!(what_the_rules_suggest_is_suggested, |app| {
    let world = World::build(&app).await;
    let first = world.registered(1).await;
    assert_eq!(first["suggestions"], json!(["consider_transfer"]), "here since March, with an employer");
    let mut lone = world.filing(&Person::nth(2));
    lone["person"]["employer"] = Value::Null;
    let lone = world.secretary.post("/registrations", lone).await.ok();
    assert_eq!(lone["suggestions"], json!([]));
    let lone = world.department_officer.post(&path(&lone, "confirm"), json!({})).await.ok();
    assert_eq!(lone["suggestions"], json!([]));
    world.registered(3).await;
    let third = world.registered(4).await;
    assert_eq!(third["suggestions"], json!(["consider_transfer", "consider_branch"]));
});

on_both!(the_end_that_asked_withdraws, |app| {
    let world = World::build(&app).await;
    let filed = world.home_secretary.post("/registrations", filed_by_home(&world, 1)).await.ok();
    world.secretary.post(&path(&filed, "withdraw"), json!({})).await.problem(409, "wrong_state");
    let withdrawn = world.department_officer.post(&path(&filed, "withdraw"), json!({})).await.ok();
    assert_eq!(withdrawn["status"], json!(Status::Withdrawn));
    world.secretary.post(&path(&filed, "accept"), json!({})).await.problem(409, "wrong_state");
});
on_both!(a_stay_that_ends_while_it_moves_takes_its_card_along, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let card = world.card(&active).await;
    let card_path = format!("/cards/{}", card["number"].as_str().expect("a number"));
    world.secretary.post(&path(&active, "move"), json!({"host_unit_id": world.other_host})).await.ok();
    assert_eq!(world.department_officer.get(&card_path).await.ok()["status"], "active");
    world.other_secretary.post(&path(&active, "decline"), json!({"reason": "没有来过"})).await.ok();
    assert_eq!(world.department_officer.get(&card_path).await.ok()["status"], "surrendered");
});

on_both!(whoever_holds_two_roles_over_a_member_meets_the_member_once_in_a_list, |app| {
    let world = World::build(&app).await;
    let mut filed = Vec::new();
    for n in 1..=7 {
        filed.push(world.registered(n).await["id"].as_str().expect("an id").to_owned());
    }
    // Of one instant: by their ids, the newest first.
    filed.sort_unstable_by(|one, other| other.cmp(one));
    let (committee, host) = (Some(world.committee.as_str()), Some(world.host.as_str()));
    let both = app.officer_with(&[(Role::CommitteeOfficer, committee), (Role::BranchSecretary, host)]).await;
    for query in ["limit=2", "limit=2&status=active", &format!("limit=2&host={}", world.general_branch)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = both.get(&format!("/registrations?{query}{cursor}")).await.ok();
            seen.extend(page["items"].as_array().expect("a list").iter().map(|stay| stay["id"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, filed, "{query}");
    }
});

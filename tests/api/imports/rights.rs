//! Who imports what: all or nothing, within reach, told to nobody else.

use serde_json::json;

use super::*;
use crate::on_both;

on_both!(a_roster_is_checked_and_then_registered_as_a_whole, |app| {
    let world = World::build(&app).await;
    let roster = workbook(&list(HOME, 1..=20));
    let answer = checked(&world.secretary, roster.clone(), &[]).await;
    assert_eq!(answer["counts"], counts(20, 20, 0, 0, 0));
    assert_eq!(
        (&answer["dry_run"], &answer["unsure"], &answer["header_row"]),
        (&json!(true), &json!(false), &json!(1))
    );
    assert_eq!(answer["columns"][5], json!({"column": "F", "header": "流出地党组织", "field": "home", "doubt": false}));
    assert_eq!(registered(&world).await, 0, "a dry run writes nothing");

    let answer = imported(
        &world.secretary,
        roster.clone(),
        &[("consent_version", "2025-3"), ("consent_given_on", "2026-10-01")],
    )
    .await;
    assert_eq!(answer["counts"], counts(20, 0, 20, 0, 0));
    assert_eq!(registered(&world).await, 20);
    let id = answer["rows"][4]["registration_id"].as_str().expect("an id").to_owned();
    let registration = world.secretary.get(&format!("/registrations/{id}")).await.ok();
    assert_eq!(registration["status"], "pending_home");
    assert_eq!((&registration["home"]["id"], &registration["host"]["id"]), (&json!(world.home), &json!(world.host)));
    assert_eq!((&registration["flow_reason"], &registration["started_on"]), (&json!("other"), &json!("2026-11-23")));
    let member =
        world.secretary.get(&format!("/members/{}", registration["member_id"].as_str().expect("an id"))).await.ok();
    let person = Person::nth(5);
    assert_eq!(
        (&member["name"], &member["phone"], &member["birth_date"]),
        (&json!(person.name), &json!(person.phone), &json!(person.birth_date))
    );
    assert_eq!(member["consent"], json!({"version": "2025-3", "given_on": "2026-10-01"}));
    let history = world.secretary.get(&format!("/registrations/{id}/history")).await.ok();
    assert!(history["items"][0]["by"].as_str().expect("a name").starts_with("officer-"), "{history}");

    // The same list again: everybody is registered, and nobody is told where.
    let again = imported(&world.other_secretary, roster, &[]).await;
    assert_eq!(again["counts"], counts(20, 0, 0, 20, 0));
    assert_eq!(again["rows"][0]["errors"][0]["code"], "open_registration_exists");
    assert!(!again.to_string().contains(&world.host) && !again.to_string().contains("金山"), "{again}");
    assert_eq!(registered(&world).await, 20);
});

on_both!(all_or_nothing_unless_asked_otherwise, |app| {
    let world = World::build(&app).await;
    let mut rows = list(HOME, 1..=5);
    rows[3][3] = "12345".into();
    let roster = workbook(&rows);
    let answer = imported(&world.secretary, roster.clone(), &[]).await;
    assert_eq!(answer["counts"], counts(5, 4, 0, 1, 0));
    assert_eq!(verdicts(&answer), ["2 ready", "3 ready", "4 refused D4 invalid", "5 ready", "6 ready"]);
    assert_eq!(registered(&world).await, 0);
    let answer = send(&world.secretary, "/imports?partial=true", roster, &[]).await.is(200).json;
    assert_eq!(answer["counts"], counts(5, 0, 4, 1, 0));
    assert_eq!(registered(&world).await, 4);
});

on_both!(two_imports_of_one_list_at_once_register_everybody_once, |app| {
    let world = World::build(&app).await;
    let roster = workbook(&list(HOME, 1..=30));
    let answers = futures::future::join_all((0..4).map(|n| {
        let user = if n % 2 == 0 { &world.secretary } else { &world.other_secretary };
        imported(user, roster.clone(), &[])
    }))
    .await;
    let whole = answers.iter().filter(|answer| answer["counts"]["registered"] == 30).count();
    let none = answers.iter().filter(|answer| answer["counts"]["registered"] == 0).count();
    assert_eq!((whole, none), (1, 3), "{:?}", answers.iter().map(|a| a["counts"].clone()).collect::<Vec<_>>());
    assert_eq!(registered(&world).await, 30);
});

on_both!(each_end_files_for_its_own_units_only, |app| {
    let world = World::build(&app).await;
    // A unit beyond reach as the one that files: as if it were not there.
    let roster = workbook(&list(HOME, 1..=1));
    send(&world.secretary, "/imports", roster.clone(), &[("host_unit_id", &world.other_host)])
        .await
        .problem(404, "not_found");
    send(
        &world.department_officer,
        "/imports",
        roster.clone(),
        &[("home_unit_id", &world.other_home), ("host_unit_id", &world.host)],
    )
    .await
    .problem(404, "not_found");
    send(&world.supervisor, "/imports", roster.clone(), &[]).await.problem(403, "not_allowed");
    app.stranger().send(app.stranger().request(Method::POST, "/imports")).await.problem(401, "not_signed_in");
    // In the sheet it is that row's fault.
    let answer =
        checked(&world.secretary, roster.clone(), &[("filed_by", "home"), ("host_unit_id", &world.other_host)]).await;
    assert_eq!(verdicts(&answer), ["2 refused F2 out_of_reach"]);
    let mut rows = list(HOME, 1..=3);
    for (row, host) in rows.iter_mut().zip(["流入地党组织", "金山区第一支部", "青浦区第一支部", ""])
    {
        row.push(host.to_owned());
    }
    let answer = checked(&world.secretary, workbook(&rows), &[]).await;
    assert_eq!(verdicts(&answer), ["2 ready", "3 refused G3 out_of_reach", "4 ready"]);
    // A committee has no branch of its own to stand in for an empty cell.
    let answer = checked(&world.committee_officer, workbook(&rows), &[]).await;
    assert_eq!(verdicts(&answer), ["2 ready", "3 ready", "4 refused G4 required"]);
    // A department files at home and asks the host.
    let answer = imported(&world.department_officer, roster.clone(), &[("host_unit_id", &world.host)]).await;
    assert_eq!(answer["counts"], counts(1, 0, 1, 0, 0));
    let id = answer["rows"][0]["registration_id"].as_str().expect("an id").to_owned();
    assert_eq!(world.secretary.get(&format!("/registrations/{id}")).await.ok()["status"], "pending_host");
    // Another department may not file for homes that are not its own.
    let answer =
        checked(&world.other_department_officer, workbook(&list(HOME, 2..=2)), &[("host_unit_id", &world.host)]).await;
    assert_eq!(verdicts(&answer), ["2 refused F2 out_of_reach"]);
});

on_both!(bad_options_are_named_at_once, |app| {
    let world = World::build(&app).await;
    let roster = workbook(&list(HOME, 1..=1));
    let options = [
        ("filed_by", "both"),
        ("home_unit_id", "x"),
        ("flow_reason", "fun"),
        ("started_on", "2026-13-01"),
        ("mapping", "{\"A\": 1}"),
        ("header_row", "0"),
        ("consent_given_on", "soon"),
        ("membership", "half"),
        ("consent_version", "x\ny"),
    ];
    assert_eq!(
        send(&world.secretary, "/imports", roster.clone(), &options).await.problem(422, "invalid").bad_fields(),
        [
            "/consent_given_on",
            "/consent_version",
            "/filed_by",
            "/flow_reason",
            "/header_row",
            "/home_unit_id",
            "/mapping",
            "/membership",
            "/started_on"
        ]
    );
    let ends = [("home_unit_id", world.committee.as_str()), ("host_unit_id", world.host.as_str())];
    assert_eq!(
        send(&world.secretary, "/imports", roster.clone(), &ends).await.problem(422, "invalid").bad_fields(),
        ["/home_unit_id"]
    );
    assert_eq!(
        send(&world.secretary, "/imports?dry_run=perhaps", roster, &[]).await.problem(422, "invalid").bad_fields(),
        ["?dry_run"]
    );
    let user = &world.secretary;
    let form = Form::new().text("filed_by", "host");
    assert_eq!(
        user.send(user.request(Method::POST, "/imports").multipart(form)).await.problem(422, "invalid").bad_fields(),
        ["/file"]
    );
    user.post("/imports", json!({})).await.problem(415, "unsupported_media");
    // Consent lies in the past, as it does for one registration.
    let roster = workbook(&list(HOME, 1..=1));
    let answer = checked(user, roster, &[("consent_given_on", "2027-01-01"), ("started_on", "2028-01-01")]).await;
    assert_eq!(verdicts(&answer), ["2 refused - invalid - invalid"]);
});

on_both!(whoever_is_recognised_reads_that_somebody_looked, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    checked(&world.other_secretary, workbook(&list(HOME, 1..=2)), &[]).await;
    let log = phone.user(&app).get("/me/access-log").await.ok();
    assert_eq!(
        (&log["items"][0]["action"], &log["items"][0]["unit"]["id"]),
        (&json!("import.check"), &json!(world.other_host))
    );
    // A person on record under another name is a slip in the sheet, or another person.
    let registration = world.registered(3).await;
    let id = registration["id"].as_str().expect("an id");
    world.secretary.post(&format!("/registrations/{id}/return"), json!({})).await.is(200);
    let mut rows = list(HOME, 3..=3);
    rows[1][0] = "别名".into();
    assert_eq!(verdicts(&checked(&world.secretary, workbook(&rows), &[]).await), ["2 refused C2 person_differs"]);
    let verdict =
        guiyan::access::audit::verify(&mut app.state.db.read().await.expect("a reader").conn()).await.expect("a walk");
    assert!(matches!(verdict, guiyan::access::audit::Verdict::Whole(_)));
});

on_both!(progress_comes_in_lines_and_the_last_has_the_answer, |app| {
    let world = World::build(&app).await;
    let user = &world.secretary;
    let sent = async |file: Vec<u8>| {
        let form = Form::new().part("file", Part::bytes(file));
        let request = user.request(Method::POST, "/imports").header("accept", "application/x-ndjson").multipart(form);
        let answer = user.send(request).await.is(200);
        assert_eq!(answer.headers["content-type"], "application/x-ndjson");
        let text = String::from_utf8(answer.bytes).expect("text");
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")).collect::<Vec<_>>()
    };
    let lines = sent(workbook(&list(HOME, 1..=40))).await;
    let last = lines.last().expect("a line");
    assert_eq!(
        (&last["done"], &last["total"], &last["answer"]["counts"]["registered"]),
        (&json!(80), &json!(80), &json!(40))
    );
    assert!(lines[..lines.len() - 1].iter().all(|line| line["answer"].is_null() && line["total"].is_number()));
    let lines = sent(b"%PDF-1.7\0".to_vec()).await;
    let problem = &lines.last().expect("a line")["problem"];
    assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(422), &json!("/file")));
});

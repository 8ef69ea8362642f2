//! Oneself, a unit's overview, the status check between the two ends, and the member's own log of who looked.

use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, World},
};

fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

/// The number beside a word in `[{key, count}]`.
fn count(list: &Value, key: &str) -> i64 {
    let found = list.as_array().expect("a list").iter().find(|item| item["key"] == key);
    found.map_or(0, |item| item["count"].as_i64().expect("a number"))
}

on_both!(me_is_the_account_or_the_member, |app| {
    let world = World::build(&app).await;
    let me = world.secretary.get("/me").await.ok();
    assert_eq!(me["account"]["assignments"][0]["role"], "branch_secretary");
    assert_eq!(me["account"]["assignments"][0]["unit"]["id"], json!(world.host));
    assert_eq!((&me["member"], &me["card"], &me["registration"]), (&Value::Null, &Value::Null, &Value::Null));

    let phone = world.member(1).await;
    let me = phone.user(&app).get("/me").await.ok();
    assert_eq!(me["account"], Value::Null);
    assert_eq!(me["member"]["id"], json!(phone.member_id));
    assert_eq!(me["member"]["name"], json!(Person::nth(1).name));
    assert!(!me["member"].to_string().contains(&Person::nth(1).id_number), "the ID number stays masked");
    assert_eq!(me["card"]["number"], json!(phone.card));
    assert_eq!(me["registration"]["status"], "active");
    assert_eq!(me["device_id"], json!(phone.device_id));
    app.stranger().get("/me").await.problem(401, "not_signed_in");
});

on_both!(a_member_whose_stay_has_ended_still_sees_the_last_one, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let registration = id(&phone.user(&app).get("/me").await.ok()["registration"]);
    world
        .department_officer
        .post(&format!("/registrations/{registration}/return"), json!({"reason": "回乡"}))
        .await
        .ok();
    let me = phone.user(&app).get("/me").await.ok();
    assert_eq!((&me["registration"]["id"], &me["registration"]["status"]), (&json!(registration), &json!("returned")));
    assert_eq!((&me["card"]["status"], &me["card"]["actions"]), (&json!("surrendered"), &json!([])));
});

on_both!(a_status_check_names_status_activity_and_contact, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = world.event().await;
    let check_in = json!({"items": [{
        "id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "event_id": event["id"], "occurred_at": app.now(),
        "method": "manual", "member_id": phone.member_id, "note": "忘带手机"
    }]});
    let verdict = world.secretary.post("/check-ins", check_in).await.ok();
    assert_eq!(verdict["items"][0]["verdict"], "accepted");

    let asked = json!({"card_number": phone.card, "purpose": "年度核对"});
    let answer = world.department_officer.post("/status-checks", asked).await.ok();
    assert_eq!(answer["registration"]["status"], "active");
    assert_eq!(answer["member"]["id"], json!(phone.member_id));
    assert_eq!(answer["card"]["number"], json!(phone.card));
    assert_eq!(answer["last_activity"]["event_title"], event["title"]);
    assert_eq!(answer["last_activity"]["unit"]["id"], json!(world.host));
    assert_eq!(answer["host_contact"]["unit"]["id"], json!(world.host));
    assert_eq!(answer["host_contact"]["phone"], "021-55550100");
    assert_eq!(answer["recent"][0]["outcome"], "present");
    let number = Person::nth(1).id_number;
    assert!(!answer.to_string().contains(&number), "the ID number is not told");

    // The same by the member's id, by others who may read; the liaison office works for its department.
    for officer in [&world.liaison_officer, &world.secretary, &world.committee_officer, &world.supervisor] {
        let asked = json!({"member_id": phone.member_id, "purpose": "走访前核对"});
        assert_eq!(officer.post("/status-checks", asked).await.ok()["card"]["number"], json!(phone.card));
    }
});

on_both!(a_status_check_out_of_reach_is_as_if_nobody_were_there, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let by_card = json!({"card_number": phone.card, "purpose": "好奇"});
    let by_member = json!({"member_id": phone.member_id, "purpose": "好奇"});
    let unknown = json!({"member_id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "purpose": "好奇"});
    for officer in [&world.other_department_officer, &world.other_secretary] {
        let refused = officer.post("/status-checks", by_card.clone()).await.problem(404, "not_found");
        assert_eq!(
            refused.json,
            officer.post("/status-checks", by_member.clone()).await.problem(404, "not_found").json
        );
        assert_eq!(refused.json, officer.post("/status-checks", unknown.clone()).await.problem(404, "not_found").json);
    }
    world.admin.post("/status-checks", by_card.clone()).await.problem(403, "not_allowed");
    phone.user(&app).post("/status-checks", by_card.clone()).await.problem(403, "not_allowed");
    app.stranger().post("/status-checks", by_card).await.problem(401, "not_signed_in");
    // The tries are on record, without naming whom they were after; so the member's log has none of them.
    let log = phone.user(&app).get("/me/access-log").await.ok();
    let checks = log["items"].as_array().expect("a list").iter().filter(|e| e["action"] == "status_check").count();
    assert_eq!(checks, 0, "{log}");
});

on_both!(a_status_check_asks_for_one_key_and_a_purpose, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let officer = &world.department_officer;
    let neither = officer.post("/status-checks", json!({"purpose": "核对"})).await.problem(422, "invalid");
    assert_eq!(neither.bad_fields(), ["/card_number"]);
    let both = json!({"card_number": phone.card, "member_id": phone.member_id, "purpose": "核对"});
    officer.post("/status-checks", both).await.problem(422, "invalid");
    for purpose in
        [json!("核"), json!(" 核 "), json!(""), json!("核".repeat(201)), json!("a\u{0}b"), Value::Null, json!(7)]
    {
        let asked = json!({"card_number": phone.card, "purpose": purpose});
        let answer = officer.post("/status-checks", asked).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{purpose}: {}", answer.json);
    }
    let twice =
        officer.post("/status-checks", json!({"card_number": 1, "member_id": "x"})).await.problem(422, "invalid");
    assert_eq!(twice.bad_fields(), ["/card_number", "/member_id", "/purpose"]);
    let long = officer.post("/status-checks", json!({"card_number": phone.card, "purpose": "核".repeat(200)})).await;
    long.is(200);
});

on_both!(a_status_check_finds_members_who_went_home, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let registration = id(&phone.user(&app).get("/me").await.ok()["registration"]);
    world.secretary.post(&format!("/registrations/{registration}/return"), json!({"reason": "回乡"})).await.ok();
    let asked = json!({"card_number": phone.card, "purpose": "核对是否返回"});
    let answer = world.department_officer.post("/status-checks", asked).await.ok();
    assert_eq!(answer["registration"]["status"], "returned");
    assert_eq!(answer["card"]["status"], "surrendered");
});

on_both!(the_member_reads_who_looked_and_why, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let registration = id(&phone.user(&app).get("/me").await.ok()["registration"]);
    world.department_officer.get(&format!("/registrations/{registration}")).await.ok();
    world.secretary.get(&format!("/members/{}", phone.member_id)).await.ok();
    app.advance(60);
    let asked = json!({"card_number": phone.card, "purpose": "年度核对"});
    world.liaison_officer.post("/status-checks", asked).await.ok();

    let log = phone.user(&app).get("/me/access-log").await.ok();
    let items = log["items"].as_array().expect("a list");
    assert_eq!(items[0]["action"], "status_check");
    assert_eq!(items[0]["by_role"], "liaison_officer");
    assert_eq!(items[0]["unit"]["id"], json!(world.liaison_office), "the office, not the department it works for");
    assert_eq!(items[0]["purpose"], "年度核对");
    assert_eq!(items[0]["at"], json!(app.now()));
    let looked: Vec<_> = items.iter().map(|e| (e["action"].as_str(), e["by_role"].as_str())).collect();
    assert!(looked.contains(&(Some("member.view"), Some("branch_secretary"))), "{looked:?}");
    assert!(looked.contains(&(Some("registration.view"), Some("department_officer"))), "{looked:?}");
    assert!(!log.to_string().contains("officer-"), "no one is named: {log}");

    // Page by page gives the same, newest first.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = phone.user(&app).get(&format!("/me/access-log?limit=1{cursor}")).await.ok();
        paged.extend(page["items"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(&paged, items);
    // Nobody else's looks, and nobody else's log.
    let other = world.member(2).await;
    let log = other.user(&app).get("/me/access-log").await.ok();
    assert!(log["items"].as_array().expect("a list").iter().all(|e| e["action"] != "status_check"), "{log}");
    world.secretary.get("/me/access-log").await.problem(403, "not_allowed");
    phone.user(&app).get("/me/access-log?cursor=nonsense").await.problem(422, "invalid");
    phone.user(&app).get("/me/access-log?limit=0").await.problem(422, "invalid");
});

on_both!(an_overview_counts_what_its_unit_holds, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    world.registered(2).await;
    world.filed(3).await;
    world.registered_elsewhere(4).await;
    let event = world.event().await;
    let check_in = json!({"items": [{
        "id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "event_id": event["id"], "occurred_at": app.now(),
        "method": "manual", "member_id": phone.member_id, "note": "忘带手机"
    }]});
    world.secretary.post("/check-ins", check_in).await.ok();

    let host = world.secretary.get(&format!("/units/{}/overview", world.host)).await.ok();
    assert_eq!(host["unit"]["id"], json!(world.host));
    let counts = &host["counts"];
    assert_eq!((&counts["members"], &counts["active"], &counts["pending_home"]), (&json!(3), &json!(2), &json!(1)));
    assert_eq!((&counts["with_card"], &counts["review_due"], &counts["units"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(host["waiting"], json!({"confirmations": 0, "acceptances": 0, "reviews": 0}));
    assert_eq!((count(&host["by_status"], "active"), count(&host["by_reason"], "employment")), (2, 3));
    assert_eq!(host["today"][0]["id"], event["id"]);
    assert_eq!(host["today"][0]["state"], "open");
    let months = host["activity"].as_array().expect("a series");
    assert_eq!((months.len(), &months[11]["month"]), (12, &json!("2026-11")));
    assert_eq!(months[11], json!({"month": "2026-11", "check_ins": 1, "members": 1, "events": 1}));

    // The department sees its own members wherever they are, the committee all that are hosted below it.
    let home = world.department_officer.get(&format!("/units/{}/overview", world.department)).await.ok();
    assert_eq!((&home["counts"]["members"], &home["waiting"]["confirmations"]), (&json!(3), &json!(1)));
    assert_eq!(
        home["by_host"],
        json!([{"unit": {"id": world.host, "kind": "branch", "name": "金山区第一支部"}, "count": 3}])
    );
    assert_eq!(home["activity"][11]["check_ins"], json!(1));
    let office = world.liaison_officer.get(&format!("/units/{}/overview", world.liaison_office)).await.ok();
    assert_eq!(office["counts"], home["counts"], "the liaison office works for its department");
    let committee = world.committee_officer.get(&format!("/units/{}/overview", world.committee)).await.ok();
    assert_eq!((&committee["counts"]["members"], &committee["counts"]["units"]), (&json!(4), &json!(3)));
    assert_eq!(
        committee["children"],
        json!([{
            "unit": {"id": world.general_branch, "kind": "general_branch", "name": "第一党总支"},
            "members": 4, "active": 3, "waiting": 1, "today": 1
        }])
    );

    // Three silent months later: please call. A year later: the review is due.
    app.advance(100 * 86_400);
    let host = world.secretary.get(&format!("/units/{}/overview", world.host)).await.ok();
    assert_eq!((&host["counts"]["please_call"], &host["today"]), (&json!(2), &json!([])));
    app.advance(280 * 86_400);
    let host = world.secretary.get(&format!("/units/{}/overview", world.host)).await.ok();
    assert_eq!((&host["counts"]["review_due"], &host["waiting"]["reviews"]), (&json!(1), &json!(1)));
    // The list behind it is that of the same days, to both ends of the stay.
    for (officer, unit) in [(&world.secretary, &world.host), (&world.department_officer, &world.department)] {
        let reviewed = async |ahead: i64| {
            let by = app.now().day().plus_days(ahead);
            let path = format!("/registrations?unit_id={unit}&review_by={by}");
            officer.get(&path).await.ok()["items"].as_array().expect("items").len()
        };
        assert_eq!((reviewed(30).await, reviewed(-300).await), (1, 0));
    }
});

on_both!(an_overview_out_of_reach_is_not_there, |app| {
    let world = World::build(&app).await;
    world.registered(1).await;
    for (officer, unit) in [
        (&world.secretary, &world.other_host),
        (&world.secretary, &world.committee),
        (&world.department_officer, &world.other_department),
        (&world.department_officer, &world.host),
        (&world.committee_officer, &world.department),
    ] {
        officer.get(&format!("/units/{unit}/overview")).await.problem(404, "not_found");
    }
    world.department_officer.get("/units/nonsense/overview").await.problem(404, "not_found");
    world.admin.get(&format!("/units/{}/overview", world.host)).await.problem(403, "not_allowed");
    let nobody = app.officer_with(&[]).await;
    nobody.get(&format!("/units/{}/overview", world.host)).await.problem(403, "not_allowed");
});

on_both!(an_overview_tells_districts_arrivals_and_what_is_coming, |app| {
    let world = World::build(&app).await;
    let address = json!({"address": "上海市金山区示例路 1 号"});
    world.admin.patch(&format!("/units/{}", world.host), address).await.ok();
    let phone = world.member(1).await;
    world.registered(2).await;
    world.filed(3).await;
    let mut nowhere = world.filing(&Person::nth(4));
    nowhere["host_unit_id"] = json!(world.other_host);
    world.other_secretary.post("/registrations", nowhere).await.ok();

    let home = world.department_officer.get(&format!("/units/{}/overview", world.department)).await.ok();
    assert_eq!(
        home["by_district"],
        json!([{"district": "上海市金山区", "count": 3}, {"district": null, "count": 1}]),
        "a branch without an address is told last"
    );
    let flow = home["flow"].as_array().expect("a series");
    assert_eq!((flow.len(), &flow[0]["month"]), (12, &json!("2025-12")));
    assert_eq!(flow[3], json!({"month": "2026-03", "arrivals": 4, "confirmations": 0}), "they came in March");
    assert_eq!(flow[11], json!({"month": "2026-11", "arrivals": 0, "confirmations": 2}), "two are agreed upon since");
    assert_eq!((&home["above"], &home["children"][0]["members"]), (&json!([]), &json!(4)));

    // A desk does without the series.
    let desk = world.secretary.get(&format!("/units/{}/overview?series=false", world.host)).await.ok();
    assert_eq!((&desk["activity"], &desk["flow"]), (&json!([]), &json!([])));
    assert_eq!((&desk["counts"]["active"], &desk["by_district"][0]["count"]), (&json!(2), &json!(3)));
    assert_eq!(desk["above"], json!([]), "the branch reaches nothing above itself");
    let below = world.committee_officer.get(&format!("/units/{}/overview", world.host)).await.ok();
    let above: Vec<_> = below["above"].as_array().expect("a list").iter().map(|unit| unit["id"].clone()).collect();
    assert_eq!(above, [json!(world.general_branch), json!(world.committee)], "the way up, the nearest first");

    // What is coming, with who has asked for leave; not what is cancelled, nor what is far away.
    let in_days = |days: i64| {
        let at = app.now().plus_seconds(days * 86_400);
        json!({"unit_id": world.host, "kind": "lecture", "title": format!("党课 {days}"), "starts_at": at,
               "ends_at": at.plus_seconds(3600)})
    };
    let next = world.secretary.post("/events", in_days(3)).await.ok();
    world.secretary.post("/events", in_days(40)).await.ok();
    let off = id(&world.secretary.post("/events", in_days(5)).await.ok());
    world.secretary.post(&format!("/events/{off}/cancel"), json!({"reason": "停电"})).await.ok();
    phone.user(&app).post(&format!("/events/{}/leave", id(&next)), json!({"reason": "上班"})).await.ok();
    let desk = world.secretary.get(&format!("/units/{}/overview?series=false", world.host)).await.ok();
    let coming = desk["coming"].as_array().expect("a list");
    assert_eq!((coming.len(), &coming[0]["id"]), (1, &next["id"]));
    assert_eq!((&coming[0]["counts"]["expected"], &coming[0]["counts"]["on_leave"]), (&json!(2), &json!(1)));
    world.secretary.get(&format!("/units/{}/overview?series=maybe", world.host)).await.problem(422, "invalid");
});

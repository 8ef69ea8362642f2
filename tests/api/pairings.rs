//! Who helps whom, which difficulties were solved, and what was given.

use guiyan::{
    clock::Period,
    ids::UnitId,
    pairings::{self, PairingFigures},
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

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> PairingFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    pairings::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

on_both!(a_pair_a_case_and_what_was_given_from_first_to_last, |app| {
    let world = World::build(&app).await;
    let (helping, helped) = (world.member(1).await, world.member(2).await);
    let (helper, member) = (helping.user(&app), helped.user(&app));
    let new = json!({
        "unit_id": world.host, "helper_id": helping.member_id, "helped_id": helped.member_id, "since": "2026-10-01"
    });
    let pair = world.secretary.post("/pairings", new).await.is(201).json;
    assert_eq!(
        (&pair["helper"]["id"], &pair["helped"]["id"], &pair["state"], &pair["actions"]),
        (&json!(helping.member_id), &json!(helped.member_id), &json!("open"), &json!(["end", "void"]))
    );
    let pair_path = format!("/pairings/{}", text(&pair, "id"));
    let new = json!({
        "unit_id": world.host, "pair_id": pair["id"], "about": "health", "note": "慢性病\n需转诊", "opened_on": "2026-10-05"
    });
    let case = world.secretary.post("/cases", new).await.is(201).json;
    assert_eq!((&case["member"]["id"], &case["state"]), (&json!(helped.member_id), &json!("open")));
    let case_path = format!("/cases/{}", text(&case, "id"));
    let new = json!({
        "unit_id": world.host, "case_id": case["id"], "given_on": "2026-10-06", "kind": "in_kind", "amount_fen": 30_000,
        "what": "米和油"
    });
    let aid = world.secretary.post("/aid", new).await.is(201).json;
    assert_eq!((&aid["member"]["id"], &aid["what"]), (&json!(helped.member_id), &json!("米和油")));
    let aid_path = format!("/aid/{}", text(&aid, "id"));

    // No distress in lists; in the record it is, and whoever is concerned reads who looked.
    for (list, words) in [("/cases", ["note", "how"]), ("/aid", ["what", "void_reason"])] {
        let listed = items(&world.committee_officer, list).await;
        assert_eq!((listed.len(), &listed[0][words[0]], &listed[0][words[1]]), (1, &json!(null), &json!(null)));
    }
    assert_eq!(world.committee_officer.get(&case_path).await.ok()["note"], "慢性病\n需转诊");
    assert_eq!(world.supervisor.get(&pair_path).await.ok()["actions"], json!([]));
    world.supervisor.get(&aid_path).await.ok();
    for path in [&pair_path, &case_path, &aid_path] {
        world.other_secretary.get(path).await.problem(404, "not_found");
        world.admin.get(path).await.problem(403, "not_allowed");
        member.get(path).await.problem(403, "not_allowed");
    }
    world.supervisor.post(&format!("{case_path}/solve"), json!({"how": "x"})).await.problem(403, "not_allowed");
    world.other_secretary.post(&format!("{aid_path}/void"), json!({"reason": "x"})).await.problem(404, "not_found");
    let looks = items(&member, "/me/access-log").await;
    for action in ["pairing.view", "case.view", "aid.view"] {
        assert!(looks.iter().any(|look| look["action"] == action), "{action} in {looks:?}");
    }
    // Whoever looks from above is named by their own unit, not by that of the record.
    let from_above = looks.iter().find(|look| look["action"] == "case.view").expect("the committee's look");
    assert_eq!(from_above["unit"]["id"], json!(world.committee));

    // Both sides read theirs; the helper no words about the other's difficulty.
    let mine = member.get("/me/aid").await.ok();
    assert_eq!(
        (&mine["pairs"][0]["side"], &mine["cases"][0]["note"], &mine["aid"][0]["amount_fen"]),
        (&json!("helped"), &json!("慢性病\n需转诊"), &json!(30_000))
    );
    let theirs = helper.get("/me/aid").await.ok();
    assert_eq!(
        (&theirs["pairs"][0]["side"], &theirs["pairs"][0]["other"]),
        (&json!("helping"), &pair["helped"]["name"])
    );
    assert_eq!((&theirs["cases"][0]["about"], &theirs["cases"][0]["note"]), (&json!("health"), &json!(null)));
    assert_eq!(member.get("/me/data").await.ok()["help"]["cases"][0]["id"], case["id"]);
    let told = items(&member, "/me/notices").await;
    for kind in ["pairing_begun", "case_opened", "aid_given"] {
        assert!(told.iter().any(|notice| notice["kind"] == kind), "{kind} in {told:?}");
    }

    let early = json!({"how": "已转诊", "on": "2026-10-04"});
    let answer = world.secretary.post(&format!("{case_path}/solve"), early).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/on"]);
    let solved = world.secretary.post(&format!("{case_path}/solve"), json!({"how": "已转诊"})).await.ok();
    assert_eq!(
        (&solved["state"], &solved["solved_on"], &solved["how"], &solved["actions"]),
        (&json!("solved"), &json!("2026-11-23"), &json!("已转诊"), &json!(["void"]))
    );
    world.secretary.post(&format!("{case_path}/solve"), json!({"how": "x"})).await.problem(409, "wrong_state");
    let void = world.secretary.post(&format!("{aid_path}/void"), json!({"reason": "记错了人"})).await.ok();
    assert_eq!((&void["state"], &void["void_reason"]), (&json!("void"), &json!("记错了人")));
    world.secretary.post(&format!("{aid_path}/void"), json!({"reason": "x"})).await.problem(409, "wrong_state");
    assert_eq!(items(&world.secretary, "/aid").await.len(), 0);
    assert_eq!(items(&world.secretary, "/aid?state=void").await.len(), 1);
    let answer = world.secretary.post(&format!("{pair_path}/end"), json!({"until": "2026-09-30"})).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/until"]);
    // The body may be left out: then it is today.
    let request = world.secretary.request(reqwest::Method::POST, &format!("{pair_path}/end"));
    let ended = world.secretary.send(request).await.ok();
    assert_eq!(
        (&ended["state"], &ended["until"], &ended["actions"]),
        (&json!("ended"), &json!("2026-11-23"), &json!(["void"]))
    );
    world.secretary.post(&format!("{pair_path}/end"), json!({})).await.problem(409, "wrong_state");
});

on_both!(every_bad_field_of_help_is_named, |app| {
    let world = World::build(&app).await;
    let member = text(&world.registered(1).await, "member_id");
    let stranger = text(&world.registered_elsewhere(2).await, "member_id");
    let nowhere = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b";
    for (path, body, bad) in [
        ("/pairings", json!({}), vec!["/since", "/unit_id"]),
        (
            "/pairings",
            json!({"unit_id": world.host, "since": "2026-11-24"}),
            vec!["/helped_id", "/helper_id", "/since"],
        ),
        (
            "/pairings",
            json!({
                "unit_id": world.host, "helper_id": stranger, "helper_unit_id": nowhere, "helped_id": stranger,
                "helped_name": "王奶奶家", "since": "2026-11-01", "until": "2026-10-01"
            }),
            vec![
                "/helped_id",
                "/helped_id",
                "/helped_name",
                "/helper_id",
                "/helper_unit_id",
                "/helper_unit_id",
                "/until",
            ],
        ),
        ("/cases", json!({"about": "rain", "note": ""}), vec!["/about", "/note", "/opened_on", "/unit_id"]),
        (
            "/cases",
            json!({
                "unit_id": world.host, "pair_id": nowhere, "member_id": stranger, "about": "other", "note": "x",
                "opened_on": "2026-11-24", "how": "y"
            }),
            vec!["/how", "/member_id", "/member_id", "/opened_on", "/pair_id"],
        ),
        (
            "/cases",
            json!({
                "unit_id": world.host, "member_id": member, "about": "other", "note": "x", "opened_on": "2026-11-02",
                "solved_on": "2026-11-01"
            }),
            vec!["/how", "/solved_on"],
        ),
        (
            "/aid",
            json!({"unit_id": world.host, "given_on": "2026-11-24", "kind": "money", "amount_fen": 0, "what": "米"}),
            vec!["/amount_fen", "/given_on", "/what"],
        ),
        (
            "/aid",
            json!({
                "unit_id": world.host, "case_id": nowhere, "given_on": "2026-11-01", "kind": "in_kind",
                "amount_fen": 1_000_000_001
            }),
            vec!["/amount_fen", "/case_id", "/what"],
        ),
    ] {
        let answer = world.secretary.post(path, body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{path} {body}");
    }
    // Aid is given to a member without more ado, and to no stranger.
    let new =
        json!({"unit_id": world.host, "member_id": member, "given_on": "2026-11-01", "kind": "money", "amount_fen": 5});
    let aid = world.secretary.post("/aid", new.clone()).await.is(201).json;
    assert_eq!(aid["member"]["id"], json!(member));
    let mut other = new.clone();
    other["member_id"] = json!(stranger);
    assert_eq!(world.secretary.post("/aid", other).await.problem(422, "invalid").bad_fields(), ["/member_id"]);
    let mut both = new;
    both["case_id"] = json!(nowhere);
    assert_eq!(
        world.secretary.post("/aid", both).await.problem(422, "invalid").bad_fields(),
        ["/case_id", "/member_id"]
    );
    // A household that is no member, helped by a whole unit.
    let household = json!({
        "unit_id": world.host, "helper_unit_id": world.committee, "helped_name": "王奶奶家", "since": "2026-11-01"
    });
    let pair = world.secretary.post("/pairings", household.clone()).await.is(201).json;
    assert_eq!(
        (&pair["helper_unit"]["id"], &pair["helped_name"], &pair["helped"]),
        (&json!(world.committee), &json!("王奶奶家"), &json!(null))
    );
    let mut elsewhere = household;
    elsewhere["unit_id"] = json!(world.other_host);
    world.secretary.post("/pairings", elsewhere).await.problem(404, "not_found");
});

on_both!(the_figures_are_the_lists, |app| {
    let world = World::build(&app).await;
    let member = text(&world.registered(1).await, "member_id");
    for (since, until) in [("2025-01-01", Some("2026-03-31")), ("2026-03-31", None), ("2026-06-01", Some("2026-06-30"))]
    {
        let new = json!({
            "unit_id": world.host, "helper_unit_id": world.host, "helped_id": member, "since": since, "until": until
        });
        world.secretary.post("/pairings", new).await.is(201);
    }
    for (opened, solved) in
        [("2026-03-01", Some("2026-04-01")), ("2026-03-31", None), ("2025-12-31", Some("2026-03-31"))]
    {
        let new = json!({
            "unit_id": world.host, "member_id": member, "about": "livelihood", "note": "x", "opened_on": opened,
            "solved_on": solved, "how": solved.map(|_| "y")
        });
        world.secretary.post("/cases", new).await.is(201);
    }
    for (day, kind, fen) in [
        ("2026-03-01", "money", 50_000),
        ("2026-03-31", "money", 1),
        ("2026-04-01", "money", 2),
        ("2026-03-05", "in_kind", 300),
    ] {
        let mut new = json!({"unit_id": world.host, "given_on": day, "kind": kind, "amount_fen": fen});
        if kind == "in_kind" {
            new["what"] = json!("棉被");
        }
        world.secretary.post("/aid", new).await.is(201);
    }
    let fen = |aid: &[Value]| aid.iter().map(|one| one["amount_fen"].as_i64().expect("fen")).sum::<i64>();
    for (unit, from, to) in [
        (&world.committee, "2026-03-01", "2026-03-31"),
        (&world.host, "2026-01-01", "2026-12-31"),
        (&world.host, "2026-04-01", "2026-06-15"),
        (&world.other_host, "2025-01-01", "2026-12-31"),
    ] {
        let officer = &world.committee_officer;
        let within = format!("unit_id={unit}&from={from}&to={to}");
        let expected = PairingFigures {
            pairs: items(officer, &format!("/pairings?unit_id={unit}&from={to}&to={to}")).await.len() as i64,
            cases_opened: items(officer, &format!("/cases?{within}")).await.len() as i64,
            cases_solved: items(officer, &format!("/cases?{within}&state=solved")).await.len() as i64,
            aid_fen: fen(&items(officer, &format!("/aid?{within}&kind=money")).await),
            in_kind_fen: fen(&items(officer, &format!("/aid?{within}&kind=in_kind")).await),
        };
        assert_eq!(figures(&app, unit, from, to).await, expected, "{within}");
    }
    assert_eq!(
        figures(&app, &world.committee, "2026-03-01", "2026-03-31").await,
        PairingFigures { pairs: 2, cases_opened: 2, cases_solved: 1, aid_fen: 50_001, in_kind_fen: 300 }
    );
    // Page by page it is the same list.
    for path in ["/pairings", "/cases?state=solved", "/aid"] {
        let join = if path.contains('?') { '&' } else { '?' };
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.secretary.get(&format!("{path}{join}limit=1{cursor}")).await.ok();
            seen.extend(page["items"].as_array().expect("items").iter().map(|one| text(one, "id")));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let whole: Vec<String> = items(&world.secretary, path).await.iter().map(|one| text(one, "id")).collect();
        assert_eq!(seen, whole, "{path}");
    }
});

on_both!(what_was_recorded_by_mistake_stays_and_counts_no_more, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let new = json!({"unit_id": world.host, "helper_unit_id": world.host, "helped_id": phone.member_id, "since": "2026-11-01"});
    let pair = text(&world.secretary.post("/pairings", new).await.is(201).json, "id");
    let case = |pair: &str| {
        json!({
            "unit_id": world.host, "pair_id": pair, "about": "health", "note": "x", "opened_on": "2026-11-02"
        })
    };
    let solved = text(&world.secretary.post("/cases", case(&pair)).await.is(201).json, "id");
    world.secretary.post(&format!("/cases/{solved}/solve"), json!({"how": "y"})).await.ok();

    for (path, list) in [(format!("/cases/{solved}"), "/cases"), (format!("/pairings/{pair}"), "/pairings")] {
        let void = format!("{path}/void");
        assert_eq!(world.secretary.post(&void, json!({})).await.problem(422, "invalid").bad_fields(), ["/reason"]);
        world.other_secretary.post(&void, json!({"reason": "记错了"})).await.problem(404, "not_found");
        world.supervisor.post(&void, json!({"reason": "记错了"})).await.problem(403, "not_allowed");
        let voided = world.secretary.post(&void, json!({"reason": "记错了"})).await.ok();
        assert_eq!(
            (&voided["state"], &voided["void_reason"], &voided["actions"]),
            (&json!("void"), &json!("记错了"), &json!([]))
        );
        world.secretary.post(&void, json!({"reason": "x"})).await.problem(409, "wrong_state");
        assert_eq!(items(&world.secretary, list).await.len(), 0);
        let listed = items(&world.secretary, &format!("{list}?state=void")).await;
        assert_eq!((listed.len(), &listed[0]["void_reason"]), (1, &json!(null)));
        assert_eq!(world.secretary.get(&path).await.ok()["void_reason"], "记错了");
    }
    world.secretary.post(&format!("/pairings/{pair}/end"), json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&format!("/cases/{solved}/solve"), json!({"how": "z"})).await.problem(409, "wrong_state");
    assert_eq!(figures(&app, &world.committee, "2026-01-01", "2026-12-31").await, PairingFigures::default());

    // Nothing new is recorded under it.
    let answer = world.secretary.post("/cases", case(&pair)).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/pair_id"]);
    for (field, of) in [("pair_id", &pair), ("case_id", &solved)] {
        let aid = json!({"unit_id": world.host, field: of, "given_on": "2026-11-03", "kind": "money", "amount_fen": 1});
        let answer = world.secretary.post("/aid", aid).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), [format!("/{field}")]);
    }
    // Whom it is about was told, and reads that it is void.
    let told = items(&member, "/me/notices").await;
    for kind in ["pairing_voided", "case_voided"] {
        assert!(told.iter().any(|notice| notice["kind"] == kind), "{kind} in {told:?}");
    }
    let mine = member.get("/me/aid").await.ok();
    assert_eq!((&mine["pairs"][0]["state"], &mine["cases"][0]["state"]), (&json!("void"), &json!("void")));
});

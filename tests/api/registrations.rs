//! Filing registrations: from either end, wrongly, twice, and all at once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{on_both, support::*};

fn path(registration: &Value, verb: &str) -> String {
    format!("/registrations/{}/{verb}", registration["id"].as_str().expect("an id"))
}

/// The body of a registration filed by the home end.
pub fn filed_by_home(world: &World<'_>, n: u32) -> Value {
    let mut filing = world.filing(&Person::nth(n));
    filing["filed_by"] = json!("home");
    filing
}

on_both!(a_person_has_one_open_registration_and_nobody_learns_where, |app| {
    let world = World::build(&app).await;
    world.registered(1).await;
    let mut elsewhere = world.filing(&Person::nth(1));
    elsewhere["host_unit_id"] = json!(world.other_host);
    elsewhere["home_unit_id"] = json!(world.other_home);
    let refused =
        world.other_secretary.post("/registrations", elsewhere.clone()).await.problem(409, "open_registration_exists");
    let said = refused.json.to_string();
    for secret in [&world.host, &world.home, &Person::nth(1).name, "金山"] {
        assert!(!said.contains(secret), "{said}");
    }
    // The same ID number under another name is told the same.
    elsewhere["person"]["name"] = json!("另一人");
    world.other_secretary.post("/registrations", elsewhere).await.problem(409, "open_registration_exists");
});

on_both!(of_sixty_four_at_once_one_registers, |app| {
    let world = World::build(&app).await;
    let filings = (0..64).map(|n| {
        let mut filing = world.filing(&Person::nth(1));
        let user = if n % 2 == 0 { &world.secretary } else { &world.other_secretary };
        filing["host_unit_id"] = json!(if n % 2 == 0 { &world.host } else { &world.other_host });
        user.post("/registrations", filing)
    });
    let answers = futures::future::join_all(filings).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.json["code"] == "open_registration_exists").count();
    assert_eq!((created, refused), (1, 63));
    let all = world.committee_officer.get("/registrations").await.ok();
    assert_eq!(all["items"].as_array().expect("items").len(), 1);
});

on_both!(a_known_person_comes_back_as_the_same_member, |app| {
    let world = World::build(&app).await;
    let first = world.filed(1).await;
    world.secretary.post(&path(&first, "withdraw"), json!({})).await.ok();
    let mut filing = world.filing(&Person::nth(1));
    filing["person"]["name"] = json!("冒名者");
    world.secretary.post("/registrations", filing.clone()).await.problem(409, "person_differs");
    filing["person"]["name"] = json!(Person::nth(1).name);
    filing["person"]["phone"] = json!("13712345678");
    filing["person"]["employer"] = json!("新单位");
    filing["consent"] = json!({"version": "2", "given_on": "2026-11-20"});
    let second = world.secretary.post("/registrations", filing).await.ok();
    assert_eq!(second["member_id"], first["member_id"]);
    let member = world.secretary.get(&format!("/members/{}", first["member_id"].as_str().expect("an id"))).await.ok();
    assert_eq!((&member["phone"], &member["employer"]), (&json!("13712345678"), &json!("新单位")));
    assert_eq!(member["consent"]["version"], "2");
    assert_eq!(member["registrations"].as_array().expect("a list").len(), 2);
});

on_both!(every_bad_field_of_a_filing_is_named_at_once, |app| {
    let world = World::build(&app).await;
    let wrong = json!({
        "filed_by": "both", "home_unit_id": "x", "flow_reason": "fun", "started_on": "2026-13-01",
        "person": {
            "name": "😀", "gender": "robot", "birth_date": "1990-02-30", "id_number": "123", "phone": "12345678901",
            "joined_on": 2005, "membership": "half", "retired": "no", "employer": "", "address": "\u{202e}甲"
        },
        "consent": {"version": ""}
    });
    assert_eq!(
        world.secretary.post("/registrations", wrong).await.problem(422, "invalid").bad_fields(),
        [
            "/consent/given_on",
            "/consent/version",
            "/filed_by",
            "/flow_reason",
            "/home_unit_id",
            "/host_unit_id",
            "/person/address",
            "/person/birth_date",
            "/person/employer",
            "/person/gender",
            "/person/id_number",
            "/person/joined_on",
            "/person/membership",
            "/person/name",
            "/person/phone",
            "/person/retired",
            "/started_on"
        ]
    );
    let mut contradictory = world.filing(&Person::nth(1));
    contradictory["host_unit_id"] = json!(world.department);
    contradictory["home_unit_id"] = json!(world.committee);
    contradictory["started_on"] = json!("2027-06-01");
    contradictory["consent"]["given_on"] = json!("2026-11-24");
    contradictory["person"]["birth_date"] = json!("1951-02-03");
    contradictory["person"]["gender"] = json!(if Person::nth(1).gender == "male" { "female" } else { "male" });
    contradictory["person"]["joined_on"] = json!("2027-01-01");
    assert_eq!(
        world.secretary.post("/registrations", contradictory).await.problem(422, "invalid").bad_fields(),
        [
            "/consent/given_on",
            "/home_unit_id",
            "/host_unit_id",
            "/person/birth_date",
            "/person/gender",
            "/person/joined_on",
            "/started_on"
        ]
    );
    let mut same = world.filing(&Person::nth(1));
    same["home_unit_id"] = same["host_unit_id"].clone();
    let answer = world.secretary.post("/registrations", same).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/home_unit_id", "/host_unit_id"]);
    let nowhere = json!("01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b");
    let mut unknown = world.filing(&Person::nth(1));
    unknown["home_unit_id"] = nowhere.clone();
    unknown["host_unit_id"] = nowhere;
    let answer = world.secretary.post("/registrations", unknown).await.problem(422, "invalid");
    assert!(
        answer.bad_fields().contains(&"/home_unit_id".into()) && answer.bad_fields().contains(&"/host_unit_id".into())
    );
});

on_both!(hostile_bodies_are_refused_and_leave_nothing, |app| {
    let world = World::build(&app).await;
    let filing = world.filing(&Person::nth(1)).to_string();
    let with = |field: &str, value: Value| {
        let mut filing = world.filing(&Person::nth(1));
        filing["person"][field] = value;
        filing.to_string()
    };
    let deep = "[".repeat(100_000);
    let bodies = [
        String::new(),
        "{".into(),
        "null".into(),
        "[]".into(),
        "\"x\"".into(),
        deep,
        filing[..filing.len() / 2].into(),
        filing.replace("王", "\\u0000"),
        filing.replace("\"person\":{", "\"person\":[{").replace("},\"started_on\"", "}],\"started_on\""),
        filing.replace("employment", "employment\\ud800"),
        with("name", json!("甲".repeat(400_000))),
        with("name", json!("a\u{202e}b")),
        with("name", json!("👩‍👩‍👧")),
        with("name", json!("·")),
        with("id_number", json!([1, 2])),
        with("id_number", json!(1.1e308)),
        with("phone", json!("１３８００００００００")),
        with("employer", json!({"$ne": null})),
        with("birth_date", json!("9999999999-01-01")),
        with("address", json!("'; drop table members; --\u{0001}")),
    ];
    for body in bodies {
        let request =
            world.secretary.request(Method::POST, "/registrations").header("content-type", "application/json");
        let answer = world.secretary.send(request.body(body.clone())).await;
        let shown: String = body.chars().take(80).collect();
        assert!(matches!(answer.status.as_u16(), 400 | 413 | 422), "{} {shown}", answer.status);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{shown}");
    }
    for query in [
        "q=%00",
        "q=%FF",
        "status=lost",
        "status=active,",
        "home=1",
        "silent_since=soon",
        "limit=-1",
        "cursor=AAAA",
        "q=%E2%80%AEx",
    ] {
        let status = world.secretary.get(&format!("/registrations?{query}")).await.status.as_u16();
        assert!(matches!(status, 200 | 400 | 422), "{query} {status}");
    }
    for id in ["x", "%00", "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "../units"] {
        let status = world.secretary.get(&format!("/registrations/{id}/history")).await.status.as_u16();
        assert!(matches!(status, 400 | 404), "{id} {status}");
    }
    assert_eq!(world.committee_officer.get("/registrations").await.ok()["items"], json!([]));
});

on_both!(filing_is_for_those_who_stand_at_that_end, |app| {
    let world = World::build(&app).await;
    let by_host = world.filing(&Person::nth(1));
    let by_home = filed_by_home(&world, 1);
    for (user, body) in [
        (&world.other_secretary, &by_host),
        (&world.home_secretary, &by_host),
        (&world.department_officer, &by_host),
        (&world.secretary, &by_home),
        (&world.committee_officer, &by_home),
        (&world.other_department_officer, &by_home),
    ] {
        user.post("/registrations", body.clone()).await.problem(404, "not_found");
    }
    for user in [&world.admin, &world.liaison_officer, &world.supervisor] {
        user.post("/registrations", by_host.clone()).await.problem(403, "not_allowed");
    }
    app.stranger().post("/registrations", by_host.clone()).await.problem(401, "not_signed_in");
    world.committee_officer.post("/registrations", by_host).await.is(201);
    world.department_officer.post("/registrations", filed_by_home(&world, 2)).await.is(201);
});

on_both!(a_repeated_filing_registers_once, |app| {
    let world = World::build(&app).await;
    let send = |n: u32| {
        let request = world.secretary.request(Method::POST, "/registrations").header("idempotency-key", "filing-1");
        world.secretary.send(request.json(&world.filing(&Person::nth(n))))
    };
    let first = send(1).await.is(201).json;
    assert_eq!(send(1).await.is(201).json, first);
    send(2).await.problem(409, "key_reused");
});

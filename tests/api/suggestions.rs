//! Suggestions while an officer types: whom they name, how little they tell, and what is written down.

use guiyan::on_engine;
use serde_json::{Value, json};

use crate::{on_both, support::*};

async fn suggested(user: &User<'_>, q: &str) -> Value {
    user.post("/member-suggestions", json!({"q": q})).await.ok()
}

fn names(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().expect("items");
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

/// How often an action stands in the log, and all that is said there about it.
async fn logged(app: &TestApp, action: &str) -> (usize, String) {
    let mut reader = app.state.db.read().await.expect("a reader");
    let rows: Vec<(String, Option<String>, Option<uuid::Uuid>)> = on_engine!(&mut reader.conn(), |c| sqlx::query_as(
        "select target_id, note, member_id from audit_log where action = $1"
    )
    .bind(action)
    .fetch_all(c))
    .expect("the log");
    (rows.len(), format!("{rows:?}"))
}

on_both!(typing_suggests_members_within_reach_and_little_of_them, |app| {
    let world = World::build(&app).await;
    for (n, name) in ["张秀英", "张强", "单小明", "张三丰"].iter().enumerate() {
        let person = Person::nth(10 + u32::try_from(n).expect("small")).named(name);
        let filed = world.secretary.post("/registrations", world.filing(&person)).await.is(201).json;
        let id = filed["id"].as_str().expect("an id");
        world.department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.ok();
        if n == 1 {
            world.secretary.post(&format!("/registrations/{id}/cards"), json!({})).await.ok();
        }
    }
    let mut elsewhere = world.filing(&Person::nth(50).named("张他乡"));
    elsewhere["home_unit_id"] = json!(world.other_home);
    elsewhere["host_unit_id"] = json!(world.other_host);
    world.other_secretary.post("/registrations", elsewhere).await.is(201);

    let desk = &world.department_officer;
    let answer = suggested(desk, "张").await;
    assert_eq!(
        (names(&answer), &answer["more"]),
        (vec!["张三丰".into(), "张强".into(), "张秀英".into()], &json!(false))
    );
    assert_eq!(names(&suggested(desk, "zs").await), ["张三丰"]);
    assert_eq!(names(&suggested(desk, "ZX").await), ["张秀英"]);
    assert_eq!(names(&suggested(&world.other_secretary, "张").await), ["张他乡"]);
    assert_eq!(names(&suggested(&world.committee_officer, "张").await).len(), 4);
    let person = Person::nth(12);
    assert_eq!(names(&suggested(desk, &person.phone[7..]).await), ["单小明"]);
    assert_eq!(names(&suggested(desk, "341000").await), ["张强"], "by the beginning of the card's number");

    // Whole numbers name a person: they are for the search that is on record with whom it found.
    assert_eq!(names(&suggested(desk, &person.phone).await), Vec::<String>::new());
    assert_eq!(names(&suggested(desk, &person.id_number).await), Vec::<String>::new());
    assert_eq!(names(&suggested(desk, "%").await), Vec::<String>::new());

    let item = suggested(desk, "张强").await["items"][0].clone();
    let told: Vec<&String> = item.as_object().expect("an object").keys().collect();
    assert_eq!(told, ["card_tail", "gender", "home", "host", "member_id", "name", "registration_id", "status"]);
    assert_eq!(item["card_tail"].as_str().expect("a tail").len(), 4);
    for bad in [json!({}), json!({"q": ""}), json!({"q": "长".repeat(51)}), json!({"q": 7})] {
        assert_eq!(desk.post("/member-suggestions", bad).await.problem(422, "invalid").bad_fields(), ["/q"]);
    }
});

on_both!(a_member_is_suggested_once_by_the_newest_stay, |app| {
    let world = World::build(&app).await;
    let first = world.registered(1).await["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{first}/return"), json!({"reason": "回乡"})).await.ok();
    assert_eq!(suggested(&world.department_officer, &Person::nth(1).name).await["items"][0]["status"], "returned");
    app.advance(60);
    let second = world.registered(1).await;
    let answer = suggested(&world.department_officer, &Person::nth(1).name).await;
    assert_eq!(answer["items"].as_array().expect("items").len(), 1);
    assert_eq!(answer["items"][0]["registration_id"], second["id"]);
    // Where the newest stay is another's, the former one is no way to the member any more.
    let id = second["id"].as_str().expect("an id");
    world.secretary.post(&format!("/registrations/{id}/move"), json!({"host_unit_id": world.other_host})).await.ok();
    let third = suggested(&world.secretary, &Person::nth(1).name).await;
    assert_eq!(names(&third), Vec::<String>::new());
});

on_both!(ten_are_suggested_and_the_rest_is_told_of, |app| {
    let world = World::build(&app).await;
    for n in 0..12 {
        let person = Person::nth(100 + n).named(&format!("王{}", ["一", "二", "三"][n as usize % 3]));
        world.secretary.post("/registrations", world.filing(&person)).await.is(201);
    }
    let answer = suggested(&world.secretary, "王").await;
    assert_eq!((names(&answer).len(), &answer["more"]), (10, &json!(true)));
    let mut by_name = names(&answer);
    by_name.sort();
    assert_eq!(names(&answer), by_name, "by name, and by nothing else");
    let answer = suggested(&world.secretary, "王一").await;
    assert_eq!((names(&answer).len(), &answer["more"]), (4, &json!(false)));
});

on_both!(typing_is_one_record_a_minute_and_the_look_at_a_person_is_another, |app| {
    let world = World::build(&app).await;
    let registered = world.registered(1).await;
    let name = Person::nth(1).name;
    let desk = &world.department_officer;
    for typed in ["张", "张秀", name.as_str(), "zxy"] {
        suggested(desk, typed).await;
        app.advance(5);
    }
    let (count, said) = logged(&app, "member.suggest").await;
    assert_eq!(count, 1, "{said}");
    assert!(!said.contains('张') && said.contains("None, None"), "neither the text nor anyone: {said}");
    // Another officer has a sitting of their own; a minute later a new one begins.
    suggested(&world.secretary, "张").await;
    assert_eq!(logged(&app, "member.suggest").await.0, 2);
    app.advance(60);
    suggested(desk, "张").await;
    suggested(desk, "张秀").await;
    assert_eq!(logged(&app, "member.suggest").await.0, 3);
    // Many keys at once, as a fast typist's requests overlap: still one.
    app.advance(60);
    futures::future::join_all((0..8).map(|_| suggested(desk, "张"))).await;
    assert_eq!(logged(&app, "member.suggest").await.0, 4);

    let asked = json!({"member_id": registered["member_id"], "purpose": "年度核对"});
    desk.post("/status-checks", asked).await.ok();
    assert_eq!(logged(&app, "status_check").await.0, 1);
    world.admin.post("/member-suggestions", json!({"q": "张"})).await.problem(403, "not_allowed");
});

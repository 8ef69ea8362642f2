//! Looking people up: how they are found, by whom, and what is written down about it.

use guiyan::{ids::MemberId, on_engine};
use serde_json::{Value, json};

use crate::{on_both, support::*};

fn path(registration: &Value, verb: &str) -> String {
    format!("/registrations/{}/{verb}", registration["id"].as_str().expect("an id"))
}

fn one(registration: &Value) -> String {
    format!("/registrations/{}", registration["id"].as_str().expect("an id"))
}

/// The actions in the audit log about a member, oldest first.
async fn audited(app: &TestApp, member: &Value) -> Vec<String> {
    let member: MemberId = member.as_str().expect("an id").parse().expect("a member id");
    let mut reader = app.state.db.read().await.expect("a reader");
    on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(
        "select action from audit_log where member_id = $1 order by seq"
    )
    .bind(member)
    .fetch_all(c))
    .expect("the log")
}

on_both!(a_member_is_found_in_every_way_people_look, |app| {
    let world = World::build(&app).await;
    let mut ids = Vec::new();
    for (n, name) in ["张秀英", "单小明", "解晓东", "张强"].iter().enumerate() {
        let person = Person::nth(10 + u32::try_from(n).expect("small")).named(name);
        ids.push(world.secretary.post("/registrations", world.filing(&person)).await.is(201).json);
        app.advance(1);
    }
    world.registered_elsewhere(50).await;
    let found = async |user: &User<'_>, q: &str| -> Vec<String> {
        let answer = user.get(&format!("/registrations?q={q}")).await.ok();
        let items = answer["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["member"]["name"].as_str().expect("a name").to_owned()).collect()
    };
    let desk = &world.department_officer;
    assert_eq!(found(desk, "张").await, ["张强", "张秀英"]);
    assert_eq!(found(desk, "zxy").await, ["张秀英"]);
    assert_eq!(found(desk, "ZX").await, ["张秀英"]);
    assert_eq!(found(desk, "sxm").await, ["单小明"]);
    assert_eq!(found(desk, "x").await, ["解晓东"]);
    let person = Person::nth(11);
    assert_eq!(found(desk, &person.phone[7..]).await, ["单小明"]);
    assert_eq!(found(desk, &person.phone).await, ["单小明"]);
    assert_eq!(found(desk, &person.id_number).await, ["单小明"]);
    assert_eq!(found(desk, &person.id_number.to_lowercase()).await, ["单小明"]);
    assert_eq!(found(desk, &person.phone[6..]).await, Vec::<String>::new());
    assert_eq!(found(desk, "%25").await, Vec::<String>::new());
    assert_eq!(found(desk, &Person::nth(50).phone).await, Vec::<String>::new(), "another city's");
    assert_eq!(found(&world.other_secretary, "张").await, Vec::<String>::new());

    // Each search is in the log; the one whom it found can read that, the text is kept nowhere.
    let log = audited(&app, &ids[1]["member_id"]).await;
    assert_eq!(log.iter().filter(|action| *action == "registration.search").count(), 5, "{log:?}");
    let mut reader = app.state.db.read().await.expect("a reader");
    let notes: Vec<Option<String>> = on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(
        "select note from audit_log where action = 'registration.search'"
    )
    .fetch_all(c))
    .expect("the log");
    assert!(notes.len() >= 12 && notes.iter().all(Option::is_none));
});

on_both!(lists_are_narrowed_by_state_and_end_and_paged_without_a_gap, |app| {
    let world = World::build(&app).await;
    for n in 1..=7 {
        world.filed(n).await;
        app.advance(1);
    }
    world.registered(8).await;
    world.registered_elsewhere(9).await;
    let count = async |user: &User<'_>, query: &str| -> usize {
        user.get(&format!("/registrations?{query}")).await.ok()["items"].as_array().expect("items").len()
    };
    assert_eq!(count(&world.department_officer, "status=pending_home").await, 7);
    assert_eq!(count(&world.department_officer, "status=pending_home,active").await, 8);
    assert_eq!(count(&world.committee_officer, "status=active").await, 2);
    assert_eq!(count(&world.committee_officer, &format!("host={}", world.general_branch)).await, 9);
    assert_eq!(count(&world.committee_officer, &format!("host={}", world.other_host)).await, 1);
    assert_eq!(count(&world.committee_officer, &format!("home={}", world.department)).await, 8);
    assert_eq!(count(&world.secretary, &format!("host={}", world.other_host)).await, 0);
    assert_eq!(count(&world.liaison_officer, "").await, 8);

    // A home out of reach is an empty list, however else it is narrowed.
    for others in
        ["", "&status=active", "&status=active&silent_since=2026-08-01", "&silent_since=2026-08-01", "&q=张", "&q=zs"]
    {
        let query = format!("home={}{others}", world.other_department);
        assert_eq!(count(&world.department_officer, &query).await, 0, "{others}");
    }

    let mut seen = Vec::new();
    let mut query = "limit=3".to_owned();
    loop {
        let page = world.committee_officer.get(&format!("/registrations?{query}")).await.ok();
        seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=3&cursor={cursor}");
    }
    let mut newest_first = seen.clone();
    newest_first.sort_by(|a, b| b.cmp(a));
    newest_first.dedup();
    assert_eq!((seen.len(), &seen), (9, &newest_first));
});

on_both!(looking_at_one_person_is_logged_before_it_is_answered, |app| {
    let world = World::build(&app).await;
    let filed = world.filed(1).await;
    world.department_officer.get(&one(&filed)).await.ok();
    world.supervisor.get(&path(&filed, "history")).await.ok();
    world.liaison_officer.get(&path(&filed, "contacts")).await.ok();
    world.other_secretary.get(&one(&filed)).await.is(404);
    world.department_officer.post(&path(&filed, "confirm"), json!({})).await.ok();
    assert_eq!(
        audited(&app, &filed["member_id"]).await,
        [
            "registration.file",
            "registration.view",
            "registration.history",
            "registration.contacts",
            "registration.confirm"
        ]
    );
});

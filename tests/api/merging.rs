//! Merging what phones kept without network: in whatever order, however often and in whatever portions the same items
//! arrive, the record is the same; what disagrees waits for a person.

use guiyan::{
    access::Role,
    clock::Instant,
    ids::{CheckInId, Entropy},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, User, World},
};

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn screen(world: &World<'_>, event: &str) -> String {
    let url = text(&world.secretary.get(&format!("/events/{event}/code")).await.ok()["url"]);
    url.split_once('#').expect("a fragment").1.to_owned()
}

/// A shuffled copy.
fn shuffled<T: Clone>(items: &[T], entropy: &Entropy) -> Vec<T> {
    let mut items = items.to_vec();
    for end in (1..items.len()).rev() {
        let at = usize::try_from(entropy.below(end as u64 + 1)).expect("an index");
        items.swap(end, at);
    }
    items
}

/// Who was where when, by what: all that may not depend on the order of arrival.
async fn record(world: &World<'_>, event: &str) -> Vec<Value> {
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    let mut conflicts: Vec<Value> =
        list["conflicts"].as_array().expect("conflicts").iter().map(|c| c["occurred_at"].clone()).collect();
    conflicts.sort_by_key(Value::to_string);
    let rows = list["items"].as_array().expect("items").iter().map(|row| {
        json!([
            row["member"]["id"],
            row["outcome"],
            row["method"],
            row["occurred_at"],
            row["late"],
            row["weak"],
            row["reason"]
        ])
    });
    rows.chain([json!(conflicts)]).collect()
}

struct Door<'a> {
    world: &'a World<'a>,
    phones: &'a [Phone],
    cards: &'a [String],
    second: &'a User<'a>,
}

/// Whose request an item goes in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    First,
    Second,
    Member(usize),
}

impl Door<'_> {
    /// An event with leave and absence recorded for some, and items of two scanners and the members' own phones about all
    /// of them: the same at every call, but for the ids' first part.
    async fn items(&self, round: u32, seed: u64) -> (String, Vec<(Sender, Value)>) {
        let (world, dice) = (self.world, Entropy::seeded(seed));
        let app = world.app;
        let event = text(&world.event().await["id"]);
        let path = format!("/events/{event}/attendance");
        let absent = json!({"member_id": self.phones[0].member_id, "outcome": "absent", "reason": "没来"});
        world.secretary.post(&path, absent).await.is(201);
        self.phones[1].user(app).post(&format!("/events/{event}/leave"), json!({"reason": "加班"})).await.is(201);
        let corrected = json!({"member_id": self.phones[2].member_id, "outcome": "absent", "reason": "没来"});
        let entry = world.secretary.post(&path, corrected).await.is(201).json["entry_id"].clone();
        let why = json!({"outcome": "on_leave", "reason": "事后说明"});
        world.secretary.post(&format!("/check-ins/{}/correct", text(&entry)), why).await.is(200);

        let code = screen(world, &event).await;
        let mut items = Vec::new();
        for n in 0..24_u32 {
            let whose = usize::try_from(dice.below(self.phones.len() as u64)).expect("an index");
            let phone = &self.phones[whose];
            // Some in the same millisecond, some long ago, some with a clock that cannot be right.
            let ago = [0, 0, 1, 30, 59, 61, 600, 3 * 86_400_i64][usize::try_from(dice.below(8)).expect("an index")];
            let at: Instant = app.now().plus_seconds(-ago);
            let id = format!("{round:08x}-0000-7000-8000-{:012x}", dice.below(1 << 40) + u64::from(n));
            let sender = [Sender::First, Sender::Second, Sender::Member(whose)]
                [usize::try_from(dice.below(3)).expect("an index")];
            let item = match sender {
                Sender::Member(_) => {
                    let proof = phone.proof(&id, &event, &code, at.seconds());
                    json!({"id": id, "occurred_at": at, "method": "event_code", "code": code, "proof": proof})
                }
                _ if dice.below(2) == 0 => json!({"id": id, "event_id": event, "occurred_at": at, "method": "card",
                                                  "presentation": self.cards[whose], "station": "手机 A3F2"}),
                _ => json!({"id": id, "event_id": event, "occurred_at": at, "method": "manual",
                            "member_id": phone.member_id, "note": "手机没电", "station": "手机 B7"}),
            };
            items.push((sender, item));
        }
        (event, items)
    }

    /// Sends in portions: each as many neighbours of one sender as fit; every item counts the same, however often.
    async fn deliver(&self, items: &[(Sender, Value)]) {
        for portion in items.chunk_by(|a, b| a.0 == b.0) {
            let body = json!({"items": portion.iter().map(|(_, item)| item).collect::<Vec<_>>()});
            let app = self.world.app;
            let answer = match portion[0].0 {
                Sender::First => self.world.secretary.post("/check-ins", body).await,
                Sender::Second => self.second.post("/check-ins", body).await,
                Sender::Member(n) => self.phones[n].user(app).post("/check-ins", body).await,
            };
            answer.is(200);
        }
    }
}

on_both!(any_order_any_repetition_any_portions_give_the_same_record, |app| {
    let world = World::build(&app).await;
    let mut phones = Vec::new();
    let mut cards = Vec::new();
    for n in 0..6 {
        let phone = world.member(n).await;
        cards.push(text(&phone.user(&app).get("/me/card/credential").await.ok()["static"]));
        phones.push(phone);
    }
    let second = app.officer(Role::BranchSecretary, Some(&world.host)).await;
    let door = Door { world: &world, phones: &phones, cards: &cards, second: &second };
    for seed in 0..6_u64 {
        let mut first: Option<Vec<Value>> = None;
        for round in 0..5_u32 {
            let (event, items) = door.items(u32::try_from(seed).expect("small") * 100 + round, seed).await;
            let shuffle = Entropy::seeded(seed * 1000 + u64::from(round));
            let mut sent = if round == 0 { items.clone() } else { shuffled(&items, &shuffle) };
            // Some twice and three times, as phones do that never heard the answer.
            sent.extend(shuffled(&items, &shuffle).into_iter().take(12));
            door.deliver(&sent).await;
            let found = record(&world, &event).await;
            match &first {
                None => first = Some(found),
                Some(expected) => assert_eq!(&found, expected, "seed {seed}, round {round}"),
            }
        }
    }
});

on_both!(of_two_scans_the_earlier_stands_however_they_arrive, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = text(&world.event().await["id"]);
    let manual = |at: Instant| {
        json!({"id": CheckInId::new(app.now(), &app.state.entropy), "event_id": event, "occurred_at": at, "method": "manual",
               "member_id": phone.member_id, "note": "手机没电", "station": "手机 A3F2"})
    };
    let send = async |item: &Value| {
        world.secretary.post("/check-ins", json!({"items": [item]})).await.ok()["items"][0].clone()
    };
    let later = manual(app.now());
    let earlier = manual(app.now().plus_seconds(-300));
    assert_eq!(send(&later).await["verdict"], "accepted");
    let answer = send(&earlier).await;
    assert_eq!(answer["verdict"], "duplicate", "{answer}");
    assert_eq!(answer["check_in"]["occurred_at"], earlier["occurred_at"]);
    assert_eq!(send(&earlier).await["verdict"], "replayed");
    assert_eq!(send(&later).await["verdict"], "replayed");
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    assert_eq!((&list["counts"]["present"], &list["conflicts"]), (&json!(1), &json!([])));

    // Both are kept and named, with the phone that sent them.
    let attempts = world.secretary.get(&format!("/events/{event}/attempts")).await.ok();
    let attempts = attempts["items"].as_array().expect("items");
    let mut told: Vec<[&Value; 4]> =
        attempts.iter().map(|a| [&a["verdict"], &a["by"]["station"], &a["by"]["kind"], &a["note"]]).collect();
    // Both came in the same millisecond of this test's clock.
    told.sort_by_key(|one| std::cmp::Reverse(one[0].to_string()));
    let name = [&json!("手机 A3F2"), &json!("officer"), &json!("手机没电")];
    assert_eq!(
        told,
        [[&json!("duplicate"), name[0], name[1], name[2]], [&json!("accepted"), name[0], name[1], name[2]]]
    );
    let only = world.secretary.get(&format!("/events/{event}/attempts?verdict=rejected,accepted&limit=1")).await.ok();
    assert_eq!(only["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(only["items"][0]["verdict"], "accepted");
    let bad = world.secretary.get(&format!("/events/{event}/attempts?verdict=rejected,perhaps")).await;
    assert_eq!(bad.problem(422, "invalid").bad_fields(), ["?verdict"]);
    world.other_secretary.get(&format!("/events/{event}/attempts")).await.problem(404, "not_found");
    // Whoever only looks on reads no notes.
    let seen = world.supervisor.get(&format!("/events/{event}/attempts")).await.ok();
    assert_eq!(seen["items"][0]["note"], Value::Null);
});

on_both!(a_person_settles_a_conflict_with_one_tap, |app| {
    let world = World::build(&app).await;
    let phones = [world.member(1).await, world.member(2).await];
    let event = text(&world.event().await["id"]);
    let code = screen(&world, &event).await;
    let kept: Vec<Value> = phones
        .iter()
        .map(|phone| {
            let id = CheckInId::new(app.now(), &app.state.entropy).to_string();
            let proof = phone.proof(&id, &event, &code, app.now().seconds());
            json!({"id": id, "occurred_at": app.now(), "method": "event_code", "code": code, "proof": proof})
        })
        .collect();
    let path = format!("/events/{event}/attendance");
    for phone in &phones {
        let absent = json!({"member_id": phone.member_id, "outcome": "absent", "reason": "没看见"});
        world.secretary.post(&path, absent).await.is(201);
    }
    app.advance(3600);
    for (phone, item) in phones.iter().zip(&kept) {
        let answer = phone.user(&app).post("/check-ins", json!({"items": [item]})).await.ok();
        assert_eq!(answer["items"][0]["verdict"], "conflict", "{answer}");
    }
    let list = world.secretary.get(&path).await.ok();
    let conflict = list["conflicts"].as_array().expect("conflicts").iter().find(|c| c["id"] == kept[0]["id"]);
    let conflict = conflict.expect("the conflict");
    assert_eq!(
        (&conflict["method"], &conflict["late"], &conflict["by"]["kind"]),
        (&json!("event_code"), &json!(true), &json!("member_phone"))
    );
    let standing = &conflict["standing"];
    assert_eq!(
        (&standing["outcome"], &standing["method"], &standing["reason"]),
        (&json!("absent"), &json!("manual"), &json!("没看见"))
    );
    assert_eq!(standing["by"]["kind"], "officer");
    assert!(standing["by"]["account"].is_string());

    let settle = async |user: &User<'_>, n: usize, keep: &str| {
        user.post(&format!("/check-ins/{}/settle", text(&kept[n]["id"])), json!({"keep": keep})).await
    };
    assert_eq!(settle(&world.secretary, 0, "both").await.problem(422, "invalid").bad_fields(), ["/keep"]);
    settle(&world.other_secretary, 0, "scan").await.problem(404, "not_found");
    settle(&world.supervisor, 0, "scan").await.problem(403, "not_allowed");
    let item = settle(&world.secretary, 0, "scan").await.is(200).json;
    assert_eq!((&item["outcome"], &item["method"]), (&json!("present"), &json!("event_code")));
    assert_eq!(item["occurred_at"], kept[0]["occurred_at"]);
    settle(&world.secretary, 0, "entry").await.problem(409, "wrong_state");
    let item = settle(&world.secretary, 1, "entry").await.is(200).json;
    assert_eq!((&item["outcome"], &item["method"]), (&json!("absent"), &json!("manual")));
    settle(&world.secretary, 1, "entry").await.problem(409, "wrong_state");
    let list = world.secretary.get(&path).await.ok();
    assert_eq!((&list["conflicts"], &list["counts"]["present"]), (&json!([]), &json!(1)));
    let none = format!("/check-ins/{event}/settle");
    world.secretary.post(&none, json!({"keep": "scan"})).await.problem(404, "not_found");
});

on_both!(five_hundred_items_have_a_verdict_each, |app| {
    let world = World::build(&app).await;
    let phones = [world.member(1).await, world.member(2).await];
    let event = text(&world.event().await["id"]);
    let item = |app: &TestApp, n: usize| {
        let member = if n % 3 == 2 { event.clone() } else { phones[n % 3].member_id.clone() };
        json!({"id": CheckInId::new(app.now(), &app.state.entropy), "event_id": event, "occurred_at": app.now(),
               "method": "manual", "member_id": member, "note": "手机没电"})
    };
    let items: Vec<Value> = (0..500).map(|n| item(&app, n)).collect();
    let answer = world.secretary.post("/check-ins", json!({"items": items})).await.ok();
    let verdicts: Vec<String> =
        answer["items"].as_array().expect("items").iter().map(|item| text(&item["verdict"])).collect();
    let count = |word: &str| verdicts.iter().filter(|verdict| *verdict == word).count();
    assert_eq!((count("accepted"), count("duplicate"), count("rejected")), (2, 332, 166));
    let one_more: Vec<Value> = (0..501).map(|n| item(&app, n)).collect();
    world.secretary.post("/check-ins", json!({"items": one_more})).await.problem(422, "invalid");
});

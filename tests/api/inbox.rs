//! What members and officers are told: who of them, of what, and nobody else; in the transaction of what it tells.

use guiyan::access::Role;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Phone, TestApp, User, World},
};

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn why(reason: &str) -> Value {
    json!({ "reason": reason })
}

/// The kinds of what somebody was told since they last looked, sorted; they are marked as read.
async fn news_of(user: &User<'_>) -> Vec<String> {
    let page = user.get("/me/notices?limit=200").await.ok();
    let items = page["items"].as_array().expect("items");
    let new: Vec<&Value> = items.iter().filter(|item| item["read"] == false).collect();
    assert_eq!(page["unread"], new.len(), "{page}");
    if let Some(newest) = items.first() {
        user.post("/me/notices/read", json!({"until": newest["id"]})).await.is(204);
    }
    let mut kinds: Vec<String> = new.iter().map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect();
    kinds.sort();
    // What comes later must be newer than the mark, also on a clock that stands.
    user.app.advance(1);
    kinds
}

/// Everybody of the world, by the end of the stay at which they stand.
struct Watch<'a> {
    world: World<'a>,
}

impl<'a> Watch<'a> {
    async fn start(app: &'a TestApp) -> Self {
        Self { world: World::build(app).await }
    }

    /// Whatever was told so far is read by everybody.
    async fn settle(&self, phones: &[&Phone]) {
        let world = &self.world;
        for phone in phones {
            news_of(&phone.user(world.app)).await;
        }
        for officer in [
            &world.department_officer,
            &world.home_secretary,
            &world.liaison_officer,
            &world.secretary,
            &world.committee_officer,
            &world.supervisor,
            &world.other_secretary,
            &world.other_department_officer,
        ] {
            news_of(officer).await;
        }
    }

    /// What the home end was told: its department, its branch, its liaison office, and all of them the same.
    async fn home(&self) -> Vec<String> {
        let world = &self.world;
        let told = news_of(&world.department_officer).await;
        for other in [&world.home_secretary, &world.liaison_officer] {
            assert_eq!(news_of(other).await, told, "one end hears the same");
        }
        told
    }

    /// What the host end was told; and that strangers to the stay were told nothing.
    async fn host(&self) -> Vec<String> {
        let world = &self.world;
        let told = news_of(&world.secretary).await;
        for other in [&world.committee_officer, &world.supervisor] {
            assert_eq!(news_of(other).await, told, "one end hears the same");
        }
        for stranger in [&world.other_department_officer, &world.other_secretary] {
            assert_eq!(news_of(stranger).await, [""; 0], "a stranger to the stay");
        }
        told
    }

    /// Somebody does something; then the member, the home end and the host end have heard just this.
    async fn told(&self, phone: &Phone, by: &User<'_>, path: &str, body: Value, told: [&[&str]; 3]) -> Value {
        let answer = by.post(path, body).await.ok();
        self.heard(phone, path, told).await;
        answer
    }

    async fn heard(&self, phone: &Phone, what: &str, [member, home, host]: [&[&str]; 3]) {
        let heard = [news_of(&phone.user(self.world.app)).await, self.home().await, self.host().await];
        assert_eq!(heard, [member, home, host].map(<[_]>::to_vec), "{what}");
    }
}

on_both!(every_step_of_a_stay_is_told_to_the_member_and_to_the_end_that_did_not_take_it, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    watch
        .heard(
            &phone,
            "the beginning",
            [&["card_issued", "device_bound", "registration_confirmed"], &[], &["registration_confirmed"]],
        )
        .await;
    let stay = id_of(&member.get("/me").await.ok()["registration"]);
    let at = |verb: &str| format!("/registrations/{stay}/{verb}");

    // A step that is refused tells nobody.
    world.secretary.post(&at("restore"), json!({})).await.problem(409, "wrong_state");
    world.secretary.post(&at("move"), json!({"host_unit_id": world.host})).await.problem(422, "invalid");
    watch.heard(&phone, "refused steps", [&[], &[], &[]]).await;

    app.advance(200 * 86_400);
    for _ in 0..2 {
        let call = json!({"method": "phone", "outcome": "no_answer"});
        world.department_officer.post(&at("contacts"), call).await.is(201);
    }
    let lost = ["registration_out_of_contact"];
    watch.told(&phone, &world.department_officer, &at("out_of_contact"), why("x"), [&lost, &[], &lost]).await;
    let found = ["registration_restored"];
    watch.told(&phone, &world.secretary, &at("restore"), json!({}), [&found, &found, &[]]).await;

    // The old host hears that the member goes; the new one is asked, which is a task.
    let moved = ["registration_moved"];
    let to = json!({"host_unit_id": world.other_host});
    watch.told(&phone, &world.department_officer, &at("move"), to, [&moved, &[], &moved]).await;
    world.other_secretary.post(&at("accept"), json!({})).await.is(200);
    assert_eq!(news_of(&member).await, ["registration_accepted"]);
    assert_eq!(watch.home().await, ["registration_accepted"]);
    assert_eq!(watch.host().await, [""; 0]);
    world.other_secretary.post(&at("move"), json!({"host_unit_id": world.host})).await.is(200);
    assert_eq!(
        (news_of(&member).await, watch.home().await),
        (vec!["registration_moved".into()], vec!["registration_moved".into()])
    );
    // The committee stands above both branches, so it hears nothing of what its own end did.
    assert_eq!(watch.host().await, [""; 0]);
    let accepted = ["registration_accepted"];
    watch.told(&phone, &world.secretary, &at("accept"), json!({}), [&accepted, &accepted, &[]]).await;

    let returned = ["registration_returned"];
    watch.told(&phone, &world.secretary, &at("return"), why("x"), [&returned, &returned, &[]]).await;
});

on_both!(the_other_endings_are_told_too, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let away = json!({"host_unit_id": world.host});
    for (verb, n) in [("transfer", 1), ("decline", 2), ("withdraw", 3)] {
        let phone = world.member(n).await;
        let stay = id_of(&phone.user(&app).get("/me").await.ok()["registration"]);
        let at = |verb: &str| format!("/registrations/{stay}/{verb}");
        if verb != "transfer" {
            // Back and forth, so that the host is asked again.
            world.department_officer.post(&at("move"), json!({"host_unit_id": world.other_host})).await.is(200);
            world.other_secretary.post(&at("accept"), json!({})).await.is(200);
            world.department_officer.post(&at("move"), away.clone()).await.is(200);
        }
        watch.settle(&[&phone]).await;
        let kind = match verb {
            "transfer" => ["registration_transferred"],
            "decline" => ["registration_declined"],
            _ => ["registration_withdrawn"],
        };
        match verb {
            "transfer" => watch.told(&phone, &world.department_officer, &at(verb), why("x"), [&kind, &[], &kind]).await,
            "decline" => watch.told(&phone, &world.secretary, &at(verb), why("x"), [&kind, &kind, &[]]).await,
            // Of what the member does, both ends hear.
            _ => watch.told(&phone, &phone.user(&app), &at(verb), json!({}), [&[], &kind, &kind]).await,
        };
    }
});

on_both!(what_is_done_with_a_card_or_a_phone_is_told_to_its_holder, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let phone = world.member(1).await;
    watch
        .heard(
            &phone,
            "the beginning",
            [&["card_issued", "device_bound", "registration_confirmed"], &[], &["registration_confirmed"]],
        )
        .await;
    let at = |verb: &str| format!("/cards/{}/{verb}", phone.card);
    for (by, verb, kind) in [
        (&world.department_officer, "suspend", "card_suspended"),
        (&world.department_officer, "resume", "card_resumed"),
        (&world.secretary, "review", "card_reviewed"),
    ] {
        watch.told(&phone, by, &at(verb), why("x"), [&[kind], &[], &[]]).await;
    }
    // A link is handed over in person; the phone that it binds is told of, and the one that is removed.
    let link = watch.told(&phone, &world.secretary, &at("activations"), json!({}), [&[], &[], &[]]).await;
    let second = Phone::new().activate(&app, link["code"].as_str().expect("a code")).await;
    watch.heard(&phone, "a second phone", [&["device_bound"], &[], &[]]).await;
    world.secretary.delete(&at(&format!("devices/{}", phone.device_id))).await.is(204);
    watch.heard(&second, "a removed phone", [&["device_removed"], &[], &[]]).await;
    // The holder reports the loss: both ends have to know. The new card's phone then reads what came meanwhile.
    let answer = second.user(&app).post(&at("report_lost"), why("丢了")).await.ok();
    assert_eq!(answer["status"], "lost");
    assert_eq!((watch.home().await, watch.host().await), (vec!["card_lost".into()], vec!["card_lost".into()]));
    let new = world.secretary.post(&at("replace"), why("补办")).await.ok();
    let third = Phone::new().activate(&app, new["activation"]["code"].as_str().expect("a code")).await;
    watch.heard(&third, "a new card", [&["card_replaced", "device_bound"], &[], &[]]).await;
    let items = third.user(&app).get("/me/notices").await.ok()["items"].clone();
    let told = |kind: &str| items.as_array().expect("items").iter().find(|item| item["kind"] == kind).cloned();
    assert_eq!(told("card_replaced").expect("it")["card_number"], third.card.as_str());
    assert_eq!(told("card_replaced").expect("it")["member"], Value::Null);
    world.department_officer.post(&format!("/cards/{}/revoke", third.card), why("x")).await.is(200);
    assert_eq!((watch.home().await, watch.host().await), (vec![], vec![]));
});

on_both!(both_ends_hear_of_what_a_member_changes, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    watch.settle(&[&phone]).await;
    for (changes, kinds) in [
        (json!({"phone": "19900000099"}), vec!["phone_changed"]),
        (json!({"phone": "19900000099"}), vec![]),
        (json!({"employer": "示例新厂", "address": "松江区示例路 9 号"}), vec!["address_changed", "employer_changed"]),
        (json!({"employer": "示例新厂", "address": null}), vec!["address_changed"]),
    ] {
        member.patch("/me", changes.clone()).await.is(200);
        watch.heard(&phone, &changes.to_string(), [&[], &kinds, &kinds]).await;
    }
    member.patch("/me", json!({"phone": "123"})).await.problem(422, "invalid");
    watch.heard(&phone, "a bad number", [&[], &[], &[]]).await;
    // The officer reads whom it is about and can go there; neither old nor new value is in it.
    let page = world.secretary.get("/me/notices?limit=1").await.ok();
    let item = &page["items"][0];
    assert_eq!((&item["member"]["id"], &item["unit"]["id"]), (&json!(phone.member_id), &json!(world.host)));
    world.secretary.get(&format!("/registrations/{}", item["registration_id"].as_str().expect("an id"))).await.is(200);
    assert!(!page.to_string().contains("松江"), "{page}");
});

on_both!(an_event_that_changes_is_told_to_those_who_are_asked, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let (phone, gone) = (world.member(1).await, world.member(2).await);
    let elsewhere = world.registered_elsewhere(3).await;
    let card = world.other_secretary.post(&format!("/registrations/{}/cards", id_of(&elsewhere)), json!({})).await.ok();
    let elsewhere = Phone::new().activate(&app, card["activation"]["code"].as_str().expect("a code")).await;
    let stay = id_of(&gone.user(&app).get("/me").await.ok()["registration"]);
    world.secretary.post(&format!("/registrations/{stay}/return"), json!({})).await.is(200);
    app.advance(3600);
    watch.settle(&[&phone, &gone, &elsewhere]).await;
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}");
    watch.heard(&phone, "a new event", [&[], &[], &[]]).await;
    for (changes, told) in [
        (json!({"title": "改期的学习"}), true),
        (json!({"kind": "lecture", "hours": 1.5}), false),
        (json!({"place": "金山区示例路 2 号"}), true),
        (json!({"place": "金山区示例路 2 号"}), false),
        (json!({"ends_at": app.now().plus_seconds(9000)}), true),
    ] {
        world.secretary.patch(&path, changes.clone()).await.is(200);
        let kinds: &[&str] = if told { &["event_changed"] } else { &[] };
        watch.heard(&phone, &changes.to_string(), [kinds, &[], &[]]).await;
    }
    watch
        .told(&phone, &world.secretary, &format!("{path}/cancel"), why("台风"), [&["event_cancelled"], &[], &[]])
        .await;
    world.secretary.post(&format!("{path}/cancel"), why("台风")).await.problem(409, "wrong_state");
    watch.heard(&phone, "cancelled already", [&[], &[], &[]]).await;
    assert_eq!((news_of(&gone.user(&app)).await, news_of(&elsewhere.user(&app)).await), (vec![], vec![]));
    let newest = &phone.user(&app).get("/me/notices").await.ok()["items"][0];
    assert_eq!((&newest["event"]["id"], &newest["event"]["title"]), (&json!(event), &json!("改期的学习")));
});

on_both!(leave_disputes_and_corrections_are_told, |app| {
    let watch = Watch::start(&app).await;
    let world = &watch.world;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    watch.settle(&[&phone]).await;
    let event = id_of(&world.event().await);
    let leave = ["leave_asked"];
    watch.told(&phone, &member, &format!("/events/{event}/leave"), why("家事"), [&[], &leave, &leave]).await;
    let second = id_of(&world.event().await);
    let absent = json!({"member_id": phone.member_id, "outcome": "absent", "reason": "没来"});
    let path = format!("/events/{second}/attendance");
    let entry = watch.told(&phone, &world.secretary, &path, absent, [&[], &[], &[]]).await["entry_id"].clone();
    let at = |verb: &str| format!("/check-ins/{}/{verb}", entry.as_str().expect("an entry"));
    // There is nothing to answer yet.
    world.secretary.post(&at("answer"), why("x")).await.problem(409, "wrong_state");
    let disputed = ["entry_disputed"];
    let dispute = async || {
        member.post(&at("dispute"), why("我在场")).await.is(204);
        watch.heard(&phone, "a dispute", [&[], &disputed, &disputed]).await;
    };
    dispute().await;
    member.post(&at("answer"), why("x")).await.problem(403, "not_allowed");
    world.other_secretary.post(&at("answer"), why("x")).await.problem(404, "not_found");
    assert_eq!(world.secretary.post(&at("answer"), json!({})).await.problem(422, "invalid").bad_fields(), ["/reason"]);
    let answered =
        watch.told(&phone, &world.secretary, &at("answer"), why("核实过"), [&["dispute_answered"], &[], &[]]).await;
    assert_eq!((&answered["outcome"], &answered["disputed"]), (&json!("absent"), &json!(false)));
    world.secretary.post(&at("answer"), why("x")).await.problem(409, "wrong_state");
    let own = member.get("/me/attendance").await.ok()["items"].clone();
    let row = own.as_array().expect("rows").iter().find(|row| row["entry_id"] == entry).expect("the row");
    assert_eq!((&row["disputed"], &row["dispute_answer"]), (&json!(false), &json!("核实过")));
    let others = world.department_officer.get(&format!("/members/{}/attendance", phone.member_id)).await.ok();
    assert!(!others.to_string().contains("核实过"), "the answer is between the member and the branch");
    // Whoever is not content may say so again; a correction answers it too, and wipes the old answer.
    dispute().await;
    let present = json!({"outcome": "present", "reason": "查到签名"});
    watch.told(&phone, &world.secretary, &at("correct"), present, [&["attendance_corrected"], &[], &[]]).await;
    let own = member.get("/me/attendance").await.ok()["items"].clone();
    let row = own.as_array().expect("rows").iter().find(|row| row["event"]["id"] == second.as_str()).expect("the row");
    assert_eq!((&row["outcome"], &row["dispute_answer"]), (&json!("present"), &Value::Null));
});

on_both!(each_reader_has_a_mark_of_their_own, |app| {
    let world = World::build(&app).await;
    for n in 1..=3 {
        world.registered(n).await;
        app.advance(1);
    }
    let colleague = app.officer(Role::BranchSecretary, Some(&world.host)).await;
    let list = world.secretary.get("/me/notices?limit=2").await.ok();
    assert_eq!((&list["unread"], list["items"].as_array().map(Vec::len)), (&json!(3), Some(2)));
    let next = list["next_cursor"].as_str().expect("a cursor");
    let rest = world.secretary.get(&format!("/me/notices?limit=2&cursor={next}")).await.ok();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next_cursor"]), (Some(1), &Value::Null));

    let second = &list["items"][1]["id"];
    world.secretary.post("/me/notices/read", json!({"until": second})).await.is(204);
    let again = world.secretary.get("/me/notices").await.ok();
    let read: Vec<&Value> = again["items"].as_array().expect("items").iter().map(|item| &item["read"]).collect();
    assert_eq!((&again["unread"], read), (&json!(1), vec![&json!(false), &json!(true), &json!(true)]));
    // A mark never goes back, and stands at a notice of one's own only.
    world.secretary.post("/me/notices/read", json!({"until": rest["items"][0]["id"]})).await.is(204);
    assert_eq!(world.secretary.get("/me/notices").await.ok()["unread"], 1);
    let stranger = world.other_secretary.post("/me/notices/read", json!({"until": second})).await;
    assert_eq!(stranger.problem(422, "invalid").bad_fields(), ["/until"]);
    assert_eq!(colleague.get("/me/notices").await.ok()["unread"], 3);
    world.admin.get("/me/notices").await.problem(403, "not_allowed");
});

on_both!(a_member_is_reminded_of_the_review_from_a_month_before, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let review = async || phone.user(&app).get("/me/notices").await.ok()["review"].clone();
    assert_eq!(review().await, Value::Null);
    app.advance(340 * 86_400);
    assert_eq!(review().await, json!({"card_number": phone.card, "due_on": "2027-11-23", "overdue": false}));
    app.advance(30 * 86_400);
    assert_eq!(review().await["overdue"], true);
    world.secretary.post(&format!("/cards/{}/review", phone.card), json!({})).await.is(200);
    assert_eq!(review().await, Value::Null);
    assert_eq!(world.secretary.get("/me/notices").await.ok()["review"], Value::Null);
});

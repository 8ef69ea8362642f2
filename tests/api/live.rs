//! The live wall.

use guiyan::{check_ins::Live, ids::CheckInId};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{User, World},
};

/// The events of a stream of server-sent events, as they arrive.
pub struct Wall {
    response: reqwest::Response,
    text: String,
}

impl Wall {
    pub async fn open(user: &User<'_>, event: &str) -> Self {
        let request = user.request(reqwest::Method::GET, &format!("/events/{event}/live"));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event's name and data; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field =
                    |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
                let told = (field("event:").to_owned(), serde_json::from_str(field("data:")).unwrap_or(Value::Null));
                self.text = rest.to_owned();
                return Some(told);
            }
            let chunk = self.response.chunk().await.expect("the stream goes on")?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn manual(world: &World<'_>, event: &str, member: &str) -> Value {
    let id = CheckInId::new(world.app.now(), &world.app.state.entropy).to_string();
    json!({"id": id, "event_id": event, "occurred_at": world.app.now(), "method": "manual", "member_id": member, "note": "x"})
}

on_both!(a_wall_tells_the_figures_and_everyone_who_comes, |app| {
    let world = World::build(&app).await;
    let mut members = Vec::new();
    for n in 0..6 {
        members.push(world.registered(n).await["member_id"].as_str().expect("a member").to_owned());
    }
    let event = id_of(&world.event().await);
    let mut walls = [Wall::open(&world.secretary, &event).await, Wall::open(&world.committee_officer, &event).await];
    for wall in &mut walls {
        let (name, data) = wall.next().await.expect("the figures");
        assert_eq!((name.as_str(), &data["counts"]["expected"]), ("counts", &json!(6)));
        assert_eq!(data["counts"]["present"], 0);
    }
    // Four at once, then two by one request, with refusals between them, of which the wall says nothing.
    let at_once = members[..4].iter().map(|member| {
        let body = json!({"items": [manual(&world, &event, member), manual(&world, &event, &event)]});
        world.secretary.post("/check-ins", body)
    });
    futures::future::join_all(at_once).await.into_iter().for_each(|answer| drop(answer.ok()));
    let last: Vec<Value> = members[4..].iter().map(|member| manual(&world, &event, member)).collect();
    world.secretary.post("/check-ins", json!({"items": last})).await.ok();
    for wall in &mut walls {
        let (mut seen, mut present) = (Vec::new(), 0);
        for _ in 0..6 {
            let (name, data) = wall.next().await.expect("someone");
            assert_eq!((name.as_str(), &data["item"]["outcome"]), ("check_in", &json!("present")));
            let counted = data["counts"]["present"].as_i64().expect("a count");
            assert!(counted >= present && counted > seen.len() as i64, "{counted} after {present}");
            present = counted;
            assert_eq!((&data["item"]["reason"], &data["item"]["visitor"]), (&Value::Null, &json!(false)));
            seen.push(data["item"]["member"]["id"].as_str().expect("a member").to_owned());
        }
        assert_eq!(present, 6);
        assert_eq!(seen[4..], members[4..]);
        seen.sort();
        let mut all = members.clone();
        all.sort();
        assert_eq!(seen, all);
    }
    // A correction changes the figures.
    let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
    let entry = list["items"][0]["entry_id"].as_str().expect("an entry").to_owned();
    let correction = json!({"outcome": "absent", "reason": "认错了人"});
    world.secretary.post(&format!("/check-ins/{entry}/correct"), correction).await.is(200);
    let (name, data) = walls[0].next().await.expect("the figures");
    assert_eq!(
        (name.as_str(), &data["counts"]["present"], &data["counts"]["absent"]),
        ("counts", &json!(5), &json!(1))
    );
});

on_both!(a_slow_reader_is_told_to_read_anew, |app| {
    let world = World::build(&app).await;
    let member = world.registered(1).await["member_id"].as_str().expect("a member").to_owned();
    let event = id_of(&world.event().await);
    let id = event.parse().expect("an id");
    let mut happenings = Live::watch(&app.state, id).await.expect("a watch");
    for _ in 0..1100 {
        app.state.live.tell(id, "event: counts\ndata: {}\n\n".into());
    }
    assert!(matches!(happenings.recv().await, Err(tokio::sync::broadcast::error::RecvError::Lagged(_))));
    // The stream of HTTP goes on after it.
    let mut wall = Wall::open(&world.secretary, &event).await;
    wall.next().await.expect("the figures");
    world.secretary.post("/check-ins", json!({"items": [manual(&world, &event, &member)]})).await.ok();
    assert_eq!(wall.next().await.expect("someone").0, "check_in");
});

on_both!(a_wall_is_for_its_holders_and_ends_with_the_server, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}/live");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.supervisor.get(&path).await.problem(403, "not_allowed");
    phone.user(&app).get(&path).await.problem(403, "not_allowed");
    app.stranger().get(&path).await.problem(401, "not_signed_in");
    let mut wall = Wall::open(&world.secretary, &event).await;
    wall.next().await.expect("the figures");
    app.state.live.close();
    assert!(wall.next().await.is_none());
});

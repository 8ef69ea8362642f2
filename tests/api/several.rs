//! Several servers on one PostgreSQL database, seen from the API. `tests/faults/` does it with real processes, and kills them.

use guiyan::{
    access::{
        Role,
        audit::{self, Actor, Record, Verdict},
    },
    clock::Instant,
    db::Conn,
    ids::CheckInId,
    on_engine,
    retention::{self, Periods},
};
use serde_json::{Value, json};

use crate::{
    live::Wall,
    sessions::{account, sign_in},
    support::{Engine, TestApp, World},
};

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    let mut reader = app.state.db.read().await.expect("a reader");
    on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(sql).fetch_one(c)).expect("a number")
}

fn manual(app: &TestApp, id: CheckInId, event: &Value, member: &str) -> Value {
    json!({"items": [{"id": id.to_string(), "event_id": event["id"], "occurred_at": app.now(), "method": "manual",
                      "member_id": member, "note": "忘带手机"}]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_tells_what_other_servers_have_taken_in_the_order_of_the_log() {
    let app = TestApp::start(Engine::Postgres).await;
    let (there, third) = (app.beside(None).await, app.beside(None).await);
    let world = World::build(&app).await;
    let mut members = Vec::new();
    for n in 0..8 {
        members.push(world.registered(n).await["member_id"].as_str().expect("a member").to_owned());
    }
    let event = world.event().await;
    let token = app.token_of(&world.secretary);
    let mut wall = Wall::open(&there.with_token(&token), event["id"].as_str().expect("an id")).await;
    assert_eq!(wall.next().await.expect("the figures").0, "counts");
    let here = app.with_token(&token);
    let elsewhere = third.with_token(&token);
    let at_once = members.iter().enumerate().map(|(n, member)| {
        let user = if n % 2 == 0 { &here } else { &elsewhere };
        user.post("/check-ins", manual(&app, CheckInId::new(app.now(), &app.state.entropy), &event, member))
    });
    for answer in futures::future::join_all(at_once).await {
        assert_eq!(answer.ok()["items"][0]["verdict"], "accepted");
    }
    let mut told = Vec::new();
    for n in 1..=8 {
        let (name, data) = wall.next().await.expect("someone");
        assert_eq!(name, "check_in");
        assert!(data["counts"]["present"].as_i64().expect("a count") >= n);
        told.push(data["item"]["entry_id"].as_str().expect("an id").to_owned());
    }
    let mut reader = app.state.db.read().await.expect("a reader");
    let newest = audit::newest(&mut reader.conn()).await.expect("a number");
    let records = audit::about(&mut reader.conn(), "attendance", (0, newest), 100).await.expect("records");
    assert_eq!(told, records.into_iter().map(|record| record.target_id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_at_two_servers_stands_once() {
    let app = TestApp::start(Engine::Postgres).await;
    let there = app.beside(None).await;
    let world = World::build(&app).await;
    let member = world.registered(1).await["member_id"].as_str().expect("a member").to_owned();
    let event = world.event().await;
    let token = app.token_of(&world.secretary);
    let (here, there) = (app.with_token(&token), there.with_token(&token));
    let body = manual(&app, CheckInId::new(app.now(), &app.state.entropy), &event, &member);
    let tries = (0..10).map(|n| if n % 2 == 0 { &here } else { &there }.post("/check-ins", body.clone()));
    let answers = futures::future::join_all(tries).await.into_iter().map(|answer| answer.ok());
    let verdicts: Vec<String> =
        answers.map(|answer| answer["items"][0]["verdict"].as_str().expect("a verdict").to_owned()).collect();
    assert_eq!(verdicts.iter().filter(|verdict| *verdict == "accepted").count(), 1, "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|verdict| *verdict == "replayed").count(), 9, "{verdicts:?}");
    assert_eq!(number(&app, "select cast(count(*) as bigint) from attendance_entries").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_write_at_once_make_one_chain() {
    let app = TestApp::start(Engine::Postgres).await;
    let servers = [app.reopened().await, app.reopened().await, app.state.clone()];
    let before = number(&app, "select seq from audit_head").await;
    let jobs = (0..150).map(|n| {
        let (state, now) = (servers[n % 3].clone(), app.now());
        tokio::spawn(async move {
            state
                .db
                .write(move |c| {
                    Box::pin(async move {
                        audit::append(c, now, Record::new(Actor::System, "test.one", ("test", n.to_string()))).await?;
                        audit::append(c, now, Record::new(Actor::System, "test.two", ("test", n.to_string()))).await
                    })
                })
                .await
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        job.await.expect("it runs").expect("it is written");
    }
    let mut reader = app.state.db.read().await.expect("a reader");
    assert_eq!(audit::verify(&mut reader.conn()).await.expect("a walk"), Verdict::Whole(before + 300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_count_in_total() {
    let app = TestApp::start(Engine::Postgres).await;
    let there = app.beside(None).await;
    account(&app, "wang.fang", Role::Administrator, None).await;
    let tries = (0..24).map(|n| {
        let server = if n % 2 == 0 { &app } else { &there };
        sign_in(server, "wang.fang", "a wrong password", "192.0.2.1")
    });
    let tries = futures::future::join_all(tries).await;
    assert_eq!(tries.iter().filter(|answer| answer.status == 401).count(), 5);
    assert_eq!(tries.iter().filter(|answer| answer.status == 429).count(), 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_come_from_the_replica_but_for_what_one_has_just_written() {
    let app = TestApp::start(Engine::Postgres).await;
    // A replica that has stopped long ago: an empty registry.
    let stopped = TestApp::start(Engine::Postgres).await;
    let lagging = app.beside(Some(stopped.postgres_url())).await;
    let broken = app.beside(Some("postgres://guiyan@127.0.0.1:1/nowhere")).await;
    let world = World::build(&app).await;
    let filed = world.registered(1).await;
    let token = app.token_of(&world.secretary);
    let count = |answer: Value| answer["items"].as_array().expect("a list").len();
    assert_eq!(count(world.secretary.get("/registrations").await.ok()), 1);
    assert_eq!(count(lagging.with_token(&token).get("/registrations").await.ok()), 0);
    assert_eq!(count(broken.with_token(&token).get("/registrations").await.ok()), 1);
    // A look at one record is never answered by a replica.
    let path = format!("/registrations/{}", filed["id"].as_str().expect("an id"));
    lagging.with_token(&token).get(&path).await.is(200);
    // Who writes is handed how far to read.
    let user = lagging.with_token(&token);
    let made = world.event_body();
    let made = user.post("/events", made).await.is(201);
    let cookie = made.headers["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    assert!(cookie.starts_with("guiyan_seen="), "{cookie}");
    let list = user.send(user.request(reqwest::Method::GET, "/events").header("cookie", &cookie)).await.ok();
    assert_eq!(count(list), 1);
    assert_eq!(count(user.get("/events").await.ok()), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_goes_by_the_partition() {
    let app = TestApp::start(Engine::Postgres).await;
    let world = World::build(&app).await;
    let member = world.registered(1).await["member_id"].as_str().expect("a member").to_owned();
    let event = world.event().await;
    let id = CheckInId::new(app.now(), &app.state.entropy);
    world.secretary.post("/check-ins", manual(&app, id, &event, &member)).await.ok();
    // An id that is no UUIDv7 lies in no month.
    let astray: CheckInId = "f81d4fae-7dec-4bd0-a765-00a0c91e6bf6".parse().expect("an id");
    world.secretary.post("/check-ins", manual(&app, astray, &event, &member)).await.ok();
    world.secretary.post("/check-ins", manual(&app, astray, &event, &member)).await.ok();
    let in_other = "select cast(count(*) as bigint) from check_in_attempts_other";
    let attempts = "select cast(count(*) as bigint) from check_in_attempts";
    assert_eq!((number(&app, attempts).await, number(&app, in_other).await), (2, 1));
    let partitions = "select cast(count(*) as bigint) from pg_inherits where inhparent = 'check_in_attempts'::regclass";
    let made = number(&app, partitions).await;
    assert_eq!(made, 5);

    // Months later: the next partitions are there, the first one goes as a whole, the stray row by itself.
    app.advance(14 * 31 * 86_400);
    let now: Instant = app.now();
    let ahead = app
        .state
        .db
        .write(move |c: &mut Conn<'_>| Box::pin(async move { guiyan::db::partitions::make_ahead(c, now).await }));
    ahead.await.expect("made");
    assert!(number(&app, partitions).await > made + 10);
    let periods = Periods { people: 1200, attempts: 6, notices: 1200, log: 1200 };
    let gone = retention::reduce(&app.state.db, periods, now, &app.state.entropy, |_| {}).await.expect("it goes");
    assert_eq!(gone.attempts, 2);
    assert_eq!(number(&app, attempts).await, 0);
    let first = "select cast(count(*) as bigint) from pg_class where relname = 'check_in_attempts_to_24322'";
    assert_eq!(number(&app, first).await, 0);
    assert_eq!(number(&app, "select cast(count(*) as bigint) from attendance").await, 1);
    let mut reader = app.state.db.read().await.expect("a reader");
    assert!(matches!(audit::verify(&mut reader.conn()).await.expect("a walk"), Verdict::Whole(_)));
}

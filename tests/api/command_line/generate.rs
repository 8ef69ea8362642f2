//! A generated registry is one that the services could have written: it is served, searched, and worked in.

use std::{collections::BTreeMap, process::Output};

use guiyan::db::sqlite::SqliteOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::*;
use crate::support::{Answer, PASSWORD};

fn items(answer: &Value) -> Vec<Value> {
    answer["items"].as_array().expect("a list").clone()
}

impl Server {
    async fn get(&self, path: &str, token: &str) -> Value {
        let request = self.http.get(format!("{}/api/v1{path}", self.url)).bearer_auth(token);
        Answer::read(request.send().await.expect("an answer")).await.ok()
    }

    /// Every item of a list.
    async fn all(&self, path: &str, token: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}limit=200{cursor}"), token).await;
            all.extend(items(&page));
            let Some(next) = page["next_cursor"].as_str() else { return all };
            cursor = format!("&cursor={next}");
        }
    }
}

impl Place {
    /// Whether there are members yet; asked beside the program that makes them.
    async fn holds_members(&self) -> bool {
        const ANY: &str = "select cast(count(*) as bigint) from (select id from members limit 1) found";
        let found: Result<i64, sqlx::Error> = match &self.database {
            Some(url) => {
                let mut connection = PgConnection::connect(url).await.expect("the private cluster answers");
                sqlx::query_scalar(ANY).fetch_one(&mut connection).await
            }
            None => {
                let options = SqliteOptions::file(self.data().join("guiyan.db")).read_only();
                let Ok(mut connection) = options.connect().await else { return false };
                sqlx::query_scalar(ANY).fetch_one(&mut connection).await
            }
        };
        found.is_ok_and(|n| n > 0)
    }
}

fn generate(place: &Place, members: &str) -> Output {
    let mut command = place.command(&["generate", "--members", members, "--seed", "7", "--json"]);
    command.env("GUIYAN_GENERATE_PASSWORD", PASSWORD).output().expect("it runs")
}

fn counts(list: &Value) -> BTreeMap<String, i64> {
    let pairs = list.as_array().expect("a list").iter();
    pairs.map(|one| (one["key"].as_str().unwrap_or_default().to_owned(), one["count"].as_i64().unwrap_or(0))).collect()
}

fn tallied<'a>(rows: impl Iterator<Item = &'a Value>, field: &str) -> BTreeMap<String, i64> {
    let mut tally = BTreeMap::new();
    rows.for_each(|row| *tally.entry(row[field].as_str().expect("a word").to_owned()).or_default() += 1);
    tally
}

const OPEN: [&str; 4] = ["pending_home", "pending_host", "active", "out_of_contact"];

both!(a_generated_registry_is_served_and_searched, |place| {
    let made = generate(&place, "1000");
    assert!(made.status.success(), "{}", stderr(&made));
    assert_eq!(stderr(&made), "", "nothing where it is piped");
    let made: Value = serde_json::from_str(&stdout(&made)).expect("one line of JSON");
    assert_eq!(made["members"], 1000);
    let check_ins = made["check_ins"].as_u64().expect("a count");
    assert!((4500..=5500).contains(&check_ins), "about five each: {check_ins}");
    let again = generate(&place, "1000");
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(stderr(&again), "guiyan: the database holds members already; nothing was generated\n");
    let audit = place.run(&["audit", "verify"]);
    assert!(audit.status.success(), "{}", stderr(&audit));

    let server = place.serve(&[]);
    let unit = |role: &str| {
        let mut logins = made["logins"].as_array().expect("logins").iter();
        logins.find(|login| login["role"] == role).expect("the role")["unit_id"].as_str().unwrap_or("").to_owned()
    };
    let department = server.sign_in("department").await;
    let all = server.all("/registrations?", &department).await;
    assert!((60..=140).contains(&all.len()), "a tenth of all: {}", all.len());

    // Every way of searching finds somebody.
    let known = all.iter().find(|row| row["status"] == "active" && !row["card"].is_null()).expect("an active one");
    let (id, name) = (known["id"].clone(), known["member"]["name"].as_str().expect("a name"));
    let member = server.get(&format!("/members/{}", known["member_id"].as_str().expect("an id")), &department).await;
    let phone = member["phone"].as_str().or(member["member"]["phone"].as_str()).expect("a phone").to_owned();
    let number = known["card"]["number"].as_str().expect("a number").to_owned();
    let initials = guiyan::people::pinyin_initials(name);
    let surname = name.chars().next().expect("a name").to_string();
    for text in [name, &surname, &initials, &phone[7..], &phone, &number] {
        let found = server.all(&format!("/registrations?q={text}&"), &department).await;
        assert!(found.iter().any(|row| row["id"] == id), "{text} finds them");
    }
    let silent = server.all("/registrations?silent_since=2026-08-01&status=active&", &department).await;
    assert!(silent.len() < all.len());
    let card = server.get(&format!("/cards/{number}"), &department).await;
    assert_eq!(card["number"], json!(number));

    // Whatever the overview counts is there.
    let overview = server.get(&format!("/units/{}/overview", unit("department_officer")), &department).await;
    assert_eq!(counts(&overview["by_status"]), tallied(all.iter(), "status"));
    let open = || all.iter().filter(|row| OPEN.contains(&row["status"].as_str().unwrap_or("")));
    assert_eq!(counts(&overview["by_reason"]), tallied(open(), "flow_reason"));
    assert_eq!(overview["counts"]["members"], json!(open().count()));
    let living = |row: &&Value| matches!(row["card"]["status"].as_str(), Some("active" | "suspended"));
    assert_eq!(overview["counts"]["with_card"], json!(open().filter(living).count()));
    let calls = server.all("/please-call?", &department).await;
    assert_eq!(overview["counts"]["please_call"], json!(calls.len()));
    let sum = |list: &Value, field: &str| {
        list.as_array().expect("a list").iter().map(|row| row[field].as_i64().unwrap_or(0)).sum::<i64>()
    };
    assert_eq!(sum(&overview["by_district"], "count"), i64::try_from(open().count()).expect("small"));
    let hosts = tallied(open().map(|row| &row["host"]), "id");
    let mut largest: Vec<i64> = hosts.into_values().collect();
    largest.sort_unstable_by_key(|n| -n);
    largest.truncate(50);
    let told: Vec<_> = overview["by_host"].as_array().expect("a list").iter().map(|one| one["count"].clone()).collect();
    assert_eq!(json!(told), json!(largest), "the largest fifty");
    assert_eq!(sum(&overview["children"], "members"), i64::try_from(open().count()).expect("small"));
    assert!(sum(&overview["activity"], "check_ins") > 200, "{}", overview["activity"]);

    // And one can go on from there: a registration, a card, a check-in.
    let secretary = server.sign_in("secretary").await;
    let (home, host) = (known["home"]["id"].clone(), unit("branch_secretary"));
    let filing = json!({
        "filed_by": "host", "home_unit_id": home, "host_unit_id": host, "flow_reason": "employment",
        "started_on": "2026-03-01", "person": Person::nth(1).json(),
        "consent": {"version": "2026-1", "given_on": "2026-03-01"}
    });
    let filed = server.post("/registrations", &secretary, filing).await.is(201).text("id");
    server.post(&format!("/registrations/{filed}/confirm"), &department, json!({})).await.is(200);
    let card = server.post(&format!("/registrations/{filed}/cards"), &secretary, json!({})).await.is(201);
    assert!(card.text("number").starts_with(&number[..6]), "the department's series goes on");
    let now = guiyan::clock::Clock::System.now();
    let starts_at = now.plus_seconds(-600);
    let event = json!({
        "unit_id": host, "kind": "lecture", "title": "党课", "starts_at": starts_at, "ends_at": now.plus_seconds(6600)
    });
    let event = server.post("/events", &secretary, event).await.is(201).text("id");
    let check_in = json!({"items": [{
        "id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "event_id": event, "occurred_at": now, "method": "manual",
        "member_id": server.get(&format!("/registrations/{filed}"), &secretary).await["member_id"], "note": "忘带手机"
    }]});
    let done = server.post("/check-ins", &secretary, check_in).await.is(200);
    assert_eq!(done.json["items"][0]["verdict"], "accepted", "{}", done.json);
    let after = server.get(&format!("/units/{}/overview", unit("department_officer")), &department).await;
    assert_eq!(after["counts"]["members"].as_i64(), overview["counts"]["members"].as_i64().map(|n| n + 1));
    // The month of its start: an event may have begun before midnight of a month's last day.
    let month = starts_at.day().to_string()[..7].to_owned();
    let check_ins = |overview: &Value| {
        let mut months = overview["activity"].as_array().expect("months").iter();
        months.find(|one| one["month"] == json!(month)).expect("the month")["check_ins"].as_i64().expect("a count")
    };
    assert_eq!(check_ins(&after), check_ins(&overview) + 1);
    assert_eq!(server.end("-TERM").0, Some(0));
    let audit = place.run(&["audit", "verify"]);
    assert!(audit.status.success(), "{}", stderr(&audit));

    // What is kept is what there is, before and after it is folded.
    let db = place.open().await;
    for _ in 0..2 {
        let mut reader = db.read().await.expect("a reader");
        let differences = guiyan::tallies::recount(&mut reader.conn(), guiyan::units::district).await.expect("counted");
        assert!(differences.is_empty(), "{differences:#?}");
        drop(reader);
        guiyan::tallies::fold(&db).await.expect("folded");
    }
});

both!(nothing_is_generated_where_something_was_begun, |place| {
    let none = place.run(&["generate", "--members", "0"]);
    assert_eq!(none.status.code(), Some(2));
    let weak = place.command(&["generate", "--members", "20"]).env("GUIYAN_GENERATE_PASSWORD", "short").output();
    let weak = weak.expect("it runs");
    assert_eq!((weak.status.code(), stderr(&weak).lines().count()), (Some(1), 1), "{}", stderr(&weak));

    // A run that is killed leaves a registry that says so, and can be served.
    let mut killed = place.command(&["generate", "--members", "300000"]).spawn().expect("it runs");
    while !place.holds_members().await {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    killed.kill().expect("killed");
    killed.wait().expect("gone");
    let again = place.run(&["generate", "--members", "20"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).starts_with("guiyan: an earlier run was interrupted here"), "{}", stderr(&again));
    assert_eq!(place.serve(&[]).end("-TERM").0, Some(0));
    let db = place.open().await;
    let aside: i64 = guiyan::on_engine!(&mut db.read().await.expect("a reader").conn(), |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from set_aside"
    )
    .fetch_one(c))
    .expect("counted");
    assert_eq!(aside, 0, "the indexes are back");
});

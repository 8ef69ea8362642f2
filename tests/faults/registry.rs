//! A registry with members, made by `guiyan demo` once and copied for each test; who works in it; and what is in its file.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use guiyan::{
    clock::{Clock, Instant},
    db::sqlite::{SqliteConnection, SqliteOptions},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

use crate::support::{Answer, Engine, Place, Server, stderr};

struct Template {
    folder: PathBuf,
    login: Value,
}

/// The demo's data set, filled in once.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    let _ = std::fs::remove_dir_all(&folder);
    let mut demo = Command::new(env!("CARGO_BIN_EXE_guiyan"))
        .args(["demo", "--json", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&folder)
        .env("GUIYAN_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(demo.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    let pid = demo.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
    assert!(demo.wait().expect("it ends").success());
    let logins = told["logins"].as_array().expect("logins");
    let login = logins.iter().find(|login| login["role"] == "committee_officer").expect("the committee's").clone();
    Template { folder, login }
});

/// A registry of one's own.
pub struct Registry {
    pub place: Place,
}

impl Registry {
    pub async fn new() -> Self {
        let place = Place::new(Engine::Sqlite).await;
        std::fs::create_dir(place.data()).expect("a folder");
        for file in ["guiyan.db", "master.key"] {
            std::fs::copy(TEMPLATE.folder.join(file), place.data().join(file)).expect("copied");
        }
        Self { place }
    }

    pub fn file(&self) -> PathBuf {
        self.place.data().join("guiyan.db")
    }

    /// Fails the test unless the program finds the registry whole.
    #[track_caller]
    pub fn is_whole(&self) {
        let verified = self.place.run(&["audit", "verify"]);
        assert!(verified.status.success(), "{}", stderr(&verified));
    }
}

/// The committee's officer, signed in.
pub struct Officer {
    pub http: reqwest::Client,
    pub url: String,
    pub token: String,
    pub unit: String,
    /// How far the server's clock, and with it the officer's, is from this machine's.
    pub offset: i64,
}

impl Officer {
    pub async fn sign_in(server: &Server) -> Self {
        let login = &TEMPLATE.login;
        let body = json!({"username": login["username"], "password": login["password"]});
        let request = server.http.post(format!("{}/api/v1/sessions", server.url)).json(&body);
        let token = Answer::read(request.send().await.expect("an answer")).await.is(200).text("access_token");
        let unit = login["unit_id"].as_str().expect("a unit").to_owned();
        Self { http: server.http.clone(), url: server.url.clone(), token, unit, offset: 0 }
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        Answer::read(request.json(&body).send().await.expect("an answer")).await
    }

    /// Everyone who may come to an event of the committee.
    pub async fn members(&self) -> Vec<Uuid> {
        let list = self.call(Method::GET, "/registrations?status=active&limit=200", json!({})).await.ok();
        let items = list["items"].as_array().expect("items");
        items.iter().map(|item| item["member_id"].as_str().expect("an id").parse().expect("an id")).collect()
    }

    /// An event of the committee that is open around `now`.
    pub async fn event(&self, now: Instant) -> Uuid {
        let (from, to) = (now.plus_seconds(-3 * 3600), now.plus_seconds(3 * 3600));
        let event = json!({
            "unit_id": self.unit, "kind": "lecture", "title": "党课", "starts_at": now, "ends_at": now.plus_seconds(3600),
            "hours": 1.0, "audience": "unit", "check_in": {"opens_at": from, "closes_at": to}
        });
        self.call(Method::POST, "/events", event).await.is(201).text("id").parse().expect("an id")
    }

    /// `count` new events and every member for each: that many check-ins to be made.
    pub async fn work(&self, count: usize) -> Vec<(Uuid, Uuid)> {
        let members = self.members().await;
        let mut work = Vec::new();
        for _ in 0..count {
            let event = self.event(now()).await;
            work.extend(members.iter().map(|member| (event, *member)));
        }
        work
    }
}

pub fn now() -> Instant {
    Clock::System.now()
}

/// Opens a file as it is, beside or after a server.
pub async fn open(file: &Path) -> SqliteConnection {
    SqliteOptions::file(file).connect().await.expect("it opens")
}

/// Its id, the event, the member, how often it is there, and how many entries were made of it.
type AttemptRow = (Uuid, Option<Uuid>, Option<Uuid>, i64, i64);

/// What is on record: of each attempt the event, the member and how often; of each event and member how many entries.
pub struct OnRecord {
    attempts: HashMap<Uuid, (Option<Uuid>, Option<Uuid>, i64, i64)>,
    entries: HashMap<(Uuid, Uuid), i64>,
}

impl OnRecord {
    pub async fn read(file: &Path) -> Self {
        let mut c = open(file).await;
        let attempts: Vec<AttemptRow> = sqlx::query_as(
            "select a.id, a.event_id, a.member_id, count(*),
                    (select count(*) from attendance_entries e where e.scan_id = a.id and e.id = a.entry_id)
               from check_in_attempts a group by a.id, a.event_id, a.member_id",
        )
        .fetch_all(&mut c)
        .await
        .expect("attempts");
        let entries: Vec<(Uuid, Uuid, i64)> = sqlx::query_as(
            "select event_id, member_id, count(*) from attendance_entries where method = 'manual' group by event_id, member_id",
        )
        .fetch_all(&mut c)
        .await
        .expect("entries");
        // An entry that stands is there, and an attempt that was accepted has made one: nothing is half on record.
        let halves: i64 = sqlx::query_scalar(
            "select (select count(*) from attendance a left join attendance_entries e on e.id = a.entry_id where e.id is null)
                  + (select count(*) from check_in_attempts a left join attendance_entries e on e.id = a.entry_id
                      where a.verdict = 'accepted' and e.id is null)
                  + (select count(*) from attendance_entries e left join attendance a
                         on a.event_id = e.event_id and a.member_id = e.member_id where a.entry_id is null)",
        )
        .fetch_one(&mut c)
        .await
        .expect("a count");
        assert_eq!(halves, 0, "something is half on record");
        let form: String = sqlx::query_scalar("pragma integrity_check(3)").fetch_one(&mut c).await.expect("a check");
        assert_eq!(form, "ok");
        c.close().await.expect("closes");
        Self {
            attempts: attempts.into_iter().map(|(id, event, member, n, made)| (id, (event, member, n, made))).collect(),
            entries: entries.into_iter().map(|(event, member, n)| ((event, member), n)).collect(),
        }
    }

    /// Fails the test unless the check-in is there, once, with its one entry.
    #[track_caller]
    pub fn holds(&self, id: Uuid, event: Uuid, member: Uuid) {
        let found = self.attempts.get(&id).unwrap_or_else(|| panic!("check-in {id} was acknowledged and is lost"));
        assert_eq!(found, &(Some(event), Some(member), 1, 1), "check-in {id}");
        assert_eq!(self.entries.get(&(event, member)), Some(&1), "entries of {id}");
    }

    /// Fails the test where anyone is in twice.
    #[track_caller]
    pub fn has_no_doubles(&self) {
        let doubled = self.entries.values().filter(|n| **n > 1).count();
        assert_eq!(doubled, 0, "{doubled} are in twice");
    }
}

//! The program as its users start it: real processes, signals, files.

use std::{io::BufRead as _, os::unix::fs::PermissionsExt as _, path::Path};

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Engine, Person, Place, Server, stderr, stdout};

/// Bytes of the seal behind a backup: a word and a SHA-256.
const SEAL: usize = 15 + 32;

/// A server whose administrator `root` has a password; made by the command line.
async fn with_administrator(place: &Place) -> (Server, String) {
    let made = place.run(&["account", "create", "--username", "root", "--role", "administrator"]);
    assert!(made.status.success(), "{}", stderr(&made));
    let server = place.serve(&[]);
    server.set_up(&stdout(&made)).await;
    let token = server.sign_in("root").await;
    (server, token)
}

/// An open live wall of an event: its answer, of which the first bytes have been read.
async fn live_wall(server: &Server, root: &str) -> reqwest::Response {
    let unit =
        server.post("/units", root, json!({"kind": "branch", "name": "金山区第一支部"})).await.is(201).text("id");
    let new = json!({"username": "secretary", "role": "branch_secretary", "unit_id": unit});
    let made = server.post("/accounts", root, new).await.is(201);
    server.set_up(made.json["setup"]["url"].as_str().expect("a link")).await;
    let secretary = server.sign_in("secretary").await;
    let event = json!({
        "unit_id": unit, "kind": "lecture", "title": "党课", "starts_at": "2100-01-01T01:00:00.000Z",
        "ends_at": "2100-01-01T03:00:00.000Z", "hours": 2.0, "audience": "unit"
    });
    let event = server.post("/events", &secretary, event).await.is(201).text("id");
    let request = server.http.get(format!("{}/api/v1/events/{event}/live", server.url)).bearer_auth(&secretary);
    let mut wall = request.send().await.expect("an answer");
    assert_eq!(wall.status(), 200);
    let first = wall.chunk().await.expect("a stream").expect("counts at once");
    assert!(first.starts_with(b"event"), "{first:?}");
    wall
}

/// One test body, on both engines.
macro_rules! both {
    ($name:ident, |$place:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($place: Place) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Place::new(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Place::new(Engine::Postgres).await).await;
            }
        }
    };
}

mod check;
mod figures;
mod generate;
mod import;
mod logs;
mod query_plans;
mod stopping;
mod tls;

both!(the_first_start_prints_a_link_and_a_signal_ends_it_well, |place| {
    let (code, unused) = place.serve(&[]).end("-TERM");
    assert_eq!(code, Some(0));
    assert!(unused.contains("/setup#"), "{unused}");
    // Nobody has used it, so the next start prints one that works.
    let mut server = place.serve(&[]);
    let mut line = String::new();
    server.out.read_line(&mut line).expect("a line");
    let link = line.split_whitespace().find(|word| word.contains("/setup#")).expect("a link").to_owned();
    assert!(link.starts_with(&server.url), "{link}");
    server.set_up(&link).await;
    server.sign_in("admin").await;
    assert_eq!(server.end("-INT"), (Some(0), String::new()));
    let again = place.serve(&[]);
    again.sign_in("admin").await;
    assert_eq!(again.end("-TERM"), (Some(0), String::new()));
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&place.data()), 0o700);
    assert_eq!(mode(&place.data().join("master.key")), 0o600);
    if place.database.is_none() {
        assert_eq!(mode(&place.data().join("guiyan.db")), 0o600);
    }
});

both!(what_was_acknowledged_survives_a_kill, |place| {
    let (server, token) = with_administrator(&place).await;
    let (told, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let (http, url) = (server.http.clone(), server.url.clone());
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (http, url, token, told) = (http.clone(), url.clone(), token.clone(), told.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    let username = format!("kept-{writer}-{n}");
                    let request = http.post(format!("{url}/api/v1/accounts")).bearer_auth(&token);
                    let new = json!({"username": username, "role": "administrator"});
                    match request.json(&new).send().await {
                        Ok(answer) if answer.status() == 201 => told.send(username).expect("a reader"),
                        _ => break,
                    }
                }
            })
        })
        .collect();
    drop(told);
    let mut kept = Vec::new();
    while kept.len() < 60 {
        kept.push(acknowledged.recv().await.expect("writes go on"));
    }
    let (code, _) = server.end("-KILL");
    assert_eq!(code, None, "killed by a signal");
    for writer in writers {
        writer.await.expect("a writer");
    }
    while let Some(username) = acknowledged.recv().await {
        kept.push(username);
    }
    let again = place.serve(&[]);
    let token = again.sign_in("root").await;
    for username in kept {
        let found = again.call(Method::GET, &format!("/accounts?q={username}"), &token, json!({})).await.ok();
        assert_eq!(found["items"][0]["username"], username);
    }
    assert_eq!(again.end("-TERM").0, Some(0));
    let dry = place.run(&["retention", "--dry-run"]);
    assert!(dry.status.success() && stdout(&dry).contains("would go"), "{}", stderr(&dry));
    let verified = place.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", stderr(&verified));
});

both!(a_signal_ends_the_live_wall_and_then_the_server, |place| {
    let (server, root) = with_administrator(&place).await;
    let mut wall = live_wall(&server, &root).await;
    assert_eq!(server.end("-TERM").0, Some(0));
    // The stream came to its end; it did not break off.
    while wall.chunk().await.expect("a whole stream").is_some() {}
});

both!(a_key_is_rotated_under_a_running_server_and_older_tokens_hold, |place| {
    let made = place.run(&["account", "create", "--username", "root", "--role", "administrator"]);
    let outside = ["--public-url", "https://guiyan.example/"];
    let before = place.serve(&outside);
    before.set_up(&stdout(&made)).await;
    let old = before.sign_in("root").await;
    let rotated = place.run(&["keys", "rotate"]);
    assert!(rotated.status.success(), "{}", stderr(&rotated));
    let new = before.sign_in("root").await;
    for token in [&old, &new] {
        before.call(Method::GET, "/accounts", token, json!({})).await.is(200);
    }
    assert_eq!(before.end("-TERM").0, Some(0));
    let after = place.serve(&outside);
    for token in [&old, &new, &after.sign_in("root").await] {
        after.call(Method::GET, "/accounts", token, json!({})).await.is(200);
    }
});

#[tokio::test]
async fn the_link_names_the_public_url() {
    let place = Place::new(Engine::Sqlite).await;
    let (_, out) = place.serve(&["--public-url", "https://guiyan.example/"]).end("-TERM");
    assert!(out.contains("https://guiyan.example/setup#"), "{out}");
    let args = ["account", "create", "--username", "Wang.Fang", "--role", "administrator"];
    let made = place.command(&args).env("GUIYAN_PUBLIC_URL", "https://other.example").output().expect("it runs");
    assert!(stdout(&made).starts_with("https://other.example/setup#"), "{}", stderr(&made));
    let taken = place.run(&args);
    assert_eq!(taken.status.code(), Some(1));
    assert!(stderr(&taken).contains("user name"), "{}", stderr(&taken));
}

#[tokio::test]
async fn wrong_usage_is_2_and_failure_is_1_and_one_line_says_why() {
    let place = Place::new(Engine::Sqlite).await;
    let usage: &[&[&str]] = &[
        &[],
        &["frobnicate"],
        &["serve", "--frobnicate"],
        &["serve", "--listen", "nowhere"],
        &["serve", "--database", "mysql://x"],
        &["serve", "--public-url", "guiyan.example"],
        &["serve", "--public-url", "https://u:p@guiyan.example"],
        &["serve", "--tls-cert", "x.pem"],
        &["serve", "--tls-cert", "x.pem", "--tls-key", "y.pem", "--tls-self-signed"],
        &["serve", "--log-format", "xml"],
        &["account", "create", "--username", "王芳", "--role", "administrator"],
        &["account", "create", "--username", "wang.fang", "--role", "emperor"],
        &["account", "create", "--username", "wang.fang"],
        &["audit"],
        &["backup"],
        &["retention", "--keep-log", "5"],
        &["retention", "--keep-people", "0"],
    ];
    for args in usage {
        assert_eq!(place.run(args).status.code(), Some(2), "{args:?}");
    }
    assert!(!place.data().exists(), "wrong usage leaves nothing behind");
    let failures: &[(&[&str], &str)] = &[
        (&["serve", "--database", "postgres://nobody@127.0.0.1:1/x"], "database"),
        (&["serve", "--database", "sqlite:///nowhere/at/all.db"], "/nowhere/at/all.db"),
        (&["serve", "--listen", "192.0.2.1:80"], "192.0.2.1:80"),
        (&["serve", "--tls-cert", "x.pem", "--tls-key", "y.pem"], "x.pem"),
        (&["audit", "verify"], "no database"),
        (&["keys", "rotate", "--database", "sqlite:///nowhere/at/all.db"], "no database"),
        (&["backup", "x.db"], "no database"),
        (&["retention", "--dry-run"], "no database"),
        (&["backup", "x.db", "--database", "postgres://x"], "pg_dump"),
        (&["restore", "x.db", "--database", "postgres://x"], "pg_restore"),
        (&["account", "create", "--username", "wang.fang", "--role", "supervisor"], "/unit_id"),
    ];
    for (args, says) in failures {
        let failed = place.command(args).env("GUIYAN_LOG", "off").output().expect("it runs");
        let said = stderr(&failed);
        assert_eq!(failed.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.starts_with("guiyan: ") && said.contains(says) && said.lines().count() == 1, "{args:?}: {said}");
        std::fs::remove_file(place.data().join("guiyan.db")).ok();
    }
    let bad_key = place.command(&["serve"]).env("GUIYAN_MASTER_KEY", "x").output().expect("it runs");
    assert_eq!(bad_key.status.code(), Some(1));
    assert!(stderr(&bad_key).contains("64 hexadecimal digits"));
    assert_eq!(place.run(&["--help"]).status.code(), Some(0));
    let document: Value = serde_json::from_slice(&place.run(&["openapi"]).stdout).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_serving_restores() {
    let place = Place::new(Engine::Sqlite).await;
    let (server, token) = with_administrator(&place).await;
    let new = |username: &str| json!({"username": username, "role": "administrator"});
    server.post("/accounts", &token, new("before.backup")).await.is(201);
    let file = place.folder.path().join("copy.db").display().to_string();
    let backed_up = place.run(&["backup", &file]);
    assert!(backed_up.status.success(), "{}", stderr(&backed_up));
    assert_eq!(place.run(&["backup", &file]).status.code(), Some(1), "no backup is overwritten");
    server.post("/accounts", &token, new("after.backup")).await.is(201);
    let busy = place.run(&["restore", &file]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(stderr(&busy).contains("stop the server"), "{}", stderr(&busy));
    server.post("/accounts", &token, new("after.refusal")).await.is(201);
    assert_eq!(server.end("-TERM").0, Some(0));

    // What is not whole, not ours or not opened by our key takes nobody's place.
    let bytes = std::fs::read(&file).expect("the copy");
    let bad = |name: &str, bytes: &[u8]| {
        let path = place.folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let mut flipped = bytes.clone();
    let page = flipped.len() / 2 / 4096 * 4096;
    flipped[page..page + 4096].fill(0x5a);
    // A name of one letter more or less is no fault of the file's form.
    let mut renamed = bytes.clone();
    let name = renamed.windows(13).position(|word| word == b"before.backup").expect("the account");
    renamed[name] = b'B';
    for file in [
        bad("renamed.db", &renamed),
        bad("unsealed.db", &bytes[..bytes.len() - SEAL]),
        bad("cut.db", &bytes[..bytes.len() / 2]),
        bad("text.db", b"hello"),
        bad("empty.db", b""),
        bad("flipped.db", &flipped),
    ] {
        let refused = place.run(&["restore", &file]);
        assert_eq!(refused.status.code(), Some(1), "{file}: {}", stderr(&refused));
    }
    let tampered = bad("tampered.db", &bytes);
    sqlite(&tampered, "update audit_log set note = 'nothing happened' where seq = 2").await;
    // Whoever changes a backup can seal it anew; the chain is another matter.
    let changed = std::fs::read(&tampered).expect("the file");
    let (database, seal) = changed.split_at(changed.len() - SEAL);
    let tampered = bad("tampered.db", &[database, &seal[..SEAL - 32], digest(&SHA256, database).as_ref()].concat());
    let refused = place.run(&["restore", &tampered]);
    assert!(stderr(&refused).contains("record 2"), "{}", stderr(&refused));
    let other_key =
        place.command(&["restore", &file]).env("GUIYAN_MASTER_KEY", "11".repeat(32)).output().expect("it runs");
    assert!(stderr(&other_key).contains("another master key"), "{}", stderr(&other_key));

    let names = async |server: &Server| -> Vec<String> {
        let token = server.sign_in("root").await;
        let list = server.call(Method::GET, "/accounts", &token, json!({})).await.ok();
        list["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|a| a["username"].as_str().expect("a name").into())
            .collect()
    };
    let server = place.serve(&[]);
    assert_eq!(names(&server).await, ["admin", "after.backup", "after.refusal", "before.backup", "root"]);
    server.end("-TERM");
    let restored = place.run(&["restore", &file]);
    assert!(restored.status.success(), "{}", stderr(&restored));
    let server = place.serve(&[]);
    assert_eq!(names(&server).await, ["admin", "before.backup", "root"]);
    server.end("-TERM");
    assert!(place.run(&["audit", "verify"]).status.success());
    sqlite(&place.data().join("guiyan.db").display().to_string(), "delete from audit_log where seq = 3").await;
    let broken = place.run(&["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(stderr(&broken).contains("record 3"), "{}", stderr(&broken));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_master_key_is_not_replaced_by_a_new_one() {
    let place = Place::new(Engine::Sqlite).await;
    place.serve(&[]).end("-TERM");
    let (key, elsewhere) = (place.data().join("master.key"), place.folder.path().join("elsewhere"));
    std::fs::rename(&key, &elsewhere).expect("moved");
    let refused = place.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("no master key"), "{}", stderr(&refused));
    assert!(!key.exists());
    std::fs::rename(&elsewhere, &key).expect("moved");
    assert_eq!(place.serve(&[]).end("-TERM").0, Some(0));
}

async fn sqlite(file: &str, statement: &'static str) {
    use guiyan::db::sqlite::SqliteConnection;
    use sqlx::Connection as _;
    let mut connection = SqliteConnection::connect(&format!("sqlite://{file}")).await.expect("opens");
    sqlx::raw_sql(statement).execute(&mut connection).await.expect("runs");
    connection.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_self_signed_certificate_is_enough_to_try_a_phone() {
    let place = Place::new(Engine::Sqlite).await;
    let (code, out) =
        Server::start(place.command(&["serve", "--listen", "0.0.0.0:0", "--tls-self-signed"])).end("-TERM");
    assert_eq!(code, Some(0));
    assert!(out.contains("https://") && !out.contains("0.0.0.0"), "{out}");
}

//! The machine's clock jumps while the server serves: libfaketime stands between the two.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use guiyan::clock::Instant;
use reqwest::Method;
use serde_json::json;

use crate::{
    load::{self, Ledger, Temper},
    registry::{Officer, Registry, now},
    support::Server,
};

fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    folders.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|path| path.exists())
}

/// Sets the server's clock, by seconds, against this machine's.
fn set(file: &Path, seconds: i64) {
    let arriving = file.with_extension("new");
    std::fs::write(&arriving, format!("{seconds:+}\n")).expect("written");
    std::fs::rename(&arriving, file).expect("moved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_loses_and_doubles_nothing() {
    let Some(library) = library() else {
        return eprintln!("NOT RUN: libfaketime is not installed (make tools)");
    };
    let registry = Registry::new().await;
    let clock = registry.place.folder.path().join("clock");
    set(&clock, 0);
    let mut command = registry.place.command(&["serve", "--listen", "127.0.0.1:0"]);
    // libfaketime reads its file anew at each look, and two threads that look at once see each other's half-read time:
    // one thread looks at the clock here.
    command
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("DONT_FAKE_MONOTONIC", "1")
        .env("NO_FAKE_STAT", "1")
        .env("TOKIO_WORKER_THREADS", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let server = Server::start(command);
    let ledger = Arc::new(Ledger::default());
    let mut expected = 0;
    for jump in [0, 3600, -3600, 40 * 86_400, -86_400, 0] {
        set(&clock, jump);
        // Whoever was signed in may have to sign in again; nobody is locked out.
        let officer = Officer { offset: jump, ..Officer::sign_in(&server).await };
        let at: Instant = now().plus_seconds(jump);
        let members = officer.members().await;
        let event = officer.event(at).await;
        let work: Vec<_> = members.iter().map(|member| (event, *member)).collect();
        expected += work.len();
        let running = load::start(&officer, work, 8, Temper::Stubborn, &ledger);
        load::ended(running).await;
        assert_eq!(ledger.acknowledged(), expected);
        // Whoever is in is known to be in, whatever the clock says.
        // (An earlier scan would stand in the place of the later one.)
        let later = now().plus_seconds(jump + 5);
        let again = json!({"items": [{
            "id": uuid::Uuid::new_v4(), "event_id": event, "occurred_at": later, "method": "manual", "member_id": members[0], "note": "x"
        }]});
        let again = officer.call(Method::POST, "/check-ins", again).await.ok();
        assert_eq!(again["items"][0]["verdict"], "duplicate");
    }
    assert_eq!(server.end("-TERM").0, Some(0));
    ledger.is_kept_in(&registry.file()).await;
    registry.is_whole();
}

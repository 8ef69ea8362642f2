//! A write-ahead log that was cut at any byte: what is left is a prefix of what was acknowledged, and nothing is half there.

use std::{sync::Arc, time::Duration};

use guiyan::ids::Entropy;

use crate::{
    kills::rounds,
    load::{self, Ledger, Temper},
    registry::{Officer, OnRecord, Registry, open},
    support::stderr,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_log_leaves_a_prefix() {
    let registry = Registry::new().await;
    let server = registry.place.serve(&[]);
    let officer = Officer::sign_in(&server).await;
    let ledger = Arc::new(Ledger::default());
    let running = load::start(&officer, officer.work(4).await, 8, Temper::Easy, &ledger);
    tokio::time::sleep(Duration::from_millis(600)).await;
    server.end("-KILL");
    load::ended(running).await;
    let (database, log) = (std::fs::read(registry.file()).expect("a file"), registry.file().with_extension("db-wal"));
    let log = std::fs::read(log).expect("a log");
    assert!(log.len() > 100_000, "there is something to cut: {}", log.len());

    let dice = Entropy::system();
    let mut cuts: Vec<usize> =
        (0..rounds().max(12)).map(|_| dice.below(log.len() as u64).try_into().unwrap()).collect();
    cuts.extend([0, 31, 32, 56, log.len() - 1, log.len()]);
    cuts.sort_unstable();
    let (mut records, mut attempts) = (0, 0);
    for cut in cuts {
        let torn = registry.place.folder.path().join("torn");
        let _ = std::fs::remove_dir_all(&torn);
        std::fs::create_dir(&torn).expect("a folder");
        std::fs::copy(registry.place.data().join("master.key"), torn.join("master.key")).expect("copied");
        std::fs::write(torn.join("guiyan.db"), &database).expect("written");
        std::fs::write(torn.join("guiyan.db-wal"), &log[..cut]).expect("written");
        OnRecord::read(&torn.join("guiyan.db")).await.has_no_doubles();
        let verified =
            registry.place.command(&["audit", "verify"]).env("GUIYAN_DATA_DIR", &torn).output().expect("it runs");
        assert!(verified.status.success(), "cut at {cut}: {}", stderr(&verified));
        let mut c = open(&torn.join("guiyan.db")).await;
        let (now_records, now_attempts): (i64, i64) =
            sqlx::query_as("select (select seq from audit_head), (select count(*) from check_in_attempts)")
                .fetch_one(&mut c)
                .await
                .expect("figures");
        assert!(now_records >= records && now_attempts >= attempts, "a longer log holds no less");
        (records, attempts) = (now_records, now_attempts);
    }
    // The whole log holds all that was acknowledged.
    ledger.is_kept_in(&registry.place.folder.path().join("torn/guiyan.db")).await;
}

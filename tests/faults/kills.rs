//! Killed with -9 under load, again and again.

use std::{sync::Arc, time::Duration};

use guiyan::ids::Entropy;

use crate::{
    load::{self, Ledger, Temper},
    registry::{Officer, Registry, now},
    support::stderr,
};

/// How often, where GUIYAN_FAULT_ROUNDS does not say: what a test run has time for.
const ROUNDS: usize = 10;

pub fn rounds() -> usize {
    std::env::var("GUIYAN_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let registry = Registry::new().await;
    let ledger = Arc::new(Ledger::default());
    let dice = Entropy::system();
    let (rounds, mut interrupted) = (rounds(), 0);
    for round in 1..=rounds {
        let server = registry.place.serve(&[]);
        let officer = Officer::sign_in(&server).await;
        ledger.send_again(&officer, now()).await;
        assert_eq!(ledger.open(), 0);
        let work = officer.work(3).await;
        let running = load::start(&officer, work, 16, Temper::Easy, &ledger);
        tokio::time::sleep(Duration::from_millis(20 + dice.below(400))).await;
        assert_eq!(server.end("-KILL").0, None, "killed by a signal");
        load::ended(running).await;
        interrupted += ledger.open();
        ledger.is_kept_in(&registry.file()).await;
        if round % 25 == 0 {
            eprintln!("round {round}: {} acknowledged, {interrupted} interrupted", ledger.acknowledged());
        }
    }
    let server = registry.place.serve(&[]);
    ledger.send_again(&Officer::sign_in(&server).await, now()).await;
    assert_eq!(server.end("-TERM").0, Some(0));
    ledger.is_kept_in(&registry.file()).await;
    registry.is_whole();
    let checked = registry.place.run(&["check", "--full"]);
    assert!(!String::from_utf8_lossy(&checked.stdout).contains("audit log    it was changed"), "{}", stderr(&checked));
    eprintln!("{rounds} kills: {} acknowledged, {interrupted} interrupted and sent again", ledger.acknowledged());
    assert!(ledger.acknowledged() > rounds * 10, "there was a load: {}", ledger.acknowledged());
}

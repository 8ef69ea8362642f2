//! A month's batch of cards as one ZIP, while officers go on reading.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    figures::{Figures, Goal, quantile},
    http::{Connection, request},
    reads,
    server::Server,
};

/// A read beside it may take so long: drawing happens on other threads.
const BESIDE_MS: f64 = 20.0;
/// A file's header in a ZIP.
const FILE: &[u8] = b"PK\x03\x04";

/// Runs the part: takes `count` cards of the largest department, a PDF each, and hangs up.
pub async fn measure(
    figures: &mut Figures,
    engine: &'static str,
    server: &Server,
    made: &Value,
    count: usize,
) -> anyhow::Result<()> {
    let (token, unit) = reads::officer(server, made, "department").await?;
    server.forget_peak()?;
    let before = server.memory()?.0;
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn(beside(Connection::open(server.address).await?, token.clone(), Arc::clone(&done)));
    let began = Instant::now();
    let zip = Connection::open(server.address).await?;
    let mut zip = zip.stream(&request("GET", &format!("/units/{unit}/cards.zip?form=cards"), &token, "")).await?;
    let (mut files, mut first, mut bytes) = (0, None, 0);
    while files < count {
        let part = zip.part().await?;
        if part.is_empty() || part.ends_with(b"\r\n0\r\n\r\n") {
            break;
        }
        first.get_or_insert_with(|| began.elapsed());
        bytes += part.len();
        files += memchr::memmem::find_iter(&part, FILE).count();
    }
    let took = began.elapsed().as_secs_f64();
    drop(zip);
    done.store(true, Ordering::Relaxed);
    let beside = reading.await??;
    let of = |what: &str| format!("{files} cards in a ZIP: {what}");
    figures.add(engine, of("took"), took, "s");
    figures.add(engine, of("first byte after"), first.context("nothing came")?.as_secs_f64(), "s");
    figures.add(engine, of("size"), bytes as f64 / 1_048_576.0, "MiB");
    figures.add(engine, of("memory of the server before"), before, "MiB");
    figures.add(engine, of("memory of the server at its highest"), server.memory()?.1, "MiB");
    figures.aim(engine, of("p99 of a read beside it"), quantile(&beside, 0.99), "ms", Goal::AtMost(BESIDE_MS));
    Ok(())
}

/// Reads a page fifty times a second; how long each took, sorted, in milliseconds.
async fn beside(mut line: Connection, token: String, done: Arc<AtomicBool>) -> anyhow::Result<Vec<f64>> {
    let read = request("GET", "/registrations?status=active&limit=10", &token, "");
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let mut took = Vec::new();
    while !done.load(Ordering::Relaxed) {
        beat.tick().await;
        let sent = Instant::now();
        line.send(&read).await?.json()?;
        took.push(sent.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}

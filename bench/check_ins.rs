//! Check-ins over HTTP, signed in, verified, decided, recorded, audited and told to a live wall, against what the engine
//! itself commits of the same rows.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::ensure;

use crate::{
    Args,
    figures::{Figures, Goal, quantile},
    hall::Hall,
    http::{Connection, request},
    raw::Raw,
    server::Server,
};

/// What one run at so many connections showed.
pub struct Run {
    /// Acknowledged check-ins a second.
    pub rate: f64,
    /// From sending to having the answer, sorted, in milliseconds.
    pub took: Vec<f64>,
    /// CPU time of the server for each, in milliseconds.
    pub cpu: f64,
}

/// How people come in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A secretary scans their cards.
    Card,
    /// They scan the event's code, and their phone signs.
    Code,
}

/// Runs the part for one engine.
pub async fn measure(
    figures: &mut Figures,
    engine: &'static str,
    server: &Server,
    hall: &Hall,
    raw: &Raw,
    args: &Args,
) -> anyhow::Result<()> {
    figures.add(engine, "one bare durable commit, p50", raw.commit_ms, "ms");
    figures.add(engine, "the engine's own: the same rows in batches of 64", raw.rows_per_second, "/s");
    for connections in args.connections.iter().copied() {
        let run = run(server, hall, Way::Card, connections, args.seconds).await?;
        let name = |what: &str| format!("cards scanned, {connections} connections: {what}");
        figures.add(engine, name("check-ins"), run.rate, "/s");
        figures.add(engine, name("p50"), quantile(&run.took, 0.5), "ms");
        let (p99, per_commit) = (quantile(&run.took, 0.99), raw.commit_ms);
        match connections {
            1 => {
                figures.add(engine, name("p99"), p99, "ms");
                let ratio = quantile(&run.took, 0.5) / per_commit;
                figures.aim(engine, name("p50 in bare commits"), ratio, "×", Goal::AtMost(2.0));
            }
            64 => {
                figures.add(engine, name("p99"), p99, "ms");
                figures.aim(engine, name("p99 in bare commits"), p99 / per_commit, "×", Goal::AtMost(10.0));
                figures.aim(
                    engine,
                    name("of the engine's own"),
                    run.rate / raw.rows_per_second,
                    "",
                    Goal::AtLeast(0.5),
                );
                figures.aim(engine, name("CPU of the server each"), run.cpu, "ms", Goal::AtMost(0.25));
            }
            _ => figures.add(engine, name("p99"), p99, "ms"),
        }
    }
    let own = self::run(server, hall, Way::Code, 64, args.seconds).await?;
    figures.add(engine, "codes scanned by members, 64 connections: check-ins", own.rate, "/s");
    figures.add(engine, "codes scanned by members, 64 connections: p99", quantile(&own.took, 0.99), "ms");
    figures.add(engine, "codes scanned by members, 64 connections: CPU of the server each", own.cpu, "ms");
    Ok(())
}

/// `connections` phones check in as fast as they are answered; each pair of member and event once.
pub async fn run(server: &Server, hall: &Hall, way: Way, connections: usize, seconds: f64) -> anyhow::Result<Run> {
    let mut lines = Vec::with_capacity(connections);
    for _ in 0..connections {
        lines.push(Connection::open(server.address).await?);
    }
    let mut walls = Vec::new();
    // More than any machine like this takes in the time, made before: signing is not what is measured.
    let wanted = (seconds * 8_000.0) as usize;
    let mut requests = VecDeque::with_capacity(wanted);
    while requests.len() < wanted {
        let event = hall.event().await?;
        // Someone watches, as in a hall.
        walls.push(watch(server, hall, &event).await?);
        let code = if way == Way::Code { hall.code(&event).await? } else { String::new() };
        for member in &hall.members {
            requests.push_back(match way {
                Way::Card => hall.scan(&event, member),
                Way::Code => hall.own(&event, &code, member),
            });
        }
    }
    let requests = Arc::new(Mutex::new(requests));
    let cpu = server.cpu()?;
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(seconds);
    let phones: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let mut took = Vec::new();
                while Instant::now() < until {
                    let Some(request) = requests.lock().expect("no panic").pop_front() else { break };
                    let sent = Instant::now();
                    let answer = line.send(&request).await?;
                    took.push(sent.elapsed().as_secs_f64() * 1000.0);
                    let accepted = memchr::memmem::find(&answer.body, b"\"verdict\":\"accepted\"").is_some();
                    ensure!(accepted, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
                }
                Ok(took)
            })
        })
        .collect();
    let mut took = Vec::new();
    for phone in phones {
        took.extend(phone.await??);
    }
    let elapsed = began.elapsed().as_secs_f64();
    let cpu = (server.cpu()? - cpu) * 1000.0 / took.len() as f64;
    walls.into_iter().for_each(|wall| wall.abort());
    took.sort_by(f64::total_cmp);
    Ok(Run { rate: took.len() as f64 / elapsed, took, cpu })
}

async fn watch(server: &Server, hall: &Hall, event: &str) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    let wall = Connection::open(server.address).await?;
    let mut wall = wall.stream(&request("GET", &format!("/events/{event}/live"), &hall.secretary, "")).await?;
    Ok(tokio::spawn(async move { while wall.part().await.is_ok_and(|part| !part.is_empty()) {} }))
}

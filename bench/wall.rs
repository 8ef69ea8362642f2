//! The live wall: many watch one event while people come in at a steady rate.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use tokio::sync::Mutex;

use crate::{
    figures::{Figures, Goal, quantile},
    hall::Hall,
    http::{Connection, request},
    server::Server,
};

const LISTENERS: usize = 200;
const A_SECOND: usize = 500;

/// What one listener saw: whose check-in, and when it was told.
type Seen = Vec<(String, Instant)>;

/// Runs the part.
pub async fn measure(figures: &mut Figures, server: &Server, hall: &Hall) -> anyhow::Result<()> {
    let event = hall.event().await?;
    let count = hall.members.len();
    let mut listeners = Vec::with_capacity(LISTENERS);
    for _ in 0..LISTENERS {
        let line = Connection::open(server.address).await?;
        let wall = line.stream(&request("GET", &format!("/events/{event}/live"), &hall.secretary, "")).await?;
        listeners.push(tokio::spawn(listen(wall, count)));
    }
    let before = server.memory()?.0;
    let sent: Arc<Mutex<HashMap<String, Instant>>> = Arc::default();
    let mut phones = Vec::new();
    const PHONES: usize = 25;
    for phone in 0..PHONES {
        let members: Vec<_> = hall.members.iter().skip(phone).step_by(PHONES).cloned().collect();
        let requests: Vec<_> = members.iter().map(|member| (member.id.clone(), hall.scan(&event, member))).collect();
        let (mut line, sent) = (Connection::open(server.address).await?, Arc::clone(&sent));
        phones.push(tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_secs_f64(PHONES as f64 / A_SECOND as f64));
            for (member, request) in requests {
                beat.tick().await;
                sent.lock().await.insert(member, Instant::now());
                let answer = line.send(&request).await?;
                ensure!(answer.status == 200, "{}", answer.status);
            }
            anyhow::Ok(())
        }));
    }
    let began = Instant::now();
    for phone in phones {
        phone.await??;
    }
    let rate = count as f64 / began.elapsed().as_secs_f64();
    let mut heard: Vec<Seen> = Vec::with_capacity(LISTENERS);
    for listener in listeners {
        heard.push(listener.await??);
    }
    let after = server.memory()?.1;
    let sent = sent.lock().await;
    let mut took: Vec<f64> = heard
        .iter()
        .flatten()
        .filter_map(|(member, at)| Some(at.duration_since(*sent.get(member)?).as_secs_f64() * 1000.0))
        .collect();
    took.sort_by(f64::total_cmp);
    let order = |seen: &Seen| seen.iter().map(|(member, _)| member.clone()).collect::<Vec<_>>();
    let first = order(&heard[0]);
    let same = heard.iter().filter(|seen| seen.len() == count && order(seen) == first).count();
    let name = |what: &str| format!("{LISTENERS} listeners: {what}");
    figures.add("wall", name("check-ins"), rate, "/s");
    figures.aim("wall", name("heard every one in the same order"), same as f64, "", Goal::AtLeast(LISTENERS as f64));
    figures.add("wall", name("p50 from the scan to the wall"), quantile(&took, 0.5), "ms");
    figures.aim("wall", name("p99 from the scan to the wall"), quantile(&took, 0.99), "ms", Goal::AtMost(250.0));
    figures.add("wall", name("memory of the server before"), before, "MiB");
    figures.add("wall", name("memory of the server at its highest"), after, "MiB");
    Ok(())
}

/// Notes everyone whom the wall tells, until all have come or it goes silent.
async fn listen(mut wall: Connection, count: usize) -> anyhow::Result<Seen> {
    const MEMBER: &[u8] = b"\"member\":{\"id\":\"";
    const ID: usize = 36;
    let (mut seen, mut text) = (Seen::with_capacity(count), Vec::new());
    while seen.len() < count {
        let Ok(part) = tokio::time::timeout(Duration::from_secs(10), wall.part()).await else { break };
        let (part, now) = (part?, Instant::now());
        if part.is_empty() {
            break;
        }
        text.extend_from_slice(&part);
        let mut read = 0;
        for at in memchr::memmem::find_iter(&text, MEMBER) {
            let id = at + MEMBER.len();
            let Some(id) = text.get(id..id + ID) else { break };
            seen.push((String::from_utf8_lossy(id).into_owned(), now));
            read = at + MEMBER.len() + ID;
        }
        // What may be the beginning of a name stays.
        let keep = read.max(text.len().saturating_sub(MEMBER.len() + ID));
        text.drain(..keep);
    }
    Ok(seen)
}

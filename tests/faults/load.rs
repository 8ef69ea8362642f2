//! Clients that check members in, and remember what they were told.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use guiyan::clock::Instant;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::registry::{Officer, OnRecord, now};

/// A check-in that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub event: Uuid,
    pub member: Uuid,
}

/// What was sent, and which of it was acknowledged.
#[derive(Default)]
pub struct Ledger {
    acknowledged: Mutex<HashMap<Uuid, Sent>>,
    open: Mutex<HashMap<Uuid, Sent>>,
    /// Answers 503, and how many of them said when to come back.
    pub refused: AtomicUsize,
    pub told_when: AtomicUsize,
}

impl Ledger {
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.lock().expect("no panic").len()
    }

    pub fn open(&self) -> usize {
        self.open.lock().expect("no panic").len()
    }

    fn settle(&self, id: Uuid) {
        if let Some(sent) = self.open.lock().expect("no panic").remove(&id) {
            self.acknowledged.lock().expect("no panic").insert(id, sent);
        }
    }

    /// Sends again what was never answered, as phones do: it was lost, or it gets its first answer.
    pub async fn send_again(&self, officer: &Officer, at: Instant) {
        let open: Vec<(Uuid, Sent)> =
            self.open.lock().expect("no panic").iter().map(|(id, sent)| (*id, *sent)).collect();
        for part in open.chunks(200) {
            let items: Vec<Value> = part.iter().map(|(id, sent)| item(*id, *sent, at)).collect();
            let answer = officer.call(Method::POST, "/check-ins", json!({"items": items})).await.ok();
            for done in answer["items"].as_array().expect("items") {
                assert!(["accepted", "replayed"].contains(&done["verdict"].as_str().expect("a verdict")), "{done}");
                self.settle(done["id"].as_str().expect("an id").parse().expect("an id"));
            }
        }
    }

    /// Fails the test unless everything that was acknowledged is in the file, once.
    pub async fn is_kept_in(&self, file: &Path) {
        let record = OnRecord::read(file).await;
        for (id, sent) in self.acknowledged.lock().expect("no panic").iter() {
            record.holds(*id, sent.event, sent.member);
        }
        record.has_no_doubles();
    }
}

fn item(id: Uuid, sent: Sent, at: Instant) -> Value {
    json!({"id": id, "event_id": sent.event, "occurred_at": at, "method": "manual", "member_id": sent.member, "note": "没有手机"})
}

/// What a client does when it is told to come back, or hears nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// Ends: the server is gone.
    Easy,
    /// Comes back with the same check-in until it is acknowledged.
    Stubborn,
}

/// Sends check-ins by so many clients at once.
pub fn start(
    officer: &Officer,
    work: Vec<(Uuid, Uuid)>,
    clients: usize,
    temper: Temper,
    ledger: &Arc<Ledger>,
) -> JoinSet<()> {
    let work = Arc::new(Mutex::new(work));
    let mut running = JoinSet::new();
    for _ in 0..clients {
        let (work, ledger) = (Arc::clone(&work), Arc::clone(ledger));
        let (http, url, token) =
            (officer.http.clone(), format!("{}/api/v1/check-ins", officer.url), officer.token.clone());
        let offset = officer.offset;
        running.spawn(async move {
            loop {
                let Some((event, member)) = work.lock().expect("no panic").pop() else { return };
                let (id, sent) = (Uuid::new_v4(), Sent { event, member });
                ledger.open.lock().expect("no panic").insert(id, sent);
                loop {
                    let body = json!({"items": [item(id, sent, now().plus_seconds(offset))]});
                    let answer = http.post(&url).bearer_auth(&token).json(&body).send().await;
                    let Ok(answer) = answer else {
                        if temper == Temper::Easy {
                            return;
                        }
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    if answer.status() == 503 {
                        ledger.refused.fetch_add(1, Ordering::SeqCst);
                        if answer.headers().contains_key("retry-after") {
                            ledger.told_when.fetch_add(1, Ordering::SeqCst);
                        }
                        if temper == Temper::Easy {
                            return;
                        }
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                    let status = answer.status();
                    let Ok(answer) = answer.json::<Value>().await else { return };
                    let verdict = answer["items"][0]["verdict"].as_str().unwrap_or_default();
                    assert!(["accepted", "replayed"].contains(&verdict), "{status}: {answer}");
                    ledger.settle(id);
                    break;
                }
            }
        });
    }
    running
}

/// Waits for the clients; a client that saw what it must not see fails the test.
pub async fn ended(mut running: JoinSet<()>) {
    while let Some(client) = running.join_next().await {
        client.expect("a client saw what it must not see");
    }
}

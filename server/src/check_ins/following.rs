//! What the live walls tell, whichever server it was written by: the records about attendance in the audit log, in its order.
//!
//! Every change of the attendance record appends to the log in its own transaction, and the log's numbers have no gaps and
//! become visible in their order. So a server that remembers how far it has read misses nothing and tells nothing twice,
//! whatever becomes of the hints that something was committed, or of its connections.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use axum::body::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use super::{store, views, wall::CountsTold};
use crate::{
    access::audit,
    app::AppState,
    check_ins::wall::CheckInTold,
    error::ApiError,
    events,
    ids::{EntryId, EventId, MemberId},
};

/// The kind of the records that are followed.
pub(super) const KIND: &str = "attendance";
/// Of these, the one that says that somebody came in; the others only change the figures, and one of them not even those.
const CAME_IN: &str = "check_in.accept";
const AN_EARLIER_SCAN: &str = "check_in.earlier";
/// Records that are read at once.
const TOGETHER: i64 = 256;
/// After a look it rests for so many times as long as the look took, and so long for each who listens, who has to be told; no
/// longer than that in all: what comes in meanwhile is told together, so that a full hall costs the walls no more than a
/// part of one core.
const REST: u32 = 2;
const A_LISTENER: Duration = Duration::from_micros(250);
const LONGEST_REST: Duration = Duration::from_millis(100);
/// Hints may be lost; nobody waits longer than this.
const AT_LATEST: Duration = Duration::from_secs(1);

/// Tells the walls of this server what comes after the record `seq`, until nobody watches.
pub(super) async fn follow(app: AppState, mut seq: i64) {
    let mut commits = app.db.commits();
    while let Some((watched, listeners)) = app.live.watched_or_end() {
        let began = Instant::now();
        match tell_what_came_after(&app, &watched, seq).await {
            Ok((next, true)) => {
                seq = next;
                continue;
            }
            Ok((next, false)) => seq = next,
            Err(error) => tracing::warn!(%error, "the live walls wait for the database"),
        }
        let rest = (began.elapsed() * REST).saturating_add(A_LISTENER.saturating_mul(listeners));
        tokio::time::sleep(rest.min(LONGEST_REST)).await;
        let _ = tokio::time::timeout(AT_LATEST, commits.changed()).await;
    }
}

/// Tells one page of records; answers how far it has read, and whether there may be more.
async fn tell_what_came_after(app: &AppState, watched: &HashSet<EventId>, seq: i64) -> Result<(i64, bool), ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let newest = audit::newest(c).await?;
    if newest == seq {
        return Ok((seq, false));
    }
    let records = audit::about(c, KIND, (seq, newest), TOGETHER).await?;
    let more = i64::try_from(records.len()).is_ok_and(|read| read == TOGETHER);
    let read = if more { records.last().map_or(newest, |record| record.seq) } else { newest };

    let named: Vec<EntryId> = records.iter().filter_map(|record| record.target_id.parse().ok()).collect();
    let mut places: HashMap<String, (EventId, MemberId)> = HashMap::new();
    let mut members: HashMap<EventId, Vec<MemberId>> = HashMap::new();
    for (entry, event, member) in store::places(c, &named).await? {
        if watched.contains(&event) {
            places.insert(entry.to_string(), (event, member));
            members.entry(event).or_default().push(member);
        }
    }
    if places.is_empty() {
        return Ok((read, more));
    }
    let ids: Vec<EventId> = members.keys().copied().collect();
    let mut items = HashMap::new();
    for (event, members) in &members {
        items.insert(*event, views::items_of(c, *event, members).await?);
    }
    let counts = events::counts(c, &ids).await?;
    drop(reader);

    for record in &records {
        let Some((event, member)) = places.get(&record.target_id) else { continue };
        let counts = counts.get(event).copied().unwrap_or_default();
        let item = items.get(event).and_then(|items| items.get(member));
        let told = match (record.action.as_str(), item) {
            (AN_EARLIER_SCAN, _) => continue,
            (CAME_IN, Some(item)) => told("check_in", &CheckInTold { item, counts })?,
            _ => told("counts", &CountsTold { counts })?,
        };
        app.live.tell(*event, told);
    }
    Ok((read, more))
}

/// A message with this data, as the line carries it (server-sent events of the HTML standard).
pub(super) fn told(name: &'static str, data: &impl Serialize) -> Result<Bytes, ApiError> {
    let data = serde_json::to_string(data).map_err(ApiError::internal)?;
    Ok(format!("event: {name}\ndata: {data}\n\n").into())
}

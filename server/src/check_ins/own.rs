//! All that is held about a member's attendance, for the member: what stands with every entry behind it, and the attempts.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    attempts_store,
    decide::{CheckInVerdict, Method, Outcome, RejectReason},
    model::{EntryMethod, RecordRow},
    record,
    store::{self, EntryRow},
    views,
};
use crate::{
    app::AppState,
    clock::Instant,
    db::Conn,
    error::ApiError,
    events,
    ids::{CheckInId, EntryId, EventId, MemberId, UnitId},
    keys::Vault,
    units,
};

/// Rows that are read at a time.
const CHUNK: i64 = 200;
/// As many attempts as are told; a member makes one a meeting.
const ATTEMPTS: i64 = 5000;

/// An entry about a member, whether it stands or not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnEntry {
    /// Its id.
    pub id: EntryId,
    /// The outcome.
    pub outcome: Outcome,
    /// How it came about.
    pub method: EntryMethod,
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less.
    pub weak: bool,
    /// The entry that it replaced.
    pub replaces: Option<EntryId>,
    /// The reason, where the member gave it.
    pub own_reason: Option<String>,
}

/// What stands for a member at an event, and how it came to stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnAttendance {
    /// What stands.
    #[serde(flatten)]
    pub row: RecordRow,
    /// What the member said against it.
    pub dispute: Option<String>,
    /// Every entry, oldest first.
    pub entries: Vec<OwnEntry>,
}

/// An attempt to check a member in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnAttempt {
    /// The client's own id of it.
    pub id: CheckInId,
    /// At which event.
    pub event_id: Option<EventId>,
    /// How.
    pub method: Method,
    /// What became of it.
    pub verdict: CheckInVerdict,
    /// Why it did not count.
    pub reason: Option<RejectReason>,
    /// When it happened, by the phone's clock.
    pub occurred_at: Instant,
    /// When the server recorded it.
    pub recorded_at: Instant,
}

/// The whole record of a member, newest event first.
pub async fn whole_record(c: &mut Conn<'_>, app: &AppState, member: MemberId) -> Result<Vec<OwnAttendance>, ApiError> {
    let mut whole = Vec::new();
    let mut after = None;
    loop {
        let rows = store::record(c, member, after, CHUNK).await?;
        let ids: Vec<EventId> = rows.iter().map(|row| row.entry.event_id).collect();
        let events = events::events(c, &ids).await?;
        let unit_ids: Vec<UnitId> = events.values().map(|event| event.unit_id).collect();
        let units = units::unit_refs(c, &unit_ids).await?;
        let entries = store::entries_about(c, member, &ids).await?;
        for row in &rows {
            let Some(event) = events.get(&row.entry.event_id) else { continue };
            let Some(unit) = units.get(&event.unit_id) else { continue };
            after = Some((event.starts_at, event.id));
            let of_event = entries.iter().filter(|entry| entry.event_id == event.id);
            let of_event = of_event.map(|entry| OwnEntry::read(&app.keys.vault, entry));
            whole.push(OwnAttendance {
                row: record::show(app, row, event.clone(), unit.clone(), true)?,
                dispute: views::dispute(&app.keys.vault, row)?,
                entries: of_event.collect::<Result<_, _>>()?,
            });
        }
        // The store answers one row more than a chunk where there are more.
        if i64::try_from(rows.len()).unwrap_or(CHUNK) <= CHUNK {
            return Ok(whole);
        }
    }
}

impl OwnEntry {
    fn read(vault: &Vault, entry: &EntryRow) -> Result<Self, ApiError> {
        // What an officer wrote stays with the unit that holds the event.
        let own_reason = if entry.device_id.is_some() { views::reason(vault, entry)? } else { None };
        Ok(Self {
            id: entry.id,
            outcome: entry.outcome,
            method: entry.method,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            late: entry.late,
            weak: entry.weak,
            replaces: entry.replaces,
            own_reason,
        })
    }
}

/// The attempts to check a member in, newest first.
pub async fn attempts_of(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<OwnAttempt>, ApiError> {
    let rows = attempts_store::of_member(c, member, ATTEMPTS).await?;
    let attempts = rows.into_iter().map(|row| OwnAttempt {
        id: row.id,
        event_id: row.event_id,
        method: row.method,
        verdict: row.verdict,
        reason: row.reason,
        occurred_at: row.occurred_at,
        recorded_at: row.recorded_at,
    });
    Ok(attempts.collect())
}

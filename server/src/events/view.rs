//! An event as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    draft::CheckInWindow,
    model::{Audience, Counts, EventKind, EventRow, State},
    store,
};
use crate::{
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{EventId, UnitId},
    units::{self, UnitRef},
};

/// An event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// The short id in its codes: 16 hexadecimal digits.
    pub code_id: String,
    /// The unit that holds it.
    pub unit: UnitRef,
    /// Its form.
    pub kind: EventKind,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub place: Option<String>,
    /// What it counts.
    pub hours: f64,
    /// Who may check in.
    pub audience: Audience,
    /// When members can check in.
    pub check_in: CheckInWindow,
    /// Where it stands now.
    pub state: State,
    /// Why it does not take place.
    pub cancel_reason: Option<String>,
    /// How many of how many; null to members.
    pub counts: Option<Counts>,
    /// The same as the ETag.
    pub version: i64,
}

impl EventRow {
    /// The event as it is at `now`.
    pub fn show(self, unit: UnitRef, counts: Option<Counts>, now: Instant) -> Event {
        Event {
            id: self.id,
            code_id: hex::encode(self.code_id),
            unit,
            kind: self.kind,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            hours: self.hours(),
            audience: self.audience,
            check_in: CheckInWindow { opens_at: self.opens_at, closes_at: self.closes_at },
            state: self.state(now),
            title: self.title,
            place: self.place,
            cancel_reason: self.cancel_reason,
            counts,
            version: self.version,
        }
    }
}

/// Shows events with the names of their units, and with counts to those who may see them.
pub async fn show_all(
    c: &mut Conn<'_>,
    rows: Vec<EventRow>,
    with_counts: bool,
    now: Instant,
) -> Result<Vec<Event>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
    let units = units::unit_refs(c, &units).await?;
    let counts = if with_counts { Some(store::counts(c, &ids).await?) } else { None };
    rows.into_iter()
        .map(|row| {
            let unit = units.get(&row.unit_id).cloned().ok_or_else(ApiError::not_found)?;
            let counts = counts.as_ref().map(|counts| counts.get(&row.id).copied().unwrap_or_default());
            Ok(row.show(unit, counts, now))
        })
        .collect()
}

/// Shows one event.
pub async fn show(c: &mut Conn<'_>, row: EventRow, with_counts: bool, now: Instant) -> Result<Event, ApiError> {
    show_all(c, vec![row], with_counts, now).await?.pop().ok_or_else(ApiError::not_found)
}

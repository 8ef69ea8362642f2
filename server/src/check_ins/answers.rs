//! Entries as they are answered to whoever checks in: each with its event, unit and member, read at once.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::{
    decide::Outcome,
    model::{CheckIn, EntryMethod, EventRef},
};
use crate::{
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    ids::{EntryId, EventId, MemberId, UnitId},
    on_engine,
    people::MemberRef,
    units::{UnitKind, UnitRef},
};

/// The entries of these ids.
pub(super) async fn check_ins(c: &mut Conn<'_>, ids: &[EntryId]) -> Result<HashMap<EntryId, CheckIn>, ApiError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Shown> = on_engine!(c, |c| async {
        // Cross joins keep the order on SQLite: the few entries, then what belongs to each by its id.
        let mut query = QueryBuilder::new(
            "select n.id, n.outcome, n.method, n.occurred_at, n.recorded_at, n.late, n.weak, n.member_id, m.name,
                    n.event_id, e.title, e.starts_at, e.ends_at, e.place, e.unit_id, u.kind as unit_kind, u.name as unit_name
               from attendance_entries n cross join members m cross join events e cross join units u
              where m.id = n.member_id and e.id = n.event_id and u.id = e.unit_id and n.id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

#[derive(sqlx::FromRow)]
struct Shown {
    id: EntryId,
    outcome: Outcome,
    method: EntryMethod,
    occurred_at: Instant,
    recorded_at: Instant,
    late: bool,
    weak: bool,
    member_id: MemberId,
    name: String,
    event_id: EventId,
    title: String,
    starts_at: Instant,
    ends_at: Instant,
    place: Option<String>,
    unit_id: UnitId,
    unit_kind: UnitKind,
    unit_name: String,
}

impl From<Shown> for CheckIn {
    fn from(row: Shown) -> Self {
        let unit = UnitRef { id: row.unit_id, kind: row.unit_kind, name: row.unit_name };
        let (id, title, place) = (row.event_id, row.title, row.place);
        Self {
            id: row.id,
            event: EventRef { id, title, starts_at: row.starts_at, ends_at: row.ends_at, place, unit },
            member: MemberRef { id: row.member_id, name: row.name },
            outcome: row.outcome,
            method: row.method,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            late: row.late,
            weak: row.weak,
        }
    }
}

//! SQL of events.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::model::{Audience, Counts, EventRow, Expected};
use crate::{
    clock::Instant,
    codes::EventCodeId,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, EventId, MemberId, UnitId},
    on_engine,
};

/// The columns of an [`EventRow`], of the table or alias `e`.
macro_rules! columns {
    () => {
        "e.id, e.unit_id, e.code_id, e.kind, e.title, e.starts_at, e.ends_at, e.place, e.minutes, e.audience, e.opens_at, \
         e.closes_at, e.cancelled_at, e.cancel_reason, e.version"
    };
}

/// Stays `r` that were active at any time while event `e` lasts.
macro_rules! active_then {
    () => {
        "r.status in ('active', 'returned', 'transferred') and r.active_since <= e.ends_at
         and (r.ended_at is null or r.ended_at >= e.starts_at)"
    };
}

/// Stays `r` that ask their member to come to event `e`: at or below its unit, and active then.
macro_rules! asked {
    () => {
        concat!(
            "r.host_unit_id in (select unit_id from unit_ancestors where ancestor_id = e.unit_id) and ",
            active_then!()
        )
    };
}

pub(crate) use active_then;
pub(super) use columns;

/// The event.
pub async fn event(c: &mut Conn<'_>, id: EventId) -> Result<Option<EventRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(concat!("select ", columns!(), " from events e where e.id = $1"))
        .bind(id)
        .fetch_optional(c))?)
}

/// The event of that short id.
pub async fn event_by_code_id(c: &mut Conn<'_>, code_id: EventCodeId) -> Result<Option<EventRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(concat!("select ", columns!(), " from events e where e.code_id = $1"))
        .bind(code_id.to_vec())
        .fetch_optional(c))?)
}

/// The events of these ids.
pub async fn events(c: &mut Conn<'_>, ids: &[EventId]) -> Result<HashMap<EventId, EventRow>, ApiError> {
    let rows: Vec<EventRow> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(concat!("select ", columns!(), " from events e where e.id in "));
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The members who are asked to come, by name.
pub async fn expected_members(c: &mut Conn<'_>, event: EventId) -> Result<Vec<Expected>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(concat!(
        "select m.id as member_id, m.name, r.host_unit_id
           from events e cross join registrations r join members m on m.id = r.member_id
          where e.id = $1 and ",
        asked!(),
        " order by m.name, m.id, r.id desc"
    ))
    .bind(event)
    .fetch_all(c))?)
}

/// Whether the member is asked to come, and at which host.
pub async fn is_asked(c: &mut Conn<'_>, event: EventId, member: MemberId) -> Result<Option<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(concat!(
        "select r.host_unit_id from events e cross join registrations r
          where e.id = $1 and r.member_id = $2 and ",
        asked!(),
        " order by r.id desc limit 1"
    ))
    .bind(event)
    .bind(member)
    .fetch_optional(c))?)
}

/// Which of these members are asked to come, each with its host, the latest stay last.
pub async fn asked_of(
    c: &mut Conn<'_>,
    event: EventId,
    members: &[MemberId],
) -> Result<Vec<(MemberId, UnitId)>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select r.member_id, r.host_unit_id from events e cross join registrations r where e.id = ",
        );
        query.push_bind(event).push(" and r.member_id in ");
        push_ids(&mut query, members.iter().map(|id| id.0));
        query.push(concat!(" and ", asked!(), " order by r.id")).build_query_as().fetch_all(c).await
    })?)
}

/// How many of how many, for each of these events.
pub async fn counts(c: &mut Conn<'_>, ids: &[EventId]) -> Result<HashMap<EventId, Counts>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: EventId,
        #[sqlx(flatten)]
        counts: Counts,
    }
    let rows: Vec<Row> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(concat!(
            "select e.id,
                    (select cast(count(distinct r.member_id) as bigint) from registrations r where ",
            asked!(),
            ") as expected"
        ));
        for outcome in ["present", "on_leave", "absent", "made_up"] {
            query
                .push(", (select cast(count(*) as bigint) from attendance t where t.event_id = e.id and t.outcome = '");
            query.push(outcome).push("') as ").push(outcome);
        }
        query.push(concat!(
            ", (select cast(count(*) as bigint) from attendance t where t.event_id = e.id and t.outcome = 'present'
                  and not exists (select 1 from registrations r where r.member_id = t.member_id and ",
            asked!(),
            ")) as visitors from events e where e.id in "
        ));
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row.counts)).collect())
}

/// Whether members of this host unit belong to the event's audience.
pub async fn is_in_audience(c: &mut Conn<'_>, event: &EventRow, host: UnitId) -> Result<bool, ApiError> {
    if event.audience == Audience::Open {
        return Ok(true);
    }
    is_at_or_below(c, host, event.unit_id).await
}

/// Whether `unit` is `above` or lies below it.
pub async fn is_at_or_below(c: &mut Conn<'_>, unit: UnitId, above: UnitId) -> Result<bool, ApiError> {
    let found: Option<UnitId> = on_engine!(c, |c| sqlx::query_scalar(
        "select unit_id from unit_ancestors where unit_id = $1 and ancestor_id = $2"
    )
    .bind(unit)
    .bind(above)
    .fetch_optional(c))?;
    Ok(found.is_some())
}

/// Whether anything is recorded for the member at the event.
pub(super) async fn has_entry(c: &mut Conn<'_>, event: EventId, member: MemberId) -> Result<bool, ApiError> {
    let found: Option<EventId> = on_engine!(c, |c| sqlx::query_scalar(
        "select event_id from attendance where event_id = $1 and member_id = $2"
    )
    .bind(event)
    .bind(member)
    .fetch_optional(c))?;
    Ok(found.is_some())
}

/// Events to which members of `host` are asked and that are not over, soonest first.
pub async fn coming(
    c: &mut Conn<'_>,
    host: UnitId,
    now: Instant,
    after: Option<(Instant, EventId)>,
    limit: i64,
) -> Result<Vec<EventRow>, ApiError> {
    let (at, id) = after.unwrap_or((Instant(i64::MIN), EventId(uuid::Uuid::nil())));
    Ok(on_engine!(c, |c| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from events e
          where e.unit_id in (select ancestor_id from unit_ancestors where unit_id = $1)
            and e.cancelled_at is null and e.closes_at >= $2 and (e.starts_at, e.id) > ($3, $4)
          order by e.starts_at, e.id limit $5"
    ))
    .bind(host)
    .bind(now)
    .bind(at)
    .bind(id)
    .bind(limit + 1)
    .fetch_all(c))?)
}

/// Who stands as present at the event.
pub(super) async fn present(c: &mut Conn<'_>, event: EventId) -> Result<Vec<MemberId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select member_id from attendance where event_id = $1 and outcome = 'present'"
    )
    .bind(event)
    .fetch_all(c))?)
}

/// Keeps a new event.
pub(super) async fn insert(
    c: &mut Conn<'_>,
    event: &EventRow,
    account: Option<AccountId>,
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into events (id, unit_id, code_id, kind, title, starts_at, ends_at, place, minutes, audience, opens_at,
                                 closes_at, account_id, version, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)"
        )
        .bind(event.id)
        .bind(event.unit_id)
        .bind(event.code_id.to_vec())
        .bind(event.kind)
        .bind(&event.title)
        .bind(event.starts_at)
        .bind(event.ends_at)
        .bind(&event.place)
        .bind(event.minutes)
        .bind(event.audience)
        .bind(event.opens_at)
        .bind(event.closes_at)
        .bind(account)
        .bind(event.version)
        .bind(now)
    )?;
    Ok(())
}

/// Keeps the next version of an event; false where another one came first.
pub(super) async fn update(c: &mut Conn<'_>, event: &EventRow, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        &mut *c,
        sqlx::query(
            "update events set kind = $1, title = $2, starts_at = $3, ends_at = $4, place = $5, minutes = $6, audience = $7,
                    opens_at = $8, closes_at = $9, cancelled_at = $10, cancel_reason = $11, version = $12, updated_at = $13
              where id = $14 and version = $12 - 1"
        )
        .bind(event.kind)
        .bind(&event.title)
        .bind(event.starts_at)
        .bind(event.ends_at)
        .bind(&event.place)
        .bind(event.minutes)
        .bind(event.audience)
        .bind(event.opens_at)
        .bind(event.closes_at)
        .bind(event.cancelled_at)
        .bind(&event.cancel_reason)
        .bind(event.version)
        .bind(now)
        .bind(event.id)
    )?;
    if touched == 0 {
        return Ok(false);
    }
    // The record keeps the event's start as its own order.
    execute!(
        c,
        sqlx::query("update attendance set starts_at = $1 where event_id = $2 and starts_at <> $1")
            .bind(event.starts_at)
            .bind(event.id)
    )?;
    Ok(true)
}

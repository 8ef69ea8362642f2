//! A member's own record, and what a member is asked to next.

use super::{
    model::{ComingEvent, PastEvent, RecordPage, RecordRow, Totals},
    store::{self, Attended},
    views,
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    events::{self, EventRow},
    http::{Page, PageQuery},
    ids::{EventId, MemberId, UnitId},
    registrations,
    units::{self, UnitRef},
};

/// A page of the caller's own record.
pub(super) async fn own(app: &AppState, caller: &Caller, page: &PageQuery) -> Result<RecordPage, ApiError> {
    let (member, _) = caller.member()?;
    let mut reader = app.db.read().await?;
    read(&mut reader.conn(), app, member, page, true).await
}

/// A page of a member's record, to an officer in whose reach one of the member's stays is; the look-up is logged first.
pub(super) async fn of_member(
    app: &AppState,
    caller: &Caller,
    member: MemberId,
    page: &PageQuery,
) -> Result<RecordPage, ApiError> {
    let mut reader = app.db.read().await?;
    if !store::has_stay_within(&mut reader.conn(), &caller.scope, member).await? {
        return Err(ApiError::not_found());
    }
    let record = read(&mut reader.conn(), app, member, page, false).await?;
    drop(reader);
    let (now, by) = (app.clock.now(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let mut look = Record::new((&by).into(), "member.attendance", ("member", member.to_string()));
                if let Some(unit) = by.unit() {
                    look = look.from_unit(unit);
                }
                audit::append(c, now, look.about(member)).await
            })
        })
        .await?;
    Ok(record)
}

/// The newest rows of a member's record, for those who were let in to it.
pub async fn newest(c: &mut Conn<'_>, app: &AppState, member: MemberId, rows: u32) -> Result<Vec<RecordRow>, ApiError> {
    let page = PageQuery { limit: Some(rows), cursor: None };
    Ok(read(c, app, member, &page, false).await?.items)
}

async fn read(
    c: &mut Conn<'_>,
    app: &AppState,
    member: MemberId,
    page: &PageQuery,
    own: bool,
) -> Result<RecordPage, ApiError> {
    let limit = page.limit()?;
    let rows = store::record(c, member, page.after()?, limit).await?;
    let ids: Vec<EventId> = rows.iter().map(|row| row.entry.event_id).collect();
    let events = events::events(c, &ids).await?;
    let unit_ids: Vec<UnitId> = events.values().map(|event| event.unit_id).collect();
    let units = units::unit_refs(c, &unit_ids).await?;
    let cut = Page::cut(rows, limit, |row| {
        (events.get(&row.entry.event_id).map(|event| event.starts_at), row.entry.event_id)
    });
    let mut items = Vec::with_capacity(cut.items.len());
    for row in cut.items {
        let Some(event) = events.get(&row.entry.event_id) else { continue };
        let Some(unit) = units.get(&event.unit_id) else { continue };
        items.push(show(app, &row, event.clone(), unit.clone(), own)?);
    }
    let (from, to) = this_year(app.clock.now());
    let (count, minutes) = store::totals(c, member, from, to).await?;
    let hours = f64::from(i32::try_from(minutes).unwrap_or(i32::MAX)) / 60.0;
    Ok(RecordPage { items, next_cursor: cut.next_cursor, totals: Totals { events: count, hours } })
}

/// One row; to oneself with the reason that one gave.
pub(super) fn show(
    app: &AppState,
    row: &Attended,
    event: EventRow,
    unit: UnitRef,
    own: bool,
) -> Result<RecordRow, ApiError> {
    let given = own && row.entry.device_id.is_some();
    Ok(RecordRow {
        own_reason: if given { views::reason(&app.keys.vault, &row.entry)? } else { None },
        event: PastEvent::new(event, unit),
        outcome: row.entry.outcome,
        entry_id: row.entry.id,
        method: row.entry.method,
        occurred_at: row.entry.occurred_at,
        late: row.entry.late,
        disputed: row.is_disputed(),
        dispute_answer: if own { views::answer(&app.keys.vault, row)? } else { None },
    })
}

/// The calendar year in China.
fn this_year(now: Instant) -> (Instant, Instant) {
    let year = now.day().year();
    let first = |year| Day::new(year, 1, 1).map_or(now, Day::starts);
    (first(year), first(year + 1))
}

/// What the caller is asked to next, soonest first.
pub(super) async fn coming(app: &AppState, caller: &Caller, page: &PageQuery) -> Result<Page<ComingEvent>, ApiError> {
    let (member, _) = caller.member()?;
    let (now, limit, after) = (app.clock.now(), page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let Some(stay) = registrations::open_stay_of(c, member).await? else {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    };
    let rows = events::coming(c, stay.host_unit_id, now, after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.starts_at, row.id));
    let ids: Vec<EventId> = items.iter().map(|row| row.id).collect();
    let outcomes = store::outcomes(c, member, &ids).await?;
    let events = events::show_all(c, items, false, now).await?;
    let items = events.into_iter().map(|event| ComingEvent { outcome: outcomes.get(&event.id).copied(), event });
    Ok(Page { items: items.collect(), next_cursor })
}

//! The counts and series behind a unit's first screen.

use super::{
    figures::{self, Asked},
    model::{KeyCount, Overview, OverviewCounts, Reach, UnitCount, Waiting},
    store,
};
use crate::{
    access::Caller,
    app::AppState,
    cards::REVIEW_AHEAD_DAYS,
    clock::Instant,
    db::Conn,
    error::ApiError,
    events::{self, Event},
    ids::{EventId, UnitId},
    registrations::{self, CountedEnd},
    units::{self, UnitRef},
};

/// The events on a desk are those of so many days…
const COMING_DAYS: i64 = 15;
/// …and at most so many.
const COMING_MOST: i64 = 10;

/// The overview of a unit within the caller's reach, or 404. The series of the year may be left out.
pub(super) async fn overview(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
    with_series: bool,
) -> Result<Overview, ApiError> {
    caller.scope.require_unit(c, unit).await?;
    let (unit, end) = registrations::counted(c, unit).await?;
    let reach = Reach { unit: unit.id, end };
    let now = app.clock.now();
    let today = now.day();
    let (begins, ends) = (today.starts(), today.plus_days(1).starts());

    let asked = Asked { reach, kind: unit.kind, now, soon: today.plus_days(REVIEW_AHEAD_DAYS), with_series };
    let figures = figures::figures(c, asked).await?;
    let of = |status: &str| figures.by_status.iter().find(|(key, _)| key == status).map_or(0, |(_, n)| *n);
    let (active, pending_home) = (of("active"), of("pending_home"));
    let (pending_host, out_of_contact) = (of("pending_host"), of("out_of_contact"));
    let (units, acceptances) = store::units_and_acceptances(c, unit.id).await?;
    let counts = OverviewCounts {
        members: active + pending_home + pending_host + out_of_contact,
        active,
        pending_home,
        pending_host,
        out_of_contact,
        with_card: figures.cards.with_card,
        review_due: figures.cards.review_due,
        please_call: store::silent(c, reach, registrations::silent_before(today)).await?,
        units,
    };
    let waiting = Waiting {
        confirmations: if end == CountedEnd::Home { pending_home } else { 0 },
        acceptances,
        reviews: figures.cards.review_soon,
    };
    let by_host = named(c, figures.by_host, |(id, _)| *id).await?;
    let children = figures::children(c, asked, (begins, ends)).await?;
    let todays = store::events_between(c, unit.id, begins, ends).await?;
    let coming = store::events_from(c, unit.id, ends, today.plus_days(COMING_DAYS).starts(), COMING_MOST).await?;
    let events = events_of(c, &[todays.as_slice(), &coming].concat(), now).await?;
    let (today, coming) = events.into_iter().partition(|event| todays.contains(&event.id));
    Ok(Overview {
        counts,
        waiting,
        by_status: keyed(figures.by_status),
        by_reason: keyed(figures.by_reason),
        by_district: figures.by_district,
        by_host: by_host.into_iter().map(|(unit, (_, count))| UnitCount { unit, count }).collect(),
        children,
        activity: figures.activity,
        flow: figures.flow,
        today,
        coming,
        above: above(c, caller, unit.id).await?,
        unit,
    })
}

/// The units above that the caller reaches too.
async fn above(c: &mut Conn<'_>, caller: &Caller, unit: UnitId) -> Result<Vec<UnitRef>, ApiError> {
    let mut within = Vec::new();
    for above in store::above(c, unit).await? {
        if caller.scope.reaches_unit(c, above).await? {
            within.push(above);
        }
    }
    Ok(named(c, within, |id| *id).await?.into_iter().map(|(unit, _)| unit).collect())
}

/// These events as they are shown, in their order.
async fn events_of(c: &mut Conn<'_>, ids: &[EventId], now: Instant) -> Result<Vec<Event>, ApiError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = events::events(c, ids).await?;
    let rows = ids.iter().filter_map(|id| found.remove(id)).collect();
    events::show_all(c, rows, true, now).await
}

/// Puts each unit's name to its row.
async fn named<T>(c: &mut Conn<'_>, rows: Vec<T>, unit: impl Fn(&T) -> UnitId) -> Result<Vec<(UnitRef, T)>, ApiError> {
    let ids: Vec<UnitId> = rows.iter().map(&unit).collect();
    let refs = units::unit_refs(c, &ids).await?;
    Ok(rows.into_iter().filter_map(|row| Some((refs.get(&unit(&row)).cloned()?, row))).collect())
}

fn keyed(counts: Vec<(String, i64)>) -> Vec<KeyCount> {
    counts.into_iter().map(|(key, count)| KeyCount { key, count }).collect()
}

//! The counts and series behind a unit's first screen.

use super::{
    model::{ChildUnit, End, KeyCount, MonthOfActivity, Overview, OverviewCounts, Reach, UnitCount, Waiting},
    store,
};
use crate::{
    access::Caller,
    app::AppState,
    cards::REVIEW_AHEAD_DAYS,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    events::{self, Event},
    ids::UnitId,
    registrations::PLEASE_CALL_MONTHS,
    units::{self, UnitKind, UnitRef},
};

/// Months in the series.
const MONTHS: i64 = 12;

/// The overview of a unit within the caller's reach, or 404.
pub(super) async fn overview(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
) -> Result<Overview, ApiError> {
    caller.scope.require_unit(c, unit).await?;
    let (unit, end) = counted(c, unit).await?;
    let reach = Reach { unit: unit.id, end };
    let now = app.clock.now();
    let today = now.day();

    let by_status = store::by_status(c, reach).await?;
    let of = |status: &str| by_status.iter().find(|(key, _)| key == status).map_or(0, |(_, n)| *n);
    let (active, pending_home) = (of("active"), of("pending_home"));
    let (pending_host, out_of_contact) = (of("pending_host"), of("out_of_contact"));
    let silent = today.plus_months(-PLEASE_CALL_MONTHS).plus_days(1).starts();
    let tally = store::tally(c, reach, today, today.plus_days(REVIEW_AHEAD_DAYS), silent).await?;
    let counts = OverviewCounts {
        members: active + pending_home + pending_host + out_of_contact,
        active,
        pending_home,
        pending_host,
        out_of_contact,
        with_card: tally.with_card,
        review_due: tally.review_due,
        please_call: tally.silent,
        units: store::units_below(c, unit.id).await?,
    };
    let waiting = Waiting {
        confirmations: if end == End::Home { pending_home } else { 0 },
        acceptances: store::acceptances(c, unit.id).await?,
        reviews: tally.review_soon,
    };
    let (by_host, children) = (store::by_host(c, reach).await?, store::children(c, reach).await?);
    let (by_host, children) = (named(c, by_host).await?, named(c, children).await?);
    Ok(Overview {
        counts,
        waiting,
        by_status: keyed(by_status),
        by_reason: keyed(store::by_reason(c, reach).await?),
        by_host: by_host.into_iter().map(|(unit, count)| UnitCount { unit, count }).collect(),
        children: children.into_iter().map(|(unit, active)| ChildUnit { unit, active }).collect(),
        activity: activity(c, reach, now).await?,
        today: todays_events(c, unit.id, now).await?,
        unit,
    })
}

/// The unit whose stays are counted, and which of them: a liaison office shows its department's.
async fn counted(c: &mut Conn<'_>, unit: UnitId) -> Result<(UnitRef, End), ApiError> {
    let asked = units::unit_ref(c, unit).await?;
    match asked.kind {
        UnitKind::Department => Ok((asked, End::Home)),
        UnitKind::LiaisonOffice => match units::department_above(c, unit).await? {
            Some(department) => {
                let department = UnitRef { id: department.id, kind: UnitKind::Department, name: department.name };
                Ok((department, End::Home))
            }
            None => Ok((asked, End::Both)),
        },
        _ => Ok((asked, End::Both)),
    }
}

async fn activity(c: &mut Conn<'_>, reach: Reach, now: Instant) -> Result<Vec<MonthOfActivity>, ApiError> {
    let this_month = now.day().first_of_month();
    let months: Vec<Day> = (0..MONTHS).rev().map(|ago| this_month.plus_months(-ago)).collect();
    let spans: Vec<_> = months.iter().map(|month| (month.starts(), month.plus_months(1).starts().min(now))).collect();
    let found = store::activity(c, reach, &spans).await?;
    Ok(months
        .iter()
        .zip(0..)
        .map(|(month, span)| {
            let of = found.iter().find(|row| row.span == span);
            MonthOfActivity {
                month: month.to_string().chars().take(7).collect(),
                check_ins: of.map_or(0, |row| row.check_ins),
                members: of.map_or(0, |row| row.members),
                events: of.map_or(0, |row| row.events),
            }
        })
        .collect())
}

/// The events here and below that touch this day, the earliest first.
async fn todays_events(c: &mut Conn<'_>, unit: UnitId, now: Instant) -> Result<Vec<Event>, ApiError> {
    let today = now.day();
    let ids = store::events_between(c, unit, today.starts(), today.plus_days(1).starts()).await?;
    let mut found = events::events(c, &ids).await?;
    let rows = ids.iter().filter_map(|id| found.remove(id)).collect();
    events::show_all(c, rows, true, now).await
}

/// Puts each unit's name to its count.
async fn named(c: &mut Conn<'_>, counts: Vec<(UnitId, i64)>) -> Result<Vec<(UnitRef, i64)>, ApiError> {
    let ids: Vec<UnitId> = counts.iter().map(|(id, _)| *id).collect();
    let refs = units::unit_refs(c, &ids).await?;
    Ok(counts.into_iter().filter_map(|(id, n)| refs.get(&id).map(|unit| (unit.clone(), n))).collect())
}

fn keyed(counts: Vec<(String, i64)>) -> Vec<KeyCount> {
    counts.into_iter().map(|(key, count)| KeyCount { key, count }).collect()
}

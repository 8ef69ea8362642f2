//! The counts and series behind a unit's first screen.

use std::collections::BTreeMap;

use super::{
    model::{
        ChildRow, ChildUnit, DistrictCount, HostShare, KeyCount, MonthOfActivity, MonthOfFlow, Overview,
        OverviewCounts, Reach, UnitCount, Waiting,
    },
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
    ids::{EventId, UnitId},
    registrations::{self, CountedEnd},
    units::{self, UnitRef},
};

/// Months in the series.
const MONTHS: i64 = 12;
/// The events on a desk are those of so many days…
const COMING_DAYS: i64 = 15;
/// …and at most so many.
const COMING_MOST: i64 = 10;

/// The overview of a unit within the caller's reach, or 404. The series of the year take longest and may be left out.
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

    let by_status = store::by_status(c, reach).await?;
    let of = |status: &str| by_status.iter().find(|(key, _)| key == status).map_or(0, |(_, n)| *n);
    let (active, pending_home) = (of("active"), of("pending_home"));
    let (pending_host, out_of_contact) = (of("pending_host"), of("out_of_contact"));
    let tally = store::tally(c, reach, today, today.plus_days(REVIEW_AHEAD_DAYS)).await?;
    let counts = OverviewCounts {
        members: active + pending_home + pending_host + out_of_contact,
        active,
        pending_home,
        pending_host,
        out_of_contact,
        with_card: tally.with_card,
        review_due: tally.review_due,
        please_call: store::silent(c, reach, registrations::silent_before(today)).await?,
        units: store::units_below(c, unit.id).await?,
    };
    let waiting = Waiting {
        confirmations: if end == CountedEnd::Home { pending_home } else { 0 },
        acceptances: store::acceptances(c, unit.id).await?,
        reviews: tally.review_soon,
    };
    let by_host = store::by_host(c, reach).await?;
    let by_host = named(c, by_host, |(id, _)| *id).await?;
    let children = store::children(c, reach, begins, ends).await?;
    let children = named(c, children, |child| child.id).await?;
    let todays = store::events_between(c, unit.id, begins, ends).await?;
    let coming = store::events_from(c, unit.id, ends, today.plus_days(COMING_DAYS).starts(), COMING_MOST).await?;
    let (activity, flow) = match with_series {
        true => (activity(c, reach, now).await?, flow(c, reach, today).await?),
        false => (Vec::new(), Vec::new()),
    };
    Ok(Overview {
        counts,
        waiting,
        by_status: keyed(by_status),
        by_reason: keyed(store::by_reason(c, reach).await?),
        by_district: districts(store::host_shares(c, reach).await?),
        by_host: by_host.into_iter().map(|(unit, (_, count))| UnitCount { unit, count }).collect(),
        children: children.into_iter().map(child).collect(),
        activity,
        flow,
        today: events_of(c, &todays, now).await?,
        coming: events_of(c, &coming, now).await?,
        above: above(c, caller, unit.id).await?,
        unit,
    })
}

fn child((unit, row): (UnitRef, ChildRow)) -> ChildUnit {
    ChildUnit { unit, members: row.members, active: row.active, waiting: row.waiting, today: row.today }
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

/// Adds the shares up by district, the largest first; where no address tells one, at the end.
fn districts(shares: Vec<HostShare>) -> Vec<DistrictCount> {
    let mut counts: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for share in shares {
        let district = share.address.as_deref().and_then(units::district).map(ToOwned::to_owned);
        *counts.entry(district).or_default() += share.count;
    }
    let mut counts: Vec<_> = counts.into_iter().map(|(district, count)| DistrictCount { district, count }).collect();
    counts.sort_by_key(|one| (one.district.is_none(), -one.count));
    counts
}

/// Arrivals and agreements of the last twelve months.
async fn flow(c: &mut Conn<'_>, reach: Reach, today: Day) -> Result<Vec<MonthOfFlow>, ApiError> {
    let months = months(today);
    let first = months.first().copied().unwrap_or(today);
    let arrivals = store::arrivals(c, reach, first).await?;
    let confirmations = store::confirmations(c, reach, first).await?;
    let month_of = |day: i64| u16::try_from(day).map(|day| word(Day::from_1970(day))).unwrap_or_default();
    let confirmations: Vec<(String, i64)> = confirmations.into_iter().map(|(day, n)| (month_of(day), n)).collect();
    let sum = |counts: &[(String, i64)], month: &str| counts.iter().filter(|(m, _)| m == month).map(|(_, n)| n).sum();
    let month = |day: &Day| {
        let month = word(*day);
        MonthOfFlow { arrivals: sum(&arrivals, &month), confirmations: sum(&confirmations, &month), month }
    };
    Ok(months.iter().map(month).collect())
}

/// The first days of the last twelve months, the oldest first.
fn months(today: Day) -> Vec<Day> {
    (0..MONTHS).rev().map(|ago| today.first_of_month().plus_months(-ago)).collect()
}

/// `YYYY-MM`.
fn word(month: Day) -> String {
    month.to_string().chars().take(7).collect()
}

async fn activity(c: &mut Conn<'_>, reach: Reach, now: Instant) -> Result<Vec<MonthOfActivity>, ApiError> {
    let months = months(now.day());
    let spans: Vec<_> = months.iter().map(|month| (month.starts(), month.plus_months(1).starts().min(now))).collect();
    let found = store::activity(c, reach, &spans).await?;
    Ok(months
        .iter()
        .zip(0..)
        .map(|(month, span)| {
            let of = found.iter().find(|row| row.span == span);
            MonthOfActivity {
                month: word(*month),
                check_ins: of.map_or(0, |row| row.check_ins),
                members: of.map_or(0, |row| row.members),
                events: of.map_or(0, |row| row.events),
            }
        })
        .collect())
}

/// These events as they are shown, in their order.
async fn events_of(c: &mut Conn<'_>, ids: &[EventId], now: Instant) -> Result<Vec<Event>, ApiError> {
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

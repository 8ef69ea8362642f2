//! The figures of a unit that are many rows' sum: kept ones where the unit is wide, and counted as one looks where it is not.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    model::{Activity, ChildUnit, DistrictCount, MonthOfActivity, MonthOfFlow, Reach, Tally, counted_states},
    store,
};
use crate::{
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::UnitId,
    registrations::CountedEnd,
    tallies::{self, Figure},
    units::{self, UnitKind, UnitRef},
};

/// Months in the series.
const MONTHS: i64 = 12;
/// As many hosts are told; charts show the first twelve.
const HOSTS: i64 = 50;

/// Sums over the stays that count for a unit, and over its organisation life.
#[derive(Default)]
pub(super) struct Figures {
    /// Stays by status, the ended ones too.
    pub(super) by_status: Vec<(String, i64)>,
    /// Open stays by the reason for moving, the most frequent first.
    pub(super) by_reason: Vec<(String, i64)>,
    /// Open stays by host, the largest first.
    pub(super) by_host: Vec<(UnitId, i64)>,
    /// Open stays by district, the largest first; where no address tells one, at the end.
    pub(super) by_district: Vec<DistrictCount>,
    /// The cards.
    pub(super) cards: Tally,
    /// By month; empty without the series.
    pub(super) activity: Vec<MonthOfActivity>,
    /// By month; empty without the series.
    pub(super) flow: Vec<MonthOfFlow>,
}

/// Whose figures, seen when.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) reach: Reach,
    pub(super) kind: UnitKind,
    pub(super) now: Instant,
    /// By when a review counts as soon.
    pub(super) soon: Day,
    pub(super) with_series: bool,
}

impl Asked {
    fn is_kept(&self) -> bool {
        matches!(self.kind, UnitKind::Department | UnitKind::Committee)
    }

    /// The first days of the last twelve months, the oldest first.
    fn months(&self) -> Vec<Day> {
        let this = self.now.day().first_of_month();
        (0..MONTHS).rev().map(|ago| this.plus_months(-ago)).collect()
    }
}

/// The figures.
pub(super) async fn figures(c: &mut Conn<'_>, asked: Asked) -> Result<Figures, ApiError> {
    if asked.is_kept() { kept(c, asked).await } else { counted(c, asked).await }
}

async fn kept(c: &mut Conn<'_>, asked: Asked) -> Result<Figures, ApiError> {
    let Reach { unit, end } = asked.reach;
    let mut all = by_figure(c, unit, &[Figure::Status, Figure::Reason, Figure::District], "").await?;
    let mut take = |figure: Figure| all.remove(&figure).unwrap_or_default();
    let mut figures =
        Figures { by_status: take(Figure::Status), by_reason: take(Figure::Reason), ..Figures::default() };
    figures.by_reason.sort_by_key(|(_, n)| -n);
    figures.by_host = tallies::largest(c, unit, HOSTS).await?;
    let named = |(key, count): (String, i64)| DistrictCount { district: (!key.is_empty()).then_some(key), count };
    figures.by_district = sorted(take(Figure::District).into_iter().map(named).collect());
    let (with_card, review_due, review_soon) = tallies::cards(c, unit, asked.now.day(), asked.soon).await?;
    figures.cards = Tally { with_card, review_due, review_soon };
    if !asked.with_series {
        return Ok(figures);
    }
    // What is held later this month has no part in it yet.
    let ahead = match end {
        CountedEnd::Both => {
            let ends = asked.now.day().first_of_month().plus_months(1).starts();
            store::count_events(c, unit, asked.now, ends).await?
        }
        CountedEnd::Home => 0,
    };
    let months: Vec<String> = asked.months().into_iter().map(word).collect();
    let series = [Figure::Arrived, Figure::Agreed, Figure::CheckIns, Figure::Members, Figure::Events];
    let mut all = by_figure(c, unit, &series, months.first().map_or("", String::as_str)).await?;
    let [arrived, agreed, check_ins, members, events] =
        series.map(|figure| all.remove(&figure).unwrap_or_default().into_iter().collect::<HashMap<_, _>>());
    let this = word(asked.now.day());
    for month in months {
        let of = |counts: &HashMap<String, i64>| counts.get(&month).copied().unwrap_or(0);
        figures.activity.push(MonthOfActivity {
            check_ins: of(&check_ins),
            members: of(&members),
            events: of(&events) - if month == this { ahead } else { 0 },
            month: month.clone(),
        });
        figures.flow.push(MonthOfFlow { arrivals: of(&arrived), confirmations: of(&agreed), month: month.clone() });
    }
    Ok(figures)
}

async fn by_figure(
    c: &mut Conn<'_>,
    unit: UnitId,
    figures: &[Figure],
    first: &str,
) -> Result<HashMap<Figure, Vec<(String, i64)>>, ApiError> {
    let mut all: HashMap<Figure, Vec<(String, i64)>> = HashMap::new();
    for (figure, key, n) in tallies::of_unit(c, unit, figures, first).await? {
        all.entry(figure).or_default().push((key, n));
    }
    Ok(all)
}

async fn counted(c: &mut Conn<'_>, asked: Asked) -> Result<Figures, ApiError> {
    let unit = asked.reach.unit;
    let mut figures = Figures {
        by_status: store::by_status(c, unit).await?,
        by_reason: store::by_reason(c, unit).await?,
        by_host: store::by_host(c, unit, HOSTS).await?,
        cards: store::tally(c, unit, asked.now.day(), asked.soon).await?,
        ..Figures::default()
    };
    let mut districts: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for share in store::host_shares(c, unit).await? {
        let district = share.address.as_deref().and_then(units::district).map(ToOwned::to_owned);
        *districts.entry(district).or_default() += share.count;
    }
    let named = |(district, count)| DistrictCount { district, count };
    figures.by_district = sorted(districts.into_iter().map(named).collect());
    if asked.with_series {
        let months = asked.months();
        figures.activity = activity(c, unit, &months, asked.now).await?;
        figures.flow = flow(c, unit, &months).await?;
    }
    Ok(figures)
}

fn sorted(mut districts: Vec<DistrictCount>) -> Vec<DistrictCount> {
    districts.sort_by_key(|one| (one.district.is_none(), -one.count));
    districts
}

async fn activity(
    c: &mut Conn<'_>,
    unit: UnitId,
    months: &[Day],
    now: Instant,
) -> Result<Vec<MonthOfActivity>, ApiError> {
    let spans: Vec<_> = months.iter().map(|month| (month.starts(), month.plus_months(1).starts().min(now))).collect();
    let found = store::activity(c, unit, &spans).await?;
    let month = |(month, span): (&Day, i64)| {
        let none = Activity { span, ..Activity::default() };
        let of = found.iter().find(|row| row.span == span).unwrap_or(&none);
        MonthOfActivity { month: word(*month), check_ins: of.check_ins, members: of.members, events: of.events }
    };
    Ok(months.iter().zip(0..).map(month).collect())
}

/// Arrivals and agreements.
async fn flow(c: &mut Conn<'_>, unit: UnitId, months: &[Day]) -> Result<Vec<MonthOfFlow>, ApiError> {
    let Some(first) = months.first().copied() else { return Ok(Vec::new()) };
    let arrivals = store::arrivals(c, unit, first).await?;
    let confirmations = store::confirmations(c, unit, first).await?;
    let month_of = |day: i64| u16::try_from(day).map(|day| word(Day::from_1970(day))).unwrap_or_default();
    let confirmations: Vec<(String, i64)> = confirmations.into_iter().map(|(day, n)| (month_of(day), n)).collect();
    let sum = |counts: &[(String, i64)], month: &str| counts.iter().filter(|(m, _)| m == month).map(|(_, n)| n).sum();
    let month = |day: &Day| {
        let month = word(*day);
        MonthOfFlow { arrivals: sum(&arrivals, &month), confirmations: sum(&confirmations, &month), month }
    };
    Ok(months.iter().map(month).collect())
}

/// The units directly below, with their stays and their events that touch the span.
pub(super) async fn children(
    c: &mut Conn<'_>,
    asked: Asked,
    (from, to): (Instant, Instant),
) -> Result<Vec<ChildUnit>, ApiError> {
    let Reach { unit, end } = asked.reach;
    let units = store::children(c, unit).await?;
    let today = store::events_of_children(c, unit, from, to).await?;
    let stays = match (asked.is_kept(), end) {
        (false, _) => store::stays_of_children(c, unit).await?,
        (true, CountedEnd::Both) => kept_of_children(c, unit, Figure::Status).await?,
        (true, CountedEnd::Home) => {
            // Below a department only the home end counts, which for departments is what they count anyway.
            let departments: HashSet<UnitId> =
                units.iter().filter(|unit| unit.kind == UnitKind::Department).map(|unit| unit.id).collect();
            let mut stays = kept_of_children(c, unit, Figure::HomeStatus).await?;
            if !departments.is_empty() {
                let all = kept_of_children(c, unit, Figure::Status).await?;
                stays.extend(all.into_iter().filter(|(id, ..)| departments.contains(id)));
            }
            stays
        }
    };
    let stays: HashMap<UnitId, _> =
        stays.into_iter().map(|(id, members, active, waiting)| (id, (members, active, waiting))).collect();
    let row = |unit: UnitRef| {
        let (members, active, waiting) = stays.get(&unit.id).copied().unwrap_or_default();
        let today = today.get(&unit.id).copied().unwrap_or(0);
        ChildUnit { unit, members, active, waiting, today }
    };
    Ok(units.into_iter().map(row).collect())
}

async fn kept_of_children(
    c: &mut Conn<'_>,
    unit: UnitId,
    figure: Figure,
) -> Result<Vec<(UnitId, i64, i64, i64)>, ApiError> {
    tallies::children(c, unit, figure, counted_states()).await
}

/// `YYYY-MM`.
fn word(month: Day) -> String {
    month.to_string().chars().take(7).collect()
}

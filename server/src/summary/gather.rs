//! Asks each feature for its figures. Whoever keeps the records counts them; here is only their order.

use super::{
    model::{Figure, FigureKey as Key, Section, SectionKey, Summary, SummaryQuery},
    store, work,
};
use crate::{
    access::{Caller, Operation},
    app::AppState,
    censuses,
    clock::{Instant, Period},
    db::Conn,
    error::ApiError,
    events::{self, EventKind},
    exports,
    ids::UnitId,
    registrations::{self, CountedEnd, Status, StayStep},
    tallies,
    units::UnitKind,
};

/// What the figures are about.
pub(super) struct Asked<'a> {
    caller: &'a Caller,
    pub(super) unit: UnitId,
    pub(super) period: Period,
    pub(super) now: Instant,
}

impl Asked<'_> {
    /// The list of the unit and the period, narrowed by `more` (`&state=…`), where the caller may read it.
    pub(super) fn list(&self, operation: Operation, path: &str, more: &str) -> Option<String> {
        self.list_in(self.period, operation, path, more)
    }

    /// The same as it stands on the period's last day.
    pub(super) fn list_at_the_end(&self, operation: Operation, path: &str, more: &str) -> Option<String> {
        let day = Period { from: self.period.to, to: self.period.to };
        self.list_in(day, operation, path, more)
    }

    /// The list of the unit in other days.
    pub(super) fn list_in(
        &self,
        Period { from, to }: Period,
        operation: Operation,
        path: &str,
        more: &str,
    ) -> Option<String> {
        let unit = self.unit;
        self.may(operation).then(|| format!("{path}?unit_id={unit}&from={from}&to={to}{more}"))
    }

    /// The list of the unit alone.
    pub(super) fn list_of_unit(&self, operation: Operation, path: &str, more: &str) -> Option<String> {
        self.may(operation).then(|| format!("{path}?unit_id={}{more}", self.unit))
    }

    /// Of a period that is over, `&as_of=` its last day: what stood then. What stands today can be acted on.
    pub(super) fn then(&self) -> String {
        let last = self.period.to;
        if last < self.now.day() { format!("&as_of={last}") } else { String::new() }
    }

    pub(super) fn may(&self, operation: Operation) -> bool {
        !self.caller.scope_in(operation).grants.is_empty()
    }

    /// From the first instant of the period to the first one after it.
    fn span(&self) -> (Instant, Instant) {
        (self.period.from.starts(), self.period.to.plus_days(1).starts())
    }
}

/// The report of a unit within the caller's reach.
pub(super) async fn summary(
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
    query: SummaryQuery,
) -> Result<Summary, ApiError> {
    let now = app.clock.now();
    let mut reader = app.db.read_lagging(caller.seen).await?.at_length();
    let c = &mut reader.conn();
    caller.scope.require_unit(c, unit).await?;
    let period = query.period(now.day())?;
    let (counted, end) = registrations::counted(c, unit).await?;
    let asked = Asked { caller, unit: counted.id, period, now };
    let sections = vec![
        section(SectionKey::Organisation, organisation(c, &asked).await?),
        section(SectionKey::Registration, registration(c, &asked, end).await?),
        section(SectionKey::Census, work::census(c, &asked).await?),
        section(SectionKey::Life, life(c, &asked).await?),
        section(SectionKey::Plan, work::plan(c, &asked).await?),
        section(SectionKey::Documents, work::papers(c, &asked).await?),
        section(SectionKey::Talks, work::talking(c, &asked).await?),
        section(SectionKey::Opinions, work::opinion(c, &asked).await?),
        section(SectionKey::Aid, work::aid(c, &asked).await?),
        section(SectionKey::Elections, work::election(c, &asked).await?),
        section(SectionKey::Supervision, work::supervising(c, &asked).await?),
        section(SectionKey::Submissions, work::submitted(c, &asked).await?),
        section(SectionKey::Bulletins, work::published(c, &asked).await?),
        section(SectionKey::Commendations, work::commended(c, &asked).await?),
        section(SectionKey::People, work::people(c, &asked).await?),
    ];
    let sections = sections.into_iter().filter(|section| !section.figures.is_empty()).collect();
    Ok(Summary { unit: counted, from: period.from, to: period.to, generated_at: now, sections })
}

const fn section(key: SectionKey, figures: Vec<Figure>) -> Section {
    Section { key, figures }
}

/// The stays that a figure counts.
fn stays(asked: &Asked<'_>, step: StayStep) -> Option<String> {
    asked.list(Operation::ListRegistrations, "/registrations", &format!("&reached={step}"))
}

async fn organisation(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let (_, before) = asked.span();
    let units = store::units(c, asked.unit, before).await?;
    let count = |kind: UnitKind| units.iter().find(|(k, _)| *k == kind).map_or(0, |(_, count)| *count);
    let of_kind = |key: Key, kind: UnitKind| {
        Figure::count(key, count(kind)).behind(asked.list_of_unit(
            Operation::ListUnits,
            "/units",
            &format!("&kind={kind}{}", asked.then()),
        ))
    };
    // What stands now is kept; only a day that is over has to be read out of the history of each stay.
    let members = if before > asked.now {
        let by_status = tallies::of_unit(c, asked.unit, &[tallies::Figure::Status], "").await?;
        let open = |status: &str| status.parse().is_ok_and(Status::is_open);
        by_status.iter().filter(|(_, status, _)| open(status)).map(|(.., n)| n).sum()
    } else {
        exports::members_before(c, asked.unit, before).await?
    };
    Ok(vec![
        of_kind(Key::Committees, UnitKind::Committee),
        of_kind(Key::GeneralBranches, UnitKind::GeneralBranch),
        of_kind(Key::Branches, UnitKind::Branch),
        Figure::count(Key::Members, members).behind(stays(asked, StayStep::Open)),
    ])
}

async fn registration(c: &mut Conn<'_>, asked: &Asked<'_>, end: CountedEnd) -> Result<Vec<Figure>, ApiError> {
    let (filed, cards) = store::registrations_and_cards(c, (asked.unit, end), asked.period).await?;
    Ok(vec![
        Figure::count(Key::RegistrationsFiled, filed).behind(stays(asked, StayStep::Filed)),
        Figure::count(Key::CardsIssued, cards).behind(stays(asked, StayStep::CardIssued)),
    ])
}

async fn life(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let held = events::held(c, asked.unit, asked.span(), asked.now).await?;
    let of = |kinds: &[EventKind]| {
        let chosen = held.iter().filter(|held| kinds.contains(&held.kind));
        chosen.fold((0, 0), |(events, minutes), held| (events + held.events, minutes + held.minutes))
    };
    let list = |kinds: &[EventKind]| {
        let words: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
        asked.list(Operation::ListEvents, "/events", &format!("&kind={}&state=closed", words.join(",")))
    };
    let study = [EventKind::CollectiveStudy];
    let talks = [EventKind::Lecture, EventKind::MobilisationReport];
    // Whoever cannot attend at all is no measure of what was held for all.
    let unable: Vec<UnitId> = censuses::unable_units(c, asked.unit, asked.period).await?.into_iter().collect();
    let least =
        events::least_of_each_branch(c, asked.unit, EventKind::CollectiveStudy, asked.span(), asked.now, &unable)
            .await?;
    let by_kind = held.iter().map(|held| (held.kind.word(), held.events));
    let mut figures = vec![
        Figure::count(Key::LecturesAndReports, of(&talks).0)
            .with("event", talks.map(|kind| (kind.word(), of(&[kind]).0)))
            .behind(list(&talks)),
        Figure::count(Key::StudySessions, of(&study).0).behind(list(&study)),
        Figure::hours(Key::StudyHours, of(&study).1).behind(list(&study)),
    ];
    if let Some((events, minutes)) = least {
        figures.push(Figure::count(Key::StudySessionsEach, events).behind(list(&study)));
        figures.push(Figure::hours(Key::StudyHoursEach, minutes).behind(list(&study)));
    }
    let all = asked.list(Operation::ListEvents, "/events", "&state=closed");
    let attendances = store::attendances(c, asked.unit, asked.span(), asked.now).await?;
    figures.push(Figure::count(Key::EventsHeld, of(EventKind::ALL).0).with("event", by_kind).behind(all.clone()));
    figures.push(Figure::count(Key::Attendances, attendances).behind(all));
    Ok(figures)
}

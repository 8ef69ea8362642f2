//! Where a plan stands: gathers what was done, in one query for each kind of thing that is counted, however many members.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    model::{Phase, PlanRow, PlanState, Target, whole},
    progress::{Done, PacePoint, Person, Step, Sums, TargetMet, UnitCounts},
    store::{self, Filter},
};
use crate::{
    access::{self, Within},
    check_ins,
    clock::{Day, Instant, Period},
    db::Conn,
    documents::{self, DocumentKind},
    error::ApiError,
    events::EventKind,
    ids::{MemberId, PlanId, UnitId},
    posts,
    registrations::{self, Counted, CountedMember},
};

/// What is kept of a plan when it is closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// Of the plan's own unit and all below.
    pub(super) units: Vec<UnitCounts>,
    /// Of the whole plan.
    pub(super) pace: Vec<PacePoint>,
}

/// A plan with what its text columns hold.
pub(super) struct Campaign {
    pub(super) row: PlanRow,
    pub(super) phases: Vec<Phase>,
    pub(super) targets: Vec<Target>,
}

impl Campaign {
    pub(super) fn of(row: PlanRow) -> Result<Self, ApiError> {
        Ok(Self { phases: row.phases()?, targets: row.targets()?, row })
    }

    /// The day as of which it is counted.
    pub(super) fn day(&self, now: Instant) -> Day {
        self.row.closed_at.unwrap_or(now).day()
    }

    /// The members of the plan whose unit lies at or below `below`.
    pub(super) async fn counted(&self, c: &mut Conn<'_>, below: UnitId) -> Result<Counted, ApiError> {
        let (top, end) = registrations::counted(c, self.row.unit_id).await?;
        // A liaison office's plan is its department's.
        let below = if below == self.row.unit_id { top.id } else { below };
        Ok(Counted::Of { top: top.id, end, below })
    }

    /// Members with the category that each has in this plan.
    pub(super) async fn people(
        &self,
        c: &mut Conn<'_>,
        members: Vec<CountedMember>,
        today: Day,
    ) -> Result<Vec<Person>, ApiError> {
        let leaders: HashSet<_> = posts::leaders(c, self.row.unit_id, today).await?;
        Ok(members.into_iter().map(|member| Person::of(member, &leaders)).collect())
    }

    /// What these people did towards each target.
    pub(super) async fn sums<'a>(
        &'a self,
        c: &mut Conn<'_>,
        counted: &Counted,
        people: &'a [Person],
    ) -> Result<Sums<'a>, ApiError> {
        let periods: Vec<Period> = self.targets.iter().map(|target| target.period(&self.phases)).collect();
        let mut read: Vec<(Source, Done)> = Vec::new();
        let mut done = Vec::with_capacity(self.targets.len());
        for (target, period) in self.targets.iter().zip(&periods) {
            let source = Source::of(target, *period);
            // Targets of several categories often count the same.
            let known = read.iter().find(|(known, _)| *known == source).map(|(_, done)| done.clone());
            let found = match known {
                Some(found) => found,
                None => {
                    let found = source.read(c, counted).await?;
                    read.push((source, found.clone()));
                    found
                }
            };
            done.push(found);
        }
        Ok(Sums { people, targets: &self.targets, periods, done })
    }

    /// What was reached at and below a unit as of today.
    pub(super) async fn outcome(&self, c: &mut Conn<'_>, below: UnitId, now: Instant) -> Result<Outcome, ApiError> {
        let today = self.day(now);
        let counted = self.counted(c, below).await?;
        let members = registrations::counted_members(c, &counted).await?;
        let people = self.people(c, members, today).await?;
        let sums = self.sums(c, &counted, &people).await?;
        let mut units: Vec<UnitId> = people.iter().map(|person| person.member.unit_id).collect();
        units.sort();
        units.dedup();
        let within = below_of(c, below, &units).await?;
        let mut rows = sums.by_unit(&within);
        if rows.is_empty() {
            let targets = (1..).take(self.targets.len()).map(|target| TargetMet { target, met: 0, of: 0 });
            rows.push(UnitCounts { unit_id: below, members: 0, asked: 0, met: 0, targets: targets.collect() });
        }
        Ok(Outcome { pace: sums.pace(whole(&self.phases), today), units: rows })
    }
}

/// Of each of these units: itself and the units above it, up to `top`.
async fn below_of(c: &mut Conn<'_>, top: UnitId, units: &[UnitId]) -> Result<HashMap<UnitId, Vec<UnitId>>, ApiError> {
    let above = access::ancestors_of(c, units).await?;
    let over: HashSet<UnitId> =
        access::ancestors_of(c, &[top]).await?.remove(&top).unwrap_or_default().into_iter().collect();
    let cut = |chain: Vec<UnitId>| chain.into_iter().filter(|unit| *unit == top || !over.contains(unit)).collect();
    Ok(above.into_iter().map(|(unit, chain)| (unit, cut(chain))).collect())
}

/// What a target counts; several of them often count the same.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Sessions { kinds: Vec<EventKind>, period: Period },
    Documents { kind: DocumentKind, at_least: i64, period: Period },
}

impl Source {
    fn of(target: &Target, period: Period) -> Self {
        match target.document_kind {
            Some(kind) => {
                let at_least = if target.together { 0 } else { target.least_length.unwrap_or(0) };
                Self::Documents { kind, at_least, period }
            }
            None => Self::Sessions { kinds: target.kinds(), period },
        }
    }

    async fn read(&self, c: &mut Conn<'_>, counted: &Counted) -> Result<Done, ApiError> {
        let mut done: HashMap<MemberId, Vec<Step>> = HashMap::new();
        match self {
            Self::Sessions { kinds, period } => {
                for session in check_ins::sessions_of(c, counted, kinds, *period).await? {
                    let step = Step { on: session.starts_at.day(), count: 1, extent: session.minutes };
                    done.entry(session.member_id).or_default().push(step);
                }
            }
            Self::Documents { kind, at_least, period } => {
                for written in documents::accepted_by(c, counted, *kind, *period, *at_least).await? {
                    let step = Step { on: written.written_on, count: written.count, extent: written.length };
                    done.entry(written.member_id).or_default().push(step);
                }
            }
        }
        Ok(Arc::new(done))
    }
}

/// A plan's figures in the report of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanFigure {
    /// The plan.
    pub id: PlanId,
    /// What it is called.
    pub title: String,
    /// Members of the unit in it.
    pub members: i64,
    /// Those of them of whom something is asked.
    pub asked: i64,
    /// Those who have reached all that is asked of them.
    pub met: i64,
    /// What is asked, and of how many have reached it, target by target.
    pub targets: Vec<(Target, TargetMet)>,
}

/// The plans that have begun, are for members of the unit (its own, those of units above and below) and touch the period:
/// how far the members at and below the unit are.
pub async fn figures(
    c: &mut Conn<'_>,
    unit: UnitId,
    period: Period,
    now: Instant,
) -> Result<Vec<PlanFigure>, ApiError> {
    let state = vec![PlanState::Running, PlanState::Closed];
    let filter = Filter { within: Within::of(unit, period), state, before: None };
    let above = access::ancestors_of(c, &[unit]).await?.remove(&unit).unwrap_or_default();
    let mut figures = Vec::new();
    for row in store::all(c, &filter).await? {
        let campaign = Campaign::of(row)?;
        let below = if above.contains(&campaign.row.unit_id) { unit } else { campaign.row.unit_id };
        let counts = campaign.reached(c, below, now).await?;
        let own = counts.units.into_iter().find(|row| row.unit_id == below);
        let (members, asked, met, targets) =
            own.map_or_else(Default::default, |row| (row.members, row.asked, row.met, row.targets));
        let targets = campaign.row.targets()?.into_iter().zip(targets).collect();
        figures.push(PlanFigure { id: campaign.row.id, title: campaign.row.title, members, asked, met, targets });
    }
    Ok(figures)
}

impl Campaign {
    /// The same as it stands now, or as it was kept when the plan was closed.
    pub(super) async fn reached(&self, c: &mut Conn<'_>, below: UnitId, now: Instant) -> Result<Outcome, ApiError> {
        let Some(kept) = &self.row.outcome else { return self.outcome(c, below, now).await };
        let kept: Outcome = serde_json::from_str(kept).map_err(ApiError::internal)?;
        if below == self.row.unit_id {
            return Ok(kept);
        }
        let units: Vec<UnitId> = kept.units.iter().map(|row| row.unit_id).collect();
        let above = access::ancestors_of(c, &units).await?;
        let is_below = |unit: &UnitId| above.get(unit).is_some_and(|chain| chain.contains(&below));
        // The pace was kept of the whole alone.
        Ok(Outcome { units: kept.units.into_iter().filter(|row| is_below(&row.unit_id)).collect(), pace: Vec::new() })
    }
}

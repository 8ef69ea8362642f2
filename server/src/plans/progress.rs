//! What was reached of a plan's targets: by member, by unit, and over time. Pure: it is given what was done, and adds up.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{PlanCategory, Target, TargetMeasure};
use crate::{
    clock::{Day, Period},
    ids::{MemberId, UnitId},
    people::Membership,
    registrations::CountedMember,
};

/// Longer plans are drawn by month.
const WEEKS: i64 = 26;

/// What one member did on one day of what a target counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) on: Day,
    /// Events, or documents.
    pub(super) count: i64,
    /// Their minutes, or their characters.
    pub(super) extent: i64,
}

/// What was done towards one target, by member.
pub(super) type Done = Arc<HashMap<MemberId, Vec<Step>>>;

/// A member of the plan.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) member: CountedMember,
    pub(super) category: PlanCategory,
}

impl Person {
    /// In the first category that fits.
    pub(super) fn of(member: CountedMember, leaders: &HashSet<MemberId>) -> Self {
        let category = if leaders.contains(&member.member_id) {
            PlanCategory::Leader
        } else if member.retired {
            PlanCategory::Retired
        } else if member.membership == Membership::Probationary {
            PlanCategory::Probationary
        } else {
            PlanCategory::Full
        };
        Self { member, category }
    }

    fn is_asked(&self, target: &Target) -> bool {
        target.category == PlanCategory::All || target.category == self.category
    }
}

/// How far one member is with one target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct TargetDone {
    /// The target's number, from 1.
    pub target: i64,
    /// What was done: sessions, hours, documents, or characters where lengths are added up.
    pub done: f64,
    /// What is asked, in the same.
    pub least: f64,
    /// Whether it is reached.
    pub met: bool,
}

/// How far a unit is with one target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetMet {
    /// The target's number, from 1.
    pub target: i64,
    /// Members who have reached it.
    pub met: i64,
    /// Members of whom it is asked.
    pub of: i64,
}

/// How far a unit is, with all units below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnitCounts {
    pub(super) unit_id: UnitId,
    pub(super) members: i64,
    pub(super) asked: i64,
    pub(super) met: i64,
    pub(super) targets: Vec<TargetMet>,
}

/// Where the plan was to be on a day, and where it was: shares from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PacePoint {
    /// The day, itself included.
    pub on: Day,
    /// The share that a steady pace has reached by then.
    pub expected: f64,
    /// The average share of their targets that members have reached; null where the day is still to come.
    pub actual: Option<f64>,
}

/// Everything that was counted.
pub(super) struct Sums<'a> {
    pub(super) people: &'a [Person],
    pub(super) targets: &'a [Target],
    pub(super) periods: Vec<Period>,
    pub(super) done: Vec<Done>,
}

impl Sums<'_> {
    /// Of each target that is asked of a person: its number and how far they are.
    pub(super) fn of(&self, person: &Person) -> Vec<TargetDone> {
        let asked = self.targets.iter().enumerate().filter(|(_, target)| person.is_asked(target));
        asked.map(|(n, target)| self.one(person, n, target)).collect()
    }

    fn one(&self, person: &Person, n: usize, target: &Target) -> TargetDone {
        let sum = self.steps(person, n).iter().fold(Sum::default(), |sum, step| sum.and(step));
        let scale = if target.measure == TargetMeasure::Hours { 60.0 } else { 1.0 };
        TargetDone {
            target: number(n),
            done: real(sum.amount(target)) / scale,
            least: real(target.needed()) / scale,
            met: sum.share(target) >= 1.0,
        }
    }

    /// By unit: each unit of a member and all above it, as `above` has them.
    pub(super) fn by_unit(&self, above: &HashMap<UnitId, Vec<UnitId>>) -> Vec<UnitCounts> {
        let empty: Vec<TargetMet> =
            (0..self.targets.len()).map(|n| TargetMet { target: number(n), met: 0, of: 0 }).collect();
        let mut counts: BTreeMap<UnitId, UnitCounts> = BTreeMap::new();
        for person in self.people {
            let reached = self.of(person);
            let all = !reached.is_empty() && reached.iter().all(|one| one.met);
            for unit in above.get(&person.member.unit_id).map_or(&[][..], Vec::as_slice) {
                let row = counts.entry(*unit).or_insert_with(|| UnitCounts {
                    unit_id: *unit,
                    members: 0,
                    asked: 0,
                    met: 0,
                    targets: empty.clone(),
                });
                row.members += 1;
                row.asked += i64::from(!reached.is_empty());
                row.met += i64::from(all);
                for one in &reached {
                    if let Some(target) = row.targets.iter_mut().find(|target| target.target == one.target) {
                        target.of += 1;
                        target.met += i64::from(one.met);
                    }
                }
            }
        }
        counts.into_values().collect()
    }

    /// The pace over the plan's time, by week or by month, with a point for today.
    pub(super) fn pace(&self, whole: Period, today: Day) -> Vec<PacePoint> {
        let asked: Vec<(&Person, Vec<usize>)> = self
            .people
            .iter()
            .map(|person| {
                let targets = self.targets.iter().enumerate().filter(|(_, target)| person.is_asked(target));
                (person, targets.map(|(n, _)| n).collect::<Vec<_>>())
            })
            .filter(|(_, targets)| !targets.is_empty())
            .collect();
        let days = days(whole, today);
        let mut weights = vec![0.0; self.targets.len()];
        let mut actual = vec![0.0; days.len()];
        for (person, targets) in &asked {
            let weight = 1.0 / real_of(targets.len()) / real_of(asked.len());
            for &n in targets {
                weights[n] += weight;
                let steps = self.steps(person, n);
                if steps.is_empty() {
                    continue;
                }
                // Each step counts from the first of these days that it is not after.
                let mut sums = vec![Sum::default(); days.len()];
                for step in steps {
                    let from = days.partition_point(|day| *day < step.on);
                    if let Some(sum) = sums.get_mut(from) {
                        *sum = sum.and(step);
                    }
                }
                let mut sum = Sum::default();
                for (actual, more) in actual.iter_mut().zip(sums) {
                    sum = Sum { count: sum.count + more.count, extent: sum.extent + more.extent };
                    *actual += weight * sum.share(&self.targets[n]);
                }
            }
        }
        let expected =
            |on: Day| weights.iter().zip(&self.periods).map(|(weight, period)| weight * elapsed(*period, on)).sum();
        let point = |(on, actual): (&Day, &f64)| PacePoint {
            on: *on,
            expected: rounded(expected(*on)),
            actual: (*on <= today).then(|| rounded(*actual)),
        };
        days.iter().zip(&actual).map(point).collect()
    }

    /// What a person did towards a target.
    fn steps(&self, person: &Person, n: usize) -> &[Step] {
        self.done[n].get(&person.member.member_id).map_or(&[], Vec::as_slice)
    }
}

/// Several steps added up.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    count: i64,
    extent: i64,
}

impl Sum {
    const fn and(self, step: &Step) -> Self {
        Self { count: self.count + step.count, extent: self.extent + step.extent }
    }

    /// In what the target adds up: events, minutes, documents or characters.
    const fn amount(self, target: &Target) -> i64 {
        if matches!(target.measure, TargetMeasure::Hours) || target.together { self.extent } else { self.count }
    }

    /// Which share of the target is reached.
    fn share(self, target: &Target) -> f64 {
        let reached = real(self.amount(target)) / real(target.needed());
        let documents = if target.together { real(self.count) / real(target.least) } else { 1.0 };
        reached.min(documents).min(1.0)
    }
}

/// The days of the pace: every week or month, today, and the last one.
fn days(whole: Period, today: Day) -> Vec<Day> {
    let length = whole.to.since_1970() - whole.from.since_1970();
    let mut days: Vec<Day> = Vec::new();
    let mut on = whole.from;
    for step in 1.. {
        if on >= whole.to {
            break;
        }
        days.push(on);
        on = if length <= WEEKS * 7 { whole.from.plus_days(step * 7) } else { whole.from.plus_months(step) };
    }
    days.push(whole.to);
    if whole.has(today) {
        days.push(today);
    }
    days.sort();
    days.dedup();
    days
}

/// Which share of a period has passed at the end of a day.
fn elapsed(period: Period, on: Day) -> f64 {
    let (from, to, on) = (period.from.since_1970(), period.to.since_1970(), on.since_1970());
    (real(on - from + 1) / real(to - from + 1)).clamp(0.0, 1.0)
}

fn number(n: usize) -> i64 {
    i64::try_from(n).map_or(i64::MAX, |n| n + 1)
}

#[expect(clippy::cast_precision_loss, reason = "sums of a plan are far below 2^52")]
const fn real(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of people are far below 2^52")]
const fn real_of(n: usize) -> f64 {
    n as f64
}

/// To a hundredth of a per cent.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

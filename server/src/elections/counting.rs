//! What the report counts of elections.

use super::due_store;
use crate::{
    clock::{Day, Period},
    db::Conn,
    error::ApiError,
    ids::UnitId,
    units::UnitKind,
};

/// Terms that end so long after a period are what still comes; a later one is no matter of today.
const AHEAD_MONTHS: i64 = 12;

/// Elections at and below a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ElectionFigures {
    /// Approved in the period, by the day of the approval.
    pub done: i64,
    /// Branches whose term ends on the last day of the period or within a year after it.
    pub due: i64,
    /// The latest of those days.
    pub due_until: Option<Day>,
    /// When the unit's own term ends, as it was on the last day of the period.
    pub own_due_on: Option<Day>,
    /// Units whose term had ended by then without an approved election.
    pub overdue: i64,
}

/// The days on which the terms end that are due, seen from the last day of a period.
pub fn due_days(period: Period) -> Period {
    Period { from: period.to, to: period.to.plus_months(AHEAD_MONTHS) }
}

/// The figures of a unit and all below it: what the list of what is due shows of branches in [`due_days`], and of all units
/// before the last day.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<ElectionFigures, ApiError> {
    let terms = due_store::terms_on(c, unit, period.to).await?;
    let days = due_days(period);
    let due: Vec<Day> = terms
        .iter()
        .filter(|term| term.kind == UnitKind::Branch && days.has(term.ends_on))
        .map(|term| term.ends_on)
        .collect();
    let overdue = terms.iter().filter(|term| term.ends_on < period.to);
    Ok(ElectionFigures {
        done: due_store::approved(c, unit, period).await?,
        due: i64::try_from(due.len()).map_err(ApiError::internal)?,
        due_until: due.into_iter().max(),
        own_due_on: terms.iter().find(|term| term.unit_id == unit).map(|term| term.ends_on),
        overdue: i64::try_from(overdue.count()).map_err(ApiError::internal)?,
    })
}

//! What the report counts: the latest closed census of a period, for a unit and all below it.

use std::collections::HashSet;

use super::{
    lines_store::{self, Part},
    model::AnswerCounts,
    store,
};
use crate::{
    clock::Period,
    db::Conn,
    error::ApiError,
    ids::{CensusId, UnitId},
};

/// What the latest closed census says, whose day lies in the period and which this unit or one above it opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CensusFigures {
    /// That census; none: nothing is known, and everything below is 0.
    pub census: Option<CensusId>,
    /// The branches at and below the unit.
    pub branches: AnswerCounts,
    /// The members who belonged there.
    pub members: AnswerCounts,
}

/// The figures of a unit and all below it.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<CensusFigures, ApiError> {
    let Some(id) = store::latest_closed(c, unit, period.from, period.to).await? else {
        return Ok(CensusFigures::default());
    };
    let part = Part { below: Some(unit), ..Part::default() };
    let branches = lines_store::tallies(c, id, false, Part { branches: true, ..part }).await?;
    let members = lines_store::tallies(c, id, true, part).await?;
    Ok(CensusFigures { census: Some(id), branches: AnswerCounts::of(branches), members: AnswerCounts::of(members) })
}

/// The units at and below a unit that cannot take part, by the same census.
pub async fn unable_units(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<HashSet<UnitId>, ApiError> {
    let Some(id) = store::latest_closed(c, unit, period.from, period.to).await? else { return Ok(HashSet::new()) };
    let lines = lines_store::unit_lines(c, id, Part { below: Some(unit), ..Part::default() }).await?;
    Ok(lines.into_iter().filter(|line| line.able == Some(false)).map(|line| line.unit_id).collect())
}

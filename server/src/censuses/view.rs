//! A census as it is shown: to each caller the part within reach.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    lines_store::{self, Part, UnitLine},
    model::{AnswerCounts, CensusAction, CensusRow, CensusState, UnableReason},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{CensusId, MemberId, UnitId},
    units::{self, UnitRef},
};

/// A census, with what the caller reaches of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Census {
    /// Its id.
    pub id: CensusId,
    /// The unit that opened it, for itself and all below.
    pub unit: UnitRef,
    /// What it is called.
    pub title: String,
    /// The day as of which is asked.
    pub as_of: Day,
    /// By when the branches answer.
    pub due_on: Day,
    /// Whether it still takes answers.
    pub state: CensusState,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// SHA-256 of what it says, once it is closed; the audit log has it too.
    pub digest: Option<String>,
    /// How far it is.
    pub counts: CensusCounts,
    /// When it was opened.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<CensusAction>,
}

/// How many were asked, and what they answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CensusCounts {
    /// Units.
    pub units: AnswerCounts,
    /// Members.
    pub members: AnswerCounts,
}

/// A census with its units.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CensusWithUnits {
    /// The census.
    #[serde(flatten)]
    pub census: Census,
    /// The units within reach, in the order of the tree.
    pub units: Vec<CensusUnit>,
}

/// How far one unit is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CensusUnit {
    /// The unit.
    pub unit: UnitRef,
    /// How far below the unit that opened the census.
    pub depth: i64,
    /// Whether the unit can take part; null: not answered.
    pub able: Option<bool>,
    /// Why not.
    pub reason: Option<UnableReason>,
    /// When that was answered.
    pub answered_at: Option<Instant>,
    /// The members who belonged to this very unit.
    pub members: AnswerCounts,
    /// What this caller may do now.
    pub actions: Vec<CensusAction>,
}

/// What is counted of a part.
pub(super) async fn counts(c: &mut Conn<'_>, id: CensusId, part: Part<'_>) -> Result<CensusCounts, ApiError> {
    Ok(CensusCounts {
        units: AnswerCounts::of(lines_store::tallies(c, id, false, part).await?),
        members: AnswerCounts::of(lines_store::tallies(c, id, true, part).await?),
    })
}

/// A census that the caller is known to reach.
pub(super) async fn shown(c: &mut Conn<'_>, caller: &Caller, row: CensusRow) -> Result<Census, ApiError> {
    let part = Part { scope: Some(&caller.scope), ..Part::default() };
    let unit = units::unit_ref(c, row.unit_id).await?;
    let open = row.closed_at.is_none();
    let mut actions = Vec::new();
    if open && !caller.scope_in(Operation::AnswerCensusUnit).grants.is_empty() {
        actions.push(CensusAction::Answer);
    }
    if open && caller.scope_in(Operation::CloseCensus).reaches_unit(c, row.unit_id).await? {
        actions.push(CensusAction::Close);
    }
    Ok(Census {
        counts: counts(c, row.id, part).await?,
        state: row.state(),
        id: row.id,
        unit,
        title: row.title,
        as_of: row.as_of,
        due_on: row.due_on,
        closed_at: row.closed_at,
        digest: row.digest,
        created_at: row.created_at,
        actions,
    })
}

/// The same with its units.
pub(super) async fn with_units(c: &mut Conn<'_>, caller: &Caller, row: CensusRow) -> Result<CensusWithUnits, ApiError> {
    let part = Part { scope: Some(&caller.scope), ..Part::default() };
    let lines = lines_store::unit_lines(c, row.id, part).await?;
    let units = show_units(c, caller, &row, part, lines).await?;
    Ok(CensusWithUnits { census: shown(c, caller, row).await?, units })
}

/// One of its units, which is within reach.
pub(super) async fn unit_shown(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: CensusRow,
    unit: UnitId,
) -> Result<CensusUnit, ApiError> {
    let part = Part { below: Some(unit), ..Part::default() };
    let lines = lines_store::unit_lines(c, row.id, part).await?;
    let own = lines.into_iter().filter(|line| line.unit_id == unit).collect();
    show_units(c, caller, &row, part, own).await?.pop().ok_or_else(ApiError::not_found)
}

async fn show_units(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: &CensusRow,
    part: Part<'_>,
    lines: Vec<UnitLine>,
) -> Result<Vec<CensusUnit>, ApiError> {
    let ids: Vec<UnitId> = lines.iter().map(|line| line.unit_id).collect();
    let refs = units::unit_refs(c, &ids).await?;
    let above = access::ancestors_of(c, &ids).await?;
    let mut members = lines_store::tallies_by_unit(c, row.id, part).await?;
    let reach = caller.scope_in(Operation::AnswerCensusUnit);
    let show = |line: UnitLine| {
        let within = reach.covers_unit(above.get(&line.unit_id).map_or(&[], Vec::as_slice));
        let actions = if row.closed_at.is_none() && within { vec![CensusAction::Answer] } else { Vec::new() };
        Some(CensusUnit {
            unit: refs.get(&line.unit_id)?.clone(),
            depth: line.depth,
            able: line.able,
            reason: line.reason,
            answered_at: line.answered_at,
            members: AnswerCounts::of(members.remove(&line.unit_id).unwrap_or_default()),
            actions,
        })
    };
    Ok(lines.into_iter().filter_map(show).collect())
}

/// What a census says about a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnCensusAnswer {
    /// The census.
    pub census_id: CensusId,
    /// What it is called.
    pub title: String,
    /// The day as of which is asked.
    pub as_of: Day,
    /// Where the member belonged then.
    pub unit: UnitRef,
    /// Whether the member can take part; null: not answered.
    pub able: Option<bool>,
    /// Why not.
    pub reason: Option<UnableReason>,
    /// Whether it can still change.
    pub state: CensusState,
}

/// What the censuses say about a member, the latest first.
pub async fn of_member(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<OwnCensusAnswer>, ApiError> {
    let lines = store::own_lines(c, member).await?;
    let ids: Vec<UnitId> = lines.iter().map(|line| line.unit_id).collect();
    let refs = units::unit_refs(c, &ids).await?;
    let show = |line: store::OwnLine| {
        Some(OwnCensusAnswer {
            unit: refs.get(&line.unit_id)?.clone(),
            census_id: line.id,
            title: line.title,
            as_of: line.as_of,
            able: line.able,
            reason: line.reason,
            state: if line.closed_at.is_none() { CensusState::Open } else { CensusState::Closed },
        })
    };
    Ok(lines.into_iter().filter_map(show).collect())
}

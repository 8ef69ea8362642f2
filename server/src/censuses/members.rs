//! The members whom a census asks about. The list has names and answers alone.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    lines_store::{self, MemberFilter, MemberLine, Part},
    model::{CensusAction, CensusRow, UnableReason},
};
use crate::{
    access::{self, Caller, Operation},
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{MemberId, UnitId},
    people::MemberRef,
    units::{self, UnitRef},
};

/// What a census says about one member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CensusMember {
    /// The member.
    pub member: MemberRef,
    /// Where the member belonged on the day of the census.
    pub unit: UnitRef,
    /// Whether the member can take part; null: not answered.
    pub able: Option<bool>,
    /// Why not.
    pub reason: Option<UnableReason>,
    /// When that was answered.
    pub answered_at: Option<Instant>,
    /// What this caller may do now.
    pub actions: Vec<CensusAction>,
}

/// One of them, who is within reach.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: CensusRow,
    member: MemberId,
) -> Result<CensusMember, ApiError> {
    let filter = MemberFilter { member: Some(member), ..MemberFilter::default() };
    let lines = lines_store::member_lines(c, row.id, Part::default(), &filter, 1).await?;
    show(c, caller, &row, lines).await?.pop().ok_or_else(ApiError::not_found)
}

/// Those on these lines, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: &CensusRow,
    lines: Vec<MemberLine>,
) -> Result<Vec<CensusMember>, ApiError> {
    let ids: Vec<UnitId> = lines.iter().map(|line| line.unit_id).collect();
    let refs = units::unit_refs(c, &ids).await?;
    let above = access::ancestors_of(c, &ids).await?;
    let reach = caller.scope_in(Operation::AnswerCensusMember);
    let show = |line: MemberLine| {
        let within = reach.covers_unit(above.get(&line.unit_id).map_or(&[], Vec::as_slice));
        let actions = if row.closed_at.is_none() && within { vec![CensusAction::Answer] } else { Vec::new() };
        Some(CensusMember {
            unit: refs.get(&line.unit_id)?.clone(),
            member: MemberRef { id: line.member_id, name: line.name },
            able: line.able,
            reason: line.reason,
            answered_at: line.answered_at,
            actions,
        })
    };
    Ok(lines.into_iter().filter_map(show).collect())
}

//! A case as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{CaseAction, CaseRow, CaseState, CaseSubject},
    service,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{CaseId, MemberId, PairingId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// A case of help.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The unit that took it up.
    pub unit: UnitRef,
    /// The pair that it belongs to.
    pub pair_id: Option<PairingId>,
    /// Whom it is about.
    pub member: Option<MemberRef>,
    /// What kind of difficulty.
    pub about: CaseSubject,
    /// What it is; null in lists, and once the member is reduced.
    pub note: Option<String>,
    /// When it was opened.
    pub opened_on: Day,
    /// When it was solved.
    pub solved_on: Option<Day>,
    /// How it was solved; null in lists, and once the member is reduced.
    pub how: Option<String>,
    /// Whether it is solved, and counts.
    pub state: CaseState,
    /// Why it counts no more; null in lists.
    pub void_reason: Option<String>,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<CaseAction>,
}

/// One case that the caller is known to reach, with what was written about it.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: CaseRow) -> Result<Case, ApiError> {
    let ((note, how), void_reason) = (service::words(app, &row)?, service::void_reason(app, &row)?);
    let case = show(c, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(Case { note, how, void_reason, ..case })
}

/// Cases that the caller is known to reach, in their order, without what was written about them.
pub(super) async fn show(c: &mut Conn<'_>, caller: &Caller, rows: Vec<CaseRow>) -> Result<Vec<Case>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let members: Vec<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let members = people::briefs(c, &members).await?;
    let name = |id: MemberId| members.get(&id).map(|member| MemberRef { id, name: member.name.clone() });
    let reach = caller.scope_in(Operation::SolveCase);
    rows.into_iter()
        .map(|row| {
            let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
            Ok(Case {
                unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a case names no unit"))?,
                member: row.member_id.and_then(name),
                note: None,
                how: None,
                state: row.state(),
                void_reason: None,
                actions: row.actions(within),
                id: row.id,
                pair_id: row.pair_id,
                about: row.about,
                opened_on: row.opened_on,
                solved_on: row.solved_on,
                created_at: row.created_at,
            })
        })
        .collect()
}

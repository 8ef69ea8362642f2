//! What was given, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{AidAction, AidKind, AidRow, AidState},
    service,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{AidId, CaseId, MemberId, PairingId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// Something that was given.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Aid {
    /// Its id.
    pub id: AidId,
    /// The unit that gave it.
    pub unit: UnitRef,
    /// The pair within which it was given.
    pub pair_id: Option<PairingId>,
    /// The case for which it was given.
    pub case_id: Option<CaseId>,
    /// Who received it.
    pub member: Option<MemberRef>,
    /// When.
    pub given_on: Day,
    /// Money, or something else.
    pub kind: AidKind,
    /// How much in fen, or its value.
    pub amount_fen: i64,
    /// What was given in kind; null in lists, and once the member is reduced.
    pub what: Option<String>,
    /// Whether it counts.
    pub state: AidState,
    /// Why it does not; null in lists.
    pub void_reason: Option<String>,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<AidAction>,
}

/// Aid that the caller is known to reach, with what was written about it.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: AidRow) -> Result<Aid, ApiError> {
    let (what, void_reason) = (service::what(app, &row)?, service::void_reason(app, &row)?);
    let aid = show(c, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(Aid { what, void_reason, ..aid })
}

/// Aid that the caller is known to reach, in its order, without what was written about it.
pub(super) async fn show(c: &mut Conn<'_>, caller: &Caller, rows: Vec<AidRow>) -> Result<Vec<Aid>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let members: Vec<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let members = people::briefs(c, &members).await?;
    let name = |id: MemberId| members.get(&id).map(|member| MemberRef { id, name: member.name.clone() });
    let reach = caller.scope_in(Operation::VoidAid);
    rows.into_iter()
        .map(|row| {
            let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
            Ok(Aid {
                unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("aid names no unit"))?,
                member: row.member_id.and_then(name),
                what: None,
                void_reason: None,
                state: row.state(),
                actions: row.actions(within),
                id: row.id,
                pair_id: row.pair_id,
                case_id: row.case_id,
                given_on: row.given_on,
                kind: row.kind,
                amount_fen: row.amount_fen,
                created_at: row.created_at,
            })
        })
        .collect()
}

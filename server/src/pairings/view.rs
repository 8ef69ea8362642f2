//! A pair as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{PairState, PairingAction, PairingRow},
    service::{HELPED_NAME, VOID_REASON},
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, PairingId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// A pair: who helps whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pairing {
    /// Its id.
    pub id: PairingId,
    /// The unit that brought it about.
    pub unit: UnitRef,
    /// The member who helps…
    pub helper: Option<MemberRef>,
    /// …or the unit.
    pub helper_unit: Option<UnitRef>,
    /// The member who is helped…
    pub helped: Option<MemberRef>,
    /// …or the household.
    pub helped_name: Option<String>,
    /// The first day.
    pub since: Day,
    /// The last day; null while it goes on.
    pub until: Option<Day>,
    /// Whether it goes on, and counts.
    pub state: PairState,
    /// Why it counts no more; null in lists.
    pub void_reason: Option<String>,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<PairingAction>,
}

/// One pair that the caller is known to reach.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: PairingRow,
) -> Result<Pairing, ApiError> {
    let open = |sealed: &Vec<u8>| app.keys.vault.open_text(VOID_REASON, row.id.0.as_bytes(), sealed);
    let void_reason = row.void_reason_sealed.as_ref().map(open).transpose()?;
    let pair = show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(Pairing { void_reason, ..pair })
}

/// The household of a pair, where it is one.
pub(super) fn household(app: &AppState, row: &PairingRow) -> Result<Option<String>, ApiError> {
    let open = |sealed: &Vec<u8>| app.keys.vault.open_text(HELPED_NAME, row.id.0.as_bytes(), sealed);
    row.helped_name_sealed.as_ref().map(open).transpose()
}

/// Pairs that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<PairingRow>,
) -> Result<Vec<Pairing>, ApiError> {
    let own: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let all: Vec<UnitId> = own.iter().copied().chain(rows.iter().filter_map(|row| row.helper_unit_id)).collect();
    let members: Vec<MemberId> = rows.iter().flat_map(PairingRow::members).collect();
    let above = access::ancestors_of(c, &own).await?;
    let units = units::unit_refs(c, &all).await?;
    let members = people::briefs(c, &members).await?;
    let name = |id: MemberId| members.get(&id).map(|member| MemberRef { id, name: member.name.clone() });
    let reach = caller.scope_in(Operation::EndPairing);
    rows.into_iter()
        .map(|row| {
            let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
            Ok(Pairing {
                unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a pair names no unit"))?,
                helper: row.helper_id.and_then(name),
                helper_unit: row.helper_unit_id.and_then(|id| units.get(&id).cloned()),
                helped: row.helped_id.and_then(name),
                helped_name: household(app, &row)?,
                state: row.state(),
                void_reason: None,
                actions: row.actions(within),
                id: row.id,
                since: row.since_on,
                until: row.until_on,
                created_at: row.created_at,
            })
        })
        .collect()
}

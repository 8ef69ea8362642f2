//! A commendation as it is shown.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    model::{CommendationAction, CommendationRow, CommendationState, CommendationTitle, may},
    service::{self, ANSWER, CITATION, REASON},
    store,
};
use crate::{
    access::{self, Caller},
    app::AppState,
    bulletins::audience,
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{CommendationId, MemberId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// A commendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Commendation {
    /// Its id.
    pub id: CommendationId,
    /// The unit that nominates.
    pub unit: UnitRef,
    /// Whom…
    pub member: Option<MemberRef>,
    /// …or which branch.
    pub nominee_unit: Option<UnitRef>,
    /// What as.
    pub title: CommendationTitle,
    /// Where it stands.
    pub state: CommendationState,
    /// To officers of the unit and above, and to the member: why.
    pub reason: Option<String>,
    /// What is said in praise, once it is confirmed.
    pub citation: Option<String>,
    /// To the same: why it was refused or withdrawn.
    pub answer: Option<String>,
    /// The units to which it is published, each with all below it.
    pub audience: Vec<UnitRef>,
    /// When it was nominated.
    pub created_at: Instant,
    /// When it was confirmed.
    pub confirmed_at: Option<Instant>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// What this caller may do now.
    pub actions: Vec<CommendationAction>,
}

/// One that the caller is known to see.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: CommendationRow,
) -> Result<Commendation, ApiError> {
    show(c, app, caller, vec![row], true).await?.pop().ok_or_else(ApiError::not_found)
}

/// All for which a member was ever nominated, newest first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<Commendation>, ApiError> {
    let rows = store::own(c, member).await?;
    show(c, app, caller, rows, false).await
}

/// Commendations that the caller is known to see, in their order. What led to one is shown with the `whole` of it, which is
/// logged, and to the member.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<CommendationRow>,
    whole: bool,
) -> Result<Vec<Commendation>, ApiError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut audiences = audience::of(c, &ids).await?;
    let own: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let above = access::ancestors_of(c, &own).await?;
    let named: Vec<UnitId> = own
        .iter()
        .copied()
        .chain(rows.iter().filter_map(|row| row.nominee_unit_id))
        .chain(audiences.values().flatten().copied())
        .collect();
    let units = units::unit_refs(c, &named).await?;
    let members: Vec<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
    let members = people::briefs(c, &members).await?;
    let reads = caller.scope_in(access::Operation::GetCommendation);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let above = above.get(&row.unit_id).map_or(&[][..], Vec::as_slice);
        let by = service::standing(caller, above, &row);
        // Whoever reads what is published reads the citation, not what led to it.
        let inside = by.nominee || (whole && reads.covers_unit(above));
        let open = |field: &str, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed)).transpose()
        };
        let unit = |id: UnitId| units.get(&id).cloned();
        let member = row.member_id.and_then(|id| members.get(&id));
        let mut audience: Vec<UnitRef> =
            audiences.remove(&row.id.0).unwrap_or_default().into_iter().filter_map(unit).collect();
        audience.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        let actions = CommendationAction::ALL.iter().copied().filter(|action| may(*action, row.state, by));
        shown.push(Commendation {
            unit: unit(row.unit_id).ok_or_else(|| ApiError::internal("a commendation names no unit"))?,
            member: member.map(|member| MemberRef { id: member.id, name: member.name.clone() }),
            nominee_unit: row.nominee_unit_id.and_then(unit),
            reason: if inside { open(REASON, &row.reason_sealed)? } else { None },
            citation: open(CITATION, &row.citation_sealed)?,
            answer: if inside { open(ANSWER, &row.answer_sealed)? } else { None },
            audience,
            actions: actions.collect(),
            id: row.id,
            title: row.title,
            state: row.state,
            created_at: row.created_at,
            confirmed_at: row.confirmed_at,
            published_at: row.published_at,
        });
    }
    Ok(shown)
}

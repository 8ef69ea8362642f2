//! A request as it is shown, to the member as to both ends.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{RequestKind, RequestRow, RequestStatus},
    service::{ANSWER, NOTE, PLACE},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, RegistrationId, RequestId, UnitId},
    people::{self, MemberBrief},
    registrations::{
        model::{self, Standing},
        store as stays,
    },
    units::{self, UnitRef},
    words,
};

words! {
    /// What can be done about a request.
    pub enum RequestAction {
        /// Take the step that it asks for.
        CarryOut = "carry_out",
        /// Answer why not.
        Refuse = "refuse",
        /// Take it back.
        TakeBack = "take_back",
    }
}

/// What a member asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberRequest {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// What has become of it.
    pub status: RequestStatus,
    /// Who asks.
    pub member: MemberBrief,
    /// The stay that it is about.
    pub registration_id: RegistrationId,
    /// The stay's home.
    pub home: UnitRef,
    /// The stay's host, today.
    pub host: UnitRef,
    /// On which day it should be.
    pub wished_on: Option<Day>,
    /// With `moved`: the new host that the member named.
    pub new_host: Option<UnitRef>,
    /// With `moved`: where the member is now, in their own words.
    pub place: Option<String>,
    /// A note for both ends.
    pub note: Option<String>,
    /// By when it is to be answered.
    pub due_on: Day,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Why it was refused.
    pub answer: Option<String>,
    /// What this caller may do now.
    pub actions: Vec<RequestAction>,
}

/// One request that the caller is known to reach, or did when they closed it.
pub async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RequestId,
) -> Result<MemberRequest, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// As many of a member's requests as are told at once; nobody has asked for more.
const MOST: i64 = 1000;

/// All that a member has ever asked for, newest first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<MemberRequest>, ApiError> {
    let rows = store::own(c, member, None, MOST).await?;
    show(c, app, caller, rows).await
}

/// Requests that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<RequestRow>,
) -> Result<Vec<MemberRequest>, ApiError> {
    let members: Vec<MemberId> = rows.iter().map(|row| row.member_id).collect();
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.registration_id).collect();
    let members = people::briefs(c, &members).await?;
    let stays = stays::stays(c, &ids).await?;
    let ends: Vec<UnitId> = stays.values().flat_map(|stay| [stay.home_unit_id, stay.host_unit_id]).collect();
    let named: Vec<UnitId> = ends.iter().copied().chain(rows.iter().filter_map(|row| row.host_unit_id)).collect();
    let units = units::unit_refs(c, &named).await?;
    let above = access::ancestors_with_role(c, &ends, &caller.held).await?;
    let reach = caller.scope_in(Operation::RefuseRequest);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let stay = stays.get(&row.registration_id).ok_or_else(|| ApiError::internal("a request names no stay"))?;
        let unit = |id: UnitId| units.get(&id).cloned().ok_or_else(|| ApiError::internal("a stay names no unit"));
        let member = members.get(&row.member_id).cloned();
        let open = |field: &str, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed)).transpose()
        };
        let by = Standing::of(&reach, stay, &above);
        let mut actions = Vec::new();
        if row.status == RequestStatus::Open {
            if model::may(row.kind.action(), stay.status, Standing { oneself: false, ..by }) {
                actions.push(RequestAction::CarryOut);
            }
            if by.home || by.host {
                actions.push(RequestAction::Refuse);
            }
            if caller.scope.own == Some(row.member_id) {
                actions.push(RequestAction::TakeBack);
            }
        }
        shown.push(MemberRequest {
            member: member.ok_or_else(|| ApiError::internal("a request names no member"))?,
            home: unit(stay.home_unit_id)?,
            host: unit(stay.host_unit_id)?,
            new_host: row.host_unit_id.map(unit).transpose()?,
            place: open(PLACE, &row.place_sealed)?,
            note: open(NOTE, &row.note_sealed)?,
            answer: open(ANSWER, &row.answer_sealed)?,
            id: row.id,
            kind: row.kind,
            status: row.status,
            registration_id: row.registration_id,
            wished_on: row.wished_on,
            due_on: row.due_at.day(),
            filed_at: row.filed_at,
            closed_at: row.closed_at,
            actions,
        });
    }
    Ok(shown)
}

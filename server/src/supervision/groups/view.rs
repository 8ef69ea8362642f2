//! A group as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{GroupAction, GroupKind, GroupRow, GroupState},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    auth::accounts,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{AccountId, GroupId, UnitId},
    units::{self, UnitRef},
};

/// An account in a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub username: String,
}

/// A supervision group, or a group of liaison officers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The unit that sends it.
    pub unit: UnitRef,
    /// What it is.
    pub kind: GroupKind,
    /// What it is called.
    pub name: String,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub until: Day,
    /// When it was ended, where it was.
    pub ended_at: Option<Instant>,
    /// Whether it is in force.
    pub state: GroupState,
    /// Who is in it, by name.
    pub members: Vec<GroupMember>,
    /// The units assigned to it, each with all below it, by name.
    pub units: Vec<UnitRef>,
    /// When it was made.
    pub created_at: Instant,
    /// Its version, the same as its ETag.
    pub version: i64,
    /// What this caller may do now.
    pub actions: Vec<GroupAction>,
}

/// One that the caller is known to see.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: GroupRow) -> Result<Group, ApiError> {
    show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// Groups that the caller is known to see, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<GroupRow>,
) -> Result<Vec<Group>, ApiError> {
    let ids: Vec<GroupId> = rows.iter().map(|row| row.id).collect();
    let mut members = store::members(c, &ids).await?;
    let mut assigned = store::units(c, &ids).await?;
    let accounts: Vec<AccountId> = members.values().flatten().copied().collect();
    let usernames = accounts::usernames(c, &accounts).await?;
    let senders: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let named: Vec<UnitId> = senders.iter().copied().chain(assigned.values().flatten().copied()).collect();
    let units = units::unit_refs(c, &named).await?;
    let above = access::ancestors_of(c, &senders).await?;
    let leads = caller.scope_in(Operation::UpdateSupervisionGroup);
    let (today, account) = (app.clock.now().day(), caller.account().ok());
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let state = row.state(today);
        let mine = members.remove(&row.id).unwrap_or_default();
        let may_lead =
            state != GroupState::Over && above.get(&row.unit_id).is_some_and(|above| leads.covers_unit(above));
        let may_visit = state == GroupState::InForce && account.is_some_and(|account| mine.contains(&account));
        let actions = GroupAction::ALL.iter().copied().filter(|action| match action {
            GroupAction::Edit | GroupAction::End => may_lead,
            GroupAction::Visit => may_visit,
        });
        let mut members: Vec<GroupMember> =
            mine.into_iter().filter_map(|id| Some(GroupMember { id, username: usernames.get(&id)?.clone() })).collect();
        members.sort_by(|a, b| a.username.cmp(&b.username));
        let mut own: Vec<UnitRef> =
            assigned.remove(&row.id).unwrap_or_default().into_iter().filter_map(|id| units.get(&id).cloned()).collect();
        own.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        shown.push(Group {
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a group names no unit"))?,
            actions: actions.collect(),
            id: row.id,
            kind: row.kind,
            name: row.name,
            from: row.from_on,
            until: row.until_on,
            ended_at: row.ended_at,
            state,
            members,
            units: own,
            created_at: row.created_at,
            version: row.version,
        });
    }
    Ok(shown)
}

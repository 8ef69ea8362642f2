//! The rules of groups: nobody is given more than the one who gives has, and nothing outlasts the group.

use super::{
    model::{GroupChanges, GroupRow, GroupState, NewGroup, bad_count, bad_days},
    store,
    view::{self, Group},
};
use crate::{
    access::{self, Caller, Operation, Role, audit},
    app::AppState,
    auth::accounts::{self, LimitedRole},
    db::Conn,
    error::{ApiError, FieldError},
    http::IfMatch,
    ids::{AccountId, GroupId, UnitId},
    parsing::Line,
};

/// Makes a group; its accounts reach its units from its first day to its last.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewGroup) -> Result<Group, ApiError> {
    caller.scope_in(Operation::CreateSupervisionGroup).require_unit(c, new.unit_id).await?;
    let (now, today) = (app.clock.now(), app.clock.now().day());
    let from = new.from.unwrap_or(today);
    let mut errors: Vec<FieldError> = bad_days(from, new.until, today).into_iter().collect();
    let members = checked_members(c, new.unit_id, new.members, &mut errors).await?;
    let units = checked_units(c, new.unit_id, new.units, &mut errors).await?;
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = GroupRow {
        id: GroupId::new(now, &app.entropy),
        unit_id: new.unit_id,
        kind: new.kind,
        name: new.name.into_string(),
        from_on: from,
        until_on: new.until,
        ended_at: None,
        version: 1,
        created_at: now,
    };
    store::insert(c, &row).await?;
    store::set_members(c, row.id, &members).await?;
    for unit in &units {
        store::add_unit(c, row.id, *unit, from).await?;
    }
    give(c, app, caller, &row, &members, &units).await?;
    log(c, app, caller, &row, "supervision_group.create").await?;
    view::shown(c, app, caller, row).await
}

/// Changes a group that is not over; who or what is left out is out at once.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: GroupId,
    seen: IfMatch,
    changes: GroupChanges,
) -> Result<Group, ApiError> {
    let before = to_lead(c, app, caller, id).await?;
    seen.check(before.version)?;
    let today = app.clock.now().day();
    let mut errors = Vec::new();
    if let Some(until) = changes.until {
        errors.extend(bad_days(before.from_on, until, today));
    }
    // Who is in it already stays, whatever else has become of their roles.
    let had_members = store::members(c, &[id]).await?.remove(&id).unwrap_or_default();
    let had_units = store::units(c, &[id]).await?.remove(&id).unwrap_or_default();
    let members = match changes.members {
        Some(asked) => checked_members(c, before.unit_id, asked, &mut errors).await?,
        None => had_members,
    };
    let units = match changes.units {
        Some(asked) => checked_units(c, before.unit_id, asked, &mut errors).await?,
        None => had_units.clone(),
    };
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = GroupRow {
        name: changes.name.map_or(before.name, Line::into_string),
        until_on: changes.until.unwrap_or(before.until_on),
        version: before.version + 1,
        ..before
    };
    if !store::update(c, &row).await? {
        return Err(ApiError::changed());
    }
    store::set_members(c, id, &members).await?;
    for gone in had_units.iter().filter(|unit| !units.contains(unit)) {
        store::end_unit(c, id, *gone, today).await?;
    }
    for new in units.iter().filter(|unit| !had_units.contains(unit)) {
        store::add_unit(c, id, *new, row.from_on.max(today)).await?;
    }
    give(c, app, caller, &row, &members, &units).await?;
    log(c, app, caller, &row, "supervision_group.update").await?;
    view::shown(c, app, caller, row).await
}

/// Ends a group: its reach is gone with this write.
pub async fn end(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: GroupId) -> Result<Group, ApiError> {
    let before = to_lead(c, app, caller, id).await?;
    let row = GroupRow { ended_at: Some(app.clock.now()), version: before.version + 1, ..before };
    if !store::update(c, &row).await? {
        return Err(over());
    }
    give(c, app, caller, &row, &[], &[]).await?;
    log(c, app, caller, &row, "supervision_group.end").await?;
    view::shown(c, app, caller, row).await
}

async fn give(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &GroupRow,
    members: &[AccountId],
    units: &[UnitId],
) -> Result<(), ApiError> {
    let lender = lender(c, caller, row.unit_id).await?;
    let role = LimitedRole { group: row.id, from: row.from_on, until: row.until_on, lender };
    let wanted: Vec<_> = members.iter().flat_map(|account| units.iter().map(move |unit| (*account, *unit))).collect();
    accounts::set_limited(c, app, caller, role, &wanted).await
}

/// The role in which the caller leads the unit: a committee's, where it is both, since that sees the more.
async fn lender(c: &mut Conn<'_>, caller: &Caller, unit: UnitId) -> Result<Role, ApiError> {
    let above = access::ancestors_of(c, &[unit]).await?.remove(&unit).unwrap_or_default();
    let leads = |role: Role| {
        let mut held = caller.held.iter().filter(|held| held.role == role);
        held.any(|held| held.reach.is_some_and(|reach| above.contains(&reach)))
    };
    let roles = [Role::CommitteeOfficer, Role::DepartmentOfficer];
    roles.into_iter().find(|role| leads(*role)).ok_or_else(ApiError::not_allowed)
}

/// The accounts, each once; all that hold no role at or below the unit are named.
async fn checked_members(
    c: &mut Conn<'_>,
    top: UnitId,
    asked: Vec<AccountId>,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<AccountId>, ApiError> {
    if let Some(error) = bad_count(&asked, "/members") {
        errors.push(error);
        return Ok(Vec::new());
    }
    let known = accounts::candidates_among(c, top, &asked).await?;
    Ok(each_once(asked, "/members", errors, |account| known.contains_key(account)))
}

/// The units, each once; all that are not at or below the unit are named.
async fn checked_units(
    c: &mut Conn<'_>,
    top: UnitId,
    asked: Vec<UnitId>,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<UnitId>, ApiError> {
    if let Some(error) = bad_count(&asked, "/units") {
        errors.push(error);
        return Ok(Vec::new());
    }
    let above = access::ancestors_of(c, &asked).await?;
    Ok(each_once(asked, "/units", errors, |unit| above.get(unit).is_some_and(|above| above.contains(&top))))
}

fn each_once<T: PartialEq>(
    asked: Vec<T>,
    pointer: &str,
    errors: &mut Vec<FieldError>,
    fits: impl Fn(&T) -> bool,
) -> Vec<T> {
    let mut kept = Vec::with_capacity(asked.len());
    for (n, one) in asked.into_iter().enumerate() {
        if !fits(&one) {
            errors.push(FieldError::new(format!("{pointer}/{n}"), "unknown", "does not belong to the unit"));
        } else if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// A group that the caller may see, or 404.
pub(super) async fn seen(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: GroupId) -> Result<GroupRow, ApiError> {
    let reach = caller.scope_in(Operation::GetSupervisionGroup);
    store::find_within(c, &reach, one(app, caller)?, id).await?.ok_or_else(ApiError::not_found)
}

/// Who asks, today.
pub(super) fn one(app: &AppState, caller: &Caller) -> Result<store::One, ApiError> {
    Ok((caller.account()?, app.clock.now().day()))
}

/// A group, not over yet, whose sending unit the caller leads; one that only sends to the caller's units is not theirs.
async fn to_lead(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: GroupId) -> Result<GroupRow, ApiError> {
    let row = seen(c, app, caller, id).await?;
    if !caller.scope_in(Operation::UpdateSupervisionGroup).reaches_unit(c, row.unit_id).await? {
        return Err(ApiError::not_allowed());
    }
    if row.state(app.clock.now().day()) == GroupState::Over { Err(over()) } else { Ok(row) }
}

fn over() -> ApiError {
    ApiError::wrong_state("The group is over.")
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &GroupRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("supervision_group", row.id.to_string()));
    audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await
}

//! The rules of the tree.

use super::{
    model::{NewUnit, Stored, TermInput, Unit, UnitChanges},
    store,
};
use crate::{
    access::{
        Caller, Grant, Held, Role, Scope, Side,
        audit::{self, Actor, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, Code, FieldError},
    http::IfMatch,
    ids::UnitId,
    tallies,
};

/// A unit.
pub async fn unit(c: &mut Conn<'_>, id: UnitId) -> Result<Unit, ApiError> {
    let unit = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    let children = store::child_counts(c, &[id]).await?;
    Ok(unit.show(children.get(&id).copied().unwrap_or_default()))
}

/// The unit, or the nearest one above it, that names whom to call; the topmost where none does.
pub async fn whom_to_call(c: &mut Conn<'_>, id: UnitId) -> Result<Unit, ApiError> {
    let mut found = unit(c, id).await?;
    while let (None, Some(above)) = (&found.contact, found.parent_id) {
        found = unit(c, above).await?;
    }
    Ok(found)
}

/// Makes a unit under its parent, which never changes afterwards.
pub async fn create(c: &mut Conn<'_>, app: &AppState, actor: Actor, unit: NewUnit) -> Result<Unit, ApiError> {
    let now = app.clock.now();
    let unit = Stored::new(UnitId::new(now, &app.entropy), unit);
    let mut errors = unit.broken_rules();
    let parent = match unit.parent_id {
        Some(id) => {
            let parent = store::find(c, id).await?;
            if parent.is_none() {
                errors.push(FieldError::new("/parent_id", "unknown", "is not the id of a unit"));
            }
            parent
        }
        None => None,
    };
    if unit.parent_id.is_some() == parent.is_some() && !unit.kind.may_stand_under(parent.map(|p| p.kind)) {
        let detail = format!("a {} cannot stand there", unit.kind);
        errors.push(FieldError::new("/parent_id", "invalid", detail));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    store::insert(c, &unit, now).await?;
    audit::append(c, now, Record::new(actor, "unit.create", ("unit", unit.id.to_string())).from_unit(unit.id)).await?;
    Ok(unit.show(0))
}

/// The same by an administrator, whose reach must hold the parent; a new root needs the whole registry.
pub(super) async fn create_within(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    unit: NewUnit,
) -> Result<Unit, ApiError> {
    let allowed = match unit.parent_id {
        // A parent that is not there is told by its field, to those who could see it if it were.
        Some(parent) => caller.scope.reaches_unit(c, parent).await?,
        None => caller.scope.grants.iter().any(|grant| grant.unit.is_none()),
    };
    if !allowed {
        return Err(if unit.parent_id.is_some() { ApiError::not_found() } else { ApiError::not_allowed() });
    }
    create(c, app, caller.into(), unit).await
}

/// Changes a unit. Its name and division code are the administrators' to change, the rest also its officers'.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: UnitId,
    seen: IfMatch,
    changes: UnitChanges,
) -> Result<Unit, ApiError> {
    caller.scope.require_unit(c, id).await?;
    if changes.is_for_administrators() && !reach(&caller.held, &[Role::Administrator]).reaches_unit(c, id).await? {
        return Err(ApiError::new(Code::NotAllowed, "Only an administrator changes a unit's name or division code."));
    }
    let before = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    seen.check(before.version)?;
    let unit = before.changed(changes);
    let errors = unit.broken_rules();
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let now = app.clock.now();
    let was = store::district_of(c, id).await?;
    if !store::update(c, &unit, now).await? {
        return Err(ApiError::changed());
    }
    let is = store::district_of(c, id).await?;
    if was != is {
        for host in store::children_without_address(c, id).await?.into_iter().chain([id]) {
            tallies::district_changed(c, (now, &app.entropy), host, was.as_deref(), is.as_deref()).await?;
        }
    }
    audit::append(c, now, Record::new(caller.into(), "unit.update", ("unit", id.to_string())).from_unit(id)).await?;
    let children = store::child_counts(c, &[id]).await?;
    Ok(unit.show(children.get(&id).copied().unwrap_or_default()))
}

/// A new term begins, as an election says; call it inside the write of that.
pub async fn start_term(
    c: &mut Conn<'_>,
    app: &AppState,
    actor: Actor,
    id: UnitId,
    TermInput { started_on, years }: TermInput,
) -> Result<(), ApiError> {
    let unit = store::find(c, id).await?.ok_or_else(ApiError::not_found)?.with_term(started_on, years);
    let now = app.clock.now();
    if !store::update(c, &unit, now).await? {
        return Err(ApiError::changed());
    }
    audit::append(c, now, Record::new(actor, "unit.start_term", ("unit", id.to_string())).from_unit(id)).await
}

/// The units at and below those on which one of `roles` is held.
pub(super) fn reach(held: &[Held], roles: &[Role]) -> Scope {
    let grants = held.iter().filter(|held| roles.contains(&held.role));
    Scope { grants: grants.map(|held| Grant { side: Side::Unit, unit: held.reach }).collect(), own: None }
}

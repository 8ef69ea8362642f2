//! Recording, ending and showing contact points.

use super::{
    model::{ContactPoint, NewContactPoint, PointRow},
    store::{self, Filter},
};
use crate::{
    access::{
        self, Caller, Operation,
        audit::{self, Record},
    },
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{ContactPointId, MemberId, UnitId},
    people::{self, MemberRef},
    posts::model::{self, EndOn, Tenure},
    registrations, units,
};

/// As many contact points of one member are told at once; nobody has had more.
const MOST: i64 = 1000;

/// Records which unit a leader looks after; the leader's unit must be within reach.
pub async fn create(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewContactPoint,
) -> Result<ContactPoint, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = model::misdated(new.from, new.until, now.day());
    let leader_unit = match registrations::unknown_member(c, caller, new.member_id).await? {
        Some(unknown) => {
            errors.push(unknown);
            None
        }
        None => {
            let found = leader_unit(c, caller, new.member_id, new.unit_id).await?;
            if found.is_none() {
                let detail = "holds no post in a unit above it within your reach";
                errors.push(FieldError::new("/member_id", "invalid", detail));
            }
            found
        }
    };
    let Some(leader_unit_id) = leader_unit.filter(|_| errors.is_empty()) else { return Err(ApiError::invalid(errors)) };
    let row = PointRow {
        id: ContactPointId::new(now, &app.entropy),
        unit_id: new.unit_id,
        leader_unit_id,
        member_id: new.member_id,
        from_on: new.from,
        until_on: new.until,
        created_at: now,
    };
    if !store::insert(c, &row).await? {
        return Err(ApiError::wrong_state("The leader looks after this unit already."));
    }
    log(c, app, caller, &row, "contact_point.create").await?;
    shown(c, caller, row).await
}

/// The unit above in which the leader holds a post, where the caller may speak for it.
async fn leader_unit(
    c: &mut Conn<'_>,
    caller: &Caller,
    member: MemberId,
    unit: UnitId,
) -> Result<Option<UnitId>, ApiError> {
    match store::post_above(c, member, unit).await? {
        Some(above) if caller.scope.reaches_unit(c, above).await? => Ok(Some(above)),
        _ => Ok(None),
    }
}

/// Ends a contact point.
pub(super) async fn end(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ContactPointId,
    when: EndOn,
) -> Result<ContactPoint, ApiError> {
    let row = within(c, caller, id).await?;
    // Whoever set the leader to it takes them off, not the unit that is looked after.
    if !caller.scope.reaches_unit(c, row.leader_unit_id).await? {
        return Err(ApiError::not_allowed());
    }
    let today = app.clock.now().day();
    let until = when.until.unwrap_or(today);
    if let Some(error) = model::misdated_end(row.from_on, until, today) {
        return Err(ApiError::invalid(vec![error]));
    }
    if !store::end(c, id, until).await? {
        return Err(ApiError::wrong_state("It has ended already."));
    }
    log(c, app, caller, &row, "contact_point.end").await?;
    shown(c, caller, PointRow { until_on: Some(until), ..row }).await
}

/// Ends what a member looked after from a unit in which they hold no post any more.
pub(in crate::posts) async fn end_of_leader(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    leader_unit: UnitId,
    member: MemberId,
    until: Day,
) -> Result<(), ApiError> {
    if store::holds_post(c, member, leader_unit).await? {
        return Ok(());
    }
    let filter = Filter { leader_unit: Some(leader_unit), member: Some(member), open: Some(true), ..Filter::default() };
    for row in store::list(c, None, &filter, MOST).await? {
        if store::end(c, row.id, until.max(row.from_on)).await? {
            log(c, app, caller, &row, "contact_point.end").await?;
        }
    }
    Ok(())
}

/// A contact point of a unit within the caller's reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, caller: &Caller, id: ContactPointId) -> Result<PointRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    caller.scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// All units that a member has ever looked after, newest first.
pub async fn of_member(c: &mut Conn<'_>, caller: &Caller, member: MemberId) -> Result<Vec<ContactPoint>, ApiError> {
    let rows = store::list(c, None, &Filter { member: Some(member), ..Filter::default() }, MOST).await?;
    show(c, caller, rows).await
}

/// One contact point that the caller is known to reach.
pub(super) async fn shown(c: &mut Conn<'_>, caller: &Caller, row: PointRow) -> Result<ContactPoint, ApiError> {
    show(c, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// Contact points that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    caller: &Caller,
    rows: Vec<PointRow>,
) -> Result<Vec<ContactPoint>, ApiError> {
    let named: Vec<UnitId> = rows.iter().flat_map(|row| [row.unit_id, row.leader_unit_id]).collect();
    let members: Vec<MemberId> = rows.iter().map(|row| row.member_id).collect();
    let above = access::ancestors_of(c, &named).await?;
    let units = units::unit_refs(c, &named).await?;
    let members = people::briefs(c, &members).await?;
    let reach = caller.scope_in(Operation::EndContactPoint);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let unit =
            |id: UnitId| units.get(&id).cloned().ok_or_else(|| ApiError::internal("a contact point names no unit"));
        let leader = members.get(&row.member_id);
        let leader = leader.ok_or_else(|| ApiError::internal("a contact point names no member"))?;
        let state = Tenure::of(row.until_on);
        shown.push(ContactPoint {
            id: row.id,
            unit: unit(row.unit_id)?,
            leader: MemberRef { id: leader.id, name: leader.name.clone() },
            leader_unit: unit(row.leader_unit_id)?,
            from: row.from_on,
            until: row.until_on,
            state,
            created_at: row.created_at,
            actions: state.actions(reach.covers_unit(above.get(&row.leader_unit_id).map_or(&[], Vec::as_slice))),
        });
    }
    Ok(shown)
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &PointRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("contact_point", row.id.to_string())).about(row.member_id);
    audit::append(c, app.clock.now(), record.from_unit(row.leader_unit_id)).await
}

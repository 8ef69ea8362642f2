//! Answering: by the branch concerned, or a unit above it, as long as the census is open.

use super::{
    members::{self, CensusMember},
    model::{Answer, CensusRow},
    service, store,
    view::{self, CensusUnit},
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{CensusId, MemberId, UnitId},
};

/// Whether a unit can take part.
pub async fn answer_unit(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    unit: UnitId,
    answer: Answer,
) -> Result<CensusUnit, ApiError> {
    let open = to_answer(c, caller, id, unit, answer).await?;
    if !store::answer_unit(c, id, unit, answer, app.clock.now()).await? {
        return Err(ApiError::not_found());
    }
    log_unit(c, app, caller, id, unit).await?;
    view::unit_shown(c, caller, open, unit).await
}

/// Whether a member can.
pub async fn answer_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    member: MemberId,
    answer: Answer,
) -> Result<CensusMember, ApiError> {
    let unit = store::unit_of(c, id, member).await?.ok_or_else(ApiError::not_found)?;
    let open = to_answer(c, caller, id, unit, answer).await?;
    store::answer_member(c, id, member, answer, app.clock.now()).await?;
    log_member(c, app, caller, id, (member, unit)).await?;
    members::shown(c, caller, open, member).await
}

/// Whoever of a unit has no answer yet, and of the groups in it, can: the members, and the units themselves.
pub async fn rest_able(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    unit: UnitId,
) -> Result<CensusUnit, ApiError> {
    let open = to_answer(c, caller, id, unit, Answer::ABLE).await?;
    let now = app.clock.now();
    let units = store::with_groups(c, id, unit).await?;
    if !units.contains(&unit) {
        return Err(ApiError::not_found());
    }
    for pending in store::pending_units(c, id, &units).await? {
        store::answer_unit(c, id, pending, Answer::ABLE, now).await?;
        log_unit(c, app, caller, id, pending).await?;
    }
    for member in store::pending_members(c, id, &units).await? {
        store::answer_member(c, id, member, Answer::ABLE, now).await?;
        log_member(c, app, caller, id, (member, unit)).await?;
    }
    view::unit_shown(c, caller, open, unit).await
}

/// The census, held open until the write ends: 404 out of reach, 422 what does not fit together, 409 where it is closed.
async fn to_answer(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: CensusId,
    unit: UnitId,
    answer: Answer,
) -> Result<CensusRow, ApiError> {
    caller.scope.require_unit(c, unit).await?;
    let row = service::find_within(c, caller, id).await?;
    if let Some(error) = answer.contradiction() {
        return Err(ApiError::invalid(vec![error]));
    }
    if store::hold(c, id).await? { Ok(row) } else { Err(service::closed()) }
}

async fn log_unit(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    unit: UnitId,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), "census.answer_unit", ("census", id.to_string())).from_unit(unit);
    audit::append(c, app.clock.now(), record).await
}

async fn log_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    (member, unit): (MemberId, UnitId),
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), "census.answer", ("census", id.to_string())).about(member);
    audit::append(c, app.clock.now(), record.from_unit(unit)).await
}

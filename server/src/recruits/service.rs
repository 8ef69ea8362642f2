//! Recording recruits and their stages.

use super::{
    model::{self, Advance, Enrol, NewRecruit, RecruitAction, RecruitRow, RecruitStage, StageDay, Stop},
    store,
    view::{self, Recruit},
};
use crate::{
    access::{
        Caller, Scope,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::RecruitId,
    people, registrations,
};

/// Under these names what is written about a recruit is sealed.
pub(super) const NAME: &str = "recruit.name";
pub(super) const REASON: &str = "recruit.reason";

/// Records a recruit with the stages so far.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewRecruit) -> Result<Recruit, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    if let Some(member) = new.member_id {
        errors.extend(registrations::unknown_member(c, caller, member).await?);
    }
    let Some(last) = new.stages.last().copied().filter(|_| errors.is_empty()) else {
        return Err(ApiError::invalid(errors));
    };
    let id = RecruitId::new(now, &app.entropy);
    let seal = |name: &str| app.keys.vault.seal(NAME, id.0.as_bytes(), name.as_bytes(), &app.entropy);
    let row = RecruitRow {
        id,
        unit_id: new.unit_id,
        name_sealed: new.name.map(|name| seal(name.as_str())).transpose()?,
        member_id: new.member_id,
        stage: last.stage,
        stage_on: last.on,
        reason_sealed: None,
        created_at: now,
    };
    if !store::insert(c, &row).await? {
        return Err(ApiError::wrong_state("The member is on record as a recruit already."));
    }
    for reached in new.stages {
        store::add_stage(c, id, reached, now).await?;
    }
    log(c, app, caller, &row, "recruit.create").await?;
    view::shown(c, app, caller, row).await
}

/// Takes down that the next stage was reached. Whoever becomes a full member is one in the own record too.
pub async fn advance(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RecruitId,
    step: Advance,
) -> Result<Recruit, ApiError> {
    let row = to_act_on(c, caller, id, RecruitAction::Advance).await?;
    if row.stage.next() != Some(step.to) {
        return Err(ApiError::wrong_state(format!("{} does not follow {}.", step.to, row.stage)));
    }
    let today = app.clock.now().day();
    let on = step.on.unwrap_or(today);
    go_on(c, app, caller, row, StageDay { stage: step.to, on }, None, "recruit.advance").await
}

/// Takes down that it goes no further, and why.
pub async fn stop(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RecruitId,
    stop: Stop,
) -> Result<Recruit, ApiError> {
    let row = to_act_on(c, caller, id, RecruitAction::Stop).await?;
    let reached = StageDay { stage: RecruitStage::Ended, on: stop.on.unwrap_or_else(|| app.clock.now().day()) };
    let reason = app.keys.vault.seal(REASON, id.0.as_bytes(), stop.reason.as_str().as_bytes(), &app.entropy)?;
    go_on(c, app, caller, row, reached, Some(reason), "recruit.stop").await
}

async fn go_on(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: RecruitRow,
    reached: StageDay,
    reason_sealed: Option<Vec<u8>>,
    action: &'static str,
) -> Result<Recruit, ApiError> {
    let now = app.clock.now();
    if let Some(error) = model::misdated("/on", Some(row.stage_on), reached.on, now.day()) {
        return Err(ApiError::invalid(vec![error]));
    }
    if !store::go_on(c, row.id, row.stage, reached, reason_sealed.as_deref()).await? {
        return Err(ApiError::wrong_state("Somebody has just taken the next stage down."));
    }
    store::add_stage(c, row.id, reached, now).await?;
    let row = RecruitRow { stage: reached.stage, stage_on: reached.on, reason_sealed, ..row };
    make_full(c, app, &row).await?;
    log(c, app, caller, &row, action).await?;
    view::shown(c, app, caller, row).await
}

/// Says which member the recruit is, once there is a record of one.
pub async fn enrol(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RecruitId,
    Enrol { member_id }: Enrol,
) -> Result<Recruit, ApiError> {
    let row = to_act_on(c, caller, id, RecruitAction::Enrol).await?;
    if let Some(error) = registrations::unknown_member(c, caller, member_id).await? {
        return Err(ApiError::invalid(vec![error]));
    }
    if !store::enrol(c, id, member_id).await? {
        return Err(ApiError::wrong_state("The recruit, or the member, is enrolled already."));
    }
    let row = RecruitRow { member_id: Some(member_id), name_sealed: None, ..row };
    make_full(c, app, &row).await?;
    log(c, app, caller, &row, "recruit.enrol").await?;
    view::shown(c, app, caller, row).await
}

async fn make_full(c: &mut Conn<'_>, app: &AppState, row: &RecruitRow) -> Result<(), ApiError> {
    match row.member_id {
        Some(member) if row.stage == RecruitStage::Full => people::become_full(c, member, app.clock.now()).await,
        _ => Ok(()),
    }
}

/// A recruit of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: RecruitId) -> Result<RecruitRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// The same, where this may be done; 409 otherwise.
async fn to_act_on(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: RecruitId,
    action: RecruitAction,
) -> Result<RecruitRow, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    if !model::may(action, row.stage, row.member_id.is_some()) {
        return Err(ApiError::wrong_state(format!("The recruit is {}; {action} does not fit.", row.stage)));
    }
    Ok(row)
}

/// Appends an act, or a look, to the audit log.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &RecruitRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("recruit", row.id.to_string())).from_unit(row.unit_id);
    let record = match row.member_id {
        Some(member) => record.about(member),
        None => record,
    };
    audit::append(c, app.clock.now(), record).await
}

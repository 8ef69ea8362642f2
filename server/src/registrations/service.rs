//! The steps of a stay: one function for all of them, so that none forgets the other end, the version or the record.

use super::{
    log_store::{self, HistoryRow},
    model::{self, Action, Standing, Status, Stay, Step},
    requests,
    silence::Silence,
    store, tallying, telling,
};
use crate::{
    access::{
        self, Caller, Scope, Who,
        audit::{self, Actor},
    },
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, FieldError},
    http::IfMatch,
    ids::{AccountId, RegistrationId, RowId, UnitId},
    units::{self, UnitRef},
};

/// A stay within the caller's reach, or 404.
pub async fn stay_within(c: &mut Conn<'_>, scope: &Scope, id: RegistrationId) -> Result<Stay, ApiError> {
    let stay = store::stay(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_stay(c, stay.member_id, stay.home_unit_id, stay.host_unit_id).await?;
    Ok(stay)
}

/// Takes one step: 404 out of reach, 412 where it was changed meanwhile, 409 where its state has no such step.
pub async fn step(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RegistrationId,
    seen: IfMatch,
    step: Step,
) -> Result<Stay, ApiError> {
    let stay = stay_within(c, &caller.scope, id).await?;
    seen.check(stay.version)?;
    let above = access::ancestors_of(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    let by = Standing::of(&caller.scope, &stay, &above);
    if !model::may(step.action, stay.status, by) {
        return Err(refusal(step.action, stay.status));
    }
    if step.action == Action::Move {
        check_new_host(c, &stay, step.new_host).await?;
    }
    if step.action == Action::OutOfContact {
        require_long_silence(c, app, &stay).await?;
    }
    let now = app.clock.now();
    let (from, host) = (stay.status, stay.host_unit_id);
    let status = model::after(step.action, from);
    let ended_at = match step.ended_on {
        _ if status.is_open() => None,
        Some(day) if day < stay.started_on || day > now.day() => {
            let detail = "must lie between the beginning of the stay and today";
            return Err(ApiError::bad_field("/ended_on", "invalid", detail));
        }
        Some(day) => Some(day.starts()),
        None => Some(now),
    };
    let stay_before = stay.clone();
    let next = Stay {
        status,
        host_unit_id: step.new_host.unwrap_or(stay.host_unit_id),
        active_since: stay.active_since.or_else(|| (status == Status::Active).then_some(now)),
        ended_at,
        end_reason: if status.is_open() { None } else { step.reason.clone() },
        version: stay.version + 1,
        ..stay
    };
    if !store::update(c, &next, now).await? {
        return Err(ApiError::changed());
    }
    tallying::moved(c, app, Some(&stay_before), &next).await?;
    record(c, app, caller.into(), &next, step.action.word(), Some(from), step.reason.as_deref()).await?;
    let fulfilled = requests::close_by_step(c, app, caller, &next, step.action).await?;
    telling::step(c, app, &next, host, step.action, by, fulfilled).await?;
    Ok(next)
}

/// By whom, and from where, something is done to a stay.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    pub(super) actor: Actor,
    pub(super) account: Option<AccountId>,
    pub(super) unit: Option<UnitId>,
}

impl From<&Caller> for Hand {
    fn from(caller: &Caller) -> Self {
        let account = match caller.who {
            Who::Officer { account, .. } => Some(account),
            Who::Member { .. } => None,
        };
        Self { actor: caller.into(), account, unit: caller.unit() }
    }
}

/// Appends what was just done to the history and to the audit log.
pub(super) async fn record(
    c: &mut Conn<'_>,
    app: &AppState,
    by: Hand,
    stay: &Stay,
    action: &str,
    from: Option<Status>,
    reason: Option<&str>,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let row = HistoryRow { id: RowId::new(now, &app.entropy), at: now, action, from, account: by.account, reason };
    log_store::add_history(c, stay, row).await?;
    append(c, app, by, stay, action).await
}

/// Appends `registration.<verb>` about the member to the audit log.
pub(super) async fn append(
    c: &mut Conn<'_>,
    app: &AppState,
    by: Hand,
    stay: &Stay,
    verb: &str,
) -> Result<(), ApiError> {
    let action = format!("registration.{verb}");
    let record = audit::Record::new(by.actor, &action, ("registration", stay.id.to_string())).about(stay.member_id);
    audit::append(c, app.clock.now(), record.from_unit(by.unit)).await
}

/// Writes down that the caller looks at a stay, before the answer; one's own record is nobody's to log.
pub(super) async fn log_look_up(
    app: &AppState,
    caller: &Caller,
    stay: Stay,
    verb: &'static str,
) -> Result<(), ApiError> {
    if caller.scope.own == Some(stay.member_id) {
        return Ok(());
    }
    let (state, caller) = (app.clone(), caller.clone());
    app.db.write(move |c| Box::pin(async move { append(c, &state, (&caller).into(), &stay, verb).await })).await
}

fn refusal(action: Action, status: Status) -> ApiError {
    ApiError::wrong_state(match status {
        status if !status.is_open() => format!("The registration has ended ({status})."),
        Status::PendingHome => format!("The home department is asked now; {action} is not yours to do, or not yet."),
        Status::PendingHost => format!("The host is asked now; {action} is not yours to do, or not yet."),
        status => format!("The registration is {status}; {action} does not fit, or is the other end's to do."),
    })
}

async fn check_new_host(c: &mut Conn<'_>, stay: &Stay, host: Option<UnitId>) -> Result<(), ApiError> {
    let Some(host) = host else { return Err(ApiError::bad_field("/host_unit_id", "required", "is required")) };
    match unfit_new_host(c, stay, host).await? {
        Some(error) => Err(ApiError::invalid(vec![error])),
        None => Ok(()),
    }
}

/// Why a stay cannot move to a unit, if it cannot.
pub(super) async fn unfit_new_host(
    c: &mut Conn<'_>,
    stay: &Stay,
    host: UnitId,
) -> Result<Option<FieldError>, ApiError> {
    let unfit = |detail: &str| Ok(Some(FieldError::new("/host_unit_id", "invalid", detail)));
    if host == stay.host_unit_id {
        return unfit("is the present host");
    }
    if host == stay.home_unit_id {
        return unfit("must not be the home unit");
    }
    Ok(unfit_host(units::unit_refs(c, &[host]).await?.get(&host)))
}

/// Why a unit cannot be a host, if it cannot.
pub(super) fn unfit_host(unit: Option<&UnitRef>) -> Option<FieldError> {
    match unit {
        None => Some(FieldError::new("/host_unit_id", "unknown", "is not the id of a unit")),
        Some(unit) if !unit.kind.can_host() => {
            let detail = "must be a branch, a group, a general branch or a committee";
            Some(FieldError::new("/host_unit_id", "invalid", detail))
        }
        Some(_) => None,
    }
}

/// Out of contact is only set on top of a long silence and of attempts to end it; the answer says what is missing.
async fn require_long_silence(c: &mut Conn<'_>, app: &AppState, stay: &Stay) -> Result<(), ApiError> {
    let silence = silence(c, stay, app.clock.now().day()).await?;
    silence.missing().map_or(Ok(()), |missing| Err(ApiError::wrong_state(missing)))
}

/// How far a stay is from being out of contact.
pub(super) async fn silence(c: &mut Conn<'_>, stay: &Stay, today: Day) -> Result<Silence, ApiError> {
    let attempts = log_store::unanswered_attempts(c, stay.id, Silence::since(stay)).await?;
    Ok(Silence::of(stay, attempts, today))
}

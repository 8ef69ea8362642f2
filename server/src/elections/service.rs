//! The steps of an election, but for the meeting and its result.

use super::{
    input::{Approval, Holding, NewElection, Nomination, Remark},
    model::{self, ElectionAction, ElectionRow, ElectionState, Standing},
    people,
    store::{self, StepRow},
    view::{self, Election},
};
use crate::{
    access::{
        self, Caller, Scope,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{ElectionId, RowId, UnitId},
    notices::{self, News, NoticeKind, Recipient, SubjectKind},
    parsing::Line,
    posts,
    units::{self, TermInput},
};

/// Under this name reasons are sealed, each for its own step.
pub(super) const REASON: &str = "election.reason";
/// A term lasts so many years where nothing else is known.
const YEARS: i64 = 3;

/// Opens an election of a unit, which has one open at most.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewElection) -> Result<Election, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    if !units::unit_ref(c, new.unit_id).await?.kind.can_host() {
        return Err(ApiError::bad_field("/unit_id", "invalid", "elects nobody"));
    }
    let due_on = match new.due_on {
        Some(day) => day,
        None => store::term(c, new.unit_id).await?.0.ok_or_else(|| {
            ApiError::bad_field("/due_on", "required", "is required, as the unit's term is not known")
        })?,
    };
    let now = app.clock.now();
    let row = ElectionRow {
        id: ElectionId::new(now, &app.entropy),
        unit_id: new.unit_id,
        due_on,
        state: ElectionState::Opened,
        event_id: None,
        electors_expected: None,
        on_paper: None,
        held_on: None,
        scanned: None,
        floating: None,
        probationary: None,
        ballots_given: None,
        ballots_returned: None,
        authority: None,
        approved_on: None,
        moved_at: now,
        created_at: now,
    };
    if !store::insert(c, &row).await? {
        return Err(ApiError::wrong_state("The unit has an open election already."));
    }
    log(c, app, caller, &row, "election.create").await?;
    view::shown(c, app, caller, row).await
}

/// Asks the unit above to let it be held.
pub async fn ask_approval(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::AskApproval).await?;
    let row = take(c, app, caller, row, ElectionAction::AskApproval, None).await?;
    tell_above(c, app, &row, NoticeKind::ElectionAsked).await?;
    view::shown(c, app, caller, row).await
}

/// Lets it be held.
pub async fn approve_holding(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    holding: Holding,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::ApproveHolding).await?;
    let authority = authority_of(c, &row, holding.authority).await?;
    let row = ElectionRow { authority, ..row };
    let row = take(c, app, caller, row, ElectionAction::ApproveHolding, None).await?;
    tell(c, app, &row, NoticeKind::ElectionAllowed).await?;
    view::shown(c, app, caller, row).await
}

/// Gives back what was asked: the wish to hold it, or a result, which is then held again.
pub async fn send_back(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    why: Remark,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::SendBack).await?;
    let row = take(c, app, caller, row, ElectionAction::SendBack, Some(why.reason)).await?;
    tell(c, app, &row, NoticeKind::ElectionSentBack).await?;
    view::shown(c, app, caller, row).await
}

/// Puts on record who stands, in place of those before.
pub async fn nominate(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    nomination: Nomination,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::Nominate).await?;
    let mut errors = nomination.contradictions();
    let named = nomination.candidates.iter().map(|candidate| candidate.member_id);
    errors.extend(people::unknown(c, caller, "/candidates", named).await?);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let seats = nomination.all_seats();
    store::put_seats(c, id, &seats).await?;
    people::put_candidates(c, app, caller, &row, nomination.candidates).await?;
    let row = take(c, app, caller, row, ElectionAction::Nominate, None).await?;
    view::shown(c, app, caller, row).await
}

/// Approves the result: the new term begins, and whoever was elected holds the post; who held one before holds it no more.
pub async fn approve(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    approval: Approval,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::Approve).await?;
    let today = app.clock.now().day();
    let started_on = approval.started_on.or(row.held_on).unwrap_or(today);
    let mut errors = Vec::new();
    if approval.years.is_some_and(|years| !matches!(years, 3 | 5)) {
        errors.push(FieldError::new("/years", "invalid", "must be 3 or 5"));
    }
    if started_on > today || row.held_on.is_some_and(|held| started_on < held) {
        let detail = "must lie between the day of the meeting and today";
        errors.push(FieldError::new("/started_on", "invalid", detail));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let authority = authority_of(c, &row, approval.authority).await?;
    let years = approval.years.or(store::term(c, row.unit_id).await?.1).unwrap_or(YEARS);
    let row = ElectionRow { authority, approved_on: Some(today), ..row };
    let row = take(c, app, caller, row, ElectionAction::Approve, None).await?;
    units::start_term(c, app, caller.into(), row.unit_id, TermInput { started_on, years }).await?;
    posts::end_all(c, app, caller, row.unit_id, started_on.plus_days(-1)).await?;
    for post in people::posts_of(c, app, &row, started_on).await? {
        posts::record(c, app, caller, post).await?;
    }
    tell(c, app, &row, NoticeKind::ElectionApproved).await?;
    view::shown(c, app, caller, row).await
}

/// Takes it back; another can be opened then.
pub async fn withdraw(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    why: Remark,
) -> Result<Election, ApiError> {
    let row = to_act_on(c, caller, id, ElectionAction::Withdraw).await?;
    let row = take(c, app, caller, row, ElectionAction::Withdraw, Some(why.reason)).await?;
    view::shown(c, app, caller, row).await
}

/// Who approved: a unit above that is in the registry approves by itself; for a unit at the top it is said who.
async fn authority_of(
    c: &mut Conn<'_>,
    row: &ElectionRow,
    authority: Option<Line<100>>,
) -> Result<Option<String>, ApiError> {
    match (is_top(c, row.unit_id).await?, authority) {
        (true, None) => Err(ApiError::bad_field("/authority", "required", "is required for a unit at the top")),
        (false, Some(_)) => Err(ApiError::bad_field("/authority", "invalid", "is only for a unit at the top")),
        (_, authority) => Ok(authority.map(Line::into_string)),
    }
}

async fn is_top(c: &mut Conn<'_>, unit: UnitId) -> Result<bool, ApiError> {
    let above = access::ancestors_of(c, &[unit]).await?;
    Ok(above.get(&unit).is_none_or(|above| above.len() <= 1))
}

/// Where a reach stands towards a unit, of which those at and above it are given. For a unit at the top its own leaders act for
/// the superior, who is in no registry.
pub(super) fn standing(desk: &Scope, leaders: &Scope, unit: UnitId, above: &[UnitId]) -> Standing {
    let strictly: Vec<UnitId> = above.iter().copied().filter(|one| *one != unit).collect();
    let superior = if strictly.is_empty() { above } else { &strictly };
    Standing { desk: desk.covers_unit(above), above: leaders.covers_unit(superior) }
}

/// An election of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: ElectionId) -> Result<ElectionRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// The same, where the caller may take this step; 403 where it is the unit's above, 409 where its state has none such.
pub(super) async fn to_act_on(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: ElectionId,
    action: ElectionAction,
) -> Result<ElectionRow, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    let above = access::ancestors_of(c, &[row.unit_id]).await?;
    let above = above.get(&row.unit_id).map_or(&[][..], Vec::as_slice);
    let by = standing(&caller.scope, &caller.scope, row.unit_id, above);
    if action.is_of_above() && !by.above {
        return Err(ApiError::not_allowed());
    }
    if !model::may(action, row.state, by) {
        return Err(ApiError::wrong_state(format!("The election is at {}; {action} does not fit.", row.state)));
    }
    Ok(row)
}

/// Moves an election on, and appends the step to its record.
pub(super) async fn take(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: ElectionRow,
    action: ElectionAction,
    reason: Option<Line<500>>,
) -> Result<ElectionRow, ApiError> {
    let now = app.clock.now();
    let from = row.state;
    let row = ElectionRow { state: model::after(action, from), moved_at: now, ..row };
    if !store::update(c, &row, from).await? {
        return Err(ApiError::wrong_state("Somebody has just taken another step."));
    }
    let id = RowId::new(now, &app.entropy);
    let seal = |text: &str| app.keys.vault.seal(REASON, id.0.as_bytes(), text.as_bytes(), &app.entropy);
    let step = StepRow {
        id,
        election_id: row.id,
        at: now,
        action,
        reason_sealed: reason.map(|reason| seal(reason.as_str())).transpose()?,
        electors_expected: None,
        present: None,
    };
    store::add_step(c, &step).await?;
    log(c, app, caller, &row, &format!("election.{action}")).await?;
    Ok(row)
}

/// Tells the unit.
async fn tell(c: &mut Conn<'_>, app: &AppState, row: &ElectionRow, kind: NoticeKind) -> Result<(), ApiError> {
    let news = News::of(kind, SubjectKind::Election, row.id);
    notices::tell(c, app, &[news.to(Recipient::Unit(row.unit_id))]).await
}

/// Tells the unit above.
pub(super) async fn tell_above(
    c: &mut Conn<'_>,
    app: &AppState,
    row: &ElectionRow,
    kind: NoticeKind,
) -> Result<(), ApiError> {
    let Some(above) = units::unit(c, row.unit_id).await?.parent_id else { return Ok(()) };
    notices::tell(c, app, &[News::of(kind, SubjectKind::Election, row.id).to(Recipient::Unit(above))]).await
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &ElectionRow,
    action: &str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("election", row.id.to_string())).from_unit(row.unit_id);
    audit::append(c, app.clock.now(), record).await
}

//! The rules of commendations.

use super::{
    model::{
        CommendationAction, CommendationAudience, CommendationRow, CommendationState, Confirmation, NewCommendation,
        Standing, concerns, may,
    },
    store::{self, Reader},
    view::{self, Commendation},
};
use crate::{
    access::{self, Caller, Held, Operation, Role, Scope, audit},
    app::AppState,
    bulletins::audience::{self, Listener},
    db::Conn,
    error::{ApiError, FieldError},
    ids::{CommendationId, UnitId},
    notices::{self, News, NoticeKind, SubjectKind},
    parsing::Line,
    registrations::{self, Status},
    units::{self, UnitKind},
};

/// Under these names what is said is sealed, each for its own commendation.
pub(super) const REASON: &str = "commendation.reason";
pub(super) const CITATION: &str = "commendation.citation";
pub(super) const ANSWER: &str = "commendation.answer";

/// Nominates; a member is told, and may decline.
pub async fn create(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewCommendation,
) -> Result<Commendation, ApiError> {
    caller.scope_in(Operation::CreateCommendation).require_unit(c, new.unit_id).await?;
    let mut errors = new.contradictions();
    if errors.is_empty() {
        errors.extend(unfit(c, &new).await?);
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let now = app.clock.now();
    let id = CommendationId::new(now, &app.entropy);
    let row = CommendationRow {
        id,
        unit_id: new.unit_id,
        member_id: new.member_id,
        nominee_unit_id: new.nominee_unit_id,
        title: new.title,
        state: CommendationState::Nominated,
        reason_sealed: Some(seal(app, REASON, id, new.reason.as_str())?),
        citation_sealed: None,
        answer_sealed: None,
        confirmed_at: None,
        published_at: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    done(c, app, caller, row, "commendation.nominate", Some(NoticeKind::CommendationNominated)).await
}

/// Why the nominee does not fit: a member has a stay in force with an end there or below, a branch stands there.
async fn unfit(c: &mut Conn<'_>, new: &NewCommendation) -> Result<Option<FieldError>, ApiError> {
    if let Some(member) = new.member_id {
        let stay = registrations::open_stay_of(c, member).await?;
        let stay = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact));
        let ends: Vec<UnitId> = stay.iter().flat_map(|stay| [stay.home_unit_id, stay.host_unit_id]).collect();
        let above = access::ancestors_of(c, &ends).await?;
        if !above.values().any(|above| above.contains(&new.unit_id)) {
            return Ok(Some(FieldError::new("/member_id", "unknown", "is no member of the unit")));
        }
    }
    if let Some(unit) = new.nominee_unit_id {
        let kind = units::unit_refs(c, &[unit]).await?.remove(&unit).map(|unit| unit.kind);
        let above = access::ancestors_of(c, &[unit]).await?.remove(&unit).unwrap_or_default();
        let is_branch = matches!(kind, Some(UnitKind::Branch | UnitKind::GeneralBranch | UnitKind::Group));
        if !is_branch || !above.contains(&new.unit_id) {
            return Ok(Some(FieldError::new("/nominee_unit_id", "unknown", "is no branch there or below")));
        }
    }
    Ok(None)
}

/// Confirms a nomination with a citation.
pub async fn confirm(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CommendationId,
    confirmation: Confirmation,
) -> Result<Commendation, ApiError> {
    let before = to_do(c, caller, id, CommendationAction::Confirm).await?;
    let row = CommendationRow {
        state: CommendationState::Confirmed,
        citation_sealed: Some(seal(app, CITATION, id, confirmation.citation.as_str())?),
        confirmed_at: Some(app.clock.now()),
        ..before.clone()
    };
    step(c, &before, &row).await?;
    done(c, app, caller, row, "commendation.confirm", Some(NoticeKind::CommendationConfirmed)).await
}

/// Refuses a nomination; officers read why.
pub async fn refuse(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CommendationId,
    reason: Line<500>,
) -> Result<Commendation, ApiError> {
    let before = to_do(c, caller, id, CommendationAction::Refuse).await?;
    let answer_sealed = Some(seal(app, ANSWER, id, reason.as_str())?);
    let row = CommendationRow { state: CommendationState::Refused, answer_sealed, ..before.clone() };
    step(c, &before, &row).await?;
    done(c, app, caller, row, "commendation.refuse", None).await
}

/// Publishes a confirmed commendation to units within the caller's reach.
pub async fn publish(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CommendationId,
    publication: CommendationAudience,
) -> Result<Commendation, ApiError> {
    let before = to_do(c, caller, id, CommendationAction::Publish).await?;
    let units = within_reach(c, &caller.scope_in(Operation::PublishCommendation), &before, publication).await?;
    let row =
        CommendationRow { state: CommendationState::Published, published_at: Some(app.clock.now()), ..before.clone() };
    step(c, &before, &row).await?;
    audience::set(c, id, &units).await?;
    done(c, app, caller, row, "commendation.publish", Some(NoticeKind::CommendationPublished)).await
}

/// The units to which it is published, each once; all that lie beyond the reach are named.
async fn within_reach(
    c: &mut Conn<'_>,
    reach: &Scope,
    row: &CommendationRow,
    publication: CommendationAudience,
) -> Result<Vec<UnitId>, ApiError> {
    let Some(asked) = publication.audience else { return Ok(vec![row.unit_id]) };
    let above = access::ancestors_of(c, &asked).await?;
    audience::named(&asked, "/audience", |unit| above.get(&unit).is_some_and(|above| reach.covers_unit(above)))
}

/// Withdraws it: the nominating unit until it is confirmed, the level that confirms at any time.
pub(super) async fn withdraw(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CommendationId,
    reason: Line<500>,
) -> Result<Commendation, ApiError> {
    let before = to_do(c, caller, id, CommendationAction::Withdraw).await?;
    let answer_sealed = Some(seal(app, ANSWER, id, reason.as_str())?);
    let row = CommendationRow { state: CommendationState::Withdrawn, answer_sealed, ..before.clone() };
    step(c, &before, &row).await?;
    done(c, app, caller, row, "commendation.withdraw", None).await
}

/// The member who is nominated does not want it; that is final, and nobody asks why.
pub(super) async fn decline(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CommendationId,
) -> Result<Commendation, ApiError> {
    let before = to_do(c, caller, id, CommendationAction::Decline).await?;
    let row = CommendationRow { state: CommendationState::Declined, ..before.clone() };
    step(c, &before, &row).await?;
    done(c, app, caller, row, "commendation.decline", None).await
}

async fn step(c: &mut Conn<'_>, before: &CommendationRow, row: &CommendationRow) -> Result<(), ApiError> {
    if store::step(c, before.state, row).await? { Ok(()) } else { Err(wrong_state()) }
}

/// Logs what was done, tells the nominee where there is news for them, and shows it.
async fn done(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: CommendationRow,
    action: &'static str,
    told: Option<NoticeKind>,
) -> Result<Commendation, ApiError> {
    log(c, app, caller, &row, action).await?;
    if let (Some(kind), Some(member)) = (told, row.member_id) {
        notices::tell_member(c, app, &News::of(kind, SubjectKind::Commendation, row.id).about(member)).await?;
    }
    view::shown(c, app, caller, row).await
}

/// A commendation that the caller may see, or 404.
pub(super) async fn seen(c: &mut Conn<'_>, caller: &Caller, id: CommendationId) -> Result<CommendationRow, ApiError> {
    let found = match caller.scope.own {
        Some(member) => {
            let reader = Reader::Member(member, Listener::of(c, member).await?);
            store::find(c, &reader, id).await?
        }
        None => store::find(c, &Reader::Officer(&caller.scope_in(Operation::GetCommendation)), id).await?,
    };
    found.ok_or_else(ApiError::not_found)
}

/// A commendation with which the caller may do this now.
async fn to_do(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: CommendationId,
    action: CommendationAction,
) -> Result<CommendationRow, ApiError> {
    let row = seen(c, caller, id).await?;
    let above = access::ancestors_of(c, &[row.unit_id]).await?.remove(&row.unit_id).unwrap_or_default();
    let by = standing(caller, &above, &row);
    if may(action, row.state, by) {
        Ok(row)
    } else if concerns(action, by) {
        Err(wrong_state())
    } else if action == CommendationAction::Decline {
        Err(ApiError::not_found())
    } else {
        Err(ApiError::not_allowed())
    }
}

/// How the caller stands towards a commendation, whose unit and those above it are given.
pub(super) fn standing(caller: &Caller, above: &[UnitId], row: &CommendationRow) -> Standing {
    let leads = |Held { role, reach, .. }: &Held| {
        let unit = reach.filter(|unit| above.contains(unit));
        matches!(role, Role::DepartmentOfficer | Role::CommitteeOfficer)
            // Nobody confirms what their own unit has nominated, but for the topmost.
            && unit.is_some_and(|unit| unit != row.unit_id || above.len() == 1)
    };
    Standing {
        desk: caller.scope_in(Operation::CreateCommendation).covers_unit(above),
        leader: caller.held.iter().any(leads),
        nominee: row.member_id.is_some() && caller.scope.own == row.member_id,
    }
}

fn seal(app: &AppState, field: &str, id: CommendationId, text: &str) -> Result<Vec<u8>, ApiError> {
    app.keys.vault.seal(field, id.0.as_bytes(), text.as_bytes(), &app.entropy)
}

fn wrong_state() -> ApiError {
    ApiError::wrong_state("A nomination is confirmed, refused or declined once; what is confirmed is published once.")
}

pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &CommendationRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let mut record = audit::Record::new(caller.into(), action, ("commendation", row.id.to_string()));
    record.member = row.member_id;
    audit::append(c, app.clock.now(), record.from_unit(caller.unit())).await
}

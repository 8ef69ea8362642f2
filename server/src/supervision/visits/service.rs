//! The rules of visits: the one thing that supervisors write.

use super::{
    model::{ANSWER_DAYS, FindingAnswer, FindingKind, FindingRow, NewVisit, VisitClosing, VisitRow, VisitState},
    store,
    view::{self, Visit},
};
use crate::{
    access::{Caller, Operation, audit},
    app::AppState,
    auth::accounts,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{RowId, VisitId},
    notices::{self, News, NoticeKind, Recipient, SubjectKind},
    parsing::Text,
    supervision::groups,
};

/// Under these names what is written is sealed, each for its own finding.
pub(super) const TEXT: &str = "visit.finding";
pub(super) const ANSWER: &str = "visit.answer";
pub(super) const CLOSING: &str = "visit.closing_reason";

/// Writes down a visit; the visited unit is told.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewVisit) -> Result<Visit, ApiError> {
    caller.scope_in(Operation::CreateVisit).require_unit(c, new.unit_id).await?;
    let (now, account) = (app.clock.now(), caller.account()?);
    let mut errors = new.contradictions(now.day());
    if !groups::has_member(c, new.group_id, account).await? {
        errors.push(FieldError::new("/group_id", "unknown", "is no group of yours"));
    } else if !groups::has_unit(c, new.group_id, new.unit_id).await? {
        errors.push(FieldError::new("/unit_id", "invalid", "is not assigned to the group"));
    } else if !accounts::has_limited(c, new.group_id, account, new.unit_id, new.visited_on).await? {
        errors.push(FieldError::new("/visited_on", "invalid", "is no day on which the group was assigned to the unit"));
    }
    if !errors.is_empty() {
        errors.dedup_by(|a, b| a.pointer == b.pointer);
        return Err(ApiError::invalid(errors));
    }
    let row = VisitRow {
        id: VisitId::new(now, &app.entropy),
        group_id: new.group_id,
        unit_id: new.unit_id,
        visited_on: new.visited_on,
        state: VisitState::Open,
        created_at: now,
        closed_at: None,
        closing_reason_sealed: None,
    };
    store::insert(c, &row, account).await?;
    for (place, finding) in (1..).zip(new.findings) {
        let id = RowId::new(now, &app.entropy);
        let due_on = finding.due_on.unwrap_or_else(|| new.visited_on.plus_days(ANSWER_DAYS));
        let finding = FindingRow {
            id,
            visit_id: row.id,
            place,
            kind: finding.kind,
            text_sealed: app.keys.vault.seal(TEXT, id.0.as_bytes(), finding.text.as_str().as_bytes(), &app.entropy)?,
            due_on: (finding.kind == FindingKind::Problem).then_some(due_on),
            answer_sealed: None,
            answered_at: None,
        };
        store::insert_finding(c, &finding).await?;
    }
    log(c, app, caller, &row, "visit.create").await?;
    let news = News::of(NoticeKind::VisitRecorded, SubjectKind::Visit, row.id).to(Recipient::Unit(row.unit_id));
    notices::tell(c, app, &[news]).await?;
    view::shown(c, app, caller, row).await
}

/// The visited unit answers a problem; the unit that sends the group is told.
pub async fn answer(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: VisitId,
    answer: FindingAnswer,
) -> Result<Visit, ApiError> {
    let row = seen(c, caller, id).await?;
    caller.scope_in(Operation::AnswerFinding).require_unit(c, row.unit_id).await?;
    let findings = store::findings(c, &[id]).await?.remove(&id).unwrap_or_default();
    let Some(finding) = findings.iter().find(|finding| finding.place == answer.finding) else {
        return Err(ApiError::bad_field("/finding", "unknown", "is no finding of this visit"));
    };
    if finding.kind != FindingKind::Problem {
        return Err(ApiError::bad_field("/finding", "invalid", "is no problem"));
    }
    let (now, key) = (app.clock.now(), finding.id.0);
    let sealed = app.keys.vault.seal(ANSWER, key.as_bytes(), answer.answer.as_str().as_bytes(), &app.entropy)?;
    if !store::answer(c, finding.id, &sealed, now).await? {
        return Err(ApiError::wrong_state("The problem is answered already, or the visit is closed."));
    }
    log(c, app, caller, &row, "visit.answer").await?;
    if let Some(group) = groups::find(c, row.group_id).await? {
        let news = News::of(NoticeKind::FindingAnswered, SubjectKind::Visit, id).to(Recipient::Unit(group.unit_id));
        notices::tell(c, app, &[news]).await?;
    }
    view::shown(c, app, caller, row).await
}

/// The group closes a visit, or the unit that sends it does, once every problem is answered. One that cannot be put right is
/// no reason to wait for ever: then why is said.
pub async fn close(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: VisitId,
    closing: VisitClosing,
) -> Result<Visit, ApiError> {
    let row = seen(c, caller, id).await?;
    let now = app.clock.now();
    let findings = store::findings(c, &[id]).await?.remove(&id).unwrap_or_default();
    if row.state != VisitState::Open {
        return Err(not_now());
    }
    let reason = match (findings.iter().any(FindingRow::waits), closing.reason) {
        (true, None) => return Err(ApiError::bad_field("/reason", "required", "is required: a problem has no answer")),
        (false, Some(_)) => {
            return Err(ApiError::bad_field("/reason", "invalid", "belongs to a problem without an answer"));
        }
        (_, reason) => reason,
    };
    if !may_close(c, caller, &row).await? {
        return Err(ApiError::not_allowed());
    }
    let seal =
        |reason: &Text<500>| app.keys.vault.seal(CLOSING, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy);
    let sealed = reason.as_ref().map(seal).transpose()?;
    if !store::close(c, id, sealed.as_deref(), now).await? {
        return Err(not_now());
    }
    let row = VisitRow { state: VisitState::Closed, closed_at: Some(now), closing_reason_sealed: sealed, ..row };
    log(c, app, caller, &row, "visit.close").await?;
    view::shown(c, app, caller, row).await
}

/// Whether it is the caller's to close: one of the group, or whoever leads the unit that sends it.
pub(super) async fn may_close(c: &mut Conn<'_>, caller: &Caller, row: &VisitRow) -> Result<bool, ApiError> {
    let account = caller.account()?;
    if groups::has_member(c, row.group_id, account).await? {
        return Ok(true);
    }
    let Some(group) = groups::find(c, row.group_id).await? else { return Ok(false) };
    caller.scope_in(Operation::UpdateSupervisionGroup).reaches_unit(c, group.unit_id).await
}

/// A visit within reach, or 404.
pub(super) async fn seen(c: &mut Conn<'_>, caller: &Caller, id: VisitId) -> Result<VisitRow, ApiError> {
    store::find(c, &caller.scope_in(Operation::GetVisit), id).await?.ok_or_else(ApiError::not_found)
}

fn not_now() -> ApiError {
    ApiError::wrong_state("A visit is closed once.")
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &VisitRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("visit", row.id.to_string()));
    audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await
}

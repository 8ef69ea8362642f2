//! The rules of submissions.

use std::collections::HashMap;

use super::{
    model::{
        ANSWER_DAYS, MOST_FILES, NewSubmission, Standing, SubmissionAction, SubmissionAnswer, SubmissionChanges,
        SubmissionRow, SubmissionState, may,
    },
    store,
    view::{self, Submission},
};
use crate::{
    access::{self, Caller, Held, Operation, Role, audit},
    app::AppState,
    attachments::{self, Attachment},
    clock::Day,
    db::Conn,
    error::{ApiError, FieldError},
    http::IfMatch,
    ids::{AttachmentId, SubmissionId, UnitId},
    notices::{self, News, NoticeKind, Recipient, SubjectKind},
    parsing::Line,
    units,
};

/// Under these names what people write is sealed, each for its own submission.
pub(super) const BODY: &str = "submission.body";
pub(super) const ANSWER: &str = "submission.answer";

/// Begins a draft to the unit above.
pub async fn create(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewSubmission,
) -> Result<Submission, ApiError> {
    caller.scope_in(Operation::CreateSubmission).require_unit(c, new.unit_id).await?;
    let Some(superior) = units::unit(c, new.unit_id).await?.parent_id else {
        return Err(ApiError::wrong_state("There is no unit above this one to send it to."));
    };
    let now = app.clock.now();
    let id = SubmissionId::new(now, &app.entropy);
    let row = SubmissionRow {
        id,
        unit_id: new.unit_id,
        to_unit_id: superior,
        kind: new.kind,
        state: SubmissionState::Draft,
        title: new.title.into_string(),
        due_on: new.due_on,
        granted: None,
        account_id: caller.account()?,
        sent_at: None,
        closed_at: None,
        version: 1,
        created_at: now,
    };
    require_due(row.due_on, now.day())?;
    let sealed = app.keys.vault.seal(BODY, id.0.as_bytes(), new.body.as_str().as_bytes(), &app.entropy)?;
    store::insert(c, &row, &sealed).await?;
    put_files(c, caller, id, &[], &new.attachments).await?;
    log(c, app, caller, &row, "submission.create").await?;
    view::whole(c, app, caller, row).await
}

fn require_due(due_on: Option<Day>, today: Day) -> Result<(), ApiError> {
    match due_on {
        Some(due) if due < today => Err(ApiError::bad_field("/due_on", "invalid", "must not be before today")),
        _ => Ok(()),
    }
}

/// Puts these files to a submission; those that it had and has no more are deleted.
async fn put_files(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: SubmissionId,
    before: &[AttachmentId],
    now: &[AttachmentId],
) -> Result<(), ApiError> {
    if now.len() > MOST_FILES {
        return Err(ApiError::bad_field("/attachments", "invalid", "must name at most ten files"));
    }
    let mut errors = Vec::new();
    for (n, file) in now.iter().enumerate().filter(|(_, file)| !before.contains(file)) {
        match attachments::claim(c, caller, &[*file], "/attachments").await {
            Err(error) if error.errors().is_empty() => return Err(error),
            Err(error) => {
                let own =
                    error.errors().iter().map(|e| FieldError::new(format!("/attachments/{n}"), &e.code, &e.detail));
                errors.extend(own);
            }
            Ok(()) => {}
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    store::set_files(c, id, now).await?;
    let gone: Vec<AttachmentId> = before.iter().copied().filter(|file| !now.contains(file)).collect();
    attachments::forget(c, &gone).await
}

/// Writes on a draft.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: SubmissionId,
    seen: IfMatch,
    changes: SubmissionChanges,
) -> Result<Submission, ApiError> {
    let before = to_do(c, caller, id, SubmissionAction::Edit).await?;
    seen.check(before.version)?;
    let row = SubmissionRow {
        kind: changes.kind.unwrap_or(before.kind),
        title: changes.title.map_or(before.title, Line::into_string),
        due_on: changes.due_on.over(before.due_on),
        version: before.version + 1,
        ..before
    };
    if changes.due_on.is_sent() {
        require_due(row.due_on, app.clock.now().day())?;
    }
    if let Some(files) = changes.attachments {
        let had = store::files(c, id).await?;
        put_files(c, caller, id, &had, &files).await?;
    }
    let seal = |text: &str| app.keys.vault.seal(BODY, id.0.as_bytes(), text.as_bytes(), &app.entropy);
    let sealed = changes.body.map(|body| seal(body.as_str())).transpose()?;
    if !store::update(c, &row, sealed.as_deref()).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "submission.update").await?;
    view::whole(c, app, caller, row).await
}

/// Sends a draft; from now on it does not change.
pub async fn send(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: SubmissionId,
    seen: IfMatch,
) -> Result<Submission, ApiError> {
    let before = to_do(c, caller, id, SubmissionAction::Send).await?;
    seen.check(before.version)?;
    let now = app.clock.now();
    require_due(before.due_on, now.day())?;
    let row = SubmissionRow {
        state: SubmissionState::Sent,
        due_on: before.due_on.or(Some(now.day().plus_days(ANSWER_DAYS))),
        account_id: caller.account()?,
        sent_at: Some(now),
        version: before.version + 1,
        ..before
    };
    if !store::update(c, &row, None).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "submission.send").await?;
    view::whole(c, app, caller, row).await
}

/// Throws a draft away, with its files.
pub(super) async fn discard(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: SubmissionId,
) -> Result<(), ApiError> {
    let row = to_do(c, caller, id, SubmissionAction::Discard).await?;
    let had = store::files(c, id).await?;
    put_files(c, caller, id, &had, &[]).await?;
    if !store::discard(c, id).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "submission.discard").await
}

/// The superior answers a request; the sender is told.
pub async fn answer(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: SubmissionId,
    answer: SubmissionAnswer,
) -> Result<Submission, ApiError> {
    let before = to_do(c, caller, id, SubmissionAction::Answer).await?;
    let row = SubmissionRow { state: SubmissionState::Answered, granted: Some(answer.granted), ..before };
    let sealed = app.keys.vault.seal(ANSWER, id.0.as_bytes(), answer.answer.as_str().as_bytes(), &app.entropy)?;
    close(c, app, caller, row, Some(&sealed), ("submission.answer", NoticeKind::SubmissionAnswered)).await
}

/// The superior acknowledges a report; the sender is told.
pub async fn acknowledge(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: SubmissionId,
) -> Result<Submission, ApiError> {
    let before = to_do(c, caller, id, SubmissionAction::Acknowledge).await?;
    let row = SubmissionRow { state: SubmissionState::Acknowledged, ..before };
    close(c, app, caller, row, None, ("submission.acknowledge", NoticeKind::SubmissionAcknowledged)).await
}

async fn close(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: SubmissionRow,
    answer_sealed: Option<&[u8]>,
    (action, told): (&'static str, NoticeKind),
) -> Result<Submission, ApiError> {
    let row = SubmissionRow { closed_at: Some(app.clock.now()), version: row.version + 1, ..row };
    if !store::close(c, &row, answer_sealed).await? {
        return Err(wrong_state());
    }
    log(c, app, caller, &row, action).await?;
    let news = News::of(told, SubjectKind::Submission, row.id).to(Recipient::Unit(row.unit_id));
    notices::tell(c, app, &[news]).await?;
    view::whole(c, app, caller, row).await
}

/// Opens a submission. On the superior's side it is noted in which role it was read.
pub(super) async fn open(app: &AppState, caller: &Caller, id: SubmissionId) -> Result<Submission, ApiError> {
    let (row, reader) = {
        let mut reader = app.db.read().await?;
        let c = &mut reader.conn();
        let row = seen(c, caller, id).await?;
        let reads = store::reads(c, id).await?;
        let marked = |held: &(Role, UnitId)| reads.iter().any(|(role, unit, _)| (*role, *unit) == *held);
        let reader = superior_role(c, caller, &row).await?.filter(|held| !marked(held));
        (row, reader)
    };
    if let Some((role, unit)) = reader {
        let (state, by, row) = (app.clone(), caller.clone(), row.clone());
        app.db
            .write(move |c| {
                Box::pin(async move {
                    if store::mark_read(c, id, role, unit, state.clock.now()).await? {
                        log(c, &state, &by, &row, "submission.read").await?;
                    }
                    Ok(())
                })
            })
            .await?;
    }
    let mut reader = app.db.read().await?;
    view::whole(&mut reader.conn(), app, caller, row).await
}

/// The role in which the caller reads a sent submission for the superior, and its unit.
async fn superior_role(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: &SubmissionRow,
) -> Result<Option<(Role, UnitId)>, ApiError> {
    if row.state == SubmissionState::Draft {
        return Ok(None);
    }
    let above = access::ancestors_of(c, &[row.to_unit_id]).await?.remove(&row.to_unit_id).unwrap_or_default();
    let reads = |role: Role| !matches!(role, Role::Administrator | Role::LiaisonOfficer);
    let found = caller.held.iter().find_map(|Held { role, reach, .. }| {
        let unit = reach.filter(|unit| reads(*role) && above.contains(unit))?;
        Some((*role, unit))
    });
    Ok(found)
}

/// A file of a submission that the caller may read.
pub(super) async fn file(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    (id, attachment): (SubmissionId, AttachmentId),
) -> Result<(Attachment, Vec<u8>), ApiError> {
    seen(c, caller, id).await?;
    if !store::files(c, id).await?.contains(&attachment) {
        return Err(ApiError::not_found());
    }
    attachments::file(c, &app.keys.vault, attachment).await?.ok_or_else(ApiError::not_found)
}

/// A submission that the caller may read, or 404; a draft is only for those who keep the records of its unit.
pub(super) async fn seen(c: &mut Conn<'_>, caller: &Caller, id: SubmissionId) -> Result<SubmissionRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    let operation =
        if row.state == SubmissionState::Draft { Operation::UpdateSubmission } else { Operation::GetSubmission };
    caller.scope_in(operation).require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// A submission with which the caller may do this now.
async fn to_do(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: SubmissionId,
    action: SubmissionAction,
) -> Result<SubmissionRow, ApiError> {
    let row = seen(c, caller, id).await?;
    let above = access::ancestors_of(c, &[row.unit_id, row.to_unit_id]).await?;
    let by = standing(caller, &above, &row);
    if may(action, &row, by) {
        return Ok(row);
    }
    // Not the caller's to do at all, or not now.
    let some_time = match action {
        SubmissionAction::Answer | SubmissionAction::Acknowledge => by.superior && !by.oneself,
        _ => by.sender,
    };
    Err(if some_time { wrong_state() } else { ApiError::not_allowed() })
}

/// How the caller stands towards a submission; `above` has the units at and above both of its units.
pub(super) fn standing(caller: &Caller, above: &HashMap<UnitId, Vec<UnitId>>, row: &SubmissionRow) -> Standing {
    let covers = |operation: Operation, unit: UnitId| {
        let scope = caller.scope_in(operation);
        above.get(&unit).is_some_and(|above| scope.covers_unit(above))
    };
    Standing {
        sender: covers(Operation::UpdateSubmission, row.unit_id),
        superior: covers(Operation::AnswerSubmission, row.to_unit_id),
        oneself: row.sent_at.is_some() && caller.account().ok() == Some(row.account_id),
    }
}

fn wrong_state() -> ApiError {
    ApiError::wrong_state("A draft is changed and sent, a sent request answered once, a sent report acknowledged once.")
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &SubmissionRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("submission", row.id.to_string()));
    audit::append(c, app.clock.now(), record.from_unit(caller.unit())).await
}

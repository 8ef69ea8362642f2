//! Writing down what was said, and the steps until it is done.

use super::{
    model::{
        AT_ONCE_DAYS, Dispose, Disposition, Finish, NewNote, NewOpinion, OpinionAction, OpinionRow, OpinionSource,
        OpinionState, Sort, misdated,
    },
    store,
    view::{self, Opinion},
};
use crate::{
    access::{
        Caller, Scope,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{OpinionId, RowId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations,
};

/// Under these names what people write is sealed, each for its own opinion or note.
pub(super) const TEXT: &str = "opinion.text";
pub(super) const OUTCOME: &str = "opinion.outcome";
pub(super) const NOTE: &str = "opinion.note";

/// An officer writes down what was said in an interview or a meeting, or lay in the box.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewOpinion) -> Result<Opinion, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let today = app.clock.now().day();
    let collected_on = new.collected_on.unwrap_or(today);
    let mut errors = Vec::new();
    if new.source == OpinionSource::Member {
        errors.push(FieldError::new("/source", "invalid", "is what members give themselves"));
    }
    if collected_on > today {
        errors.push(FieldError::new("/collected_on", "in_the_future", "must not lie in the future"));
    }
    if let Some(member) = new.named_member_id {
        let unknown = registrations::unknown_member(c, caller, member).await?;
        errors.extend(unknown.map(|error| FieldError { pointer: "/named_member_id".into(), ..error }));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = OpinionId::new(collected_on.starts(), &app.entropy);
    let row = OpinionRow {
        member_id: new.named_member_id,
        text_sealed: Some(seal(app, TEXT, id, new.text.as_str())?),
        topic: new.topic,
        state: if new.topic.is_some() { OpinionState::Sorted } else { OpinionState::Collected },
        ..OpinionRow::new(id, new.unit_id, new.source, collected_on)
    };
    store::insert(c, &row, None).await?;
    log(c, app, caller, &row, "opinion.create").await?;
    view::shown(c, app, caller, row).await
}

/// Says what it is about.
pub async fn sort(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: OpinionId,
    Sort { topic }: Sort,
) -> Result<Opinion, ApiError> {
    let before = to_act_on(c, &caller.scope, id, OpinionAction::Sort).await?;
    let row = OpinionRow { topic: Some(topic), state: OpinionState::Sorted, ..before.clone() };
    advance(c, app, caller, &before, row, "opinion.sort").await
}

/// Says how it is dealt with; what is explained is done with that. A giver who was named is told.
pub async fn dispose(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: OpinionId,
    how: Dispose,
) -> Result<Opinion, ApiError> {
    let before = to_act_on(c, &caller.scope, id, OpinionAction::Dispose).await?;
    let today = app.clock.now().day();
    let errors = how.contradictions(before.collected_on, today);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let disposition = Some(how.disposition);
    let row = match how.disposition {
        Disposition::AtOnce => OpinionRow {
            disposition,
            state: OpinionState::InHand,
            due_on: today.plus_days(AT_ONCE_DAYS),
            ..before.clone()
        },
        Disposition::ByDate => OpinionRow {
            disposition,
            state: OpinionState::InHand,
            due_on: how.due_on.unwrap_or(before.due_on),
            ..before.clone()
        },
        Disposition::Explained => OpinionRow {
            disposition,
            state: OpinionState::Done,
            outcome_sealed: how.answer.map(|answer| seal(app, OUTCOME, id, answer.as_str())).transpose()?,
            done_on: Some(how.on.unwrap_or(today)),
            ..before.clone()
        },
    };
    let kind = if row.done_on.is_some() { NoticeKind::OpinionDone } else { NoticeKind::OpinionTakenUp };
    tell_giver(c, app, &row, kind).await?;
    advance(c, app, caller, &before, row, "opinion.dispose").await
}

/// Notes how it goes on.
pub async fn note(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: OpinionId,
    NewNote { text }: NewNote,
) -> Result<Opinion, ApiError> {
    let row = to_act_on(c, &caller.scope, id, OpinionAction::Note).await?;
    let now = app.clock.now();
    let note = RowId::new(now, &app.entropy);
    let sealed = app.keys.vault.seal(NOTE, note.0.as_bytes(), text.as_str().as_bytes(), &app.entropy)?;
    store::add_note(c, note, id, &sealed, now).await?;
    log(c, app, caller, &row, "opinion.note").await?;
    view::shown(c, app, caller, row).await
}

/// Says what was put right. A giver who was named is told.
pub async fn finish(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: OpinionId,
    Finish { result, on }: Finish,
) -> Result<Opinion, ApiError> {
    let before = to_act_on(c, &caller.scope, id, OpinionAction::Done).await?;
    let today = app.clock.now().day();
    let on = on.unwrap_or(today);
    if let Some(error) = misdated(on, before.collected_on, today) {
        return Err(ApiError::invalid(vec![error]));
    }
    let outcome = seal(app, OUTCOME, id, result.as_str())?;
    let row =
        OpinionRow { state: OpinionState::Done, done_on: Some(on), outcome_sealed: Some(outcome), ..before.clone() };
    tell_giver(c, app, &row, NoticeKind::OpinionDone).await?;
    advance(c, app, caller, &before, row, "opinion.done").await
}

/// An opinion of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: OpinionId) -> Result<OpinionRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// The same, where this may be done; 409 otherwise.
pub(super) async fn to_act_on(
    c: &mut Conn<'_>,
    scope: &Scope,
    id: OpinionId,
    action: OpinionAction,
) -> Result<OpinionRow, ApiError> {
    let row = within(c, scope, id).await?;
    if !action.from().contains(&row.state) {
        return Err(ApiError::wrong_state(format!("The opinion is {}; {action} does not fit.", row.state)));
    }
    Ok(row)
}

/// Takes a step that [`to_act_on`] let through.
pub(super) async fn advance(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    before: &OpinionRow,
    row: OpinionRow,
    action: &'static str,
) -> Result<Opinion, ApiError> {
    if !store::advance(c, before.state, &row).await? {
        return Err(ApiError::wrong_state("Somebody has just taken the next step."));
    }
    log(c, app, caller, &row, action).await?;
    view::shown(c, app, caller, row).await
}

/// Seals what was written about an opinion.
pub(super) fn seal(app: &AppState, field: &str, id: OpinionId, text: &str) -> Result<Vec<u8>, ApiError> {
    app.keys.vault.seal(field, id.0.as_bytes(), text.as_bytes(), &app.entropy)
}

/// Tells whoever gave it, where they wished to be named.
pub(super) async fn tell_giver(
    c: &mut Conn<'_>,
    app: &AppState,
    row: &OpinionRow,
    kind: NoticeKind,
) -> Result<(), ApiError> {
    let giver: Vec<_> = row.member_id.into_iter().collect();
    notices::tell_members(c, app, &News::of(kind, SubjectKind::Opinion, row.id), &giver).await
}

/// Appends an act, or a look, to the audit log; about the giver, where they wished to be named.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &OpinionRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("opinion", row.id.to_string())).from_unit(row.unit_id);
    let record = match row.member_id {
        Some(member) => record.about(member),
        None => record,
    };
    audit::append(c, app.clock.now(), record).await
}

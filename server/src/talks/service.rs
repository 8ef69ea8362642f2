//! Recording talks, and the two things that can follow.

use super::{
    model::{self, NewTalk, TalkAction, TalkRow, Topics, VoidTalk},
    store,
    view::{self, Talk},
};
use crate::{
    access::{
        Caller, Scope,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{MemberId, TalkId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations,
};

/// Under these names what people write is sealed, each for its own talk.
pub(super) const FOLLOW_UP: &str = "talk.follow_up";
pub(super) const VOID_REASON: &str = "talk.void_reason";

/// Records a talk; everyone who was talked with is told.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewTalk) -> Result<Talk, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    let ours = registrations::belonging(c, new.unit_id, &new.with).await?;
    let strangers = new.with.iter().enumerate().filter(|(_, member)| !ours.contains(member));
    errors.extend(strangers.map(|(at, _)| {
        FieldError::new(format!("/with/{at}"), "unknown", "is not a member of the unit or of one below it")
    }));
    if let Some(talker) = new.talker_id {
        let unknown = registrations::unknown_member(c, caller, talker).await?;
        errors.extend(unknown.map(|error| FieldError { pointer: "/talker_id".into(), ..error }));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = TalkId::new(now, &app.entropy);
    let (what, due_on) = new.follow_up.map(|follow_up| (follow_up.what, follow_up.due_on)).unzip();
    let seal = |what: &str| app.keys.vault.seal(FOLLOW_UP, id.0.as_bytes(), what.as_bytes(), &app.entropy);
    let row = TalkRow {
        id,
        unit_id: new.unit_id,
        talker_id: new.talker_id,
        talker_post: new.talker_post,
        held_on: new.held_on,
        mode: new.mode,
        persons: i64::try_from(new.with.len()).map_err(ApiError::internal)?,
        topics: Topics(new.topics),
        follow_up_sealed: what.map(|what| seal(what.as_str())).transpose()?,
        follow_up_due_on: due_on,
        follow_up_done_on: None,
        voided_at: None,
        void_reason_sealed: None,
        created_at: now,
    };
    store::insert(c, &row, &new.with).await?;
    log(c, app, caller, &row, &new.with, "talk.create").await?;
    tell(c, app, &row, &new.with, NoticeKind::TalkRecorded).await?;
    view::shown(c, app, caller, row).await
}

/// What was promised is done; everyone who was talked with is told.
pub async fn follow_up(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: TalkId) -> Result<Talk, ApiError> {
    let (row, with) = to_act_on(c, caller, id, TalkAction::FollowUpDone).await?;
    let today = app.clock.now().day();
    if !store::follow_up(c, id, today).await? {
        return Err(ApiError::wrong_state("Somebody has just done so."));
    }
    let row = TalkRow { follow_up_done_on: Some(today), ..row };
    log(c, app, caller, &row, &with, "talk.follow_up").await?;
    tell(c, app, &row, &with, NoticeKind::TalkFollowedUp).await?;
    view::shown(c, app, caller, row).await
}

/// It was recorded by mistake: it stays to be seen, and counts no more.
pub async fn void(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: TalkId,
    VoidTalk { reason }: VoidTalk,
) -> Result<Talk, ApiError> {
    let (row, with) = to_act_on(c, caller, id, TalkAction::Void).await?;
    let now = app.clock.now();
    let reason = app.keys.vault.seal(VOID_REASON, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    if !store::void(c, id, &reason, now).await? {
        return Err(ApiError::wrong_state("Somebody has just done so."));
    }
    let row = TalkRow { voided_at: Some(now), void_reason_sealed: Some(reason), ..row };
    log(c, app, caller, &row, &with, "talk.void").await?;
    tell(c, app, &row, &with, NoticeKind::TalkVoided).await?;
    view::shown(c, app, caller, row).await
}

/// A talk of a unit within reach and with whom it was, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: TalkId) -> Result<(TalkRow, Vec<MemberId>), ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    let with = store::members_of(c, &[id]).await?.remove(&id).unwrap_or_default();
    Ok((row, with))
}

/// The same, where this may be done; 409 otherwise.
async fn to_act_on(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: TalkId,
    action: TalkAction,
) -> Result<(TalkRow, Vec<MemberId>), ApiError> {
    let (row, with) = within(c, &caller.scope, id).await?;
    if !model::may(action, row.state()) {
        return Err(ApiError::wrong_state(format!("The talk is {}; {action} does not fit.", row.state())));
    }
    Ok((row, with))
}

/// Appends an act, or a look, to the audit log: a record for everyone concerned.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &TalkRow,
    with: &[MemberId],
    action: &'static str,
) -> Result<(), ApiError> {
    for member in with.iter().copied().chain(row.talker_id) {
        let record = Record::new(caller.into(), action, ("talk", row.id.to_string())).about(member);
        audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await?;
    }
    Ok(())
}

async fn tell(
    c: &mut Conn<'_>,
    app: &AppState,
    row: &TalkRow,
    with: &[MemberId],
    kind: NoticeKind,
) -> Result<(), ApiError> {
    notices::tell_members(c, app, &News::of(kind, SubjectKind::Talk, row.id), with).await
}

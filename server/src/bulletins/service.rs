//! The rules of bulletins.

use super::{
    audience,
    model::{BulletinAction, BulletinChanges, BulletinRow, BulletinState, NewBulletin},
    store::{self, Reader},
    view::{self, Bulletin},
};
use crate::{
    access::{Caller, Operation, audit},
    app::AppState,
    db::Conn,
    error::ApiError,
    http::IfMatch,
    ids::BulletinId,
    notices::{self, News, NoticeKind, SubjectKind},
    parsing::{Line, Text},
};

/// Begins a draft.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewBulletin) -> Result<Bulletin, ApiError> {
    caller.scope_in(Operation::CreateBulletin).require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let row = BulletinRow {
        id: BulletinId::new(now, &app.entropy),
        unit_id: new.unit_id,
        kind: new.kind,
        state: BulletinState::Draft,
        year: None,
        issue: None,
        title: new.title.into_string(),
        taken_back_reason: None,
        published_at: None,
        version: 1,
        created_at: now,
    };
    let audience = audience::checked(c, new.unit_id, new.audience, "/audience").await?;
    store::insert(c, &row, new.body.as_str()).await?;
    audience::set(c, row.id, &audience).await?;
    log(c, app, caller, &row, "bulletin.create").await?;
    view::whole(c, caller, row).await
}

/// Writes on a draft.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: BulletinId,
    seen: IfMatch,
    changes: BulletinChanges,
) -> Result<Bulletin, ApiError> {
    let before = to_write(c, caller, id, BulletinAction::Edit, seen).await?;
    let row = BulletinRow {
        kind: changes.kind.unwrap_or(before.kind),
        title: changes.title.map_or(before.title, Line::into_string),
        version: before.version + 1,
        ..before
    };
    if let Some(asked) = changes.audience {
        let audience = audience::checked(c, row.unit_id, Some(asked), "/audience").await?;
        audience::set(c, id, &audience).await?;
    }
    if !store::update(c, &row, changes.body.as_ref().map(Text::as_str)).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "bulletin.update").await?;
    view::whole(c, caller, row).await
}

/// Publishes a draft: it gets its number, and its audience is told.
pub async fn publish(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: BulletinId,
    seen: IfMatch,
) -> Result<Bulletin, ApiError> {
    let before = to_write(c, caller, id, BulletinAction::Publish, seen).await?;
    let now = app.clock.now();
    let year = i64::from(now.day().year());
    let row = BulletinRow {
        state: BulletinState::Published,
        year: Some(year),
        issue: Some(store::next_issue(c, before.unit_id, year).await?),
        published_at: Some(now),
        version: before.version + 1,
        ..before
    };
    if !store::publish(c, &row).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "bulletin.publish").await?;
    let audience = audience::of(c, &[id.0]).await?.remove(&id.0).unwrap_or_default();
    let members = audience::members(c, &audience).await?;
    let news = News::of(NoticeKind::BulletinPublished, SubjectKind::Bulletin, id);
    notices::tell_members(c, app, &news, &members).await?;
    view::whole(c, caller, row).await
}

/// Takes a published bulletin back; members read it no more, officers read why.
pub async fn take_back(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: BulletinId,
    reason: Line<500>,
) -> Result<Bulletin, ApiError> {
    let before = to_write(c, caller, id, BulletinAction::TakeBack, IfMatch(None)).await?;
    if !store::take_back(c, id, reason.as_str()).await? {
        return Err(ApiError::changed());
    }
    let row = BulletinRow {
        state: BulletinState::TakenBack,
        taken_back_reason: Some(reason.into_string()),
        version: before.version + 1,
        ..before
    };
    log(c, app, caller, &row, "bulletin.take_back").await?;
    view::whole(c, caller, row).await
}

/// Throws a draft away.
pub(super) async fn discard(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: BulletinId) -> Result<(), ApiError> {
    let row = to_write(c, caller, id, BulletinAction::Discard, IfMatch(None)).await?;
    audience::set(c, id, &[]).await?;
    if !store::discard(c, id).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "bulletin.discard").await
}

/// A bulletin that the caller may see, or 404.
pub(super) async fn seen(c: &mut Conn<'_>, caller: &Caller, id: BulletinId) -> Result<BulletinRow, ApiError> {
    let found = match caller.scope.own {
        Some(member) => {
            let listener = audience::Listener::of(c, member).await?;
            store::find(c, &Reader::Member(listener), id).await?
        }
        None => {
            let (reads, writes) = reaches(caller);
            store::find(c, &Reader::Officer { reads: &reads, writes: &writes }, id).await?
        }
    };
    found.ok_or_else(ApiError::not_found)
}

/// What an officer reaches as a reader, and as one who writes.
pub(super) fn reaches(caller: &Caller) -> (crate::access::Scope, crate::access::Scope) {
    (caller.scope_in(Operation::GetBulletin), caller.scope_in(Operation::UpdateBulletin))
}

/// A bulletin of a unit whose records the caller keeps, in the state that the action takes.
async fn to_write(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: BulletinId,
    action: BulletinAction,
    seen_version: IfMatch,
) -> Result<BulletinRow, ApiError> {
    let row = seen(c, caller, id).await?;
    caller.scope_in(Operation::UpdateBulletin).require_unit(c, row.unit_id).await?;
    seen_version.check(row.version)?;
    if row.state != action.state() {
        return Err(ApiError::wrong_state(match action {
            BulletinAction::TakeBack => "Only a published bulletin can be taken back.",
            _ => "It is no draft any more: a published bulletin can only be taken back.",
        }));
    }
    Ok(row)
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &BulletinRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("bulletin", row.id.to_string()));
    audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await
}

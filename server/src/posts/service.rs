//! Recording and ending posts.

use super::{
    contact_points,
    model::{self, EndOn, NewPost, PostKind, PostRow},
    store,
    view::{self, Post},
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::{PostId, UnitId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations,
};

/// Under this name the title of an administrative post is sealed.
pub(super) const DUAL_TITLE: &str = "post.dual_title";

/// Records that a member holds a post.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewPost) -> Result<Post, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = model::misdated(new.from, new.until, now.day());
    errors.extend(registrations::unknown_member(c, caller, new.member_id).await?);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    record(c, app, caller, new).await
}

/// The same as the record of an election says, whoever approves it.
pub async fn record(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewPost) -> Result<Post, ApiError> {
    let now = app.clock.now();
    let id = PostId::new(now, &app.entropy);
    let seal = |title: &str| app.keys.vault.seal(DUAL_TITLE, id.0.as_bytes(), title.as_bytes(), &app.entropy);
    let row = PostRow {
        id,
        unit_id: new.unit_id,
        member_id: new.member_id,
        kind: new.kind,
        dual: new.dual_title.is_some(),
        dual_title_sealed: new.dual_title.map(|title| seal(title.as_str())).transpose()?,
        from_on: new.from,
        until_on: new.until,
        created_at: now,
    };
    if !store::insert(c, &row).await? {
        return Err(ApiError::wrong_state(match row.kind {
            PostKind::Secretary => "The unit has a secretary; end that post first.",
            _ => "The member holds this post already.",
        }));
    }
    log(c, app, caller, &row, "post.create").await?;
    tell(c, app, &row, NoticeKind::PostRecorded).await?;
    view::shown(c, app, caller, row).await
}

/// Ends a post; what the holder looks after from it ends with it.
pub async fn end(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: PostId, when: EndOn) -> Result<Post, ApiError> {
    let row = within(c, caller, id).await?;
    let today = app.clock.now().day();
    let until = when.until.unwrap_or(today);
    if let Some(error) = model::misdated_end(row.from_on, until, today) {
        return Err(ApiError::invalid(vec![error]));
    }
    let row = close(c, app, caller, row, until).await?;
    view::shown(c, app, caller, row).await
}

/// Whoever holds a post in a unit holds it no longer: the committee was elected anew. A post that began after the day never was.
pub async fn end_all(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
    until: Day,
) -> Result<(), ApiError> {
    for row in store::open_at(c, unit).await? {
        let until = until.max(row.from_on);
        close(c, app, caller, row, until).await?;
    }
    Ok(())
}

async fn close(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: PostRow,
    until: Day,
) -> Result<PostRow, ApiError> {
    if !store::end(c, row.id, until).await? {
        return Err(ApiError::wrong_state("The post has ended already."));
    }
    log(c, app, caller, &row, "post.end").await?;
    tell(c, app, &row, NoticeKind::PostEnded).await?;
    contact_points::end_of_leader(c, app, caller, row.unit_id, row.member_id, until).await?;
    Ok(PostRow { until_on: Some(until), ..row })
}

/// A post of a unit within the caller's reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, caller: &Caller, id: PostId) -> Result<PostRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    caller.scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// Tells the member what is on record.
async fn tell(c: &mut Conn<'_>, app: &AppState, row: &PostRow, kind: NoticeKind) -> Result<(), ApiError> {
    notices::tell_member(c, app, &News::of(kind, SubjectKind::Post, row.id).about(row.member_id)).await
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &PostRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("post", row.id.to_string())).about(row.member_id);
    audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await
}

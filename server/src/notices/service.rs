//! Telling.

use super::{
    model::{News, Notice, Recipient},
    store,
};
use crate::{
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{MemberId, NoticeId},
};

/// Writes these notices; call it inside the write of what they tell.
pub async fn tell(c: &mut Conn<'_>, app: &AppState, notices: &[Notice]) -> Result<(), ApiError> {
    let now = app.clock.now();
    let rows: Vec<_> = notices.iter().map(|notice| (NoticeId::new(now, &app.entropy), notice)).collect();
    store::insert(c, &rows, now).await
}

/// Tells a member what concerns them.
pub async fn tell_member(c: &mut Conn<'_>, app: &AppState, news: &News) -> Result<(), ApiError> {
    let concerned: Vec<MemberId> = news.member.into_iter().collect();
    tell_members(c, app, news, &concerned).await
}

/// Tells each of these members.
pub async fn tell_members(c: &mut Conn<'_>, app: &AppState, news: &News, members: &[MemberId]) -> Result<(), ApiError> {
    let notices: Vec<_> = members.iter().map(|member| news.to(Recipient::Member(*member))).collect();
    tell(c, app, &notices).await
}

//! Telling.

use super::{
    model::{News, Notice, Recipient},
    store,
};
use crate::{app::AppState, db::Conn, error::ApiError, ids::NoticeId};

/// Writes these notices; call it inside the write of what they tell.
pub async fn tell(c: &mut Conn<'_>, app: &AppState, notices: &[Notice]) -> Result<(), ApiError> {
    let now = app.clock.now();
    let rows: Vec<_> = notices.iter().map(|notice| (NoticeId::new(now, &app.entropy), notice)).collect();
    store::insert(c, &rows, now).await
}

/// Tells a member what concerns them.
pub async fn tell_member(c: &mut Conn<'_>, app: &AppState, news: &News) -> Result<(), ApiError> {
    tell(c, app, &[news.to(Recipient::Member(news.member))]).await
}

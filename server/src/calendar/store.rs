//! SQL of the links and of what they tell.

use super::model::Entry;
use crate::{
    clock::Instant,
    db::Conn,
    error::ApiError,
    execute,
    ids::{MemberId, UnitId},
    on_engine,
};

/// As many events as a feed tells, the latest.
const MOST: i64 = 500;

/// A member's link.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Link {
    pub(super) member_id: MemberId,
    pub(super) made_at: Instant,
}

/// Keeps a member's only link; the one before is gone.
pub(super) async fn put(c: &mut Conn<'_>, link: Link, token_hash: &[u8]) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into calendar_links (member_id, token_hash, made_at) values ($1, $2, $3)
             on conflict (member_id) do update set token_hash = excluded.token_hash, made_at = excluded.made_at"
        )
        .bind(link.member_id)
        .bind(token_hash)
        .bind(link.made_at)
    )?;
    Ok(())
}

/// Ends a member's link; false where there was none.
pub async fn end(c: &mut Conn<'_>, member: MemberId) -> Result<bool, ApiError> {
    Ok(execute!(c, sqlx::query("delete from calendar_links where member_id = $1").bind(member))? == 1)
}

/// A member's link.
pub(super) async fn of_member(c: &mut Conn<'_>, member: MemberId) -> Result<Option<Link>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select member_id, made_at from calendar_links where member_id = $1")
        .bind(member)
        .fetch_optional(c))?)
}

/// Since when a member's link is there.
pub async fn link_since(c: &mut Conn<'_>, member: MemberId) -> Result<Option<Instant>, ApiError> {
    Ok(of_member(c, member).await?.map(|link| link.made_at))
}

/// The link of this token.
pub(super) async fn of_token(c: &mut Conn<'_>, token_hash: &[u8]) -> Result<Option<Link>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select member_id, made_at from calendar_links where token_hash = $1")
        .bind(token_hash)
        .fetch_optional(c))?)
}

/// Whether a phone of the member has been removed since then, be it by itself or with a card reported lost.
pub(super) async fn lost_a_phone(c: &mut Conn<'_>, member: MemberId, since: Instant) -> Result<bool, ApiError> {
    let found: Option<i64> = on_engine!(c, |c| sqlx::query_scalar(
        "select revoked_at from devices where member_id = $1 and revoked_at >= $2 limit 1"
    )
    .bind(member)
    .bind(since)
    .fetch_optional(c))?;
    Ok(found.is_some())
}

/// The events to which members of `host` are asked and that begin after `from`, cancelled ones too, by their start.
pub(super) async fn entries(c: &mut Conn<'_>, host: UnitId, from: Instant) -> Result<Vec<Entry>, ApiError> {
    let mut latest: Vec<Entry> = on_engine!(c, |c| sqlx::query_as(
        "select id, title, starts_at, ends_at, place, cancelled_at, version, updated_at from events
          where unit_id in (select ancestor_id from unit_ancestors where unit_id = $1) and starts_at >= $2
          order by starts_at desc, id desc limit $3"
    )
    .bind(host)
    .bind(from)
    .bind(MOST)
    .fetch_all(c))?;
    latest.reverse();
    Ok(latest)
}

//! SQL of refresh tokens and failed sign-ins.

use super::model::StoredToken;
use crate::{
    clock::Instant,
    db::Conn,
    error::ApiError,
    execute,
    ids::{AccountId, RowId},
    on_engine,
};

/// Keeps a new refresh token of a family.
pub(super) async fn insert_token(
    c: &mut Conn<'_>,
    token_hash: &[u8],
    family: RowId,
    account: AccountId,
    expires_at: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into refresh_tokens (token_hash, family_id, account_id, expires_at) values ($1, $2, $3, $4)"
        )
        .bind(token_hash)
        .bind(family)
        .bind(account)
        .bind(expires_at)
    )?;
    Ok(())
}

/// The token with this hash.
pub(super) async fn token(c: &mut Conn<'_>, token_hash: &[u8]) -> Result<Option<StoredToken>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select family_id, account_id, expires_at, used_at, revoked_at from refresh_tokens where token_hash = $1"
    )
    .bind(token_hash)
    .fetch_optional(c))?)
}

/// Uses a token up; false where another request was quicker.
pub(super) async fn use_token(c: &mut Conn<'_>, token_hash: &[u8], now: Instant) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query(
            "update refresh_tokens set used_at = $2 where token_hash = $1 and used_at is null and revoked_at is null"
        )
        .bind(token_hash)
        .bind(now)
    )?;
    Ok(rows == 1)
}

/// Ends a family; false where it had ended.
pub(super) async fn end_family(c: &mut Conn<'_>, family: RowId, now: Instant) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query("update refresh_tokens set revoked_at = $2 where family_id = $1 and revoked_at is null")
            .bind(family)
            .bind(now)
    )?;
    Ok(rows > 0)
}

/// Ends all sessions of an account.
pub async fn end_all(c: &mut Conn<'_>, account: AccountId, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("update refresh_tokens set revoked_at = $2 where account_id = $1 and revoked_at is null")
            .bind(account)
            .bind(now)
    )?;
    Ok(())
}

/// The newest failures under a key, at most `limit`.
pub(super) async fn failures(
    c: &mut Conn<'_>,
    key: &[u8],
    since: Instant,
    limit: usize,
) -> Result<Vec<Instant>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select failed_at from sign_in_failures where key = $1 and failed_at > $2 order by failed_at desc limit $3"
    )
    .bind(key)
    .bind(since)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(c))?)
}

/// Counts a failure.
pub(super) async fn insert_failure(c: &mut Conn<'_>, id: RowId, key: &[u8], now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into sign_in_failures (id, key, failed_at) values ($1, $2, $3)")
            .bind(id)
            .bind(key)
            .bind(now)
    )?;
    Ok(())
}

/// Deletes these rows: what they counted was no failure.
pub(super) async fn delete_failures(c: &mut Conn<'_>, rows: &[RowId]) -> Result<(), ApiError> {
    for row in rows {
        execute!(&mut *c, sqlx::query("delete from sign_in_failures where id = $1").bind(row))?;
    }
    Ok(())
}

/// Forgets the failures under a key.
pub(super) async fn forgive(c: &mut Conn<'_>, key: &[u8]) -> Result<(), ApiError> {
    execute!(c, sqlx::query("delete from sign_in_failures where key = $1").bind(key))?;
    Ok(())
}

/// Deletes the failures before `failed`, and the refresh tokens that ran out before `expired`.
pub(super) async fn forget(c: &mut Conn<'_>, failed: Instant, expired: Instant) -> Result<(), ApiError> {
    execute!(&mut *c, sqlx::query("delete from sign_in_failures where failed_at <= $1").bind(failed))?;
    execute!(c, sqlx::query("delete from refresh_tokens where expires_at <= $1").bind(expired))?;
    Ok(())
}

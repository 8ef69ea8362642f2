//! SQL of the signing keys.

use super::KeyUse;
use crate::{clock::Instant, db::Conn, error::ApiError, execute, on_engine};

/// A stored key; the private half is sealed.
#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) kid: i64,
    pub(super) key_use: KeyUse,
    pub(super) public_key: Vec<u8>,
    pub(super) sealed_private: Vec<u8>,
    pub(super) not_before: Instant,
    pub(super) retired_at: Option<Instant>,
}

pub(super) async fn all(c: &mut Conn<'_>) -> Result<Vec<KeyRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select kid, key_use, public_key, sealed_private, not_before, retired_at from signing_keys order by kid"
    )
    .fetch_all(c))?)
}

pub(super) async fn current_kid(c: &mut Conn<'_>, key_use: KeyUse) -> Result<Option<i64>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select kid from signing_keys where key_use = $1 and retired_at is null")
        .bind(key_use)
        .fetch_optional(c))?)
}

pub(super) async fn next_kid(c: &mut Conn<'_>) -> Result<u8, ApiError> {
    let last: Option<i64> = on_engine!(c, |c| sqlx::query_scalar("select max(kid) from signing_keys").fetch_one(c))?;
    u8::try_from(last.unwrap_or(0) + 1).map_err(|_| ApiError::internal("all 255 key ids are used"))
}

pub(super) async fn retire(c: &mut Conn<'_>, key_use: KeyUse, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("update signing_keys set retired_at = $2 where key_use = $1 and retired_at is null")
            .bind(key_use)
            .bind(now)
    )?;
    Ok(())
}

pub(super) async fn insert(
    c: &mut Conn<'_>,
    kid: u8,
    key_use: KeyUse,
    public: &[u8],
    sealed: &[u8],
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into signing_keys (kid, key_use, public_key, sealed_private, not_before) values ($1, $2, $3, $4, $5)"
        )
        .bind(i64::from(kid))
        .bind(key_use)
        .bind(public)
        .bind(sealed)
        .bind(now)
    )?;
    Ok(())
}

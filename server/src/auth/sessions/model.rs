//! What signing in answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::accounts::Account,
    clock::Instant,
    ids::{AccountId, RowId},
};

/// Life of a refresh token: a session ends when it is not used for a week.
pub const REFRESH_SECONDS: i64 = 7 * 24 * 3600;

/// A signed-in officer.
#[derive(Serialize, ToSchema)]
pub struct AccountSession {
    /// Send it as `Authorization: Bearer`.
    pub access_token: String,
    /// Its life in seconds.
    pub expires_in: i64,
    /// Who signed in.
    pub account: Account,
}

/// A refresh token as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredToken {
    /// The sign-in from which it descends.
    pub family_id: RowId,
    /// Whose it is.
    pub account_id: AccountId,
    /// When it stops working.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// When its family was ended.
    pub revoked_at: Option<Instant>,
}

/// What a refresh token is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be used, once.
    Good,
    /// It was used before: someone has a copy, so the whole family ends.
    Reused,
    /// Its time is over, or its family was ended.
    Over,
}

impl StoredToken {
    /// What the token is good for.
    pub fn standing(&self, now: Instant) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Over
        } else if self.used_at.is_some() {
            Standing::Reused
        } else if now >= self.expires_at {
            Standing::Over
        } else {
            Standing::Good
        }
    }
}

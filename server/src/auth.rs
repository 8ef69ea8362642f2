//! Signing in: accounts, passwords, second factor and sessions. Members' phones are in `devices`.

pub mod accounts;
mod me;
pub mod passwords;
mod sessions;
pub mod tokens;
mod totp;

pub use sessions::forget_old_rows;

use crate::openapi::ApiRouter;

/// The routes of sessions, of accounts, and of one's own account.
pub fn router() -> ApiRouter {
    sessions::router().merge(accounts::router()).merge(me::router())
}

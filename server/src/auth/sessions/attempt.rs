//! One try at a password: limited, equally slow for every answer, and counted where it fails.

use super::{
    ClientAddress,
    limits::{Failures, PER_ACCOUNT, PER_ADDRESS, PER_PAIR, WINDOW_SECONDS},
    store,
};
use crate::{
    access::audit::{self, Actor, Record},
    app::AppState,
    auth::{
        accounts::{self, AccountRow, Username},
        passwords::Turn,
    },
    error::ApiError,
    ids::RowId,
    keys::BlindIndex,
};

/// A try by someone at one address to be the holder of one account.
pub struct Attempt<'a> {
    app: &'a AppState,
    username: Option<Username>,
    keys: Keys,
    /// Held until the outcome is counted, so that a burst of tries cannot run ahead of the count.
    turn: Option<Turn>,
}

/// Keyed digests: neither names nor addresses are kept.
#[derive(Clone, Copy)]
struct Keys {
    pair: BlindIndex,
    address: BlindIndex,
    account: BlindIndex,
}

impl<'a> Attempt<'a> {
    /// A try under a name as it was typed; 429 where there were too many.
    pub async fn begin(app: &'a AppState, username: &str, from: ClientAddress) -> Result<Self, ApiError> {
        let username: Option<Username> = username.parse().ok();
        // Whatever cannot be a user name is counted as one and the same.
        let name = username.as_ref().map(Username::as_str).unwrap_or_default();
        let digest = |text: &str| app.keys.vault.blind("sign_in", text);
        let keys = Keys {
            pair: digest(&format!("pair {name} {from}")),
            address: digest(&format!("address {from}")),
            account: digest(&format!("account {name}")),
        };
        let mut attempt = Self { app, username, keys, turn: None };
        // Refused before it waits for a turn, and again when it has one and those before it are counted.
        attempt.require_below_limits().await?;
        attempt.turn = Some(app.passwords.turn().await?);
        attempt.require_below_limits().await?;
        Ok(attempt)
    }

    async fn require_below_limits(&self) -> Result<(), ApiError> {
        let now = self.app.clock.now();
        let since = now.plus_seconds(-WINDOW_SECONDS);
        let mut reader = self.app.db.read().await?;
        let mut c = reader.conn();
        let failures = Failures {
            pair: store::failures(&mut c, &self.keys.pair, since, PER_PAIR).await?,
            address: store::failures(&mut c, &self.keys.address, since, PER_ADDRESS).await?,
            account: store::failures(&mut c, &self.keys.account, since, PER_ACCOUNT).await?,
        };
        failures.wait(now).map_or(Ok(()), |seconds| Err(ApiError::too_many(seconds)))
    }

    /// The account, if the password is right; otherwise the failure is counted.
    pub async fn password(&mut self, guess: String) -> Result<Option<AccountRow>, ApiError> {
        let account = match &self.username {
            Some(username) => {
                let mut reader = self.app.db.read().await?;
                accounts::by_username(&mut reader.conn(), username).await?
            }
            None => None,
        };
        let turn = self.turn.take().ok_or_else(|| ApiError::internal("an attempt serves once"))?;
        let hash = account.as_ref().and_then(|row| row.password_hash.clone());
        let (turn, right) = turn.verify(guess, hash).await?;
        self.turn = Some(turn);
        match account {
            Some(account) if right && account.disabled_at.is_none() => Ok(Some(account)),
            account => {
                self.failed(account.as_ref()).await?;
                Ok(None)
            }
        }
    }

    /// Counts a failure, and records it.
    pub async fn failed(&self, account: Option<&AccountRow>) -> Result<(), ApiError> {
        let (keys, now, entropy) = (self.keys, self.app.clock.now(), self.app.entropy.clone());
        // The same writes for a name that is nobody's: the time tells nothing.
        let target = account.map_or_else(|| "unknown".into(), |row| row.id.to_string());
        self.app
            .db
            .write(move |c| {
                Box::pin(async move {
                    for key in [keys.pair, keys.address, keys.account] {
                        store::insert_failure(c, RowId::new(now, &entropy), &key, now).await?;
                    }
                    audit::append(c, now, Record::new(Actor::Stranger, "session.create", ("account", target)).refused())
                        .await
                })
            })
            .await
    }

    /// What a success takes back: the failures of this account from this address.
    pub fn forgiven(&self) -> BlindIndex {
        self.keys.pair
    }
}

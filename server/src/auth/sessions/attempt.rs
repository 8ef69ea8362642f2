//! One try at a password: limited, equally slow for every answer, and counted before it is looked at. The count is in the
//! database, and taking a place in it is one write: so the limits hold in total, however many servers are asked at once.

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
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::RowId,
    keys::BlindIndex,
};

/// A try by someone at one address to be the holder of one account.
pub struct Attempt<'a> {
    app: &'a AppState,
    username: Option<Username>,
    counted: Counted,
    /// Held until the outcome is known.
    turn: Option<Turn>,
}

/// A try that counts as a failure until it has turned out well.
#[derive(Clone, Copy)]
pub struct Counted {
    keys: Keys,
    rows: [RowId; 3],
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
        // Whoever is above the limits waits for no turn and writes nothing.
        {
            let mut reader = app.db.read().await?;
            require_below_limits(&mut reader.conn(), &keys, app.clock.now()).await?;
        }
        let turn = app.passwords.turn().await?;
        let now = app.clock.now();
        let counted = Counted { keys, rows: std::array::from_fn(|_| RowId::new(now, &app.entropy)) };
        app.db
            .write(move |c| {
                Box::pin(async move {
                    require_below_limits(c, &keys, now).await?;
                    for (key, row) in [keys.pair, keys.address, keys.account].into_iter().zip(counted.rows) {
                        store::insert_failure(c, row, &key, now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(Self { app, username, counted, turn: Some(turn) })
    }

    /// The account, if the password is right; otherwise the failure is recorded.
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

    /// Records the failure, which goes on counting.
    pub async fn failed(&self, account: Option<&AccountRow>) -> Result<(), ApiError> {
        let now = self.app.clock.now();
        // The same write for a name that is nobody's: the time tells nothing.
        let target = account.map_or_else(|| "unknown".into(), |row| row.id.to_string());
        self.app
            .db
            .write(move |c| {
                Box::pin(async move {
                    audit::append(c, now, Record::new(Actor::Stranger, "session.create", ("account", target)).refused())
                        .await
                })
            })
            .await
    }

    /// What a success takes back.
    pub fn counted(&self) -> Counted {
        self.counted
    }

    /// The password was right, and nothing else can fail: it counts no more.
    pub async fn take_back(&self) -> Result<(), ApiError> {
        let counted = self.counted;
        self.app.db.write(move |c| Box::pin(async move { counted.take_back(c).await })).await
    }
}

impl Counted {
    /// This try was no failure.
    pub async fn take_back(self, c: &mut Conn<'_>) -> Result<(), ApiError> {
        store::delete_failures(c, &self.rows).await
    }

    /// Somebody has signed in: the failures of this account from this address are forgotten, too.
    pub async fn forgive(self, c: &mut Conn<'_>) -> Result<(), ApiError> {
        self.take_back(c).await?;
        store::forgive(c, &self.keys.pair).await
    }
}

async fn require_below_limits(c: &mut Conn<'_>, keys: &Keys, now: Instant) -> Result<(), ApiError> {
    let since = now.plus_seconds(-WINDOW_SECONDS);
    let failures = Failures {
        pair: store::failures(c, &keys.pair, since, PER_PAIR).await?,
        address: store::failures(c, &keys.address, since, PER_ADDRESS).await?,
        account: store::failures(c, &keys.account, since, PER_ACCOUNT).await?,
    };
    failures.wait(now).map_or(Ok(()), |seconds| Err(ApiError::too_many(seconds)))
}

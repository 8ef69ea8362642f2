//! Keys and what is done with them.
//!
//! One master key (32 random bytes, in the data folder with mode 0600 or given by the environment) derives, by
//! HKDF-SHA-256 with a label each, the keys that seal personal data, that index it blindly, and that make event codes.
//! Signing keys (ES256, one use each) live in the database, sealed under the master key, so that several servers share
//! them and a backup without the master key is of no use to a thief.

mod ring;
mod store;
mod vault;
#[cfg(test)]
mod vectors;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

pub use ring::{Ring, SigningKey, VerifyingKey, verify_es256};
pub use vault::{BlindIndex, MasterKey, Vault, hkdf};

use crate::{
    clock::{Clock, Instant},
    db::Db,
    error::ApiError,
    ids::Entropy,
    words,
};

words! {
    /// What a signing key may sign; a key has one use only.
    pub enum KeyUse {
        /// Card codes.
        Cards = "cards",
        /// Access tokens.
        Sessions = "sessions",
        /// The token status list.
        StatusList = "status_list",
    }
}

/// The vault and the ring of signing keys, shared by the whole program.
#[derive(Clone)]
pub struct Keys {
    /// Seals and indexes personal data; derives event keys.
    pub vault: Arc<Vault>,
    ring: Arc<RwLock<Arc<Ring>>>,
    /// When an unknown kid last made us look, in milliseconds.
    reloaded_at: Arc<AtomicI64>,
}

impl Keys {
    /// Loads the ring from the database, making a first key for every use that has none.
    pub async fn open(master: &MasterKey, db: &Db, clock: &Clock, entropy: &Entropy) -> Result<Self, ApiError> {
        let vault = Arc::new(Vault::new(master));
        let (now, made) = (clock.now(), entropy.clone());
        let seal = Arc::clone(&vault);
        db.write(move |c| {
            Box::pin(async move {
                for key_use in KeyUse::ALL {
                    if store::current_kid(c, *key_use).await?.is_none() {
                        add_key(c, *key_use, &seal, now, &made).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
        let ring = Arc::new(RwLock::new(Arc::new(Ring::default())));
        let keys = Self { vault, ring, reloaded_at: Arc::default() };
        keys.reload(db, now).await?;
        Ok(keys)
    }

    /// Reads the key list anew: after a rotation by another process.
    pub async fn reload(&self, db: &Db, now: Instant) -> Result<(), ApiError> {
        let mut reader = db.read().await?;
        let rows = store::all(&mut reader.conn()).await?;
        let ring = Ring::open(rows, &self.vault, now)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// The signing keys, read anew if `kid` is not among them: another process may have rotated them. At most once in
    /// five seconds, as anyone can send a token with an invented kid.
    pub async fn ring_with(&self, kid: u8, db: &Db, now: Instant) -> Result<Arc<Ring>, ApiError> {
        let due = now.plus_seconds(-5).0;
        let stale = |at: i64| (at <= due).then_some(now.0);
        if !self.ring().knows(kid) && self.reloaded_at.try_update(Ordering::SeqCst, Ordering::SeqCst, stale).is_ok() {
            self.reload(db, now).await?;
        }
        Ok(self.ring())
    }

    /// The signing keys as they are now.
    pub fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// So long before it signs a new key is in the list, so that no server and no phone meets a signature of a key that it has
/// not heard of. Servers read the list every minute.
const KNOWN_BEFORE: i64 = 120;

/// Makes a new signing key for `key_use`, which takes over in two minutes, or at once where there is none yet; the current
/// one retires then but keeps verifying.
pub async fn add_key(
    c: &mut crate::db::Conn<'_>,
    key_use: KeyUse,
    vault: &Vault,
    now: Instant,
    entropy: &Entropy,
) -> Result<u8, ApiError> {
    let (public, private) = ring::generate()?;
    let kid = store::next_kid(c).await?;
    let sealed = vault.seal("signing_key", &[kid], &private, entropy)?;
    let from = match store::current_kid(c, key_use).await? {
        Some(_) => now.plus_seconds(KNOWN_BEFORE),
        None => now,
    };
    store::retire(c, key_use, from).await?;
    store::insert(c, kid, key_use, &public, &sealed, from).await?;
    Ok(kid)
}

/// The stored signing keys; fails unless `vault`'s master key is the one under which they are sealed.
pub async fn check_master_key(c: &mut crate::db::Conn<'_>, vault: &Vault, now: Instant) -> Result<Ring, ApiError> {
    Ring::open(store::all(c).await?, vault, now)
}

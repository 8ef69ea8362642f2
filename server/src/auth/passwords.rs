//! Passwords: argon2id with OWASP's parameters, a few at a time, off the async threads.

use std::{fmt, str::FromStr, sync::Arc};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};

use crate::{error::ApiError, ids::Entropy, reports_errors};

/// Each hash takes 19 MiB for its time: this many at once, the others wait their turn.
const AT_ONCE: usize = 4;

/// The hash of no password, checked where there is no account, so that both cases take the same time.
const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z3VpeWFuLW5vLWFjY291bnQ$Sm3rDpFJIUDYaTN6WmfV0rXk2QyT8hVxC1nP4bHs0eA";

/// A password that may be set: 10 to 200 characters. It has no `Debug` and no `Display`.
pub struct Password(String);

impl Password {
    /// Whether it is just the user name, in whatever case.
    pub fn is(&self, username: &str) -> bool {
        self.0.to_lowercase() == username
    }
}

impl FromStr for Password {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.chars().count() {
            10..=200 => Ok(Self(text.to_owned())),
            _ => Err("must have 10 to 200 characters"),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

reports_errors!(Password);

impl utoipa::PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("password".into())))
            .min_length(Some(10))
            .max_length(Some(200))
            .into()
    }
}

impl utoipa::ToSchema for Password {}

/// Makes and checks hashes.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    entropy: Entropy,
}

/// A turn at hashing; the next waits until it is dropped.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Hasher {
    /// A hasher that takes its salts from `entropy`.
    pub fn new(entropy: Entropy) -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), entropy }
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Result<Turn, ApiError> {
        Arc::clone(&self.turns).acquire_owned().await.map(|permit| Turn { _permit: permit }).map_err(ApiError::internal)
    }

    /// The hash to store.
    pub async fn hash(&self, password: Password) -> Result<String, ApiError> {
        let (turn, salt) = (self.turn().await?, self.entropy.bytes::<16>());
        off_the_async_threads(turn, move || {
            Argon2::default().hash_password_with_salt(password.0.as_bytes(), &salt).map(|hash| hash.to_string())
        })
        .await?
        .1
        .map_err(ApiError::internal)
    }
}

impl Turn {
    /// Whether `guess` is the password of `hash`; takes as long where there is none. Gives the turn back for what follows.
    pub async fn verify(self, guess: String, hash: Option<String>) -> Result<(Self, bool), ApiError> {
        off_the_async_threads(self, move || {
            let right = Argon2::default().verify_password(guess.as_bytes(), hash.as_deref().unwrap_or(DECOY)).is_ok();
            right && hash.is_some()
        })
        .await
    }
}

/// The turn goes along: a caller who hangs up must not let the next one start before the work is done.
async fn off_the_async_threads<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<(Turn, T), ApiError> {
    spawn_blocking(move || (turn, work())).await.map_err(ApiError::internal)
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_password_only() {
        let hasher = Hasher::new(Entropy::seeded(1));
        let hash = hasher.hash("correct horse".parse().expect("long enough")).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let turn = hasher.turn().await.expect("a turn");
        let (turn, right) = turn.verify("correct horse".into(), Some(hash.clone())).await.expect("checked");
        let (turn, wrong) = turn.verify("correct hors".into(), Some(hash)).await.expect("checked");
        let (_, nobody) = turn.verify("correct horse".into(), None).await.expect("checked");
        assert_eq!((right, wrong, nobody), (true, false, false));
    }

    #[test]
    fn the_decoy_costs_what_a_real_hash_costs() {
        let parsed = argon2::PasswordHash::new(DECOY).expect("a PHC string");
        assert!(parsed.hash.is_some() && parsed.salt.is_some());
        assert!(DECOY.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!("一二三四五六七八九十".parse::<Password>().is_ok());
        assert!("ninechars".parse::<Password>().is_err());
        assert!("x".repeat(201).parse::<Password>().is_err());
    }
}

//! Access tokens: JWTs (RFC 9068 in spirit), ES256, signed by the sessions key, 15 minutes at most.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lru::LruCache;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Instant,
    db::Db,
    error::ApiError,
    ids::{AccountId, DeviceId},
    keys::{KeyUse, Keys, Ring},
};

/// Life of an access token.
pub const ACCESS_SECONDS: i64 = 15 * 60;

/// Whom a token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An officer's account.
    Account(AccountId),
    /// A member's phone.
    Device(DeviceId),
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
}

/// Signs an access token for `subject`.
pub fn issue(ring: &Ring, public_url: &str, subject: Subject, now: Instant) -> Result<String, ApiError> {
    let key = ring.signing(KeyUse::Sessions, now)?;
    let sub = match subject {
        Subject::Account(id) => format!("account:{id}"),
        Subject::Device(id) => format!("device:{id}"),
    };
    let claims = Claims { iss: public_url.into(), sub, iat: now.seconds(), exp: now.seconds() + ACCESS_SECONDS };
    let header = Header { typ: Some("at+jwt".into()), kid: Some(key.kid.to_string()), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(key.pkcs8())).map_err(ApiError::internal)
}

/// As many tokens are remembered: those of everyone who is at it in a busy quarter of an hour.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(20_000).expect("not zero");

/// What a token says, once its signature was verified.
#[derive(Clone, Copy, Debug)]
struct Verified {
    kid: u8,
    subject: Subject,
    expires: i64,
}

/// The tokens that were verified lately, by their hashes: whoever comes back within the life of a token is not asked for
/// the price of a signature again.
#[derive(Clone, Debug)]
pub struct Remembered(Arc<Mutex<LruCache<[u8; 32], Verified>>>);

impl Default for Remembered {
    /// None yet.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(REMEMBERED))))
    }
}

impl Remembered {
    fn tokens(&self) -> MutexGuard<'_, LruCache<[u8; 32], Verified>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom a token names; 401 for anything wrong with it. Whether the account or phone is still good is not asked here.
    pub async fn subject(
        &self,
        keys: &Keys,
        db: &Db,
        public_url: &str,
        token: &str,
        now: Instant,
    ) -> Result<Subject, ApiError> {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let known = self.tokens().get(&hash).copied();
        let verified = match known {
            // A key that is gone takes its tokens along.
            Some(known) if keys.ring().verifying(known.kid, KeyUse::Sessions).is_some() => known,
            _ => {
                let kid = key_of(token)?;
                let ring = keys.ring_with(kid, db, now).await?;
                let verified = verify(&ring, public_url, kid, token)?;
                self.tokens().put(hash, verified);
                verified
            }
        };
        // The time is ours to tell, not the library's.
        if now.seconds() >= verified.expires {
            return Err(ApiError::not_signed_in());
        }
        Ok(verified.subject)
    }
}

/// The id of the key by which a token claims to be signed.
fn key_of(token: &str) -> Result<u8, ApiError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| ApiError::not_signed_in())?;
    if header.typ.as_deref() != Some("at+jwt") {
        return Err(ApiError::not_signed_in());
    }
    header.kid.as_deref().and_then(|kid| kid.parse().ok()).ok_or_else(ApiError::not_signed_in)
}

fn verify(ring: &Ring, public_url: &str, kid: u8, token: &str) -> Result<Verified, ApiError> {
    let refused = |_| ApiError::not_signed_in();
    let key = ring.verifying(kid, KeyUse::Sessions).ok_or_else(ApiError::not_signed_in)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[public_url]);
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ec_der(&key.public), &validation)
        .map_err(refused)?
        .claims;
    let subject = match claims.sub.split_once(':') {
        Some(("account", id)) => Subject::Account(id.parse().map_err(|_| ApiError::not_signed_in())?),
        Some(("device", id)) => Subject::Device(id.parse().map_err(|_| ApiError::not_signed_in())?),
        _ => return Err(ApiError::not_signed_in()),
    };
    Ok(Verified { kid, subject, expires: claims.exp })
}

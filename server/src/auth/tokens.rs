//! Access tokens: JWTs (RFC 9068 in spirit), ES256, signed by the sessions key, 15 minutes at most.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Instant,
    error::ApiError,
    ids::{AccountId, DeviceId},
    keys::{KeyUse, Ring},
};

/// Life of an access token.
pub const ACCESS_SECONDS: i64 = 15 * 60;

/// Whom a token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// The id of the key by which a token claims to be signed.
pub fn key_of(token: &str) -> Result<u8, ApiError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| ApiError::not_signed_in())?;
    header.kid.as_deref().and_then(|kid| kid.parse().ok()).ok_or_else(ApiError::not_signed_in)
}

/// Verifies an access token; 401 for anything wrong with it.
pub fn verify(ring: &Ring, public_url: &str, token: &str, now: Instant) -> Result<Subject, ApiError> {
    let refused = |_| ApiError::not_signed_in();
    let header = jsonwebtoken::decode_header(token).map_err(refused)?;
    let kid = header.kid.as_deref().and_then(|kid| kid.parse().ok()).ok_or_else(ApiError::not_signed_in)?;
    let key = ring.verifying(kid, KeyUse::Sessions).ok_or_else(ApiError::not_signed_in)?;
    if header.typ.as_deref() != Some("at+jwt") {
        return Err(ApiError::not_signed_in());
    }
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[public_url]);
    // The time is ours to tell, not the library's.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ec_der(&key.public), &validation)
        .map_err(refused)?
        .claims;
    if now.seconds() >= claims.exp {
        return Err(ApiError::not_signed_in());
    }
    match claims.sub.split_once(':') {
        Some(("account", id)) => Ok(Subject::Account(id.parse().map_err(|_| ApiError::not_signed_in())?)),
        Some(("device", id)) => Ok(Subject::Device(id.parse().map_err(|_| ApiError::not_signed_in())?)),
        _ => Err(ApiError::not_signed_in()),
    }
}

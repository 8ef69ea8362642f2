//! Tokens that a phone signs: JWTs, ES256, header `{"alg":"ES256","typ":…,"kid":<device id>}`.

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, de::DeserializeOwned};

use super::Device;
use crate::ids::{CheckInId, DeviceId};

/// The longest token that is looked at; ours have some 400 characters, with a scanned code 900.
const LONGEST: usize = 4096;

/// Claims of a `session+jwt`, which signs the phone in.
#[derive(Clone, Debug, Deserialize)]
pub struct SessionClaims {
    /// The registry's public URL.
    pub aud: String,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, at most a minute later.
    pub exp: i64,
    /// Serves once.
    pub jti: String,
}

/// Claims of a `check-in+jwt`, the proof of a check-in.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckInClaims {
    /// The check-in's own id.
    pub jti: CheckInId,
    /// The event: its id, or the short id of its codes, which is all that a phone without network can read.
    pub event: String,
    /// The digits scanned.
    pub code: String,
    /// When they were scanned, in seconds since 1970.
    pub iat: i64,
}

/// What a kind of claims is for: a token of one kind never serves as the other.
pub trait Claims: DeserializeOwned {
    /// The header's `typ`.
    const TYP: &'static str;
}

impl Claims for SessionClaims {
    const TYP: &'static str = "session+jwt";
}

impl Claims for CheckInClaims {
    const TYP: &'static str = "check-in+jwt";
}

/// The phone that the token names in its header. Nothing is proven before [`verify`].
pub fn device_named(token: &str) -> Option<DeviceId> {
    header(token)?.kid?.parse().ok()
}

/// The claims, if `device` has signed them for this use. Their times and audience are for the caller to judge.
pub fn verify<C: Claims>(device: &Device, token: &str) -> Option<C> {
    let header = header(token)?;
    let fits = header.typ.as_deref() == Some(C::TYP)
        && header.crit.is_none()
        && header.kid?.parse::<DeviceId>().ok()? == device.id;
    if !fits {
        return None;
    }
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    // Time and audience are ours to tell, not the library's.
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, &DecodingKey::from_ec_der(&device.public_key), &validation)
        .ok()
        .map(|token| token.claims)
}

fn header(token: &str) -> Option<Header> {
    (token.len() <= LONGEST).then(|| jsonwebtoken::decode_header(token).ok())?
}

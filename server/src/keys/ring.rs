//! The ring of ES256 keys, as it is in memory.

use std::collections::HashMap;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
    },
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{KeyUse, store::KeyRow, vault::Vault};
use crate::{clock::Instant, error::ApiError};

/// A key that verifies.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    /// One byte, as it stands in the codes.
    pub kid: u8,
    /// What it may verify.
    pub key_use: KeyUse,
    /// The uncompressed point, 65 bytes.
    pub public: Vec<u8>,
    /// From when it signed.
    pub not_before: Instant,
    /// When a newer one took over.
    pub retired_at: Option<Instant>,
}

impl VerifyingKey {
    /// When the last thing that a retired key has signed is no longer valid; `None` while it signs.
    pub fn expires_at(&self) -> Option<Instant> {
        const DAY: i64 = 86_400;
        let longest = match self.key_use {
            // A printed code is good to the review date: two years ahead at most, where a review was made early.
            KeyUse::Cards => 2 * 366 * DAY,
            KeyUse::StatusList => 7 * DAY,
            KeyUse::Sessions => 15 * 60,
        };
        self.retired_at.map(|at| at.plus_seconds(longest))
    }

    /// The key as JSON Web Key (RFC 7517), with its validity in seconds since 1970: `exp` once it is retired.
    pub fn jwk(&self) -> serde_json::Value {
        let coordinate =
            |range| BASE64_URL_SAFE_NO_PAD.encode(self.public.get::<std::ops::Range<usize>>(range).unwrap_or_default());
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid.to_string(),
            "x": coordinate(1..33), "y": coordinate(33..65), "guiyan_use": self.key_use,
            "nbf": self.not_before.seconds(), "exp": self.expires_at().map(Instant::seconds),
        })
    }
}

/// A key that signs.
pub struct SigningKey {
    /// One byte, as it stands in the codes.
    pub kid: u8,
    not_before: Instant,
    pair: EcdsaKeyPair,
    pkcs8: Vec<u8>,
}

impl SigningKey {
    /// ES256 over `message`: r ‖ s, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], ApiError> {
        let signature =
            self.pair.sign(&SystemRandom::new(), message).map_err(|_| ApiError::internal("signing failed"))?;
        signature.as_ref().try_into().map_err(ApiError::internal)
    }

    /// The private key as PKCS#8 DER, for the JWT library.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

/// Verifies ES256 (r ‖ s) under a P-256 point, compressed (33 bytes) or not (65).
pub fn verify_es256(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    matches!(public.len(), 33 | 65)
        && signature.len() == 64
        && UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).verify(message, signature).is_ok()
}

/// Makes a pair: the uncompressed public point and the PKCS#8 private key.
pub(super) fn generate() -> Result<(Vec<u8>, Vec<u8>), ApiError> {
    let failed = |_| ApiError::internal("no key could be made");
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
    let private = pair.to_pkcs8v1().map_err(failed)?;
    Ok((pair.public_key().as_ref().to_vec(), private.as_ref().to_vec()))
}

/// All keys of the program.
#[derive(Default)]
pub struct Ring {
    verifying: HashMap<u8, VerifyingKey>,
    /// Those that sign now or will soon, the newest last.
    signing: HashMap<KeyUse, Vec<SigningKey>>,
}

impl Ring {
    pub(super) fn open(rows: Vec<KeyRow>, vault: &Vault, now: Instant) -> Result<Self, ApiError> {
        let mut ring = Self::default();
        for row in rows {
            let kid = u8::try_from(row.kid).map_err(ApiError::internal)?;
            if row.retired_at.is_none_or(|at| now < at) {
                let pkcs8 = vault.open("signing_key", &[kid], &row.sealed_private)?;
                let pair =
                    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).map_err(ApiError::internal)?;
                let key = SigningKey { kid, not_before: row.not_before, pair, pkcs8 };
                ring.signing.entry(row.key_use).or_default().push(key);
            }
            ring.verifying.insert(
                kid,
                VerifyingKey {
                    kid,
                    key_use: row.key_use,
                    public: row.public_key,
                    not_before: row.not_before,
                    retired_at: row.retired_at,
                },
            );
        }
        Ok(ring)
    }

    /// The key that signs for `key_use` now.
    pub fn signing(&self, key_use: KeyUse, now: Instant) -> Result<&SigningKey, ApiError> {
        let keys = self.signing.get(&key_use).map(Vec::as_slice).unwrap_or_default();
        // Where clocks differ, the very first key of a registry may seem to lie ahead.
        let key = keys.iter().rev().find(|key| key.not_before <= now).or_else(|| keys.first());
        key.ok_or_else(|| ApiError::internal("a signing key is missing"))
    }

    /// The key `kid`, if it may verify `key_use`.
    pub fn verifying(&self, kid: u8, key_use: KeyUse) -> Option<&VerifyingKey> {
        self.verifying.get(&kid).filter(|key| key.key_use == key_use)
    }

    /// Whether the ring holds this key.
    pub fn knows(&self, kid: u8) -> bool {
        self.verifying.contains_key(&kid)
    }

    /// Every key that still verifies, by kid.
    pub fn public_keys(&self) -> Vec<&VerifyingKey> {
        let mut keys: Vec<_> = self.verifying.values().collect();
        keys.sort_by_key(|key| key.kid);
        keys
    }
}

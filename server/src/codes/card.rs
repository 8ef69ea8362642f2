//! Card codes, static and live.
//!
//! ```text
//! static   0x11 kid:1 id:8 expiry:2 status:3 issuer_sig:64
//! live     0x12 kid:1 id:8 expiry:2 status:3 device_key:33 issuer_sig:64 time:4 audience:4 holder_sig:64
//! ```

use crate::{
    clock::{Day, Instant},
    error::ApiError,
    keys::{SigningKey, verify_es256},
};

/// The random id under which a card appears in a code.
pub type CodeId = [u8; 8];

/// First byte of a static card code.
pub const STATIC_CARD: u8 = 0x11;
/// First byte of a live card code.
const LIVE_CARD: u8 = 0x12;
/// What stands before the bytes that the issuer signs.
const ISSUER_TAG: &[u8] = b"guiyan/card/1";
/// What stands before the bytes that the holder signs.
const HOLDER_TAG: &[u8] = b"guiyan/live/1";

/// Bytes of type, kid, id, expiry and status index.
const CLAIMS: usize = 15;
const STATIC_LENGTH: usize = CLAIMS + 64;
/// Bytes of a live code that the issuer makes; time, audience and the holder's signature follow.
pub const LIVE_PREFIX: usize = CLAIMS + 33 + 64;
const LIVE_LENGTH: usize = LIVE_PREFIX + 4 + 4 + 64;

/// What the issuer states about a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardClaims {
    /// The signing key.
    pub kid: u8,
    /// The card's random id in this code.
    pub id: CodeId,
    /// The last day on which the code is valid.
    pub expires_on: Day,
    /// The card's place in the status list.
    pub status_index: u32,
}

impl CardClaims {
    pub(super) fn bytes(&self, kind: u8) -> Vec<u8> {
        // A day that two bytes cannot hold is cut to one at which the code has expired, or expires earlier.
        let expiry = u16::try_from(self.expires_on.since_1970().clamp(0, i64::from(u16::MAX))).unwrap_or(0);
        let mut bytes = Vec::with_capacity(LIVE_LENGTH);
        bytes.extend_from_slice(&[kind, self.kid]);
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&expiry.to_be_bytes());
        bytes.extend_from_slice(&self.status_index.to_be_bytes()[1..]);
        bytes
    }

    /// The 79 bytes of the static code; `key` must be the one that `kid` names.
    pub fn sign_static(&self, key: &SigningKey) -> Result<Vec<u8>, ApiError> {
        signed(self.bytes(STATIC_CARD), key)
    }

    /// The 112 bytes of the live code that stay the same; `key` must be the one that `kid` names.
    pub fn sign_live(&self, device_key: &[u8; 33], key: &SigningKey) -> Result<Vec<u8>, ApiError> {
        signed([&self.bytes(LIVE_CARD)[..], device_key].concat(), key)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            kid: *bytes.get(1)?,
            id: field(bytes, 2)?,
            expires_on: Day::from_1970(u16::from_be_bytes(field(bytes, 10)?)),
            status_index: u32::from_be_bytes([0, *bytes.get(12)?, *bytes.get(13)?, *bytes.get(14)?]),
        })
    }
}

fn signed(mut bytes: Vec<u8>, key: &SigningKey) -> Result<Vec<u8>, ApiError> {
    let signature = key.sign(&[ISSUER_TAG, &bytes].concat())?;
    bytes.extend_from_slice(&signature);
    Ok(bytes)
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// What the holder's phone states in a live code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The phone's public key, a compressed P-256 point.
    pub device_key: [u8; 33],
    /// The phone's time, in seconds since 1970.
    pub time: u32,
    /// The event for which the code was made, or zero: [`super::audience`].
    pub audience: [u8; 4],
}

impl Holder {
    /// The phone's time.
    pub fn at(&self) -> Instant {
        Instant::from_seconds(i64::from(self.time))
    }
}

/// A card code that was read, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCode {
    /// The issuer's statement.
    pub claims: CardClaims,
    /// The holder's statement; `None` in a static code.
    pub holder: Option<Holder>,
    bytes: Vec<u8>,
}

impl CardCode {
    /// Reads the bytes; `None` where type and length are not those of a card code.
    pub fn parse(bytes: Vec<u8>) -> Option<Self> {
        let holder = match (bytes.first()?, bytes.len()) {
            (&STATIC_CARD, STATIC_LENGTH) => None,
            (&LIVE_CARD, LIVE_LENGTH) => Some(Holder {
                device_key: field(&bytes, CLAIMS)?,
                time: u32::from_be_bytes(field(&bytes, LIVE_PREFIX)?),
                audience: field(&bytes, LIVE_PREFIX + 4)?,
            }),
            _ => return None,
        };
        Some(Self { claims: CardClaims::read(&bytes)?, holder, bytes })
    }

    /// Whether the issuer, whose public key this is, has signed it.
    pub fn issued_by(&self, public_key: &[u8]) -> bool {
        let end = if self.holder.is_some() { CLAIMS + 33 } else { CLAIMS };
        verify_es256(public_key, &[ISSUER_TAG, &self.bytes[..end]].concat(), &self.bytes[end..end + 64])
    }

    /// Whether the phone that the issuer names has signed it. A static code shows no holder.
    pub fn held(&self) -> bool {
        let end = LIVE_PREFIX + 8;
        self.holder.is_some_and(|holder| {
            verify_es256(&holder.device_key, &[HOLDER_TAG, &self.bytes[..end]].concat(), &self.bytes[end..])
        })
    }
}

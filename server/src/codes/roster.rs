//! The roster of an offline pack: a record for each card, which only that card opens.
//!
//! ```text
//! tag:8 ‖ key:32 ‖ nonce:12 = HKDF-SHA-256(secret = the card code's id:8, salt = the pack's:16, info = "guiyan/roster/1")
//! sealed = AES-256-GCM(key, nonce, the record, additional data = the event's short id:8), its tag behind it
//! ```
//!
//! A staff phone looks a scanned card up by `tag` and opens its record; a lost phone shows nobody whose card was not in
//! front of it. Every pack has a salt of its own, so a key seals once and the records of two packs cannot be matched.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{CodeId, EventCodeId};
use crate::{error::ApiError, keys::hkdf};

/// What stands before the keys of a record.
const INFO: &[u8] = b"guiyan/roster/1";

/// A sealed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// By which a scanned card finds it.
    pub tag: [u8; 8],
    /// Ciphertext ‖ AES-GCM tag.
    pub sealed: Vec<u8>,
}

/// Seals the record of one card code.
pub fn seal_record(card: CodeId, salt: &[u8; 16], event: EventCodeId, record: &[u8]) -> Result<SealedRecord, ApiError> {
    let derived: [u8; 52] = hkdf(salt, &card, &[INFO]);
    let (tag, rest) = derived.split_first_chunk::<8>().ok_or_else(|| ApiError::internal("52 bytes"))?;
    let (key, nonce) = rest.split_at(32);
    let failed = |_| ApiError::internal("a roster record could not be sealed");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(failed)?);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(failed)?;
    let mut sealed = record.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(event), &mut sealed).map_err(failed)?;
    Ok(SealedRecord { tag: *tag, sealed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_sealed_as_the_pages_open_them() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/cases/roster.json")).expect("the table of cases");
        for case in table["cases"].as_array().expect("cases") {
            let bytes = |name: &str| hex::decode(case[name].as_str().expect("hex")).expect("hex");
            let made = seal_record(
                bytes("card").try_into().expect("8 bytes"),
                &bytes("salt").try_into().expect("16 bytes"),
                bytes("event").try_into().expect("8 bytes"),
                case["record"].as_str().expect("a record").as_bytes(),
            )
            .expect("sealed");
            assert_eq!(
                (hex::encode(made.tag), hex::encode(made.sealed)),
                (hex::encode(bytes("tag")), hex::encode(bytes("sealed")))
            );
        }
    }
}

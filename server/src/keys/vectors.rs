//! What others have published, run through our own functions; `tests/vectors/README.md` says where it comes from.

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    hkdf,
    vault::{open_with, seal_with},
    verify_es256,
};

/// The most that HKDF-SHA-256 gives. What is shorter is the beginning of it.
const LONGEST: usize = 255 * 32;

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Hex(Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        hex::decode(text).map(Self)
    }
}

/// None of the files that run here calls a vector "acceptable".
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Valid,
    Invalid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<G> {
    number_of_tests: usize,
    test_groups: Vec<G>,
}

fn groups<G: DeserializeOwned>(text: &str) -> Vec<G> {
    let file: File<G> = serde_json::from_str(text).expect("a Wycheproof file");
    assert!(file.number_of_tests > 0);
    file.test_groups
}

/// Counts the vectors, and names those that fail.
#[derive(Default)]
struct Tally {
    ran: usize,
    failed: Vec<String>,
}

impl Tally {
    fn check(&mut self, id: impl ToString, holds: bool) {
        self.ran += 1;
        if !holds {
            self.failed.push(id.to_string());
        }
    }

    #[track_caller]
    fn end(self, ran: usize) {
        assert!(self.failed.is_empty(), "failed: {}", self.failed.join(", "));
        assert_eq!(self.ran, ran, "as many as the file has");
    }
}

#[test]
fn wycheproof_es256_under_whole_and_packed_points() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Group {
        public_key: Key,
        tests: Vec<Signature>,
    }
    #[derive(Deserialize)]
    struct Key {
        uncompressed: Hex,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Signature {
        tc_id: u32,
        msg: Hex,
        sig: Hex,
        result: Expected,
    }

    let file = include_str!("../../../tests/vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
    let mut tally = Tally::default();
    for group in groups::<Group>(file) {
        let whole = group.public_key.uncompressed.0;
        let packed = [&[2 + (whole[64] & 1)], &whole[1..33]].concat();
        for Signature { tc_id, msg, sig, result } in group.tests {
            for point in [&whole, &packed] {
                let holds = verify_es256(point, &msg.0, &sig.0);
                tally.check(format!("{tc_id} ({} bytes)", point.len()), holds == (result == Expected::Valid));
            }
        }
    }
    tally.end(2 * 262);
}

#[test]
fn wycheproof_hkdf_sha_256() {
    #[derive(Deserialize)]
    struct Group {
        tests: Vec<Derivation>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Derivation {
        tc_id: u32,
        ikm: Hex,
        salt: Hex,
        info: Hex,
        size: usize,
        okm: Hex,
        result: Expected,
    }

    let mut tally = Tally::default();
    for group in groups::<Group>(include_str!("../../../tests/vectors/wycheproof/hkdf_sha256_test.json")) {
        for test in group.tests {
            // In two pieces, as we join a label and an id.
            let (label, id) = test.info.0.split_at(test.info.0.len() / 2);
            let out: [u8; LONGEST] = hkdf(&test.salt.0, &test.ikm.0, &[label, id]);
            let holds = match test.result {
                Expected::Valid => out[..test.size] == test.okm.0,
                // Too long: ours does not compile for such a length.
                Expected::Invalid => test.size > LONGEST,
            };
            tally.check(test.tc_id, holds);
        }
    }
    tally.end(86);
}

#[test]
fn rfc_5869() {
    #[derive(Deserialize)]
    struct Table {
        cases: Vec<Derivation>,
    }
    #[derive(Deserialize)]
    struct Derivation {
        name: String,
        ikm: Hex,
        salt: Hex,
        info: Hex,
        okm: Hex,
    }

    let table: Table = serde_json::from_str(include_str!("../../../tests/vectors/rfc5869.json")).expect("the table");
    let mut tally = Tally::default();
    for case in table.cases {
        let out: [u8; LONGEST] = hkdf(&case.salt.0, &case.ikm.0, &[&case.info.0]);
        tally.check(case.name, out[..case.okm.0.len()] == case.okm.0);
    }
    tally.end(3);
}

/// Only keys of 256 bits, nonces of 96 and tags of 128: we seal nothing else.
#[test]
fn wycheproof_aes_256_gcm_both_ways() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Group {
        key_size: usize,
        iv_size: usize,
        tag_size: usize,
        tests: Vec<Sealed>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sealed {
        tc_id: u32,
        key: Hex,
        iv: Hex,
        aad: Hex,
        msg: Hex,
        ct: Hex,
        tag: Hex,
        result: Expected,
    }

    let mut tally = Tally::default();
    for group in groups::<Group>(include_str!("../../../tests/vectors/wycheproof/aes_gcm_test.json")) {
        if (group.key_size, group.iv_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &test.key.0).expect("a 32-byte key"));
            let nonce: [u8; 12] = test.iv.0.as_slice().try_into().expect("a 12-byte nonce");
            let sealed = [&test.iv.0[..], &test.ct.0, &test.tag.0].concat();
            let opened = open_with(&key, &test.aad.0, &sealed).ok();
            let made = seal_with(&key, nonce, &test.aad.0, &test.msg.0).expect("sealed");
            let holds = match test.result {
                Expected::Valid => opened == Some(test.msg.0) && made == sealed,
                Expected::Invalid => opened.is_none() && made != sealed,
            };
            tally.check(test.tc_id, holds);
        }
    }
    tally.end(66);
}

//! The public key that a phone hands over, a JSON Web Key (RFC 7517): a P-256 point and nothing private.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, de::Error as _};
use utoipa::ToSchema;

/// A P-256 public key that lies on the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 33]);

impl PublicKey {
    /// The compressed point.
    pub const fn compressed(&self) -> [u8; 33] {
        self.0
    }
}

/// A public key as JSON Web Key.
#[derive(Deserialize, ToSchema)]
#[schema(as = PublicKey)]
struct Jwk {
    /// `EC`.
    kty: String,
    /// `P-256`.
    crv: String,
    /// The point's x, 32 bytes in base64url.
    x: String,
    /// The point's y, 32 bytes in base64url.
    y: String,
    /// `ES256`, if it is said.
    #[serde(default)]
    alg: Option<String>,
    /// `sig`, if it is said.
    #[serde(default, rename = "use")]
    key_use: Option<String>,
    /// A private key stays on the phone: a key with this member is refused.
    #[serde(default)]
    #[schema(ignore)]
    d: Option<serde::de::IgnoredAny>,
}

impl TryFrom<Jwk> for PublicKey {
    type Error = &'static str;

    fn try_from(jwk: Jwk) -> Result<Self, Self::Error> {
        if jwk.d.is_some() {
            return Err("must not hold a private key; this one should be thrown away");
        }
        let other_use = jwk.alg.is_some_and(|alg| alg != "ES256") || jwk.key_use.is_some_and(|u| u != "sig");
        if jwk.kty != "EC" || jwk.crv != "P-256" || other_use {
            return Err("must be an EC key on P-256 for ES256 signatures");
        }
        let (x, y) = (coordinate(&jwk.x)?, coordinate(&jwk.y)?);
        let point = [&[4_u8][..], &x, &y].concat();
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| "must be a point on the curve P-256")?;
        let mut compressed = [2 + (y[31] & 1); 33];
        compressed[1..].copy_from_slice(&x);
        Ok(Self(compressed))
    }
}

fn coordinate(text: &str) -> Result<[u8; 32], &'static str> {
    const BAD: &str = "must have the coordinates x and y, 32 bytes each in base64url without padding";
    // The length is looked at before anything is decoded.
    if text.len() != 43 {
        return Err(BAD);
    }
    BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(BAD)
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Jwk::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

crate::reports_errors!(PublicKey);

impl utoipa::PartialSchema for PublicKey {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Jwk::schema()
    }
}

impl ToSchema for PublicKey {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The point of RFC 7517, appendix A.1.
    const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

    fn read(jwk: Value) -> Option<PublicKey> {
        serde_json::from_value(jwk).ok()
    }

    #[test]
    fn a_point_of_the_curve_is_taken_and_compressed() {
        let plain = read(json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y})).expect("a key");
        assert_eq!(plain.compressed()[0], 3);
        assert_eq!(plain.compressed()[1..], BASE64_URL_SAFE_NO_PAD.decode(X).expect("bytes"));
        let browser = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y, "alg": "ES256", "use": "sig", "ext": true,
            "key_ops": ["verify"], "kid": "1"});
        assert_eq!(read(browser), Some(plain));
    }

    #[test]
    fn all_else_is_refused() {
        let with = |changes: Value| {
            let mut jwk = json!({"kty": "EC", "crv": "P-256", "x": X, "y": Y});
            for (name, value) in changes.as_object().expect("changes") {
                jwk[name] = value.clone();
            }
            jwk
        };
        let flipped = format!("N{}", &X[1..]);
        let bad = [
            with(json!({"kty": "RSA"})),
            with(json!({"kty": "OKP", "crv": "Ed25519"})),
            with(json!({"crv": "P-384"})),
            with(json!({"crv": "secp256k1"})),
            with(json!({"alg": "ES384"})),
            with(json!({"use": "enc"})),
            with(json!({"d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"})),
            with(json!({"d": ""})),
            with(json!({"x": flipped})),
            with(json!({"x": Y, "y": X})),
            with(json!({"x": format!("{X}=")})),
            with(json!({"x": "A".repeat(43), "y": "A".repeat(43)})),
            with(json!({"x": &X[..42]})),
            with(json!({"x": ""})),
            with(json!({"x": "A".repeat(100_000)})),
            with(json!({"x": 1})),
            with(json!({"y": null})),
            json!({"kty": "EC", "crv": "P-256", "x": X}),
            json!("key"),
            json!(null),
            json!([]),
        ];
        for jwk in bad {
            assert_eq!(read(jwk.clone()), None, "{jwk}");
        }
    }

    /// Wycheproof's points for ECDH, the public halves: on the curve or not, whole or packed.
    #[test]
    fn wycheproof_points() {
        let file = include_str!("../../../tests/vectors/wycheproof/ecdh_secp256r1_ecpoint_test.json");
        let file: Value = serde_json::from_str(file).expect("JSON");
        let tests = file["testGroups"][0]["tests"].as_array().expect("tests");
        let mut failed = Vec::new();
        for test in tests {
            let point = hex::decode(test["public"].as_str().expect("hex")).expect("hex");
            // "Acceptable" is a good point that is packed; our codes hold packed ones.
            let good = test["result"] != "invalid";
            let taken = if point.len() == 65 {
                let (x, y) = point[1..].split_at(32);
                let [x, y] = [x, y].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
                let packed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
                let key = read(json!({"kty": "EC", "crv": "P-256", "x": x, "y": y}));
                assert!(key.is_none_or(|key| key.compressed()[..] == packed));
                key.is_some()
            } else {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).is_ok()
            };
            if taken != good {
                failed.push(&test["tcId"]);
            }
        }
        assert!(failed.is_empty(), "{failed:?}");
        assert_eq!(tests.len(), 355);
    }
}

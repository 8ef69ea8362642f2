//! A member's phone: a P-256 key that signs assertions, proofs and live codes, as the browser's WebCrypto does.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use super::{TestApp, User};

pub struct Phone {
    pair: EcdsaKeyPair,
    /// The device id, once it is bound.
    pub device_id: String,
    pub member_id: String,
    /// The card's number.
    pub card: String,
}

impl Phone {
    /// A phone that is not bound yet.
    pub fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { pair, device_id: String::new(), member_id: String::new(), card: String::new() }
    }

    /// The public key as JWK.
    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..65])})
    }

    /// Redeems an activation code; the phone is bound then.
    pub async fn activate(mut self, app: &TestApp, code: &str) -> Self {
        let answer = app.stranger().post("/activations", json!({"code": code, "public_key": self.jwk()})).await;
        let body = answer.ok();
        self.device_id = body["device_id"].as_str().expect("a device id").to_owned();
        self.member_id = body["member_id"].as_str().expect("a member id").to_owned();
        self.card = body["card"]["number"].as_str().expect("a card number").to_owned();
        self
    }

    /// ES256 over `message`, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec()
    }

    /// A device token of type `typ`.
    pub fn token(&self, typ: &str, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": typ, "kid": self.device_id});
        let body = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature = B64.encode(self.sign(body.as_bytes()));
        format!("{body}.{signature}")
    }

    /// The proof of a check-in by event code.
    pub fn proof(&self, item: &str, event: &str, code: &str, at_seconds: i64) -> String {
        self.token("check-in+jwt", &json!({"jti": item, "event": event, "code": code, "iat": at_seconds}))
    }

    /// The member at the API, signed in by this phone.
    pub fn user<'a>(&self, app: &'a TestApp) -> User<'a> {
        User::device(app, String::new(), self.device_id.parse().expect("a device id"))
    }
}

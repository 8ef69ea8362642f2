//! The refresh token and its cookie.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;

use super::model::REFRESH_SECONDS;
use crate::{error::ApiError, ids::Entropy};

const NAME: &str = "guiyan_refresh";
/// Only the routes that use it ever see it.
const PATH: &str = "/api/v1/sessions";

/// A refresh token; only its hash is stored.
pub struct RefreshToken(String);

impl RefreshToken {
    /// 256 random bits.
    pub fn new(entropy: &Entropy) -> Self {
        Self(hex::encode(entropy.bytes::<32>()))
    }

    /// The one that a request carries.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        CookieJar::from_headers(headers).get(NAME).map(|cookie| Self(cookie.value().to_owned()))
    }

    /// What is stored.
    pub fn hash(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }

    /// The `Set-Cookie` that hands it to the browser.
    pub fn set_cookie(&self, public_url: &str) -> Result<HeaderValue, ApiError> {
        header_value(&self.0, REFRESH_SECONDS, public_url)
    }

    /// The `Set-Cookie` that takes any from the browser.
    pub fn clear_cookie(public_url: &str) -> Result<HeaderValue, ApiError> {
        header_value("", 0, public_url)
    }
}

fn header_value(value: &str, seconds: i64, public_url: &str) -> Result<HeaderValue, ApiError> {
    // A browser keeps no Secure cookie of a plain http page, as the demo on a LAN is one.
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path={PATH}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

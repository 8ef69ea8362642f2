//! Entity tags: a record's `version` as a strong ETag, and `If-Match` against lost updates.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::Json;
use crate::error::{ApiError, Code};

/// A JSON answer with the record's version as ETag.
pub fn tagged<T: Serialize>(version: i64, body: T) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// The version that the client has seen; `None` where it sent no `If-Match` (or `*`).
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// 412 unless the record still has the version that the client has seen.
    pub fn check(self, version: i64) -> Result<(), ApiError> {
        match self.0 {
            Some(seen) if seen != version => Err(ApiError::changed()),
            _ => Ok(()),
        }
    }

    /// 428 where the client sent none: for records that two people may edit.
    pub fn required(self) -> Result<Self, ApiError> {
        if self.0.is_none() {
            return Err(ApiError::new(Code::PreconditionNeeded, "Send If-Match with the ETag that you have read."));
        }
        Ok(self)
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // An ETag that was never ours matches no version.
        let seen = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).and_then(|t| t.parse().ok());
        Ok(Self(Some(seen.unwrap_or(-1))))
    }
}

//! Path and query parameters with our problems: a path that cannot be an id is 404, a bad query is 422 by name.

use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{FromRequestParts, Path, RawQuery},
    http::request::Parts,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    clock::{Day, Instant},
    error::{ApiError, FieldError},
};

/// Path parameters. What does not parse names nothing, so it is 404.
#[derive(Clone, Copy, Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // PostgreSQL has no text with NUL in it; nothing of ours is named so.
        if parts.uri.path().contains("%00") {
            return Err(ApiError::not_found());
        }
        let Path(value) = Path::<T>::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())?;
        Ok(Self(value))
    }
}

/// A query parameter that is a list of words by commas; empty where it is left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String", bound(deserialize = "T: FromStr, T::Err: Display"))]
pub struct Commas<T>(pub Vec<T>);

impl<T> Default for Commas<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: FromStr> TryFrom<String> for Commas<T> {
    type Error = T::Err;

    fn try_from(text: String) -> Result<Self, T::Err> {
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// From when on: an instant, or a day, from its beginning in China.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Since(pub Instant);

/// Before when: an instant, or a day, to its end in China.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Until(pub Instant);

fn day_or_instant(text: &str, of_day: impl Fn(Day) -> Instant) -> Result<Instant, &'static str> {
    let instant = text.parse::<Day>().map(of_day).or_else(|_| text.parse());
    instant.map_err(|_| "must be a date YYYY-MM-DD or an RFC 3339 instant")
}

impl TryFrom<String> for Since {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        day_or_instant(&text, Day::starts).map(Self)
    }
}

impl TryFrom<String> for Until {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        day_or_instant(&text, |day| day.plus_days(1).starts()).map(Self)
    }
}

/// Query parameters; every bad one is named.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let RawQuery(raw) = RawQuery::from_request_parts(parts, state).await.unwrap_or(RawQuery(None));
        let raw = raw.unwrap_or_default();
        if raw.contains("%00") {
            return Err(ApiError::malformed("The query string contains a NUL character."));
        }
        if let Ok(value) = serde_urlencoded::from_str(&raw) {
            return Ok(Self(value));
        }
        // Try the parameters one by one to name all that do not fit; each alone must at least not fail by its value.
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(&raw).map_err(|_| ApiError::malformed("The query string cannot be read."))?;
        let mut errors: Vec<FieldError> = Vec::new();
        for (name, value) in &pairs {
            let alone = serde_urlencoded::to_string([(name, value)]).unwrap_or_default();
            if let Err(error) = serde_urlencoded::from_str::<T>(&alone) {
                let detail = error.to_string();
                if !detail.starts_with("missing field") {
                    errors.push(FieldError { pointer: format!("?{name}"), code: "invalid".into(), detail });
                }
            }
        }
        if errors.is_empty() {
            let detail = serde_urlencoded::from_str::<T>(&raw).err().map(|e| e.to_string()).unwrap_or_default();
            let name = detail.split('`').nth(1).unwrap_or_default();
            errors.push(FieldError { pointer: format!("?{name}"), code: "required".into(), detail: detail.clone() });
        }
        Err(ApiError::invalid(errors))
    }
}

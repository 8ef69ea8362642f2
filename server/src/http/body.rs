//! JSON bodies: 415, 413, 400 for what is not JSON, 422 that names every bad field at once.

use axum::{
    body::{Bytes, HttpBody as _},
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::header,
    response::{IntoResponse, Response},
};
use eserde::{DeserializationErrors, EDeserialize};
use serde::{Serialize, de::IgnoredAny};
use serde_json::Value;

use crate::error::{ApiError, Code, FieldError};

/// As often as a body with values of the wrong kind is read again to name what stands behind them.
const MOST_PASSES: usize = 16;

/// A JSON body, in or out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: for<'de> EDeserialize<'de>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
            let kind = v.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
        });
        if !is_json {
            return Err(ApiError::new(Code::UnsupportedMedia, "Send the body as application/json."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out altogether: an act that needs no words.
#[derive(Clone, Copy, Debug, Default)]
pub struct MaybeJson<T>(pub T);

impl<S, T> FromRequest<S> for MaybeJson<T>
where
    S: Send + Sync,
    T: for<'de> EDeserialize<'de> + Default,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if request.body().size_hint().exact() == Some(0) {
            return Ok(Self(T::default()));
        }
        Json::from_request(request, state).await.map(|Json(body)| Self(body))
    }
}

/// A body as it came, for files.
#[derive(Clone, Debug)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Bytes::from_request(request, state).await.map(Self).map_err(unreadable)
    }
}

/// 413 for a body past the limit, 400 for one that broke off.
pub(super) fn unreadable(rejection: BytesRejection) -> ApiError {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::new(Code::TooLarge, "The body is larger than this path takes.");
    }
    ApiError::malformed("The body could not be read to its end.")
}

/// Parses a body, collecting every bad field.
pub fn parse<T: for<'de> EDeserialize<'de>>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::malformed("The body is not UTF-8."))?;
    // PostgreSQL has no text with NUL in it, and no field of ours needs one.
    if text.contains("\\u0000") {
        return Err(ApiError::malformed("The body contains a NUL character."));
    }
    serde_json::from_str::<IgnoredAny>(text).map_err(|e| {
        ApiError::malformed(format!("The body is not JSON (line {}, column {}).", e.line(), e.column()))
    })?;
    // serde would take an array for an object, its fields by their order.
    if !text.trim_start().starts_with('{') {
        return Err(ApiError::bad_field("", "invalid", "must be an object"));
    }
    eserde::json::from_str(text).map_err(|errors| ApiError::invalid(bad_fields::<T>(text, errors)))
}

/// Every bad field once. The reader loses its place behind an array or an object that stands for a plain value; such a
/// value is named, a plain one put in its place, and the rest is read again.
fn bad_fields<T: for<'de> EDeserialize<'de>>(text: &str, mut errors: DeserializationErrors) -> Vec<FieldError> {
    let mut tree: Value = serde_json::from_str(text).unwrap_or_default();
    let mut found: Vec<FieldError> = Vec::new();
    for _ in 0..MOST_PASSES {
        let mut misplaced = false;
        // The text is JSON, so a syntax error says where the place was lost; what follows it is found in the next pass.
        for error in errors.iter().take_while(|e| !is_syntax(e.message())) {
            let field = field_error(error.path().map(ToString::to_string), error.message());
            if let Some(value) = tree.pointer_mut(&field.pointer).filter(|v| v.is_array() || v.is_object()) {
                *value = Value::Bool(true);
                misplaced = true;
            }
            if found.iter().all(|known| known.pointer != field.pointer) {
                found.push(field);
            }
        }
        match eserde::json::from_str::<T>(&tree.to_string()) {
            Err(more) if misplaced => errors = more,
            _ => break,
        }
    }
    found
}

/// Whether serde_json complains of the text, not of a value.
fn is_syntax(message: &str) -> bool {
    ["expected ", "trailing ", "key must be", "EOF while"].iter().any(|start| message.starts_with(start))
}

fn field_error(path: Option<String>, message: &str) -> FieldError {
    let mut pointer = pointer(path.as_deref().unwrap_or_default());
    // serde writes where it stood in the text; the pointer says it better.
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        pointer.push('/');
        pointer.push_str(name);
        return FieldError { pointer, code: "required".into(), detail: "is required".into() };
    }
    // serde quotes the value that it did not expect; what people typed stays out of answers and logs.
    let detail = match message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        Some((_, expected)) => format!("must be {expected}"),
        None => match message.strip_prefix("invalid value: ").and_then(|rest| rest.split_once(", expected ")) {
            Some((_, expected)) => format!("must be {expected}"),
            None => message.to_owned(),
        },
    };
    FieldError { pointer, code: "invalid".into(), detail }
}

/// `person.items[1].name` → `/person/items/1/name`.
fn pointer(path: &str) -> String {
    let mut out = String::new();
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        out.push('/');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Day, parsing::Line};

    #[derive(eserde::Deserialize, Debug)]
    #[expect(dead_code, reason = "only parsed")]
    struct Person {
        name: Line<4>,
        born: Option<Day>,
        age: u8,
    }

    #[derive(eserde::Deserialize, Debug)]
    #[expect(dead_code, reason = "only parsed")]
    struct Request {
        people: Vec<Person>,
        hours: f64,
    }

    #[test]
    fn every_bad_field_is_named_at_once_and_no_value_is_repeated() {
        let body = br#"{"people": [{"name": "", "born": "2026-02-30", "age": "secret"}, {"name": "toolong"}]}"#;
        let error = format!("{}", parse::<Request>(body).expect_err("four mistakes"));
        for expected in [
            "/people/0/name must not be empty",
            "/people/0/born must be a date",
            "/people/0/age must be u8",
            "/people/1/name must have at most 4",
            "/people/1/age is required",
            "/hours is required",
        ] {
            assert!(error.contains(expected), "{expected}: {error}");
        }
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn only_an_object_is_a_body() {
        for body in ["[]", " [[], 1]", "null", "1", "\"people\""] {
            let error = format!("{}", parse::<Request>(body.as_bytes()).expect_err(body));
            assert!(error.ends_with("must be an object"), "{body}: {error}");
        }
        assert!(parse::<Request>(b" {\"people\": [], \"hours\": 1}").is_ok());
    }

    #[test]
    fn fields_behind_a_value_of_the_wrong_kind_are_named_too() {
        let body = br#"{"people": [{"name": ["secret"], "born": {"a": [1]}, "age": []}, {"name": {}, "age": "x"}], "hours": []}"#;
        let error = format!("{}", parse::<Request>(body).expect_err("six mistakes"));
        for expected in
            ["/people/0/name ", "/people/0/born ", "/people/0/age ", "/people/1/name ", "/people/1/age ", "/hours "]
        {
            assert!(error.contains(expected), "{expected}: {error}");
        }
        assert!(!error.contains("secret"), "{error}");
        let error = format!("{}", parse::<Request>(br#"{"people": {}, "hours": 1}"#).expect_err("one mistake"));
        assert!(error.ends_with("; /people must be a sequence"), "{error}");
    }
}

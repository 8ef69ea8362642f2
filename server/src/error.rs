//! The one error type of the API: an RFC 9457 problem document with a `code` from a closed list.
//!
//! Causes are logged and never sent; nothing personal goes into a `detail`.

use std::fmt;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Declares the closed list of problem codes with the status and title of each.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:ident, $title:literal;)*) => {
        /// Every `code` a problem can have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* #[doc = $title] $variant,)* }

        impl Code {
            /// The HTTP status and the English title that go with the code.
            pub const fn parts(self) -> (StatusCode, &'static str) {
                match self { $(Self::$variant => (StatusCode::$status, $title),)* }
            }

            /// The code as programs read it.
            pub fn word(self) -> String {
                let value = serde_json::to_value(self).unwrap_or_default();
                value.as_str().unwrap_or_default().to_owned()
            }
        }
    };
}

codes! {
    MalformedRequest = BAD_REQUEST, "The request cannot be read";
    NotSignedIn = UNAUTHORIZED, "Sign in first";
    SignInFailed = UNAUTHORIZED, "The sign-in failed";
    SecondFactorRequired = UNAUTHORIZED, "A second factor is required";
    NotAllowed = FORBIDDEN, "Your role does not allow this";
    NotFound = NOT_FOUND, "There is nothing here for you";
    MethodNotAllowed = METHOD_NOT_ALLOWED, "This path does not take that method";
    OpenRegistrationExists = CONFLICT, "This person already has an open registration";
    PersonDiffers = CONFLICT, "The ID number is on record with other particulars";
    WrongState = CONFLICT, "The record's state does not allow this";
    CardExists = CONFLICT, "The registration already has a card";
    RequestExists = CONFLICT, "The member has asked for this already";
    UsernameTaken = CONFLICT, "The user name is taken";
    RoleOfGroup = CONFLICT, "A supervision group gives this role";
    DeviceLimit = CONFLICT, "Two phones are bound already";
    KeyReused = CONFLICT, "The idempotency key was used for another request";
    Gone = GONE, "The one-time code is used up or expired";
    Changed = PRECONDITION_FAILED, "The record was changed meanwhile";
    PreconditionNeeded = PRECONDITION_REQUIRED, "Send If-Match with the record's ETag";
    TooLarge = PAYLOAD_TOO_LARGE, "The request is too large";
    UnsupportedMedia = UNSUPPORTED_MEDIA_TYPE, "The content type is not supported";
    Invalid = UNPROCESSABLE_ENTITY, "Some fields need mending";
    TooManyRequests = TOO_MANY_REQUESTS, "Too many attempts";
    Timeout = REQUEST_TIMEOUT, "The request took too long";
    Internal = INTERNAL_SERVER_ERROR, "Something went wrong here";
    Unavailable = SERVICE_UNAVAILABLE, "The database is not reachable just now";
}

/// One bad field: a JSON pointer into the body (or the parameter's name), a code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// `required`, `invalid`, or a more exact word of the field's own.
    pub code: String,
    /// One sentence in English, without the value.
    pub detail: String,
}

impl FieldError {
    /// A bad field.
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}

/// The body of every error answer (`application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI reference naming the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here, without personal data.
    pub detail: String,
    /// The kind for programs.
    pub code: Code,
    /// Every bad field at once; absent where no field is to blame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
    storage_fault: bool,
}

impl ApiError {
    /// An error of the kind `code`, said in one sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None, storage_fault: false }
    }

    /// 404 for what is not there *or* not visible to the caller; the two must look the same.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "It does not exist, or you may not see it.")
    }

    /// 403.
    pub fn not_allowed() -> Self {
        Self::new(Code::NotAllowed, "None of your roles allows this.")
    }

    /// 401.
    pub fn not_signed_in() -> Self {
        Self::new(Code::NotSignedIn, "Send a valid access token.")
    }

    /// 409 for a transition that the record's state does not have.
    pub fn wrong_state(detail: impl Into<String>) -> Self {
        Self::new(Code::WrongState, detail)
    }

    /// 400.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::MalformedRequest, detail)
    }

    /// 412: somebody was quicker.
    pub fn changed() -> Self {
        Self::new(Code::Changed, "Read the record again; someone has changed it.")
    }

    /// 422 with every bad field.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(Code::Invalid, "The fields named in `errors` are missing or not valid.") }
    }

    /// 422 for a single field.
    pub fn bad_field(pointer: &str, code: &str, detail: &str) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// 429 with the seconds to wait.
    pub fn too_many(seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(Code::TooManyRequests, "Wait before you try again.") }
    }

    /// 503: come back in a second. Where the line broke while a commit was on its way, nobody here knows whether it
    /// arrived; a repeat under the same id gets the first answer if it did.
    pub fn unavailable() -> Self {
        let detail = "The database is away. Try again shortly, under the same id: what was saved is not saved twice.";
        Self { retry_after: Some(1), ..Self::new(Code::Unavailable, detail) }
    }

    /// 500; `cause` goes to the log only.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal, "The fault is on our side and has been logged.")
    }

    /// The closed-list code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Every bad field.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether the disk or the connection failed, so that the whole batch of writes must be given up.
    pub fn is_storage_fault(&self) -> bool {
        self.storage_fault
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        let storage_fault = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // SQLite: I/O error, full, cannot open, corrupt, read-only, busy. PostgreSQL: lost connection, a transaction that
            // cannot go on or stands on a standby, rolled back for another's sake, out of resources, a lock not to be had,
            // shut down, I/O error.
            sqlx::Error::Database(cause) => cause.code().is_some_and(|code| match code.parse::<u32>() {
                Ok(sqlite) if code.len() < 5 => matches!(sqlite & 0xff, 5 | 8 | 10 | 11 | 13 | 14),
                _ => ["08", "25", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
            }),
            _ => false,
        };
        if storage_fault {
            tracing::error!(%error, "the database failed");
            return Self { storage_fault, ..Self::unavailable() };
        }
        Self::internal(error)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.parts().1, self.detail)?;
        for error in &self.errors {
            write!(f, "; {} {}", error.pointer, error.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let (status, title) = error.code.parts();
        Self {
            kind: format!("/problems/{}", error.code.word()),
            title: title.into(),
            status: status.as_u16(),
            detail: error.detail,
            code: error.code,
            errors: error.errors,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (code, retry_after) = (self.code, self.retry_after);
        let (status, _) = code.parts();
        let mut response = (status, axum::Json(Problem::from(self))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // For the log and the figures.
        response.extensions_mut().insert(code);
        response
    }
}

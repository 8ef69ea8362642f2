//! Forms with a file (`multipart/form-data`): the part `file`, and text parts that are parsed like the fields of a JSON body.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
};
use eserde::EDeserialize;
use serde_json::{Map, Value};

use super::body;
use crate::error::{ApiError, Code};

/// As long as a part that is no file may be.
const LONGEST_TEXT: usize = 64 * 1024;
/// As many parts as a form may have.
const PARTS: usize = 64;

/// A file and what is said about it. An empty text part counts as left out.
///
/// A file of more than `LONGEST` bytes is read on and dropped, up to the route's limit for bodies: who is answered in the
/// middle of sending sees a broken connection instead of the answer.
#[derive(Clone, Debug)]
pub struct Upload<T, const LONGEST: usize> {
    /// What was in `file`.
    pub file: Vec<u8>,
    /// The other parts.
    pub options: T,
}

impl<S, T, const LONGEST: usize> FromRequest<S> for Upload<T, LONGEST>
where
    S: Send + Sync,
    T: for<'de> EDeserialize<'de>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_| ApiError::new(Code::UnsupportedMedia, "Send the body as multipart/form-data."))?;
        let (mut file, mut too_long) = (None, false);
        let mut options = Map::new();
        for _ in 0..PARTS {
            let Some(mut part) = form.next_field().await.map_err(unreadable)? else { break };
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                let mut bytes = Vec::new();
                while let Some(piece) = part.chunk().await.map_err(unreadable)? {
                    if bytes.len() + piece.len() > LONGEST {
                        too_long = true;
                        bytes = Vec::new();
                    }
                    if !too_long {
                        bytes.extend_from_slice(&piece);
                    }
                }
                file = Some(bytes);
                continue;
            }
            let mut text = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(unreadable)? {
                text.extend_from_slice(&piece);
                if text.len() > LONGEST_TEXT {
                    return Err(ApiError::new(Code::TooLarge, "A part of the form is too long."));
                }
            }
            let text = String::from_utf8(text).map_err(|_| ApiError::malformed("A part of the form is not UTF-8."))?;
            if !text.is_empty() {
                options.insert(name, Value::String(text));
            }
        }
        if too_long {
            return Err(ApiError::new(Code::TooLarge, "The file is larger than this path takes."));
        }
        let options = body::parse(Value::Object(options).to_string().as_bytes())?;
        let file = file.ok_or_else(|| ApiError::bad_field("/file", "required", "is required"))?;
        Ok(Self { file, options })
    }
}

fn unreadable(error: MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::new(Code::TooLarge, "The body is larger than this path takes.");
    }
    ApiError::malformed("The form could not be read to its end.")
}

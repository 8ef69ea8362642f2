//! `/attachments`.

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use utoipa::ToSchema;

use super::{
    model::{Attachment, AttachmentKind, LONGEST, NewFile},
    service,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{self, Upload},
    openapi::ApiRouter,
    parsing::Line,
    routes,
};

/// As much of a form is read before its sender is cut off.
const FORM: usize = 2 * LONGEST;

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(create_attachment)).body_limit(FORM)
}

/// A file and its name.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct AttachmentForm {
    /// A .pdf, .docx, .xlsx, .jpg, .png or UTF-8 text of at most 10 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Bytes,
    /// What it is called.
    name: Line<200>,
}

#[derive(Clone, Debug, eserde::Deserialize)]
struct Options {
    name: Line<200>,
}

/// Send a file that a record will name. What no record has named within a day is deleted.
#[utoipa::path(post, path = "/attachments", tag = "attachments", request_body(content = AttachmentForm, content_type = "multipart/form-data"), security(("bearer" = [])), responses(
    (status = 201, body = Attachment),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_attachment(
    State(app): State<AppState>,
    caller: Caller,
    upload: Upload<Options, LONGEST>,
) -> Result<Response, ApiError> {
    let Upload { file: bytes, options } = upload;
    let kind = AttachmentKind::of(&bytes).ok_or_else(|| {
        ApiError::bad_field("/file", "invalid", "must be a .pdf, .docx, .xlsx, .jpg, .png or UTF-8 text")
    })?;
    let file = NewFile { name: options.name, kind, bytes };
    let state = app.clone();
    let kept = app.db.write(move |c| Box::pin(async move { service::keep(c, &state, &caller, file).await })).await?;
    Ok((StatusCode::CREATED, axum::Json(kept)).into_response())
}

/// A file as an answer: always to be saved, never shown in our own origin.
pub fn download((attachment, bytes): (Attachment, Vec<u8>)) -> Response {
    let plain = format!("{}.{}", attachment.id, attachment.kind.word());
    http::download(attachment.kind.media_type(), &attachment.name, &plain, bytes)
}

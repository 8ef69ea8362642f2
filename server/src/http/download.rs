//! Files that are handed out.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A file to be saved. RFC 6266: the name in plain letters, and after it the one in any script, which is preferred.
pub fn download(media_type: &str, name: &str, plain_name: &str, body: impl IntoResponse) -> Response {
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain_name}\"; filename*=UTF-8''{encoded}")),
    ];
    (headers, body).into_response()
}

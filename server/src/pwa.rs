//! The progressive web app inside the binary, and its cache rules.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::error::{ApiError, Code};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/pwa/dist"]
#[allow_missing = true]
struct Assets;

/// Serves a file of the PWA; a path without a file is a page of it, and gets `index.html`.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return ApiError::not_found().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::new(Code::MethodNotAllowed, "Pages are only read.").into_response();
    }
    if let Some(response) = file(path, &headers) {
        return response;
    }
    // A path with a dot asks for a file; answering it with a page would poison caches.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return ApiError::not_found().into_response();
    }
    file("index.html", &headers).unwrap_or_else(not_built)
}

fn file(path: &str, asked: &HeaderMap) -> Option<Response> {
    let asset = Assets::get(path)?;
    let has = |name: header::HeaderName, word: &str| {
        asked.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.split(',').any(|w| w.trim().starts_with(word)))
    };
    // The build leaves a brotli copy beside each text file.
    let small = if has(header::ACCEPT_ENCODING, "br") { Assets::get(&format!("{path}.br")) } else { None };
    let tag =
        format!("\"{}{}\"", hex::encode(&asset.metadata.sha256_hash()[..12]), if small.is_some() { "-br" } else { "" });
    let kind = match asset.metadata.mimetype() {
        _ if path.ends_with(".webmanifest") => "application/manifest+json".to_owned(),
        text if text.starts_with("text/") || text.ends_with("javascript") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    // Vite puts a hash into the names of `assets/`; everything else is asked for anew.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };

    let known = has(header::IF_NONE_MATCH, &tag);
    let encoded = small.is_some();
    let body = if known { Body::empty() } else { Body::from(small.map_or(asset.data, |small| small.data)) };
    let mut response = Response::new(body);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Some(response)
}

fn not_built() -> Response {
    let page = "<!doctype html><html lang=en><title>Guiyan</title><p>The API is running; the pages were not built into \
                this binary. Run <code>make build</code> and start it again.";
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

//! Merges the features' routers, puts the middleware around them, and serves the PWA for everything else.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::time::timeout;
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    access, app::AppState, attachments, auth, bulletins, calendar, cards, censuses, check_ins, commendations, devices,
    documents, elections, error::ApiError, error::Code, events, exports, home, http::request_log, imports, inbox,
    openapi, openapi::ApiRouter, opinions, own_data, pairings, plans, posts, print, pwa, recruits, registrations,
    submissions, summary, supervision, talks, units,
};

/// Bodies past this are 413, but for photos and files to import, which set their own limit.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// No answer takes longer to begin.
const REQUEST_SECONDS: u64 = 30;
/// But for the import of a long list, whose file alone may take a slow line that long.
const IMPORT_SECONDS: u64 = 600;

/// The routes of all features, without state or guard.
pub fn api() -> ApiRouter {
    ApiRouter::new()
        .merge(auth::router())
        .merge(units::router())
        .merge(attachments::router())
        .merge(registrations::router())
        .merge(imports::router())
        .merge(cards::router())
        .merge(devices::router())
        .merge(events::router())
        .merge(calendar::router())
        .merge(check_ins::router())
        .merge(exports::router())
        .merge(home::router())
        .merge(print::router())
        .merge(posts::router())
        .merge(recruits::router())
        .merge(censuses::router())
        .merge(elections::router())
        .merge(documents::router())
        .merge(supervision::router())
        .merge(submissions::router())
        .merge(bulletins::router())
        .merge(commendations::router())
        .merge(summary::router())
        .merge(talks::router())
        .merge(plans::router())
        .merge(opinions::router())
        .merge(pairings::router())
        .merge(inbox::router())
        .merge(own_data::router())
}

/// The whole application.
pub fn build(app: AppState) -> Router {
    let api = api()
        .into_router()
        .method_not_allowed_fallback(async || {
            ApiError::new(Code::MethodNotAllowed, "Use a method from the API document.")
        })
        .route_layer(from_fn_with_state(app.clone(), access::guard))
        .layer(from_fn_with_state(app.clone(), access::remember));
    Router::new()
        .merge(api)
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/.well-known/jwks.json", get(jwks))
        .merge(openapi::routes())
        .fallback(pwa::serve)
        // As one layer, outermost first: each layer by itself would box and copy what is inside it, for every request.
        .layer((
            from_fn_with_state(app.clone(), request_log),
            MapResponseLayer::new(guarded),
            from_fn_with_state(app.clone(), in_time),
            CatchPanicLayer::custom(|_| ApiError::internal("a handler panicked").into_response()),
            DefaultBodyLimit::max(BODY_LIMIT),
        ))
        .with_state(app)
}

/// Everything from our own origin, nothing inline; photos and QR images are blobs and data.
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every answer tells the browser, unless its handler has said otherwise.
const HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
];

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.reserve(HEADERS.len());
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    response
}

/// No request waits longer than its limit, nor for a database that has stopped answering.
async fn in_time(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let is_import = request.uri().path().starts_with("/api/v1/imports");
    let limit = Duration::from_secs(if is_import { IMPORT_SECONDS } else { REQUEST_SECONDS });
    let late =
        || ApiError::new(Code::Timeout, "Try again; what was already sent off may still be done.").into_response();
    tokio::select! {
        biased;
        answer = timeout(limit, next.run(request)) => answer.unwrap_or_else(|_| late()),
        () = app.db.lost() => ApiError::unavailable().into_response(),
    }
}

async fn ready(State(app): State<AppState>) -> Result<&'static str, ApiError> {
    app.db.ready().await?;
    Ok("ready")
}

/// The public keys by which cards and tokens are verified (RFC 7517).
async fn jwks(State(app): State<AppState>) -> impl IntoResponse {
    let keys: Vec<_> = app.keys.ring().public_keys().iter().map(|key| key.jwk()).collect();
    axum::Json(serde_json::json!({ "keys": keys }))
}

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
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

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
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(|_| ApiError::internal("a handler panicked").into_response()))
        .layer(from_fn_with_state(app.clone(), in_time))
        .layer(header("content-security-policy", CSP))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("x-frame-options", "DENY"))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("cross-origin-resource-policy", "same-origin"))
        .layer(header("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"))
        .layer(header(header::STRICT_TRANSPORT_SECURITY.as_str(), "max-age=31536000"))
        .layer(from_fn_with_state(app.clone(), request_log))
        .with_state(app)
}

/// Everything from our own origin, nothing inline; photos and QR images are blobs and data.
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
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

//! `/metrics`: on a listener of its own, or for whoever has the token; to a stranger it is not there.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::gauges;
use crate::{app::AppState, error::ApiError, figures::FIGURES};

/// Who may read the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doors {
    /// Nobody, here.
    Closed,
    /// Whoever sends this bearer token.
    Token(String),
    /// Whoever reaches this listener.
    Open,
}

/// The route, for a listener with these doors.
pub fn router(app: AppState, doors: Doors) -> Router {
    Router::new().route("/metrics", get(read)).with_state((app, doors))
}

async fn read(State((app, doors)): State<(AppState, Doors)>, headers: HeaderMap) -> Result<Response, ApiError> {
    match doors {
        Doors::Closed => return Err(ApiError::not_found()),
        Doors::Token(token) if !holds(&headers, &token) => return Err(ApiError::not_signed_in()),
        Doors::Token(_) | Doors::Open => {}
    }
    let mut text = Vec::new();
    FIGURES.write(&mut text).map_err(ApiError::internal)?;
    gauges::write(&app, &mut text).await.map_err(ApiError::internal)?;
    Ok(([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

fn holds(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    sent.is_some_and(|(_, sent)| verify_slices_are_equal(sent.trim().as_bytes(), token.as_bytes()).is_ok())
}

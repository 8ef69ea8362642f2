//! Reading one's own writes where lists come from a replica: after a write the browser keeps, in a cookie, how far the audit
//! log had come then, and a replica that has not come so far is not asked. The cookie is no secret, and decides nothing else.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::CookieJar;

use super::audit;
use crate::{app::AppState, db::Seen, error::ApiError};

const NAME: &str = "guiyan_seen";
/// By then a replica has caught up, or is of no use.
const SECONDS: u32 = 300;

/// What the request has seen.
pub(super) fn seen(headers: &HeaderMap) -> Seen {
    Seen(CookieJar::from_headers(headers).get(NAME).and_then(|cookie| cookie.value().parse().ok()))
}

/// Hands the cookie out after a write; nothing to do where there is no replica.
pub async fn remember(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let writes = !request.method().is_safe();
    let mut response = next.run(request).await;
    if writes && app.db.has_replica() && response.status().is_success() {
        match newest(&app).await {
            Ok(cookie) => drop(response.headers_mut().append(header::SET_COOKIE, cookie)),
            // The write is done; its writer may read a list that does not know it yet.
            Err(error) => tracing::warn!(%error, "a writer was not told how far to read"),
        }
    }
    response
}

async fn newest(app: &AppState) -> Result<HeaderValue, ApiError> {
    let mut reader = app.db.read().await?;
    let seq = audit::newest(&mut reader.conn()).await?;
    let text = format!("{NAME}={seq}; Path=/api/; Max-Age={SECONDS}; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

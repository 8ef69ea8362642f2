//! Requests that sign in, stay signed in, sign out.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use utoipa::ToSchema;

use super::{ClientAddress, RefreshToken, model::AccountSession, service};
use crate::{
    app::AppState,
    error::{ApiError, Problem},
    http::Json,
    openapi::ApiRouter,
    routes,
};

/// The routes of sessions.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(create_session, end_session)).routes(routes!(refresh_session))
}

#[derive(eserde::Deserialize, ToSchema)]
struct Credentials {
    username: String,
    #[schema(format = "password")]
    password: String,
    /// The one-time password, where the account has a second factor.
    #[serde(default)]
    totp: Option<String>,
}

/// Sign in with user name and password
///
/// 401 `sign_in_failed` for anything wrong, 401 `second_factor_required` where the password was right and `totp` is
/// missing, 429 after too many failures. The answer sets the cookie `guiyan_refresh`.
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", request_body = Credentials,
    responses(
        (status = 200, body = AccountSession),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn create_session(
    State(app): State<AppState>,
    from: ClientAddress,
    Json(given): Json<Credentials>,
) -> Result<Response, ApiError> {
    let (session, token) = service::sign_in(&app, from, &given.username, given.password, given.totp.as_deref()).await?;
    signed_in(&app, session, &token)
}

/// Renew the access token by the refresh cookie, which is replaced
///
/// A refresh cookie serves once; the use of an old one ends the session everywhere.
#[utoipa::path(
    post, path = "/sessions/refresh", tag = "sessions",
    responses(
        (status = 200, body = AccountSession),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn refresh_session(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let token = RefreshToken::of(&headers).ok_or_else(ApiError::not_signed_in)?;
    match service::refresh(&app, &token).await? {
        Some((session, next)) => signed_in(&app, session, &next),
        None => without_cookie(&app, ApiError::not_signed_in().into_response()),
    }
}

/// Sign out
#[utoipa::path(
    delete, path = "/sessions", tag = "sessions",
    responses(
        (status = 204, description = "Signed out"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn end_session(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(token) = RefreshToken::of(&headers) {
        service::end(&app, &token).await?;
    }
    without_cookie(&app, StatusCode::NO_CONTENT.into_response())
}

fn signed_in(app: &AppState, session: AccountSession, token: &RefreshToken) -> Result<Response, ApiError> {
    let mut response = Json(session).into_response();
    response.headers_mut().insert(header::SET_COOKIE, token.set_cookie(&app.config.public_url)?);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn without_cookie(app: &AppState, mut response: Response) -> Result<Response, ApiError> {
    response.headers_mut().insert(header::SET_COOKIE, RefreshToken::clear_cookie(&app.config.public_url)?);
    Ok(response)
}

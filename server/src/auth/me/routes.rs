//! Requests about one's own account.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::service;
use crate::{
    access::Caller,
    app::AppState,
    auth::{passwords::Password, sessions::ClientAddress},
    error::{ApiError, Problem},
    http::Json,
    openapi::ApiRouter,
    routes,
};

/// The routes of one's own account.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(change_password))
        .routes(routes!(begin_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(remove_totp))
}

#[derive(eserde::Deserialize, ToSchema)]
struct PasswordChange {
    #[schema(format = "password")]
    current: String,
    new: Password,
}

/// Change one's password; all other sessions end
#[utoipa::path(
    post, path = "/me/password", tag = "me", security(("bearer" = [])), request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed; the answer sets a new refresh cookie"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn change_password(
    State(app): State<AppState>,
    caller: Caller,
    from: ClientAddress,
    Json(change): Json<PasswordChange>,
) -> Result<Response, ApiError> {
    let token = service::change_password(&app, caller.account()?, from, change.current, change.new).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, token.set_cookie(&app.config.public_url)?)]).into_response())
}

#[derive(eserde::Deserialize, ToSchema)]
struct PasswordProof {
    #[schema(format = "password")]
    password: String,
}

/// The secret of a second factor, for an authenticator app
#[derive(Serialize, ToSchema)]
struct TotpSecret {
    /// To be typed.
    secret: String,
    /// To be scanned as a QR code.
    otpauth_url: String,
}

/// Begin a second factor; it is asked for once it was confirmed
#[utoipa::path(
    post, path = "/me/totp", tag = "me", security(("bearer" = [])), request_body = PasswordProof,
    responses(
        (status = 200, body = TotpSecret),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn begin_totp(
    State(app): State<AppState>,
    caller: Caller,
    from: ClientAddress,
    Json(proof): Json<PasswordProof>,
) -> Result<Response, ApiError> {
    let (secret, otpauth_url) = service::begin_totp(&app, caller.account()?, from, proof.password).await?;
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(TotpSecret { secret, otpauth_url })).into_response())
}

#[derive(eserde::Deserialize, ToSchema)]
struct TotpCode {
    /// The six digits that the app shows.
    code: String,
}

/// Confirm the second factor by the app's one-time password
#[utoipa::path(
    post, path = "/me/totp/confirm", tag = "me", security(("bearer" = [])), request_body = TotpCode,
    responses(
        (status = 204, description = "In force"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn confirm_totp(
    State(app): State<AppState>,
    caller: Caller,
    Json(given): Json<TotpCode>,
) -> Result<StatusCode, ApiError> {
    service::confirm_totp(&app, caller.account()?, given.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(eserde::Deserialize, ToSchema)]
struct TotpRemoval {
    #[schema(format = "password")]
    password: String,
    /// The six digits that the app shows.
    code: String,
}

/// Remove the second factor
#[utoipa::path(
    post, path = "/me/totp/remove", tag = "me", security(("bearer" = [])), request_body = TotpRemoval,
    responses(
        (status = 204, description = "Removed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn remove_totp(
    State(app): State<AppState>,
    caller: Caller,
    from: ClientAddress,
    Json(removal): Json<TotpRemoval>,
) -> Result<StatusCode, ApiError> {
    service::remove_totp(&app, caller.account()?, from, removal.password, removal.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Binding phones, signing them in, and listing them.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    PublicKey,
    service::{self, Activated, DeviceSession},
    store::{self, BoundPhone, Of},
};
use crate::{
    access::Caller,
    app::AppState,
    cards::{self, CardNumber, Credential},
    error::{ApiError, Problem},
    http::{Json, Params},
    ids::DeviceId,
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(activate))
        .routes(routes!(create_device_session))
        .routes(routes!(get_my_credential))
        .routes(routes!(list_my_devices))
        .routes(routes!(remove_my_device))
        .routes(routes!(list_card_devices))
        .routes(routes!(remove_card_device))
}

/// A one-time code and the phone's public key.
#[derive(eserde::Deserialize, ToSchema)]
struct ActivationRequest {
    /// The code of the link.
    code: String,
    /// The phone's public key.
    public_key: PublicKey,
}

/// What a phone has signed.
#[derive(eserde::Deserialize, ToSchema)]
struct AssertionRequest {
    /// A `session+jwt`.
    assertion: String,
}

/// Phones.
#[derive(Serialize, ToSchema)]
struct BoundPhones {
    /// The living ones, oldest first.
    items: Vec<BoundPhone>,
}

/// Bind a phone to a card by its one-time code. A key that is refused does not use the code up.
#[utoipa::path(post, path = "/activations", tag = "devices", request_body = ActivationRequest, responses(
    (status = 201, body = Activated),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 410, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn activate(State(app): State<AppState>, Json(request): Json<ActivationRequest>) -> Result<Response, ApiError> {
    let state = app.clone();
    let activated = app
        .db
        .write(move |c| Box::pin(async move { service::activate(c, &state, &request.code, request.public_key).await }))
        .await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(activated)).into_response())
}

/// Sign a phone in by a short token that it has signed.
#[utoipa::path(post, path = "/sessions/device", tag = "sessions", request_body = AssertionRequest, responses(
    (status = 200, body = DeviceSession),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_device_session(
    State(app): State<AppState>,
    Json(request): Json<AssertionRequest>,
) -> Result<Response, ApiError> {
    let session = service::sign_in(&app, &request.assertion).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(session)).into_response())
}

/// Read what this phone needs to show the card, with and without network.
#[utoipa::path(get, path = "/me/card/credential", tag = "me", security(("bearer" = [])), responses(
    (status = 200, body = Credential),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_my_credential(State(app): State<AppState>, caller: Caller) -> Result<Json<Credential>, ApiError> {
    let mut reader = app.db.read().await?;
    service::credential(&mut reader.conn(), &caller).await.map(Json)
}

/// List my phones.
#[utoipa::path(get, path = "/me/devices", tag = "me", security(("bearer" = [])), responses(
    (status = 200, body = BoundPhones),
))]
async fn list_my_devices(State(app): State<AppState>, caller: Caller) -> Result<Json<BoundPhones>, ApiError> {
    let (member, _) = caller.member()?;
    let mut reader = app.db.read().await?;
    let items = store::living(&mut reader.conn(), Of::Member(member)).await?;
    Ok(Json(BoundPhones { items }))
}

/// Remove one of my phones, this one or another.
#[utoipa::path(delete, path = "/me/devices/{id}", tag = "me", params(("id" = DeviceId, Path)), security(("bearer" = [])), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn remove_my_device(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DeviceId>,
) -> Result<StatusCode, ApiError> {
    let (member, _) = caller.member()?;
    let state = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move { service::remove(c, &state, &caller, Of::Member(member), member, id).await })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the phones that are bound to a card.
#[utoipa::path(get, path = "/cards/{number}/devices", tag = "devices", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, body = BoundPhones),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn list_card_devices(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Json<BoundPhones>, ApiError> {
    let mut reader = app.db.read().await?;
    let (card, _) = cards::within(&mut reader.conn(), &caller, &number).await?;
    let items = store::living(&mut reader.conn(), Of::Card(card.id)).await?;
    Ok(Json(BoundPhones { items }))
}

/// Remove a phone from a card.
#[utoipa::path(delete, path = "/cards/{number}/devices/{device_id}", tag = "devices", params(("number" = CardNumber, Path), ("device_id" = DeviceId, Path)), security(("bearer" = [])), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn remove_card_device(
    State(app): State<AppState>,
    caller: Caller,
    Params((number, device)): Params<(CardNumber, DeviceId)>,
) -> Result<StatusCode, ApiError> {
    let state = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let (card, _) = cards::within(c, &caller, &number).await?;
                service::remove(c, &state, &caller, Of::Card(card.id), card.member_id, device).await
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

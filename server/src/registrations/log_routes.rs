//! What happened to a registration: its history, and the contact log.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    contacts::{self, ContactAttempt, NewContact},
    log_store,
    model::Status,
    past::{self, HistoryItem},
    service,
    silence::Silence,
    view,
};
use crate::{
    access::{Caller, Who},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Params, Repeatable},
    ids::RegistrationId,
    openapi::ApiRouter,
    routes,
};

pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_registration_history)).routes(routes!(log_contact, list_contacts))
}

/// A list that is whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Items<T> {
    /// The items.
    items: Vec<T>,
}

/// Read a registration's history, oldest first.
#[utoipa::path(get, path = "/registrations/{id}/history", tag = "registrations", params(("id" = RegistrationId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Items<HistoryItem>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_registration_history(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
) -> Result<Json<Items<HistoryItem>>, ApiError> {
    let mut reader = app.db.read().await?;
    let stay = service::stay_within(&mut reader.conn(), &caller.scope, id).await?;
    let items = past::history(&mut reader.conn(), id, matches!(caller.who, Who::Officer { .. })).await?;
    drop(reader);
    service::log_look_up(&app, &caller, stay, "history").await?;
    Ok(Json(Items { items }))
}

/// Log an attempt to reach the member.
#[utoipa::path(post, path = "/registrations/{id}/contacts", tag = "registrations", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer"), ("id" = RegistrationId, Path),
    ("Idempotency-Key" = Option<String>, Header)), request_body = NewContact, security(("bearer" = [])), responses(
    (status = 201, body = ContactAttempt),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn log_contact(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    request: Repeatable<NewContact>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, contact| {
            Box::pin(async move { contacts::log(c, &state, &by, id, contact).await })
        })
        .await
}

/// The contact log.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ContactLog {
    /// The attempts, newest first.
    items: Vec<ContactAttempt>,
    /// How far an active stay is from being out of contact; told to its two ends only.
    silence: Option<Silence>,
}

/// Read the contact log, newest first, and what being out of contact still takes.
#[utoipa::path(get, path = "/registrations/{id}/contacts", tag = "registrations", params(("id" = RegistrationId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = ContactLog),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn list_contacts(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
) -> Result<Json<ContactLog>, ApiError> {
    let mut reader = app.db.read().await?;
    let stay = service::stay_within(&mut reader.conn(), &caller.scope, id).await?;
    let items = log_store::contacts(&mut reader.conn(), id).await?;
    let silence = if stay.status == Status::Active && view::works_with(&mut reader.conn(), &caller, &stay).await? {
        Some(service::silence(&mut reader.conn(), &stay, app.clock.now().day()).await?)
    } else {
        None
    };
    drop(reader);
    service::log_look_up(&app, &caller, stay, "contacts").await?;
    Ok(Json(ContactLog { items, silence }))
}

//! `/registrations`: filing, reading and the steps. (The steps that end a stay, and the issuing of cards, are with the
//! cards.)

use axum::{extract::State, response::Response};
use utoipa::ToSchema;

use super::{
    filing::{self, Filing},
    list_routes, log_routes, member_routes,
    model::{Action, Step},
    please_call, requests, service, suggest,
    view::{self, Registration},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{IfMatch, Json, MaybeJson, Params, Repeatable, tagged},
    ids::{RegistrationId, UnitId},
    openapi::ApiRouter,
    parsing::Line,
    routes,
};

/// The routes of registrations and members.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(create_registration))
        .routes(routes!(confirm_registration))
        .routes(routes!(accept_registration))
        .routes(routes!(move_registration))
        .routes(routes!(set_out_of_contact))
        .routes(routes!(restore_registration))
        .merge(list_routes::router())
        .merge(log_routes::router())
        .merge(member_routes::router())
        .merge(requests::routes::router())
        .merge(please_call::router())
        .merge(suggest::router())
}

/// A step that needs no reason.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct Reason {
    /// Why, if one wants to say.
    #[serde(default)]
    pub reason: Option<Line<500>>,
}

/// A step that needs a reason.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Because {
    /// Why.
    pub reason: Line<500>,
}

/// A move.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
struct MoveTo {
    /// The new host.
    host_unit_id: UnitId,
    /// Why.
    #[serde(default)]
    reason: Option<Line<500>>,
}

impl From<Reason> for Option<String> {
    fn from(body: Reason) -> Self {
        body.reason.map(Line::into_string)
    }
}

/// Takes a step as one write and answers the registration as the caller sees it then.
async fn take(
    app: AppState,
    caller: Caller,
    id: RegistrationId,
    seen: IfMatch,
    step: Step,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let registration = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let stay = service::step(c, &state, &caller, id, seen, step).await?;
                view::shown(c, &state, &caller, stay).await
            })
        })
        .await?;
    Ok(tagged(registration.version, registration))
}

/// File a registration from either end; the other end is asked.
#[utoipa::path(post, path = "/registrations", tag = "registrations", request_body = Filing, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), responses(
    (status = 201, body = Registration),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_registration(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<Filing>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, filing| Box::pin(async move { filing::file(c, &state, &by, filing).await }))
        .await
}

/// Confirm, as the home department, that the member is yours.
#[utoipa::path(post, path = "/registrations/{id}/confirm", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Option<Reason>, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn confirm_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(body): MaybeJson<Reason>,
) -> Result<Response, ApiError> {
    take(app, caller, id, seen, Step::new(Action::Confirm, body.into())).await
}

/// Accept the member, as the host.
#[utoipa::path(post, path = "/registrations/{id}/accept", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Option<Reason>, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn accept_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(body): MaybeJson<Reason>,
) -> Result<Response, ApiError> {
    take(app, caller, id, seen, Step::new(Action::Accept, body.into())).await
}

/// Move to a new host, which is asked then; the history stays.
#[utoipa::path(post, path = "/registrations/{id}/move", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = MoveTo, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn move_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    Json(body): Json<MoveTo>,
) -> Result<Response, ApiError> {
    take(
        app,
        caller,
        id,
        seen,
        Step { new_host: Some(body.host_unit_id), ..Step::new(Action::Move, body.reason.map(Line::into_string)) },
    )
    .await
}

/// Say, as the home end, that the member cannot be reached: after six silent months and two logged attempts.
#[utoipa::path(post, path = "/registrations/{id}/out_of_contact", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn set_out_of_contact(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    Json(body): Json<Because>,
) -> Result<Response, ApiError> {
    take(app, caller, id, seen, Step::new(Action::OutOfContact, Some(body.reason.into_string()))).await
}

/// The member was found again.
#[utoipa::path(post, path = "/registrations/{id}/restore", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Option<Reason>, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn restore_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(body): MaybeJson<Reason>,
) -> Result<Response, ApiError> {
    take(app, caller, id, seen, Step::new(Action::Restore, body.into())).await
}

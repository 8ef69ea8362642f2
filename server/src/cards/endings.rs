//! The ends of a stay: the member goes home, the formal affiliation moves, or what was asked is declined or withdrawn. The
//! stay is the registrations' own; it ends here because its card has to end in the same write. (A pending stay has one
//! after a move.) Carrying out what a member asks for takes the same steps.

use axum::{extract::State, response::Response};
use utoipa::ToSchema;

use super::service;
use crate::{
    access::Caller,
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, Problem},
    http::{IfMatch, Json, MaybeJson, Params, tagged},
    ids::{RegistrationId, RequestId},
    openapi::ApiRouter,
    parsing::Line,
    registrations::{self, Action, Because, CarryOut, MemberRequest, Reason, Registration, Stay, Step},
    routes,
};

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(decline_registration))
        .routes(routes!(withdraw_registration))
        .routes(routes!(return_registration))
        .routes(routes!(transfer_registration))
        .routes(routes!(carry_out_request))
}

/// Why, and since when.
#[derive(Default, eserde::Deserialize, ToSchema)]
struct EndRequest {
    /// Why.
    #[serde(default)]
    reason: Option<Line<500>>,
    /// When the stay ended, if not today.
    #[serde(default)]
    ended_on: Option<Day>,
}

impl EndRequest {
    fn step(self, action: Action) -> Step {
        Step { ended_on: self.ended_on, ..Step::new(action, self.reason.map(Line::into_string)) }
    }
}

/// Refuse, as the end that is asked.
#[utoipa::path(post, path = "/registrations/{id}/decline", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn decline_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    Json(body): Json<Because>,
) -> Result<Response, ApiError> {
    end(app, caller, id, seen, Step::new(Action::Decline, Some(body.reason.into_string()))).await
}

/// Take back what is still pending, as the end that asked or as the member.
#[utoipa::path(post, path = "/registrations/{id}/withdraw", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Option<Reason>, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn withdraw_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(body): MaybeJson<Reason>,
) -> Result<Response, ApiError> {
    end(app, caller, id, seen, Step::new(Action::Withdraw, body.into())).await
}

/// The member has gone home: the stay ends and the card is handed back.
#[utoipa::path(post, path = "/registrations/{id}/return", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = EndRequest, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn return_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(request): MaybeJson<EndRequest>,
) -> Result<Response, ApiError> {
    end(app, caller, id, seen, request.step(Action::Return)).await
}

/// The formal affiliation has moved to the host: the stay ends and the card is handed back.
#[utoipa::path(post, path = "/registrations/{id}/transfer", tag = "registrations", params(("id" = RegistrationId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = EndRequest, security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn transfer_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    seen: IfMatch,
    MaybeJson(request): MaybeJson<EndRequest>,
) -> Result<Response, ApiError> {
    end(app, caller, id, seen, request.step(Action::Transfer)).await
}

async fn end(
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
                let stay = take(c, &state, &caller, id, seen, step).await?;
                registrations::shown(c, &state, &caller, stay).await
            })
        })
        .await?;
    Ok(tagged(registration.version, registration))
}

/// Takes a step of a stay; where the stay ends by it, its card is handed back.
async fn take(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RegistrationId,
    seen: IfMatch,
    step: Step,
) -> Result<Stay, ApiError> {
    let reason = step.reason.clone();
    let stay = registrations::step(c, app, caller, id, seen, step).await?;
    if !stay.status.is_open() {
        service::surrender_with_stay(c, app, caller, &stay, reason.as_deref()).await?;
    }
    Ok(stay)
}

/// Carries a member's request out, by the step that it asks for.
pub async fn carry_out(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RequestId,
    how: CarryOut,
) -> Result<MemberRequest, ApiError> {
    let (stay, step) = registrations::to_carry_out(c, caller, id, how).await?;
    take(c, app, caller, stay, IfMatch(None), step).await?;
    registrations::request_shown(c, app, caller, id).await
}

/// Carry out what a member asks for: the stay returns, moves or is transferred, in the same write.
#[utoipa::path(post, path = "/requests/{id}/carry_out", tag = "requests", params(("id" = RequestId, Path)), request_body = Option<CarryOut>, security(("bearer" = [])), responses(
    (status = 200, body = MemberRequest),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn carry_out_request(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RequestId>,
    MaybeJson(how): MaybeJson<CarryOut>,
) -> Result<Json<MemberRequest>, ApiError> {
    let state = app.clone();
    let request = app.db.write(move |c| Box::pin(async move { carry_out(c, &state, &caller, id, how).await })).await?;
    Ok(Json(request))
}

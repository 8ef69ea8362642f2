//! `/cards`, and the cards of a registration.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use utoipa::ToSchema;

use super::{
    checking, endings,
    model::CardAct,
    number::CardNumber,
    pictures, service, sheet_routes, status_list, store,
    views::{self, Card, CardHistory, CardStep, IssuedCard, OneTimeLink},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{IfMatch, Json, MaybeJson, Params, Repeatable, tagged},
    ids::RegistrationId,
    openapi::ApiRouter,
    registrations::{Because, Reason},
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(issue_card))
        .routes(routes!(get_card))
        .routes(routes!(get_card_history))
        .routes(routes!(suspend_card))
        .routes(routes!(resume_card))
        .routes(routes!(report_card_lost))
        .routes(routes!(replace_card))
        .routes(routes!(revoke_card))
        .routes(routes!(review_card))
        .routes(routes!(surrender_card))
        .routes(routes!(create_activation))
        .merge(checking::router())
        .merge(status_list::router())
        .merge(endings::router())
        .merge(pictures::router())
        .merge(sheet_routes::router())
}

/// Nothing to say.
#[derive(Default, eserde::Deserialize, ToSchema)]
struct Nothing {}

/// Issue a card for an active registration, with a one-time link for the member's phone.
#[utoipa::path(post, path = "/registrations/{id}/cards", tag = "cards", params(("id" = RegistrationId, Path), ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 201, body = IssuedCard),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn issue_card(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
    request: Repeatable<Nothing>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, Nothing {}| Box::pin(async move { service::issue(c, &state, &by, id).await }))
        .await
}

/// Read a card.
#[utoipa::path(get, path = "/cards/{number}", tag = "cards", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Card, headers(("ETag" = String, description = "The card's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Response, ApiError> {
    let (card, stay) = service::looked_at(&app, &caller, number, "card.view").await?;
    let mut reader = app.db.read().await?;
    let card = views::shown(&mut reader.conn(), &app, &caller, card, &stay).await?;
    Ok(tagged(card.version, card))
}

/// Read what was done with a card, oldest first.
#[utoipa::path(get, path = "/cards/{number}/history", tag = "cards", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, body = CardHistory),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card_history(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Json<CardHistory>, ApiError> {
    let (card, _) = service::looked_at(&app, &caller, number, "card.history").await?;
    let mut reader = app.db.read().await?;
    let steps = store::history(&mut reader.conn(), card.id).await?;
    Ok(Json(CardHistory { items: steps.into_iter().map(CardStep::from).collect() }))
}

/// Declares the route of an act that leaves the card's number as it is.
macro_rules! act {
    ($(#[doc = $doc:literal])* $name:ident, $path:literal, $act:ident, $body:ident<$request:ident>, ($($schema:tt)+), $reason:expr) => {
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "cards", params(("number" = CardNumber, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read"), ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = $($schema)+, security(("bearer" = [])), responses(
            (status = 200, body = Card, headers(("ETag" = String, description = "The card's version"))),
            (status = 403, body = Problem, content_type = "application/problem+json"),
            (status = 404, body = Problem, content_type = "application/problem+json"),
            (status = 409, body = Problem, content_type = "application/problem+json"),
            (status = 412, body = Problem, content_type = "application/problem+json"),
            (status = 422, body = Problem, content_type = "application/problem+json"),
        ))]
        async fn $name(
            State(app): State<AppState>,
            caller: Caller,
            Params(number): Params<CardNumber>,
            seen: IfMatch,
            $body(body): $body<$request>,
        ) -> Result<Response, ApiError> {
            let reason: fn($request) -> Option<String> = $reason;
            done(app, caller, number, seen, CardAct::$act, reason(body)).await
        }
    };
}

act! {
    /// Halt a card for a time; the home department's to do.
    suspend_card, "/cards/{number}/suspend", Suspend, Json<Because>, (Because), |body| Some(body.reason.into_string())
}
act! {
    /// Take a halted card up again; the home department's to do.
    resume_card, "/cards/{number}/resume", Resume, Json<Because>, (Because), |body| Some(body.reason.into_string())
}
act! {
    /// Report a card lost: it and its phones are dead at once.
    report_card_lost, "/cards/{number}/report_lost", ReportLost, Json<Because>, (Because), |body| Some(body.reason.into_string())
}
act! {
    /// End a card for good; the home department's to do.
    revoke_card, "/cards/{number}/revoke", Revoke, Json<Because>, (Because), |body| Some(body.reason.into_string())
}
act! {
    /// Review a card: valid for a year more, with a new printed code.
    review_card, "/cards/{number}/review", Review, MaybeJson<Reason>, (Option<Reason>), |body| body.into()
}
act! {
    /// Take a card back.
    surrender_card, "/cards/{number}/surrender", Surrender, MaybeJson<Reason>, (Option<Reason>), |body| body.into()
}

async fn done(
    app: AppState,
    caller: Caller,
    number: CardNumber,
    seen: IfMatch,
    act: CardAct,
    reason: Option<String>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let card = app
        .db
        .write(move |c| {
            Box::pin(async move { service::act(c, &state, &caller, &number, seen, act, reason.as_deref()).await })
        })
        .await?;
    Ok(tagged(card.version, card))
}

/// Replace a card that is lost or worn: a new number and a new code; the old one and its phones are dead at once.
#[utoipa::path(post, path = "/cards/{number}/replace", tag = "cards", params(("number" = CardNumber, Path)), request_body = Because, security(("bearer" = [])), responses(
    (status = 201, body = IssuedCard),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn replace_card(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
    seen: IfMatch,
    request: Repeatable<Because>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, body: Because| {
            Box::pin(async move { service::replace(c, &state, &by, &number, seen, body.reason.as_str()).await })
        })
        .await
}

/// Make a one-time link for binding another phone, in person.
#[utoipa::path(post, path = "/cards/{number}/activations", tag = "cards", params(("number" = CardNumber, Path)), request_body = Option<Nothing>, security(("bearer" = [])), responses(
    (status = 201, body = OneTimeLink),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn create_activation(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
    MaybeJson(Nothing {}): MaybeJson<Nothing>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let link =
        app.db.write(move |c| Box::pin(async move { service::activation(c, &state, &caller, &number).await })).await?;
    Ok((StatusCode::CREATED, Json(link)).into_response())
}

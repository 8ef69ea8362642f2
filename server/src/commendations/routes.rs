//! `/commendations` and `/me/commendations`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{
        CommendationAudience, CommendationState, CommendationStep, CommendationTitle, Confirmation, NewCommendation,
    },
    service,
    store::{self, Filter, Reader},
    view::{self, Commendation},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    bulletins::audience::Listener,
    error::{ApiError, Problem},
    http::{Commas, Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::CommendationId,
    openapi::ApiRouter,
    registrations::Because,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_commendations, create_commendation))
        .routes(routes!(get_commendation))
        .routes(routes!(confirm_commendation))
        .routes(routes!(refuse_commendation))
        .routes(routes!(publish_commendation))
        .routes(routes!(withdraw_commendation))
        .routes(routes!(decline_commendation))
        .routes(routes!(list_my_commendations))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CommendationsQuery {
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "nominated")]
    #[serde(default)]
    state: Commas<CommendationState>,
    /// Only with this title.
    title: Option<CommendationTitle>,
    /// Only those that have come so far and were not withdrawn; `from` and `to` are then the days on which they did.
    #[param(inline)]
    reached: Option<CommendationStep>,
}

/// List the commendations of units within reach and those published to them, newest first; `from` and `to` are days of
/// nomination, or those of `reached`.
#[utoipa::path(get, path = "/commendations", tag = "commendations", params(Within, CommendationsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Commendation>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_commendations(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<CommendationsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Commendation>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter {
        within: within.check()?,
        state: query.state.0,
        title: query.title,
        reached: query.reached,
        before: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &Reader::Officer(&caller.scope), &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    Ok(Json(Page { items: view::show(c, &app, &caller, items, false).await?, next_cursor }))
}

/// Nominate a member of the unit or a branch. A member is told, and may decline until it is confirmed.
#[utoipa::path(post, path = "/commendations", tag = "commendations", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewCommendation, security(("bearer" = [])), responses(
    (status = 201, body = Commendation),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_commendation(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewCommendation>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a commendation; a look at a member's is logged.
#[utoipa::path(get, path = "/commendations/{id}", tag = "commendations", params(("id" = CommendationId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
) -> Result<Json<Commendation>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::seen(&mut reader.conn(), &caller, id).await?
    };
    if row.member_id.is_some() && caller.scope.own.is_none() {
        let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
        app.db
            .write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "commendation.view").await }))
            .await?;
    }
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Confirm a nomination with a citation, from above the unit that nominates.
#[utoipa::path(post, path = "/commendations/{id}/confirm", tag = "commendations", params(("id" = CommendationId, Path)), request_body = Confirmation, security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn confirm_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
    Json(body): Json<Confirmation>,
) -> Result<Json<Commendation>, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::confirm(c, &state, &caller, id, body).await })).await.map(Json)
}

/// Refuse a nomination with a reason, from above the unit that nominates.
#[utoipa::path(post, path = "/commendations/{id}/refuse", tag = "commendations", params(("id" = CommendationId, Path)), request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn refuse_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
    Json(body): Json<Because>,
) -> Result<Json<Commendation>, ApiError> {
    let state = app.clone();
    app.db
        .write(move |c| Box::pin(async move { service::refuse(c, &state, &caller, id, body.reason).await }))
        .await
        .map(Json)
}

/// Publish a confirmed commendation: the members of its audience read it.
#[utoipa::path(post, path = "/commendations/{id}/publish", tag = "commendations", params(("id" = CommendationId, Path)), request_body = CommendationAudience, security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn publish_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
    MaybeJson(body): MaybeJson<CommendationAudience>,
) -> Result<Json<Commendation>, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::publish(c, &state, &caller, id, body).await })).await.map(Json)
}

/// Withdraw it with a reason: the unit that nominates until it is confirmed, the level above at any time.
#[utoipa::path(post, path = "/commendations/{id}/withdraw", tag = "commendations", params(("id" = CommendationId, Path)), request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn withdraw_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
    Json(body): Json<Because>,
) -> Result<Json<Commendation>, ApiError> {
    let state = app.clone();
    app.db
        .write(move |c| Box::pin(async move { service::withdraw(c, &state, &caller, id, body.reason).await }))
        .await
        .map(Json)
}

/// Decline a nomination, as the member who is nominated; nobody asks why.
#[utoipa::path(post, path = "/commendations/{id}/decline", tag = "commendations", params(("id" = CommendationId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Commendation),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn decline_commendation(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CommendationId>,
) -> Result<Json<Commendation>, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::decline(c, &state, &caller, id).await })).await.map(Json)
}

/// List what is published to either end of the own stay, and what one was nominated for oneself; the newest first.
#[utoipa::path(get, path = "/me/commendations", tag = "commendations", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Commendation>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_commendations(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Commendation>>, ApiError> {
    let (member, _) = caller.member()?;
    let limit = page.limit()?;
    let filter = Filter { before: page.after()?, ..Filter::default() };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let by = Reader::Member(member, Listener::of(c, member).await?);
    let rows = store::list(c, &by, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    Ok(Json(Page { items: view::show(c, &app, &caller, items, false).await?, next_cursor }))
}

//! `/me/requests` and `/requests`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{NewRequest, RequestStatus},
    service,
    store::{self, Filter},
    view::{self, MemberRequest},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{RegistrationId, RequestId},
    openapi::ApiRouter,
    registrations::Because,
    routes,
};

/// The routes of this folder.
pub(in crate::registrations) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_my_requests, create_my_request))
        .routes(routes!(take_back_my_request))
        .routes(routes!(list_requests))
        .routes(routes!(refuse_request))
}

/// Ask to go home, to another host, or to transfer. One of each kind can be open; both ends are told.
#[utoipa::path(post, path = "/me/requests", tag = "requests", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewRequest, security(("bearer" = [])), responses(
    (status = 201, body = MemberRequest),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_my_request(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewRequest>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request.create(&app, &caller, move |c, new| Box::pin(async move { service::file(c, &state, &by, new).await })).await
}

/// List what one has asked for, newest first.
#[utoipa::path(get, path = "/me/requests", tag = "requests", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<MemberRequest>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_requests(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<MemberRequest>>, ApiError> {
    let (member, _) = caller.member()?;
    let (limit, before) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let rows = store::own(&mut reader.conn(), member, before, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(&mut reader.conn(), &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Take back what one has asked for.
#[utoipa::path(post, path = "/me/requests/{id}/take_back", tag = "requests", params(("id" = RequestId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = MemberRequest),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn take_back_my_request(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RequestId>,
) -> Result<Json<MemberRequest>, ApiError> {
    let state = app.clone();
    let request =
        app.db.write(move |c| Box::pin(async move { service::take_back(c, &state, &caller, id).await })).await?;
    Ok(Json(request))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RequestsQuery {
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "open")]
    #[serde(default)]
    status: Commas<RequestStatus>,
    /// Only about this registration.
    registration: Option<RegistrationId>,
}

/// List what members within reach have asked for, newest first.
#[utoipa::path(get, path = "/requests", tag = "requests", params(RequestsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<MemberRequest>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_requests(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<RequestsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<MemberRequest>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter { status: query.status.0, registration: query.registration, before: page.after()? };
    let mut reader = app.db.read().await?;
    let rows = store::list(&mut reader.conn(), &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(&mut reader.conn(), &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Answer a member's request why not; the member reads it.
#[utoipa::path(post, path = "/requests/{id}/refuse", tag = "requests", params(("id" = RequestId, Path)), request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = MemberRequest),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn refuse_request(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RequestId>,
    Json(body): Json<Because>,
) -> Result<Json<MemberRequest>, ApiError> {
    let state = app.clone();
    let request = app
        .db
        .write(move |c| Box::pin(async move { service::refuse(c, &state, &caller, id, body.reason).await }))
        .await?;
    Ok(Json(request))
}

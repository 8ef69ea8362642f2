//! `/visits`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{FindingAnswer, NewVisit, VisitClosing, VisitState},
    service,
    store::{self, Filter},
    view::{self, Visit},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{GroupId, VisitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this folder.
pub(in crate::supervision) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_visits, create_visit))
        .routes(routes!(get_visit))
        .routes(routes!(answer_finding))
        .routes(routes!(close_visit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VisitsQuery {
    /// Only of this group.
    group_id: Option<GroupId>,
    /// Only in this state.
    state: Option<VisitState>,
}

/// List the visits to units within reach, the newest day first; `from` and `to` are days of visits.
#[utoipa::path(get, path = "/visits", tag = "supervision", params(Within, VisitsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Visit>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_visits(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<VisitsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Visit>>, ApiError> {
    let (limit, after) = (page.limit()?, page.after()?);
    let filter = Filter { within: within.check()?, group: query.group_id, state: query.state };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.visited_on, row.id));
    Ok(Json(Page { items: view::show(c, &app, &caller, items).await?, next_cursor }))
}

/// Write down a visit, as one of the group, to a unit that was assigned to it on that day. The unit is told.
#[utoipa::path(post, path = "/visits", tag = "supervision", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewVisit, security(("bearer" = [])), responses(
    (status = 201, body = Visit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_visit(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewVisit>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a visit.
#[utoipa::path(get, path = "/visits/{id}", tag = "supervision", params(("id" = VisitId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Visit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_visit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<VisitId>,
) -> Result<Json<Visit>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::seen(c, &caller, id).await?;
    view::shown(c, &app, &caller, row).await.map(Json)
}

/// Answer a problem, as the visited unit.
#[utoipa::path(post, path = "/visits/{id}/answer", tag = "supervision", params(("id" = VisitId, Path)), request_body = FindingAnswer, security(("bearer" = [])), responses(
    (status = 200, body = Visit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_finding(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<VisitId>,
    Json(answer): Json<FindingAnswer>,
) -> Result<Json<Visit>, ApiError> {
    let state = app.clone();
    app.db
        .write(move |c| Box::pin(async move { service::answer(c, &state, &caller, id, answer).await }))
        .await
        .map(Json)
}

/// Close a visit once every problem is answered, or with the reason why one cannot be put right: as one of the group, or as whoever leads the unit that sends it.
#[utoipa::path(post, path = "/visits/{id}/close", tag = "supervision", params(("id" = VisitId, Path)), request_body = VisitClosing, security(("bearer" = [])), responses(
    (status = 200, body = Visit),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn close_visit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<VisitId>,
    Json(closing): Json<VisitClosing>,
) -> Result<Json<Visit>, ApiError> {
    let state = app.clone();
    app.db
        .write(move |c| Box::pin(async move { service::close(c, &state, &caller, id, closing).await }))
        .await
        .map(Json)
}

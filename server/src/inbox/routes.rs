//! `/me/notices` and `/me/tasks`.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{NoticePage, ReadUntil, TaskKind, TaskPage},
    notice_list, tasks,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, Json, PageQuery, Query},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(list_my_notices)).routes(routes!(read_my_notices)).routes(routes!(list_my_tasks))
}

/// Read what one was told, newest first: a member about oneself, an officer about the members of their units.
#[utoipa::path(get, path = "/me/notices", tag = "inbox", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = NoticePage),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_notices(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<NoticePage>, ApiError> {
    notice_list::list(&app, &caller, &page).await.map(Json)
}

/// Note how far one has read.
#[utoipa::path(post, path = "/me/notices/read", tag = "inbox", request_body = ReadUntil, security(("bearer" = [])), responses(
    (status = 204),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn read_my_notices(
    State(app): State<AppState>,
    caller: Caller,
    Json(mark): Json<ReadUntil>,
) -> Result<StatusCode, ApiError> {
    notice_list::read(&app, caller, mark).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TasksQuery {
    /// Only of these kinds, by commas.
    #[param(value_type = Option<String>, example = "answer_request")]
    #[serde(default)]
    kind: Commas<TaskKind>,
}

/// Read what there is to do within reach, the soonest first. It is found among the records as they are now.
#[utoipa::path(get, path = "/me/tasks", tag = "inbox", params(TasksQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = TaskPage),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_tasks(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<TasksQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<TaskPage>, ApiError> {
    tasks::list(&app, &caller, &query.kind.0, &page).await.map(Json)
}

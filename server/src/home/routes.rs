//! `/me`, `/me/access-log`, `/status-checks` and `/units/{id}/overview`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    access_log,
    me::{self, Me},
    model::{AccessLogEntry, Overview},
    overview,
    status_check::{self, StatusCheck, StatusCheckRequest},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query},
    ids::UnitId,
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(get_me))
        .routes(routes!(list_my_accesses))
        .routes(routes!(check_status))
        .routes(routes!(get_unit_overview))
}

/// The account, or the member with card and registration.
#[utoipa::path(get, path = "/me", tag = "home", security(("bearer" = [])), responses(
    (status = 200, body = Me),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
async fn get_me(State(app): State<AppState>, caller: Caller) -> Result<Json<Me>, ApiError> {
    let mut reader = app.db.read().await?;
    Ok(Json(me::me(&mut reader.conn(), &app, &caller).await?))
}

/// Who looked at my record, when, from which unit, and why; newest first.
#[utoipa::path(get, path = "/me/access-log", tag = "home", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<AccessLogEntry>),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_accesses(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<AccessLogEntry>>, ApiError> {
    let (member, _) = caller.member()?;
    let mut reader = app.db.read().await?;
    Ok(Json(access_log::access_log(&mut reader.conn(), member, &page).await?))
}

/// How is this member doing, and whom can I call? Give the card's number or the member's id, and say what for.
#[utoipa::path(post, path = "/status-checks", tag = "home", request_body = StatusCheckRequest, security(("bearer" = [])), responses(
    (status = 200, body = StatusCheck),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn check_status(
    State(app): State<AppState>,
    caller: Caller,
    Json(asked): Json<StatusCheckRequest>,
) -> Result<Json<StatusCheck>, ApiError> {
    status_check::check_status(&app, &caller, asked).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// `false` leaves `activity` and `flow` empty: they take longest, and a first screen does without.
    series: Option<bool>,
}

/// The counts and series behind a unit's first screen.
#[utoipa::path(get, path = "/units/{id}/overview", tag = "home", params(("id" = UnitId, Path), OverviewQuery), security(("bearer" = [])), responses(
    (status = 200, body = Overview),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_overview(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<OverviewQuery>,
) -> Result<Json<Overview>, ApiError> {
    let mut reader = app.db.read_lagging(caller.seen).await?;
    let with_series = query.series.unwrap_or(true);
    Ok(Json(overview::overview(&mut reader.conn(), &app, &caller, unit, with_series).await?))
}

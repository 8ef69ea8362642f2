//! `/plans` and `/me/plans`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{NewPlan, PlanChanges, PlanState},
    service,
    store::{self, Filter},
    view::{self, MemberProgress, MyPlan, Plan, PlanProgress},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, tagged},
    ids::{PlanId, UnitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_plans, create_plan))
        .routes(routes!(get_plan, update_plan))
        .routes(routes!(start_plan))
        .routes(routes!(close_plan))
        .routes(routes!(get_plan_progress))
        .routes(routes!(list_plan_members))
        .routes(routes!(list_my_plans))
}

/// Write a plan, as a draft.
#[utoipa::path(post, path = "/plans", tag = "plans", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewPlan, security(("bearer" = [])), responses(
    (status = 201, body = Plan),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_plan(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewPlan>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PlansQuery {
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "running,closed")]
    #[serde(default)]
    state: Commas<PlanState>,
}

/// List the plans of units within reach and of those above them, newest first; `unit_id`: those that are for its members,
/// `from` and `to`: those that touch these days.
#[utoipa::path(get, path = "/plans", tag = "plans", params(Within, PlansQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Plan>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_plans(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<PlansQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Plan>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter { within: within.check()?, state: query.state.0, before: page.after()? };
    let mut reader = app.db.read().await?;
    let rows = store::list(&mut reader.conn(), &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(&mut reader.conn(), &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Read a plan.
#[utoipa::path(get, path = "/plans/{id}", tag = "plans", params(("id" = PlanId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Plan, headers(("ETag" = String, description = "The plan's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_plan(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let row = service::readable(&mut reader.conn(), &caller, id).await?;
    let plan = view::shown(&mut reader.conn(), &caller, row).await?;
    Ok(tagged(plan.version, plan))
}

/// Change a draft; of a running plan only the dates of its phases. What is absent stays.
#[utoipa::path(patch, path = "/plans/{id}", tag = "plans", params(("id" = PlanId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = PlanChanges, security(("bearer" = [])), responses(
    (status = 200, body = Plan, headers(("ETag" = String, description = "The plan's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
    (status = 428, body = Problem, content_type = "application/problem+json"),
))]
async fn update_plan(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
    seen: IfMatch,
    Json(changes): Json<PlanChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let plan = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(plan.version, plan))
}

/// Start a plan: its members are told.
#[utoipa::path(post, path = "/plans/{id}/start", tag = "plans", params(("id" = PlanId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Plan),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn start_plan(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
) -> Result<Json<Plan>, ApiError> {
    let state = app.clone();
    let plan = app.db.write(move |c| Box::pin(async move { service::start(c, &state, &caller, id).await })).await?;
    Ok(Json(plan))
}

/// Close a plan; what was reached is kept as it stands.
#[utoipa::path(post, path = "/plans/{id}/close", tag = "plans", params(("id" = PlanId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Plan),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn close_plan(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
) -> Result<Json<Plan>, ApiError> {
    let state = app.clone();
    let plan = app.db.write(move |c| Box::pin(async move { service::close(c, &state, &caller, id).await })).await?;
    Ok(Json(plan))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UnitQuery {
    /// At and below this unit; without it the plan's own, or the caller's below it.
    unit_id: Option<UnitId>,
}

/// Read how far a plan is, by unit and over time. Units stand in the order of the tree.
#[utoipa::path(get, path = "/plans/{id}/progress", tag = "plans", params(("id" = PlanId, Path), UnitQuery), security(("bearer" = [])), responses(
    (status = 200, body = PlanProgress),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_plan_progress(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
    Query(query): Query<UnitQuery>,
) -> Result<Json<PlanProgress>, ApiError> {
    let mut reader = app.db.read().await?;
    Ok(Json(service::progress(&mut reader.conn(), &app, &caller, id, query.unit_id).await?))
}

/// List how far a plan's members are, by name: for their branch.
#[utoipa::path(get, path = "/plans/{id}/members", tag = "plans", params(("id" = PlanId, Path), UnitQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<MemberProgress>),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_plan_members(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PlanId>,
    Query(query): Query<UnitQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<MemberProgress>>, ApiError> {
    let mut reader = app.db.read().await?;
    Ok(Json(service::members(&mut reader.conn(), &app, &caller, id, query.unit_id, &page).await?))
}

/// List the running plans that ask something of oneself, and how far one is.
#[utoipa::path(get, path = "/me/plans", tag = "plans", security(("bearer" = [])), responses((status = 200, body = Page<MyPlan>)))]
async fn list_my_plans(State(app): State<AppState>, caller: Caller) -> Result<Json<Page<MyPlan>>, ApiError> {
    let mut reader = app.db.read().await?;
    let items = service::own(&mut reader.conn(), &app, &caller).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

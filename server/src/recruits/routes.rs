//! `/recruits`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{Advance, Enrol, NewRecruit, RecruitStage, Stop},
    service,
    store::{self, Filter},
    view::{self, Recruit},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, Json, Page, PageQuery, Params, Query, Repeatable},
    ids::RecruitId,
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_recruits, create_recruit))
        .routes(routes!(get_recruit))
        .routes(routes!(advance_recruit))
        .routes(routes!(stop_recruit))
        .routes(routes!(enrol_recruit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RecruitsQuery {
    /// Only those in these stages now, by commas.
    #[param(value_type = Option<String>, example = "applicant,activist")]
    #[serde(default)]
    stage: Commas<RecruitStage>,
    /// Only those who have reached this stage; `from` and `to` are then days on which they did.
    reached: Option<RecruitStage>,
}

/// List the recruits of units within reach, newest first; `from` and `to` are days on which a stage was reached.
#[utoipa::path(get, path = "/recruits", tag = "recruits", params(Within, RecruitsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Recruit>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_recruits(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<RecruitsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Recruit>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter =
        Filter { within, stage: query.stage.0, reached: query.reached, before: page.after()?, ..Filter::default() };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, Some(&caller.scope), &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(c, &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record a recruit with the stages so far.
#[utoipa::path(post, path = "/recruits", tag = "recruits", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewRecruit, security(("bearer" = [])), responses(
    (status = 201, body = Recruit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_recruit(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewRecruit>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a recruit.
#[utoipa::path(get, path = "/recruits/{id}", tag = "recruits", params(("id" = RecruitId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Recruit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_recruit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RecruitId>,
) -> Result<Json<Recruit>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db.write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "recruit.view").await })).await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Take down that the next stage was reached.
#[utoipa::path(post, path = "/recruits/{id}/advance", tag = "recruits", params(("id" = RecruitId, Path)), request_body = Advance, security(("bearer" = [])), responses(
    (status = 200, body = Recruit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn advance_recruit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RecruitId>,
    Json(step): Json<Advance>,
) -> Result<Json<Recruit>, ApiError> {
    let state = app.clone();
    let recruit =
        app.db.write(move |c| Box::pin(async move { service::advance(c, &state, &caller, id, step).await })).await?;
    Ok(Json(recruit))
}

/// Take down that it goes no further, and why.
#[utoipa::path(post, path = "/recruits/{id}/stop", tag = "recruits", params(("id" = RecruitId, Path)), request_body = Stop, security(("bearer" = [])), responses(
    (status = 200, body = Recruit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn stop_recruit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RecruitId>,
    Json(stop): Json<Stop>,
) -> Result<Json<Recruit>, ApiError> {
    let state = app.clone();
    let recruit =
        app.db.write(move |c| Box::pin(async move { service::stop(c, &state, &caller, id, stop).await })).await?;
    Ok(Json(recruit))
}

/// Say which member the recruit is, once there is a record of one; from then on the name is the member's.
#[utoipa::path(post, path = "/recruits/{id}/enrol", tag = "recruits", params(("id" = RecruitId, Path)), request_body = Enrol, security(("bearer" = [])), responses(
    (status = 200, body = Recruit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn enrol_recruit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RecruitId>,
    Json(who): Json<Enrol>,
) -> Result<Json<Recruit>, ApiError> {
    let state = app.clone();
    let recruit =
        app.db.write(move |c| Box::pin(async move { service::enrol(c, &state, &caller, id, who).await })).await?;
    Ok(Json(recruit))
}

//! `/cases`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{CaseState, NewCase, SolveCase},
    service,
    store::{self, Filter},
    view::{self, Case},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{CaseId, PairingId},
    openapi::ApiRouter,
    pairings::model::VoidHelp,
    routes,
};

/// The routes of this folder.
pub(crate) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_cases, create_case))
        .routes(routes!(get_case))
        .routes(routes!(solve_case))
        .routes(routes!(void_case))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CasesQuery {
    /// Only those in this state; if left out, what counts; with `solved`, `from` and `to` are days of the solution.
    state: Option<CaseState>,
    /// Only those of this pair.
    pair_id: Option<PairingId>,
}

/// List the cases of units within reach, the latest first; `from` and `to` are days of the opening.
#[utoipa::path(get, path = "/cases", tag = "pairings", params(Within, CasesQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Case>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_cases(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<CasesQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Case>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter { within, state: query.state, pair: query.pair_id, after: page.after()? };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let by_solution = query.state == Some(CaseState::Solved);
    let Page { items, next_cursor } =
        Page::cut(rows, limit, |row| (row.solved_on.filter(|_| by_solution).unwrap_or(row.opened_on), row.id));
    let items = view::show(c, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Open a case: a difficulty that somebody has. Whom it is about is told.
#[utoipa::path(post, path = "/cases", tag = "pairings", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewCase, security(("bearer" = [])), responses(
    (status = 201, body = Case),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_case(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewCase>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request.create(&app, &caller, move |c, new| Box::pin(async move { service::open(c, &state, &by, new).await })).await
}

/// Read a case; whom it is about reads in their access log that it was looked at.
#[utoipa::path(get, path = "/cases/{id}", tag = "pairings", params(("id" = CaseId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Case),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_case(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CaseId>,
) -> Result<Json<Case>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db.write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "case.view").await })).await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Say how a case was solved. Whom it is about is told.
#[utoipa::path(post, path = "/cases/{id}/solve", tag = "pairings", params(("id" = CaseId, Path)), request_body = SolveCase, security(("bearer" = [])), responses(
    (status = 200, body = Case),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn solve_case(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CaseId>,
    Json(how): Json<SolveCase>,
) -> Result<Json<Case>, ApiError> {
    let state = app.clone();
    let case =
        app.db.write(move |c| Box::pin(async move { service::solve(c, &state, &caller, id, how).await })).await?;
    Ok(Json(case))
}

/// Take down that a case was recorded by mistake, and why. It is not deleted; open it anew as it is. Whom it is about is told.
#[utoipa::path(post, path = "/cases/{id}/void", tag = "pairings", params(("id" = CaseId, Path)), request_body = VoidHelp, security(("bearer" = [])), responses(
    (status = 200, body = Case),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn void_case(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CaseId>,
    Json(why): Json<VoidHelp>,
) -> Result<Json<Case>, ApiError> {
    let state = app.clone();
    let case = app.db.write(move |c| Box::pin(async move { service::void(c, &state, &caller, id, why).await })).await?;
    Ok(Json(case))
}

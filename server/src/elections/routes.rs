//! `/elections`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    due::DueElection,
    due_store, holding,
    input::{Approval, ElectionResult, HoldMeeting, Holding, NewElection, Nomination, Remark},
    model::ElectionState,
    service,
    store::{self, Filter},
    view::{self, Election, ElectionLine},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    clock::Day,
    error::{ApiError, Problem},
    http::{Commas, Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::ElectionId,
    openapi::ApiRouter,
    routes,
    units::UnitKind,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_elections, create_election))
        .routes(routes!(list_due_elections))
        .routes(routes!(get_election))
        .routes(routes!(ask_election_approval))
        .routes(routes!(approve_election_holding))
        .routes(routes!(send_election_back))
        .routes(routes!(nominate_candidates))
        .routes(routes!(hold_election))
        .routes(routes!(record_election_result))
        .routes(routes!(approve_election))
        .routes(routes!(withdraw_election))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ElectionsQuery {
    /// Only those in these states, by commas.
    #[param(value_type = Option<String>, example = "approved")]
    #[serde(default)]
    state: Commas<ElectionState>,
}

/// List the elections of units within reach, newest first; `from` and `to` are days of the approval, or else of the term's end.
#[utoipa::path(get, path = "/elections", tag = "elections", params(Within, ElectionsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<ElectionLine>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_elections(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<ElectionsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ElectionLine>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter { within: within.check()?, state: query.state.0, before: page.after()? };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::lines(c, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DueQuery {
    /// Only units of this kind.
    kind: Option<UnitKind>,
    /// Only `unit_id` itself, without what is below it.
    #[serde(default)]
    here: bool,
    /// The terms as they were on that day: an election that was approved later had not been held then.
    as_of: Option<Day>,
}

/// List the units within reach whose term ends, the soonest first, with the step at which an open election is.
#[utoipa::path(get, path = "/elections/due", tag = "elections", params(Within, DueQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<DueElection>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_due_elections(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<DueQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DueElection>>, ApiError> {
    let limit = page.limit()?;
    let within = within.check()?;
    let only = within.unit_id.filter(|_| query.here);
    let filter = due_store::Filter { within, kind: query.kind, only, as_of: query.as_of, after: page.after()? };
    let mut reader = app.db.read().await?;
    let rows = due_store::list(&mut reader.conn(), &caller.scope, &filter, limit).await?;
    let day = query.as_of.unwrap_or_else(|| app.clock.now().day());
    Ok(Json(Page::cut(rows, limit, |row| (row.term_ends_on, row.id)).map(|row| row.show(day))))
}

/// Open an election of a unit; it has one open at most.
#[utoipa::path(post, path = "/elections", tag = "elections", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewElection, security(("bearer" = [])), responses(
    (status = 201, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_election(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewElection>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read an election, with its quorum as it is now.
#[utoipa::path(get, path = "/elections/{id}", tag = "elections", params(("id" = ElectionId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_election(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
) -> Result<Json<Election>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::within(c, &caller.scope, id).await?;
    view::shown(c, &app, &caller, row).await.map(Json)
}

/// Ask the unit above to let it be held.
#[utoipa::path(post, path = "/elections/{id}/ask_approval", tag = "elections", params(("id" = ElectionId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn ask_election_approval(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { service::ask_approval(c, &state, &caller, id).await })).await?;
    Ok(Json(election))
}

/// Let it be held: by a unit above.
#[utoipa::path(post, path = "/elections/{id}/approve_holding", tag = "elections", params(("id" = ElectionId, Path)), request_body = Holding, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn approve_election_holding(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    MaybeJson(body): MaybeJson<Holding>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election = app
        .db
        .write(move |c| Box::pin(async move { service::approve_holding(c, &state, &caller, id, body).await }))
        .await?;
    Ok(Json(election))
}

/// Give back what was asked: the wish to hold it, or its result, which is then held again.
#[utoipa::path(post, path = "/elections/{id}/send_back", tag = "elections", params(("id" = ElectionId, Path)), request_body = Remark, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn send_election_back(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    Json(body): Json<Remark>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { service::send_back(c, &state, &caller, id, body).await })).await?;
    Ok(Json(election))
}

/// Put on record who stands, in place of those before.
#[utoipa::path(post, path = "/elections/{id}/nominate", tag = "elections", params(("id" = ElectionId, Path)), request_body = Nomination, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn nominate_candidates(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    Json(body): Json<Nomination>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { service::nominate(c, &state, &caller, id, body).await })).await?;
    Ok(Json(election))
}

/// Name the meeting and its electors; or another meeting, where a quorum was missing.
#[utoipa::path(post, path = "/elections/{id}/hold", tag = "elections", params(("id" = ElectionId, Path)), request_body = HoldMeeting, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn hold_election(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    Json(body): Json<HoldMeeting>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { holding::hold(c, &state, &caller, id, body).await })).await?;
    Ok(Json(election))
}

/// Record the result, with the figures of the meeting as they are now. 409 without a quorum.
#[utoipa::path(post, path = "/elections/{id}/record_result", tag = "elections", params(("id" = ElectionId, Path)), request_body = ElectionResult, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn record_election_result(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    Json(body): Json<ElectionResult>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election = app
        .db
        .write(move |c| Box::pin(async move { holding::record_result(c, &state, &caller, id, body).await }))
        .await?;
    Ok(Json(election))
}

/// Approve the result: a new term begins, and whoever was elected holds the post.
#[utoipa::path(post, path = "/elections/{id}/approve", tag = "elections", params(("id" = ElectionId, Path)), request_body = Approval, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn approve_election(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    MaybeJson(body): MaybeJson<Approval>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { service::approve(c, &state, &caller, id, body).await })).await?;
    Ok(Json(election))
}

/// Take an election back.
#[utoipa::path(post, path = "/elections/{id}/withdraw", tag = "elections", params(("id" = ElectionId, Path)), request_body = Remark, security(("bearer" = [])), responses(
    (status = 200, body = Election),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn withdraw_election(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ElectionId>,
    Json(body): Json<Remark>,
) -> Result<Json<Election>, ApiError> {
    let state = app.clone();
    let election =
        app.db.write(move |c| Box::pin(async move { service::withdraw(c, &state, &caller, id, body).await })).await?;
    Ok(Json(election))
}

//! `/censuses`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answering,
    comparing::{self, Comparison},
    lines_store::{self, MemberFilter, Part},
    members::{self, CensusMember},
    model::{Answer, CensusState, Close, NewCensus, UnableReason},
    service,
    store::{self, Filter},
    view::{self, Census, CensusUnit, CensusWithUnits},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::{CensusId, MemberId, UnitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_censuses, create_census))
        .routes(routes!(get_census))
        .routes(routes!(answer_census_unit))
        .routes(routes!(answer_census_rest))
        .routes(routes!(list_census_members))
        .routes(routes!(answer_census_member))
        .routes(routes!(close_census))
        .routes(routes!(compare_censuses))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CensusesQuery {
    /// Only those that still take answers, or those that are closed.
    state: Option<CensusState>,
}

/// List the censuses that ask a unit within reach, the latest day first; `from` and `to` are days as of which was asked.
#[utoipa::path(get, path = "/censuses", tag = "censuses", params(Within, CensusesQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Census>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_censuses(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<CensusesQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Census>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter { within: within.check()?, state: query.state, after: page.after()? };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.as_of, row.id));
    let mut censuses = Vec::with_capacity(items.len());
    for row in items {
        censuses.push(view::shown(c, &caller, row).await?);
    }
    Ok(Json(Page { items: censuses, next_cursor }))
}

/// Open a census: the units at and below a unit, and the members who belonged there on the day, are asked from now on.
#[utoipa::path(post, path = "/censuses", tag = "censuses", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewCensus, security(("bearer" = [])), responses(
    (status = 201, body = Census),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_census(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewCensus>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read how far a census is, unit by unit: the part within reach.
#[utoipa::path(get, path = "/censuses/{id}", tag = "censuses", params(("id" = CensusId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = CensusWithUnits),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_census(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CensusId>,
) -> Result<Json<CensusWithUnits>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::find_within(c, &caller, id).await?;
    view::with_units(c, &caller, row).await.map(Json)
}

/// Answer whether a unit can take part.
#[utoipa::path(put, path = "/censuses/{id}/units/{unit_id}", tag = "censuses", params(("id" = CensusId, Path), ("unit_id" = UnitId, Path)), request_body = Answer, security(("bearer" = [])), responses(
    (status = 200, body = CensusUnit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_census_unit(
    State(app): State<AppState>,
    caller: Caller,
    Params((id, unit)): Params<(CensusId, UnitId)>,
    Json(answer): Json<Answer>,
) -> Result<Json<CensusUnit>, ApiError> {
    let state = app.clone();
    let unit = app
        .db
        .write(move |c| Box::pin(async move { answering::answer_unit(c, &state, &caller, id, unit, answer).await }))
        .await?;
    Ok(Json(unit))
}

/// Answer that whoever of a unit has no answer yet can take part: its members, those of the groups in it, and the unit itself.
#[utoipa::path(post, path = "/censuses/{id}/units/{unit_id}/rest_able", tag = "censuses", params(("id" = CensusId, Path), ("unit_id" = UnitId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = CensusUnit),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_census_rest(
    State(app): State<AppState>,
    caller: Caller,
    Params((id, unit)): Params<(CensusId, UnitId)>,
) -> Result<Json<CensusUnit>, ApiError> {
    let state = app.clone();
    let unit = app
        .db
        .write(move |c| Box::pin(async move { answering::rest_able(c, &state, &caller, id, unit).await }))
        .await?;
    Ok(Json(unit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CensusMembersQuery {
    /// Only those of this unit and of those below it.
    unit_id: Option<UnitId>,
    /// Only those who can, or who cannot.
    able: Option<bool>,
    /// Only those with an answer, or without.
    answered: Option<bool>,
    /// Only those who cannot for this reason.
    reason: Option<UnableReason>,
}

/// List the members whom a census asks about, within reach, by name.
#[utoipa::path(get, path = "/censuses/{id}/members", tag = "censuses", params(("id" = CensusId, Path), CensusMembersQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<CensusMember>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_census_members(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CensusId>,
    Query(query): Query<CensusMembersQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<CensusMember>>, ApiError> {
    let limit = page.limit()?;
    let filter = MemberFilter {
        able: query.able,
        answered: query.answered,
        reason: query.reason,
        after: page.after()?,
        ..MemberFilter::default()
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::find_within(c, &caller, id).await?;
    let part = Part { scope: Some(&caller.scope), below: query.unit_id, branches: false };
    let lines = lines_store::member_lines(c, id, part, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(lines, limit, |line| (line.name.clone(), line.member_id));
    let items = members::show(c, &caller, &row, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Answer whether a member can take part.
#[utoipa::path(put, path = "/censuses/{id}/members/{member_id}", tag = "censuses", params(("id" = CensusId, Path), ("member_id" = MemberId, Path)), request_body = Answer, security(("bearer" = [])), responses(
    (status = 200, body = CensusMember),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_census_member(
    State(app): State<AppState>,
    caller: Caller,
    Params((id, member)): Params<(CensusId, MemberId)>,
    Json(answer): Json<Answer>,
) -> Result<Json<CensusMember>, ApiError> {
    let state = app.clone();
    let member = app
        .db
        .write(move |c| Box::pin(async move { answering::answer_member(c, &state, &caller, id, member, answer).await }))
        .await?;
    Ok(Json(member))
}

/// Close a census: from then on it is a record. 409 while somebody has not answered, unless they are left so.
#[utoipa::path(post, path = "/censuses/{id}/close", tag = "censuses", params(("id" = CensusId, Path)), request_body = Close, security(("bearer" = [])), responses(
    (status = 200, body = Census),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn close_census(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CensusId>,
    MaybeJson(how): MaybeJson<Close>,
) -> Result<Json<Census>, ApiError> {
    let state = app.clone();
    let census =
        app.db.write(move |c| Box::pin(async move { service::close(c, &state, &caller, id, how).await })).await?;
    Ok(Json(census))
}

/// Compare two censuses: what each counts, and whose answer is another.
#[utoipa::path(get, path = "/censuses/{id}/compare/{other_id}", tag = "censuses", params(("id" = CensusId, Path), ("other_id" = CensusId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Comparison),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn compare_censuses(
    State(app): State<AppState>,
    caller: Caller,
    Params((id, other)): Params<(CensusId, CensusId)>,
) -> Result<Json<Comparison>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let before = service::find_within(c, &caller, id).await?;
    let after = service::find_within(c, &caller, other).await?;
    comparing::compare(c, &caller, before, after).await.map(Json)
}

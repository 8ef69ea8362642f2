//! `/units`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{NewUnit, Unit, UnitChanges, UnitRef},
    service,
    store::{self, Filter},
    values::UnitKind,
};
use crate::{
    access::{Caller, Role},
    app::AppState,
    clock::Day,
    error::{ApiError, Problem},
    http::{IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, tagged},
    ids::UnitId,
    openapi::ApiRouter,
    parsing::Line,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_units, create_unit))
        .routes(routes!(get_unit, update_unit))
        .routes(routes!(list_hosts))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UnitsQuery {
    /// Only units of this kind.
    kind: Option<UnitKind>,
    /// Only the units directly below this one.
    parent_id: Option<UnitId>,
    /// Only this unit and all below it.
    unit_id: Option<UnitId>,
    /// Only those that were there at the end of that day.
    as_of: Option<Day>,
    /// The beginning of the name.
    q: Option<Line<100>>,
    /// Only units within the caller's reach.
    #[serde(default)]
    mine: bool,
}

/// List the units by name.
#[utoipa::path(get, path = "/units", tag = "units", params(UnitsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Unit>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_units(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<UnitsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Unit>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter {
        kind: query.kind,
        parent: query.parent_id,
        top: query.unit_id,
        before: query.as_of.map(|day| day.plus_days(1).starts()),
        name_prefix: query.q.map(Line::into_string),
        reach: query.mine.then(|| service::reach(&caller.held, Role::ALL)),
        after: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let rows = store::list(&mut reader.conn(), &filter, limit).await?;
    let ids: Vec<UnitId> = rows.iter().map(|unit| unit.id).collect();
    let children = store::child_counts(&mut reader.conn(), &ids).await?;
    let page = Page::cut(rows, limit, |unit| (unit.name.clone(), unit.id));
    Ok(Json(page.map(|unit| {
        let count = children.get(&unit.id).copied().unwrap_or_default();
        unit.show(count)
    })))
}

/// Make a unit.
#[utoipa::path(post, path = "/units", tag = "units", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewUnit, security(("bearer" = [])), responses(
    (status = 201, body = Unit),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_unit(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewUnit>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, unit| {
            Box::pin(async move { service::create_within(c, &state, &by, unit).await })
        })
        .await
}

/// Read a unit.
#[utoipa::path(get, path = "/units/{id}", tag = "units", params(("id" = UnitId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Unit, headers(("ETag" = String, description = "The unit's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit(State(app): State<AppState>, Params(id): Params<UnitId>) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let unit = service::unit(&mut reader.conn(), id).await?;
    Ok(tagged(unit.version, unit))
}

/// Change a unit; what is absent stays, null clears.
#[utoipa::path(patch, path = "/units/{id}", tag = "units", params(("id" = UnitId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = UnitChanges, security(("bearer" = [])), responses(
    (status = 200, body = Unit, headers(("ETag" = String, description = "The unit's version"))),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_unit(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<UnitId>,
    seen: IfMatch,
    Json(changes): Json<UnitChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let unit = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(unit.version, unit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HostsQuery {
    /// The beginning of the name.
    q: Option<Line<100>>,
}

/// List where a member can live the organisation life, by name: for saying where one has moved. Names only.
#[utoipa::path(get, path = "/me/hosts", tag = "units", params(HostsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<UnitRef>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_hosts(
    State(app): State<AppState>,
    Query(query): Query<HostsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<UnitRef>>, ApiError> {
    let (limit, after) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let hosts = store::hosts(&mut reader.conn(), query.q.map(Line::into_string), after, limit).await?;
    Ok(Json(Page::cut(hosts, limit, |unit| (unit.name.clone(), unit.id))))
}

//! `/supervision-groups`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{GroupChanges, GroupKind, NewGroup},
    service,
    store::{self, Filter},
    view::{self, Group},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    auth::accounts::{self, Candidate},
    clock::Day,
    error::{ApiError, Problem},
    http::{IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, tagged},
    ids::{GroupId, UnitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this folder.
pub(in crate::supervision) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_supervision_groups, create_supervision_group))
        .routes(routes!(list_supervision_candidates))
        .routes(routes!(get_supervision_group, update_supervision_group))
        .routes(routes!(end_supervision_group))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GroupsQuery {
    /// Only of this kind.
    kind: Option<GroupKind>,
    /// Only those in force on this day.
    in_force_on: Option<Day>,
}

/// List the groups that send from within reach or to there, and those of which the caller is one, newest first; `unit_id` is the sending unit, `from` and `to` are
/// days between which they are in force on one at least.
#[utoipa::path(get, path = "/supervision-groups", tag = "supervision", params(Within, GroupsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Group>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_supervision_groups(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<GroupsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Group>>, ApiError> {
    let limit = page.limit()?;
    let filter =
        Filter { within: within.check()?, kind: query.kind, in_force_on: query.in_force_on, before: page.after()? };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, service::one(&app, &caller)?, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    Ok(Json(Page { items: view::show(c, &app, &caller, items).await?, next_cursor }))
}

/// Make a group: each of its accounts reads the assigned units, and all below them, from its first day to its last.
#[utoipa::path(post, path = "/supervision-groups", tag = "supervision", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewGroup, security(("bearer" = [])), responses(
    (status = 201, body = Group),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_supervision_group(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewGroup>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CandidatesQuery {
    /// The unit that sends the group.
    unit_id: UnitId,
    /// How the user name begins.
    q: Option<String>,
}

/// List whom a group of this unit can be made of: the accounts that hold a role at or below it, by name.
#[utoipa::path(get, path = "/supervision-groups/candidates", tag = "supervision", params(CandidatesQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Candidate>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_supervision_candidates(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<CandidatesQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Candidate>>, ApiError> {
    let (limit, after) = (page.limit()?, page.after()?);
    let prefix = query.q.map(|q| q.trim().to_ascii_lowercase()).filter(|q| !q.is_empty());
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    // As in every list: what is beyond reach is not there.
    let found = match caller.scope.reaches_unit(c, query.unit_id).await? {
        true => accounts::candidates(c, query.unit_id, prefix, after, limit).await?,
        false => Vec::new(),
    };
    Ok(Json(Page::cut(found, limit, |one| one.username.clone())))
}

/// Read a group.
#[utoipa::path(get, path = "/supervision-groups/{id}", tag = "supervision", params(("id" = GroupId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Group),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_supervision_group(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<GroupId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::seen(c, &app, &caller, id).await?;
    Ok(tagged(row.version, view::shown(c, &app, &caller, row).await?))
}

/// Change who is in a group, its units, its name or its last day. Who or what is left out is out at once.
#[utoipa::path(patch, path = "/supervision-groups/{id}", tag = "supervision", params(("id" = GroupId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that you have read")), request_body = GroupChanges, security(("bearer" = [])), responses(
    (status = 200, body = Group),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_supervision_group(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<GroupId>,
    seen: IfMatch,
    Json(changes): Json<GroupChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let group = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(group.version, group))
}

/// End a group: its reach is gone at once.
#[utoipa::path(post, path = "/supervision-groups/{id}/end", tag = "supervision", params(("id" = GroupId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Group),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn end_supervision_group(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<GroupId>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let group = app.db.write(move |c| Box::pin(async move { service::end(c, &state, &caller, id).await })).await?;
    Ok(tagged(group.version, group))
}

//! `/contact-points`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{ContactPoint, NewContactPoint},
    service,
    store::{self, Filter},
};
use crate::{
    access::{Caller, Operation, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::{ContactPointId, MemberId},
    openapi::ApiRouter,
    posts::model::{EndOn, Tenure},
    registrations, routes,
};

/// The routes of this folder.
pub(in crate::posts) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_contact_points, create_contact_point))
        .routes(routes!(get_contact_point))
        .routes(routes!(end_contact_point))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ContactPointsQuery {
    /// With `unit_id`: only of the unit itself, not of those below it.
    #[serde(default)]
    here: bool,
    /// Only of this leader, to whoever may see the member.
    member_id: Option<MemberId>,
    /// Only those that go on, or those that have ended.
    state: Option<Tenure>,
}

/// List which units within reach were looked after on some day from `from` to `to`, and by which leader; the latest first.
#[utoipa::path(get, path = "/contact-points", tag = "posts", params(Within, ContactPointsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<ContactPoint>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_contact_points(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<ContactPointsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ContactPoint>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter {
        here: within.unit_id.filter(|_| query.here),
        within,
        member: query.member_id,
        open: query.state.map(|state| state == Tenure::Open),
        after: page.after()?,
        ..Filter::default()
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let scope = match query.member_id {
        Some(member) => {
            registrations::require_member(c, &caller.scope_in(Operation::GetMember), member).await?;
            None
        }
        None => Some(&caller.scope),
    };
    let rows = store::list(c, scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.from_on, row.id));
    let items = service::show(c, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record which unit below a leader looks after.
#[utoipa::path(post, path = "/contact-points", tag = "posts", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewContactPoint, security(("bearer" = [])), responses(
    (status = 201, body = ContactPoint),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_contact_point(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewContactPoint>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a contact point.
#[utoipa::path(get, path = "/contact-points/{id}", tag = "posts", params(("id" = ContactPointId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = ContactPoint),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_contact_point(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ContactPointId>,
) -> Result<Json<ContactPoint>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::within(c, &caller, id).await?;
    service::shown(c, &caller, row).await.map(Json)
}

/// End a contact point.
#[utoipa::path(post, path = "/contact-points/{id}/end", tag = "posts", params(("id" = ContactPointId, Path)), request_body = EndOn, security(("bearer" = [])), responses(
    (status = 200, body = ContactPoint),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn end_contact_point(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<ContactPointId>,
    MaybeJson(when): MaybeJson<EndOn>,
) -> Result<Json<ContactPoint>, ApiError> {
    let state = app.clone();
    let point =
        app.db.write(move |c| Box::pin(async move { service::end(c, &state, &caller, id, when).await })).await?;
    Ok(Json(point))
}

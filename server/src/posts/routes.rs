//! `/posts`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    contact_points,
    model::{EndOn, NewPost, PostKind, Tenure},
    service,
    store::{self, Filter},
    view::{self, Post},
};
use crate::{
    access::{Caller, Operation, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::{MemberId, PostId},
    openapi::ApiRouter,
    registrations, routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_posts, create_post))
        .routes(routes!(get_post))
        .routes(routes!(end_post))
        .merge(contact_points::router())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PostsQuery {
    /// With `unit_id`: only of the unit itself, not of those below it.
    #[serde(default)]
    here: bool,
    /// Only of this member: in whatever unit, to whoever may see the member.
    member_id: Option<MemberId>,
    /// Only such posts.
    kind: Option<PostKind>,
    /// Only those with (or without) an administrative post beside it.
    dual: Option<bool>,
    /// Only those still held, or those that have ended.
    state: Option<Tenure>,
}

/// List the posts of units within reach that were held on some day from `from` to `to`, the latest first.
#[utoipa::path(get, path = "/posts", tag = "posts", params(Within, PostsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Post>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_posts(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<PostsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Post>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter {
        here: within.unit_id.filter(|_| query.here),
        within,
        member: query.member_id,
        kind: query.kind,
        dual: query.dual,
        open: query.state.map(|state| state == Tenure::Open),
        after: page.after()?,
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
    let items = view::show(c, &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record that a member holds a post in a unit. A unit has one secretary at a time.
#[utoipa::path(post, path = "/posts", tag = "posts", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewPost, security(("bearer" = [])), responses(
    (status = 201, body = Post),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_post(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewPost>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a post.
#[utoipa::path(get, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Post),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_post(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PostId>,
) -> Result<Json<Post>, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::within(c, &caller, id).await?;
    view::shown(c, &app, &caller, row).await.map(Json)
}

/// End a post; what its holder looks after from it ends with it.
#[utoipa::path(post, path = "/posts/{id}/end", tag = "posts", params(("id" = PostId, Path)), request_body = EndOn, security(("bearer" = [])), responses(
    (status = 200, body = Post),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn end_post(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PostId>,
    MaybeJson(when): MaybeJson<EndOn>,
) -> Result<Json<Post>, ApiError> {
    let state = app.clone();
    let post = app.db.write(move |c| Box::pin(async move { service::end(c, &state, &caller, id, when).await })).await?;
    Ok(Json(post))
}

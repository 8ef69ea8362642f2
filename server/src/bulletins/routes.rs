//! `/bulletins` and `/me/bulletins`.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    audience::Listener,
    markdown,
    model::{BulletinChanges, BulletinKind, BulletinState, NewBulletin},
    service,
    store::{self, Filter, Reader},
    view::{self, Bulletin, BulletinItem},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, tagged},
    ids::BulletinId,
    openapi::ApiRouter,
    parsing::Text,
    registrations::Because,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_bulletins, create_bulletin))
        .routes(routes!(preview_bulletin))
        .routes(routes!(get_bulletin, update_bulletin, discard_bulletin))
        .routes(routes!(publish_bulletin))
        .routes(routes!(take_back_bulletin))
        .routes(routes!(list_my_bulletins))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BulletinsQuery {
    /// Only of these kinds, by commas.
    #[param(value_type = Option<String>, example = "bulletin,wall")]
    #[serde(default)]
    kind: Commas<BulletinKind>,
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "published")]
    #[serde(default)]
    state: Commas<BulletinState>,
}

/// List the bulletins of units within reach and those published to them: drafts first, then the newest; `from` and `to` are
/// days of publication.
#[utoipa::path(get, path = "/bulletins", tag = "bulletins", params(Within, BulletinsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<BulletinItem>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_bulletins(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<BulletinsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<BulletinItem>>, ApiError> {
    let (limit, after) = (page.limit()?, page.after()?);
    let filter = Filter { within: within.check()?, kind: query.kind.0, state: query.state.0 };
    let (reads, writes) = service::reaches(&caller);
    let by = Reader::Officer { reads: &reads, writes: &writes };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &by, &filter, after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.place());
    Ok(Json(Page { items: view::show(c, &caller, items).await?, next_cursor }))
}

/// Begin a bulletin; nobody but the unit's own officers sees the draft.
#[utoipa::path(post, path = "/bulletins", tag = "bulletins", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewBulletin, security(("bearer" = [])), responses(
    (status = 201, body = Bulletin),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewBulletin>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

#[derive(eserde::Deserialize, ToSchema)]
struct BulletinText {
    /// The text, in Markdown.
    body: Text<50_000>,
}

#[derive(Serialize, ToSchema)]
struct BulletinPreview {
    /// The text as its readers will see it.
    html: String,
}

/// Show a text as its readers will see it. Nothing is kept.
#[utoipa::path(post, path = "/bulletins/preview", tag = "bulletins", request_body = BulletinText, security(("bearer" = [])), responses(
    (status = 200, body = BulletinPreview),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn preview_bulletin(Json(text): Json<BulletinText>) -> Json<BulletinPreview> {
    Json(BulletinPreview { html: markdown::html(text.body.as_str()) })
}

/// Read a bulletin; a member reads what is published to either end of the own stay.
#[utoipa::path(get, path = "/bulletins/{id}", tag = "bulletins", params(("id" = BulletinId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Bulletin),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<BulletinId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = service::seen(c, &caller, id).await?;
    Ok(tagged(row.version, view::whole(c, &caller, row).await?))
}

/// Write on a draft.
#[utoipa::path(patch, path = "/bulletins/{id}", tag = "bulletins", params(("id" = BulletinId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that you have read")), request_body = BulletinChanges, security(("bearer" = [])), responses(
    (status = 200, body = Bulletin),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<BulletinId>,
    seen: IfMatch,
    Json(changes): Json<BulletinChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let bulletin = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(bulletin.item.version, bulletin))
}

/// Publish a draft: it gets the next number of the year, and the members among its audience are told.
#[utoipa::path(post, path = "/bulletins/{id}/publish", tag = "bulletins", params(("id" = BulletinId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that you have read")), security(("bearer" = [])), responses(
    (status = 200, body = Bulletin),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
))]
async fn publish_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<BulletinId>,
    seen: IfMatch,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let bulletin =
        app.db.write(move |c| Box::pin(async move { service::publish(c, &state, &caller, id, seen).await })).await?;
    Ok(tagged(bulletin.item.version, bulletin))
}

/// Take a published bulletin back. Its number is not given again.
#[utoipa::path(post, path = "/bulletins/{id}/take_back", tag = "bulletins", params(("id" = BulletinId, Path)), request_body = Because, security(("bearer" = [])), responses(
    (status = 200, body = Bulletin),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn take_back_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<BulletinId>,
    Json(body): Json<Because>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let bulletin = app
        .db
        .write(move |c| Box::pin(async move { service::take_back(c, &state, &caller, id, body.reason).await }))
        .await?;
    Ok(tagged(bulletin.item.version, bulletin))
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/bulletins/{id}", tag = "bulletins", params(("id" = BulletinId, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "It is gone"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn discard_bulletin(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<BulletinId>,
) -> Result<StatusCode, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::discard(c, &state, &caller, id).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List what is published to either end of the own stay, the newest first.
#[utoipa::path(get, path = "/me/bulletins", tag = "bulletins", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<BulletinItem>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_bulletins(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<BulletinItem>>, ApiError> {
    let (member, _) = caller.member()?;
    let (limit, after) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let by = Reader::Member(Listener::of(c, member).await?);
    let rows = store::list(c, &by, &Filter::default(), after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.place());
    Ok(Json(Page { items: view::show(c, &caller, items).await?, next_cursor }))
}

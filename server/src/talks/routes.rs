//! `/talks` and `/me/talks`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{NewTalk, TalkState, VoidTalk},
    service,
    store::{self, Filter},
    view::{self, MyTalk, Talk},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{MemberId, TalkId, UnitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_talks, create_talk))
        .routes(routes!(get_talk))
        .routes(routes!(follow_up_talk))
        .routes(routes!(void_talk))
        .routes(routes!(list_my_talks))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TalksQuery {
    /// Only those with this member.
    member_id: Option<MemberId>,
    /// Only those led by this member.
    talker_id: Option<MemberId>,
    /// Only those led by whoever held a post at this very unit on the day of the talk.
    by_leaders_of: Option<UnitId>,
    /// Only those in this state; if left out, all but the void ones.
    state: Option<TalkState>,
}

/// List the talks of units within reach, the latest first; `from` and `to` are days of the talk.
#[utoipa::path(get, path = "/talks", tag = "talks", params(Within, TalksQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Talk>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_talks(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<TalksQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Talk>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter {
        within,
        state: query.state,
        with: query.member_id,
        talker: query.talker_id,
        by_leaders_of: query.by_leaders_of,
        after: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    if let Some(unit) = query.by_leaders_of {
        caller.scope.require_unit(c, unit).await?;
    }
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.held_on, row.id));
    let items = view::show(c, &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record a talk: who with whom, when, and about what kind of thing; never what was said. Everyone talked with is told.
#[utoipa::path(post, path = "/talks", tag = "talks", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewTalk, security(("bearer" = [])), responses(
    (status = 201, body = Talk),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_talk(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewTalk>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a talk; everyone concerned reads in their access log that it was looked at.
#[utoipa::path(get, path = "/talks/{id}", tag = "talks", params(("id" = TalkId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Talk),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_talk(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<TalkId>,
) -> Result<Json<Talk>, ApiError> {
    let (row, with) = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db
        .write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, &with, "talk.view").await }))
        .await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Take down that what was promised in a talk is done.
#[utoipa::path(post, path = "/talks/{id}/follow_up_done", tag = "talks", params(("id" = TalkId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Talk),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn follow_up_talk(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<TalkId>,
) -> Result<Json<Talk>, ApiError> {
    let state = app.clone();
    let talk = app.db.write(move |c| Box::pin(async move { service::follow_up(c, &state, &caller, id).await })).await?;
    Ok(Json(talk))
}

/// Take down that a talk was recorded by mistake, and why. It is not deleted; record it anew as it was.
#[utoipa::path(post, path = "/talks/{id}/void", tag = "talks", params(("id" = TalkId, Path)), request_body = VoidTalk, security(("bearer" = [])), responses(
    (status = 200, body = Talk),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn void_talk(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<TalkId>,
    Json(why): Json<VoidTalk>,
) -> Result<Json<Talk>, ApiError> {
    let state = app.clone();
    let talk = app.db.write(move |c| Box::pin(async move { service::void(c, &state, &caller, id, why).await })).await?;
    Ok(Json(talk))
}

/// List the talks with me, or led by me, the latest first.
#[utoipa::path(get, path = "/me/talks", tag = "talks", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<MyTalk>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_talks(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<MyTalk>>, ApiError> {
    let (member, _) = caller.member()?;
    let (limit, after) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::own(c, member, after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.held_on, row.id));
    let items = view::show_own(c, &app, member, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

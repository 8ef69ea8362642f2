//! `/opinions` and `/me/opinions`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    giving::{self, GivenOpinion, OwnOpinion},
    model::{Dispose, Finish, NewNote, NewOpinion, OpinionState, Publish, Sort},
    publishing, service,
    store::{self, Filter, Part},
    view::{self, MyOpinion, Opinion},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Commas, Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::OpinionId,
    openapi::ApiRouter,
    routes,
    units::UnitRef,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_opinions, create_opinion))
        .routes(routes!(get_opinion))
        .routes(routes!(sort_opinion))
        .routes(routes!(dispose_opinion))
        .routes(routes!(note_opinion))
        .routes(routes!(finish_opinion))
        .routes(routes!(publish_opinion))
        .routes(routes!(list_my_opinions, create_my_opinion))
        .routes(routes!(list_my_opinion_units))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OpinionsQuery {
    /// With `unit_id`: only those addressed to the unit itself.
    #[serde(default)]
    here: bool,
    /// With `unit_id`: only those addressed to units below it.
    #[serde(default)]
    below: bool,
    /// Only those in these states, by commas.
    #[param(value_type = Option<String>, example = "collected,sorted")]
    #[serde(default)]
    state: Commas<OpinionState>,
    /// Only those put right or explained, by the end of the period where one is given.
    #[serde(default)]
    rectified: bool,
    /// Only those about which something should have been done by now.
    #[serde(default)]
    overdue: bool,
}

/// List the opinions of units within reach, newest first; `from` and `to` are days on which they were given.
#[utoipa::path(get, path = "/opinions", tag = "opinions", params(Within, OpinionsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Opinion>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_opinions(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<OpinionsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Opinion>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let part = match (query.here, query.below) {
        (true, false) => Part::Here,
        (false, true) => Part::Below,
        _ => Part::All,
    };
    let filter = Filter {
        within,
        part,
        state: query.state.0,
        rectified: query.rectified,
        overdue: query.overdue.then(|| app.clock.now().day()),
        after: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.collected_on, row.id));
    let items = view::show(c, &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Write down what was said in an interview or a meeting, or lay in the box; with a name only where the giver wishes it.
#[utoipa::path(post, path = "/opinions", tag = "opinions", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewOpinion, security(("bearer" = [])), responses(
    (status = 201, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_opinion(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewOpinion>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read an opinion. A giver who was named reads in their access log that it was looked at.
#[utoipa::path(get, path = "/opinions/{id}", tag = "opinions", params(("id" = OpinionId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
) -> Result<Json<Opinion>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db.write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "opinion.view").await })).await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Say what an opinion is about.
#[utoipa::path(post, path = "/opinions/{id}/sort", tag = "opinions", params(("id" = OpinionId, Path)), request_body = Sort, security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn sort_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
    Json(sort): Json<Sort>,
) -> Result<Json<Opinion>, ApiError> {
    let state = app.clone();
    let done =
        app.db.write(move |c| Box::pin(async move { service::sort(c, &state, &caller, id, sort).await })).await?;
    Ok(Json(done))
}

/// Say how an opinion is dealt with: at once, by a day, or by an explanation, which ends it. It can be said anew until it is done.
#[utoipa::path(post, path = "/opinions/{id}/dispose", tag = "opinions", params(("id" = OpinionId, Path)), request_body = Dispose, security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn dispose_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
    Json(how): Json<Dispose>,
) -> Result<Json<Opinion>, ApiError> {
    let state = app.clone();
    let done =
        app.db.write(move |c| Box::pin(async move { service::dispose(c, &state, &caller, id, how).await })).await?;
    Ok(Json(done))
}

/// Note how it goes on while an opinion is in hand.
#[utoipa::path(post, path = "/opinions/{id}/note", tag = "opinions", params(("id" = OpinionId, Path)), request_body = NewNote, security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn note_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
    Json(note): Json<NewNote>,
) -> Result<Json<Opinion>, ApiError> {
    let state = app.clone();
    let done =
        app.db.write(move |c| Box::pin(async move { service::note(c, &state, &caller, id, note).await })).await?;
    Ok(Json(done))
}

/// Say what was put right.
#[utoipa::path(post, path = "/opinions/{id}/done", tag = "opinions", params(("id" = OpinionId, Path)), request_body = Finish, security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn finish_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
    Json(result): Json<Finish>,
) -> Result<Json<Opinion>, ApiError> {
    let state = app.clone();
    let done =
        app.db.write(move |c| Box::pin(async move { service::finish(c, &state, &caller, id, result).await })).await?;
    Ok(Json(done))
}

/// Publish what was said and what became of it to the members of the units that it concerns; without the giver's name, unless
/// they wished to be named and it is asked for.
#[utoipa::path(post, path = "/opinions/{id}/publish", tag = "opinions", params(("id" = OpinionId, Path)), request_body = Publish, security(("bearer" = [])), responses(
    (status = 200, body = Opinion),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn publish_opinion(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<OpinionId>,
    MaybeJson(what): MaybeJson<Publish>,
) -> Result<Json<Opinion>, ApiError> {
    let state = app.clone();
    let done =
        app.db.write(move |c| Box::pin(async move { publishing::publish(c, &state, &caller, id, what).await })).await?;
    Ok(Json(done))
}

/// Say what you think of a unit: with your name, and you can follow what becomes of it; or without, and nothing that is kept leads
/// back to you. Without a name the same under the same key is taken once, and no answer is kept for it.
#[utoipa::path(post, path = "/me/opinions", tag = "opinions", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = OwnOpinion, security(("bearer" = [])), responses(
    (status = 201, body = GivenOpinion),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
))]
async fn create_my_opinion(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<OwnOpinion>,
) -> Result<Response, ApiError> {
    if request.body.named {
        let (state, by) = (app.clone(), caller.clone());
        return request
            .create(&app, &caller, move |c, new| Box::pin(async move { giving::give_named(c, &state, &by, new).await }))
            .await;
    }
    let (member, _) = caller.member()?;
    {
        let mut reader = app.db.read().await?;
        giving::require_addressee(&mut reader.conn(), member, request.body.unit_id).await?;
    }
    // From here on nobody knows who it was.
    drop(caller);
    let (new, key) = request.into_parts();
    app.flood.admit(new.unit_id, app.clock.now())?;
    let state = app.clone();
    let given = app
        .db
        .write(move |c| Box::pin(async move { giving::give_unnamed(c, &state, new, key.as_deref()).await }))
        .await?;
    Ok((StatusCode::CREATED, Json(given)).into_response())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MyOpinionsQuery {
    /// What was published to my units instead of what I gave with my name.
    #[serde(default)]
    published: bool,
}

/// List what I gave with my name, or what was published to my units, newest first.
#[utoipa::path(get, path = "/me/opinions", tag = "opinions", params(MyOpinionsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<MyOpinion>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_opinions(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<MyOpinionsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<MyOpinion>>, ApiError> {
    let (member, _) = caller.member()?;
    let (limit, after) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let (items, next_cursor) = if query.published {
        let rows = store::published_to(c, member, after, limit).await?;
        let Page { items, next_cursor } =
            Page::cut(rows, limit, |row| (row.published_on.unwrap_or(row.collected_on), row.id));
        (view::show_published(c, &app, items).await?, next_cursor)
    } else {
        let rows = store::own(c, member, after, limit).await?;
        let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.collected_on, row.id));
        (view::show_own(c, &app, items).await?, next_cursor)
    };
    Ok(Json(Page { items, next_cursor }))
}

/// Whom one may speak to.
#[derive(Serialize, ToSchema)]
struct Addressees {
    /// The own host unit, and those above it, the nearest first.
    items: Vec<UnitRef>,
}

/// List the units that I may say something about: my host and those above it.
#[utoipa::path(get, path = "/me/opinions/units", tag = "opinions", security(("bearer" = [])), responses(
    (status = 200, body = Addressees),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_opinion_units(State(app): State<AppState>, caller: Caller) -> Result<Json<Addressees>, ApiError> {
    let (member, _) = caller.member()?;
    let mut reader = app.db.read().await?;
    let items = giving::addressees(&mut reader.conn(), member).await?;
    Ok(Json(Addressees { items }))
}

//! `/pairings` and `/me/aid`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    aid, cases,
    model::{EndPairing, NewPairing, PairState, VoidHelp},
    own::{self, MyHelp},
    service,
    store::{self, Filter},
    view::{self, Pairing},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, MaybeJson, Page, PageQuery, Params, Query, Repeatable},
    ids::PairingId,
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_pairings, create_pairing))
        .routes(routes!(get_pairing))
        .routes(routes!(end_pairing))
        .routes(routes!(void_pairing))
        .merge(cases::router())
        .merge(aid::router())
        .routes(routes!(get_my_aid))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PairingsQuery {
    /// Only in this state; if left out, what counts.
    state: Option<PairState>,
}

/// List the pairs of units within reach that were open on some day from `from` to `to`, the latest first.
#[utoipa::path(get, path = "/pairings", tag = "pairings", params(Within, PairingsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Pairing>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_pairings(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<PairingsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Pairing>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter { within, state: query.state, after: page.after()? };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.since_on, row.id));
    let items = view::show(c, &app, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record that a member or a unit helps a member or a household. The members are told.
#[utoipa::path(post, path = "/pairings", tag = "pairings", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewPairing, security(("bearer" = [])), responses(
    (status = 201, body = Pairing),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_pairing(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewPairing>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a pair; the members read in their access log that it was looked at.
#[utoipa::path(get, path = "/pairings/{id}", tag = "pairings", params(("id" = PairingId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Pairing),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_pairing(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PairingId>,
) -> Result<Json<Pairing>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db.write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "pairing.view").await })).await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// End a pair. The members are told.
#[utoipa::path(post, path = "/pairings/{id}/end", tag = "pairings", params(("id" = PairingId, Path)), request_body = EndPairing, security(("bearer" = [])), responses(
    (status = 200, body = Pairing),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn end_pairing(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PairingId>,
    MaybeJson(when): MaybeJson<EndPairing>,
) -> Result<Json<Pairing>, ApiError> {
    let state = app.clone();
    let pair = app.db.write(move |c| Box::pin(async move { service::end(c, &state, &caller, id, when).await })).await?;
    Ok(Json(pair))
}

/// Take down that a pair was recorded by mistake, and why. It is not deleted; record it anew as it is. The members are told.
#[utoipa::path(post, path = "/pairings/{id}/void", tag = "pairings", params(("id" = PairingId, Path)), request_body = VoidHelp, security(("bearer" = [])), responses(
    (status = 200, body = Pairing),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn void_pairing(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<PairingId>,
    Json(why): Json<VoidHelp>,
) -> Result<Json<Pairing>, ApiError> {
    let state = app.clone();
    let pair = app.db.write(move |c| Box::pin(async move { service::void(c, &state, &caller, id, why).await })).await?;
    Ok(Json(pair))
}

/// Read the help that concerns me: my pairs, my cases, what was given.
#[utoipa::path(get, path = "/me/aid", tag = "pairings", security(("bearer" = [])), responses(
    (status = 200, body = MyHelp),
))]
async fn get_my_aid(State(app): State<AppState>, caller: Caller) -> Result<Json<MyHelp>, ApiError> {
    let (member, _) = caller.member()?;
    let mut reader = app.db.read().await?;
    own::of_member(&mut reader.conn(), &app, &caller, member).await.map(Json)
}

//! `/aid`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{AidKind, AidState, NewAid},
    service,
    store::{self, Filter},
    view::{self, Aid},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{AidId, CaseId, PairingId},
    openapi::ApiRouter,
    pairings::model::VoidHelp,
    routes,
};

/// The routes of this folder.
pub(crate) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(list_aid, create_aid)).routes(routes!(get_aid)).routes(routes!(void_aid))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AidQuery {
    /// Only of this kind.
    kind: Option<AidKind>,
    /// Only in this state; if left out, what counts.
    state: Option<AidState>,
    /// Only within this pair.
    pair_id: Option<PairingId>,
    /// Only for this case.
    case_id: Option<CaseId>,
}

/// List what units within reach gave, the latest first; `from` and `to` are days on which it was.
#[utoipa::path(get, path = "/aid", tag = "pairings", params(Within, AidQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Aid>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_aid(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<AidQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Aid>>, ApiError> {
    let (limit, within) = (page.limit()?, within.check()?);
    let filter = Filter {
        within,
        state: query.state,
        kind: query.kind,
        pair: query.pair_id,
        case: query.case_id,
        after: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.given_on, row.id));
    let items = view::show(c, &caller, items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Record what was given. Who received it is told.
#[utoipa::path(post, path = "/aid", tag = "pairings", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewAid, security(("bearer" = [])), responses(
    (status = 201, body = Aid),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_aid(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewAid>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request.create(&app, &caller, move |c, new| Box::pin(async move { service::give(c, &state, &by, new).await })).await
}

/// Read what was given; who received it reads in their access log that it was looked at.
#[utoipa::path(get, path = "/aid/{id}", tag = "pairings", params(("id" = AidId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Aid),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_aid(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AidId>,
) -> Result<Json<Aid>, ApiError> {
    let row = {
        let mut reader = app.db.read().await?;
        service::within(&mut reader.conn(), &caller.scope, id).await?
    };
    let (state, by, seen) = (app.clone(), caller.clone(), row.clone());
    app.db.write(move |c| Box::pin(async move { service::log(c, &state, &by, &seen, "aid.view").await })).await?;
    let mut reader = app.db.read().await?;
    view::shown(&mut reader.conn(), &app, &caller, row).await.map(Json)
}

/// Take down that it was recorded by mistake, and why. It is not deleted; record it anew as it was.
#[utoipa::path(post, path = "/aid/{id}/void", tag = "pairings", params(("id" = AidId, Path)), request_body = VoidHelp, security(("bearer" = [])), responses(
    (status = 200, body = Aid),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn void_aid(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AidId>,
    Json(why): Json<VoidHelp>,
) -> Result<Json<Aid>, ApiError> {
    let state = app.clone();
    let aid = app.db.write(move |c| Box::pin(async move { service::void(c, &state, &caller, id, why).await })).await?;
    Ok(Json(aid))
}

//! `/me/calendar`, and the feed itself.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    model::{LinkState, NewLink},
    service,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Params},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_my_calendar, make_my_calendar, end_my_calendar)).routes(routes!(get_calendar))
}

/// Whether one has a calendar link. The link itself is told only when it is made.
#[utoipa::path(get, path = "/me/calendar", tag = "calendar", security(("bearer" = [])), responses(
    (status = 200, body = LinkState),
))]
async fn get_my_calendar(State(app): State<AppState>, caller: Caller) -> Result<Json<LinkState>, ApiError> {
    let mut reader = app.db.read().await?;
    service::state(&mut reader.conn(), &caller).await.map(Json)
}

/// Make one's calendar link, or a new one: the one before ends.
#[utoipa::path(post, path = "/me/calendar", tag = "calendar", security(("bearer" = [])), responses(
    (status = 201, body = NewLink),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn make_my_calendar(State(app): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let state = app.clone();
    let link = app.db.write(move |c| Box::pin(async move { service::make(c, &state, &caller).await })).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(link)).into_response())
}

/// End one's calendar link.
#[utoipa::path(delete, path = "/me/calendar", tag = "calendar", security(("bearer" = [])), responses((status = 204)))]
async fn end_my_calendar(State(app): State<AppState>, caller: Caller) -> Result<StatusCode, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::end(c, &state, &caller).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A member's events as iCalendar, for whoever has the link (its last part: the token and `.ics`).
#[utoipa::path(get, path = "/calendar/{link}", tag = "calendar", params(("link" = String, Path, example = "0123456789abcdef0123456789abcdef.ics")), responses(
    (status = 200, body = String, content_type = "text/calendar"),
    (status = 410, body = Problem, content_type = "application/problem+json"),
))]
async fn get_calendar(State(app): State<AppState>, Params(link): Params<String>) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let feed = service::feed(&mut reader.conn(), &app, &link).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "inline; filename=\"guiyan.ics\""),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
        feed,
    )
        .into_response())
}

//! `/events`.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    draft::{EventChanges, NewEvent},
    list_store::{self, Filter},
    model::{EventKind, State as EventState},
    screen::{self, ScreenCodes},
    service,
    view::{self, Event},
};
use crate::{
    access::Caller,
    app::AppState,
    codes::Window,
    error::{ApiError, Problem},
    http::{Commas, IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, Since, Until, tagged},
    ids::{EventId, UnitId},
    openapi::ApiRouter,
    parsing::Line,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_events, create_event))
        .routes(routes!(get_event, update_event))
        .routes(routes!(cancel_event))
        .routes(routes!(get_event_code))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// Only events of this unit and of those below it.
    unit_id: Option<UnitId>,
    /// Only events that start at or after this instant, or on this day or later.
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Since>,
    /// Only events that start before this instant, or on this day or earlier.
    #[param(value_type = Option<String>, example = "2026-12-31")]
    to: Option<Until>,
    /// Only events of these kinds, by commas.
    #[param(value_type = Option<String>, example = "lecture,mobilisation_report")]
    #[serde(default)]
    kind: Commas<EventKind>,
    /// Only events that stand so now.
    state: Option<EventState>,
}

/// List the events of the caller's units, newest first.
#[utoipa::path(get, path = "/events", tag = "events", params(EventsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Event>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_events(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<EventsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Event>>, ApiError> {
    let (now, limit) = (app.clock.now(), page.limit()?);
    let filter = Filter {
        unit: query.unit_id,
        from: query.from.map(|since| since.0),
        to: query.to.map(|until| until.0),
        kinds: query.kind.0,
        state: query.state,
        after: page.after()?,
    };
    let mut reader = app.db.read_lagging(caller.seen).await?;
    let rows = list_store::list(&mut reader.conn(), &caller.scope, &filter, now, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.starts_at, row.id));
    let items = view::show_all(&mut reader.conn(), items, true, now).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Open an event.
#[utoipa::path(post, path = "/events", tag = "events", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewEvent, security(("bearer" = [])), responses(
    (status = 201, body = Event),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_event(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewEvent>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create_within(c, &state, &by, new).await }))
        .await
}

/// Read an event.
#[utoipa::path(get, path = "/events/{id}", tag = "events", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Event, headers(("ETag" = String, description = "The event's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_event(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let event = service::event_within(&mut reader.conn(), &caller.scope, id).await?;
    let event = view::show(&mut reader.conn(), event, caller.scope.own.is_none(), app.clock.now()).await?;
    Ok(tagged(event.version, event))
}

/// Change an event; what is absent stays, null clears. Once it has closed, only title and place.
#[utoipa::path(patch, path = "/events/{id}", tag = "events", params(("id" = EventId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = EventChanges, security(("bearer" = [])), responses(
    (status = 200, body = Event, headers(("ETag" = String, description = "The event's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_event(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    seen: IfMatch,
    Json(changes): Json<EventChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let event = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(event.version, event))
}

/// Why an event does not take place.
#[derive(eserde::Deserialize, ToSchema)]
struct Cancellation {
    /// Shown to the members.
    reason: Line<200>,
}

/// Cancel an event that is not over.
#[utoipa::path(post, path = "/events/{id}/cancel", tag = "events", params(("id" = EventId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = Cancellation, security(("bearer" = [])), responses(
    (status = 200, body = Event, headers(("ETag" = String, description = "The event's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn cancel_event(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    seen: IfMatch,
    Json(Cancellation { reason }): Json<Cancellation>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let event = app
        .db
        .write(move |c| Box::pin(async move { service::cancel(c, &state, &caller, id, seen, reason).await }))
        .await?;
    Ok(tagged(event.version, event))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CodeQuery {
    /// How many codes ahead, 1 to 60; 6 if absent.
    #[param(minimum = 1, maximum = 60)]
    count: Option<u32>,
    /// The code for a sheet of paper, good for a day, instead of the screen's.
    #[serde(default)]
    printed: bool,
}

/// Read the code for the screen, and those that follow.
#[utoipa::path(get, path = "/events/{id}/code", tag = "events", params(("id" = EventId, Path), CodeQuery), security(("bearer" = [])), responses(
    (status = 200, body = ScreenCodes),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_event_code(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    Query(query): Query<CodeQuery>,
) -> Result<Response, ApiError> {
    let count = match query.count.unwrap_or(6) {
        count @ 1..=60 => count,
        _ => return Err(ApiError::bad_field("?count", "invalid", "must be between 1 and 60")),
    };
    let mut reader = app.db.read().await?;
    let event = service::event_within(&mut reader.conn(), &caller.scope, id).await?;
    if event.cancelled_at.is_some() {
        return Err(ApiError::wrong_state("The event was cancelled."));
    }
    let key = app.keys.vault.event_key(event.code_id);
    let window = if query.printed { Window::Printed } else { Window::Rotating };
    let codes = screen::codes(&event, &key, window, count, &app.config.public_url, app.clock.now());
    let mut response = Json(codes).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

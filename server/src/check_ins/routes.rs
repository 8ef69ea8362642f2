//! `/check-ins`, the attendance of events, and members' records.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    attempts, attendance,
    decide::CheckInVerdict,
    model::{
        Attendance, AttendanceItem, CheckInAnswers, CheckInRequest, ComingEvent, Correction, NewRecord, RecordPage, Why,
    },
    offline_pack, record,
    review_model::{Attempt, Settlement},
    service, wall,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    events,
    http::{Commas, Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{CheckInId, EventId, MemberId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(check_in))
        .routes(routes!(correct_check_in))
        .routes(routes!(dispute_check_in))
        .routes(routes!(answer_dispute))
        .routes(routes!(settle_check_in))
        .routes(routes!(list_attempts))
        .merge(offline_pack::router())
        .routes(routes!(get_attendance, record_attendance))
        .routes(routes!(ask_leave))
        .routes(routes!(watch_event))
        .routes(routes!(get_member_attendance))
        .routes(routes!(list_my_attendance))
        .routes(routes!(list_my_events))
}

/// Check in, one item or up to 500; each is decided on its own.
#[utoipa::path(post, path = "/check-ins", tag = "check-ins", request_body = CheckInRequest, security(("bearer" = [])), responses(
    (status = 200, body = CheckInAnswers),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn check_in(
    State(app): State<AppState>,
    caller: Caller,
    Json(request): Json<CheckInRequest>,
) -> Result<Json<CheckInAnswers>, ApiError> {
    service::check_in(&app, &caller, request).await.map(Json)
}

/// Correct what stands, by the entry's id or the client's own of a scan.
#[utoipa::path(post, path = "/check-ins/{id}/correct", tag = "check-ins", params(("id" = CheckInId, Path)), request_body = Correction, security(("bearer" = [])), responses(
    (status = 200, body = AttendanceItem),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn correct_check_in(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CheckInId>,
    Json(correction): Json<Correction>,
) -> Result<Json<AttendanceItem>, ApiError> {
    let state = app.clone();
    let item = app
        .db
        .write(move |c| Box::pin(async move { attendance::correct(c, &state, &caller, id.0, correction).await }))
        .await?;
    Ok(Json(item))
}

/// Settle a scan that disagrees with what a person has recorded: one side holds.
#[utoipa::path(post, path = "/check-ins/{id}/settle", tag = "check-ins", params(("id" = CheckInId, Path)), request_body = Settlement, security(("bearer" = [])), responses(
    (status = 200, body = AttendanceItem),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn settle_check_in(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CheckInId>,
    Json(Settlement { keep }): Json<Settlement>,
) -> Result<Json<AttendanceItem>, ApiError> {
    let state = app.clone();
    let item =
        app.db.write(move |c| Box::pin(async move { attempts::settle(c, &state, &caller, id, keep).await })).await?;
    Ok(Json(item))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AttemptsQuery {
    /// Only with these verdicts, by commas.
    #[param(value_type = Option<String>, example = "rejected,duplicate")]
    #[serde(default)]
    verdict: Commas<CheckInVerdict>,
}

/// List what was tried at an event, newest first: what counted, what did not, and whose hands it came from.
#[utoipa::path(get, path = "/events/{id}/attempts", tag = "check-ins", params(("id" = EventId, Path), AttemptsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Attempt>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_attempts(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    Query(AttemptsQuery { verdict }): Query<AttemptsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Attempt>>, ApiError> {
    attempts::list(&app, &caller, id, &verdict.0, &page).await.map(Json)
}

/// Dispute what stands for oneself.
#[utoipa::path(post, path = "/check-ins/{id}/dispute", tag = "check-ins", params(("id" = CheckInId, Path)), request_body = Why, security(("bearer" = [])), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn dispute_check_in(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CheckInId>,
    Json(Why { reason }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { attendance::dispute(c, &state, &caller, id.0, reason).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer a dispute: what is recorded stands, and why. The member reads it.
#[utoipa::path(post, path = "/check-ins/{id}/answer", tag = "check-ins", params(("id" = CheckInId, Path)), request_body = Why, security(("bearer" = [])), responses(
    (status = 200, body = AttendanceItem),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_dispute(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<CheckInId>,
    Json(Why { reason }): Json<Why>,
) -> Result<Json<AttendanceItem>, ApiError> {
    let state = app.clone();
    let item = app
        .db
        .write(move |c| Box::pin(async move { attendance::answer(c, &state, &caller, id.0, reason).await }))
        .await?;
    Ok(Json(item))
}

/// Read who came to an event.
#[utoipa::path(get, path = "/events/{id}/attendance", tag = "check-ins", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Attendance),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_attendance(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Json<Attendance>, ApiError> {
    attendance::read(&app, &caller, id).await.map(Json)
}

/// Record an outcome that nobody scanned.
#[utoipa::path(post, path = "/events/{id}/attendance", tag = "check-ins", params(("id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewRecord, security(("bearer" = [])), responses(
    (status = 201, body = AttendanceItem),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn record_attendance(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    request: Repeatable<NewRecord>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    let answer = request
        .create(&app, &caller, move |c, new| Box::pin(async move { attendance::record(c, &state, &by, id, new).await }))
        .await?;
    Ok(answer)
}

/// Ask for leave.
#[utoipa::path(post, path = "/events/{id}/leave", tag = "check-ins", params(("id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = Why, security(("bearer" = [])), responses(
    (status = 201, body = AttendanceItem),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn ask_leave(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
    request: Repeatable<Why>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    let answer = request
        .create(&app, &caller, move |c, why: Why| {
            Box::pin(async move { attendance::ask_leave(c, &state, &by, id, why.reason).await })
        })
        .await?;
    Ok(answer)
}

/// Watch an event: `counts` at once, then `check_in` for everyone who comes in, `counts` when the figures change
/// otherwise, `resync` when the reader was too slow. The stream ends after 15 minutes; come back with a fresh token.
#[utoipa::path(get, path = "/events/{id}/live", tag = "check-ins", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "text/event-stream"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn watch_event(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Response, ApiError> {
    {
        let mut reader = app.db.read().await?;
        events::event_within(&mut reader.conn(), &caller.scope, id).await?;
    }
    let stream = wall::watch(app, id).await?;
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers the stream would show the wall minutes late.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Read a member's record; the member sees the look-up.
#[utoipa::path(get, path = "/members/{id}/attendance", tag = "check-ins", params(("id" = MemberId, Path), PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = RecordPage),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_member_attendance(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<MemberId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<RecordPage>, ApiError> {
    record::of_member(&app, &caller, id, &page).await.map(Json)
}

/// Read one's own record.
#[utoipa::path(get, path = "/me/attendance", tag = "check-ins", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = RecordPage),
))]
async fn list_my_attendance(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<RecordPage>, ApiError> {
    record::own(&app, &caller, &page).await.map(Json)
}

/// List what one is asked to next, soonest first.
#[utoipa::path(get, path = "/me/events", tag = "check-ins", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<ComingEvent>),
))]
async fn list_my_events(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ComingEvent>>, ApiError> {
    record::coming(&app, &caller, &page).await.map(Json)
}

//! `/events/{id}/poster.pdf`, `/events/{id}/sign-in-sheet.pdf`, `/units/{id}/report-in.pdf`, and the page behind the last.

use axum::{extract::State, response::Response};

use super::{
    event_poster, poster,
    report_in::{self, ReportIn},
    sign_in_sheet,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Params},
    ids::{EventId, UnitId},
    openapi::ApiRouter,
    paper::{PDF, draw},
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(get_event_poster_pdf))
        .routes(routes!(get_sign_in_sheet_pdf))
        .routes(routes!(get_report_in_pdf))
        .routes(routes!(get_report_in))
}

/// The event's poster with the printed code: a page for today and for each day to come on which one can check in.
#[utoipa::path(get, path = "/events/{id}/poster.pdf", tag = "print", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_event_poster_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Response, ApiError> {
    let posters = event_poster::posters(&app, &caller, id).await?;
    draw(PDF, move || poster::pdf("活动签到海报", &posters)).await
}

/// The event's sign-in sheet: everyone who is asked to come, to sign by hand.
#[utoipa::path(get, path = "/events/{id}/sign-in-sheet.pdf", tag = "print", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_sign_in_sheet_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Response, ApiError> {
    let list = sign_in_sheet::list(&app, &caller, id).await?;
    let now = app.clock.now();
    draw(PDF, move || sign_in_sheet::pdf(&list, now)).await
}

/// The unit's report-in poster: where a migrant goes, and a code for the way.
#[utoipa::path(get, path = "/units/{id}/report-in.pdf", tag = "print", params(("id" = UnitId, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_report_in_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<UnitId>,
) -> Result<Response, ApiError> {
    let poster = report_in::poster(&app, &caller, id).await?;
    draw(PDF, move || poster::pdf("流动党员报到", &[poster])).await
}

/// Where to report in, by the code of a unit's poster. For anyone.
#[utoipa::path(get, path = "/report-in/{code}", tag = "print", params(("code" = String, Path, description = "The digits behind `/b#`")), responses(
    (status = 200, body = ReportIn),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_report_in(State(app): State<AppState>, Params(code): Params<String>) -> Result<Json<ReportIn>, ApiError> {
    report_in::open(&app, &code).await.map(Json)
}

//! `/me/data`, as JSON and as PDF.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{gather, model::OwnData, report};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::Json,
    openapi::ApiRouter,
    paper::draw,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_my_data)).routes(routes!(get_my_data_pdf))
}

/// Everything that is held about me.
#[utoipa::path(get, path = "/me/data", tag = "me", security(("bearer" = [])), responses(
    (status = 200, body = OwnData),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
async fn get_my_data(State(app): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let data = gather::own_data(&app, &caller).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(data)).into_response())
}

/// The same to read on paper, in Chinese.
#[utoipa::path(get, path = "/me/data.pdf", tag = "me", security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 403, body = Problem, content_type = "application/problem+json"),
))]
async fn get_my_data_pdf(State(app): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let data = gather::own_data(&app, &caller).await?;
    draw("application/pdf", move || report::pdf(&data)).await
}

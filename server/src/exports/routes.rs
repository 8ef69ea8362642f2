//! `/units/{id}/export.xlsx`.

use axum::{extract::State, response::Response};

use super::{model::ExportQuery, service};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Params, Query, download},
    ids::UnitId,
    openapi::ApiRouter,
    routes,
    sheets::XLSX,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(export_unit))
}

/// A report as a spreadsheet. It is on record with its purpose, and whoever has a row in it sees that.
#[utoipa::path(get, path = "/units/{id}/export.xlsx", tag = "exports", params(("id" = UnitId, Path), ExportQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>,
        headers(("Content-Disposition" = String, description = "The file's name, without anyone's personal data"))),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn export_unit(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let export = query.check(app.clock.now().day())?;
    let file = service::export(&app, &caller, unit, export).await?;
    Ok(download(XLSX, &file.name, &file.plain_name, file.bytes))
}

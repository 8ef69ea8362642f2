//! `/units/{id}/export.xlsx`.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::ExportQuery,
    service::{self, File},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Params, Query},
    ids::UnitId,
    sheets::XLSX,
};

/// The routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export_unit))
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
    let headers = [
        (header::CONTENT_TYPE, XLSX.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&file)),
    ];
    Ok((headers, file.bytes).into_response())
}

/// RFC 6266: the name in plain letters, and after it the one in any script, which is preferred.
fn disposition(file: &File) -> String {
    let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
    format!("attachment; filename=\"{}\"; filename*=UTF-8''{name}", file.plain_name)
}

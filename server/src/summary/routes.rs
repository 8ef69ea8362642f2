//! `/units/{id}/summary`, on screen, on paper and as a spreadsheet.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    gather,
    model::{Summary, SummaryQuery},
    paper, sheet,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Params, Query, download},
    ids::UnitId,
    openapi::ApiRouter,
    paper::{PDF, draw, press},
    routes,
    sheets::XLSX,
    terms::Lang,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(get_unit_summary))
        .routes(routes!(get_unit_summary_pdf))
        .routes(routes!(get_unit_summary_xlsx))
}

/// The report of a unit and all below it, for a period: every figure with the list of records behind it.
#[utoipa::path(get, path = "/units/{id}/summary", tag = "summary", params(("id" = UnitId, Path), SummaryQuery), security(("bearer" = [])), responses(
    (status = 200, body = Summary),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_summary(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<Summary>, ApiError> {
    gather::summary(&app, &caller, unit, query).await.map(Json)
}

/// The same on paper.
#[utoipa::path(get, path = "/units/{id}/summary.pdf", tag = "summary", params(("id" = UnitId, Path), SummaryQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_summary_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<SummaryQuery>,
) -> Result<Response, ApiError> {
    let summary = gather::summary(&app, &caller, unit, query).await?;
    draw(PDF, move || paper::pdf(&summary)).await
}

/// In which language a file is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LangQuery {
    /// `zh`, if left out.
    #[param(inline)]
    lang: Option<Lang>,
}

/// The same as a spreadsheet, which names the address of each figure's records.
#[utoipa::path(get, path = "/units/{id}/summary.xlsx", tag = "summary", params(("id" = UnitId, Path), SummaryQuery, LangQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_summary_xlsx(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<SummaryQuery>,
    Query(LangQuery { lang }): Query<LangQuery>,
) -> Result<Response, ApiError> {
    let summary = gather::summary(&app, &caller, unit, query).await?;
    let (name, plain) =
        (format!("工作总结_{}_{}.xlsx", summary.unit.name, summary.to), format!("summary-{}.xlsx", summary.to));
    let public_url = app.config.public_url.clone();
    let made = move || sheet::xlsx(&summary, lang.unwrap_or(Lang::Zh), |records| format!("{public_url}{records}"));
    let bytes = press(made).await?;
    Ok(download(XLSX, &name, &plain, bytes))
}

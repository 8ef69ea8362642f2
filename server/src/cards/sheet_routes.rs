//! The cards of a unit on A4.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    batch::{self, BatchForm},
    sheet_store::Wanted,
    sheets,
};
use crate::{
    access::Caller,
    app::AppState,
    clock::Day,
    error::{ApiError, Problem},
    http::{Commas, PageQuery, Params, Query, download},
    ids::{RegistrationId, UnitId},
    openapi::ApiRouter,
    paper::draw,
    routes,
};

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_unit_cards_pdf)).routes(routes!(get_unit_cards_zip))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SheetQuery {
    /// Only cards made on this day or later: those since the last print.
    issued_since: Option<Day>,
    /// Only cards made on this day or earlier.
    issued_until: Option<Day>,
    /// Only the cards of these registrations, by commas.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    registrations: Commas<RegistrationId>,
}

/// The living cards of a unit on A4, eight to a page with marks to cut by, in the order of their numbers. Where there are
/// more than `limit`, the header `Link` has the address of those that follow, with `rel="next"`.
#[utoipa::path(get, path = "/units/{id}/cards.pdf", tag = "cards", params(("id" = UnitId, Path), SheetQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>, headers(("Link" = String, description = "The cards that follow"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_cards_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<SheetQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Response, ApiError> {
    let SheetQuery { issued_since, issued_until, registrations: Commas(registrations) } = query;
    let next = |cursor: String| {
        let mut parameters = vec![("cursor", cursor)];
        parameters.extend(page.limit.map(|limit| ("limit", limit.to_string())));
        parameters.extend(issued_since.map(|day| ("issued_since", day.to_string())));
        parameters.extend(issued_until.map(|day| ("issued_until", day.to_string())));
        if !registrations.is_empty() {
            let ids: Vec<String> = registrations.iter().map(ToString::to_string).collect();
            parameters.push(("registrations", ids.join(",")));
        }
        let query = serde_urlencoded::to_string(parameters).map_err(ApiError::internal)?;
        HeaderValue::try_from(format!("</api/v1/units/{unit}/cards.pdf?{query}>; rel=\"next\""))
            .map_err(ApiError::internal)
    };
    let wanted = Wanted { unit, issued_since, issued_until, registrations: registrations.clone() };
    let cards = sheets::wanted(&app, &caller, wanted, &page).await?;
    let link = cards.next_cursor.map(next).transpose()?;
    let mut response = draw("application/pdf", move || sheets::pdf(&cards.items)).await?;
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BatchQuery {
    /// `sheets`, or `cards` for a file each; sheets if absent.
    #[param(inline)]
    form: Option<BatchForm>,
}

/// The same cards however many they are, as a ZIP of PDFs that is made while it is read.
#[utoipa::path(get, path = "/units/{id}/cards.zip", tag = "cards", params(("id" = UnitId, Path), SheetQuery, BatchQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/zip", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_unit_cards_zip(
    State(app): State<AppState>,
    caller: Caller,
    Params(unit): Params<UnitId>,
    Query(query): Query<SheetQuery>,
    Query(BatchQuery { form }): Query<BatchQuery>,
) -> Result<Response, ApiError> {
    let SheetQuery { issued_since, issued_until, registrations: Commas(registrations) } = query;
    let wanted = Wanted { unit, issued_since, issued_until, registrations };
    let zip = batch::zip(app, caller, wanted, form.unwrap_or(BatchForm::Sheets)).await?;
    Ok(download("application/zip", "流动党员活动证.zip", "cards.zip", Body::from_stream(zip)))
}

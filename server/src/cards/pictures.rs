//! The pictures of a card: its printed code, and the card itself. Only of a living one: a dead card is not printed.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    faces::{face, printed_address},
    number::CardNumber,
    service,
    store::CardRow,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Params, Query},
    openapi::ApiRouter,
    paper::{Qr, SCALES, draw},
    registrations::Stay,
    routes,
};

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(get_card_qr_svg))
        .routes(routes!(get_card_qr_png))
        .routes(routes!(get_card_png))
        .routes(routes!(get_card_pdf))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct QrQuery {
    /// Pixels a module, 8 to 40; 12 if absent.
    #[param(minimum = 8, maximum = 40)]
    scale: Option<u32>,
}

/// The printed code as SVG.
#[utoipa::path(get, path = "/cards/{number}/qr.svg", tag = "cards", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "image/svg+xml", body = String),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card_qr_svg(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Response, ApiError> {
    let (card, _) = living(&app, &caller, number).await?;
    let mut reader = app.db.read().await?;
    let address = printed_address(&mut reader.conn(), &app, &card).await?;
    // Whoever waits for a turn to draw holds no connection.
    drop(reader);
    draw("image/svg+xml", move || Ok(Qr::new(&address)?.svg().into_bytes())).await
}

/// The printed code as PNG.
#[utoipa::path(get, path = "/cards/{number}/qr.png", tag = "cards", params(("number" = CardNumber, Path), QrQuery), security(("bearer" = [])), responses(
    (status = 200, content_type = "image/png", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card_qr_png(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
    Query(query): Query<QrQuery>,
) -> Result<Response, ApiError> {
    let scale = query.scale.unwrap_or(12);
    if !SCALES.contains(&scale) {
        return Err(ApiError::bad_field("?scale", "invalid", "must be between 8 and 40"));
    }
    let (card, _) = living(&app, &caller, number).await?;
    let mut reader = app.db.read().await?;
    let address = printed_address(&mut reader.conn(), &app, &card).await?;
    drop(reader);
    draw("image/png", move || Qr::new(&address)?.png(scale)).await
}

/// The card as a picture to show or to print.
#[utoipa::path(get, path = "/cards/{number}/card.png", tag = "cards", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "image/png", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card_png(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Response, ApiError> {
    let (card, stay) = living(&app, &caller, number).await?;
    let mut reader = app.db.read().await?;
    let face = face(&mut reader.conn(), &app, card, &stay).await?;
    drop(reader);
    draw("image/png", move || face.png()).await
}

/// The card as a PDF of its own size: what a card printer takes.
#[utoipa::path(get, path = "/cards/{number}/card.pdf", tag = "cards", params(("number" = CardNumber, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_card_pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(number): Params<CardNumber>,
) -> Result<Response, ApiError> {
    let (card, stay) = living(&app, &caller, number).await?;
    let mut reader = app.db.read().await?;
    let face = face(&mut reader.conn(), &app, card, &stay).await?;
    drop(reader);
    draw("application/pdf", move || face.pdf()).await
}

async fn living(app: &AppState, caller: &Caller, number: CardNumber) -> Result<(CardRow, Stay), ApiError> {
    let (card, stay) = service::looked_at(app, caller, number, "card.picture").await?;
    if card.status.is_living() {
        return Ok((card, stay));
    }
    Err(ApiError::wrong_state(format!("The card is {}: it has no picture any more.", card.status)))
}

//! The pictures of a card: its printed code, and the card itself. Only of a living one: a dead card is not printed.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    card_image::Face,
    minting,
    number::CardNumber,
    qr::{Qr, SCALES},
    service,
    store::CardRow,
};
use crate::{
    access::Caller,
    app::AppState,
    db::Conn,
    error::{ApiError, Problem},
    http::{Params, Query},
    people,
    registrations::Stay,
    units,
};

/// The routes of this file.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_card_qr_svg)).routes(routes!(get_card_qr_png)).routes(routes!(get_card_png))
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

async fn living(app: &AppState, caller: &Caller, number: CardNumber) -> Result<(CardRow, Stay), ApiError> {
    let (card, stay) = service::looked_at(app, caller, number, "card.picture").await?;
    if card.status.is_living() {
        return Ok((card, stay));
    }
    Err(ApiError::wrong_state(format!("The card is {}: it has no picture any more.", card.status)))
}

async fn printed_address(c: &mut Conn<'_>, app: &AppState, card: &CardRow) -> Result<String, ApiError> {
    Ok(format!("{}/v#{}", app.config.public_url, minting::print_digits(c, card).await?))
}

async fn face(c: &mut Conn<'_>, app: &AppState, card: CardRow, stay: &Stay) -> Result<Face, ApiError> {
    let gone = || ApiError::internal("a card names what is not there");
    let department = units::department_above(c, card.department_id).await?.ok_or_else(gone)?;
    let ends = units::unit_refs(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    let name = |unit| ends.get(unit).map(|unit| unit.name.clone()).ok_or_else(gone);
    let address = printed_address(c, app, &card).await?;
    Ok(Face {
        title: department.card_title,
        department: department.name,
        name: people::briefs(c, &[card.member_id]).await?.remove(&card.member_id).ok_or_else(gone)?.name,
        home: name(&stay.home_unit_id)?,
        host: name(&stay.host_unit_id)?,
        review_overdue: card.review_due < app.clock.now().day(),
        review_due: card.review_due,
        photo: people::photo_jpeg(c, &app.keys.vault, card.member_id).await?,
        number: card.number,
        address,
    })
}

/// As many pictures as are drawn at once: a card takes some 20 MB and a core while it lasts.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// Draws off the async threads.
async fn draw<F>(kind: &'static str, picture: F) -> Result<Response, ApiError>
where
    F: FnOnce() -> Result<Vec<u8>, ApiError> + Send + 'static,
{
    let turn = DRAWING.acquire().await.map_err(ApiError::internal)?;
    let bytes = tokio::task::spawn_blocking(move || {
        let drawn = picture();
        // A caller who has hung up does not end the drawing, so the turn ends here.
        drop(turn);
        drawn
    });
    let bytes = bytes.await.map_err(ApiError::internal)??;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

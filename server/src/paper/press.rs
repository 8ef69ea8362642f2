//! Draws off the async threads, a few at a time.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// As many drawings as are made at once: a card takes some 20 MB and a core while it lasts.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// The content type of paper.
pub const PDF: &str = "application/pdf";

/// Draws, and answers with what was drawn: a `kind` of file that nobody keeps on the way.
pub async fn draw<F>(kind: &'static str, drawing: F) -> Result<Response, ApiError>
where
    F: FnOnce() -> Result<Vec<u8>, ApiError> + Send + 'static,
{
    let turn = DRAWING.acquire().await.map_err(ApiError::internal)?;
    let bytes = tokio::task::spawn_blocking(move || {
        let drawn = drawing();
        // A caller who has hung up does not end the drawing, so the turn ends here.
        drop(turn);
        drawn
    });
    let bytes = bytes.await.map_err(ApiError::internal)??;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

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

/// Draws when its turn comes.
pub async fn press<T, F>(drawing: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, ApiError> + Send + 'static,
{
    let turn = DRAWING.acquire().await.map_err(ApiError::internal)?;
    // What drawing logs belongs to the request that waits for it.
    let span = tracing::Span::current();
    let bytes = tokio::task::spawn_blocking(move || {
        let drawn = span.in_scope(drawing);
        // A caller who has hung up does not end the drawing, so the turn ends here.
        drop(turn);
        drawn
    });
    bytes.await.map_err(ApiError::internal)?
}

/// Draws, and answers with what was drawn: a `kind` of file that nobody keeps on the way.
pub async fn draw<F>(kind: &'static str, drawing: F) -> Result<Response, ApiError>
where
    F: FnOnce() -> Result<Vec<u8>, ApiError> + Send + 'static,
{
    let bytes = press(drawing).await?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

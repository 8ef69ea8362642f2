//! `/events/{id}/live`: the figures at once, then everyone who comes in.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::sse::Event as Sent;
use futures::{Stream, stream};
use serde::Serialize;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant as Deadline, timeout_at},
};
use utoipa::ToSchema;

use super::{
    following,
    live::{Live, Told},
    model::AttendanceItem,
};
use crate::{
    app::AppState,
    auth::tokens,
    error::ApiError,
    events::{self, Counts},
    figures::FIGURES,
    ids::EventId,
};

/// The data of `counts`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsTold {
    /// How many of how many.
    pub counts: Counts,
}

/// The data of `check_in`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckInTold<'a> {
    /// Who came in.
    pub item: &'a AttendanceItem,
    /// How many of how many now.
    pub counts: Counts,
}

/// Counts a wall as open for as long as it is.
struct Listening;

impl Listening {
    fn begin() -> Self {
        FIGURES.live_listeners.inc();
        Self
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        FIGURES.live_listeners.dec();
    }
}

/// The stream of one watcher. It ends with the life of an access token: whoever watches on signs in anew.
pub(super) async fn watch(
    app: AppState,
    event: EventId,
) -> Result<impl Stream<Item = Result<Sent, Infallible>>, ApiError> {
    // First listen, then read: nothing falls in between.
    let happenings = Live::watch(&app, event).await?;
    let counts = {
        let mut reader = app.db.read().await?;
        events::counts(&mut reader.conn(), &[event]).await?.remove(&event).unwrap_or_default()
    };
    let first = sent(&following::told("counts", &CountsTold { counts })?);
    let ends = Deadline::now() + Duration::from_secs(tokens::ACCESS_SECONDS.unsigned_abs());
    let seat = Listening::begin();
    Ok(stream::unfold((Some(first), happenings, seat), move |(first, mut happenings, seat)| async move {
        let sent = match first {
            Some(first) => first,
            None => next(&mut happenings, ends).await?,
        };
        Some((Ok(sent), (None, happenings, seat)))
    }))
}

/// The next message; `None` at the end.
async fn next(happenings: &mut Receiver<Arc<Told>>, ends: Deadline) -> Option<Sent> {
    match timeout_at(ends, happenings.recv()).await.ok()? {
        Ok(told) => Some(sent(&told)),
        Err(RecvError::Lagged(_)) => {
            FIGURES.live_resyncs.inc();
            Some(Sent::default().event("resync").data("{}"))
        }
        Err(RecvError::Closed) => None,
    }
}

fn sent(told: &Told) -> Sent {
    Sent::default().event(told.name).data(&told.data)
}

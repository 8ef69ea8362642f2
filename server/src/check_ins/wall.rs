//! `/events/{id}/live`: the figures at once, then everyone who comes in.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::sse::Event as Sent;
use futures::{Stream, stream};
use serde::Serialize;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant as Deadline,
};
use utoipa::ToSchema;

use super::{live::Happening, model::AttendanceItem};
use crate::{
    app::AppState,
    auth::tokens,
    error::ApiError,
    events::{self, Counts},
    figures::FIGURES,
    ids::EventId,
};

/// As many happenings as one reading of the figures serves.
const TOGETHER: usize = 64;

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

struct Watch {
    app: AppState,
    event: EventId,
    happenings: Receiver<Arc<Happening>>,
    ends: Deadline,
    /// What is ready to be sent, the next one last.
    ready: Vec<Sent>,
    _counted: Listening,
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
    let happenings = app.live.watch(event);
    let first = counts_told(counts(&app, event).await?)?;
    let ends = deadline();
    let watch = Watch { app, event, happenings, ends, ready: vec![first], _counted: Listening::begin() };
    Ok(stream::unfold(watch, |mut watch| async move {
        loop {
            if let Some(sent) = watch.ready.pop() {
                return Some((Ok(sent), watch));
            }
            // A failing database ends the stream; the watcher comes back and starts over.
            watch.ready = watch.next().await?;
        }
    }))
}

fn deadline() -> Deadline {
    Deadline::now() + Duration::from_secs(tokens::ACCESS_SECONDS.unsigned_abs())
}

impl Watch {
    /// What to send next, the first one last; `None` at the end.
    async fn next(&mut self) -> Option<Vec<Sent>> {
        let first = tokio::time::timeout_at(self.ends, self.happenings.recv()).await.ok()?;
        let mut happened = match first {
            Ok(happening) => vec![happening],
            Err(RecvError::Lagged(_)) => {
                FIGURES.live_resyncs.inc();
                return Some(vec![Sent::default().event("resync").data("{}")]);
            }
            Err(RecvError::Closed) => return None,
        };
        while happened.len() < TOGETHER
            && let Ok(more) = self.happenings.try_recv()
        {
            happened.push(more);
        }
        let counts = counts(&self.app, self.event).await.ok()?;
        let told: Result<Vec<Sent>, ApiError> =
            happened.iter().rev().map(|happening| tell(happening, counts)).collect();
        told.ok()
    }
}

async fn counts(app: &AppState, event: EventId) -> Result<Counts, ApiError> {
    let mut reader = app.db.read().await?;
    Ok(events::counts(&mut reader.conn(), &[event]).await?.remove(&event).unwrap_or_default())
}

fn tell(happening: &Happening, counts: Counts) -> Result<Sent, ApiError> {
    match happening {
        Happening::CameIn(item) => {
            Sent::default().event("check_in").json_data(CheckInTold { item, counts }).map_err(ApiError::internal)
        }
        Happening::Changed => counts_told(counts),
    }
}

fn counts_told(counts: Counts) -> Result<Sent, ApiError> {
    Sent::default().event("counts").json_data(CountsTold { counts }).map_err(ApiError::internal)
}

//! `/events/{id}/live`: the figures at once, then everyone who comes in.

use std::{convert::Infallible, time::Duration};

use axum::body::Bytes;
use futures::{Stream, stream};
use serde::Serialize;
use tokio::{
    sync::broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
    time::{Instant as Deadline, timeout_at},
};
use utoipa::ToSchema;

use super::{following, live::Live, model::AttendanceItem};
use crate::{
    app::AppState,
    auth::tokens,
    error::ApiError,
    events::{self, Counts},
    figures::FIGURES,
    ids::EventId,
};

/// After so long without a message a watcher is told that the line is still open.
const QUIET: Duration = Duration::from_secs(15);
const STILL_HERE: &[u8] = b":\n\n";
/// Whoever was too slow reads anew.
const RESYNC: &[u8] = b"event: resync\ndata: {}\n\n";
/// Once a piece has so many bytes, it goes.
const PIECE: usize = 32 * 1024;

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
) -> Result<impl Stream<Item = Result<Bytes, Infallible>>, ApiError> {
    // First listen, then read: nothing falls in between.
    let happenings = Live::watch(&app, event).await?;
    let counts = {
        let mut reader = app.db.read().await?;
        events::counts(&mut reader.conn(), &[event]).await?.remove(&event).unwrap_or_default()
    };
    let first = following::told("counts", &CountsTold { counts })?;
    let ends = Deadline::now() + Duration::from_secs(tokens::ACCESS_SECONDS.unsigned_abs());
    let seat = Listening::begin();
    Ok(stream::unfold((Some(first), happenings, seat), move |(first, mut happenings, seat)| async move {
        let piece = match first {
            Some(first) => first,
            None => next(&mut happenings, ends).await?,
        };
        Some((Ok(piece), (None, happenings, seat)))
    }))
}

/// The next messages, all that wait in one piece: a full hall is told a few times a second, not with each who comes in. `None`
/// at the end.
async fn next(happenings: &mut Receiver<Bytes>, ends: Deadline) -> Option<Bytes> {
    let Ok(mut told) = timeout_at(ends.min(Deadline::now() + QUIET), happenings.recv()).await else {
        return (Deadline::now() < ends).then(|| Bytes::from_static(STILL_HERE));
    };
    let mut piece = Vec::new();
    loop {
        match told {
            Ok(message) => piece.extend_from_slice(&message),
            Err(RecvError::Lagged(_)) => {
                FIGURES.live_resyncs.inc();
                piece.extend_from_slice(RESYNC);
            }
            Err(RecvError::Closed) => break,
        }
        if piece.len() >= PIECE {
            break;
        }
        told = match happenings.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Lagged(missed)) => Err(RecvError::Lagged(missed)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        };
    }
    (!piece.is_empty()).then(|| piece.into())
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;

    #[tokio::test]
    async fn what_waits_comes_in_one_piece_and_whoever_was_too_slow_is_told_so_first() {
        let (wall, mut happenings) = broadcast::channel(2);
        let later = Deadline::now() + Duration::from_secs(60);
        for message in ["1", "2", "3"] {
            wall.send(Bytes::from_static(message.as_bytes())).expect("a watcher");
        }
        let piece = next(&mut happenings, later).await.expect("a piece");
        assert_eq!(piece, [RESYNC, b"23"].concat());
        assert_eq!(next(&mut happenings, Deadline::now()).await, None, "the watch has ended");
        wall.send(Bytes::from_static(b"4")).expect("a watcher");
        drop(wall);
        assert_eq!(next(&mut happenings, later).await.expect("the last"), &b"4"[..]);
        assert_eq!(next(&mut happenings, later).await, None, "the server is stopping");
    }
}

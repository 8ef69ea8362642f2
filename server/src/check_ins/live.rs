//! The live walls: who watches which event on this server. What is told on them is read by `following.rs`.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use tokio::sync::broadcast;

use super::following;
use crate::{access::audit, app::AppState, error::ApiError, ids::EventId};

/// As many messages as a slow reader may be behind; then it is told to read anew.
const BEHIND: usize = 1024;

#[derive(Debug, Default)]
struct Walls {
    walls: HashMap<EventId, broadcast::Sender<Bytes>>,
    /// Whether the log is being followed.
    following: bool,
    closed: bool,
}

impl Walls {
    fn forget_unwatched(&mut self) {
        self.walls.retain(|_, wall| wall.receiver_count() > 0);
    }
}

/// Who watches which event. It holds nothing for events that nobody watches.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<Mutex<Walls>>);

impl Live {
    fn walls(&self) -> MutexGuard<'_, Walls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches an event from now on; ends at once when the server is stopping.
    pub async fn watch(app: &AppState, event: EventId) -> Result<broadcast::Receiver<Bytes>, ApiError> {
        let newest = {
            let mut reader = app.db.read().await?;
            audit::newest(&mut reader.conn()).await?
        };
        let mut walls = app.live.walls();
        if walls.closed {
            return Ok(broadcast::channel(1).1);
        }
        walls.forget_unwatched();
        let receiver = walls.walls.entry(event).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe();
        // The first who watches has the log followed from here; whoever joins later finds it followed further already.
        if !std::mem::replace(&mut walls.following, true) {
            tokio::spawn(following::follow(app.clone(), newest));
        }
        Ok(receiver)
    }

    /// The events that are watched, and by how many in all; once there are none, the log is followed no more.
    pub(super) fn watched_or_end(&self) -> Option<(HashSet<EventId>, u32)> {
        let mut walls = self.walls();
        walls.forget_unwatched();
        if walls.walls.is_empty() {
            walls.following = false;
            return None;
        }
        let listeners: usize = walls.walls.values().map(broadcast::Sender::receiver_count).sum();
        Some((walls.walls.keys().copied().collect(), u32::try_from(listeners).unwrap_or(u32::MAX)))
    }

    /// Tells the event's watchers a message in its form on the line, made once for all of them.
    pub fn tell(&self, event: EventId, told: Bytes) {
        if let Some(wall) = self.walls().walls.get(&event) {
            // Nobody listens any more: the next look clears it away.
            let _ = wall.send(told);
        }
    }

    /// Ends every watch: the server is stopping.
    pub fn close(&self) {
        let mut walls = self.walls();
        walls.walls.clear();
        walls.closed = true;
    }
}

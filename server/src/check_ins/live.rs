//! The live wall: what lands at an event, told to whoever watches it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

use super::model::AttendanceItem;
use crate::ids::EventId;

/// As many messages as a slow reader may be behind; then it is told to read anew.
const BEHIND: usize = 1024;

/// Something that happened at an event.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Somebody came in.
    CameIn(Box<AttendanceItem>),
    /// The figures changed otherwise: leave, a correction.
    Changed,
}

type Told = Arc<Happening>;
type Walls = HashMap<EventId, broadcast::Sender<Told>>;

/// Who watches which event. It holds nothing for events that nobody watches.
#[derive(Clone, Debug)]
pub struct Live(Arc<Mutex<Option<Walls>>>);

impl Default for Live {
    /// A hub without watchers.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(Walls::new()))))
    }
}

impl Live {
    fn walls(&self) -> MutexGuard<'_, Option<Walls>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches an event from now on; ends at once when the server is stopping.
    pub fn watch(&self, event: EventId) -> broadcast::Receiver<Told> {
        match self.walls().as_mut() {
            Some(walls) => {
                walls.retain(|_, wall| wall.receiver_count() > 0);
                walls.entry(event).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
            }
            None => broadcast::channel(1).1,
        }
    }

    /// Whether anyone watches the event.
    pub fn is_watched(&self, event: EventId) -> bool {
        self.walls().as_ref().and_then(|walls| walls.get(&event)).is_some_and(|wall| wall.receiver_count() > 0)
    }

    /// Tells the event's watchers; call it after the write was answered.
    pub fn tell(&self, event: EventId, happening: Happening) {
        if let Some(wall) = self.walls().as_ref().and_then(|walls| walls.get(&event)) {
            // Nobody listens any more: the next watcher clears it away.
            let _ = wall.send(Arc::new(happening));
        }
    }

    /// Ends every watch: the server is stopping.
    pub fn close(&self) {
        *self.walls() = None;
    }
}

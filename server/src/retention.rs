//! What is kept no longer than it serves: the data of people who left, attempts to check in, and the oldest part of the
//! audit log go when their period is over. Reduced, not deleted: stays and attendance remain as figures, without a person.
//!
//! Each feature empties its own tables; this one knows the periods and the order. Everything goes in small writes, so that a
//! meeting that checks in meanwhile does not wait.

mod model;
mod service;

pub use model::{Due, Periods};
pub use service::{due, reduce};

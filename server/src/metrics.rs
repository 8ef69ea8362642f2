//! `/metrics`: what was counted (`figures.rs`), and what stands somewhere and is read when it is asked for: the queue, the pool,
//! the database, the disk, the backup.

mod gauges;
mod routes;

pub use gauges::{LAST_BACKUP, free_bytes, last_backup};
pub use routes::{Doors, router};

//! Spreadsheets of what a unit's people may list already: the year-end table of floating members, the members' list, and
//! attendance of an event or of a period. Each is made for a stated purpose, is on record, and whoever has a row in it
//! reads that in their own access log.

mod attendance;
mod event;
mod log;
mod members;
mod model;
mod routes;
mod service;
mod store;
mod summary;
mod words;

pub use routes::router;
pub use store::{forget_gone, members_before};

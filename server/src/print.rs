//! What a unit prints and hangs up: the poster of an event, its sign-in sheet, and the poster by which migrants find the
//! branch. The cards print themselves (`cards`).

mod event_poster;
mod poster;
mod report_in;
mod routes;
mod sign_in_sheet;

pub use routes::router;

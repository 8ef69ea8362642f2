//! The member's events in the phone's own calendar, by a private link: whoever has it reads titles, times and places, and
//! nothing else. Calendars cannot sign in, so the link is the key; `docs/decisions/0010` says what ends it.

mod ics;
mod model;
mod routes;
mod service;
mod store;

pub use routes::router;
pub use store::{end as end_link, link_since};

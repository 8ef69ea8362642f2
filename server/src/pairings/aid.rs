//! What was given: money, or something else with its value.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub(super) use model::AidRow;
pub use model::{AidKind, AidState, NewAid};
pub(super) use routes::router;
pub use service::give;
pub(super) use service::what;
pub(super) use store::{forget_words, own, sum};
pub use view::Aid;

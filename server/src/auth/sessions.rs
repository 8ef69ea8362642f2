//! Signing in with a password, staying signed in by a rotating cookie, signing out.

mod address;
mod attempt;
mod cookie;
mod limits;
mod model;
mod routes;
mod service;
mod store;

pub(super) use address::ClientAddress;
pub(super) use attempt::Attempt;
pub(super) use cookie::RefreshToken;
pub use routes::router;
pub use service::forget_old_rows;
pub(super) use service::open_family;
pub(super) use store::end_all;

//! One's own account: the password and the second factor.

mod routes;
mod service;

pub use routes::router;

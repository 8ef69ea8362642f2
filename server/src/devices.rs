//! The members' phones: bound to a card by a one-time link, signing in without a password, removed when lost.
//!
//! A phone keeps a P-256 key that never leaves it; what it signs are short tokens (`assertion.rs`) and live card codes.

pub mod assertion;
mod jwk;
mod routes;
mod service;
mod store;

pub use jwk::PublicKey;
pub use routes::router;
pub use service::{Activated, activate};
pub use store::{Device, PastPhone, bound_devices, forget, phones_of};

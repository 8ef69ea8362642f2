//! Who may do what, and the record of who did it.
//!
//! `operations.rs` is THE table role × operation. A guard in front of every API route looks its row up (a route without
//! a row answers nobody), signs the caller in and hands the handler a [`Caller`] with the [`Scope`] that the row grants.
//! Stores take that scope. `audit.rs` appends to the hash-chained log, in the same transaction as what it records.

pub mod audit;
mod caller;
mod guard;
mod operations;
mod roles;
mod scope;
mod seen;
mod signing_in;
mod store;
mod within;

pub use caller::{Caller, Held, Who};
pub use guard::guard;
pub use operations::{Access, Operation, Row, TABLE};
pub use roles::Role;
pub use scope::{Grant, Scope, Side, push_lies_below, push_stays_at};
pub use seen::remember;
pub use signing_in::SignIns;
pub use store::{ancestors_of, ancestors_with_role};
pub use within::Within;

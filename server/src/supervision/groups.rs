//! Groups: who, for which units, from when until when.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{GroupChanges, GroupKind, GroupState, NewGroup};
pub(super) use routes::router;
pub use service::{create, end};
pub(super) use store::{count_in_force, find, has_member, has_unit, names};
pub use view::Group;

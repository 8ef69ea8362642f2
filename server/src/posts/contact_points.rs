//! Contact points (联系点): the units below that a leader looks after, recorded by the unit in which the leader holds a post.

mod model;
mod routes;
mod service;
mod store;

pub use model::{ContactPoint, NewContactPoint};
pub(super) use routes::router;
pub(super) use service::end_of_leader;
pub use service::{create, of_member};

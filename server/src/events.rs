//! Events of units: who is asked to come, when one can check in, and the code on the screen.

mod draft;
mod list_store;
mod model;
mod routes;
mod screen;
mod service;
mod store;
mod view;

pub use draft::{CheckInWindow, Hours, NewEvent, WindowInput};
pub use list_store::{Held, held, least_of_each_branch, push_held};
pub use model::{Audience, Counts, EventKind, EventRow, Expected, State};
pub use routes::router;
pub use service::{create, event_within};
pub(crate) use store::active_then;
pub use store::{
    asked_of, coming, counts, event, event_by_code_id, events, expected_members, is_asked, is_at_or_below,
    is_in_audience,
};
pub use view::{Event, show, show_all};

//! What each user's first screen and the link between the two ends need: oneself, a unit's overview, the status check with a
//! stated purpose, and the member's own log of who looked.

mod access_log;
mod figures;
mod me;
mod model;
mod overview;
mod routes;
mod status_check;
mod store;

pub use access_log::access_log;
pub use model::{AccessLogEntry, LOOK_UPS};
pub use routes::router;
pub use status_check::{HostContact, StatusCheck, StatusCheckRequest, check_status, contact};

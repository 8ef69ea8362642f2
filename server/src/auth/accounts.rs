//! Officers' accounts: made by an administrator, opened by a one-time link, with roles on units.

mod limited;
mod limited_store;
mod model;
mod routes;
mod service;
mod store;

pub use limited::{Candidate, CandidateRole, LimitedRole, candidates, candidates_among, set_limited};
pub use limited_store::{has_limited, usernames};
pub use model::{Account, AccountRecord, AssignmentView, NewAccount, SetupLink, Username};
pub use routes::router;
pub(super) use service::require_other_than_name;
pub use service::{Desk, account_view};
pub use store::administrators;
pub(super) use store::{AccountRow, by_id, by_username, set_password, set_totp, take_totp_step};

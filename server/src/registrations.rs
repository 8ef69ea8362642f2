//! Registrations: one row a stay, with two ends that both have to agree. What may be done next, and by which end, is one
//! pure function (`model.rs`) that the service checks and every answer tells. The routes of `/members/{id}` stand here
//! too, because who may see a member depends on the member's stays.

mod contacts;
mod filing;
mod list_routes;
mod list_store;
mod log_routes;
mod log_store;
mod member_routes;
mod members;
mod model;
mod routes;
mod service;
mod store;
mod view;

pub use contacts::{ContactMethod, ContactOutcome, NewContact, log as log_contact};
pub use filing::{Filing, file};
pub use log_store::forget_words;
pub use members::{MemberRecord, require_member, stay_of_member};
pub use model::{Action, CardRef, CardStatus, End, FlowReason, PLEASE_CALL_MONTHS, Standing, Status, Stay, Step, may};
pub use routes::{Because, Reason, router};
pub use service::{stay_within, step};
pub use store::{count_left_before, left_before, note_activity, open_stay_of, stay};
pub use view::{Registration, Suggestion, show, shown, view};

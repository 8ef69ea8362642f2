//! Registrations: one row a stay, with two ends that both have to agree. What may be done next, and by which end, is one
//! pure function (`model.rs`) that the service checks and every answer tells. The routes of `/members/{id}` and of
//! `PATCH /me` stand here too, because who may see a member, and who is told of a change, depends on the member's stays.

mod contacts;
mod counted;
mod filing;
mod list_plan;
mod list_routes;
mod list_sql;
mod list_store;
mod listed;
mod log_routes;
mod log_store;
mod member_routes;
mod members;
mod model;
mod past;
mod please_call;
mod requests;
mod routes;
mod service;
mod silence;
mod store;
mod suggest;
mod suggest_store;
mod tallying;
mod telling;
mod view;

pub use contacts::{ContactAttempt, ContactMethod, ContactOutcome, NewContact, log as log_contact};
pub use counted::{
    Counted, CountedEnd, CountedMember, CountedThen, counted, counted_members, counted_then, push_open_before,
    push_stays_before,
};
pub use filing::{Ends, Filer, Filing, contradictions, file, file_between, judge};
pub use list_plan::departments_within;
pub use log_store::{contacts, forget_words};
pub use members::{MemberRecord, require_member, stay_of_member, unknown_member};
pub use model::{
    Action, CardRef, CardStatus, End, FlowReason, RULE_VERSION, Standing, Status, Stay, StayStep, Step, may,
};
pub use past::{HistoryItem, history};
pub use please_call::silent_before;
pub use requests::{
    CarryOut, MemberRequest, NewRequest, RequestKind, RequestStatus, file as file_request, kinds_of as request_kinds,
    of_member as requests_of, refuse as refuse_request, shown as request_shown, take_back as take_request_back,
    to_carry_out,
};
pub use routes::{Because, Reason, router};
pub use service::{stay_within, step};
pub use store::{
    belonging, count_left_before, homes_of, left_before, members_at, note_activities, open_stay_of, stay, stays_of,
};
pub use tallying::card_moved;
pub use telling::{both_ends as tell_both_ends, both_ends_of as tell_ends_of};
pub use view::{Registration, Suggestion, shown, view};

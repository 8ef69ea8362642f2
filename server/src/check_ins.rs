//! Checking in, the attendance record, and the live wall.
//!
//! `decide.rs` is the rule, a pure function with a table of cases. Every attempt is kept, the failed ones too; the record
//! itself is append only, and one row for each member and event says which entry stands.

mod answers;
mod attempts;
mod attempts_store;
mod attendance;
pub mod decide;
mod desk;
mod entry;
mod evidence;
mod following;
mod live;
mod model;
mod offline_pack;
mod own;
mod record;
mod review_model;
mod routes;
mod service;
mod settling;
mod store;
mod tally;
mod views;
mod wall;

pub use attempts_store::{count_attempts_before, forget_attempts_before};
pub use attendance::{answer as answer_dispute, ask_leave, dispute, read as attendance, record as record_outcome};
pub use decide::Outcome;
pub use desk::Desk;
pub use entry::{NewEntry, enter};
pub use live::Live;
pub use model::{
    Attendance, AttendanceItem, CheckInRequest, EntryMethod, Item, NewRecord, RecordPage, RecordRow, Unscanned,
};
pub use own::{OwnAttempt, OwnAttendance, OwnEntry, attempts_of, whole_record};
pub use record::newest;
pub use routes::router;
pub use service::check_in;
pub use store::{forget_words, present_at};
pub use tally::{Session, sessions_of};

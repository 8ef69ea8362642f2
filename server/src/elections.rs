//! Elections at the end of a term (换届选举): what is due and overdue, the steps from asking the superior to the approved result,
//! the quorum, and the record. Floating members take part at their host without a vote, and are never counted there.

mod counting;
mod due;
mod due_store;
mod holding;
mod input;
mod model;
mod people;
mod people_store;
mod quorum;
mod routes;
mod service;
mod store;
mod view;

pub use counting::{ElectionFigures, due_days, figures};
pub use due::REMIND_DAYS;
pub use holding::{hold, record_result};
pub use input::{
    Approval, Candidate, Elected, ElectionResult, HoldMeeting, Holding, NewElection, Nomination, Remark, Seats,
};
pub use model::{ElectionAction, ElectionState};
pub use people::{OwnElection, forget_words, of_member};
pub use routes::router;
pub use service::{approve, approve_holding, ask_approval, create, nominate, send_back, withdraw};
pub use store::titles;
pub use view::Election;

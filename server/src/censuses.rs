//! Censuses (摸排): as of a day, whether each unit and each member below a unit can take part in the organisation life, and why
//! not. What is asked is a snapshot; the branches answer, the progress is shown as counts, and what is closed never changes.

mod answering;
mod comparing;
mod counting;
mod lines_store;
mod members;
mod model;
mod routes;
mod service;
mod store;
mod view;

pub use answering::{answer_member, answer_unit, rest_able};
pub use counting::{CensusFigures, figures, unable_units};
pub use model::{Answer, AnswerCounts, Close, NewCensus, UnableReason};
pub use routes::router;
pub use service::{close, create};
pub use store::titles;
pub use view::{Census, OwnCensusAnswer, of_member};

//! What a unit sends up: a request (请示), which its superior answers, or a report (报告), which the superior acknowledges.
//! The superior is the unit above; whoever holds a role there or further above answers, never whoever sent it. In which
//! roles it was read is shown, by whom is not.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{Granted, NewSubmission, SubmissionAnswer, SubmissionChanges, SubmissionKind, SubmissionState};
pub use routes::router;
pub use service::{acknowledge, answer, create, send};
pub use store::{SubmissionFigures, figures, titles};
pub use view::{Submission, SubmissionItem};

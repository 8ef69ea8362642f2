//! What members write (读书笔记、小结、党性分析材料、心得体会、思想汇报): handed in as text, as a file or on paper, read by the branch, and
//! returned with a remark or accepted. A document keeps its versions, and counts by the length of the one that was accepted.

mod length;
mod model;
mod reading;
mod routes;
mod service;
mod store;
mod view;

pub use length::length;
pub use model::{DocumentKind, DocumentState, DocumentText, NewDocument, NewPaper, Remark, Revision};
pub use reading::Measured;
pub use routes::router;
pub use service::{accept, enter, give_back, hand_in, revise, withdraw};
pub use store::{DocumentFigures, Written, accepted_by, figures, forget_words};
pub use view::{Document, OwnDocument, of_member};

//! Cases of help: a difficulty that somebody has, opened and solved.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub(super) use model::CaseRow;
pub use model::{CaseState, CaseSubject, NewCase, SolveCase};
pub(super) use routes::router;
pub(super) use service::{joined, words};
pub use service::{open, solve};
pub(super) use store::{count, forget_words, own};
pub use view::Case;

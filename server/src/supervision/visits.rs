//! Visits: what a group has found at a unit, what the unit answers, and the figures of it all.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{FindingAnswer, FindingKind, NewFinding, NewVisit, VisitClosing, VisitState};
pub(super) use routes::router;
pub use service::{answer, close, create};
pub use store::{SupervisionFigures, figures, titles};
pub use view::Visit;

//! Supervision groups and liaison officers (督导组划片包干, 联络员): accounts that read what is assigned to them, between two days and
//! no longer than the group has it; and what they find on their visits, which the visited unit answers.
//!
//! The reach is a role of its own on each assigned unit (`auth::accounts`), so that nothing else has to know of groups.

mod groups;
mod visits;

pub use groups::{Group, GroupChanges, GroupKind, GroupState, NewGroup, create as create_group, end as end_group};
pub use visits::{
    FindingAnswer, FindingKind, NewFinding, NewVisit, SupervisionFigures, Visit, VisitClosing, VisitState,
    answer as answer_finding, close as close_visit, create as create_visit, figures, titles as visit_titles,
};

use crate::openapi::ApiRouter;

/// The routes of this feature.
pub fn router() -> ApiRouter {
    groups::router().merge(visits::router())
}

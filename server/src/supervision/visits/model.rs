//! A visit and its findings.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{GroupId, RowId, UnitId, VisitId},
    parsing::Text,
    words,
};

/// Within so many days of the visit a problem is to be answered, where no day is said.
pub const ANSWER_DAYS: i64 = 30;
/// As many findings as a visit has at most.
const MOST_FINDINGS: usize = 50;

words! {
    /// What a finding is.
    pub enum FindingKind {
        /// Something done well.
        Good = "good",
        /// Something to be put right.
        Problem = "problem",
    }
}

words! {
    /// Where a visit stands.
    pub enum VisitState {
        /// The unit answers, and the group has not closed it.
        Open = "open",
        /// The group has closed it.
        Closed = "closed",
    }
}

words! {
    /// What can be done with a visit.
    pub enum VisitAction {
        /// Answer a problem, as the visited unit.
        Answer = "answer",
        /// Close it, as the group.
        Close = "close",
    }
}

/// What was found.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewFinding {
    /// What it is.
    pub kind: FindingKind,
    /// In words.
    pub text: Text<500>,
    /// Of a problem: by when the unit answers; thirty days after the visit, if left out.
    #[serde(default)]
    pub due_on: Option<Day>,
}

/// A visit to be written down.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewVisit {
    /// The group, of which the caller is one.
    pub group_id: GroupId,
    /// The unit that was visited: one assigned to the group.
    pub unit_id: UnitId,
    /// On which day.
    pub visited_on: Day,
    /// What was found.
    pub findings: Vec<NewFinding>,
}

impl NewVisit {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.visited_on > today {
            errors.push(FieldError::new("/visited_on", "in_the_future", "must not be after today"));
        }
        if self.findings.is_empty() || self.findings.len() > MOST_FINDINGS {
            errors.push(FieldError::new("/findings", "invalid", "must have between one and fifty entries"));
        }
        for (n, finding) in self.findings.iter().enumerate() {
            let pointer = format!("/findings/{n}/due_on");
            match (finding.kind, finding.due_on) {
                (FindingKind::Good, Some(_)) => {
                    errors.push(FieldError::new(pointer, "invalid", "belongs to problems only"));
                }
                (FindingKind::Problem, Some(due)) if due < self.visited_on => {
                    errors.push(FieldError::new(pointer, "invalid", "must not be before the visit"));
                }
                _ => {}
            }
        }
        errors
    }
}

/// The visited unit's answer to a problem.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct FindingAnswer {
    /// The number of the finding within its visit.
    pub finding: i64,
    /// What was done about it.
    pub answer: Text<1000>,
}

/// The end of a visit.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct VisitClosing {
    /// Where a problem has no answer: why the visit is closed all the same.
    #[serde(default)]
    pub reason: Option<Text<500>>,
}

/// A visit as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct VisitRow {
    pub(super) id: VisitId,
    pub(super) group_id: GroupId,
    pub(super) unit_id: UnitId,
    pub(super) visited_on: Day,
    pub(super) state: VisitState,
    pub(super) created_at: Instant,
    pub(super) closed_at: Option<Instant>,
    pub(super) closing_reason_sealed: Option<Vec<u8>>,
}

/// A finding as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct FindingRow {
    pub(super) id: RowId,
    pub(super) visit_id: VisitId,
    pub(super) place: i64,
    pub(super) kind: FindingKind,
    pub(super) text_sealed: Vec<u8>,
    pub(super) due_on: Option<Day>,
    pub(super) answer_sealed: Option<Vec<u8>>,
    pub(super) answered_at: Option<Instant>,
}

impl FindingRow {
    /// A problem without an answer.
    pub(super) fn waits(&self) -> bool {
        self.kind == FindingKind::Problem && self.answered_at.is_none()
    }
}

//! A submission: its kinds, its states, who may do what with it, and when it is due.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    ids::{AccountId, AttachmentId, SubmissionId, UnitId},
    parsing::{Change, Line, Text},
    words,
};

/// Within so many days a submission is to be answered, where its sender says no day.
pub const ANSWER_DAYS: i64 = 15;
/// As many files go with one.
pub(super) const MOST_FILES: usize = 10;

words! {
    /// What is sent up.
    pub enum SubmissionKind {
        /// A request for a decision (请示).
        Request = "request",
        /// A report (报告).
        Report = "report",
    }
}

words! {
    /// Where a submission stands.
    pub enum SubmissionState {
        /// Being written.
        Draft = "draft",
        /// With the superior.
        Sent = "sent",
        /// The request was answered.
        Answered = "answered",
        /// The report was acknowledged.
        Acknowledged = "acknowledged",
    }
}

words! {
    /// What was decided about a request.
    pub enum Granted {
        /// As asked.
        Yes = "yes",
        /// Not.
        No = "no",
        /// In part, or under a condition that the answer says.
        Partly = "partly",
    }
}

words! {
    /// What can be done with a submission.
    pub enum SubmissionAction {
        /// Write on.
        Edit = "edit",
        /// Send it.
        Send = "send",
        /// Throw the draft away.
        Discard = "discard",
        /// Answer the request.
        Answer = "answer",
        /// Acknowledge the report.
        Acknowledge = "acknowledge",
    }
}

words! {
    /// Which side of the submission is the caller's.
    pub enum SubmissionBox {
        /// Sent, or being written, with the superior beyond the caller's reach.
        Sent = "sent",
        /// The superior is within the caller's reach.
        Received = "received",
    }
}

words! {
    /// How far a submission has come, for lists by the day on which it did.
    pub enum SubmissionStep {
        /// It was sent.
        Sent = "sent",
        /// The request was answered.
        Answered = "answered",
        /// The report was acknowledged.
        Acknowledged = "acknowledged",
    }
}

/// How somebody stands towards a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Keeps the records of the unit that sends it.
    pub(super) sender: bool,
    /// Holds a role at the superior or above it.
    pub(super) superior: bool,
    /// Sent it in person.
    pub(super) oneself: bool,
}

/// Whether it may be done. The one rule: the service checks it, answers tell it.
pub(super) fn may(action: SubmissionAction, row: &SubmissionRow, by: Standing) -> bool {
    let answers = by.superior && !by.oneself && row.state == SubmissionState::Sent;
    match action {
        SubmissionAction::Edit | SubmissionAction::Send | SubmissionAction::Discard => {
            by.sender && row.state == SubmissionState::Draft
        }
        SubmissionAction::Answer => answers && row.kind == SubmissionKind::Request,
        SubmissionAction::Acknowledge => answers && row.kind == SubmissionKind::Report,
    }
}

/// A submission that is begun.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewSubmission {
    /// The unit that sends it; its superior is the unit above.
    pub unit_id: UnitId,
    /// What it is.
    pub kind: SubmissionKind,
    /// What it is about.
    pub title: Line<100>,
    /// The text.
    pub body: Text<20_000>,
    /// By when an answer is needed; fifteen days after it is sent, if left out.
    #[serde(default)]
    pub due_on: Option<Day>,
    /// Files that were sent before, ten at most.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// What changes about a draft.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct SubmissionChanges {
    /// What it is.
    #[serde(default)]
    pub kind: Option<SubmissionKind>,
    /// What it is about.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// The text.
    #[serde(default)]
    pub body: Option<Text<20_000>>,
    /// By when an answer is needed.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    pub due_on: Change<Day>,
    /// The files in the place of those before.
    #[serde(default)]
    pub attachments: Option<Vec<AttachmentId>>,
}

/// The superior's answer to a request.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct SubmissionAnswer {
    /// What is decided.
    pub granted: Granted,
    /// The answer.
    pub answer: Text<5_000>,
}

/// A submission as it is stored, without its text.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct SubmissionRow {
    pub(super) id: SubmissionId,
    pub(super) unit_id: UnitId,
    pub(super) to_unit_id: UnitId,
    pub(super) kind: SubmissionKind,
    pub(super) state: SubmissionState,
    pub(super) title: String,
    pub(super) due_on: Option<Day>,
    pub(super) granted: Option<Granted>,
    pub(super) account_id: AccountId,
    pub(super) sent_at: Option<Instant>,
    pub(super) closed_at: Option<Instant>,
    pub(super) version: i64,
    pub(super) created_at: Instant,
}

impl SubmissionRow {
    /// A request that waits beyond its day.
    pub(super) fn overdue(&self, today: Day) -> bool {
        self.kind == SubmissionKind::Request
            && self.state == SubmissionState::Sent
            && self.due_on.is_some_and(|due| due < today)
    }
}

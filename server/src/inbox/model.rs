//! The shapes of the inbox, and when each kind of task is due.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    access::Operation,
    clock::{Day, Instant},
    ids::{EntryId, EventId, NoticeId, RegistrationId, RequestId},
    notices::{NoticeKind, SubjectKind},
    people::MemberRef,
    registrations::{End, RequestKind},
    units::UnitRef,
    words,
};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// An event as the inbox names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventTitle {
    /// Its id.
    pub id: EventId,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Instant,
}

/// A request as the inbox names it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RequestRef {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
}

/// A record of the units' work as the inbox names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubjectItem {
    /// Of which kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
    /// What it is called, where it has a title.
    pub title: Option<String>,
}

/// Something that one was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeItem {
    /// Its id.
    pub id: NoticeId,
    /// What has happened.
    pub kind: NoticeKind,
    /// When.
    pub at: Instant,
    /// Whether one has read as far as this.
    pub read: bool,
    /// To an officer: whom it is about.
    pub member: Option<MemberRef>,
    /// To an officer: which unit is told.
    pub unit: Option<UnitRef>,
    /// To an officer: as which end of the stay.
    pub end: Option<End>,
    /// The stay.
    pub registration_id: Option<RegistrationId>,
    /// The number of the card.
    pub card_number: Option<String>,
    /// The event.
    pub event: Option<EventTitle>,
    /// The request.
    pub request: Option<RequestRef>,
    /// The record of the units' work.
    pub subject: Option<SubjectItem>,
}

/// A yearly review that comes up: reckoned, not told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewReminder {
    /// The number of the card.
    pub card_number: String,
    /// By which day.
    pub due_on: Day,
    /// Whether that day has passed; the card stays valid.
    pub overdue: bool,
}

/// A page of notices, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticePage {
    /// The notices.
    pub items: Vec<NoticeItem>,
    /// Send it as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
    /// How many have come since one last read; 100 stands for many.
    pub unread: i64,
    /// To a member: the review of the card, from a month before its date.
    pub review: Option<ReviewReminder>,
}

/// How far one has read.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
pub struct ReadUntil {
    /// The newest notice that was shown.
    pub until: NoticeId,
}

words! {
    /// What there is to do. The order decides between two that are due at the same moment.
    pub enum TaskKind {
        /// A registration to confirm: within seven days.
        ConfirmRegistration = "confirm_registration",
        /// A member to accept: within seven days.
        AcceptMember = "accept_member",
        /// What a member asks for, to be answered: by the wished day, or within seven days.
        AnswerRequest = "answer_request",
        /// A disputed entry to be corrected or answered: within seven days.
        AnswerDispute = "answer_dispute",
        /// A scan that disagrees with the record, to be settled: within three days.
        SettleConflict = "settle_conflict",
        /// A card to review: by its date.
        ReviewCard = "review_card",
        /// A member silent for three months, to be called: within a week, and a month after the last try.
        PleaseCall = "please_call",
        /// A member's document to be read: within seven days.
        ReviewDocument = "review_document",
        /// Units and members without an answer in a census: by its date.
        AnswerCensus = "answer_census",
        /// What a unit below asks about its election, to be approved or given back: within seven days.
        ApproveElection = "approve_election",
        /// A term that ends: from ninety days before its end.
        HoldElection = "hold_election",
        /// A problem that a supervision group has found, to be answered: by its day.
        AnswerFinding = "answer_finding",
        /// A request or report from below, to be answered or acknowledged: by its day.
        AnswerSubmission = "answer_submission",
        /// Leave asked for an event of today: nothing to do, good to know.
        LeaveToday = "leave_today",
        /// What was promised in a talk: by its day.
        TalkFollowUp = "talk_follow_up",
        /// An opinion to be sorted and taken in hand: within seven days.
        SortOpinion = "sort_opinion",
        /// An opinion to be put right: by its day.
        RectifyOpinion = "rectify_opinion",
    }
}

impl TaskKind {
    /// The operation that does it: whoever's reach it is in has the task.
    pub(super) const fn operation(self) -> Operation {
        match self {
            Self::ConfirmRegistration => Operation::ConfirmRegistration,
            Self::AcceptMember => Operation::AcceptRegistration,
            Self::AnswerRequest => Operation::RefuseRequest,
            Self::AnswerDispute => Operation::AnswerDispute,
            Self::SettleConflict => Operation::SettleCheckIn,
            Self::ReviewCard => Operation::ReviewCard,
            // As everywhere, only the two ends read who is silent.
            Self::PleaseCall => Operation::MoveRegistration,
            Self::ReviewDocument => Operation::AcceptDocument,
            Self::AnswerCensus => Operation::AnswerCensusUnit,
            Self::ApproveElection => Operation::ApproveElection,
            Self::HoldElection => Operation::CreateElection,
            Self::AnswerFinding => Operation::AnswerFinding,
            Self::AnswerSubmission => Operation::AnswerSubmission,
            Self::LeaveToday => Operation::RecordAttendance,
            Self::TalkFollowUp => Operation::FollowUpTalk,
            Self::SortOpinion | Self::RectifyOpinion => Operation::SortOpinion,
        }
    }

    /// The kind of the record on whose screen it is done; none: a stay, a card, an event.
    pub(super) const fn subject(self) -> Option<SubjectKind> {
        match self {
            Self::AnswerCensus => Some(SubjectKind::Census),
            Self::ApproveElection | Self::HoldElection => Some(SubjectKind::Election),
            Self::ReviewDocument => Some(SubjectKind::Document),
            Self::AnswerFinding => Some(SubjectKind::Visit),
            Self::AnswerSubmission => Some(SubjectKind::Submission),
            Self::ConfirmRegistration
            | Self::AcceptMember
            | Self::AnswerRequest
            | Self::AnswerDispute
            | Self::SettleConflict
            | Self::ReviewCard
            | Self::PleaseCall
            | Self::LeaveToday => None,
            Self::TalkFollowUp => Some(SubjectKind::Talk),
            Self::SortOpinion | Self::RectifyOpinion => Some(SubjectKind::Opinion),
        }
    }

    /// Whether there is nothing to do about it.
    pub(super) const fn is_information(self) -> bool {
        matches!(self, Self::LeaveToday)
    }
}

/// From a record's moment to the moment at which its task is due, in milliseconds.
pub(super) const ANSWER_WITHIN: i64 = 7 * DAY;
/// The same for a conflict: people still remember who was there.
pub(super) const SETTLE_WITHIN: i64 = 3 * DAY;
/// From the last sign of life: three months (of at most 31 days), and a week.
pub(super) const CALL_WITHIN: i64 = (92 + 7) * DAY;
/// After a try that did not end the silence, the next one.
pub(super) const CALL_AGAIN: i64 = 30 * DAY;

/// Something to do, with the ids that lead to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Task {
    /// What.
    pub kind: TaskKind,
    /// By which day.
    pub due_on: Day,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Nothing to do, good to know.
    pub information: bool,
    /// Whom it is about, where it is about one member.
    pub member: Option<MemberRef>,
    /// From where: the other end of the stay, or the unit that holds the event.
    pub unit: UnitRef,
    /// The stay.
    pub registration_id: Option<RegistrationId>,
    /// The number of the card.
    pub card_number: Option<String>,
    /// The event.
    pub event: Option<EventTitle>,
    /// The entry that is disputed.
    pub entry_id: Option<EntryId>,
    /// The request.
    pub request: Option<RequestRef>,
    /// The record of the units' work on whose screen it is done.
    pub subject: Option<SubjectItem>,
}

/// How many of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaskCount {
    /// The kind.
    pub kind: TaskKind,
    /// How many.
    pub count: i64,
    /// How many of them are overdue.
    pub overdue: i64,
}

/// A page of tasks, the soonest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskPage {
    /// The tasks.
    pub items: Vec<Task>,
    /// Send it as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
    /// How many there are of each kind, of those that there are.
    pub counts: Vec<TaskCount>,
}

/// A task's place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) due_at: i64,
    pub(super) kind: TaskKind,
    pub(super) id: Uuid,
}

/// Where the rows of one kind go on, behind a place in the queue of all kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct After {
    /// Those due later…
    pub(super) due_at: i64,
    /// …and of those due then, the ones with a larger id; `None`: none of them.
    pub(super) tie: Option<Uuid>,
}

impl Place {
    /// Where the rows of `kind` go on behind this place.
    pub(super) fn within(self, kind: TaskKind) -> After {
        let tie = match kind.cmp(&self.kind) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(self.id),
            std::cmp::Ordering::Greater => Some(Uuid::nil()),
        };
        After { due_at: self.due_at, tie }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_goes_on_where_the_queue_of_all_was_cut() {
        let place = Place { due_at: 7, kind: TaskKind::AnswerRequest, id: Uuid::from_u128(5) };
        let tie = |kind| place.within(kind).tie;
        assert_eq!(tie(TaskKind::ConfirmRegistration), None);
        assert_eq!(tie(TaskKind::AnswerRequest), Some(Uuid::from_u128(5)));
        assert_eq!(tie(TaskKind::LeaveToday), Some(Uuid::nil()));
    }
}

//! An election: its states, its steps, and who may take them.

use crate::{
    access::Operation,
    clock::{Day, Instant},
    ids::{ElectionId, EventId, UnitId},
    words,
};

words! {
    /// How far an election has come; the last two are final.
    pub enum ElectionState {
        /// It has been opened.
        Opened = "opened",
        /// The unit above is asked to let it be held.
        ApprovalAsked = "approval_asked",
        /// It may be held.
        ApprovedToHold = "approved_to_hold",
        /// Who stands is on record.
        Candidates = "candidates",
        /// The meeting is named.
        Meeting = "meeting",
        /// The result is recorded; the unit above is asked to approve it.
        Result = "result",
        /// The result is approved: done.
        Approved = "approved",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

impl ElectionState {
    /// Whether it still goes on; a unit has one such at most.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Approved | Self::Withdrawn)
    }
}

words! {
    /// The steps of an election.
    pub enum ElectionAction {
        /// Ask the unit above to let it be held.
        AskApproval = "ask_approval",
        /// Let it be held.
        ApproveHolding = "approve_holding",
        /// Give back what was asked: the wish to hold it, or its result.
        SendBack = "send_back",
        /// Put on record who stands.
        Nominate = "nominate",
        /// Name the meeting, or another one where a quorum was missing.
        Hold = "hold",
        /// Record the result.
        RecordResult = "record_result",
        /// Approve the result: a new term begins.
        Approve = "approve",
        /// Take it back.
        Withdraw = "withdraw",
    }
}

/// Where a caller stands towards an election.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// At the unit itself, or above it.
    pub(super) desk: bool,
    /// Above it.
    pub(super) above: bool,
}

impl ElectionAction {
    /// The operation whose row in THE table says who may do it.
    pub(super) const fn operation(self) -> Operation {
        match self {
            Self::AskApproval => Operation::AskElectionApproval,
            Self::ApproveHolding => Operation::ApproveElectionHolding,
            Self::SendBack => Operation::SendElectionBack,
            Self::Nominate => Operation::NominateCandidates,
            Self::Hold => Operation::HoldElection,
            Self::RecordResult => Operation::RecordElectionResult,
            Self::Approve => Operation::ApproveElection,
            Self::Withdraw => Operation::WithdrawElection,
        }
    }

    /// Whether it is the unit above that does it.
    pub(super) const fn is_of_above(self) -> bool {
        matches!(self, Self::ApproveHolding | Self::SendBack | Self::Approve)
    }
}

/// Whether the state lets someone who stands so do it. The one rule: the service checks it, answers tell it.
pub(super) fn may(action: ElectionAction, state: ElectionState, by: Standing) -> bool {
    use ElectionAction as A;
    use ElectionState as S;
    let fits = match action {
        A::AskApproval => state == S::Opened,
        A::ApproveHolding => state == S::ApprovalAsked,
        A::SendBack => matches!(state, S::ApprovalAsked | S::Result),
        A::Nominate => matches!(state, S::ApprovedToHold | S::Candidates),
        A::Hold => matches!(state, S::Candidates | S::Meeting),
        A::RecordResult => state == S::Meeting,
        A::Approve => state == S::Result,
        A::Withdraw => state.is_open(),
    };
    fits && if action.is_of_above() { by.above } else { by.desk }
}

/// The state after an action that [`may`] be done.
pub(super) const fn after(action: ElectionAction, before: ElectionState) -> ElectionState {
    match (action, before) {
        (ElectionAction::AskApproval, _) => ElectionState::ApprovalAsked,
        (ElectionAction::ApproveHolding, _) => ElectionState::ApprovedToHold,
        // A result that is not approved is held again.
        (ElectionAction::SendBack, ElectionState::Result) => ElectionState::Candidates,
        (ElectionAction::SendBack, _) => ElectionState::Opened,
        (ElectionAction::Nominate, _) => ElectionState::Candidates,
        (ElectionAction::Hold, _) => ElectionState::Meeting,
        (ElectionAction::RecordResult, _) => ElectionState::Result,
        (ElectionAction::Approve, _) => ElectionState::Approved,
        (ElectionAction::Withdraw, _) => ElectionState::Withdrawn,
    }
}

/// An election as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct ElectionRow {
    pub(super) id: ElectionId,
    pub(super) unit_id: UnitId,
    pub(super) due_on: Day,
    pub(super) state: ElectionState,
    pub(super) event_id: Option<EventId>,
    pub(super) electors_expected: Option<i64>,
    pub(super) on_paper: Option<i64>,
    pub(super) held_on: Option<Day>,
    pub(super) scanned: Option<i64>,
    pub(super) floating: Option<i64>,
    pub(super) probationary: Option<i64>,
    pub(super) ballots_given: Option<i64>,
    pub(super) ballots_returned: Option<i64>,
    pub(super) authority: Option<String>,
    pub(super) approved_on: Option<Day>,
    pub(super) moved_at: Instant,
    pub(super) created_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_steps_and_each_side_its_own() {
        let steps = |state, by| {
            let all = ElectionAction::ALL.iter().filter(|action| may(**action, state, by));
            all.map(|action| action.word()).collect::<Vec<_>>()
        };
        let desk = Standing { desk: true, above: false };
        let above = Standing { desk: true, above: true };
        assert_eq!(steps(ElectionState::Opened, desk), ["ask_approval", "withdraw"]);
        assert_eq!(steps(ElectionState::ApprovalAsked, desk), ["withdraw"]);
        assert_eq!(steps(ElectionState::ApprovalAsked, above), ["approve_holding", "send_back", "withdraw"]);
        assert_eq!(steps(ElectionState::ApprovedToHold, desk), ["nominate", "withdraw"]);
        assert_eq!(steps(ElectionState::Candidates, desk), ["nominate", "hold", "withdraw"]);
        assert_eq!(steps(ElectionState::Meeting, desk), ["hold", "record_result", "withdraw"]);
        assert_eq!(steps(ElectionState::Result, desk), ["withdraw"]);
        assert_eq!(steps(ElectionState::Result, above), ["send_back", "approve", "withdraw"]);
        assert_eq!(steps(ElectionState::Approved, above), Vec::<&str>::new());
        assert_eq!(steps(ElectionState::Opened, Standing::default()), Vec::<&str>::new());
        assert_eq!(after(ElectionAction::SendBack, ElectionState::Result), ElectionState::Candidates);
        assert_eq!(after(ElectionAction::SendBack, ElectionState::ApprovalAsked), ElectionState::Opened);
    }
}

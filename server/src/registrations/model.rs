//! A stay: its states, its two ends, and who may do what next.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{Operation, Scope, Side},
    clock::{Day, Instant},
    ids::{MemberId, RegistrationId, UnitId},
    words,
};

/// The rules under which registrations are made today; they changed in 2006, 2019 and 2024, and will again.
pub const RULE_VERSION: &str = "2024";
/// A stay this long with a fixed place should become a transfer: it is suggested, never forced.
pub const TRANSFER_MONTHS: i64 = 6;
/// A silence this long is shown to both ends: please call.
pub const PLEASE_CALL_MONTHS: i64 = 3;
/// Out of contact takes a silence this long…
pub const OUT_OF_CONTACT_MONTHS: i64 = 6;
/// …and as many attempts, without an answer, since the last sign of life.
pub const OUT_OF_CONTACT_ATTEMPTS: i64 = 2;
/// As many members at one place may form a branch.
pub const BRANCH_MEMBERS: i64 = 3;

words! {
    /// What the report counts of stays in a period, for lists of the same.
    pub enum StayStep {
        /// It was open at the end of the last day.
        Open = "open",
        /// It was filed.
        Filed = "filed",
        /// A card was issued on it.
        CardIssued = "card_issued",
    }
}

words! {
    /// The state of a registration.
    pub enum Status {
        /// Filed by the host; the home department is asked.
        PendingHome = "pending_home",
        /// Filed by the home end, or moved; the host is asked.
        PendingHost = "pending_host",
        /// Both ends agree.
        Active = "active",
        /// The end that was asked refused.
        Declined = "declined",
        /// Taken back before both ends agreed.
        Withdrawn = "withdrawn",
        /// The home end cannot reach the member.
        OutOfContact = "out_of_contact",
        /// The formal affiliation moved to the host.
        Transferred = "transferred",
        /// The member went home.
        Returned = "returned",
    }
}

impl Status {
    /// Whether the stay still goes on; a person has one such at most.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::PendingHome | Self::PendingHost | Self::Active | Self::OutOfContact)
    }

    /// Whether one end is still asked.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::PendingHome | Self::PendingHost)
    }
}

words! {
    /// One end of a stay.
    pub enum End {
        /// Where the formal affiliation is (流出地).
        Home = "home",
        /// Where the member lives the organisation life (流入地).
        Host = "host",
    }
}

words! {
    /// Why the member moved.
    pub enum FlowReason {
        /// Work.
        Employment = "employment",
        /// An own business.
        Business = "business",
        /// Study.
        Study = "study",
        /// Family.
        Family = "family",
        /// Retirement.
        Retirement = "retirement",
        /// The employer was restructured.
        Restructured = "restructured",
        /// The employer went bankrupt.
        Bankrupt = "bankrupt",
        /// The employer was dissolved.
        Dissolved = "dissolved",
        /// Laid off.
        LaidOff = "laid_off",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// The state of a card.
    pub enum CardStatus {
        /// Good.
        Active = "active",
        /// Suspended by the home department.
        Suspended = "suspended",
        /// Lost; replaced or to be replaced.
        Lost = "lost",
        /// Taken away by the home department; final.
        Revoked = "revoked",
        /// Handed back; final.
        Surrendered = "surrendered",
    }
}

impl CardStatus {
    /// Whether the card has not come to its end.
    pub const fn is_living(self) -> bool {
        matches!(self, Self::Active | Self::Suspended)
    }
}

/// A card as other records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardRef {
    /// The card number.
    pub number: String,
    /// The state of the card.
    pub status: CardStatus,
    /// By which day it has to be reviewed.
    pub review_due: Day,
    /// Whether that day has passed; the card stays valid.
    pub review_overdue: bool,
}

words! {
    /// What can be done to a registration.
    pub enum Action {
        /// The home department confirms that the member is theirs.
        Confirm = "confirm",
        /// The host accepts the member.
        Accept = "accept",
        /// The end that is asked refuses.
        Decline = "decline",
        /// The end that asked, or the member, takes it back.
        Withdraw = "withdraw",
        /// To a new host.
        Move = "move",
        /// The member goes home.
        Return = "return",
        /// The formal affiliation moves.
        Transfer = "transfer",
        /// The home end says that the member cannot be reached.
        OutOfContact = "out_of_contact",
        /// The member was found again.
        Restore = "restore",
        /// A card is issued.
        IssueCard = "issue_card",
    }
}

impl Action {
    /// The operation whose row in THE table says who may do it.
    pub const fn operation(self) -> Operation {
        match self {
            Self::Confirm => Operation::ConfirmRegistration,
            Self::Accept => Operation::AcceptRegistration,
            Self::Decline => Operation::DeclineRegistration,
            Self::Withdraw => Operation::WithdrawRegistration,
            Self::Move => Operation::MoveRegistration,
            Self::Return => Operation::ReturnRegistration,
            Self::Transfer => Operation::TransferRegistration,
            Self::OutOfContact => Operation::SetOutOfContact,
            Self::Restore => Operation::RestoreRegistration,
            Self::IssueCard => Operation::IssueCard,
        }
    }
}

/// At which ends of a stay the caller stands, by the roles that the action's operation takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// At or above the home unit.
    pub home: bool,
    /// At or above the host unit.
    pub host: bool,
    /// The member concerned.
    pub oneself: bool,
}

impl Standing {
    /// Where a reach stands towards a stay; `above` has the units at and above both ends.
    pub fn of(scope: &Scope, stay: &Stay, above: &HashMap<UnitId, Vec<UnitId>>) -> Self {
        let above = |unit: UnitId| above.get(&unit).map(Vec::as_slice).unwrap_or_default();
        Self {
            home: scope.covers_end(Side::Home, above(stay.home_unit_id)),
            host: scope.covers_end(Side::Host, above(stay.host_unit_id)),
            oneself: scope.own == Some(stay.member_id),
        }
    }
}

/// Whether the stay's state lets someone with this standing do it. The one rule: the service checks it, answers tell it.
pub fn may(action: Action, status: Status, by: Standing) -> bool {
    let either = by.home || by.host;
    match (action, status) {
        (Action::Confirm, Status::PendingHome) => by.home,
        (Action::Accept, Status::PendingHost) => by.host,
        (Action::Decline, Status::PendingHome) => by.home,
        (Action::Decline, Status::PendingHost) => by.host,
        // Whoever asked waits at the other end.
        (Action::Withdraw, Status::PendingHome) => by.host || by.oneself,
        (Action::Withdraw, Status::PendingHost) => by.home || by.oneself,
        (Action::OutOfContact, Status::Active) => by.home,
        (Action::Move | Action::Return | Action::Transfer | Action::IssueCard, Status::Active) => either,
        (Action::Restore, Status::OutOfContact) => either,
        _ => false,
    }
}

/// The state after an action that [`may`] be done.
pub fn after(action: Action, before: Status) -> Status {
    match action {
        Action::Confirm | Action::Accept | Action::Restore => Status::Active,
        Action::Decline => Status::Declined,
        Action::Withdraw => Status::Withdrawn,
        Action::Move => Status::PendingHost,
        Action::Return => Status::Returned,
        Action::Transfer => Status::Transferred,
        Action::OutOfContact => Status::OutOfContact,
        Action::IssueCard => before,
    }
}

/// A stay as other features use it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Stay {
    /// Its id.
    pub id: RegistrationId,
    /// Whose it is.
    pub member_id: MemberId,
    /// The formal affiliation.
    pub home_unit_id: UnitId,
    /// The department at or above it.
    pub home_department_id: UnitId,
    /// Where the member lives the organisation life.
    pub host_unit_id: UnitId,
    /// Which end filed it.
    pub filed_by: End,
    /// Its state.
    pub status: Status,
    /// Why the member moved.
    pub flow_reason: FlowReason,
    /// When the member came.
    pub started_on: Day,
    /// When both ends had agreed for the first time.
    pub active_since: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// The rules it was made under.
    pub rule_version: String,
    /// The newest presence at an event.
    pub last_activity_at: Option<Instant>,
    /// Grows with every change.
    pub version: i64,
    /// When it was filed.
    pub created_at: Instant,
}

impl Stay {
    /// The last sign of organisation life: the newest presence, or else the day on which both ends agreed.
    pub fn last_life(&self) -> Option<Instant> {
        self.last_activity_at.or(self.active_since)
    }

    /// Whether the last sign of life of an active stay is `months` old.
    pub fn is_silent(&self, months: i64, today: Day) -> bool {
        self.status == Status::Active && self.last_life().is_some_and(|at| at.day().plus_months(months) <= today)
    }
}

/// One step of a stay, as it is asked for.
#[derive(Clone, Debug)]
pub struct Step {
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: Option<String>,
    /// Where to, when the member moves.
    pub new_host: Option<UnitId>,
    /// When the stay ended, if not now.
    pub ended_on: Option<Day>,
}

impl Step {
    /// A step with a reason, or without.
    pub fn new(action: Action, reason: Option<String>) -> Self {
        Self { action, reason, new_host: None, ended_on: None }
    }
}

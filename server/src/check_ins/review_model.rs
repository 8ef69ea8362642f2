//! What officers read of attempts and conflicts, and how they settle these.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    decide::{CheckInVerdict, Method, Outcome, RejectReason},
    model::EntryMethod,
};
use crate::{clock::Instant, ids::CheckInId, people::MemberRef, words};

/// Whose hands an attempt or an entry came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandKind {
    /// The member's own phone.
    MemberPhone,
    /// An officer.
    Officer,
}

/// Whose hands an attempt or an entry came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hand {
    /// The member's phone, or an officer.
    pub kind: HandKind,
    /// The officer's user name.
    pub account: Option<String>,
    /// What the staff phone calls itself.
    pub station: Option<String>,
}

/// What stands, beside a scan that disagrees with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingEntry {
    /// The outcome.
    pub outcome: Outcome,
    /// How it came about.
    pub method: EntryMethod,
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
    /// Whose hands it came from.
    pub by: Hand,
    /// The reason that was given; only to the unit that holds the event.
    pub reason: Option<String>,
}

/// A scan that disagrees with what a person has recorded; it waits for `/check-ins/{id}/settle`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Conflict {
    /// The scan's id.
    pub id: CheckInId,
    /// The member.
    pub member: MemberRef,
    /// How.
    pub method: Method,
    /// When it happened, by the phone's clock.
    pub occurred_at: Instant,
    /// When the server recorded it.
    pub recorded_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
    /// Whose hands it came from.
    pub by: Hand,
    /// Why by name; only to the unit that holds the event.
    pub note: Option<String>,
    /// What stands.
    pub standing: StandingEntry,
}

/// An attempt to check in, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attempt {
    /// The client's id of it.
    pub id: CheckInId,
    /// The member, where one was recognised.
    pub member: Option<MemberRef>,
    /// What became of it.
    pub verdict: CheckInVerdict,
    /// Why it does not count.
    pub reason: Option<RejectReason>,
    /// How.
    pub method: Method,
    /// When it happened, by the phone's clock.
    pub occurred_at: Instant,
    /// When the server recorded it.
    pub recorded_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
    /// Whose hands it came from.
    pub by: Hand,
    /// Why by name; only to the unit that holds the event.
    pub note: Option<String>,
}

words! {
    /// Which side of a conflict holds.
    pub enum Keep {
        /// The scan: the member was there.
        Scan = "scan",
        /// The entry that stands.
        Entry = "entry",
    }
}

/// How a conflict is settled.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Settlement {
    /// The side that holds.
    pub keep: Keep,
}

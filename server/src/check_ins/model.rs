//! What clients send and read about check-ins and attendance.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    decide::{CheckInVerdict, Method, Outcome, RejectReason},
    review_model::Conflict,
};
use crate::{
    clock::Instant,
    error::FieldError,
    events::{Counts, Event, EventKind, EventRow},
    ids::{CheckInId, EntryId, EventId, MemberId},
    parsed,
    parsing::Line,
    people::MemberRef,
    units::UnitRef,
    words,
};

/// As many items as one request takes.
pub const MOST_ITEMS: usize = 500;

words! {
    /// How an entry of the attendance record came about.
    pub enum EntryMethod {
        /// The member scanned the event's code.
        EventCode = "event_code",
        /// A secretary scanned the card.
        Card = "card",
        /// A secretary entered it by name.
        Manual = "manual",
        /// The member asked for leave.
        Leave = "leave",
        /// A person corrected what stood before.
        Correction = "correction",
    }
}

impl From<Method> for EntryMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::EventCode => Self::EventCode,
            Method::Card => Self::Card,
            Method::Manual => Self::Manual,
        }
    }
}

/// A text as a scanner or a phone hands it over; whether it is any good is for the verdict to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Text {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(Text, "scanned", "01934…");

/// Some check-ins.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct CheckInRequest {
    /// 1 to 500 items; each is decided on its own.
    #[schema(min_items = 1, max_items = 500)]
    pub items: Vec<Item>,
}

/// One check-in.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Item {
    /// Made by the client; the same id again gets the first answer.
    pub id: CheckInId,
    /// The event. With `event_code` it may be left out: the code names its event.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// When it happened, by the phone's clock.
    pub occurred_at: Instant,
    /// How.
    pub method: Method,
    /// With `event_code`: the digits scanned, or the whole address.
    #[serde(default)]
    pub code: Option<Text>,
    /// With `card`: the digits scanned, or the whole address.
    #[serde(default)]
    pub presentation: Option<Text>,
    /// With `manual`: the member.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// With `manual`: why by name.
    #[serde(default)]
    #[schema(value_type = Option<Line<500>>)]
    pub note: Option<Line<500>>,
    /// With `event_code`: a `check-in+jwt` signed by the phone. Items that come later than the screen's code need it.
    #[serde(default)]
    pub proof: Option<Text>,
    /// With `card` and `manual`: what the staff phone calls itself, so that two phones of one account can be told apart.
    #[serde(default)]
    #[schema(value_type = Option<Line<40>>)]
    pub station: Option<Line<40>>,
}

impl CheckInRequest {
    /// What is missing or too much.
    pub fn broken_rules(&self) -> Vec<FieldError> {
        if !(1..=MOST_ITEMS).contains(&self.items.len()) {
            return vec![FieldError::new("/items", "invalid", "must have 1 to 500 items")];
        }
        let mut errors = Vec::new();
        for (n, item) in self.items.iter().enumerate() {
            let mut required = |field: &str, given: bool| {
                if !given {
                    errors.push(FieldError::new(
                        format!("/items/{n}/{field}"),
                        "required",
                        "is required with this method",
                    ));
                }
            };
            match item.method {
                Method::EventCode => required("code", item.code.is_some()),
                Method::Card => {
                    required("event_id", item.event_id.is_some());
                    required("presentation", item.presentation.is_some());
                }
                Method::Manual => {
                    required("event_id", item.event_id.is_some());
                    required("member_id", item.member_id.is_some());
                    required("note", item.note.is_some());
                }
            }
        }
        errors
    }
}

/// What became of each item, in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckInAnswers {
    /// One for each item.
    pub items: Vec<CheckInAnswer>,
}

/// What became of an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckInAnswer {
    /// The item's id.
    pub id: CheckInId,
    /// What became of it.
    pub verdict: CheckInVerdict,
    /// Why it does not count; with `replayed`, why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// The entry that it made, or that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_in: Option<CheckIn>,
}

/// An event as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventRef {
    /// Its id.
    pub id: EventId,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub place: Option<String>,
    /// The unit that holds it.
    pub unit: UnitRef,
}

/// An entry of the attendance record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CheckIn {
    /// The entry's id.
    pub id: EntryId,
    /// The event.
    pub event: EventRef,
    /// The member.
    pub member: MemberRef,
    /// The outcome.
    pub outcome: Outcome,
    /// How it came about.
    pub method: EntryMethod,
    /// When it happened, by the phone's clock.
    pub occurred_at: Instant,
    /// When the server recorded it.
    pub recorded_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
}

/// A member's attendance of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttendanceItem {
    /// The member.
    pub member: MemberRef,
    /// The member's host unit.
    pub host: UnitRef,
    /// The outcome.
    pub outcome: Outcome,
    /// The entry that stands; null while nothing is recorded.
    pub entry_id: Option<EntryId>,
    /// How it came about.
    pub method: Option<EntryMethod>,
    /// When it happened.
    pub occurred_at: Option<Instant>,
    /// When it was recorded.
    pub recorded_at: Option<Instant>,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
    /// The reason that was given; only to the unit that holds the event.
    pub reason: Option<String>,
    /// The member disputes it, and nobody has answered.
    pub disputed: bool,
    /// Why; only to the unit that holds the event.
    pub dispute: Option<String>,
    /// What was answered; only to the unit that holds the event.
    pub dispute_answer: Option<String>,
    /// Came without having been asked.
    pub visitor: bool,
}

/// Who came to an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Attendance {
    /// The event.
    pub event: Event,
    /// How many of how many.
    pub counts: Counts,
    /// Everyone who was asked to come, by name; then those who came without.
    pub items: Vec<AttendanceItem>,
    /// Scans that wait for a person.
    pub conflicts: Vec<Conflict>,
    /// Attempts that did not count.
    pub attempts_refused: i64,
}

/// An event as a member's record names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PastEvent {
    /// Its id.
    pub id: EventId,
    /// What it is called.
    pub title: String,
    /// Its form.
    pub kind: EventKind,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub place: Option<String>,
    /// What it counts.
    pub hours: f64,
    /// The unit that holds it.
    pub unit: UnitRef,
}

impl PastEvent {
    /// The event `row` of `unit`.
    pub fn new(row: EventRow, unit: UnitRef) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            hours: row.hours(),
            title: row.title,
            place: row.place,
            unit,
        }
    }
}

/// One row of a member's record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordRow {
    /// The event.
    pub event: PastEvent,
    /// The outcome.
    pub outcome: Outcome,
    /// The entry that stands.
    pub entry_id: EntryId,
    /// How it came about.
    pub method: EntryMethod,
    /// When it happened.
    pub occurred_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// The member disputes it, and nobody has answered.
    pub disputed: bool,
    /// The answer to the member's dispute: why it stands; only to oneself.
    pub dispute_answer: Option<String>,
    /// The reason that the member gave for leave; only to oneself.
    pub own_reason: Option<String>,
}

/// What a member has attended in this calendar year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Totals {
    /// Events.
    pub events: i64,
    /// Hours.
    pub hours: f64,
}

/// A page of a member's record, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordPage {
    /// The rows.
    pub items: Vec<RecordRow>,
    /// Send it as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
    /// This year's totals.
    pub totals: Totals,
}

/// An event to which a member is asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComingEvent {
    /// The event.
    pub event: Event,
    /// What is recorded for the member already.
    pub outcome: Option<Outcome>,
}

/// Why somebody asks, corrects or disputes.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Why {
    /// 1 to 500 characters.
    pub reason: Line<500>,
}

words! {
    /// An outcome that a person can record.
    pub enum Settled {
        /// Was there.
        Present = "present",
        /// Asked for leave.
        OnLeave = "on_leave",
        /// Was not there.
        Absent = "absent",
        /// Made it up later.
        MadeUp = "made_up",
    }
}

impl From<Settled> for Outcome {
    fn from(settled: Settled) -> Self {
        match settled {
            Settled::Present => Self::Present,
            Settled::OnLeave => Self::OnLeave,
            Settled::Absent => Self::Absent,
            Settled::MadeUp => Self::MadeUp,
        }
    }
}

/// A correction.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Correction {
    /// What is right.
    pub outcome: Settled,
    /// Why.
    pub reason: Line<500>,
}

words! {
    /// An outcome that nobody can scan.
    pub enum Unscanned {
        /// Asked for leave by word of mouth.
        OnLeave = "on_leave",
        /// Was not there.
        Absent = "absent",
        /// Made it up later.
        MadeUp = "made_up",
    }
}

impl From<Unscanned> for Outcome {
    fn from(outcome: Unscanned) -> Self {
        match outcome {
            Unscanned::OnLeave => Self::OnLeave,
            Unscanned::Absent => Self::Absent,
            Unscanned::MadeUp => Self::MadeUp,
        }
    }
}

/// An outcome that nobody scanned.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewRecord {
    /// The member.
    pub member_id: MemberId,
    /// The outcome.
    pub outcome: Unscanned,
    /// Why.
    pub reason: Line<500>,
}

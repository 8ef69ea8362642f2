//! The shapes of the overview and of the access log.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Role,
    clock::Instant,
    events::Event,
    ids::{AccountId, UnitId},
    registrations::{CountedEnd, Status},
    units::UnitRef,
};

/// The statuses of a stay that has not ended, for `in`.
pub(super) const OPEN: &str = "('pending_home', 'pending_host', 'active', 'out_of_contact')";

/// The actions of the audit log by which someone looks at a member, as against changing something.
pub const LOOK_UPS: [&str; 21] = [
    "registration.view",
    "registration.history",
    "registration.contacts",
    "member.view",
    "member.view_photo",
    "member.attendance",
    "card.view",
    "card.history",
    "card.picture",
    "card.verify",
    "event.sign_in_sheet",
    "commendation.view",
    "status_check",
    "import.check",
    "recruit.view",
    "document.view",
    "talk.view",
    "opinion.view",
    "pairing.view",
    "case.view",
    "aid.view",
];

/// The stays that count for a unit and all units below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The unit.
    pub(super) unit: UnitId,
    /// Which stays.
    pub(super) end: CountedEnd,
}

/// What the open stays have and lack.
#[derive(Default, sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) with_card: i64,
    pub(super) review_due: i64,
    pub(super) review_soon: i64,
}

/// A host unit's share of the open stays, and where it lies.
#[derive(sqlx::FromRow)]
pub(super) struct HostShare {
    pub(super) count: i64,
    /// The address of the unit, or else of the one above it.
    pub(super) address: Option<String>,
}

/// The words of the states of stays that count as members, as active ones, and as waiting.
pub(super) fn counted_states() -> [Vec<&'static str>; 3] {
    let words =
        |counts: fn(&Status) -> bool| Status::ALL.iter().filter(|state| counts(state)).map(|s| s.word()).collect();
    [
        words(|state| state.is_open()),
        words(|state| *state == Status::Active),
        words(|state| matches!(state, Status::PendingHome | Status::PendingHost)),
    ]
}

/// One span of the series.
#[derive(Default, sqlx::FromRow)]
pub(super) struct Activity {
    pub(super) span: i64,
    pub(super) check_ins: i64,
    pub(super) members: i64,
    pub(super) events: i64,
}

/// Everything on a unit's first screen.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    /// The unit; for a liaison office, the department that it works for.
    pub unit: UnitRef,
    /// How many of what.
    pub counts: OverviewCounts,
    /// What waits for someone of this unit.
    pub waiting: Waiting,
    /// Stays by status, the ended ones too.
    pub by_status: Vec<KeyCount>,
    /// Open stays by host unit, the largest first.
    pub by_host: Vec<UnitCount>,
    /// Open stays by the district of the host, as its address (or that of the unit above) names it; the largest first.
    pub by_district: Vec<DistrictCount>,
    /// Open stays by the reason for moving.
    pub by_reason: Vec<KeyCount>,
    /// The last twelve months, the oldest first; empty without the series.
    pub activity: Vec<MonthOfActivity>,
    /// Who came in the last twelve months, the oldest first; empty without the series.
    pub flow: Vec<MonthOfFlow>,
    /// Today's events here and below.
    pub today: Vec<Event>,
    /// The next events after today, here and below, of the next two weeks; at most ten.
    pub coming: Vec<Event>,
    /// The units above within reach, the nearest first.
    pub above: Vec<UnitRef>,
    /// The units directly below, by name.
    pub children: Vec<ChildUnit>,
}

/// How many of what; `members` are the stays that have not ended.
#[derive(Serialize, ToSchema)]
pub struct OverviewCounts {
    /// Stays that have not ended.
    pub members: i64,
    /// Those in force.
    pub active: i64,
    /// Those that the home department has not confirmed.
    pub pending_home: i64,
    /// Those that the host has not accepted.
    pub pending_host: i64,
    /// Those out of contact.
    pub out_of_contact: i64,
    /// Those with a living card.
    pub with_card: i64,
    /// Cards whose yearly review is past its date.
    pub review_due: i64,
    /// Active members silent for three months.
    pub please_call: i64,
    /// Units below.
    pub units: i64,
}

/// What waits for someone of this unit.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    /// Registrations to confirm (a department's).
    pub confirmations: i64,
    /// Registrations to accept (a host's).
    pub acceptances: i64,
    /// Cards to review within thirty days, or overdue.
    pub reviews: i64,
}

/// A word and how many.
#[derive(Serialize, ToSchema)]
pub struct KeyCount {
    /// The word.
    pub key: String,
    /// How many.
    pub count: i64,
}

/// A unit and how many.
#[derive(Serialize, ToSchema)]
pub struct UnitCount {
    /// The unit.
    pub unit: UnitRef,
    /// How many.
    pub count: i64,
}

/// A district and how many.
#[derive(Serialize, ToSchema)]
pub struct DistrictCount {
    /// The district with its city; null where no address tells it.
    #[schema(example = "上海市金山区")]
    pub district: Option<String>,
    /// How many.
    pub count: i64,
}

/// A unit below and its members. Every figure counts all units below it too.
#[derive(Serialize, ToSchema)]
pub struct ChildUnit {
    /// The unit.
    pub unit: UnitRef,
    /// Its stays that have not ended.
    pub members: i64,
    /// Its active stays.
    pub active: i64,
    /// Its registrations that wait for one of the two ends.
    pub waiting: i64,
    /// Its events of today.
    pub today: i64,
}

/// A month of arrivals.
#[derive(Serialize, ToSchema)]
pub struct MonthOfFlow {
    /// `YYYY-MM`, in China's time.
    #[schema(example = "2026-11")]
    pub month: String,
    /// Members who came in that month, whatever became of it.
    pub arrivals: i64,
    /// Stays to which both ends agreed in that month.
    pub confirmations: i64,
}

/// A month of organisation life: of its own events, or for a department of its members at anyone's.
#[derive(Serialize, ToSchema)]
pub struct MonthOfActivity {
    /// `YYYY-MM`, in China's time.
    #[schema(example = "2026-11")]
    pub month: String,
    /// Presences.
    pub check_ins: i64,
    /// Different members.
    pub members: i64,
    /// Events.
    pub events: i64,
}

/// The newest presence of a member.
#[derive(sqlx::FromRow)]
pub(super) struct LastPresence {
    pub(super) at: Instant,
    pub(super) title: String,
    pub(super) unit_id: UnitId,
}

/// A record of the audit log, as the member may read it.
#[derive(sqlx::FromRow)]
pub(super) struct LookUp {
    pub(super) seq: i64,
    pub(super) at: Instant,
    pub(super) action: String,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<uuid::Uuid>,
    pub(super) unit_id: Option<UnitId>,
    pub(super) note: Option<String>,
}

/// A role of an account that looked.
#[derive(sqlx::FromRow)]
pub(super) struct HeldRole {
    pub(super) account_id: AccountId,
    pub(super) role: Role,
    pub(super) unit_id: Option<UnitId>,
    /// The unit above it: a liaison office looks for the department above.
    pub(super) parent_id: Option<UnitId>,
}

/// One look at the member's record.
#[derive(Serialize, ToSchema)]
pub struct AccessLogEntry {
    /// When.
    pub at: Instant,
    /// What was looked at: `member.view`, `status_check`, …
    pub action: String,
    /// In which role; never who. Null for someone not signed in, or whose role has ended.
    pub by_role: Option<Role>,
    /// From which unit.
    pub unit: Option<UnitRef>,
    /// What for, where a purpose was asked.
    pub purpose: Option<String>,
}

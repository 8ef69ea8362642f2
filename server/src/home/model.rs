//! The shapes of the overview and of the access log.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Role,
    clock::Instant,
    events::Event,
    ids::{AccountId, UnitId},
    units::UnitRef,
};

/// The statuses of a stay that has not ended, for `in`.
pub(super) const OPEN: &str = "('pending_home', 'pending_host', 'active', 'out_of_contact')";

/// The actions of the audit log by which someone looks at a member, as against changing something.
pub(super) const LOOK_UPS: [&str; 11] = [
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
    "status_check",
];

/// Which stays count for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// For a department: those that began below it.
    Home,
    /// For all others: those that lead there, and those that began there.
    Both,
}

/// The stays that count for a unit and all units below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The unit.
    pub(super) unit: UnitId,
    /// Which stays.
    pub(super) end: End,
}

/// What the open stays have and lack.
#[derive(sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) with_card: i64,
    pub(super) review_due: i64,
    pub(super) review_soon: i64,
    pub(super) silent: i64,
}

/// One span of the series.
#[derive(sqlx::FromRow)]
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
    /// Open stays by the reason for moving.
    pub by_reason: Vec<KeyCount>,
    /// The last twelve months, the oldest first.
    pub activity: Vec<MonthOfActivity>,
    /// Today's events here and below.
    pub today: Vec<Event>,
    /// The units directly below.
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

/// A unit below and its members.
#[derive(Serialize, ToSchema)]
pub struct ChildUnit {
    /// The unit.
    pub unit: UnitRef,
    /// Its active stays, and those of all units below it.
    pub active: i64,
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

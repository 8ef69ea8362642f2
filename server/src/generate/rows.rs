//! The rows of units, and what the other rows share: all are as the services store them.

use uuid::Uuid;

use super::tree;
use crate::{
    clock::Instant,
    db::{Cell, Rows},
    ids::{AccountId, MemberId, UnitId},
    registrations::End,
    units::UnitKind,
};

/// The tables that grow with the members; their indexes are made afterwards.
pub(super) const TABLES: &[&str] = &[
    "members",
    "registrations",
    "registration_history",
    "contact_attempts",
    "cards",
    "card_history",
    "card_codes",
    "events",
    "check_in_attempts",
    "attendance_entries",
    "attendance",
    "tallies",
];

/// Whose hands the officers' steps are.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    pub(super) home: AccountId,
    pub(super) host: AccountId,
}

impl Hands {
    pub(super) fn of(self, end: End) -> Uuid {
        match end {
            End::Home => self.home.0,
            End::Host => self.host.0,
        }
    }
}

pub(super) fn units() -> Rows {
    Rows::new(
        "units",
        &[
            "id",
            "kind",
            "name",
            "parent_id",
            "division_code",
            "valid_from",
            "address",
            "contact_name",
            "contact_phone",
            "version",
            "created_at",
            "updated_at",
        ],
    )
}

pub(super) fn unit_ancestors() -> Rows {
    Rows::new("unit_ancestors", &["unit_id", "ancestor_id", "depth"])
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) fn unit(
    id: UnitId,
    kind: UnitKind,
    name: String,
    parent: Option<UnitId>,
    place: String,
    code: Option<String>,
    n: u64,
    at: Instant,
) -> [Cell; 12] {
    let since = code.as_ref().and_then(|_| tree::code_since());
    [
        id.0.into(),
        kind.word().into(),
        name.into(),
        parent.map(|parent| parent.0).into(),
        code.into(),
        since.into(),
        place.into(),
        "值班室".into(),
        format!("021-{n:08}").into(),
        1_i64.into(),
        at.into(),
        at.into(),
    ]
}

/// When a member comes: a few minutes before the start, or after it.
pub(super) fn came_at(starts_at: Instant, member: MemberId) -> Instant {
    let offset = i64::from(u16::from_be_bytes([member.0.as_bytes()[14], member.0.as_bytes()[15]])) % 1500;
    starts_at.plus_seconds(offset - 1200)
}

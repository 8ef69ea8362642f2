//! Aid: of what kind, how much, and to whom.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{AidId, CaseId, MemberId, PairingId, UnitId},
    parsing::Line,
    words,
};

/// The largest amount: ten million yuan, far past any, so that sums never overflow.
const MOST_FEN: i64 = 1_000_000_000;

words! {
    /// What is given.
    pub enum AidKind {
        /// 现金
        Money = "money",
        /// 实物
        InKind = "in_kind",
    }
}

words! {
    /// Whether it counts.
    pub enum AidState {
        /// It was given.
        Given = "given",
        /// It was recorded by mistake.
        Void = "void",
    }
}

words! {
    /// What can be done about it.
    pub enum AidAction {
        /// Take down that it was recorded by mistake.
        Void = "void",
    }
}

/// Aid as it is recorded.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewAid {
    /// The unit that gave it.
    pub unit_id: UnitId,
    /// The pair within which it was given…
    #[serde(default)]
    pub pair_id: Option<PairingId>,
    /// …or the case…
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// …or else to whom: a member of the unit or of one below it; none of them: to a household that is in no record.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// When.
    pub given_on: Day,
    /// Money, or something else.
    pub kind: AidKind,
    /// How much in fen, or its value.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub amount_fen: i64,
    /// With `in_kind`: what.
    #[serde(default)]
    pub what: Option<Line<100>>,
}

impl NewAid {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, code: &str, detail: &str| errors.push(FieldError::new(field, code, detail));
        if self.pair_id.is_some() && self.case_id.is_some() {
            wrong("/case_id", "invalid", "is not given beside pair_id");
        }
        if self.member_id.is_some() && (self.pair_id.is_some() || self.case_id.is_some()) {
            wrong("/member_id", "invalid", "is not given beside pair_id or case_id");
        }
        if self.given_on > today {
            wrong("/given_on", "in_the_future", "must not lie in the future");
        }
        if !(1..=MOST_FEN).contains(&self.amount_fen) {
            wrong("/amount_fen", "invalid", "must be between 1 and 1000000000");
        }
        match (self.kind, &self.what) {
            (AidKind::InKind, None) => wrong("/what", "required", "is required with in_kind"),
            (AidKind::Money, Some(_)) => wrong("/what", "invalid", "belongs to in_kind only"),
            _ => {}
        }
        errors
    }
}

/// Aid as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct AidRow {
    pub(crate) id: AidId,
    pub(crate) unit_id: UnitId,
    pub(crate) pair_id: Option<PairingId>,
    pub(crate) case_id: Option<CaseId>,
    pub(crate) member_id: Option<MemberId>,
    pub(crate) given_on: Day,
    pub(crate) kind: AidKind,
    pub(crate) amount_fen: i64,
    pub(crate) what_sealed: Option<Vec<u8>>,
    pub(crate) voided_at: Option<Instant>,
    pub(crate) void_reason_sealed: Option<Vec<u8>>,
    pub(crate) created_at: Instant,
}

impl AidRow {
    /// Whether it counts.
    pub(crate) const fn state(&self) -> AidState {
        if self.voided_at.is_none() { AidState::Given } else { AidState::Void }
    }

    /// What a caller may do who reaches its unit, or does not. The one rule: the service checks it, answers tell it.
    pub(super) fn actions(&self, within: bool) -> Vec<AidAction> {
        if within && self.state() == AidState::Given { vec![AidAction::Void] } else { Vec::new() }
    }
}

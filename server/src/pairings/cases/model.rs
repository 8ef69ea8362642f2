//! A case: what kind of difficulty, since when, and how it was solved.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{CaseId, MemberId, PairingId, UnitId},
    pairings::model::misdated,
    parsing::Text,
    words,
};

words! {
    /// What kind of difficulty.
    pub enum CaseSubject {
        /// 就医
        Health = "health",
        /// 住房
        Housing = "housing",
        /// 子女就学
        Schooling = "schooling",
        /// 就业
        Employment = "employment",
        /// 维权
        Legal = "legal",
        /// 生活
        Livelihood = "livelihood",
        /// 其他
        Other = "other",
    }
}

words! {
    /// Whether a case is solved.
    pub enum CaseState {
        /// It is not.
        Open = "open",
        /// It is.
        Solved = "solved",
        /// It was recorded by mistake.
        Void = "void",
    }
}

words! {
    /// What can be done about a case.
    pub enum CaseAction {
        /// Say how it was solved.
        Solve = "solve",
        /// Take down that it was recorded by mistake.
        Void = "void",
    }
}

/// A case as it is opened.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewCase {
    /// The unit that takes it up.
    pub unit_id: UnitId,
    /// The pair that it belongs to; then it is about whom the pair helps.
    #[serde(default)]
    pub pair_id: Option<PairingId>,
    /// Whom it is about, without a pair: a member of the unit or of one below it; nobody: a household that is no member.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// What kind of difficulty.
    pub about: CaseSubject,
    /// What it is; in no list.
    pub note: Text<300>,
    /// When it was opened.
    pub opened_on: Day,
    /// When it was solved, of one that was.
    #[serde(default)]
    pub solved_on: Option<Day>,
    /// How it was solved.
    #[serde(default)]
    pub how: Option<Text<300>>,
}

impl NewCase {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.pair_id.is_some() && self.member_id.is_some() {
            errors.push(FieldError::new("/member_id", "invalid", "is not given beside pair_id"));
        }
        if self.opened_on > today {
            errors.push(FieldError::new("/opened_on", "in_the_future", "must not lie in the future"));
        }
        errors.extend(self.solved_on.and_then(|day| misdated("/solved_on", self.opened_on, day, today)));
        match (self.solved_on, &self.how) {
            (Some(_), None) => errors.push(FieldError::new("/how", "required", "is required with solved_on")),
            (None, Some(_)) => errors.push(FieldError::new("/how", "invalid", "belongs to a case that is solved")),
            _ => {}
        }
        errors
    }
}

/// How a case was solved.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct SolveCase {
    /// How.
    pub how: Text<300>,
    /// On which day; today where it is left out.
    #[serde(default)]
    pub on: Option<Day>,
}

/// A case as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct CaseRow {
    pub(crate) id: CaseId,
    pub(crate) unit_id: UnitId,
    pub(crate) pair_id: Option<PairingId>,
    pub(crate) member_id: Option<MemberId>,
    pub(crate) about: CaseSubject,
    pub(crate) note_sealed: Option<Vec<u8>>,
    pub(crate) opened_on: Day,
    pub(crate) solved_on: Option<Day>,
    pub(crate) how_sealed: Option<Vec<u8>>,
    pub(crate) voided_at: Option<Instant>,
    pub(crate) void_reason_sealed: Option<Vec<u8>>,
    pub(crate) created_at: Instant,
}

impl CaseRow {
    /// Whether it is solved, and counts.
    pub(crate) const fn state(&self) -> CaseState {
        match (self.voided_at, self.solved_on) {
            (Some(_), _) => CaseState::Void,
            (None, None) => CaseState::Open,
            (None, Some(_)) => CaseState::Solved,
        }
    }

    /// What a caller may do who reaches its unit, or does not. The one rule: the service checks it, answers tell it.
    pub(super) fn actions(&self, within: bool) -> Vec<CaseAction> {
        match self.state() {
            CaseState::Open if within => vec![CaseAction::Solve, CaseAction::Void],
            CaseState::Solved if within => vec![CaseAction::Void],
            _ => Vec::new(),
        }
    }
}

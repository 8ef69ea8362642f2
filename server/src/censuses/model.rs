//! A census: what is asked, what can be answered, what is counted.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{CensusId, UnitId},
    parsing::Line,
    words,
};

words! {
    /// Why a unit or a member cannot take part.
    pub enum UnableReason {
        /// The employer was restructured (改制).
        Restructured = "restructured",
        /// The employer went bankrupt (破产).
        Bankrupt = "bankrupt",
        /// The employer was dissolved (撤销).
        Dissolved = "dissolved",
        /// Serious illness (重病).
        SeriousIllness = "serious_illness",
        /// Abroad (出国).
        Abroad = "abroad",
        /// Laid off (下岗).
        LaidOff = "laid_off",
        /// Floating, elsewhere (流动).
        Floating = "floating",
    }
}

words! {
    /// Whether a census still takes answers.
    pub enum CensusState {
        /// It does.
        Open = "open",
        /// It is a record.
        Closed = "closed",
    }
}

words! {
    /// What can be done about a census.
    pub enum CensusAction {
        /// Answer for units and members.
        Answer = "answer",
        /// Make it a record.
        Close = "close",
    }
}

/// A census as it is opened.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewCensus {
    /// The unit for which, with all below it, is asked.
    pub unit_id: UnitId,
    /// What it is called.
    pub title: Line<100>,
    /// The day as of which is asked; not in the future.
    pub as_of: Day,
    /// By when the branches answer.
    pub due_on: Day,
}

impl NewCensus {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.as_of > today {
            errors.push(FieldError::new("/as_of", "in_the_future", "must not lie in the future"));
        }
        if self.due_on < self.as_of {
            errors.push(FieldError::new("/due_on", "invalid", "must not lie before as_of"));
        }
        errors
    }
}

/// Whether someone can take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, eserde::Deserialize, ToSchema)]
#[schema(as = CensusAnswer)]
pub struct Answer {
    /// Whether they can.
    pub able: bool,
    /// Why not; with `able: false` only.
    #[serde(default)]
    pub reason: Option<UnableReason>,
}

impl Answer {
    /// Able, as the rest.
    pub(super) const ABLE: Self = Self { able: true, reason: None };

    /// A reason goes with not being able, and nothing else does.
    pub(super) fn contradiction(self) -> Option<FieldError> {
        match (self.able, self.reason) {
            (false, None) => Some(FieldError::new("/reason", "required", "is required where they are not able")),
            (true, Some(_)) => Some(FieldError::new("/reason", "invalid", "belongs to those who are not able")),
            _ => None,
        }
    }
}

/// How a census is closed.
#[derive(Clone, Copy, Debug, Default, eserde::Deserialize, ToSchema)]
#[schema(as = CensusClosing)]
pub struct Close {
    /// Close it although some have not answered; they stay so for ever.
    #[serde(default)]
    pub leave_pending: bool,
}

/// A census as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct CensusRow {
    pub(super) id: CensusId,
    pub(super) unit_id: UnitId,
    pub(super) title: String,
    pub(super) as_of: Day,
    pub(super) due_on: Day,
    pub(super) closed_at: Option<Instant>,
    pub(super) digest: Option<String>,
    pub(super) created_at: Instant,
}

impl CensusRow {
    pub(super) fn state(&self) -> CensusState {
        if self.closed_at.is_none() { CensusState::Open } else { CensusState::Closed }
    }
}

/// So many for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonCount {
    /// The reason.
    pub key: UnableReason,
    /// How many.
    pub count: i64,
}

/// How many were asked, and what they answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerCounts {
    /// Asked at all.
    pub asked: i64,
    /// Of whom there is an answer.
    pub answered: i64,
    /// Who can take part.
    pub able: i64,
    /// Who cannot.
    pub unable: i64,
    /// Why not, in the order of the list; what nobody has is left out.
    pub by_reason: Vec<ReasonCount>,
}

/// One group of equal answers.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) able: Option<bool>,
    pub(super) reason: Option<UnableReason>,
    pub(super) n: i64,
}

impl AnswerCounts {
    /// The sum of these groups.
    pub(super) fn of(tallies: impl IntoIterator<Item = Tally>) -> Self {
        let mut counts = Self::default();
        let mut reasons = vec![0; UnableReason::ALL.len()];
        for Tally { able, reason, n } in tallies {
            counts.asked += n;
            match able {
                None => {}
                Some(true) => counts.able += n,
                Some(false) => counts.unable += n,
            }
            if let Some(count) = reason.and_then(|reason| reasons.get_mut(reason as usize)) {
                *count += n;
            }
        }
        counts.answered = counts.able + counts.unable;
        let by_reason = UnableReason::ALL.iter().zip(reasons).filter(|(_, count)| *count > 0);
        counts.by_reason = by_reason.map(|(key, count)| ReasonCount { key: *key, count }).collect();
        counts
    }
}

/// What is on record of one unit or member: nothing while they have not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(as = CensusStanding)]
pub struct Standing {
    /// Whether they can take part; null: not answered.
    pub able: Option<bool>,
    /// Why not.
    pub reason: Option<UnableReason>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_goes_with_not_being_able() {
        let wrong = |able, reason| Answer { able, reason }.contradiction().map(|error| error.code);
        assert_eq!(wrong(true, None), None);
        assert_eq!(wrong(false, Some(UnableReason::Abroad)), None);
        assert_eq!(wrong(false, None).as_deref(), Some("required"));
        assert_eq!(wrong(true, Some(UnableReason::Abroad)).as_deref(), Some("invalid"));
    }

    #[test]
    fn equal_answers_add_up() {
        let tally = |able, reason, n| Tally { able, reason, n };
        let counts = AnswerCounts::of([
            tally(None, None, 3),
            tally(Some(true), None, 5),
            tally(Some(false), Some(UnableReason::Floating), 2),
            tally(Some(false), Some(UnableReason::Bankrupt), 1),
            tally(Some(false), Some(UnableReason::Floating), 1),
        ]);
        assert_eq!((counts.asked, counts.answered, counts.able, counts.unable), (12, 9, 5, 4));
        let by_reason: Vec<_> = counts.by_reason.iter().map(|one| (one.key.word(), one.count)).collect();
        assert_eq!(by_reason, [("bankrupt", 1), ("floating", 3)]);
    }
}

//! A recruit: the stages, their order, and what may be done next.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{MemberId, RecruitId, UnitId},
    parsing::Line,
    people::PersonName,
    words,
};

words! {
    /// How far a recruit has come. The order is that of the rules; none is left out.
    pub enum RecruitStage {
        /// 申请人
        Applicant = "applicant",
        /// 入党积极分子
        Activist = "activist",
        /// 发展对象
        Candidate = "candidate",
        /// 预备党员
        Probationary = "probationary",
        /// 正式党员
        Full = "full",
        /// It was ended before.
        Ended = "ended",
    }
}

impl RecruitStage {
    /// The stage that follows.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Applicant => Some(Self::Activist),
            Self::Activist => Some(Self::Candidate),
            Self::Candidate => Some(Self::Probationary),
            Self::Probationary => Some(Self::Full),
            Self::Full | Self::Ended => None,
        }
    }

    /// How many months this stage lasts at least by the rules. It is told, and left to the people who decide.
    pub const fn months(self) -> Option<i64> {
        match self {
            Self::Activist | Self::Probationary => Some(12),
            _ => None,
        }
    }

    /// Whether it is one of membership.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Probationary | Self::Full)
    }
}

words! {
    /// What can be done about a recruit.
    pub enum RecruitAction {
        /// Take down the next stage.
        Advance = "advance",
        /// Take down that it ends here.
        Stop = "stop",
        /// Say which member it is.
        Enrol = "enrol",
    }
}

/// The one rule of what may be done next: the service checks it, answers tell it.
pub(super) fn may(action: RecruitAction, stage: RecruitStage, enrolled: bool) -> bool {
    match action {
        RecruitAction::Advance | RecruitAction::Stop => stage.next().is_some(),
        RecruitAction::Enrol => stage.is_member() && !enrolled,
    }
}

/// A stage, and the day on which it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, eserde::Deserialize, Serialize, ToSchema, sqlx::FromRow)]
pub struct StageDay {
    /// The stage.
    pub stage: RecruitStage,
    /// The day.
    #[sqlx(rename = "reached_on")]
    pub on: Day,
}

/// A recruit as recorded first.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewRecruit {
    /// The unit that brings them up.
    pub unit_id: UnitId,
    /// The name, of someone who has no record as a member…
    #[serde(default)]
    pub name: Option<PersonName>,
    /// …or the member, of someone who has.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// The stages so far, in their order and without a gap; the first need not be known.
    #[schema(min_items = 1, max_items = 5)]
    pub stages: Vec<StageDay>,
}

impl NewRecruit {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match (&self.name, self.member_id) {
            (None, None) => errors.push(FieldError::new("/name", "required", "is required, or else member_id")),
            (Some(_), Some(_)) => errors.push(FieldError::new("/name", "invalid", "is not given beside member_id")),
            _ => {}
        }
        if self.stages.is_empty() {
            errors.push(FieldError::new("/stages", "required", "must have one stage at least"));
        }
        for (at, now) in self.stages.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| self.stages.get(before));
            let follows = before.is_none_or(|before| before.stage.next() == Some(now.stage));
            if now.stage == RecruitStage::Ended || !follows {
                let detail = "must be the stage that follows the one before";
                errors.push(FieldError::new(format!("/stages/{at}/stage"), "invalid", detail));
            }
            if let Some(error) = misdated(&format!("/stages/{at}/on"), before.map(|before| before.on), now.on, today) {
                errors.push(error);
            }
        }
        let last = self.stages.last().map(|last| last.stage);
        if self.member_id.is_some() && last.is_some_and(|last| !last.is_member()) {
            errors.push(FieldError::new("/member_id", "invalid", "is given from probationary on"));
        }
        errors
    }
}

/// The next stage.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
#[schema(as = RecruitAdvance)]
pub struct Advance {
    /// Which stage; the one that follows.
    pub to: RecruitStage,
    /// The day on which it was reached; today where it is left out.
    #[serde(default)]
    pub on: Option<Day>,
}

/// Why a recruit goes no further.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
#[schema(as = RecruitStop)]
pub struct Stop {
    /// Why.
    pub reason: Line<500>,
    /// The day; today where it is left out.
    #[serde(default)]
    pub on: Option<Day>,
}

/// Which member a recruit is.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
#[schema(as = RecruitEnrolment)]
pub struct Enrol {
    /// The member.
    pub member_id: MemberId,
}

/// Why a stage cannot have been reached on a day.
pub(super) fn misdated(pointer: &str, before: Option<Day>, on: Day, today: Day) -> Option<FieldError> {
    let wrong = on > today || before.is_some_and(|before| on < before);
    wrong.then(|| FieldError::new(pointer, "invalid", "must lie between the stage before and today"))
}

/// A recruit as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct RecruitRow {
    pub(super) id: RecruitId,
    pub(super) unit_id: UnitId,
    pub(super) name_sealed: Option<Vec<u8>>,
    pub(super) member_id: Option<MemberId>,
    pub(super) stage: RecruitStage,
    pub(super) stage_on: Day,
    pub(super) reason_sealed: Option<Vec<u8>>,
    pub(super) created_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn new(stages: &[(RecruitStage, &str)]) -> NewRecruit {
        let stages = stages.iter().map(|(stage, on)| StageDay { stage: *stage, on: day(on) }).collect();
        let unit_id = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b".parse().expect("an id");
        NewRecruit { unit_id, name: Some("张三".parse().expect("a name")), member_id: None, stages }
    }

    #[test]
    fn stages_follow_each_other_in_order_and_in_time() {
        use RecruitStage::{Activist, Applicant, Candidate, Ended, Full, Probationary};
        let wrong = |stages: &[(RecruitStage, &str)]| -> Vec<String> {
            new(stages).contradictions(day("2026-11-23")).into_iter().map(|error| error.pointer).collect()
        };
        let none = Vec::<String>::new();
        assert_eq!(wrong(&[(Applicant, "2025-01-01")]), none);
        assert_eq!(wrong(&[(Activist, "2025-01-01"), (Candidate, "2026-01-01"), (Probationary, "2026-01-01")]), none);
        assert_eq!(wrong(&[]), ["/stages"]);
        assert_eq!(wrong(&[(Applicant, "2025-01-01"), (Candidate, "2025-02-01")]), ["/stages/1/stage"]);
        assert_eq!(wrong(&[(Full, "2025-01-01"), (Probationary, "2024-02-01")]), ["/stages/1/stage", "/stages/1/on"]);
        assert_eq!(wrong(&[(Applicant, "2026-11-24")]), ["/stages/0/on"]);
        assert_eq!(wrong(&[(Ended, "2026-11-23")]), ["/stages/0/stage"]);
    }

    #[test]
    fn what_may_be_done_ends_with_the_stages() {
        let all = |stage, enrolled| {
            let all = RecruitAction::ALL.iter();
            all.filter(|action| may(**action, stage, enrolled)).map(|action| action.word()).collect::<Vec<_>>()
        };
        assert_eq!(all(RecruitStage::Applicant, false), ["advance", "stop"]);
        assert_eq!(all(RecruitStage::Probationary, false), ["advance", "stop", "enrol"]);
        assert_eq!(all(RecruitStage::Probationary, true), ["advance", "stop"]);
        assert_eq!(all(RecruitStage::Full, false), ["enrol"]);
        assert_eq!(all(RecruitStage::Full, true), Vec::<&str>::new());
        assert_eq!(all(RecruitStage::Ended, false), Vec::<&str>::new());
    }
}

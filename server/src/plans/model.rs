//! A plan: its phases, its targets, and what fits together in them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant, Period},
    documents::DocumentKind,
    error::{ApiError, FieldError},
    events::EventKind,
    ids::{PlanId, UnitId},
    parsing::Line,
    words,
};

/// As many phases a plan may have…
const PHASES: usize = 8;
/// …and as many targets.
const TARGETS: usize = 30;
/// As many years a plan may take.
const YEARS: i64 = 5;
/// As much as a target may ask.
const MOST: i64 = 10_000;
const LONGEST: i64 = 10_000_000;

words! {
    /// Whom a target is for. A member is in the first that fits of leader, retired, probationary, full.
    pub enum PlanCategory {
        /// 领导班子成员: whoever holds a post at the plan's own unit.
        Leader = "leader",
        /// 离退休党员
        Retired = "retired",
        /// 预备党员
        Probationary = "probationary",
        /// 正式党员
        Full = "full",
        /// Everyone.
        All = "all",
    }
}

words! {
    /// What a target counts.
    pub enum TargetMeasure {
        /// Events at which one was.
        Sessions = "sessions",
        /// Their hours.
        Hours = "hours",
        /// Accepted documents.
        Document = "document",
    }
}

words! {
    /// Where a plan stands.
    pub enum PlanState {
        /// It is being written; nobody else sees it.
        Draft = "draft",
        /// It is under way.
        Running = "running",
        /// It is over; what was reached is kept.
        Closed = "closed",
    }
}

words! {
    /// What can be done with a plan.
    pub enum PlanAction {
        /// Everything in it can be changed.
        Edit = "edit",
        /// The dates of its phases can be moved.
        MoveDates = "move_dates",
        /// It begins.
        Start = "start",
        /// It is closed.
        Close = "close",
    }
}

impl PlanState {
    /// What whoever keeps the records of its unit can do then.
    pub(super) const fn actions(self) -> &'static [PlanAction] {
        match self {
            Self::Draft => &[PlanAction::Edit, PlanAction::Start],
            Self::Running => &[PlanAction::MoveDates, PlanAction::Close],
            Self::Closed => &[],
        }
    }
}

/// A part of a plan's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, eserde::Deserialize, ToSchema)]
pub struct Phase {
    /// What it is called.
    pub name: Line<40>,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
}

/// What each member of a category is to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, eserde::Deserialize, ToSchema)]
pub struct Target {
    /// For whom.
    pub category: PlanCategory,
    /// What is counted.
    pub measure: TargetMeasure,
    /// Sessions and hours of these kinds; left out: study, lectures, reports, discussions, theme days and practice.
    #[serde(default)]
    pub kinds: Vec<EventKind>,
    /// With `document`: of this kind.
    #[serde(default)]
    pub document_kind: Option<DocumentKind>,
    /// So many sessions, hours or documents.
    pub least: i64,
    /// With `document`: so many characters, each or together.
    #[serde(default)]
    pub least_length: Option<i64>,
    /// With `document`: their lengths are added up, instead of each having to reach it.
    #[serde(default)]
    pub together: bool,
    /// Only in this phase, by its number from 1.
    #[serde(default)]
    pub phase: Option<i64>,
}

/// What counts as study where a target does not say.
const STUDY: [EventKind; 6] = [
    EventKind::CollectiveStudy,
    EventKind::Lecture,
    EventKind::MobilisationReport,
    EventKind::Discussion,
    EventKind::ThemeDay,
    EventKind::Practice,
];

impl Target {
    /// The kinds of events that count, each once.
    pub(super) fn kinds(&self) -> Vec<EventKind> {
        let mut kinds = if self.kinds.is_empty() { STUDY.to_vec() } else { self.kinds.clone() };
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// In which days it counts.
    pub(super) fn period(&self, phases: &[Phase]) -> Period {
        let phase = self.phase.and_then(|number| usize::try_from(number - 1).ok()).and_then(|at| phases.get(at));
        phase.map_or_else(|| whole(phases), |phase| Period { from: phase.from, to: phase.to })
    }

    /// What has to be reached, in what is added up: events, minutes, documents or characters.
    pub(super) fn needed(&self) -> i64 {
        match self.measure {
            TargetMeasure::Hours => self.least * 60,
            TargetMeasure::Document if self.together => self.least_length.unwrap_or(1),
            TargetMeasure::Sessions | TargetMeasure::Document => self.least,
        }
    }

    /// What does not fit about it, by field below `at`.
    fn broken(&self, at: &str, phases: usize, errors: &mut Vec<FieldError>) {
        let mut wrong = |field: &str, code: &str, detail: &str| {
            errors.push(FieldError::new(format!("{at}/{field}"), code, detail));
        };
        if !(1..=MOST).contains(&self.least) {
            wrong("least", "invalid", "must be between 1 and 10000");
        }
        if self.phase.is_some_and(|number| number < 1 || number > phases as i64) {
            wrong("phase", "invalid", "must be the number of a phase, from 1");
        }
        if self.measure == TargetMeasure::Document {
            if self.document_kind.is_none() {
                wrong("document_kind", "required", "is required for documents");
            }
            if !self.kinds.is_empty() {
                wrong("kinds", "invalid", "belongs to sessions and hours only");
            }
            match self.least_length {
                Some(length) if !(1..=LONGEST).contains(&length) => {
                    wrong("least_length", "invalid", "must be between 1 and 10000000");
                }
                None if self.together => wrong("least_length", "required", "is required where lengths are added up"),
                _ => {}
            }
        } else {
            for (field, given) in [
                ("document_kind", self.document_kind.is_some()),
                ("least_length", self.least_length.is_some()),
                ("together", self.together),
            ] {
                if given {
                    wrong(field, "invalid", "belongs to documents only");
                }
            }
        }
    }
}

/// From the first day of the first phase to the last of the last.
pub(super) fn whole(phases: &[Phase]) -> Period {
    let from = phases.first().map_or(Day::from_1970(0), |phase| phase.from);
    Period { from, to: phases.last().map_or(from, |phase| phase.to) }
}

/// What does not fit together, by field.
pub(super) fn broken(phases: &[Phase], targets: &[Target]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: String, code: &str, detail: &str| errors.push(FieldError::new(pointer, code, detail));
    if phases.is_empty() || phases.len() > PHASES {
        wrong("/phases".into(), "invalid", "must be one to eight");
    }
    for (n, phase) in phases.iter().enumerate() {
        if phase.to < phase.from {
            wrong(format!("/phases/{n}/to"), "invalid", "must not be before from");
        }
        if n > 0 && phase.from <= phases[n - 1].to {
            wrong(format!("/phases/{n}/from"), "overlaps", "must be after the phase before");
        }
    }
    let Period { from, to } = whole(phases);
    if to > from.plus_years(YEARS) {
        wrong("/phases".into(), "invalid", "must take at most five years in all");
    }
    if targets.is_empty() || targets.len() > TARGETS {
        wrong("/targets".into(), "invalid", "must be one to thirty");
    }
    for (n, target) in targets.iter().enumerate() {
        target.broken(&format!("/targets/{n}"), phases.len(), &mut errors);
    }
    errors
}

/// A plan as it is written.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewPlan {
    /// Whose plan it is: for its members and those of all units below.
    pub unit_id: UnitId,
    /// What it is called.
    pub title: Line<100>,
    /// Its phases in order, one to eight, none overlapping another.
    pub phases: Vec<Phase>,
    /// What is to be reached.
    pub targets: Vec<Target>,
}

/// What is changed of a plan; what is absent stays.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct PlanChanges {
    /// What it is called; of a draft only.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// Its phases; of a running plan only their dates.
    #[serde(default)]
    pub phases: Option<Vec<Phase>>,
    /// What is to be reached; of a draft only.
    #[serde(default)]
    pub targets: Option<Vec<Target>>,
}

/// A plan as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct PlanRow {
    pub(super) id: PlanId,
    pub(super) unit_id: UnitId,
    pub(super) title: String,
    pub(super) state: PlanState,
    pub(super) from_on: Day,
    pub(super) to_on: Day,
    pub(super) phases: String,
    pub(super) targets: String,
    pub(super) outcome: Option<String>,
    pub(super) started_at: Option<Instant>,
    pub(super) closed_at: Option<Instant>,
    pub(super) version: i64,
    pub(super) created_at: Instant,
}

impl PlanRow {
    /// Its phases.
    pub(super) fn phases(&self) -> Result<Vec<Phase>, ApiError> {
        serde_json::from_str(&self.phases).map_err(ApiError::internal)
    }

    /// Its targets.
    pub(super) fn targets(&self) -> Result<Vec<Target>, ApiError> {
        serde_json::from_str(&self.targets).map_err(ApiError::internal)
    }

    /// The same with other phases and targets.
    pub(super) fn with(self, phases: &[Phase], targets: &[Target]) -> Result<Self, ApiError> {
        let Period { from, to } = whole(phases);
        Ok(Self {
            from_on: from,
            to_on: to,
            phases: serde_json::to_string(phases).map_err(ApiError::internal)?,
            targets: serde_json::to_string(targets).map_err(ApiError::internal)?,
            ..self
        })
    }
}

//! A request: its kinds, its states, and what belongs together in it.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{MemberId, RegistrationId, RequestId, UnitId},
    parsing::Line,
    registrations::{Action, Step},
    words,
};

/// A request is to be answered within so many days, or by the wished day where that is later.
pub const ANSWER_DAYS: i64 = 7;
/// How far ahead, in months, a day may be wished.
const MONTHS_AHEAD: i64 = 12;

words! {
    /// What a member asks for.
    pub enum RequestKind {
        /// To go home (返回).
        GoingHome = "going_home",
        /// To another host.
        Moved = "moved",
        /// To transfer the formal affiliation (转接组织关系).
        Transfer = "transfer",
    }
}

impl RequestKind {
    /// The step that is asked for.
    pub const fn action(self) -> Action {
        match self {
            Self::GoingHome => Action::Return,
            Self::Moved => Action::Move,
            Self::Transfer => Action::Transfer,
        }
    }
}

words! {
    /// What has become of a request; all but the first are final.
    pub enum RequestStatus {
        /// Nobody has answered yet.
        Open = "open",
        /// The step was taken.
        Done = "done",
        /// An end has answered why not.
        Refused = "refused",
        /// The member has taken it back.
        TakenBack = "taken_back",
        /// The stay ended in another way.
        Lapsed = "lapsed",
    }
}

/// A request as it is filed.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewRequest {
    /// What is asked for.
    pub kind: RequestKind,
    /// On which day it should be; from the beginning of the stay to a year ahead.
    #[serde(default)]
    pub wished_on: Option<Day>,
    /// With `moved`: the new host, where the member knows it…
    #[serde(default)]
    pub host_unit_id: Option<UnitId>,
    /// …or where the member is now, in their own words.
    #[serde(default)]
    pub place: Option<Line<200>>,
    /// A note for both ends.
    #[serde(default)]
    pub note: Option<Line<500>>,
}

impl NewRequest {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, started_on: Day, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.wished_on.is_some_and(|day| day < started_on || day > today.plus_months(MONTHS_AHEAD)) {
            let detail = "must lie between the beginning of the stay and a year ahead";
            errors.push(FieldError::new("/wished_on", "invalid", detail));
        }
        match (self.kind, &self.host_unit_id, &self.place) {
            (RequestKind::Moved, None, None) => {
                errors.push(FieldError::new("/place", "required", "is required, or else host_unit_id"));
            }
            (RequestKind::Moved, ..) => {}
            (_, host, place) => {
                for (pointer, given) in [("/host_unit_id", host.is_some()), ("/place", place.is_some())] {
                    if given {
                        errors.push(FieldError::new(pointer, "invalid", "belongs to moved only"));
                    }
                }
            }
        }
        errors
    }

    /// By when it is to be answered.
    pub(super) fn due(&self, now: Instant) -> Instant {
        let soon = now.plus_seconds(ANSWER_DAYS * 86_400);
        match self.wished_on.map(Day::starts) {
            // Whoever leaves tomorrow cannot wait a week; whoever leaves in spring need not be answered today.
            Some(wished) if wished > now => wished,
            _ => soon,
        }
    }
}

/// How a request is carried out.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct CarryOut {
    /// With `moved`: the new host, if not the one that the member named.
    #[serde(default)]
    pub host_unit_id: Option<UnitId>,
    /// With `going_home` and `transfer`: when the stay ended, if not today.
    #[serde(default)]
    pub ended_on: Option<Day>,
    /// A word for the history.
    #[serde(default)]
    pub reason: Option<Line<500>>,
}

/// A request as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct RequestRow {
    pub(super) id: RequestId,
    pub(super) member_id: MemberId,
    pub(super) registration_id: RegistrationId,
    pub(super) kind: RequestKind,
    pub(super) status: RequestStatus,
    pub(super) wished_on: Option<Day>,
    pub(super) host_unit_id: Option<UnitId>,
    pub(super) place_sealed: Option<Vec<u8>>,
    pub(super) note_sealed: Option<Vec<u8>>,
    pub(super) due_at: Instant,
    pub(super) filed_at: Instant,
    pub(super) closed_at: Option<Instant>,
    pub(super) answer_sealed: Option<Vec<u8>>,
}

impl RequestRow {
    /// The step that carries it out.
    pub(super) fn step(&self, how: CarryOut) -> Step {
        let step = Step::new(self.kind.action(), how.reason.map(Line::into_string));
        match self.kind {
            RequestKind::Moved => Step { new_host: how.host_unit_id.or(self.host_unit_id), ..step },
            RequestKind::GoingHome | RequestKind::Transfer => Step { ended_on: how.ended_on, ..step },
        }
    }
}

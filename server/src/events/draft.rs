//! What people type in about an event, and the rules between its fields.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Audience, EventKind, EventRow};
use crate::{
    clock::Instant,
    error::FieldError,
    ids::UnitId,
    parsing::{Change, Line},
    reports_errors,
};

/// Checking in opens that long before the start, unless it is said otherwise.
const OPENS_BEFORE_SECONDS: i64 = 30 * 60;
/// The longest event.
const LONGEST_SECONDS: i64 = 7 * 24 * 3600;
/// How far from the event its check-in window may reach.
const WINDOW_REACH_SECONDS: i64 = 7 * 24 * 3600;
/// What an event can count at most, and the step in which it counts.
const MOST_MINUTES: i64 = 24 * 60;
const STEP_MINUTES: i64 = 15;

/// Hours that an event counts: 0 to 24, in quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The same in minutes.
    pub minutes: i64,
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hours = f64::deserialize(deserializer)?;
        let quarters = hours * 4.0;
        if !(0.0..=24.0).contains(&hours) || quarters.fract() != 0.0 {
            return Err(serde::de::Error::custom("must be between 0 and 24, in quarters"));
        }
        let steps = (0..=MOST_MINUTES / STEP_MINUTES).find(|step| f64::from(*step as i32) == quarters);
        Ok(Self { minutes: steps.unwrap_or(0) * STEP_MINUTES })
    }
}

reports_errors!(Hours);

impl utoipa::PartialSchema for Hours {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .minimum(Some(0))
            .maximum(Some(24))
            .multiple_of(Some(0.25))
            .into()
    }
}

impl ToSchema for Hours {}

/// When members can check in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CheckInWindow {
    /// From then on.
    pub opens_at: Instant,
    /// Until then.
    pub closes_at: Instant,
}

/// When members can check in; what is absent is 30 minutes before the start, and the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, eserde::Deserialize, ToSchema)]
pub struct WindowInput {
    /// From then on.
    #[serde(default)]
    pub opens_at: Option<Instant>,
    /// Until then.
    #[serde(default)]
    pub closes_at: Option<Instant>,
}

/// A new event.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewEvent {
    /// The unit that holds it.
    pub unit_id: UnitId,
    /// Its form.
    pub kind: EventKind,
    /// What it is called.
    pub title: Line<100>,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends, at most seven days later.
    pub ends_at: Instant,
    /// Where.
    #[serde(default)]
    pub place: Option<Line<200>>,
    /// What it counts; its length, if absent.
    #[serde(default)]
    pub hours: Option<Hours>,
    /// Who may check in; `unit`, if absent.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// When members can check in.
    #[serde(default)]
    pub check_in: Option<WindowInput>,
}

/// Changes to an event: what is absent stays, `null` clears. Hours and window follow the new times where they were not set.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct EventChanges {
    /// Its form.
    #[serde(default)]
    pub kind: Option<EventKind>,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// When it begins.
    #[serde(default)]
    pub starts_at: Option<Instant>,
    /// When it ends.
    #[serde(default)]
    pub ends_at: Option<Instant>,
    /// Where.
    #[serde(default)]
    #[schema(value_type = Option<Line<200>>)]
    pub place: Change<Line<200>>,
    /// What it counts.
    #[serde(default)]
    pub hours: Option<Hours>,
    /// Who may check in.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// When members can check in.
    #[serde(default)]
    pub check_in: Option<WindowInput>,
}

impl EventChanges {
    /// Whether it touches more than what may still be mended after the event: title and place.
    pub fn touches_the_plan(&self) -> bool {
        self.kind.is_some()
            || self.starts_at.is_some()
            || self.ends_at.is_some()
            || self.hours.is_some()
            || self.audience.is_some()
            || self.check_in.is_some()
    }

    /// The event with the changes; not yet checked.
    pub fn over(self, before: EventRow) -> EventRow {
        let (starts_at, ends_at) = (self.starts_at.unwrap_or(before.starts_at), self.ends_at.unwrap_or(before.ends_at));
        let window = self.check_in.unwrap_or_default();
        let opens_at = match window.opens_at {
            Some(at) => at,
            None if before.opens_at == default_opening(before.starts_at) => default_opening(starts_at),
            None => before.opens_at,
        };
        let closes_at = match window.closes_at {
            Some(at) => at,
            None if before.closes_at == before.ends_at => ends_at,
            None => before.closes_at,
        };
        let minutes = match self.hours {
            Some(hours) => hours.minutes,
            None if before.minutes == default_minutes(before.starts_at, before.ends_at) => {
                default_minutes(starts_at, ends_at)
            }
            None => before.minutes,
        };
        EventRow {
            kind: self.kind.unwrap_or(before.kind),
            title: self.title.map_or(before.title, Line::into_string),
            place: match self.place {
                Change::Keep => before.place,
                Change::Clear => None,
                Change::Set(place) => Some(place.into_string()),
            },
            audience: self.audience.unwrap_or(before.audience),
            starts_at,
            ends_at,
            minutes,
            opens_at,
            closes_at,
            version: before.version + 1,
            ..before
        }
    }
}

/// When checking in opens, unless it is said otherwise.
pub(super) fn default_opening(starts_at: Instant) -> Instant {
    starts_at.plus_seconds(-OPENS_BEFORE_SECONDS)
}

/// What an event counts, unless it is said otherwise: its length, rounded up to a quarter of an hour.
pub(super) fn default_minutes(starts_at: Instant, ends_at: Instant) -> i64 {
    let minutes = (ends_at.0 - starts_at.0).max(0) / 60_000;
    (minutes + STEP_MINUTES - 1).div_euclid(STEP_MINUTES).saturating_mul(STEP_MINUTES).min(MOST_MINUTES)
}

/// The rules between the times of an event that are broken.
pub(super) fn broken_rules(event: &EventRow) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut rule = |holds: bool, pointer: &str, detail: &str| {
        if !holds {
            errors.push(FieldError::new(pointer, "invalid", detail));
        }
    };
    rule(event.ends_at > event.starts_at, "/ends_at", "must be after starts_at");
    let latest_end = event.starts_at.plus_seconds(LONGEST_SECONDS);
    rule(event.ends_at <= latest_end, "/ends_at", "must be at most seven days after starts_at");
    rule(event.closes_at > event.opens_at, "/check_in/closes_at", "must be after opens_at");
    let earliest = event.starts_at.plus_seconds(-WINDOW_REACH_SECONDS);
    rule(event.opens_at >= earliest, "/check_in/opens_at", "must be at most seven days before starts_at");
    let latest = event.ends_at.plus_seconds(WINDOW_REACH_SECONDS);
    rule(event.closes_at <= latest, "/check_in/closes_at", "must be at most seven days after ends_at");
    errors
}

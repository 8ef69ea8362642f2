//! The silence of a member, and what being out of contact takes: time, and attempts to end it. One rule, shown before it is
//! enforced.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{OUT_OF_CONTACT_ATTEMPTS, OUT_OF_CONTACT_MONTHS, Stay};
use crate::clock::{Day, Instant};

/// How far a stay is from being out of contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Silence {
    /// The last sign of organisation life.
    pub since: Instant,
    /// So many months have to pass since then.
    pub months_needed: i64,
    /// The day on which they have passed.
    pub months_over_on: Day,
    /// Whether they have passed.
    pub months_over: bool,
    /// So many attempts without an answer have to be logged since then.
    pub attempts_needed: i64,
    /// So many are.
    pub attempts: i64,
}

impl Silence {
    /// From when on silence and attempts count.
    pub(super) fn since(stay: &Stay) -> Instant {
        stay.last_life().unwrap_or(stay.created_at)
    }

    pub(super) fn of(stay: &Stay, attempts: i64, today: Day) -> Self {
        let since = Self::since(stay);
        Self {
            since,
            months_needed: OUT_OF_CONTACT_MONTHS,
            months_over_on: since.day().plus_months(OUT_OF_CONTACT_MONTHS),
            months_over: stay.is_silent(OUT_OF_CONTACT_MONTHS, today),
            attempts_needed: OUT_OF_CONTACT_ATTEMPTS,
            attempts,
        }
    }

    /// What is missing, if anything is.
    pub(super) fn missing(&self) -> Option<String> {
        if !self.months_over {
            return Some(format!("The last organisation life is less than {} months ago.", self.months_needed));
        }
        (self.attempts < self.attempts_needed).then(|| {
            format!(
                "Contact attempts without an answer since the last organisation life: {} of {}. Log them first.",
                self.attempts, self.attempts_needed
            )
        })
    }
}

//! How much is taken in without a name: so much for each unit and hour, whoever it comes from, since that is not known.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{clock::Instant, error::ApiError, ids::UnitId};

/// As many in an hour are more than a whole branch would write; beyond it something is writing that is no member.
const MOST: u32 = 60;
const HOUR_MS: i64 = 3_600_000;

/// The counts of this hour. They know units, never people, and are in memory alone: nothing of them is kept.
#[derive(Clone, Debug, Default)]
pub struct Flood(Arc<Mutex<HashMap<UnitId, (i64, u32)>>>);

impl Flood {
    /// Counts one more; 429 where the hour is full.
    pub(super) fn admit(&self, unit: UnitId, now: Instant) -> Result<(), ApiError> {
        let hour = now.0.div_euclid(HOUR_MS);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|_, (of, _)| *of == hour);
        let (_, count) = counts.entry(unit).or_insert((hour, 0));
        if *count >= MOST {
            let left = (HOUR_MS - now.0.rem_euclid(HOUR_MS)) / 1000 + 1;
            return Err(ApiError::too_many(left.unsigned_abs()));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_takes_so_many_for_each_unit() {
        let (flood, unit, other) =
            (Flood::default(), UnitId(uuid::Uuid::from_u128(1)), UnitId(uuid::Uuid::from_u128(2)));
        for _ in 0..MOST {
            assert!(flood.admit(unit, Instant(HOUR_MS)).is_ok());
        }
        assert!(flood.admit(unit, Instant(2 * HOUR_MS - 1)).is_err());
        assert!(flood.admit(other, Instant(HOUR_MS)).is_ok());
        assert!(flood.admit(unit, Instant(2 * HOUR_MS)).is_ok());
    }
}

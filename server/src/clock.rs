//! Time is passed in: [`Clock`] tells it, [`Instant`] and [`Day`] carry it.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::Offset};

use crate::parsed;

/// Tells the time; tests hold its hands.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands until it is set (milliseconds since 1970).
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is advanced.
    pub fn manual(at: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(millis) => Instant(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock by `seconds`; the system's stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}

/// A point in time, in milliseconds since 1970 UTC; RFC 3339 with milliseconds in JSON, `bigint` in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Instant(pub i64);

/// China Standard Time, which has had no daylight saving since 1991: where a calendar day begins.
const CHINA: Offset = Offset::constant(8);

impl Instant {
    /// `seconds` since 1970 UTC.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1000)
    }

    /// Whole seconds since 1970 UTC.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant `seconds` later (or earlier).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// To the second in the basic form of ISO 8601, UTC: `20261123T013000Z`.
    pub fn basic(self) -> String {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The time of day in China, `16:30`.
    pub fn time_of_day(self) -> String {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        let time = CHINA.to_datetime(stamp).time();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// The calendar day in China.
    pub fn day(self) -> Day {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        Day(CHINA.to_datetime(stamp).date())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        write!(f, "{stamp:.3}")
    }
}

impl FromStr for Instant {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let stamp: Timestamp = text.parse().map_err(|_| "must be an RFC 3339 instant")?;
        let year = CHINA.to_datetime(stamp).year();
        // Keeps every sum of instants far from overflow, and typing slips out.
        if !(1900..=2200).contains(&year) {
            return Err("must lie between the years 1900 and 2200");
        }
        Ok(Self(stamp.as_millisecond()))
    }
}

parsed!(Instant, "date-time", "2026-11-23T01:30:00.000Z");

/// A calendar day, `YYYY-MM-DD` in JSON and in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day, or `None` where the calendar has none such.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The calendar month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// The first day of its year.
    #[must_use]
    pub fn first_of_year(self) -> Self {
        Self(self.0.first_of_year())
    }

    /// The day `years` later; 29 February becomes 28 February.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Self {
        Self(self.0.saturating_add(years.years()))
    }

    /// The day `months` later (or earlier), cut to the month's length.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        Self(self.0.saturating_add(months.months()))
    }

    /// The day `days` later (or earlier).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// Days since 1970-01-01, as the codes carry it.
    pub fn since_1970(self) -> i64 {
        i64::from((self.0 - Date::constant(1970, 1, 1)).get_days())
    }

    /// The day that many days after 1970-01-01.
    pub fn from_1970(days: u16) -> Self {
        Self(Date::constant(1970, 1, 1).saturating_add(i64::from(days).days()))
    }

    /// The instant at which the day begins in China.
    pub fn starts(self) -> Instant {
        let stamp = CHINA.to_timestamp(self.0.to_datetime(jiff::civil::Time::midnight()));
        Instant(stamp.map_or(0, Timestamp::as_millisecond))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date: Date = text.parse().ok().filter(|_| plain).ok_or("must be a date YYYY-MM-DD")?;
        // The standard of ID numbers has a sample born in 1880.
        if !(1800..=2200).contains(&date.year()) {
            return Err("must lie between the years 1800 and 2200");
        }
        Ok(Self(date))
    }
}

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Period {
    /// Whether a day lies in it.
    pub fn has(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

parsed!(Day, "date", "2026-11-23");
crate::stored_as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let day: Day = "2026-11-23".parse().expect("a date");
        assert_eq!(day.starts().to_string(), "2026-11-22T16:00:00.000Z");
        assert_eq!(day.starts().day(), day);
        assert_eq!(day.starts().plus_seconds(-1).day().to_string(), "2026-11-22");
    }

    #[test]
    fn a_leap_day_is_reviewed_on_the_28th() {
        let day: Day = "2024-02-29".parse().expect("a date");
        assert_eq!(day.plus_years(1).to_string(), "2025-02-28");
    }

    #[test]
    fn only_plain_dates_are_dates() {
        for bad in ["2026-02-30", "2026-1-2", "2026-11-23T00:00:00", "20261123", "", "１９９０-01-01", "0001-01-01"]
        {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}

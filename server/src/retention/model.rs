//! The periods, and what they let go today.

use crate::clock::{Day, Instant};

/// How many months each kind of data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// A person's data after the end of the last stay.
    pub people: u16,
    /// Attempts to check in, also the failed ones.
    pub attempts: u16,
    /// Notices.
    pub notices: u16,
    /// The audit log, and with it the members' own access logs.
    pub log: u16,
}

impl Periods {
    /// What applies where nothing else was said.
    pub const DEFAULT: Self = Self { people: 60, attempts: 24, notices: 12, log: 36 };
    /// Audit records are kept at least half a year (personal information protection law, and the network security rules).
    pub const SHORTEST_LOG: u16 = 6;

    /// The instants before which things go, seen from `today`.
    pub(super) fn ends(self, today: Day) -> Ends {
        let before = |months: u16| today.plus_months(-i64::from(months)).starts();
        Ends {
            people: before(self.people),
            attempts: before(self.attempts),
            notices: before(self.notices),
            log: before(self.log),
        }
    }
}

/// What lies before these goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) people: Instant,
    pub(super) attempts: Instant,
    pub(super) notices: Instant,
    pub(super) log: Instant,
}

/// How much is due to go, or has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// People.
    pub people: i64,
    /// Attempts to check in.
    pub attempts: i64,
    /// Notices.
    pub notices: i64,
    /// Records of the audit log.
    pub log: i64,
}

impl Due {
    /// Everything together, for a progress bar.
    pub fn total(&self) -> i64 {
        self.people + self.attempts + self.notices + self.log
    }
}

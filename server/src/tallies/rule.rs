//! For which units a stay counts, and as what. The one rule: writing, counting again and generating follow it.

use std::collections::HashMap;

use crate::{
    clock::{Day, Instant},
    ids::UnitId,
    words,
};

words! {
    /// What is counted.
    pub enum Figure {
        /// Stays by status, of every unit.
        Status = "status",
        /// The same by the home end alone; of the units that are no departments, which count both ends.
        HomeStatus = "home_status",
        /// Open stays by the reason for moving.
        Reason = "reason",
        /// Open stays by host unit.
        Host = "host",
        /// Open stays by the district of the host; the empty key is none.
        District = "district",
        /// Stays by the month in which the member came.
        Arrived = "arrived",
        /// Stays by the month in which both ends had agreed.
        Agreed = "agreed",
        /// Living cards of open stays by the day on which their review is due.
        Card = "card",
        /// Presences by month: of a committee those at its events, of a department those of its members.
        CheckIns = "check_ins",
        /// Different members among them.
        Members = "members",
        /// Events by month: of a committee those that it holds, of a department those at which its members were.
        Events = "events",
    }
}

/// A unit at or above an end of a stay.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Above {
    pub(super) id: UnitId,
    kind: String,
}

impl Above {
    pub(super) fn is_department(&self) -> bool {
        self.kind == "department"
    }

    /// Whether its counts are kept in full.
    pub(super) fn is_wide(&self) -> bool {
        self.is_department() || self.kind == "committee"
    }

    pub(super) fn new(id: UnitId, kind: &str) -> Self {
        Self { id, kind: kind.to_owned() }
    }
}

/// The units at and above each unit, itself included.
pub(super) type Tree = HashMap<UnitId, Vec<Above>>;

/// The units for which a stay counts: those at and above its home, and those at and above its host that are no departments.
pub(super) fn counting(tree: &Tree, home: UnitId, host: UnitId) -> impl Iterator<Item = &Above> {
    let at = |unit: UnitId| tree.get(&unit).map(Vec::as_slice).unwrap_or_default();
    let homes = at(home);
    let twice = move |unit: &Above| homes.iter().any(|other| other.id == unit.id);
    homes.iter().chain(at(host).iter().filter(move |unit| !unit.is_department() && !twice(unit)))
}

/// What of a stay is counted.
#[derive(Clone, Debug)]
pub struct Counted<'a> {
    /// The formal affiliation.
    pub home: UnitId,
    /// Where the member lives the organisation life.
    pub host: UnitId,
    /// The state, as a word.
    pub status: &'a str,
    /// Whether the stay goes on.
    pub open: bool,
    /// Why the member moved, as a word.
    pub reason: &'a str,
    /// When the member came.
    pub started_on: Day,
    /// When both ends had agreed.
    pub active_since: Option<Instant>,
    /// When the living card is due for review.
    pub card_due: Option<Day>,
    /// The district of the host.
    pub district: Option<&'a str>,
}

impl Counted<'_> {
    /// Tells every unit, figure and key under which the stay is one.
    pub(super) fn count(&self, tree: &Tree, mut one: impl FnMut(UnitId, Figure, String)) {
        let wide = self.wide();
        for unit in counting(tree, self.home, self.host) {
            one(unit.id, Figure::Status, self.status.to_owned());
            if unit.is_wide() {
                wide.iter().for_each(|(figure, key)| one(unit.id, *figure, key.clone()));
            }
        }
        for unit in tree.get(&self.home).into_iter().flatten().filter(|unit| !unit.is_department()) {
            one(unit.id, Figure::HomeStatus, self.status.to_owned());
        }
    }

    fn wide(&self) -> Vec<(Figure, String)> {
        let mut all = vec![(Figure::Arrived, month(self.started_on))];
        all.extend(self.active_since.map(|at| (Figure::Agreed, month(at.day()))));
        if self.open {
            all.push((Figure::Reason, self.reason.to_owned()));
            all.push((Figure::Host, self.host.to_string()));
            all.push((Figure::District, self.district.unwrap_or_default().to_owned()));
            all.extend(self.card_due.map(|day| (Figure::Card, day.to_string())));
        }
        all
    }
}

/// `YYYY-MM`.
pub(super) fn month(day: Day) -> String {
    day.to_string().chars().take(7).collect()
}

//! Counting without a database: whoever makes a registry of a million members counts them as they are made.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::rule::{self, Above, Counted, Figure, Tree};
use crate::{clock::Instant, db::Rows, ids::UnitId};

/// Counts in the making.
#[derive(Default)]
pub struct Sums {
    tree: Tree,
    sums: HashMap<(UnitId, Figure, String), i64>,
}

impl Sums {
    /// Takes a unit in, with the kinds of those above it, the nearest first.
    pub fn place(&mut self, unit: (UnitId, &str), above: &[(UnitId, &str)]) {
        let chain = std::iter::once(&unit).chain(above).map(|(id, kind)| Above::new(*id, kind)).collect();
        self.tree.insert(unit.0, chain);
    }

    /// Counts a stay.
    pub fn stay(&mut self, stay: &Counted<'_>) {
        let sums = &mut self.sums;
        stay.count(&self.tree, |unit, figure, key| *sums.entry((unit, figure, key)).or_default() += 1);
    }

    /// Counts what a member of a department was at: events of one unit that began at these instants.
    pub fn visits(&mut self, department: UnitId, holder: UnitId, all: &[Instant]) {
        let mut months = HashSet::new();
        for at in all {
            let month = rule::month(at.day());
            let first = months.insert(month.clone());
            for unit in self.counting(department, holder) {
                self.one(unit, Figure::CheckIns, &month);
                if first {
                    self.one(unit, Figure::Members, &month);
                }
            }
        }
    }

    /// Counts an event of a unit, at which members of these departments were.
    pub fn event(&mut self, holder: UnitId, starts_at: Instant, departments: &HashSet<UnitId>) {
        let month = rule::month(starts_at.day());
        let holders = self.above(holder, |unit| unit.is_wide() && !unit.is_department());
        let guests: HashSet<UnitId> =
            departments.iter().flat_map(|unit| self.above(*unit, Above::is_department)).collect();
        for unit in holders.into_iter().chain(guests) {
            self.one(unit, Figure::Events, &month);
        }
    }

    fn counting(&self, department: UnitId, holder: UnitId) -> Vec<UnitId> {
        let mut units = self.above(department, Above::is_department);
        units.extend(self.above(holder, |unit| unit.is_wide() && !unit.is_department()));
        units
    }

    fn above(&self, unit: UnitId, which: impl Fn(&Above) -> bool) -> Vec<UnitId> {
        self.tree.get(&unit).into_iter().flatten().filter(|unit| which(unit)).map(|unit| unit.id).collect()
    }

    fn one(&mut self, unit: UnitId, figure: Figure, key: &str) {
        *self.sums.entry((unit, figure, key.to_owned())).or_default() += 1;
    }

    /// The counts as rows, in the order in which they are kept.
    pub fn into_rows(self) -> Rows {
        let mut rows = Rows::new("tallies", &["unit_id", "figure", "key", "n"]);
        let sums: BTreeMap<_, _> = self.sums.into_iter().collect();
        for ((unit, figure, key), n) in sums {
            rows.push([unit.0.into(), figure.word().into(), key.into(), n.into()]);
        }
        rows
    }
}

//! What is due: the units whose term ends, the soonest first. It is derived from the terms; nothing is stored for it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{due_store::DueRow, model::ElectionState};
use crate::{
    clock::Day,
    ids::ElectionId,
    units::{UnitKind, UnitRef},
};

/// A unit is reminded so many days before its term ends.
pub const REMIND_DAYS: i64 = 90;

/// A unit whose term ends.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueElection {
    /// The unit.
    pub unit: UnitRef,
    /// The first day of its term; null in a list of terms as they were on a day.
    pub term_started_on: Option<Day>,
    /// How many years it lasts; null likewise.
    pub term_years: Option<i64>,
    /// When it ends.
    pub due_on: Day,
    /// Whether that day has passed, or had.
    pub overdue: bool,
    /// The open election, where there is one; null in a list of terms as they were on a day.
    pub election: Option<OpenElection>,
}

/// An election that goes on.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct OpenElection {
    /// Its id.
    pub id: ElectionId,
    /// How far it has come.
    pub state: ElectionState,
}

impl DueRow {
    /// As it is shown.
    pub(super) fn show(self, today: Day) -> DueElection {
        DueElection {
            unit: UnitRef { id: self.id, kind: self.kind, name: self.name },
            term_started_on: self.term_started_on,
            term_years: self.term_years,
            due_on: self.term_ends_on,
            overdue: self.term_ends_on < today,
            election: self.election_id.zip(self.state).map(|(id, state)| OpenElection { id, state }),
        }
    }
}

/// The kinds of units that elect.
pub(super) fn electing() -> impl Iterator<Item = UnitKind> {
    UnitKind::ALL.iter().copied().filter(|kind| kind.can_host())
}

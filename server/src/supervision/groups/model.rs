//! A group: its kinds, and whether it is in force.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{AccountId, GroupId, UnitId},
    parsing::Line,
    words,
};

/// As long as a group lasts at most, in years.
const LONGEST: i64 = 3;
/// As many accounts or units as a group has at most.
const MOST: usize = 100;

words! {
    /// What a group is.
    pub enum GroupKind {
        /// 督导组
        SupervisionGroup = "supervision_group",
        /// 联络员
        Liaison = "liaison",
    }
}

words! {
    /// Whether a group is in force.
    pub enum GroupState {
        /// It begins on a later day.
        Planned = "planned",
        /// Its accounts reach its units.
        InForce = "in_force",
        /// Its last day has passed, or it was ended.
        Over = "over",
    }
}

words! {
    /// What can be done with a group.
    pub enum GroupAction {
        /// Change who is in it, its units, its last day.
        Edit = "edit",
        /// End it at once.
        End = "end",
        /// Write down a visit.
        Visit = "visit",
    }
}

/// A group to be made.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewGroup {
    /// The unit that sends it.
    pub unit_id: UnitId,
    /// What it is.
    pub kind: GroupKind,
    /// What it is called.
    pub name: Line<100>,
    /// The accounts in it: of officers with a role at or below the unit.
    pub members: Vec<AccountId>,
    /// The units assigned to it, each with all below it: at or below the unit.
    pub units: Vec<UnitId>,
    /// The first day; today, if left out.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day, itself included.
    pub until: Day,
}

/// What changes about a group.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct GroupChanges {
    /// What it is called.
    #[serde(default)]
    pub name: Option<Line<100>>,
    /// The accounts in it; who is left out loses the reach at once.
    #[serde(default)]
    pub members: Option<Vec<AccountId>>,
    /// The units assigned to it; what is left out is beyond its reach at once.
    #[serde(default)]
    pub units: Option<Vec<UnitId>>,
    /// The last day.
    #[serde(default)]
    pub until: Option<Day>,
}

/// A group as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in crate::supervision) struct GroupRow {
    pub(in crate::supervision) id: GroupId,
    pub(in crate::supervision) unit_id: UnitId,
    pub(in crate::supervision) kind: GroupKind,
    pub(in crate::supervision) name: String,
    pub(in crate::supervision) from_on: Day,
    pub(in crate::supervision) until_on: Day,
    pub(in crate::supervision) ended_at: Option<Instant>,
    pub(in crate::supervision) version: i64,
    pub(in crate::supervision) created_at: Instant,
}

impl GroupRow {
    /// Whether it is in force.
    pub(super) fn state(&self, today: Day) -> GroupState {
        if self.ended_at.is_some() || self.until_on < today {
            GroupState::Over
        } else if self.from_on > today {
            GroupState::Planned
        } else {
            GroupState::InForce
        }
    }
}

/// What is wrong with a group's days.
pub(super) fn bad_days(from: Day, until: Day, today: Day) -> Option<FieldError> {
    let last = from.plus_years(LONGEST);
    let detail = "must be neither past nor before its beginning, and within three years of it";
    (until < from || until < today || until > last).then(|| FieldError::new("/until", "invalid", detail))
}

/// What is wrong with how many there are.
pub(super) fn bad_count<T>(list: &[T], pointer: &str) -> Option<FieldError> {
    let detail = "must have between one and a hundred entries";
    (list.is_empty() || list.len() > MOST).then(|| FieldError::new(pointer, "invalid", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_in_force_on_its_last_day_and_not_after_it() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let id = |n: u128| uuid::Uuid::from_u128(n);
        let row = GroupRow {
            id: GroupId(id(1)),
            unit_id: UnitId(id(2)),
            kind: GroupKind::Liaison,
            name: "联络员".into(),
            from_on: day("2026-11-02"),
            until_on: day("2026-11-30"),
            ended_at: None,
            version: 1,
            created_at: Instant(0),
        };
        for (today, state) in [
            ("2026-11-01", GroupState::Planned),
            ("2026-11-02", GroupState::InForce),
            ("2026-11-30", GroupState::InForce),
            ("2026-12-01", GroupState::Over),
        ] {
            assert_eq!(row.state(day(today)), state, "{today}");
        }
        let ended = GroupRow { ended_at: Some(Instant(1)), ..row };
        assert_eq!(ended.state(day("2026-11-10")), GroupState::Over);
    }
}

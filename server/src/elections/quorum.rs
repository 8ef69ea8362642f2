//! The quorum: by the rules of 2020 an election is held only where four fifths of the electors have come.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    check_ins::EntryMethod,
    people::{MemberRef, Membership},
    words,
};

words! {
    /// Whether someone who came counts.
    pub enum Voice {
        /// A full member of this unit, scanned by its staff.
        Elector = "elector",
        /// The formal affiliation is elsewhere: no vote here.
        Floating = "floating",
        /// A probationary member: no vote yet.
        Probationary = "probationary",
        /// Checked in by phone alone; counts once the staff has scanned the card.
        NotScanned = "not_scanned",
    }
}

/// The one rule of who counts.
pub(super) fn voice(method: EntryMethod, membership: Option<Membership>, home_here: bool) -> Voice {
    match membership {
        _ if !home_here => Voice::Floating,
        Some(Membership::Full) => match method {
            EntryMethod::Card | EntryMethod::Manual => Voice::Elector,
            EntryMethod::EventCode | EntryMethod::Leave | EntryMethod::Correction => Voice::NotScanned,
        },
        _ => Voice::Probationary,
    }
}

/// As many electors have to be there, of so many: four fifths, rounded up.
pub(super) const fn needed(expected: i64) -> i64 {
    (expected * 4 + 4) / 5
}

/// Someone who came.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Attending {
    /// The member.
    pub member: MemberRef,
    /// Whether they count.
    pub voice: Voice,
}

/// How many came, of how many.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Quorum {
    /// Those with the right to vote who were to come.
    pub electors_expected: i64,
    /// Four fifths of them.
    pub needed: i64,
    /// Electors whom the staff has scanned.
    pub present_scanned: i64,
    /// Electors who are in no registry, counted by hand.
    pub present_on_paper: i64,
    /// Both together.
    pub present: i64,
    /// Whether that is enough.
    pub reached: bool,
    /// Floating members who attend without a vote.
    pub floating: i64,
    /// Probationary members who attend without a vote.
    pub probationary: i64,
    /// Who has come, by name; empty once the result is recorded, which keeps the figures alone.
    pub attending: Vec<Attending>,
}

impl Quorum {
    /// Counts those who came.
    pub(super) fn of(electors_expected: i64, present_on_paper: i64, attending: Vec<Attending>) -> Self {
        let count = |voice: Voice| attending.iter().filter(|one| one.voice == voice).fold(0, |sum, _| sum + 1);
        let counted = [Voice::Elector, Voice::Floating, Voice::Probationary].map(count);
        Self { attending, ..Self::frozen(electors_expected, present_on_paper, counted) }
    }

    /// The figures as they were: electors scanned, floating, probationary.
    pub(super) fn frozen(
        electors_expected: i64,
        present_on_paper: i64,
        [present_scanned, floating, probationary]: [i64; 3],
    ) -> Self {
        let (needed, present) = (needed(electors_expected), present_scanned + present_on_paper);
        Self {
            electors_expected,
            needed,
            present_scanned,
            present_on_paper,
            present,
            reached: present >= needed,
            floating,
            probationary,
            attending: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_are_rounded_up() {
        for (expected, least) in [(1, 1), (4, 4), (5, 4), (6, 5), (9, 8), (10, 8), (11, 9), (100, 80), (101, 81)] {
            assert_eq!(needed(expected), least, "{expected}");
            assert!(least * 5 >= expected * 4 && (least - 1) * 5 < expected * 4, "{expected}");
        }
    }

    #[test]
    fn only_a_full_member_of_the_unit_whom_the_staff_has_scanned_counts() {
        let full = Some(Membership::Full);
        for (method, membership, home_here, expected) in [
            (EntryMethod::Card, full, true, Voice::Elector),
            (EntryMethod::Manual, full, true, Voice::Elector),
            (EntryMethod::EventCode, full, true, Voice::NotScanned),
            (EntryMethod::Correction, full, true, Voice::NotScanned),
            (EntryMethod::Card, full, false, Voice::Floating),
            (EntryMethod::Card, Some(Membership::Probationary), true, Voice::Probationary),
            (EntryMethod::Card, Some(Membership::Probationary), false, Voice::Floating),
            (EntryMethod::Card, None, true, Voice::Probationary),
        ] {
            assert_eq!(voice(method, membership, home_here), expected, "{method} {membership:?} {home_here}");
        }
    }
}

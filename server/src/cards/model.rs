//! A card's states and what may be done in each; dates of the yearly review.

pub use crate::registrations::CardStatus;
use crate::{access::Operation, clock::Day, notices::NoticeKind, words};

words! {
    /// What is done with a card.
    pub enum CardAct {
        /// Made and handed over.
        Issue = "issue",
        /// Halted for a time.
        Suspend = "suspend",
        /// Taken up again.
        Resume = "resume",
        /// Reported lost.
        ReportLost = "report_lost",
        /// A new card in its place, with a new number and key.
        Replace = "replace",
        /// Ended for good.
        Revoke = "revoke",
        /// The yearly review.
        Review = "review",
        /// Handed back.
        Surrender = "surrender",
        /// A one-time link for a phone.
        Activate = "activate",
    }
}

impl CardAct {
    /// The operation that does it, by which THE table says who may.
    pub const fn operation(self) -> Operation {
        match self {
            Self::Issue => Operation::IssueCard,
            Self::Suspend => Operation::SuspendCard,
            Self::Resume => Operation::ResumeCard,
            Self::ReportLost => Operation::ReportCardLost,
            Self::Replace => Operation::ReplaceCard,
            Self::Revoke => Operation::RevokeCard,
            Self::Review => Operation::ReviewCard,
            Self::Surrender => Operation::SurrenderCard,
            Self::Activate => Operation::CreateActivation,
        }
    }

    /// What the member is told of it; an activation link is handed over in person.
    pub const fn news(self) -> Option<NoticeKind> {
        Some(match self {
            Self::Issue => NoticeKind::CardIssued,
            Self::Suspend => NoticeKind::CardSuspended,
            Self::Resume => NoticeKind::CardResumed,
            Self::ReportLost => NoticeKind::CardLost,
            Self::Replace => NoticeKind::CardReplaced,
            Self::Revoke => NoticeKind::CardRevoked,
            Self::Review => NoticeKind::CardReviewed,
            Self::Surrender => NoticeKind::CardSurrendered,
            Self::Activate => return None,
        })
    }

    /// The audit log's word for it.
    pub const fn audit(self) -> &'static str {
        match self {
            Self::Issue => "card.issue",
            Self::Suspend => "card.suspend",
            Self::Resume => "card.resume",
            Self::ReportLost => "card.report_lost",
            Self::Replace => "card.replace",
            Self::Revoke => "card.revoke",
            Self::Review => "card.review",
            Self::Surrender => "card.surrender",
            Self::Activate => "card.activation",
        }
    }
}

/// A review is on the desk, and the member is reminded of it, this long before its date.
pub const REVIEW_AHEAD_DAYS: i64 = 30;

/// As many living phones as a card may have.
pub const PHONES: i64 = 2;

/// What decides which acts a card is open to.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// The card's state.
    pub status: CardStatus,
    /// Whether a newer card has taken its place.
    pub replaced: bool,
    /// When the next review is due.
    pub review_due: Day,
    /// Whether the member's stay is active: no card is made for any other.
    pub stay_active: bool,
}

impl Situation {
    /// The state after `act`; `None` where the card is not open to it. Who may do it is for THE table to say.
    pub fn after(&self, act: CardAct, today: Day) -> Option<CardStatus> {
        use CardAct::{Activate, Issue, Replace, ReportLost, Resume, Review, Revoke, Surrender, Suspend};
        use CardStatus::{Active, Lost, Revoked, Surrendered, Suspended};
        match (self.status, act) {
            (Active, Suspend) => Some(Suspended),
            (Suspended, Resume) | (Active, Activate) => Some(Active),
            (Active, Review) => next_review(self.review_due, today).map(|_| Active),
            (Active | Suspended, ReportLost) => Some(Lost),
            (Active | Suspended | Lost, Replace) => (self.stay_active && !self.replaced).then_some(Lost),
            (Active | Suspended, Revoke) => Some(Revoked),
            (Active | Suspended, Surrender) => Some(Surrendered),
            (_, Issue | Suspend | Resume | ReportLost | Replace | Revoke | Review | Surrender | Activate) => None,
        }
    }

    /// Everything that the card is open to, in the order of the list.
    pub fn acts(&self, today: Day) -> impl Iterator<Item = CardAct> {
        CardAct::ALL.iter().copied().filter(move |act| self.after(*act, today).is_some())
    }
}

/// When a card issued today comes up for review.
pub fn first_review(today: Day) -> Day {
    today.plus_years(1)
}

/// The date after a review today: a year after the date that was due, or after today where that has passed. `None` while
/// the next review is more than a year off: it was made already.
pub fn next_review(due: Day, today: Day) -> Option<Day> {
    (due <= first_review(today)).then(|| due.max(today).plus_years(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn open_to(status: CardStatus, replaced: bool, stay_active: bool) -> String {
        let today = day("2026-11-23");
        let card = Situation { status, replaced, review_due: day("2027-01-01"), stay_active };
        card.acts(today).map(CardAct::word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_state_is_open_to_its_acts_and_no_others() {
        use CardStatus::{Active, Lost, Revoked, Surrendered, Suspended};
        assert_eq!(open_to(Active, false, true), "suspend report_lost replace revoke review surrender activate");
        assert_eq!(open_to(Active, false, false), "suspend report_lost revoke review surrender activate");
        assert_eq!(open_to(Suspended, false, true), "resume report_lost replace revoke surrender");
        assert_eq!(open_to(Lost, false, true), "replace");
        assert_eq!(open_to(Lost, true, true), "");
        assert_eq!(open_to(Lost, false, false), "");
        assert_eq!(open_to(Revoked, false, true), "");
        assert_eq!(open_to(Surrendered, false, true), "");
    }

    #[test]
    fn a_review_adds_a_year_once() {
        let today = day("2026-11-23");
        assert_eq!(next_review(day("2026-12-31"), today), Some(day("2027-12-31")));
        assert_eq!(next_review(day("2026-03-01"), today), Some(day("2027-11-23")));
        assert_eq!(next_review(day("2027-11-23"), today), Some(day("2028-11-23")));
        assert_eq!(next_review(day("2028-11-23"), today), None);
    }
}

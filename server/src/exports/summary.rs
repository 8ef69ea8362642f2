//! The counts of the year-end table, taken from the very rows of its list: so they add up, in every respect to the same total.

use std::collections::{BTreeMap, HashMap};

use super::{store::StayRow, words::Word};
use crate::{
    people::Membership,
    registrations::{FlowReason, Status},
    terms::{Lang, term},
};

/// How many, and of these how many of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) members: i64,
    pub(super) registered: i64,
    pub(super) pending: i64,
    pub(super) out_of_contact: i64,
    pub(super) with_card: i64,
    pub(super) without_card: i64,
    pub(super) full: i64,
    pub(super) probationary: i64,
}

impl Counts {
    fn count(&mut self, fact: &Facts<'_>) {
        let add = |counter: &mut i64, holds: bool| *counter += i64::from(holds);
        self.members += 1;
        add(&mut self.registered, fact.status == Status::Active);
        add(&mut self.pending, fact.status.is_pending());
        add(&mut self.out_of_contact, fact.status == Status::OutOfContact);
        add(&mut self.with_card, fact.has_card);
        add(&mut self.without_card, !fact.has_card);
        add(&mut self.full, fact.membership == Membership::Full);
        add(&mut self.probationary, fact.membership == Membership::Probationary);
    }

    /// In the order of the columns.
    pub(super) fn cells(self) -> [i64; 8] {
        [
            self.members,
            self.registered,
            self.pending,
            self.out_of_contact,
            self.with_card,
            self.without_card,
            self.full,
            self.probationary,
        ]
    }

    /// The headers of the columns.
    pub(super) const COLUMNS: [Word; 8] = [
        Word::Members,
        Word::Registered,
        Word::Pending,
        Word::OutOfContact,
        Word::WithCard,
        Word::WithoutCard,
        Word::Full,
        Word::Probationary,
    ];
}

/// What is counted of a stay.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) department: &'a str,
    pub(super) host: &'a str,
    pub(super) district: Option<&'a str>,
    pub(super) membership: Membership,
    pub(super) reason: FlowReason,
    pub(super) status: Status,
    pub(super) has_card: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn of(row: &'a StayRow, district: Option<&'a str>) -> Self {
        Self {
            department: &row.department,
            host: &row.host,
            district,
            membership: row.membership,
            reason: row.flow_reason,
            status: row.status,
            has_card: row.card_number.is_some(),
        }
    }
}

/// The counts in every respect.
#[derive(Default)]
pub(super) struct Summary {
    all: Counts,
    departments: BTreeMap<String, Counts>,
    hosts: BTreeMap<String, Counts>,
    districts: BTreeMap<String, Counts>,
    no_district: Counts,
    memberships: HashMap<Membership, Counts>,
    reasons: HashMap<FlowReason, Counts>,
    statuses: HashMap<Status, Counts>,
    with_card: Counts,
    without_card: Counts,
}

/// One respect: what its lines count by, and each category with its counts. Names are in the order of the alphabet and words
/// in that of their list, never in that of the counts.
pub(super) struct Block {
    pub(super) by: Word,
    pub(super) lines: Vec<(String, Counts)>,
}

/// The counts under a name, which is only copied when it is new.
fn named<'m>(map: &'m mut BTreeMap<String, Counts>, name: &str) -> &'m mut Counts {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), Counts::default());
    }
    map.entry(name.to_owned()).or_default()
}

impl Summary {
    /// Counts one stay.
    pub(super) fn count(&mut self, fact: &Facts<'_>) {
        let district = match fact.district {
            Some(district) => named(&mut self.districts, district),
            None => &mut self.no_district,
        };
        for counts in [
            &mut self.all,
            named(&mut self.departments, fact.department),
            named(&mut self.hosts, fact.host),
            district,
            self.memberships.entry(fact.membership).or_default(),
            self.reasons.entry(fact.reason).or_default(),
            self.statuses.entry(fact.status).or_default(),
            if fact.has_card { &mut self.with_card } else { &mut self.without_card },
        ] {
            counts.count(fact);
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Counts {
        self.all
    }

    /// Each respect, with its lines.
    pub(super) fn blocks(self, lang: Lang) -> Vec<Block> {
        let names = |by: Word, map: BTreeMap<String, Counts>| Block { by, lines: map.into_iter().collect() };
        let mut districts = names(Word::ByDistrict, self.districts);
        if self.no_district.members > 0 {
            districts.lines.push((Word::NotStated.said(lang).to_owned(), self.no_district));
        }
        let list = |by: Word, lines: Vec<(&'static str, Option<&Counts>)>| Block {
            by,
            lines: lines
                .into_iter()
                .map(|(word, counts)| (word.to_owned(), counts.copied().unwrap_or_default()))
                .collect(),
        };
        let memberships = Membership::ALL.iter().map(|m| (term(lang, "membership", m.word()), self.memberships.get(m)));
        let reasons = FlowReason::ALL.iter().map(|r| (term(lang, "reason", r.word()), self.reasons.get(r)));
        let open = Status::ALL.iter().filter(|status| status.is_open());
        let statuses = open.map(|s| (term(lang, "registration", s.word()), self.statuses.get(s)));
        let cards = [
            (Word::WithCard.said(lang), Some(&self.with_card)),
            (Word::WithoutCard.said(lang), Some(&self.without_card)),
        ];
        vec![
            names(Word::ByDepartment, self.departments),
            names(Word::ByHost, self.hosts),
            districts,
            list(Word::ByMembership, memberships.collect()),
            list(Word::ByReason, reasons.collect()),
            list(Word::ByCard, cards.into()),
            list(Word::ByStatus, statuses.collect()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(n: usize) -> Facts<'static> {
        let pick = |from: &[&'static str]| from[n % from.len()];
        Facts {
            department: pick(&["甲市委组织部", "乙市委组织部"]),
            host: pick(&["一支部", "二支部", "三支部"]),
            district: [Some("上海市金山区"), None, Some("上海市青浦区")][n % 3],
            membership: Membership::ALL[n % 2],
            reason: FlowReason::ALL[n % FlowReason::ALL.len()],
            status: [Status::Active, Status::PendingHome, Status::OutOfContact, Status::PendingHost][n % 4],
            has_card: n % 5 < 3,
        }
    }

    #[test]
    fn every_respect_adds_up_to_the_same() {
        let mut summary = Summary::default();
        for n in 0..1000 {
            summary.count(&facts(n));
        }
        let all = summary.all();
        assert_eq!(all.members, 1000);
        assert_eq!(all.registered + all.pending + all.out_of_contact, 1000);
        assert_eq!(all.with_card + all.without_card, 1000);
        assert_eq!(all.full + all.probationary, 1000);
        assert_eq!((all.with_card, all.out_of_contact), (600, 250));
        for block in summary.blocks(Lang::Zh) {
            let mut sum = [0; 8];
            for (_, counts) in &block.lines {
                sum.iter_mut().zip(counts.cells()).for_each(|(sum, n)| *sum += n);
            }
            assert_eq!(sum, all.cells(), "{:?}", block.by);
        }
    }

    #[test]
    fn lines_stand_in_the_order_of_names_and_lists() {
        let mut summary = Summary::default();
        for n in [2, 0, 0, 1] {
            summary.count(&facts(n));
        }
        let blocks = summary.blocks(Lang::En);
        let lines = |n: usize| blocks[n].lines.iter().map(|(name, c)| (name.as_str(), c.members)).collect::<Vec<_>>();
        assert_eq!(lines(1), [("一支部", 2), ("三支部", 1), ("二支部", 1)]);
        assert_eq!(lines(2), [("上海市金山区", 2), ("上海市青浦区", 1), ("Not stated", 1)]);
        assert_eq!(lines(3), [("Full member", 3), ("Probationary member", 1)]);
        assert_eq!(lines(4).len(), FlowReason::ALL.len(), "reasons that nobody has stand there with 0");
    }
}

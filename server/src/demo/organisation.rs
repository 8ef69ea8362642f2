//! Builds the tree of `places.rs` through the units' service.

use super::{
    calendar::ELECTED,
    parsed,
    people::People,
    places::{COMMITTEE, DEPARTMENTS, Department, GENERAL_BRANCHES},
    plan::days,
};
use crate::{
    access::audit::Actor,
    app::AppState,
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::UnitId,
    units::{self, NewUnit, TermInput, UnitKind},
};

/// The people to call are others than the members.
const CONTACTS_SEED: u64 = 2;

/// A home city: its department and what is below it.
pub(super) struct HomeCity {
    pub(super) department: UnitId,
    pub(super) branches: Vec<UnitId>,
    pub(super) liaison_office: Option<UnitId>,
    /// Whether its division code is in force: an ended city sends nobody any more.
    pub(super) living: bool,
}

/// A branch in Shanghai.
pub(super) struct HostBranch {
    pub(super) id: UnitId,
    pub(super) district: &'static str,
    pub(super) name: &'static str,
}

/// Everything, by its place in `places.rs`.
pub(super) struct Organisation {
    pub(super) cities: Vec<HomeCity>,
    pub(super) committee: UnitId,
    pub(super) generals: Vec<UnitId>,
    pub(super) branches: Vec<HostBranch>,
}

/// Builds it all, on `app`'s clock.
pub(super) async fn build(c: &mut Conn<'_>, app: &AppState, today: Day) -> Result<Organisation, ApiError> {
    let mut make = Builder { c, app, contacts: People::new(CONTACTS_SEED, today), today, made: 0 };
    let mut cities = Vec::new();
    for city in &DEPARTMENTS {
        cities.push(make.city(city).await?);
    }
    let committee = make.office(UnitKind::Committee, COMMITTEE, "上海市普陀区", None)?;
    let (october, december) = elections_of(today);
    let committee = make.unit(NewUnit { term: Some(term(5, december)), ..committee }).await?;
    let (mut generals, mut branches) = (Vec::new(), Vec::new());
    let total = GENERAL_BRANCHES.iter().map(|general| general.branches.len()).sum();
    for general in &GENERAL_BRANCHES {
        let office = make.office(UnitKind::GeneralBranch, general.name, "上海市长宁区", Some(committee))?;
        let parent = make.unit(NewUnit { term: Some(term(5, october)), ..office }).await?;
        generals.push(parent);
        for branch in general.branches {
            let place = format!("上海市{}", branch.district);
            let office = make.office(UnitKind::Branch, branch.name, &place, Some(parent))?;
            let ends_on = branch_term_ends(branches.len(), total, today, october);
            let id = make.unit(NewUnit { term: Some(term(3, ends_on)), ..office }).await?;
            branches.push(HostBranch { id, district: branch.district, name: branch.name });
        }
    }
    Ok(Organisation { cities, committee, generals, branches })
}

/// Until when all branches elect, and until when the committee does: as in the source, the end of October and of that year.
fn elections_of(today: Day) -> (Day, Day) {
    let in_year = |year: i16| Day::new(year, 10, 31).zip(Day::new(year, 12, 31)).unwrap_or((today, today));
    let this_year = in_year(today.year());
    if this_year.0 < today { in_year(today.year() + 1) } else { this_year }
}

/// When a branch's term ends: of those that have elected anew, when the one before did; of the others, one after the other
/// until `last`.
fn branch_term_ends(branch: usize, branches: usize, today: Day, last: Day) -> Day {
    if let Some((_, days)) = ELECTED.iter().find(|(elected, _)| *elected == branch) {
        return today.plus_days(20 - days);
    }
    let others = days(branches - ELECTED.len());
    let place = days(branch + 1 - ELECTED.iter().filter(|(elected, _)| *elected < branch).count());
    today.plus_days((last.since_1970() - today.since_1970()) * place / others)
}

/// The term of so many years that ends on a day.
fn term(years: i64, ends_on: Day) -> TermInput {
    TermInput { started_on: ends_on.plus_years(-years), years }
}

/// Makes units one after the other, each with someone to call.
struct Builder<'b, 'c> {
    c: &'b mut Conn<'c>,
    app: &'b AppState,
    contacts: People,
    today: Day,
    made: u32,
}

impl Builder<'_, '_> {
    async fn city(&mut self, city: &Department) -> Result<HomeCity, ApiError> {
        let office = self.office(UnitKind::Department, &format!("{}委组织部", city.city), city.city, None)?;
        let department = self
            .unit(NewUnit {
                division_code: Some(parsed(city.division_code)?),
                valid_from: Some(parsed(city.valid_from)?),
                valid_until: city.valid_until.map(parsed).transpose()?,
                ..office
            })
            .await?;
        let mut branches = Vec::new();
        for county in city.counties {
            let name = format!("{county}流出党员党支部");
            let office = self.office(UnitKind::Branch, &name, &format!("{}{county}", city.city), Some(department))?;
            branches.push(self.unit(office).await?);
        }
        let liaison_office = if city.liaison {
            let name = format!("{}驻沪联络处", city.city);
            let office = self.office(UnitKind::LiaisonOffice, &name, "上海市静安区", Some(department))?;
            Some(self.unit(office).await?)
        } else {
            None
        };
        Ok(HomeCity { department, branches, liaison_office, living: city.valid_until.is_none() })
    }

    /// An office with an address and a contact of its own.
    fn office(&mut self, kind: UnitKind, name: &str, place: &str, parent: Option<UnitId>) -> Result<NewUnit, ApiError> {
        self.made += 1;
        let contact = self.contacts.next_in(place, self.today)?;
        Ok(NewUnit {
            kind,
            name: parsed(name)?,
            parent_id: parent,
            division_code: None,
            valid_from: None,
            valid_until: None,
            address: contact.address,
            contact: Some(units::Contact {
                name: parsed(contact.name.as_str())?,
                phone: parsed(&format!("021-5555{:04}", self.made))?,
            }),
            term: None,
            card_title: None,
        })
    }

    async fn unit(&mut self, unit: NewUnit) -> Result<UnitId, ApiError> {
        Ok(units::create(self.c, self.app, Actor::System, unit).await?.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elections_are_those_of_the_source() {
        for (today, last) in [
            ("2026-11-23", "2027-10-31"),
            ("2026-10-31", "2026-10-31"),
            ("2026-11-01", "2027-10-31"),
            ("2024-02-29", "2024-10-31"),
        ] {
            let day = |text: &str| text.parse::<Day>().expect("a day");
            let (today, last) = (day(today), day(last));
            let (october, december) = elections_of(today);
            assert_eq!((october, december), (last, Day::new(last.year(), 12, 31).expect("a day")));
            let ends: Vec<Day> = (0..25).map(|branch| branch_term_ends(branch, 25, today, october)).collect();
            let due: Vec<&Day> = ends.iter().filter(|end| **end >= today).collect();
            assert_eq!((due.len(), due.iter().max()), (20, Some(&&last)));
            assert!(last <= today.plus_months(12));
        }
    }
}

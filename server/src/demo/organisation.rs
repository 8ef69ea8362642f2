//! Builds the tree of `places.rs` through the units' service.

use super::{
    parsed,
    people::People,
    places::{COMMITTEE, DEPARTMENTS, Department, GENERAL_BRANCHES},
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
    let committee = make.unit(NewUnit { term: Some(term(today, 5, -57)), ..committee }).await?;
    let mut branches = Vec::new();
    for (g, general) in GENERAL_BRANCHES.iter().enumerate() {
        let office = make.office(UnitKind::GeneralBranch, general.name, "上海市长宁区", Some(committee))?;
        // The elections of the source: five branches have held theirs, the others are due or overdue.
        let parent = make.unit(NewUnit { term: Some(term(today, 5, -58)), ..office }).await?;
        for (n, branch) in general.branches.iter().enumerate() {
            let place = format!("上海市{}", branch.district);
            let office = make.office(UnitKind::Branch, branch.name, &place, Some(parent))?;
            let started = if n == 0 || (n == 1 && g < 2) { -2 } else { -30 - i64::try_from(n).unwrap_or(0) };
            let id = make.unit(NewUnit { term: Some(term(today, 3, started)), ..office }).await?;
            branches.push(HostBranch { id, district: branch.district, name: branch.name });
        }
    }
    Ok(Organisation { cities, committee, branches })
}

/// A term of so many years that began so many months ago.
fn term(today: Day, years: i64, months: i64) -> TermInput {
    TermInput { started_on: today.plus_months(months), years }
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

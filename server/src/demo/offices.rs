//! The officers of the demo: an account for every role and unit that acts in the story, all with one password.

use serde::Serialize;

use super::{
    organisation::Organisation,
    parsed,
    places::{COMMITTEE, DEPARTMENTS},
};
use crate::{
    access::{Caller, Held, Operation, Role, Scope, Who},
    app::AppState,
    auth::accounts::{Desk, NewAccount},
    db::{Conn, Seen},
    error::ApiError,
    ids::UnitId,
};

/// The password of every demo account; it is in the README.
pub(super) const PASSWORD: &str = "guiyan-demo";

/// A login to try the demo with.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// The role.
    pub role: Role,
    /// The name to sign in with.
    pub username: String,
    /// The password.
    pub password: &'static str,
    /// The unit of the role; null for the administrator, who keeps the whole registry.
    pub unit_id: Option<UnitId>,
    /// The unit by name.
    pub unit: String,
}

/// Who acts in the story.
pub(super) struct Offices {
    pub(super) committee: Caller,
    /// Reads everything of the committee, and visits.
    pub(super) supervisor: Caller,
    /// The officer of the pilot city's liaison office.
    pub(super) liaison: Caller,
    /// By city.
    pub(super) departments: Vec<Caller>,
    /// By branch.
    pub(super) secretaries: Vec<Caller>,
    /// The logins that are printed.
    pub(super) logins: Vec<Login>,
}

/// The officer, as the guard lets them in to an operation.
pub(super) fn doing(officer: &Caller, operation: Operation) -> Caller {
    Caller { scope: officer.scope_in(operation), ..officer.clone() }
}

/// Makes the accounts.
pub(super) async fn open(
    c: &mut Conn<'_>,
    app: &AppState,
    organisation: &Organisation,
    password_hash: &str,
) -> Result<Offices, ApiError> {
    let mut open = Opening { c, desk: Desk::of_the_program(app), password_hash, logins: Vec::new() };
    let cities = || organisation.cities.iter().zip(&DEPARTMENTS);
    let (pilot, second) = (&organisation.cities[0], &organisation.cities[1]);

    let first = &organisation.branches[0];
    let beside = organisation.branches.iter().position(|branch| branch.district == "青浦区").unwrap_or(1);
    open.shown("admin", Role::Administrator, None, "全部").await?;
    let department =
        open.shown("department", Role::DepartmentOfficer, Some(pilot.department), "黄山市委组织部").await?;
    let liaison = open.shown("liaison", Role::LiaisonOfficer, pilot.liaison_office, "黄山市驻沪联络处").await?;
    let hefei = open.shown("hefei", Role::DepartmentOfficer, Some(second.department), "合肥市委组织部").await?;
    let committee = open.shown("committee", Role::CommitteeOfficer, Some(organisation.committee), COMMITTEE).await?;
    let secretary = open.shown("secretary", Role::BranchSecretary, Some(first.id), first.name).await?;
    let other = &organisation.branches[beside];
    let qingpu = open.shown("qingpu", Role::BranchSecretary, Some(other.id), other.name).await?;
    let supervisor = open.shown("supervisor", Role::Supervisor, Some(organisation.committee), COMMITTEE).await?;

    let mut departments = vec![department, hefei];
    for (city, place) in cities().skip(2) {
        let name = format!("department-{}", place.division_code);
        departments.push(open.account(&name, Role::DepartmentOfficer, Some(city.department)).await?);
    }
    let mut secretaries = vec![secretary];
    for (n, branch) in organisation.branches.iter().enumerate().skip(1) {
        secretaries.push(if n == beside {
            qingpu.clone()
        } else {
            open.account(&format!("branch-{:02}", n + 1), Role::BranchSecretary, Some(branch.id)).await?
        });
    }
    Ok(Offices { committee, supervisor, liaison, departments, secretaries, logins: open.logins })
}

struct Opening<'o, 'c> {
    c: &'o mut Conn<'c>,
    desk: Desk,
    password_hash: &'o str,
    logins: Vec<Login>,
}

impl Opening<'_, '_> {
    /// An account that is printed.
    async fn shown(&mut self, name: &str, role: Role, unit_id: Option<UnitId>, unit: &str) -> Result<Caller, ApiError> {
        self.logins.push(Login { role, username: name.into(), password: PASSWORD, unit_id, unit: unit.into() });
        self.account(name, role, unit_id).await
    }

    async fn account(&mut self, name: &str, role: Role, unit_id: Option<UnitId>) -> Result<Caller, ApiError> {
        let new = NewAccount { username: parsed(name)?, role, unit_id };
        let account = self.desk.create_ready(self.c, new, self.password_hash).await?;
        Ok(Caller {
            who: Who::Officer { account, username: name.into() },
            scope: Scope::default(),
            held: vec![Held { role, reach: unit_id, lender: None }],
            seen: Seen::default(),
        })
    }
}

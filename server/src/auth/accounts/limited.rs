//! Roles for a time: what a supervision group gives its accounts on the units assigned to it, between two days, and no longer
//! than the group has it. Each request judges by the day on which it is made.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    limited_store,
    service::with_roles,
    store::{self, AccountRow, Filter},
};
use crate::{
    access::{
        self, Caller, Role, Scope,
        audit::{self, Record},
    },
    app::AppState,
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::{AccountId, AssignmentId, GroupId, UnitId},
    units::UnitRef,
};

/// What a group gives: reading, between two days.
#[derive(Clone, Copy, Debug)]
pub struct LimitedRole {
    /// The group.
    pub group: GroupId,
    /// The first day.
    pub from: Day,
    /// The last day, itself included.
    pub until: Day,
    /// In which role whoever lends it reaches the units: the group sees no more than that role does.
    pub lender: Role,
}

/// Whom a group can be made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = GroupCandidate)]
pub struct Candidate {
    /// The account.
    pub id: AccountId,
    /// The name to sign in with.
    pub username: String,
    /// The roles held at or below the unit.
    pub roles: Vec<CandidateRole>,
}

/// A role of a candidate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CandidateRole {
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: UnitRef,
}

/// Makes the group's roles these: the ones that are missing are given, those too many end at once, and all are lent anew, until
/// the group's last day, by whoever makes them so. What comes later begins on its own day: what was is not changed by it.
pub async fn set_limited(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    role: LimitedRole,
    wanted: &[(AccountId, UnitId)],
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let given = limited_store::given(c, role.group).await?;
    let from = if given.is_empty() { role.from } else { role.from.max(now.day()) };
    for (id, account, unit) in &given {
        if wanted.contains(&(*account, *unit)) {
            limited_store::lend_anew(c, *id, role).await?;
        } else {
            store::end_assignment(c, *id, now).await?;
            log(c, app, caller, "account.remove_role", *account, *unit).await?;
        }
    }
    for (account, unit) in wanted {
        if given.iter().any(|(_, a, u)| a == account && u == unit) {
            continue;
        }
        let id = AssignmentId::new(now, &app.entropy);
        limited_store::give(c, id, LimitedRole { from, ..role }, (*account, *unit), now).await?;
        log(c, app, caller, "account.add_role", *account, *unit).await?;
    }
    Ok(())
}

/// The open accounts that hold a lasting role at or below a unit, by name from `after` on; administrators of accounts are no
/// candidates. One more than `limit` where there are more.
pub async fn candidates(
    c: &mut Conn<'_>,
    unit: UnitId,
    prefix: Option<String>,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<Candidate>, ApiError> {
    let filter = Filter { unit: Some(unit), prefix, after, lasting: true };
    let rows = store::list(c, &Scope::everything(), &filter, limit + 1).await?;
    as_candidates(c, unit, rows).await
}

/// Those of these accounts that are candidates for a unit.
pub async fn candidates_among(
    c: &mut Conn<'_>,
    unit: UnitId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Candidate>, ApiError> {
    let mut rows = Vec::with_capacity(accounts.len());
    for account in accounts {
        rows.extend(store::by_id(c, *account).await?.filter(|row| row.disabled_at.is_none()));
    }
    let found = as_candidates(c, unit, rows).await?;
    Ok(found.into_iter().filter(|one| !one.roles.is_empty()).map(|one| (one.id, one)).collect())
}

async fn as_candidates(c: &mut Conn<'_>, unit: UnitId, rows: Vec<AccountRow>) -> Result<Vec<Candidate>, ApiError> {
    let records = with_roles(c, rows).await?;
    let units: Vec<UnitId> =
        records.iter().flat_map(|record| record.account.assignments.iter().filter_map(|a| a.unit_id)).collect();
    let above = access::ancestors_of(c, &units).await?;
    let below = |id: UnitId| above.get(&id).is_some_and(|above| above.contains(&unit));
    Ok(records
        .into_iter()
        .map(|record| Candidate {
            id: record.account.id,
            username: record.account.username.to_string(),
            roles: record
                .account
                .assignments
                .into_iter()
                .filter(|a| a.role != Role::Administrator && a.group_id.is_none())
                .filter_map(|a| a.unit.filter(|unit| below(unit.id)).map(|unit| CandidateRole { role: a.role, unit }))
                .collect(),
        })
        .collect())
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    action: &'static str,
    account: AccountId,
    unit: UnitId,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("account", account.to_string())).from_unit(unit);
    audit::append(c, app.clock.now(), record).await
}

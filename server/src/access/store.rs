//! SQL of roles and reach.

use std::collections::{BTreeSet, HashMap};

use sqlx::QueryBuilder;

use super::{Held, Role};
use crate::{
    clock::Day,
    db::{Conn, LISTED, push_ids},
    error::ApiError,
    ids::{AccountId, DeviceId, MemberId, UnitId},
    on_engine,
};

/// Of these accounts those that are not disabled: their names, and the roles that are in force on this day.
pub(super) async fn accounts(
    c: &mut Conn<'_>,
    accounts: &[AccountId],
    today: Day,
) -> Result<HashMap<AccountId, (String, Vec<Held>)>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        account: AccountId,
        username: String,
        role: Option<Role>,
        /// A liaison officer works for the department above the office.
        reach: Option<UnitId>,
        lent_by: Option<Role>,
    }
    // One statement: it is asked with every request.
    let rows: Vec<Row> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select c.id as account, c.username, a.role, a.lent_by,
                    case when a.role = 'liaison_officer' and u.kind = 'liaison_office' and u.parent_id is not null
                         then u.parent_id else a.unit_id end as reach
               from accounts c
               left join assignments a on a.account_id = c.id and a.ended_at is null and (a.from_on is null or a.from_on <= ",
        );
        query.push_bind(today).push(") and (a.until_on is null or a.until_on >= ").push_bind(today);
        query.push(") left join units u on u.id = a.unit_id where c.disabled_at is null and c.id in ");
        push_ids(&mut query, accounts.iter().map(|id| id.0));
        query.push(" order by c.id, a.id").build_query_as().fetch_all(c).await
    })?;
    let mut found: HashMap<AccountId, (String, Vec<Held>)> = HashMap::new();
    for Row { account, username, role, reach, lent_by } in rows {
        let (_, held) = found.entry(account).or_insert_with(|| (username, Vec::new()));
        held.extend(role.map(|role| Held { role, reach, lender: lent_by }));
    }
    Ok(found)
}

/// The members to whom these devices belong; only of the living ones.
pub(super) async fn device_members(
    c: &mut Conn<'_>,
    devices: &[DeviceId],
) -> Result<HashMap<DeviceId, MemberId>, ApiError> {
    let rows: Vec<(DeviceId, MemberId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, member_id from devices where revoked_at is null and id in ");
        push_ids(&mut query, devices.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// The unit itself and all units above it.
pub(super) async fn ancestors(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select ancestor_id from unit_ancestors where unit_id = $1")
        .bind(unit)
        .fetch_all(c))?)
}

/// Of each of these units: itself and all units above it.
pub async fn ancestors_of(c: &mut Conn<'_>, units: &[UnitId]) -> Result<HashMap<UnitId, Vec<UnitId>>, ApiError> {
    ancestors_among(c, units, None).await
}

/// The same, but only where one of these roles begins: all that a reach by them is told by, and few rows for a long list.
pub async fn ancestors_with_role(
    c: &mut Conn<'_>,
    units: &[UnitId],
    held: &[Held],
) -> Result<HashMap<UnitId, Vec<UnitId>>, ApiError> {
    let reaches: Vec<UnitId> = held.iter().filter_map(|held| held.reach).collect();
    ancestors_among(c, units, Some(&reaches)).await
}

async fn ancestors_among(
    c: &mut Conn<'_>,
    units: &[UnitId],
    among: Option<&[UnitId]>,
) -> Result<HashMap<UnitId, Vec<UnitId>>, ApiError> {
    let mut above: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
    let units: BTreeSet<UnitId> = units.iter().copied().collect();
    for some in units.into_iter().collect::<Vec<_>>().chunks(LISTED) {
        let pairs: Vec<(UnitId, UnitId)> = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select unit_id, ancestor_id from unit_ancestors where unit_id in ");
            push_ids(&mut query, some.iter().map(|unit| unit.0));
            if let Some(among) = among {
                query.push(" and ancestor_id in ");
                push_ids(&mut query, among.iter().map(|unit| unit.0));
            }
            query.build_query_as().fetch_all(c).await
        })?;
        for (unit, ancestor) in pairs {
            above.entry(unit).or_default().push(ancestor);
        }
    }
    Ok(above)
}

//! SQL of roles and reach.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::Role;
use crate::{
    clock::Day,
    db::{Conn, LISTED, push_ids},
    error::ApiError,
    ids::{AccountId, AssignmentId, DeviceId, MemberId, UnitId},
    on_engine,
};

/// A role of an account on a unit; no unit means the whole registry (administrators only).
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The assignment's id.
    pub id: AssignmentId,
    /// The role.
    pub role: Role,
    /// The unit as assigned.
    pub unit_id: Option<UnitId>,
    /// Where the reach begins: a liaison officer works for the department above the office.
    pub reach: Option<UnitId>,
    /// In which role it was lent, where a supervision group gives it.
    pub lent_by: Option<Role>,
}

/// The assignments of an account that is not disabled, in force on this day; `None` where there is no such account.
pub async fn account_assignments(
    c: &mut Conn<'_>,
    account: AccountId,
    today: Day,
) -> Result<Option<(String, Vec<Assignment>)>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        username: String,
        id: Option<AssignmentId>,
        role: Option<Role>,
        unit_id: Option<UnitId>,
        reach: Option<UnitId>,
        lent_by: Option<Role>,
    }
    // One statement: it is asked with every request.
    let rows: Vec<Row> = on_engine!(c, |c| {
        sqlx::query_as(
            "select c.username, a.id, a.role, a.unit_id, a.lent_by,
                    case when a.role = 'liaison_officer' and u.kind = 'liaison_office' and u.parent_id is not null
                         then u.parent_id else a.unit_id end as reach
               from accounts c
               left join assignments a on a.account_id = c.id and a.ended_at is null
                     and (a.from_on is null or a.from_on <= $2) and (a.until_on is null or a.until_on >= $2)
               left join units u on u.id = a.unit_id
              where c.id = $1 and c.disabled_at is null
              order by a.id",
        )
        .bind(account)
        .bind(today)
        .fetch_all(c)
    })?;
    let Some(username) = rows.first().map(|row| row.username.clone()) else { return Ok(None) };
    let assignments = rows.into_iter().filter_map(|row| {
        let Row { unit_id, reach, lent_by, .. } = row;
        Some(Assignment { id: row.id?, role: row.role?, unit_id, reach, lent_by })
    });
    Ok(Some((username, assignments.collect())))
}

/// The member to whom a living device belongs.
pub(super) async fn device_member(c: &mut Conn<'_>, device: DeviceId) -> Result<Option<MemberId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select member_id from devices where id = $1 and revoked_at is null")
        .bind(device)
        .fetch_optional(c))?)
}

/// The unit itself and all units above it.
pub(super) async fn ancestors(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select ancestor_id from unit_ancestors where unit_id = $1")
        .bind(unit)
        .fetch_all(c))?)
}

/// Of each of these units: itself and all units above it.
pub async fn ancestors_of(c: &mut Conn<'_>, units: &[UnitId]) -> Result<HashMap<UnitId, Vec<UnitId>>, ApiError> {
    let mut above: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
    for some in units.chunks(LISTED) {
        let pairs: Vec<(UnitId, UnitId)> = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select unit_id, ancestor_id from unit_ancestors where unit_id in ");
            push_ids(&mut query, some.iter().map(|unit| unit.0));
            query.build_query_as().fetch_all(c).await
        })?;
        for (unit, ancestor) in pairs {
            above.entry(unit).or_default().push(ancestor);
        }
    }
    Ok(above)
}

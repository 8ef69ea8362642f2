//! SQL of roles that a group gives for a time.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::limited::LimitedRole;
use crate::{
    access::Role,
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, AssignmentId, GroupId, UnitId},
    on_engine,
};

/// The roles that a group has given and not taken back.
pub(super) async fn given(
    c: &mut Conn<'_>,
    group: GroupId,
) -> Result<Vec<(AssignmentId, AccountId, UnitId)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, account_id, unit_id from assignments
          where group_id = $1 and ended_at is null and unit_id is not null order by id"
    )
    .bind(group)
    .fetch_all(c))?)
}

/// Gives an account the group's role on a unit.
pub(super) async fn give(
    c: &mut Conn<'_>,
    id: AssignmentId,
    role: LimitedRole,
    (account, unit): (AccountId, UnitId),
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into assignments (id, account_id, role, unit_id, from_on, until_on, group_id, lent_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(id)
        .bind(account)
        .bind(Role::Supervisor)
        .bind(unit)
        .bind(role.from)
        .bind(role.until)
        .bind(role.group)
        .bind(role.lender)
        .bind(now)
    )?;
    Ok(())
}

/// Gives a role another last day and another lender.
pub(super) async fn lend_anew(c: &mut Conn<'_>, id: AssignmentId, role: LimitedRole) -> Result<(), ApiError> {
    let sql = "update assignments set until_on = $2, lent_by = $3 where id = $1";
    execute!(c, sqlx::query(sql).bind(id).bind(role.until).bind(role.lender))?;
    Ok(())
}

/// Whether an account has the group's role on this unit, in force on this day.
pub async fn has_limited(
    c: &mut Conn<'_>,
    group: GroupId,
    account: AccountId,
    unit: UnitId,
    on: Day,
) -> Result<bool, ApiError> {
    let found: Option<AssignmentId> = on_engine!(c, |c| sqlx::query_scalar(
        "select g.id from assignments g join unit_ancestors a on a.ancestor_id = g.unit_id
          where g.group_id = $1 and g.account_id = $2 and a.unit_id = $3 and g.ended_at is null
            and g.from_on <= $4 and g.until_on >= $4 limit 1"
    )
    .bind(group)
    .bind(account)
    .bind(unit)
    .bind(on)
    .fetch_optional(c))?;
    Ok(found.is_some())
}

/// How these accounts are called.
pub async fn usernames(c: &mut Conn<'_>, ids: &[AccountId]) -> Result<HashMap<AccountId, String>, ApiError> {
    let rows: Vec<(AccountId, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, username from accounts where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

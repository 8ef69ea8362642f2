//! SQL of accounts, their roles and set-up links.

use sqlx::QueryBuilder;

use super::model::Username;
use crate::{
    access::{Role, Scope},
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, AssignmentId, GroupId, UnitId},
    on_engine,
};

/// An account as stored.
#[derive(Clone, sqlx::FromRow)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// The name to sign in with.
    pub username: Username,
    /// Absent until the set-up link was used.
    pub password_hash: Option<String>,
    /// The second factor's secret, sealed.
    pub totp_sealed: Option<Vec<u8>>,
    /// Whether the second factor is in force.
    pub totp_confirmed: bool,
    /// When it was closed.
    pub disabled_at: Option<Instant>,
}

const COLUMNS: &str = "a.id, a.username, a.password_hash, a.totp_sealed, a.totp_confirmed, a.disabled_at";

/// The account of that name.
pub async fn by_username(c: &mut Conn<'_>, username: &Username) -> Result<Option<AccountRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from accounts a where a.username = ").push_bind(username.as_str());
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The account.
pub async fn by_id(c: &mut Conn<'_>, id: AccountId) -> Result<Option<AccountRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from accounts a where a.id = ").push_bind(id.0);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of accounts is narrowed to.
#[derive(Default)]
pub(super) struct Filter {
    /// A role on this unit or below it.
    pub(super) unit: Option<UnitId>,
    /// How the user name begins.
    pub(super) prefix: Option<String>,
    /// Only names after this one.
    pub(super) after: Option<String>,
    /// Only open accounts, and by roles that no group gave and that are not about accounts.
    pub(super) lasting: bool,
}

/// Accounts with a role within reach, by name.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<AccountRow>, ApiError> {
    let everything = scope.is_everything();
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from accounts a where 1 = 1");
        if !everything {
            query
                .push(" and exists (select 1 from assignments s where s.account_id = a.id and s.ended_at is null and ");
            scope.push_units(&mut query, "s.unit_id");
            query.push(")");
        }
        if let Some(unit) = filter.unit {
            query
                .push(" and exists (select 1 from assignments s where s.account_id = a.id and s.ended_at is null and s.unit_id in ")
                .push("(select unit_id from unit_ancestors where ancestor_id = ")
                .push_bind(unit.0)
                .push(")");
            if filter.lasting {
                query.push(" and s.group_id is null and s.role <> ").push_bind(Role::Administrator.word());
            }
            query.push(")");
        }
        if filter.lasting {
            query.push(" and a.disabled_at is null");
        }
        if let Some(prefix) = &filter.prefix {
            // User names are ASCII, so that `~` stands behind all that begins with the prefix.
            query
                .push(" and a.username >= ")
                .push_bind(prefix)
                .push(" and a.username < ")
                .push_bind(format!("{prefix}~"));
        }
        if let Some(after) = &filter.after {
            query.push(" and a.username > ").push_bind(after);
        }
        query.push(" order by a.username limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A role of an account as stored.
#[derive(sqlx::FromRow)]
pub(super) struct AssignmentRow {
    pub(super) account_id: AccountId,
    pub(super) id: AssignmentId,
    pub(super) role: Role,
    pub(super) unit_id: Option<UnitId>,
    pub(super) from_on: Option<Day>,
    pub(super) until_on: Option<Day>,
    pub(super) group_id: Option<GroupId>,
}

/// The roles of these accounts that were not taken back, the oldest first.
pub(super) async fn assignments(c: &mut Conn<'_>, accounts: &[AccountId]) -> Result<Vec<AssignmentRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select account_id, id, role, unit_id, from_on, until_on, group_id from assignments where account_id in ",
        );
        push_ids(&mut query, accounts.iter().map(|id| id.0));
        query.push(" and ended_at is null order by id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Makes an account; false where the name is taken.
pub(super) async fn insert(
    c: &mut Conn<'_>,
    id: AccountId,
    username: &Username,
    now: Instant,
) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query(
            "insert into accounts (id, username, totp_confirmed, totp_last_step, created_at) values ($1, $2, $3, 0, $4)
             on conflict do nothing"
        )
        .bind(id)
        .bind(username)
        .bind(false)
        .bind(now)
    )?;
    Ok(rows == 1)
}

/// Gives a role; false where the account has it already.
pub(super) async fn insert_assignment(
    c: &mut Conn<'_>,
    id: AssignmentId,
    account: AccountId,
    role: Role,
    unit: Option<UnitId>,
    now: Instant,
) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query(
            "insert into assignments (id, account_id, role, unit_id, created_at)
             select $1, a.id, $3, $4, $5 from accounts a where a.id = $2 and not exists
                 (select 1 from assignments s where s.account_id = $2 and s.role = $3 and s.unit_id is not distinct from $4
                     and s.group_id is null)"
        )
        .bind(id)
        .bind(account)
        .bind(role)
        .bind(unit)
        .bind(now)
    )?;
    Ok(rows == 1)
}

/// Takes a role back.
pub(super) async fn delete_assignment(c: &mut Conn<'_>, id: AssignmentId) -> Result<(), ApiError> {
    execute!(c, sqlx::query("delete from assignments where id = $1").bind(id))?;
    Ok(())
}

/// Ends a role that a group gave. It stays on record: the access logs of members say in which role somebody looked.
pub(super) async fn end_assignment(c: &mut Conn<'_>, id: AssignmentId, now: Instant) -> Result<(), ApiError> {
    let sql = "update assignments set ended_at = $2 where id = $1 and ended_at is null";
    execute!(c, sqlx::query(sql).bind(id).bind(now))?;
    Ok(())
}

/// Closes (or opens) an account; false where it was so already.
pub(super) async fn set_disabled(c: &mut Conn<'_>, id: AccountId, at: Option<Instant>) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query("update accounts set disabled_at = $2 where id = $1 and (disabled_at is null) = ($2 is not null)")
            .bind(id)
            .bind(at)
    )?;
    Ok(rows == 1)
}

/// How many open, set-up accounts administer the whole registry.
pub(super) async fn whole_registry_administrators(c: &mut Conn<'_>) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(distinct a.id) as bigint) from accounts a join assignments s on s.account_id = a.id
          where s.role = $1 and s.unit_id is null and a.disabled_at is null and a.password_hash is not null"
    )
    .bind(Role::Administrator)
    .fetch_one(c))?)
}

/// Whether anyone can sign in at all.
pub(super) async fn any_password(c: &mut Conn<'_>) -> Result<bool, ApiError> {
    let found: Option<AccountId> =
        on_engine!(c, |c| sqlx::query_scalar("select id from accounts where password_hash is not null limit 1")
            .fetch_optional(c))?;
    Ok(found.is_some())
}

/// How many administrators can sign in.
pub async fn administrators(c: &mut Conn<'_>) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(distinct a.id) as bigint) from accounts a join assignments s on s.account_id = a.id
          where s.role = $1 and a.password_hash is not null and a.disabled_at is null"
    )
    .bind(Role::Administrator)
    .fetch_one(c))?)
}

/// Keeps a new set-up code; those before it stop working.
pub(super) async fn replace_setup(
    c: &mut Conn<'_>,
    account: AccountId,
    code_hash: &[u8],
    expires_at: Instant,
) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query("delete from account_setups where account_id = $1 and used_at is null").bind(account)
    )?;
    execute!(
        c,
        sqlx::query("insert into account_setups (code_hash, account_id, expires_at) values ($1, $2, $3)")
            .bind(code_hash)
            .bind(account)
            .bind(expires_at)
    )?;
    Ok(())
}

/// The account that a living set-up code opens.
pub(super) async fn setup_account(
    c: &mut Conn<'_>,
    code_hash: &[u8],
    now: Instant,
) -> Result<Option<AccountRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from accounts a join account_setups s on s.account_id = a.id where s.code_hash = ");
        query
            .push_bind(code_hash.to_vec())
            .push(" and s.used_at is null and a.disabled_at is null and s.expires_at > ");
        query.push_bind(now);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Uses a set-up code up; false where another request was quicker.
pub(super) async fn use_setup(c: &mut Conn<'_>, code_hash: &[u8], now: Instant) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query(
            "update account_setups set used_at = $2 where code_hash = $1 and used_at is null and expires_at > $2"
        )
        .bind(code_hash)
        .bind(now)
    )?;
    Ok(rows == 1)
}

/// Sets the password.
pub async fn set_password(c: &mut Conn<'_>, id: AccountId, hash: &str) -> Result<(), ApiError> {
    execute!(c, sqlx::query("update accounts set password_hash = $2 where id = $1").bind(id).bind(hash))?;
    Ok(())
}

/// Sets, confirms or (with `None`) removes the second factor.
pub async fn set_totp(c: &mut Conn<'_>, id: AccountId, sealed: Option<&[u8]>, confirmed: bool) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("update accounts set totp_sealed = $2, totp_confirmed = $3 where id = $1")
            .bind(id)
            .bind(sealed)
            .bind(confirmed)
    )?;
    Ok(())
}

/// Uses a one-time password's step up; false where it, or a later one, was used before.
pub async fn take_totp_step(c: &mut Conn<'_>, id: AccountId, step: i64) -> Result<bool, ApiError> {
    let rows = execute!(
        c,
        sqlx::query("update accounts set totp_last_step = $2 where id = $1 and totp_last_step < $2")
            .bind(id)
            .bind(step)
    )?;
    Ok(rows == 1)
}

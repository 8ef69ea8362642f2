//! SQL of groups.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{GroupKind, GroupRow};
use crate::{
    access::{Scope, Within},
    clock::Day,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, GroupId, UnitId},
    on_engine,
};

const COLUMNS: &str = "g.id, g.unit_id, g.kind, g.name, g.from_on, g.until_on, g.ended_at, g.version, g.created_at";

/// Keeps a group.
pub(super) async fn insert(c: &mut Conn<'_>, row: &GroupRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into supervision_groups (id, unit_id, kind, name, from_on, until_on, version, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.kind)
        .bind(&row.name)
        .bind(row.from_on)
        .bind(row.until_on)
        .bind(row.version)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Writes the next version; false where another one has come between.
pub(super) async fn update(c: &mut Conn<'_>, row: &GroupRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update supervision_groups set name = $3, until_on = $4, ended_at = $5, version = $2
              where id = $1 and version = $2 - 1 and ended_at is null"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(&row.name)
        .bind(row.until_on)
        .bind(row.ended_at)
    )?;
    Ok(touched == 1)
}

/// Puts these accounts in the place of those before.
pub(super) async fn set_members(c: &mut Conn<'_>, id: GroupId, accounts: &[AccountId]) -> Result<(), ApiError> {
    execute!(&mut *c, sqlx::query("delete from supervision_members where group_id = $1").bind(id))?;
    for account in accounts {
        let sql = "insert into supervision_members (group_id, account_id) values ($1, $2)";
        execute!(&mut *c, sqlx::query(sql).bind(id).bind(*account))?;
    }
    Ok(())
}

/// Assigns a unit from this day on.
pub(super) async fn add_unit(c: &mut Conn<'_>, id: GroupId, unit: UnitId, from: Day) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into supervision_units (group_id, unit_id, from_on) values ($1, $2, $3)
             on conflict (group_id, unit_id, from_on) do update set ended_on = null"
        )
        .bind(id)
        .bind(unit)
        .bind(from)
    )?;
    Ok(())
}

/// Takes a unit out from this day on; that it was one stays on record.
pub(super) async fn end_unit(c: &mut Conn<'_>, id: GroupId, unit: UnitId, on: Day) -> Result<(), ApiError> {
    let sql = "update supervision_units set ended_on = $3 where group_id = $1 and unit_id = $2 and ended_on is null";
    execute!(c, sqlx::query(sql).bind(id).bind(unit).bind(on))?;
    Ok(())
}

/// Whether an account is in a group.
pub(in crate::supervision) async fn has_member(
    c: &mut Conn<'_>,
    id: GroupId,
    account: AccountId,
) -> Result<bool, ApiError> {
    let sql = "select account_id from supervision_members where group_id = $1 and account_id = $2";
    let found: Option<AccountId> = on_engine!(c, |c| sqlx::query_scalar(sql).bind(id).bind(account).fetch_optional(c))?;
    Ok(found.is_some())
}

/// Whether a unit, or one above it, is assigned to a group.
pub(in crate::supervision) async fn has_unit(c: &mut Conn<'_>, id: GroupId, unit: UnitId) -> Result<bool, ApiError> {
    let sql = "select y.unit_id from unit_ancestors a join supervision_units y on y.unit_id = a.ancestor_id
                where a.unit_id = $2 and y.group_id = $1 and y.ended_on is null limit 1";
    let found: Option<UnitId> = on_engine!(c, |c| sqlx::query_scalar(sql).bind(id).bind(unit).fetch_optional(c))?;
    Ok(found.is_some())
}

/// The accounts of each of these groups.
pub(super) async fn members(c: &mut Conn<'_>, ids: &[GroupId]) -> Result<HashMap<GroupId, Vec<AccountId>>, ApiError> {
    let rows: Vec<(GroupId, AccountId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select group_id, account_id from supervision_members where group_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(gathered(rows))
}

/// The units of each of these groups.
pub(super) async fn units(c: &mut Conn<'_>, ids: &[GroupId]) -> Result<HashMap<GroupId, Vec<UnitId>>, ApiError> {
    let rows: Vec<(GroupId, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select group_id, unit_id from supervision_units where group_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" and ended_on is null").build_query_as().fetch_all(c).await
    })?;
    Ok(gathered(rows))
}

fn gathered<T>(rows: Vec<(GroupId, T)>) -> HashMap<GroupId, Vec<T>> {
    let mut lists: HashMap<GroupId, Vec<T>> = HashMap::new();
    for (id, one) in rows {
        lists.entry(id).or_default().push(one);
    }
    lists
}

/// How these groups are called, and what they are.
pub(in crate::supervision) async fn names(
    c: &mut Conn<'_>,
    ids: &[GroupId],
) -> Result<HashMap<GroupId, (GroupKind, String)>, ApiError> {
    let rows: Vec<(GroupId, GroupKind, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, kind, name from supervision_groups where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id, kind, name)| (id, (kind, name))).collect())
}

/// A group, whoever asks.
pub(in crate::supervision) async fn find(c: &mut Conn<'_>, id: GroupId) -> Result<Option<GroupRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from supervision_groups g where g.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// A group that sends from within reach or to there, or of which the account is one.
pub(super) async fn find_within(
    c: &mut Conn<'_>,
    reach: &Scope,
    one: One,
    id: GroupId,
) -> Result<Option<GroupRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from supervision_groups g where g.id = ").push_bind(id).push(" and ");
        push_reach(&mut query, reach, one);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Who asks, and on which day: of their own groups they read before these begin.
pub(super) type One = (AccountId, Day);

fn push_reach<DB>(query: &mut QueryBuilder<DB>, reach: &Scope, (account, today): One)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(");
    reach.push_units(query, "g.unit_id");
    query.push(" or exists (select 1 from supervision_units y where y.group_id = g.id and y.ended_on is null and ");
    reach.push_units(query, "y.unit_id");
    query.push(") or (g.ended_at is null and g.until_on >= ").push_bind(today.to_string());
    query.push(" and exists (select 1 from supervision_members m where m.group_id = g.id and m.account_id = ");
    query.push_bind(account.0).push(")))");
}

/// What a list of groups is narrowed to: of a sending unit, with a day in the period, in force on a day.
#[derive(Clone, Debug, Default)]
pub(in crate::supervision) struct Filter {
    pub(in crate::supervision) within: Within,
    pub(in crate::supervision) kind: Option<GroupKind>,
    pub(in crate::supervision) in_force_on: Option<Day>,
    pub(in crate::supervision) before: Option<GroupId>,
}

impl Filter {
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "g.unit_id");
        // In force on some day between these two: it begins before the end, and ends after the beginning.
        let (first, last) = match self.in_force_on {
            Some(day) => (Some(day), Some(day)),
            None => (self.within.from, self.within.to),
        };
        if let Some(last) = last {
            query.push(" and g.from_on <= ").push_bind(last.to_string());
        }
        if let Some(first) = first {
            query.push(" and g.until_on >= ").push_bind(first.to_string());
            // Ended on a day, it was not in force to its end.
            query.push(" and (g.ended_at is null or g.ended_at >= ").push_bind(first.plus_days(1).starts().0).push(")");
        }
        if let Some(kind) = self.kind {
            query.push(" and g.kind = ").push_bind(kind.word());
        }
    }
}

/// The groups that send from within reach or to there, and those of which the account is one, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    reach: &Scope,
    one: One,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<GroupRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from supervision_groups g where ");
        push_reach(&mut query, reach, one);
        filter.push(&mut query);
        if let Some(id) = filter.before {
            query.push(" and g.id < ").push_bind(id);
        }
        query.push(" order by g.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many groups that units at and below `unit` send are in force on a day, and how many units are assigned to them on it.
pub(in crate::supervision) async fn count_in_force(
    c: &mut Conn<'_>,
    unit: UnitId,
    day: Day,
) -> Result<(i64, i64), ApiError> {
    let filter = Filter {
        within: Within { unit_id: Some(unit), ..Within::default() },
        in_force_on: Some(day),
        ..Filter::default()
    };
    let groups = on_engine!(&mut *c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from supervision_groups g where 1 = 1");
        filter.push(&mut query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    let units = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(count(distinct y.unit_id) as bigint)
               from supervision_groups g join supervision_units y on y.group_id = g.id where y.from_on <= ",
        );
        query.push_bind(day.to_string());
        query.push(" and (y.ended_on is null or y.ended_on > ").push_bind(day.to_string()).push(")");
        filter.push(&mut query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((groups, units))
}

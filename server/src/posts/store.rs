//! SQL of posts.

use std::collections::HashSet;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{PostKind, PostRow};
use crate::{
    access::{Scope, Within},
    clock::{Day, Period},
    db::Conn,
    error::ApiError,
    execute,
    ids::{MemberId, PostId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "p.id, p.unit_id, p.member_id, p.kind, p.dual, p.dual_title_sealed, p.from_on, p.until_on, p.created_at";

/// Records a post; false where the same one, or another secretary's, is held.
pub(super) async fn insert(c: &mut Conn<'_>, row: &PostRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into posts (id, unit_id, member_id, kind, dual, dual_title_sealed, from_on, until_on, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.member_id)
        .bind(row.kind)
        .bind(row.dual)
        .bind(&row.dual_title_sealed)
        .bind(row.from_on)
        .bind(row.until_on)
        .bind(row.created_at)
    )?;
    Ok(touched == 1)
}

/// A post.
pub(super) async fn find(c: &mut Conn<'_>, id: PostId) -> Result<Option<PostRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from posts p where p.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Ends a post that is held; false where it has ended already.
pub(super) async fn end(c: &mut Conn<'_>, id: PostId, until: Day) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update posts set until_on = $2 where id = $1 and until_on is null").bind(id).bind(until)
    )?;
    Ok(touched == 1)
}

/// The posts that are held in a unit, by when they were recorded.
pub(super) async fn open_at(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<PostRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from posts p where p.until_on is null and p.unit_id = ").push_bind(unit);
        query.push(" order by p.id").build_query_as().fetch_all(c).await
    })?)
}

/// What a list of posts is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// Of the unit itself, not of those below it.
    pub(super) here: Option<UnitId>,
    pub(super) member: Option<MemberId>,
    pub(super) kind: Option<PostKind>,
    pub(super) dual: Option<bool>,
    pub(super) open: Option<bool>,
    pub(super) after: Option<(Day, PostId)>,
}

/// Appends ` and …` for what was held, of the alias `p`, at some day of the period. Posts and contact points are alike in it.
pub(super) fn push_held<DB>(query: &mut QueryBuilder<DB>, within: &Within)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    within.push_unit(query, "p.unit_id");
    if let Some(from) = within.from {
        query.push(" and (p.until_on is null or p.until_on >= ").push_bind(from.to_string()).push(")");
    }
    if let Some(to) = within.to {
        query.push(" and p.from_on <= ").push_bind(to.to_string());
    }
}

/// The posts of units within reach, newest first, one more than `limit` where there are more. Without a scope: those of
/// somebody whom the caller is known to reach.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: Option<&Scope>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PostRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from posts p where 1 = 1");
        if let Some(scope) = scope {
            query.push(" and ");
            scope.push_units(&mut query, "p.unit_id");
        }
        push_held(&mut query, &filter.within);
        if let Some(unit) = filter.here {
            query.push(" and p.unit_id = ").push_bind(unit);
        }
        if let Some(member) = filter.member {
            query.push(" and p.member_id = ").push_bind(member);
        }
        if let Some(kind) = filter.kind {
            query.push(" and p.kind = ").push_bind(kind);
        }
        if let Some(dual) = filter.dual {
            query.push(" and p.dual = ").push_bind(dual);
        }
        if let Some(open) = filter.open {
            query.push(if open { " and p.until_on is null" } else { " and p.until_on is not null" });
        }
        if let Some((from, id)) = filter.after {
            query.push(" and (p.from_on, p.id) < (").push_bind(from).push(", ").push_bind(id).push(")");
        }
        query.push(" order by p.from_on desc, p.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Who leads a unit on a day: whoever holds a post at that very unit then.
pub async fn leaders(c: &mut Conn<'_>, unit: UnitId, on: Day) -> Result<HashSet<MemberId>, ApiError> {
    let leaders: Vec<MemberId> = on_engine!(c, |c| sqlx::query_scalar(
        "select distinct member_id from posts
          where unit_id = $1 and from_on <= $2 and (until_on is null or until_on >= $2)"
    )
    .bind(unit)
    .bind(on)
    .fetch_all(c))?;
    Ok(leaders.into_iter().collect())
}

/// Appends `exists (…)`: whether the member in one column led `unit` on the day in another, as [`leaders`] has it.
pub fn push_led<DB>(query: &mut QueryBuilder<DB>, unit: UnitId, member: &'static str, on: &'static str)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("exists (select 1 from posts p where p.unit_id = ").push_bind(unit.0);
    query.push(" and p.member_id = ").push(member).push(" and p.from_on <= ").push(on);
    query.push(" and (p.until_on is null or p.until_on >= ").push(on).push("))");
}

/// How many posts and contact points there are at and below a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostFigures {
    /// Posts held on the last day of the period.
    pub posts: i64,
    /// Those of them with an administrative post beside it (一肩挑).
    pub dual: i64,
    /// Contact points held on that day.
    pub contact_points: i64,
}

/// The posts and contact points at and below a unit on the last day of a period: what the lists show from and to that day.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<PostFigures, ApiError> {
    let within = Within::of(unit, Period { from: period.to, to: period.to });
    let (posts, dual): (i64, i64) = on_engine!(&mut *c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint), cast(coalesce(sum(case when p.dual = ");
        query.push_bind(true).push(" then 1 else 0 end), 0) as bigint) from posts p where 1 = 1");
        push_held(&mut query, &within);
        query.build_query_as().fetch_one(c).await
    })?;
    let contact_points = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from contact_points p where 1 = 1");
        push_held(&mut query, &within);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok(PostFigures { posts, dual, contact_points })
}

/// Empties what a member was called beside a post; that there was something stays as a figure.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(c, sqlx::query("update posts set dual_title_sealed = null where member_id = $1").bind(member))?;
    Ok(())
}

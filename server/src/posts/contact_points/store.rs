//! SQL of contact points.

use sqlx::QueryBuilder;

use super::model::PointRow;
use crate::{
    access::{Scope, Within},
    clock::Day,
    db::Conn,
    error::ApiError,
    execute,
    ids::{ContactPointId, MemberId, UnitId},
    on_engine,
    posts::store::push_held,
};

const COLUMNS: &str = "p.id, p.unit_id, p.leader_unit_id, p.member_id, p.from_on, p.until_on, p.created_at";

/// Records a contact point; false where it goes on already.
pub(super) async fn insert(c: &mut Conn<'_>, row: &PointRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into contact_points (id, unit_id, leader_unit_id, member_id, from_on, until_on, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.leader_unit_id)
        .bind(row.member_id)
        .bind(row.from_on)
        .bind(row.until_on)
        .bind(row.created_at)
    )?;
    Ok(touched == 1)
}

/// A contact point.
pub(super) async fn find(c: &mut Conn<'_>, id: ContactPointId) -> Result<Option<PointRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from contact_points p where p.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Ends a contact point that goes on; false where it has ended already.
pub(super) async fn end(c: &mut Conn<'_>, id: ContactPointId, until: Day) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update contact_points set until_on = $2 where id = $1 and until_on is null").bind(id).bind(until)
    )?;
    Ok(touched == 1)
}

/// The nearest unit above in which the member holds a post.
pub(super) async fn post_above(c: &mut Conn<'_>, member: MemberId, unit: UnitId) -> Result<Option<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select a.ancestor_id from unit_ancestors a join posts p on p.unit_id = a.ancestor_id
          where a.unit_id = $1 and a.depth > 0 and p.member_id = $2 and p.until_on is null
          order by a.depth limit 1"
    )
    .bind(unit)
    .bind(member)
    .fetch_optional(c))?)
}

/// Whether the member holds a post in a unit.
pub(super) async fn holds_post(c: &mut Conn<'_>, member: MemberId, unit: UnitId) -> Result<bool, ApiError> {
    let found: Option<UnitId> = on_engine!(c, |c| sqlx::query_scalar(
        "select unit_id from posts where member_id = $1 and unit_id = $2 and until_on is null limit 1"
    )
    .bind(member)
    .bind(unit)
    .fetch_optional(c))?;
    Ok(found.is_some())
}

/// What a list of contact points is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// Of the unit itself, not of those below it.
    pub(super) here: Option<UnitId>,
    pub(super) leader_unit: Option<UnitId>,
    pub(super) member: Option<MemberId>,
    pub(super) open: Option<bool>,
    pub(super) after: Option<(Day, ContactPointId)>,
}

/// The contact points of units within reach, newest first, one more than `limit` where there are more. Without a scope: those
/// of somebody whom the caller is known to reach.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: Option<&Scope>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PointRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from contact_points p where 1 = 1");
        if let Some(scope) = scope {
            query.push(" and ");
            scope.push_units(&mut query, "p.unit_id");
        }
        push_held(&mut query, &filter.within);
        for (column, unit) in [("unit_id", filter.here), ("leader_unit_id", filter.leader_unit)] {
            if let Some(unit) = unit {
                query.push(" and p.").push(column).push(" = ").push_bind(unit);
            }
        }
        if let Some(member) = filter.member {
            query.push(" and p.member_id = ").push_bind(member);
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

//! SQL of the terms that end.

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{due::electing, model::ElectionState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Period},
    db::Conn,
    error::ApiError,
    ids::{ElectionId, UnitId},
    on_engine,
    units::UnitKind,
};

/// A unit whose term ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct DueRow {
    pub(super) id: UnitId,
    pub(super) kind: UnitKind,
    pub(super) name: String,
    pub(super) term_started_on: Option<Day>,
    pub(super) term_years: Option<i64>,
    pub(super) term_ends_on: Day,
    pub(super) election_id: Option<ElectionId>,
    pub(super) state: Option<ElectionState>,
}

/// What the list is narrowed to; the days are those on which terms end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) kind: Option<UnitKind>,
    /// Only this unit itself.
    pub(super) only: Option<UnitId>,
    /// The terms as they were on that day, without what has become of them.
    pub(super) as_of: Option<Day>,
    pub(super) after: Option<(Day, UnitId)>,
}

/// The units within reach whose term ends, the soonest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<DueRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select u.id, u.kind, u.name, u.term_ends_on, ");
        match filter.as_of {
            None => query.push(
                "u.term_started_on, u.term_years, q.id as election_id, q.state
                   from units u left join elections q on q.unit_id = u.id and q.state not in ('approved', 'withdrawn')",
            ),
            Some(day) => {
                query.push("null as term_started_on, null as term_years, null as election_id, null as state from (");
                query.push("select n.id, n.kind, n.name, ");
                push_end_on(&mut query, day);
                query.push(" as term_ends_on from units n) u")
            }
        };
        query.push(" where u.term_ends_on is not null and u.kind in (");
        let mut kinds = query.separated(", ");
        for kind in electing() {
            kinds.push_bind(kind);
        }
        query.push(") and ");
        scope.push_units(&mut query, "u.id");
        filter.within.push_unit(&mut query, "u.id");
        filter.within.push_days(&mut query, "u.term_ends_on");
        if let Some(unit) = filter.only {
            query.push(" and u.id = ").push_bind(unit);
        }
        if let Some(kind) = filter.kind {
            query.push(" and u.kind = ").push_bind(kind);
        }
        if let Some((day, id)) = filter.after {
            query.push(" and (u.term_ends_on, u.id) > (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by u.term_ends_on, u.id limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A unit at or below another, and when its term ended or ends, seen from the last day of a period: an election that was
/// approved later had not been held then.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct TermEnd {
    pub(super) unit_id: UnitId,
    pub(super) kind: UnitKind,
    pub(super) ends_on: Day,
}

/// Appends when the term of the unit `n` ended or ends that was in force on a day: the earliest election that was approved later
/// says it.
fn push_end_on<DB>(query: &mut QueryBuilder<DB>, day: Day)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("coalesce((select min(l.due_on) from elections l where l.unit_id = n.id and l.state = 'approved'");
    query.push(" and l.approved_on > ").push_bind(day.to_string()).push("), n.term_ends_on)");
}

/// The terms of a unit and all below it as they were on a day.
pub(super) async fn terms_on(c: &mut Conn<'_>, unit: UnitId, day: Day) -> Result<Vec<TermEnd>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select n.id as unit_id, n.kind, ");
        push_end_on(&mut query, day);
        query.push(" as ends_on from unit_ancestors a join units n on n.id = a.unit_id");
        query.push(" where n.term_ends_on is not null and a.ancestor_id = ").push_bind(unit).push(" and n.kind in (");
        let mut kinds = query.separated(", ");
        for kind in electing() {
            kinds.push_bind(kind);
        }
        query.push(")").build_query_as().fetch_all(c).await
    })?)
}

/// How many elections at and below a unit were approved in a period.
pub(super) async fn approved(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<i64, ApiError> {
    let within = Within::of(unit, period);
    Ok(on_engine!(c, |c| async {
        let mut query =
            QueryBuilder::new("select cast(count(*) as bigint) from elections q where q.state = 'approved'");
        within.push_unit(&mut query, "q.unit_id");
        within.push_days(&mut query, "coalesce(q.approved_on, q.due_on)");
        query.build_query_scalar().fetch_one(c).await
    })?)
}

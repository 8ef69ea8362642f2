//! SQL of the terms that end.

use sqlx::QueryBuilder;

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
    pub(super) term_started_on: Day,
    pub(super) term_years: i64,
    pub(super) term_ends_on: Day,
    pub(super) election_id: Option<ElectionId>,
    pub(super) state: Option<ElectionState>,
}

/// What the list is narrowed to; the days are those on which terms end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) kind: Option<UnitKind>,
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
        let mut query = QueryBuilder::new(
            "select u.id, u.kind, u.name, u.term_started_on, u.term_years, u.term_ends_on, q.id as election_id, q.state
               from units u left join elections q on q.unit_id = u.id and q.state not in ('approved', 'withdrawn')
              where u.term_ends_on is not null and u.kind in (",
        );
        let mut kinds = query.separated(", ");
        for kind in electing() {
            kinds.push_bind(kind);
        }
        query.push(") and ");
        scope.push_units(&mut query, "u.id");
        filter.within.push_unit(&mut query, "u.id");
        filter.within.push_days(&mut query, "u.term_ends_on");
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

/// The terms of a unit and all below it as they were on a day.
pub(super) async fn terms_on(c: &mut Conn<'_>, unit: UnitId, day: Day) -> Result<Vec<TermEnd>, ApiError> {
    Ok(on_engine!(c, |c| async {
        // The earliest election that was approved later says when the term of that day ended.
        let mut query = QueryBuilder::new(
            "select u.id as unit_id, u.kind, coalesce((select min(q.due_on) from elections q where q.unit_id = u.id
                and q.state = 'approved' and q.approved_on > ",
        );
        query.push_bind(day).push(
            "), u.term_ends_on) as ends_on
               from unit_ancestors a join units u on u.id = a.unit_id where u.term_ends_on is not null and a.ancestor_id = ",
        );
        query.push_bind(unit).push(" and u.kind in (");
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

//! SQL of plans.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{PlanRow, PlanState};
use crate::{
    access::{Scope, Within},
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{PlanId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "p.id, p.unit_id, p.title, p.state, p.from_on, p.to_on, p.phases, p.targets, p.outcome, p.started_at,
    p.closed_at, p.version, p.created_at";

/// Files a plan.
pub(super) async fn insert(c: &mut Conn<'_>, row: &PlanRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into plans (id, unit_id, title, state, from_on, to_on, phases, targets, version, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(&row.title)
        .bind(row.state)
        .bind(row.from_on)
        .bind(row.to_on)
        .bind(&row.phases)
        .bind(&row.targets)
        .bind(row.version)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Writes the next version over the one before; false where another one has come between.
pub(super) async fn update(c: &mut Conn<'_>, row: &PlanRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update plans set title = $3, state = $4, from_on = $5, to_on = $6, phases = $7, targets = $8, outcome = $9,
                    started_at = $10, closed_at = $11, version = $2
              where id = $1 and version = $2 - 1"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(&row.title)
        .bind(row.state)
        .bind(row.from_on)
        .bind(row.to_on)
        .bind(&row.phases)
        .bind(&row.targets)
        .bind(&row.outcome)
        .bind(row.started_at)
        .bind(row.closed_at)
    )?;
    Ok(touched == 1)
}

/// A plan.
pub(super) async fn find(c: &mut Conn<'_>, id: PlanId) -> Result<Option<PlanRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from plans p where p.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of plans is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) state: Vec<PlanState>,
    pub(super) before: Option<PlanId>,
}

impl Filter {
    /// Appends ` and …`: the plans that are for members of the unit, and touch the period.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(unit) = self.within.unit_id {
            // Its own, those of the units below, and those of the units above, which are for its members too.
            query.push(" and (p.unit_id in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit.0);
            query.push(") or p.unit_id in (select ancestor_id from unit_ancestors where unit_id = ").push_bind(unit.0);
            query.push("))");
        }
        if let Some(from) = self.within.from {
            query.push(" and p.to_on >= ").push_bind(from.to_string());
        }
        if let Some(to) = self.within.to {
            query.push(" and p.from_on <= ").push_bind(to.to_string());
        }
        if !self.state.is_empty() {
            query.push(" and p.state in (");
            let mut list = query.separated(", ");
            for state in &self.state {
                list.push_bind(state.to_string());
            }
            query.push(")");
        }
    }
}

/// The plans within reach, newest first, one more than `limit` where there are more: those of units within reach, and those
/// of units above that have begun, for the members there take part in them.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PlanRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from plans p where (");
        scope.push_units(&mut query, "p.unit_id");
        query
            .push(" or (p.state <> 'draft' and p.unit_id in (select ancestor_id from unit_ancestors where unit_id in ");
        push_ids(&mut query, scope.grants.iter().filter_map(|grant| grant.unit).map(|unit| unit.0));
        query.push(")))");
        filter.push(&mut query);
        if let Some(id) = filter.before {
            query.push(" and p.id < ").push_bind(id);
        }
        query.push(" order by p.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// All plans that the filter lets through, newest first.
pub(super) async fn all(c: &mut Conn<'_>, filter: &Filter) -> Result<Vec<PlanRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from plans p where 1 = 1");
        filter.push(&mut query);
        query.push(" order by p.id desc").build_query_as().fetch_all(c).await
    })?)
}

/// The running plans for a member with these two ends, the first to end first. A department's are for those whose home is below.
pub(super) async fn running_for(c: &mut Conn<'_>, home: UnitId, host: UnitId) -> Result<Vec<PlanRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from plans p join units u on u.id = p.unit_id where p.state = 'running' and (");
        query.push("p.unit_id in (select ancestor_id from unit_ancestors where unit_id = ").push_bind(home);
        query.push(
            ") or (u.kind <> 'department' and p.unit_id in (select ancestor_id from unit_ancestors where unit_id = ",
        );
        query.push_bind(host).push("))) order by p.to_on, p.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What these plans are called.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, title from plans where id in ");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// When the row is read for a step, its next version.
pub(super) fn next(row: PlanRow, state: PlanState, now: Instant) -> PlanRow {
    let started_at = row.started_at.or((state == PlanState::Running).then_some(now));
    let closed_at = (state == PlanState::Closed).then_some(now);
    PlanRow { state, started_at, closed_at, version: row.version + 1, ..row }
}

//! SQL of visits.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{FindingRow, VisitRow, VisitState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, GroupId, RowId, UnitId, VisitId},
    on_engine,
    supervision::groups,
};

const COLUMNS: &str =
    "v.id, v.group_id, v.unit_id, v.visited_on, v.state, v.created_at, v.closed_at, v.closing_reason_sealed";

/// Keeps a visit.
pub(super) async fn insert(c: &mut Conn<'_>, row: &VisitRow, account: AccountId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into visits (id, group_id, unit_id, visited_on, state, account_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(row.id)
        .bind(row.group_id)
        .bind(row.unit_id)
        .bind(row.visited_on)
        .bind(row.state)
        .bind(account)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Keeps a finding.
pub(super) async fn insert_finding(c: &mut Conn<'_>, row: &FindingRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into visit_findings (id, visit_id, place, kind, text_sealed, due_on) values ($1, $2, $3, $4, $5, $6)"
        )
        .bind(row.id)
        .bind(row.visit_id)
        .bind(row.place)
        .bind(row.kind)
        .bind(&row.text_sealed)
        .bind(row.due_on)
    )?;
    Ok(())
}

/// Answers a problem of an open visit; false where it is answered already or the visit is closed.
pub(super) async fn answer(c: &mut Conn<'_>, id: RowId, sealed: &[u8], now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update visit_findings set answer_sealed = $2, answered_at = $3
              where id = $1 and kind = 'problem' and answered_at is null
                and exists (select 1 from visits v where v.id = visit_id and v.state = 'open')"
        )
        .bind(id)
        .bind(sealed)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// Closes an open visit whose problems are all answered, or with the reason why one is not; false where it is not so.
pub(super) async fn close(
    c: &mut Conn<'_>,
    id: VisitId,
    reason: Option<&[u8]>,
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update visits set state = 'closed', closed_at = $2, closing_reason_sealed = $3
              where id = $1 and state = 'open' and ($3 is not null or not exists
                  (select 1 from visit_findings f where f.visit_id = $1 and f.kind = 'problem' and f.answered_at is null))"
        )
        .bind(id)
        .bind(now)
        .bind(reason)
    )?;
    Ok(touched == 1)
}

/// A visit within reach.
pub(super) async fn find(c: &mut Conn<'_>, reach: &Scope, id: VisitId) -> Result<Option<VisitRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from visits v where v.id = ").push_bind(id).push(" and ");
        reach.push_units(&mut query, "v.unit_id");
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The findings of each of these visits, in their order.
pub(super) async fn findings(c: &mut Conn<'_>, ids: &[VisitId]) -> Result<HashMap<VisitId, Vec<FindingRow>>, ApiError> {
    let rows: Vec<FindingRow> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select id, visit_id, place, kind, text_sealed, due_on, answer_sealed, answered_at
               from visit_findings where visit_id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" order by place").build_query_as().fetch_all(c).await
    })?;
    let mut findings: HashMap<VisitId, Vec<FindingRow>> = HashMap::new();
    for row in rows {
        findings.entry(row.visit_id).or_default().push(row);
    }
    Ok(findings)
}

/// What a list of visits is narrowed to; the days are those of the visits.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) group: Option<GroupId>,
    pub(super) state: Option<VisitState>,
}

impl Filter {
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "v.unit_id");
        self.within.push_days(query, "v.visited_on");
        if let Some(group) = self.group {
            query.push(" and v.group_id = ").push_bind(group.0);
        }
        if let Some(state) = self.state {
            query.push(" and v.state = ").push_bind(state.word());
        }
    }
}

/// A visit's place in the list.
pub(super) type Place = (Day, VisitId);

/// The visits of units within reach, the newest day first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    reach: &Scope,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<VisitRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from visits v where ");
        reach.push_units(&mut query, "v.unit_id");
        filter.push(&mut query);
        if let Some((day, id)) = after {
            query.push(" and (v.visited_on, v.id) < (").push_bind(day.to_string()).push(", ").push_bind(id.0).push(")");
        }
        query.push(" order by v.visited_on desc, v.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Of which group each of these visits is.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select v.id, g.name from visits v join supervision_groups g on g.id = v.group_id where v.id in ",
        );
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Groups and what they found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SupervisionFigures {
    /// Groups that units there send, in force on the last day of the period.
    pub groups: i64,
    /// Units assigned to them on that day.
    pub units: i64,
    /// Visits to units there, by their day.
    pub visits: i64,
    /// Problems found on those visits.
    pub problems_found: i64,
    /// Those of them that are answered by now.
    pub problems_answered: i64,
}

/// The figures of a unit and all below it: what `/supervision-groups` lists with `in_force_on`, and `/visits` in the period.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<SupervisionFigures, ApiError> {
    let (groups, units) = groups::count_in_force(c, unit, period.to).await?;
    let filter = Filter { within: Within::of(unit, period), ..Filter::default() };
    let visits = on_engine!(&mut *c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from visits v where 1 = 1");
        filter.push(&mut query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    let (problems_found, problems_answered) = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(count(*) as bigint), cast(count(f.answered_at) as bigint)
               from visits v join visit_findings f on f.visit_id = v.id and f.kind = 'problem' where 1 = 1",
        );
        filter.push(&mut query);
        query.build_query_as().fetch_one(c).await
    })?;
    Ok(SupervisionFigures { groups, units, visits, problems_found, problems_answered })
}

//! SQL of cases.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{CaseRow, CaseState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{CaseId, MemberId, PairingId},
    on_engine,
};

const COLUMNS: &str = "k.id, k.unit_id, k.pair_id, k.member_id, k.about, k.note_sealed, k.opened_on, k.solved_on,
    k.how_sealed, k.voided_at, k.void_reason_sealed, k.created_at";

/// Opens a case.
pub(super) async fn insert(c: &mut Conn<'_>, row: &CaseRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into help_cases (id, unit_id, pair_id, member_id, about, note_sealed, opened_on, solved_on, how_sealed,
                                     created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.pair_id)
        .bind(row.member_id)
        .bind(row.about)
        .bind(&row.note_sealed)
        .bind(row.opened_on)
        .bind(row.solved_on)
        .bind(&row.how_sealed)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// A case.
pub(super) async fn find(c: &mut Conn<'_>, id: CaseId) -> Result<Option<CaseRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_cases k where k.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Says how a case was solved; false where it is solved already.
pub(super) async fn solve(c: &mut Conn<'_>, id: CaseId, on: Day, how_sealed: &[u8]) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update help_cases set solved_on = $2, how_sealed = $3
              where id = $1 and solved_on is null and voided_at is null"
        )
        .bind(id)
        .bind(on)
        .bind(how_sealed)
    )?;
    Ok(touched == 1)
}

/// Takes down that a case was recorded by mistake; false where that is known.
pub(super) async fn void(c: &mut Conn<'_>, id: CaseId, reason_sealed: &[u8], now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update help_cases set voided_at = $2, void_reason_sealed = $3 where id = $1 and voided_at is null"
        )
        .bind(id)
        .bind(now)
        .bind(reason_sealed)
    )?;
    Ok(touched == 1)
}

/// What a list of cases is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In this state; none: what counts. `Solved` makes the days those of the solution, else they are those of the opening.
    pub(super) state: Option<CaseState>,
    pub(super) pair: Option<PairingId>,
    pub(super) after: Option<(Day, CaseId)>,
}

/// The day by which a list is narrowed and ordered.
pub(super) const fn day_of(state: Option<CaseState>) -> &'static str {
    match state {
        Some(CaseState::Solved) => "k.solved_on",
        _ => "k.opened_on",
    }
}

/// Appends ` and …`: of these units and days, and in this state. The report counts by the same.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, state: Option<CaseState>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    within.push_unit(query, "k.unit_id");
    within.push_days(query, day_of(state));
    query.push(match state {
        Some(CaseState::Open) => " and k.solved_on is null and k.voided_at is null",
        Some(CaseState::Solved) => " and k.solved_on is not null and k.voided_at is null",
        Some(CaseState::Void) => " and k.voided_at is not null",
        None => " and k.voided_at is null",
    });
}

/// The cases of units within reach, the latest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<CaseRow>, ApiError> {
    let day = day_of(filter.state);
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_cases k where ");
        scope.push_units(&mut query, "k.unit_id");
        push_within(&mut query, &filter.within, filter.state);
        if let Some(pair) = filter.pair {
            query.push(" and k.pair_id = ").push_bind(pair);
        }
        if let Some((on, id)) = filter.after {
            query.push(" and (").push(day).push(", k.id) < (").push_bind(on).push(", ").push_bind(id).push(")");
        }
        query.push(" order by ").push(day).push(" desc, k.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The cases about a member, and those of these pairs, the latest first.
pub(crate) async fn own(c: &mut Conn<'_>, member: MemberId, pairs: &[PairingId]) -> Result<Vec<CaseRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_cases k where (k.member_id = ").push_bind(member);
        query.push(" or k.pair_id in ");
        push_ids(&mut query, pairs.iter().map(|pair| pair.0));
        query.push(") order by k.opened_on desc, k.id desc");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many cases were opened, and how many solved.
pub(crate) async fn count(c: &mut Conn<'_>, within: &Within) -> Result<(i64, i64), ApiError> {
    let mut counts = [0; 2];
    for (count, state) in counts.iter_mut().zip([None, Some(CaseState::Solved)]) {
        *count = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(*) as bigint) from help_cases k where 1 = 1");
            push_within(&mut query, within, state);
            query.build_query_scalar().fetch_one(c).await
        })?;
    }
    let [opened, solved] = counts;
    Ok((opened, solved))
}

/// Empties what was written about a member's difficulties.
pub(crate) async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update help_cases set note_sealed = null, how_sealed = null, void_reason_sealed = null where member_id = $1"
        )
        .bind(member)
    )?;
    Ok(())
}

//! SQL of what was given.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{AidKind, AidRow, AidState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AidId, CaseId, MemberId, PairingId},
    on_engine,
};

const COLUMNS: &str =
    "a.id, a.unit_id, a.pair_id, a.case_id, a.member_id, a.given_on, a.kind, a.amount_fen, a.what_sealed,
    a.voided_at, a.void_reason_sealed, a.created_at";

/// Records what was given.
pub(super) async fn insert(c: &mut Conn<'_>, row: &AidRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into help_given (id, unit_id, pair_id, case_id, member_id, given_on, kind, amount_fen, what_sealed,
                                     created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.pair_id)
        .bind(row.case_id)
        .bind(row.member_id)
        .bind(row.given_on)
        .bind(row.kind)
        .bind(row.amount_fen)
        .bind(&row.what_sealed)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Something that was given.
pub(super) async fn find(c: &mut Conn<'_>, id: AidId) -> Result<Option<AidRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_given a where a.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Takes down that it was recorded by mistake; false where that is known.
pub(super) async fn void(c: &mut Conn<'_>, id: AidId, reason_sealed: &[u8], now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update help_given set voided_at = $2, void_reason_sealed = $3 where id = $1 and voided_at is null"
        )
        .bind(id)
        .bind(now)
        .bind(reason_sealed)
    )?;
    Ok(touched == 1)
}

/// What a list of aid is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In this state; none: what counts.
    pub(super) state: Option<AidState>,
    pub(super) kind: Option<AidKind>,
    pub(super) pair: Option<PairingId>,
    pub(super) case: Option<CaseId>,
    pub(super) after: Option<(Day, AidId)>,
}

/// Appends ` and …`: of these units and days, and in this state. The report sums by the same.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, state: Option<AidState>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    within.push_unit(query, "a.unit_id");
    within.push_days(query, "a.given_on");
    query.push(match state {
        Some(AidState::Void) => " and a.voided_at is not null",
        Some(AidState::Given) | None => " and a.voided_at is null",
    });
}

/// What units within reach gave, the latest first, one more than `limit` where there is more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<AidRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_given a where ");
        scope.push_units(&mut query, "a.unit_id");
        push_within(&mut query, &filter.within, filter.state);
        if let Some(kind) = filter.kind {
            query.push(" and a.kind = ").push_bind(kind);
        }
        if let Some(pair) = filter.pair {
            query.push(" and a.pair_id = ").push_bind(pair);
        }
        if let Some(case) = filter.case {
            query.push(" and a.case_id = ").push_bind(case);
        }
        if let Some((day, id)) = filter.after {
            query.push(" and (a.given_on, a.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by a.given_on desc, a.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What a member received, and what was given within these pairs, the latest first.
pub(crate) async fn own(c: &mut Conn<'_>, member: MemberId, pairs: &[PairingId]) -> Result<Vec<AidRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from help_given a where (a.member_id = ").push_bind(member);
        query.push(" or a.pair_id in ");
        push_ids(&mut query, pairs.iter().map(|pair| pair.0));
        query.push(") order by a.given_on desc, a.id desc");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How much was given, in fen: money, and the value of what was given in kind.
pub(crate) async fn sum(c: &mut Conn<'_>, within: &Within) -> Result<(i64, i64), ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(coalesce(sum(case when a.kind = 'money' then a.amount_fen else 0 end), 0) as bigint),
                    cast(coalesce(sum(case when a.kind = 'in_kind' then a.amount_fen else 0 end), 0) as bigint)
               from help_given a where 1 = 1",
        );
        push_within(&mut query, within, None);
        query.build_query_as().fetch_one(c).await
    })?)
}

/// Empties what a member was given; how much it was stays as a figure.
pub(crate) async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("update help_given set what_sealed = null, void_reason_sealed = null where member_id = $1")
            .bind(member)
    )?;
    Ok(())
}

//! SQL of pairs, and the figures of all help.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{
    aid, cases,
    model::{PairState, PairingRow},
};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant, Period},
    db::Conn,
    error::ApiError,
    execute,
    ids::{MemberId, PairingId, UnitId},
    on_engine,
};

const COLUMNS: &str = "p.id, p.unit_id, p.helper_id, p.helper_unit_id, p.helped_id, p.helped_name_sealed, p.since_on,
    p.until_on, p.voided_at, p.void_reason_sealed, p.created_at";

/// Records a pair.
pub(super) async fn insert(c: &mut Conn<'_>, row: &PairingRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into pairings (id, unit_id, helper_id, helper_unit_id, helped_id, helped_name_sealed, since_on, until_on,
                                   created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.helper_id)
        .bind(row.helper_unit_id)
        .bind(row.helped_id)
        .bind(&row.helped_name_sealed)
        .bind(row.since_on)
        .bind(row.until_on)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// A pair.
pub(super) async fn find(c: &mut Conn<'_>, id: PairingId) -> Result<Option<PairingRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from pairings p where p.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Ends a pair that goes on; false where it has ended already.
pub(super) async fn end(c: &mut Conn<'_>, id: PairingId, until: Day) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update pairings set until_on = $2 where id = $1 and until_on is null and voided_at is null")
            .bind(id)
            .bind(until)
    )?;
    Ok(touched == 1)
}

/// Takes down that a pair was recorded by mistake; false where that is known.
pub(super) async fn void(
    c: &mut Conn<'_>,
    id: PairingId,
    reason_sealed: &[u8],
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update pairings set voided_at = $2, void_reason_sealed = $3 where id = $1 and voided_at is null")
            .bind(id)
            .bind(now)
            .bind(reason_sealed)
    )?;
    Ok(touched == 1)
}

/// What a list of pairs is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In this state; none: what counts.
    pub(super) state: Option<PairState>,
    pub(super) after: Option<(Day, PairingId)>,
}

/// Appends ` and …`: of these units, open on some day of the period, and in this state. The report counts by the same.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, state: Option<PairState>)
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
        query.push(" and p.since_on <= ").push_bind(to.to_string());
    }
    query.push(match state {
        Some(PairState::Open) => " and p.until_on is null and p.voided_at is null",
        Some(PairState::Ended) => " and p.until_on is not null and p.voided_at is null",
        Some(PairState::Void) => " and p.voided_at is not null",
        None => " and p.voided_at is null",
    });
}

/// The pairs of units within reach, the latest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PairingRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from pairings p where ");
        scope.push_units(&mut query, "p.unit_id");
        push_within(&mut query, &filter.within, filter.state);
        if let Some((day, id)) = filter.after {
            query.push(" and (p.since_on, p.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by p.since_on desc, p.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The pairs in which a member stands on either side, the latest first.
pub(super) async fn own(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<PairingRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from pairings p where (p.helper_id = ").push_bind(member);
        query.push(" or p.helped_id = ").push_bind(member).push(") order by p.since_on desc, p.id desc");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How much help there was; what was recorded by mistake does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairingFigures {
    /// Pairs that were open on the last day of the period: what the list shows from and to that day.
    pub pairs: i64,
    /// Cases, by the day on which they were opened.
    pub cases_opened: i64,
    /// Cases, by the day on which they were solved: what their list shows with `state=solved`.
    pub cases_solved: i64,
    /// Money given, in fen, by the day on which it was.
    pub aid_fen: i64,
    /// The value in fen of what was given in kind, by the day on which it was.
    pub in_kind_fen: i64,
}

/// The figures of a unit and all below it.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<PairingFigures, ApiError> {
    let at_end = Within::of(unit, Period { from: period.to, to: period.to });
    let pairs = on_engine!(&mut *c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from pairings p where 1 = 1");
        push_within(&mut query, &at_end, None);
        query.build_query_scalar().fetch_one(c).await
    })?;
    let within = Within::of(unit, period);
    let (cases_opened, cases_solved) = cases::count(c, &within).await?;
    let (aid_fen, in_kind_fen) = aid::sum(c, &within).await?;
    Ok(PairingFigures { pairs, cases_opened, cases_solved, aid_fen, in_kind_fen })
}

/// Empties what was written about a member's difficulties and what they were given; that there was help stays as a figure.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let sql = "update pairings set void_reason_sealed = null where helper_id = $1 or helped_id = $1";
    execute!(&mut *c, sqlx::query(sql).bind(member))?;
    cases::forget_words(c, member).await?;
    aid::forget_words(c, member).await
}

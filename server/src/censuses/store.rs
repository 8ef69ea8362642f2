//! SQL of censuses.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    lines_store::Part,
    model::{Answer, CensusRow, CensusState, UnableReason},
};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{CensusId, MemberId, RowId, UnitId},
    on_engine,
    registrations::CountedThen,
    units::TreeUnit,
};

const COLUMNS: &str = "q.id, q.unit_id, q.title, q.as_of, q.due_on, q.closed_at, q.digest, q.created_at";
/// As many rows as one insert takes.
const ROWS: usize = 500;

/// Opens a census.
pub(super) async fn insert(c: &mut Conn<'_>, row: &CensusRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into censuses (id, unit_id, title, as_of, due_on, version, created_at)
             values ($1, $2, $3, $4, $5, 1, $6)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(&row.title)
        .bind(row.as_of)
        .bind(row.due_on)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Asks these units, in their order.
pub(super) async fn ask_units(c: &mut Conn<'_>, id: CensusId, units: &[(RowId, TreeUnit)]) -> Result<(), ApiError> {
    let mut place = 0_i64;
    for units in units.chunks(ROWS) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("insert into census_units (census_id, unit_id, id, place, depth) ");
            query.push_values(units, |mut row, (task, unit)| {
                row.push_bind(id).push_bind(unit.id).push_bind(*task).push_bind(place).push_bind(unit.depth);
                place += 1;
            });
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Asks about these members.
pub(super) async fn ask_members(c: &mut Conn<'_>, id: CensusId, members: &[CountedThen]) -> Result<(), ApiError> {
    for members in members.chunks(ROWS) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("insert into census_members (census_id, member_id, unit_id) ");
            query.push_values(members, |mut row, member| {
                row.push_bind(id).push_bind(member.member_id).push_bind(member.unit_id);
            });
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// A census.
pub(super) async fn find(c: &mut Conn<'_>, id: CensusId) -> Result<Option<CensusRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from censuses q where q.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Holds an open census until the write ends: nobody closes it meanwhile. False where it is closed.
pub(super) async fn hold(c: &mut Conn<'_>, id: CensusId) -> Result<bool, ApiError> {
    let sql = "update censuses set version = version + 1 where id = $1 and closed_at is null";
    Ok(execute!(c, sqlx::query(sql).bind(id))? == 1)
}

/// Closes an open census; false where it is closed.
pub(super) async fn close(c: &mut Conn<'_>, id: CensusId, digest: &str, now: Instant) -> Result<bool, ApiError> {
    let sql =
        "update censuses set closed_at = $2, digest = $3, version = version + 1 where id = $1 and closed_at is null";
    Ok(execute!(c, sqlx::query(sql).bind(id).bind(now).bind(digest))? == 1)
}

/// Writes a unit's answer; false where it was not asked.
pub(super) async fn answer_unit(
    c: &mut Conn<'_>,
    id: CensusId,
    unit: UnitId,
    answer: Answer,
    now: Instant,
) -> Result<bool, ApiError> {
    let sql = "update census_units set able = $3, reason = $4, answered_at = $5 where census_id = $1 and unit_id = $2";
    let touched = execute!(c, sqlx::query(sql).bind(id).bind(unit).bind(answer.able).bind(answer.reason).bind(now))?;
    Ok(touched == 1)
}

/// Writes a member's answer.
pub(super) async fn answer_member(
    c: &mut Conn<'_>,
    id: CensusId,
    member: MemberId,
    answer: Answer,
    now: Instant,
) -> Result<(), ApiError> {
    let sql =
        "update census_members set able = $3, reason = $4, answered_at = $5 where census_id = $1 and member_id = $2";
    execute!(c, sqlx::query(sql).bind(id).bind(member).bind(answer.able).bind(answer.reason).bind(now))?;
    Ok(())
}

/// Where a member was counted; `None` where the census does not ask about them.
pub(super) async fn unit_of(c: &mut Conn<'_>, id: CensusId, member: MemberId) -> Result<Option<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select unit_id from census_members where census_id = $1 and member_id = $2"
    )
    .bind(id)
    .bind(member)
    .fetch_optional(c))?)
}

/// Of a unit and the groups in it: those that the census asked.
pub(super) async fn with_groups(c: &mut Conn<'_>, id: CensusId, unit: UnitId) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select s.unit_id from census_units s join units u on u.id = s.unit_id
          where s.census_id = $1 and (s.unit_id = $2 or (u.kind = 'group' and u.parent_id = $2))"
    )
    .bind(id)
    .bind(unit)
    .fetch_all(c))?)
}

/// Of these units: the members without an answer.
pub(super) async fn pending_members(
    c: &mut Conn<'_>,
    id: CensusId,
    units: &[UnitId],
) -> Result<Vec<MemberId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select member_id from census_members where able is null and census_id = ");
        query.push_bind(id).push(" and unit_id in ");
        push_ids(&mut query, units.iter().map(|unit| unit.0));
        query.push(" order by member_id").build_query_scalar().fetch_all(c).await
    })?)
}

/// Of these units: those without an answer.
pub(super) async fn pending_units(c: &mut Conn<'_>, id: CensusId, units: &[UnitId]) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select unit_id from census_units where able is null and census_id = ");
        query.push_bind(id).push(" and unit_id in ");
        push_ids(&mut query, units.iter().map(|unit| unit.0));
        query.push(" order by place").build_query_scalar().fetch_all(c).await
    })?)
}

/// What a list of censuses is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) state: Option<CensusState>,
    pub(super) after: Option<(Day, CensusId)>,
}

/// The censuses that ask a unit within reach, the latest day first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<CensusRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from censuses q where (");
        scope.push_units(&mut query, "q.unit_id");
        query.push(" or exists (select 1 from census_units s where s.census_id = q.id");
        Part { scope: Some(scope), ..Part::default() }.push(&mut query);
        query.push("))");
        if let Some(unit) = filter.within.unit_id {
            query.push(" and exists (select 1 from census_units s where s.census_id = q.id");
            Part { below: Some(unit), ..Part::default() }.push(&mut query);
            query.push(")");
        }
        filter.within.push_days(&mut query, "q.as_of");
        match filter.state {
            Some(CensusState::Open) => query.push(" and q.closed_at is null"),
            Some(CensusState::Closed) => query.push(" and q.closed_at is not null"),
            None => &mut query,
        };
        if let Some((as_of, id)) = filter.after {
            query.push(" and (q.as_of, q.id) < (").push_bind(as_of).push(", ").push_bind(id).push(")");
        }
        query.push(" order by q.as_of desc, q.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The latest closed census with its day in a period, opened by a unit or one above it.
pub(super) async fn latest_closed(
    c: &mut Conn<'_>,
    unit: UnitId,
    from: Day,
    to: Day,
) -> Result<Option<CensusId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select q.id from unit_ancestors a join censuses q on q.unit_id = a.ancestor_id
          where a.unit_id = $1 and q.closed_at is not null and q.as_of >= $2 and q.as_of <= $3
          order by q.as_of desc, q.id desc limit 1"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .fetch_optional(c))?)
}

/// A member's line in one of all censuses.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct OwnLine {
    pub(super) id: CensusId,
    pub(super) title: String,
    pub(super) as_of: Day,
    pub(super) unit_id: UnitId,
    pub(super) able: Option<bool>,
    pub(super) reason: Option<UnableReason>,
    pub(super) closed_at: Option<Instant>,
}

/// What every census says about a member, the latest first.
pub(super) async fn own_lines(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<OwnLine>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select q.id, q.title, q.as_of, s.unit_id, s.able, s.reason, q.closed_at
           from census_members s join censuses q on q.id = s.census_id
          where s.member_id = $1 order by q.as_of desc, q.id desc"
    )
    .bind(member)
    .fetch_all(c))?)
}

/// The titles of these censuses.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, title from censuses where id in ");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

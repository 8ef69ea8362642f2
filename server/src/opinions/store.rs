//! SQL of opinions.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{OpinionRow, OpinionState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{MemberId, OpinionId, RowId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "o.id, o.unit_id, o.source, o.member_id, o.text_sealed, o.topic, o.state, o.disposition, o.due_on,
    o.outcome_sealed, o.collected_on, o.done_on, o.published_on, o.published_named, o.published_text_sealed";

/// Adds an opinion; false where the very same came under the same key before.
pub(super) async fn insert(c: &mut Conn<'_>, row: &OpinionRow, repeat: Option<&[u8]>) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into opinions (id, unit_id, source, member_id, text_sealed, topic, state, due_on, collected_on,
                                   published_named, repeat_index)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.source)
        .bind(row.member_id)
        .bind(&row.text_sealed)
        .bind(row.topic)
        .bind(row.state)
        .bind(row.due_on)
        .bind(row.collected_on)
        .bind(row.published_named)
        .bind(repeat)
    )?;
    Ok(touched == 1)
}

/// An opinion.
pub(super) async fn find(c: &mut Conn<'_>, id: OpinionId) -> Result<Option<OpinionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from opinions o where o.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Writes what a step changes; false where it is in another state by now.
pub(super) async fn advance(c: &mut Conn<'_>, from: OpinionState, row: &OpinionRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update opinions set topic = $3, state = $4, disposition = $5, due_on = $6, outcome_sealed = $7, done_on = $8,
                    published_on = $9, published_named = $10, published_text_sealed = $11
              where id = $1 and state = $2"
        )
        .bind(row.id)
        .bind(from)
        .bind(row.topic)
        .bind(row.state)
        .bind(row.disposition)
        .bind(row.due_on)
        .bind(&row.outcome_sealed)
        .bind(row.done_on)
        .bind(row.published_on)
        .bind(row.published_named)
        .bind(&row.published_text_sealed)
    )?;
    Ok(touched == 1)
}

/// Adds a note to an opinion.
pub(super) async fn add_note(
    c: &mut Conn<'_>,
    id: RowId,
    opinion: OpinionId,
    sealed: &[u8],
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into opinion_notes (id, opinion_id, note_sealed, at) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(opinion)
            .bind(sealed)
            .bind(now)
    )?;
    Ok(())
}

/// The notes on an opinion, oldest first.
pub(super) async fn notes_of(c: &mut Conn<'_>, opinion: OpinionId) -> Result<Vec<(RowId, Vec<u8>, Instant)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, note_sealed, at from opinion_notes where opinion_id = $1 order by id"
    )
    .bind(opinion)
    .fetch_all(c))?)
}

/// Says to whom an opinion is published.
pub(super) async fn set_units(c: &mut Conn<'_>, opinion: OpinionId, units: &[UnitId]) -> Result<(), ApiError> {
    on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("insert into opinion_units (opinion_id, unit_id) ");
        query.push_values(units, |mut line, unit| {
            line.push_bind(opinion).push_bind(*unit);
        });
        query.build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// To which units each of these opinions is published.
pub(super) async fn units_of(c: &mut Conn<'_>, ids: &[OpinionId]) -> Result<HashMap<OpinionId, Vec<UnitId>>, ApiError> {
    let rows: Vec<(OpinionId, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select opinion_id, unit_id from opinion_units where opinion_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" order by unit_id").build_query_as().fetch_all(c).await
    })?;
    let mut units: HashMap<OpinionId, Vec<UnitId>> = HashMap::new();
    for (opinion, unit) in rows {
        units.entry(opinion).or_default().push(unit);
    }
    Ok(units)
}

/// Which part of a unit and all below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// The unit and all below it.
    #[default]
    All,
    /// The unit itself.
    Here,
    /// What is below it.
    Below,
}

/// What a list of opinions is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) part: Part,
    /// In one of these states; none: in any.
    pub(super) state: Vec<OpinionState>,
    /// Put right or explained by the end of the period.
    pub(super) rectified: bool,
    /// Due before this day, and not done.
    pub(super) overdue: Option<Day>,
    pub(super) after: Option<(Day, OpinionId)>,
}

/// Appends ` and …`: of this part of the units, collected in the period. The report counts by the same.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, part: Part)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    within.push_unit(query, "o.unit_id");
    if let (Some(unit), Part::Here | Part::Below) = (within.unit_id, part) {
        query.push(if part == Part::Here { " and o.unit_id = " } else { " and o.unit_id <> " }).push_bind(unit.0);
    }
    within.push_days(query, "o.collected_on");
}

/// Appends `(…)`: whether it was put right, or explained, by that day.
fn push_rectified<DB>(query: &mut QueryBuilder<DB>, until: Option<Day>)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(o.done_on is not null");
    if let Some(until) = until {
        query.push(" and o.done_on <= ").push_bind(until.to_string());
    }
    query.push(")");
}

/// The opinions of units within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<OpinionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from opinions o where ");
        scope.push_units(&mut query, "o.unit_id");
        push_within(&mut query, &filter.within, filter.part);
        if !filter.state.is_empty() {
            query.push(" and o.state in (");
            let mut list = query.separated(", ");
            for state in &filter.state {
                list.push_bind(state.word());
            }
            query.push(")");
        }
        if filter.rectified {
            query.push(" and ");
            push_rectified(&mut query, filter.within.to);
        }
        if let Some(today) = filter.overdue {
            query.push(" and o.done_on is null and o.due_on < ").push_bind(today);
        }
        if let Some((day, id)) = filter.after {
            query.push(" and (o.collected_on, o.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by o.collected_on desc, o.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What a member gave with their name, newest first, one more than `limit` where there are more.
pub(super) async fn own(
    c: &mut Conn<'_>,
    member: MemberId,
    after: Option<(Day, OpinionId)>,
    limit: i64,
) -> Result<Vec<OpinionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from opinions o where o.member_id = ").push_bind(member);
        if let Some((day, id)) = after {
            query.push(" and (o.collected_on, o.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by o.collected_on desc, o.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What was published to the units of a member's stay in force, or to those above them, the latest first, one more than
/// `limit` where there are more.
pub(super) async fn published_to(
    c: &mut Conn<'_>,
    member: MemberId,
    after: Option<(Day, OpinionId)>,
    limit: i64,
) -> Result<Vec<OpinionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(
            " from opinions o where o.published_on is not null and o.id in
                 (select p.opinion_id from opinion_units p join unit_ancestors x on x.ancestor_id = p.unit_id
                    join registrations r on (r.host_unit_id = x.unit_id or r.home_unit_id = x.unit_id)
                   where r.status in ('active', 'out_of_contact') and r.member_id = ",
        );
        query.push_bind(member).push(")");
        if let Some((day, id)) = after {
            query.push(" and (o.published_on, o.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by o.published_on desc, o.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many opinions, by the day on which they were collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpinionTally {
    /// All of them.
    pub collected: i64,
    /// Those of them that were put right or explained by the end of the period.
    pub rectified: i64,
}

/// The opinions of a unit, and of the units below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpinionFigures {
    /// Addressed to the unit itself: what the list shows with `here`.
    pub here: OpinionTally,
    /// Addressed to units below it: what the list shows with `below`.
    pub below: OpinionTally,
}

/// The figures of a period; the rectified ones are what the list shows with `rectified`.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<OpinionFigures, ApiError> {
    let within = Within::of(unit, period);
    let mut tallies = [OpinionTally::default(); 2];
    for (tally, part) in tallies.iter_mut().zip([Part::Here, Part::Below]) {
        let (collected, rectified) = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(*) as bigint), cast(coalesce(sum(case when ");
            push_rectified(&mut query, within.to);
            query.push(" then 1 else 0 end), 0) as bigint) from opinions o where 1 = 1");
            push_within(&mut query, &within, part);
            query.build_query_as().fetch_one(c).await
        })?;
        *tally = OpinionTally { collected, rectified };
    }
    let [here, below] = tallies;
    Ok(OpinionFigures { here, below })
}

/// Empties what a member gave with their name, and takes the name off; that something was given, and what became of it, stays.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query("delete from opinion_notes where opinion_id in (select id from opinions where member_id = $1)")
            .bind(member)
    )?;
    execute!(
        c,
        sqlx::query(
            "update opinions set text_sealed = null, published_text_sealed = null, published_named = $2, member_id = null
              where member_id = $1"
        )
        .bind(member)
        .bind(false)
    )?;
    Ok(())
}

//! SQL of elections.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    input::Seats,
    model::{ElectionAction, ElectionRow, ElectionState},
};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{ElectionId, MemberId, RowId, UnitId},
    on_engine,
    posts::PostKind,
};

const COLUMNS: &str = "q.id, q.unit_id, q.due_on, q.state, q.event_id, q.electors_expected, q.on_paper, q.held_on, q.scanned,
    q.floating, q.probationary, q.ballots_given, q.ballots_returned, q.authority, q.approved_on, q.moved_at, q.created_at";

/// Opens an election; false where the unit has an open one.
pub(super) async fn insert(c: &mut Conn<'_>, row: &ElectionRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into elections (id, unit_id, due_on, state, moved_at, created_at) values ($1, $2, $3, $4, $5, $5)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.due_on)
        .bind(row.state)
        .bind(row.created_at)
    )?;
    Ok(touched == 1)
}

/// Writes an election over its version in another state; false where it is in that state no more.
pub(super) async fn update(c: &mut Conn<'_>, row: &ElectionRow, from: ElectionState) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update elections set state = $3, event_id = $4, electors_expected = $5, on_paper = $6, held_on = $7,
                    scanned = $8, floating = $9, probationary = $10, ballots_given = $11, ballots_returned = $12,
                    authority = $13, approved_on = $14, moved_at = $15
              where id = $1 and state = $2"
        )
        .bind(row.id)
        .bind(from)
        .bind(row.state)
        .bind(row.event_id)
        .bind(row.electors_expected)
        .bind(row.on_paper)
        .bind(row.held_on)
        .bind(row.scanned)
        .bind(row.floating)
        .bind(row.probationary)
        .bind(row.ballots_given)
        .bind(row.ballots_returned)
        .bind(&row.authority)
        .bind(row.approved_on)
        .bind(row.moved_at)
    )?;
    Ok(touched == 1)
}

/// An election.
pub(super) async fn find(c: &mut Conn<'_>, id: ElectionId) -> Result<Option<ElectionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from elections q where q.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// A step as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct StepRow {
    pub(super) id: RowId,
    pub(super) election_id: ElectionId,
    pub(super) at: Instant,
    pub(super) action: ElectionAction,
    pub(super) reason_sealed: Option<Vec<u8>>,
    pub(super) electors_expected: Option<i64>,
    pub(super) present: Option<i64>,
}

/// Appends a step.
pub(super) async fn add_step(c: &mut Conn<'_>, step: &StepRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into election_steps (id, election_id, place, at, action, reason_sealed, electors_expected, present)
             values ($1, $2, (select cast(count(*) as bigint) from election_steps where election_id = $2), $3, $4, $5, $6, $7)"
        )
        .bind(step.id)
        .bind(step.election_id)
        .bind(step.at)
        .bind(step.action)
        .bind(&step.reason_sealed)
        .bind(step.electors_expected)
        .bind(step.present)
    )?;
    Ok(())
}

/// The steps of an election, the oldest first.
pub(super) async fn steps(c: &mut Conn<'_>, id: ElectionId) -> Result<Vec<StepRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, election_id, at, action, reason_sealed, electors_expected, present
           from election_steps where election_id = $1 order by place"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// Someone who stands or was elected, as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct PersonRow {
    pub(super) id: RowId,
    pub(super) elected: bool,
    pub(super) post: PostKind,
    pub(super) member_id: Option<MemberId>,
    pub(super) name_sealed: Option<Vec<u8>>,
    pub(super) votes: Option<i64>,
    pub(super) dual_title_sealed: Option<Vec<u8>>,
}

/// Puts these people on record in place of those before: the candidates, or the elected.
pub(super) async fn put_people(
    c: &mut Conn<'_>,
    id: ElectionId,
    elected: bool,
    people: &[PersonRow],
) -> Result<(), ApiError> {
    let sql = "delete from election_people where election_id = $1 and elected = $2";
    execute!(&mut *c, sqlx::query(sql).bind(id).bind(elected))?;
    for (place, person) in (0_i64..).zip(people) {
        execute!(
            &mut *c,
            sqlx::query(
                "insert into election_people (id, election_id, elected, place, post, member_id, name_sealed, votes,
                                              dual_title_sealed)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            )
            .bind(person.id)
            .bind(id)
            .bind(person.elected)
            .bind(place)
            .bind(person.post)
            .bind(person.member_id)
            .bind(&person.name_sealed)
            .bind(person.votes)
            .bind(&person.dual_title_sealed)
        )?;
    }
    Ok(())
}

/// The people of an election, in the order in which they were put there.
pub(super) async fn people(c: &mut Conn<'_>, id: ElectionId) -> Result<Vec<PersonRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, elected, post, member_id, name_sealed, votes, dual_title_sealed
           from election_people where election_id = $1 order by elected, place"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// Puts the seats on record in place of those before.
pub(super) async fn put_seats(c: &mut Conn<'_>, id: ElectionId, seats: &[Seats]) -> Result<(), ApiError> {
    execute!(&mut *c, sqlx::query("delete from election_seats where election_id = $1").bind(id))?;
    for Seats { post, seats } in seats {
        let sql = "insert into election_seats (election_id, post, seats) values ($1, $2, $3)";
        execute!(&mut *c, sqlx::query(sql).bind(id).bind(*post).bind(*seats))?;
    }
    Ok(())
}

/// The seats of an election.
pub(super) async fn seats(c: &mut Conn<'_>, id: ElectionId) -> Result<Vec<Seats>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select post, seats from election_seats where election_id = $1")
        .bind(id)
        .fetch_all(c))?)
}

/// What a list of elections is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In one of these states; none: in any.
    pub(super) state: Vec<ElectionState>,
    pub(super) before: Option<ElectionId>,
}

/// The elections of units within reach, newest first, one more than `limit` where there are more. The days are those of the
/// approval, or else those on which they are due.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<ElectionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from elections q where ");
        scope.push_units(&mut query, "q.unit_id");
        filter.within.push_unit(&mut query, "q.unit_id");
        filter.within.push_days(&mut query, "coalesce(q.approved_on, q.due_on)");
        if !filter.state.is_empty() {
            query.push(" and q.state in (");
            let mut list = query.separated(", ");
            for state in &filter.state {
                list.push_bind(state.word());
            }
            query.push(")");
        }
        if let Some(id) = filter.before {
            query.push(" and q.id < ").push_bind(id);
        }
        query.push(" order by q.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What an election is called: by its unit.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query =
            QueryBuilder::new("select q.id, u.name from elections q join units u on u.id = q.unit_id where q.id in ");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Since when a unit has its term, until when, and how long it lasts.
pub(super) async fn term(c: &mut Conn<'_>, unit: UnitId) -> Result<(Option<Day>, Option<i64>), ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select term_ends_on, term_years from units where id = $1")
        .bind(unit)
        .fetch_one(c))?)
}

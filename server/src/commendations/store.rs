//! SQL of commendations.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{CommendationRow, CommendationState, CommendationStep, CommendationTitle};
use crate::{
    access::{Scope, Within},
    bulletins::audience::{self, Listener},
    clock::Period,
    db::Conn,
    error::ApiError,
    execute,
    ids::{CommendationId, MemberId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "k.id, k.unit_id, k.member_id, k.nominee_unit_id, k.title, k.state, k.reason_sealed, k.citation_sealed,
    k.answer_sealed, k.confirmed_at, k.published_at, k.created_at";

/// Keeps a nomination.
pub(super) async fn insert(c: &mut Conn<'_>, row: &CommendationRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into commendations (id, unit_id, member_id, nominee_unit_id, title, state, reason_sealed, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.member_id)
        .bind(row.nominee_unit_id)
        .bind(row.title)
        .bind(row.state)
        .bind(&row.reason_sealed)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Takes a step; false where it is no more in the state before.
pub(super) async fn step(c: &mut Conn<'_>, before: CommendationState, row: &CommendationRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update commendations set state = $3, citation_sealed = $4, answer_sealed = $5, confirmed_at = $6, published_at = $7
              where id = $1 and state = $2"
        )
        .bind(row.id)
        .bind(before)
        .bind(row.state)
        .bind(&row.citation_sealed)
        .bind(&row.answer_sealed)
        .bind(row.confirmed_at)
        .bind(row.published_at)
    )?;
    Ok(touched == 1)
}

/// Who asks: an officer with what they reach, or a member.
pub(super) enum Reader<'s> {
    Officer(&'s Scope),
    Member(MemberId, Listener),
}

impl Reader<'_> {
    /// Appends `(…)`, true for the commendations `k` that the reader may see: those of units within reach, what is published
    /// to the reader, and one's own.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("(");
        match self {
            Self::Officer(reach) => {
                reach.push_units(query, "k.unit_id");
                query.push(" or (k.state = 'published' and ");
                audience::push_reached(query, "k.id", reach);
            }
            Self::Member(member, listener) => {
                query.push("k.member_id = ").push_bind(member.0).push(" or (k.state = 'published' and ");
                listener.push(query, "k.id");
            }
        }
        query.push("))");
    }
}

/// A commendation that the reader may see.
pub(super) async fn find(
    c: &mut Conn<'_>,
    reader: &Reader<'_>,
    id: CommendationId,
) -> Result<Option<CommendationRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from commendations k where k.id = ").push_bind(id).push(" and ");
        reader.push(&mut query);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of commendations is narrowed to; the days are those on which they came as far as `reached`, or were nominated.
/// What was withdrawn has come nowhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) state: Vec<CommendationState>,
    pub(super) title: Option<CommendationTitle>,
    pub(super) reached: Option<CommendationStep>,
    pub(super) before: Option<CommendationId>,
}

impl Filter {
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "k.unit_id");
        let column = self.reached.unwrap_or(CommendationStep::Nominated).column();
        self.within.push_instants(query, column);
        if self.reached.is_some() {
            query.push(" and k.state <> 'withdrawn' and ").push(column).push(" is not null");
        }
        if !self.state.is_empty() {
            query.push(" and k.state in (");
            let mut list = query.separated(", ");
            for state in &self.state {
                list.push_bind(state.word());
            }
            query.push(")");
        }
        if let Some(title) = self.title {
            query.push(" and k.title = ").push_bind(title.word());
        }
    }
}

/// What the reader may see, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    reader: &Reader<'_>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<CommendationRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from commendations k where ");
        reader.push(&mut query);
        filter.push(&mut query);
        if let Some(id) = filter.before {
            query.push(" and k.id < ").push_bind(id);
        }
        query.push(" order by k.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Every commendation for which a member was nominated, newest first.
pub(super) async fn own(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<CommendationRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from commendations k where k.member_id = ").push_bind(member);
        query.push(" order by k.id desc").build_query_as().fetch_all(c).await
    })?)
}

/// How far commendations have come in a period, those withdrawn left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommendationFigures {
    /// By the day of nomination.
    pub nominated: i64,
    /// By the day of confirmation.
    pub confirmed: i64,
    /// By the day of publication.
    pub published: i64,
}

/// The figures of what a unit and all below it have nominated: what the list shows with `reached`.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<CommendationFigures, ApiError> {
    let mut counts = [0; 3];
    for (count, reached) in counts.iter_mut().zip(CommendationStep::ALL) {
        let filter = Filter { within: Within::of(unit, period), reached: Some(*reached), ..Filter::default() };
        *count = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(*) as bigint) from commendations k where 1 = 1");
            filter.push(&mut query);
            query.build_query_scalar().fetch_one(c).await
        })?;
    }
    let [nominated, confirmed, published] = counts;
    Ok(CommendationFigures { nominated, confirmed, published })
}

/// Empties what was said about a member; that there was a commendation stays as a figure.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let sql = "update commendations set reason_sealed = null, citation_sealed = null, answer_sealed = null where member_id = $1";
    execute!(c, sqlx::query(sql).bind(member))?;
    Ok(())
}

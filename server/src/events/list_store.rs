//! SQL of lists of events, and of their sums, which count by the same condition.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{
    model::{EventKind, EventRow, State},
    store::columns,
};
use crate::{
    access::Scope,
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{EventId, UnitId},
    on_engine,
};

/// What a list of events is narrowed to.
#[derive(Default)]
pub(super) struct Filter {
    pub(super) unit: Option<UnitId>,
    pub(super) from: Option<Instant>,
    pub(super) to: Option<Instant>,
    /// Only these; empty: all.
    pub(super) kinds: Vec<EventKind>,
    pub(super) state: Option<State>,
    pub(super) after: Option<(Instant, EventId)>,
}

impl Filter {
    /// Appends ` and …` for the events `e`.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>, now: Instant)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(unit) = self.unit {
            query.push(" and e.unit_id in (select unit_id from unit_ancestors where ancestor_id = ");
            query.push_bind(unit.0).push(")");
        }
        if let Some(from) = self.from {
            query.push(" and e.starts_at >= ").push_bind(from.0);
        }
        if let Some(to) = self.to {
            query.push(" and e.starts_at < ").push_bind(to.0);
        }
        if !self.kinds.is_empty() {
            query.push(" and e.kind in (");
            let mut list = query.separated(", ");
            for kind in &self.kinds {
                list.push_bind(kind.word());
            }
            query.push(")");
        }
        let Some(state) = self.state else { return };
        query.push(match state {
            State::Cancelled => " and e.cancelled_at is not null",
            _ => " and e.cancelled_at is null",
        });
        match state {
            State::Cancelled => {}
            State::Upcoming => drop(query.push(" and e.opens_at > ").push_bind(now.0)),
            State::Open => {
                query.push(" and e.opens_at <= ").push_bind(now.0).push(" and e.closes_at >= ").push_bind(now.0);
            }
            State::Closed => drop(query.push(" and e.closes_at < ").push_bind(now.0)),
        }
    }
}

/// Events within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    now: Instant,
    limit: i64,
) -> Result<Vec<EventRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(concat!("select ", columns!(), " from events e where "));
        scope.push_units(&mut query, "e.unit_id");
        filter.push(&mut query, now);
        if let Some((at, id)) = filter.after {
            query.push(" and (e.starts_at, e.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        query.push(" order by e.starts_at desc, e.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What was held of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Held {
    /// The kind.
    pub kind: EventKind,
    /// How many events.
    pub events: i64,
    /// How long they were together, in minutes.
    pub minutes: i64,
}

/// The least that any of the branches at and below a unit had of a kind: events of its own and of the units above it up to
/// that unit; how many, and how long in minutes. Branches in `without` are left out; `None` where none is left.
pub async fn least_of_each_branch(
    c: &mut Conn<'_>,
    unit: UnitId,
    kind: EventKind,
    (from, to): (Instant, Instant),
    now: Instant,
    without: &[UnitId],
) -> Result<Option<(i64, i64)>, ApiError> {
    let filter =
        Filter { from: Some(from), to: Some(to), kinds: vec![kind], state: Some(State::Closed), ..Filter::default() };
    let each: Vec<(i64, i64)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(count(e.id) as bigint), cast(coalesce(sum(e.minutes), 0) as bigint)
               from unit_ancestors b join units u on u.id = b.unit_id and u.kind = 'branch'
               left join unit_ancestors up on up.unit_id = b.unit_id and up.ancestor_id in
                    (select unit_id from unit_ancestors where ancestor_id = ",
        );
        query.push_bind(unit).push(") left join events e on e.unit_id = up.ancestor_id");
        filter.push(&mut query, now);
        query.push(" where b.ancestor_id = ").push_bind(unit);
        for unit in without {
            query.push(" and b.unit_id <> ").push_bind(*unit);
        }
        query.push(" group by b.unit_id").build_query_as().fetch_all(c).await
    })?;
    Ok(each.into_iter().reduce(|(events, minutes), (e, m)| (events.min(e), minutes.min(m))))
}

/// Appends ` and …`: the events `e` that were held at and below a unit, from `from` to before `to`.
pub fn push_held<DB>(query: &mut QueryBuilder<DB>, unit: UnitId, (from, to): (Instant, Instant), now: Instant)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
    &'static str: Type<DB> + for<'q> Encode<'q, DB>,
{
    let filter =
        Filter { unit: Some(unit), from: Some(from), to: Some(to), state: Some(State::Closed), ..Filter::default() };
    filter.push(query, now);
}

/// What was held at and below a unit, by kind: what the list shows as closed, from `from` to before `to`.
pub async fn held(
    c: &mut Conn<'_>,
    unit: UnitId,
    span: (Instant, Instant),
    now: Instant,
) -> Result<Vec<Held>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select e.kind, cast(count(*) as bigint) as events, cast(sum(e.minutes) as bigint) as minutes from events e where 1 = 1",
        );
        push_held(&mut query, unit, span, now);
        query.push(" group by e.kind");
        query.build_query_as().fetch_all(c).await
    })?)
}

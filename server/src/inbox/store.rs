//! SQL of tasks.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{
    model::{After, TaskKind},
    sources::{Days, Desk, Due, Source},
};
use crate::{
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::{EventId, MemberId, UnitId},
    on_engine,
};

/// A task as it is found.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct TaskRow {
    pub(super) id: Uuid,
    due_at: Option<i64>,
    due_on: Option<Day>,
    pub(super) member_id: Option<MemberId>,
    pub(super) unit_id: UnitId,
    pub(super) registration_id: Option<Uuid>,
    pub(super) card_number: Option<String>,
    pub(super) event_id: Option<EventId>,
    pub(super) subject_id: Option<Uuid>,
}

impl TaskRow {
    /// When it is due, in milliseconds.
    pub(super) fn due_at(&self) -> i64 {
        self.due_at.or_else(|| self.due_on.map(|day| day.starts().0)).unwrap_or_default()
    }
}

/// The tasks of a kind on a desk, the soonest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    kind: TaskKind,
    desk: &Desk,
    days: &Days,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<TaskRow>, ApiError> {
    let (source, due) = (Source::of(kind), Due::of(kind));
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(source.id).push(" as id, ").push(source.member).push(" as member_id, ");
        query.push(source.unit).push(" as unit_id, ").push(source.registration).push(" as registration_id, ");
        query.push(source.card).push(" as card_number, ").push(source.event).push(" as event_id, ");
        query.push(source.subject).push(" as subject_id, ");
        match &due {
            Due::At(due) => query.push(due).push(" as due_at, cast(null as text) as due_on"),
            Due::On(due) => query.push("cast(null as bigint) as due_at, ").push(due).push(" as due_on"),
        };
        source.push(&mut query, kind, desk, days);
        if let Some(after) = after {
            due.push_after(&mut query, source.id, after);
        }
        query.push(" order by ");
        match &due {
            Due::At(_) => query.push("due_at"),
            Due::On(_) => query.push("due_on"),
        };
        query.push(", id limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many tasks of a kind there are on a desk, and how many of them are overdue.
pub(super) async fn count(c: &mut Conn<'_>, kind: TaskKind, desk: &Desk, days: &Days) -> Result<(i64, i64), ApiError> {
    let (source, due) = (Source::of(kind), Due::of(kind));
    let (count, overdue): (i64, i64) = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint), cast(coalesce(sum(case when ");
        match &due {
            Due::At(due) => query.push(due).push(" < ").push_bind(days.today.starts().0),
            Due::On(due) => query.push(*due).push(" < ").push_bind(days.today.to_string()),
        };
        query.push(" then 1 else 0 end), 0) as bigint)");
        source.push(&mut query, kind, desk, days);
        query.build_query_as().fetch_one(c).await
    })?;
    Ok((count, if kind.is_information() { 0 } else { overdue }))
}

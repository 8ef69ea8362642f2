//! SQL of tasks: where each kind is found, and by what it is due.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{ANSWER_WITHIN, After, CALL_AGAIN, CALL_WITHIN, SETTLE_WITHIN, TaskKind};
use crate::{
    access::Scope,
    cards::REVIEW_AHEAD_DAYS,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{EventId, MemberId, UnitId},
    on_engine,
    registrations::silent_before,
};

/// The days by which tasks are found.
pub(super) struct Days {
    pub(super) today: Day,
    /// Cards that are due until then are on the desk.
    review_until: Day,
    /// Whoever has given no sign of life since then is silent.
    silent_since: Instant,
}

impl Days {
    pub(super) fn of(now: Instant) -> Self {
        let today = now.day();
        Self { today, review_until: today.plus_days(REVIEW_AHEAD_DAYS), silent_since: silent_before(today) }
    }
}

/// A task as it is found.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct TaskRow {
    pub(super) id: Uuid,
    due_at: Option<i64>,
    due_on: Option<Day>,
    pub(super) member_id: MemberId,
    pub(super) unit_id: UnitId,
    pub(super) registration_id: Option<Uuid>,
    pub(super) card_number: Option<String>,
    pub(super) event_id: Option<EventId>,
}

impl TaskRow {
    /// When it is due, in milliseconds.
    pub(super) fn due_at(&self) -> i64 {
        self.due_at.or_else(|| self.due_on.map(|day| day.starts().0)).unwrap_or_default()
    }
}

/// By what a kind is due: an instant in milliseconds, or a day.
enum Due {
    At(String),
    On(&'static str),
}

impl Due {
    fn of(kind: TaskKind) -> Self {
        Self::At(match kind {
            TaskKind::ConfirmRegistration | TaskKind::AcceptMember => format!("r.updated_at + {ANSWER_WITHIN}"),
            TaskKind::AnswerRequest => "q.due_at".into(),
            TaskKind::AnswerDispute => format!("t.disputed_at + {ANSWER_WITHIN}"),
            TaskKind::SettleConflict => format!("a.recorded_at + {SETTLE_WITHIN}"),
            TaskKind::ReviewCard => return Self::On("k.review_due"),
            TaskKind::PleaseCall => {
                let life = format!("coalesce(r.last_activity_at, r.active_since) + {CALL_WITHIN}");
                let tried = "(select max(k.at) from contact_attempts k where k.registration_id = r.id)";
                let again = format!("coalesce({tried}, 0) + {CALL_AGAIN}");
                format!("case when {again} > {life} then {again} else {life} end")
            }
            TaskKind::LeaveToday => "e.starts_at".into(),
        })
    }

    /// Appends ` and (…)`: the rows behind a place.
    fn push_after<DB>(&self, query: &mut QueryBuilder<DB>, id: &'static str, After { due_at, tie }: After)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        // A day's tasks stand at its beginning: later on that day none of them is left.
        let day = Instant(due_at).day();
        let (due, tie) = match self {
            Self::At(due) => (due.as_str(), tie),
            Self::On(due) => (*due, tie.filter(|_| day.starts().0 == due_at)),
        };
        let push_due = |query: &mut QueryBuilder<DB>| {
            match self {
                Self::At(_) => query.push_bind(due_at),
                Self::On(_) => query.push_bind(day.to_string()),
            };
        };
        query.push(" and (").push(due).push(" > ");
        push_due(query);
        if let Some(tie) = tie {
            query.push(" or (").push(due).push(" = ");
            push_due(query);
            query.push(" and ").push(id).push(" > ").push_bind(tie).push(")");
        }
        query.push(")");
    }
}

/// Where a kind is found: the columns of its rows, and the tables.
#[derive(Clone, Copy)]
struct Source {
    id: &'static str,
    member: &'static str,
    unit: &'static str,
    registration: &'static str,
    card: &'static str,
    event: &'static str,
    from: &'static str,
}

impl Source {
    const STAYS: Self = Self {
        id: "r.id",
        member: "r.member_id",
        unit: "r.host_unit_id",
        registration: "r.id",
        card: "cast(null as text)",
        event: "cast(null as uuid)",
        from: "registrations r",
    };
    const EVENTS: Self = Self {
        id: "t.entry_id",
        member: "t.member_id",
        unit: "e.unit_id",
        registration: "cast(null as uuid)",
        card: "cast(null as text)",
        event: "e.id",
        from: "attendance t join events e on e.id = t.event_id",
    };

    const fn of(kind: TaskKind) -> Self {
        match kind {
            TaskKind::ConfirmRegistration | TaskKind::PleaseCall => Self::STAYS,
            TaskKind::AcceptMember => Self { unit: "r.home_unit_id", ..Self::STAYS },
            TaskKind::AnswerRequest => {
                Self { id: "q.id", from: "requests q join registrations r on r.id = q.registration_id", ..Self::STAYS }
            }
            TaskKind::ReviewCard => Self {
                id: "k.id",
                card: "k.number",
                from: "cards k join registrations r on r.id = k.registration_id",
                ..Self::STAYS
            },
            TaskKind::AnswerDispute => Self::EVENTS,
            TaskKind::SettleConflict => Self {
                id: "a.id",
                from: "check_in_attempts a
                         join attendance t on t.event_id = a.event_id and t.member_id = a.member_id and t.entry_id = a.entry_id
                         join events e on e.id = a.event_id",
                ..Self::EVENTS
            },
            TaskKind::LeaveToday => Self {
                from: "attendance t join events e on e.id = t.event_id join attendance_entries n on n.id = t.entry_id",
                ..Self::EVENTS
            },
        }
    }

    /// Appends `from … where …`: the tasks of this kind within reach.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>, kind: TaskKind, scope: &Scope, days: &Days)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push(" from ").push(self.from).push(" where ");
        match kind {
            TaskKind::AnswerDispute | TaskKind::SettleConflict | TaskKind::LeaveToday => {
                scope.push_units(query, "e.unit_id");
            }
            _ => scope.push_stays(query, "r"),
        }
        match kind {
            TaskKind::ConfirmRegistration => query.push(" and r.status = 'pending_home'"),
            TaskKind::AcceptMember => query.push(" and r.status = 'pending_host'"),
            TaskKind::AnswerRequest => query.push(" and q.status = 'open'"),
            TaskKind::AnswerDispute => query.push(" and t.disputed_at is not null and t.dispute_answered_at is null"),
            TaskKind::SettleConflict => query.push(" and a.verdict = 'conflict' and a.settled_at is null"),
            TaskKind::ReviewCard => {
                query.push(" and r.status in ('pending_home', 'pending_host', 'active', 'out_of_contact')");
                query.push(" and k.status = 'active' and k.review_due <= ").push_bind(days.review_until.to_string())
            }
            TaskKind::PleaseCall => {
                query.push(" and r.status = 'active' and coalesce(r.last_activity_at, r.active_since) < ");
                query.push_bind(days.silent_since.0)
            }
            TaskKind::LeaveToday => {
                query.push(" and t.outcome = 'on_leave' and n.method = 'leave' and e.cancelled_at is null");
                query.push(" and e.starts_at >= ").push_bind(days.today.starts().0);
                query.push(" and e.starts_at < ").push_bind(days.today.plus_days(1).starts().0)
            }
        };
    }
}

/// The tasks of a kind within reach, the soonest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    kind: TaskKind,
    scope: &Scope,
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
        match &due {
            Due::At(due) => query.push(due).push(" as due_at, cast(null as text) as due_on"),
            Due::On(due) => query.push("cast(null as bigint) as due_at, ").push(due).push(" as due_on"),
        };
        source.push(&mut query, kind, scope, days);
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

/// How many tasks of a kind there are within reach, and how many of them are overdue.
pub(super) async fn count(
    c: &mut Conn<'_>,
    kind: TaskKind,
    scope: &Scope,
    days: &Days,
) -> Result<(i64, i64), ApiError> {
    let (source, due) = (Source::of(kind), Due::of(kind));
    let (count, overdue): (i64, i64) = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint), cast(coalesce(sum(case when ");
        match &due {
            Due::At(due) => query.push(due).push(" < ").push_bind(days.today.starts().0),
            Due::On(due) => query.push(*due).push(" < ").push_bind(days.today.to_string()),
        };
        query.push(" then 1 else 0 end), 0) as bigint)");
        source.push(&mut query, kind, scope, days);
        query.build_query_as().fetch_one(c).await
    })?;
    Ok((count, if kind.is_information() { 0 } else { overdue }))
}

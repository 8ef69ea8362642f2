//! Where each kind of task is found among the live records, and by what it is due.
//!
//! A new kind is a word in `model.rs`, and here its due date, its tables and its condition.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{ANSWER_WITHIN, After, CALL_AGAIN, CALL_WITHIN, SETTLE_WITHIN, TaskKind};
use crate::{
    access::{Caller, Scope},
    cards::REVIEW_AHEAD_DAYS,
    clock::{Day, Instant},
    db::{Conn, push_ids},
    elections::REMIND_DAYS,
    error::ApiError,
    ids::UnitId,
    registrations::{departments_within, silent_before},
};

/// The days by which tasks are found.
pub(super) struct Days {
    pub(super) today: Day,
    /// Cards that are due until then are on the desk.
    review_until: Day,
    /// Terms that end until then are on the desk.
    terms_until: Day,
    /// Whoever has given no sign of life since then is silent.
    silent_since: Instant,
}

impl Days {
    pub(super) fn of(now: Instant) -> Self {
        let today = now.day();
        Self {
            today,
            review_until: today.plus_days(REVIEW_AHEAD_DAYS),
            silent_since: silent_before(today),
            terms_until: today.plus_days(REMIND_DAYS),
        }
    }
}

/// By what a kind is due: an instant in milliseconds, or a day.
pub(super) enum Due {
    At(String),
    On(&'static str),
}

impl Due {
    pub(super) fn of(kind: TaskKind) -> Self {
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
            TaskKind::ReviewDocument => format!("d.submitted_at + {ANSWER_WITHIN}"),
            TaskKind::AnswerCensus => return Self::On("n.due_on"),
            TaskKind::ApproveElection => format!("q.moved_at + {ANSWER_WITHIN}"),
            TaskKind::HoldElection => return Self::On("u.term_ends_on"),
            TaskKind::AnswerFinding => return Self::On("f.due_on"),
            TaskKind::AnswerSubmission => return Self::On("b.due_on"),
            TaskKind::LeaveToday => "e.starts_at".into(),
            TaskKind::TalkFollowUp => return Self::On("t.follow_up_due_on"),
            TaskKind::SortOpinion | TaskKind::RectifyOpinion => return Self::On("o.due_on"),
        })
    }

    /// Appends ` and (…)`: the rows behind a place.
    pub(super) fn push_after<DB>(&self, query: &mut QueryBuilder<DB>, id: &'static str, After { due_at, tie }: After)
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

/// Whose tasks are found: what the roles reach in the operation that does them, and the departments whose stays are exactly
/// those within reach, if departments tell.
pub(super) struct Desk {
    scope: Scope,
    departments: Option<Vec<UnitId>>,
}

impl Desk {
    /// The caller's desk for a kind of task; none where it is not the caller's to do.
    pub(super) async fn of(c: &mut Conn<'_>, caller: &Caller, kind: TaskKind) -> Result<Option<Self>, ApiError> {
        let scope = caller.scope_in(kind.operation());
        if scope.grants.is_empty() {
            return Ok(None);
        }
        let departments = if is_of_many(kind) { departments_within(c, &scope).await? } else { None };
        Ok(Some(Self { scope, departments }))
    }
}

/// Whether so many wait everywhere that one has to begin with those within reach; of the others few, which their states find.
const fn is_of_many(kind: TaskKind) -> bool {
    matches!(kind, TaskKind::ReviewCard | TaskKind::PleaseCall)
}

/// Where a kind is found: the columns of its rows, and the tables.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) id: &'static str,
    pub(super) member: &'static str,
    pub(super) unit: &'static str,
    pub(super) registration: &'static str,
    pub(super) card: &'static str,
    pub(super) event: &'static str,
    /// The record of the units' work that the screen of this task shows.
    pub(super) subject: &'static str,
    pub(super) from: &'static str,
    reach: Reach,
}

/// By what a task is within reach.
#[derive(Clone, Copy)]
enum Reach {
    /// By an end of the stay `r`.
    Stay,
    /// By the unit in this column.
    Unit(&'static str),
    /// By the same, where it is one's very own: what each unit does for itself is no task of those above.
    OwnUnit(&'static str),
}

impl Source {
    const STAYS: Self = Self {
        id: "r.id",
        member: "r.member_id",
        unit: "r.host_unit_id",
        registration: "r.id",
        card: "cast(null as text)",
        event: "cast(null as uuid)",
        subject: "cast(null as uuid)",
        from: "registrations r",
        reach: Reach::Stay,
    };
    const EVENTS: Self = Self {
        id: "t.entry_id",
        member: "t.member_id",
        unit: "e.unit_id",
        registration: "cast(null as uuid)",
        card: "cast(null as text)",
        event: "e.id",
        subject: "cast(null as uuid)",
        from: "attendance t join events e on e.id = t.event_id",
        reach: Reach::Unit("e.unit_id"),
    };

    const DOCUMENTS: Self = Self {
        id: "d.id",
        member: "d.member_id",
        unit: "d.unit_id",
        event: "cast(null as uuid)",
        subject: "d.id",
        from: "documents d",
        reach: Reach::Unit("d.unit_id"),
        ..Self::EVENTS
    };

    /// A record of a unit's work, by whose screen its task is done.
    const fn work(id: &'static str, unit: &'static str, from: &'static str) -> Self {
        Self {
            id,
            member: "cast(null as uuid)",
            unit,
            registration: "cast(null as uuid)",
            card: "cast(null as text)",
            event: "cast(null as uuid)",
            subject: id,
            from,
            reach: Reach::Unit(unit),
        }
    }
    const CENSUSES: Self = Self {
        id: "s.id",
        member: "cast(null as uuid)",
        unit: "s.unit_id",
        event: "cast(null as uuid)",
        subject: "n.id",
        from: "census_units s join censuses n on n.id = s.census_id",
        reach: Reach::OwnUnit("s.unit_id"),
        ..Self::EVENTS
    };

    const ELECTIONS: Self = Self {
        id: "q.id",
        member: "cast(null as uuid)",
        unit: "q.unit_id",
        event: "cast(null as uuid)",
        subject: "q.id",
        from: "elections q join units u on u.id = q.unit_id",
        // Whoever reaches the unit above approves.
        reach: Reach::Unit("u.parent_id"),
        ..Self::EVENTS
    };
    const TERMS: Self = Self {
        id: "u.id",
        unit: "u.id",
        from: "units u left join elections q on q.unit_id = u.id and q.state not in ('approved', 'withdrawn')",
        reach: Reach::Unit("u.id"),
        ..Self::ELECTIONS
    };

    pub(super) const fn of(kind: TaskKind) -> Self {
        match kind {
            TaskKind::AnswerFinding => Self {
                subject: "v.id",
                ..Self::work("f.id", "v.unit_id", "visit_findings f join visits v on v.id = f.visit_id")
            },
            TaskKind::AnswerSubmission => {
                // The superior's to do; shown is who asks.
                Self { reach: Reach::Unit("b.to_unit_id"), ..Self::work("b.id", "b.unit_id", "submissions b") }
            }
            TaskKind::ReviewDocument => Self::DOCUMENTS,
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
            TaskKind::AnswerCensus => Self::CENSUSES,
            TaskKind::ApproveElection => Self::ELECTIONS,
            TaskKind::HoldElection => Self::TERMS,
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
            TaskKind::TalkFollowUp => Self {
                member: "(select w.member_id from talk_members w where w.talk_id = t.id and t.mode = 'one_to_one')",
                ..Self::work("t.id", "t.unit_id", "talks t")
            },
            TaskKind::SortOpinion | TaskKind::RectifyOpinion => Self::work("o.id", "o.unit_id", "opinions o"),
        }
    }

    /// Appends `from … where …`: the tasks of this kind on a desk.
    pub(super) fn push<DB>(&self, query: &mut QueryBuilder<DB>, kind: TaskKind, desk: &Desk, days: &Days)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push(" from ").push(self.from).push(" where ");
        let scope = &desk.scope;
        match self.reach {
            Reach::Stay if is_of_many(kind) => match &desk.departments {
                Some(departments) => {
                    let ids = || departments.iter().map(|department| department.0);
                    push_ids(query.push("r.home_department_id in "), ids());
                    if kind == TaskKind::ReviewCard {
                        // It is the same of a card and its stay; the index of reviews begins with it.
                        push_ids(query.push(" and k.department_id in "), ids());
                    }
                }
                None => scope.push_stays_by_units(query, "r"),
            },
            Reach::Stay => scope.push_stays(query, "r"),
            Reach::Unit(column) => scope.push_units(query, column),
            Reach::OwnUnit(column) => scope.push_own_units(query, column),
        }
        match kind {
            TaskKind::ConfirmRegistration => query.push(" and r.status = 'pending_home'"),
            TaskKind::AcceptMember => query.push(" and r.status = 'pending_host'"),
            TaskKind::AnswerRequest => query.push(" and q.status = 'open'"),
            TaskKind::ReviewDocument => query.push(" and d.state = 'submitted'"),
            TaskKind::AnswerFinding => {
                query.push(" and f.kind = 'problem' and f.answered_at is null and v.state = 'open'")
            }
            TaskKind::AnswerSubmission => query.push(" and b.state = 'sent'"),
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
            TaskKind::ApproveElection => query.push(" and q.state in ('approval_asked', 'result')"),
            TaskKind::HoldElection => {
                query.push(" and u.kind not in ('department', 'liaison_office') and u.term_ends_on <= ");
                query.push_bind(days.terms_until.to_string());
                // The unit prepares its own; those above need it among their tasks only once it is late.
                query.push(" and (u.term_ends_on < ").push_bind(days.today.to_string()).push(" or ");
                scope.push_own_units(query, "u.id");
                query.push(")")
            }
            TaskKind::AnswerCensus => query.push(
                " and n.closed_at is null and (s.able is null or exists
                     (select 1 from census_members m where m.census_id = n.id and m.unit_id = s.unit_id and m.able is null))",
            ),
            TaskKind::LeaveToday => {
                query.push(" and t.outcome = 'on_leave' and n.method = 'leave' and e.cancelled_at is null");
                query.push(" and e.starts_at >= ").push_bind(days.today.starts().0);
                query.push(" and e.starts_at < ").push_bind(days.today.plus_days(1).starts().0)
            }
            TaskKind::TalkFollowUp => query
                .push(" and t.follow_up_due_on is not null and t.follow_up_done_on is null and t.voided_at is null"),
            TaskKind::SortOpinion => query.push(" and o.state in ('collected', 'sorted')"),
            TaskKind::RectifyOpinion => query.push(" and o.state = 'in_hand'"),
        };
    }
}

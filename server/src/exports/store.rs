//! SQL of the reports. Each takes the reach of the list that it is like.

use futures::TryStreamExt as _;
use sqlx::{Database, Encode, QueryBuilder, Type};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    access::{Grant, Scope, Side},
    check_ins::decide::Outcome,
    clock::{Day, Instant},
    db::{Conn, Seen, push_ids},
    error::ApiError,
    events::active_then,
    execute,
    ids::{EventId, MemberId, UnitId},
    on_engine,
    people::{Gender, Membership, SealedBrief},
    registrations::{self, CardStatus, CountedEnd, FlowReason, Status},
};

/// The stays or events that a report is about.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) unit: UnitId,
    pub(super) end: CountedEnd,
    pub(super) scope: &'a Scope,
    pub(super) seen: Seen,
}

const BELOW: &str = " in (select unit_id from unit_ancestors where ancestor_id = ";

impl Field<'_> {
    /// Appends what is true for the stays `r` that count for the unit and are within reach; `host` is where they lead.
    fn push_stays<DB>(&self, query: &mut QueryBuilder<DB>, host: &str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        UnitId: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("(r.home_unit_id").push(BELOW).push_bind(self.unit).push(")");
        if self.end == CountedEnd::Both {
            query.push(" or ").push(host).push(BELOW).push_bind(self.unit).push(")");
        }
        query.push(") and ");
        self.scope.push_stays(query, "r");
    }
}

/// An open stay with what lists tell of it.
#[derive(sqlx::FromRow)]
pub(super) struct StayRow {
    #[sqlx(flatten)]
    pub(super) sealed: SealedBrief,
    pub(super) name: String,
    pub(super) gender: Gender,
    pub(super) membership: Membership,
    pub(super) joined_on: Day,
    pub(super) department: String,
    pub(super) home: String,
    pub(super) host_id: UnitId,
    pub(super) host: String,
    pub(super) flow_reason: FlowReason,
    pub(super) started_on: Day,
    pub(super) status: Status,
    pub(super) last_activity_at: Option<Instant>,
    pub(super) card_number: Option<String>,
    pub(super) card_status: Option<CardStatus>,
    pub(super) review_due: Option<Day>,
}

/// Appends `from … where …`: the stays `r` that were open before `end`, with the line `h` of their history that says so.
fn push_open_stays<DB>(query: &mut QueryBuilder<DB>, field: Field<'_>, end: Instant)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    UnitId: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push(" from ");
    registrations::push_stays_before(query, end);
    query.push(" where ");
    field.push_stays(query, "h.host_unit_id");
    query.push(" and ");
    registrations::push_open_before(query, end);
}

/// How many members a unit had before `end`: as many as the year-end table of that day lists to whoever reaches the unit.
pub async fn members_before(c: &mut Conn<'_>, unit: UnitId, end: Instant) -> Result<i64, ApiError> {
    let (counted, counted_end) = registrations::counted(&mut *c, unit).await?;
    let side = match counted_end {
        CountedEnd::Home => Side::Home,
        CountedEnd::Both => Side::Either,
    };
    let scope = Scope { grants: vec![Grant { side, unit: Some(counted.id) }], own: None };
    let field = Field { unit: counted.id, end: counted_end, scope: &scope, seen: Seen::default() };
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint)");
        push_open_stays(&mut query, field, end);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// The hosts of the stays that were open before `end`.
pub(super) async fn hosts(c: &mut Conn<'_>, field: Field<'_>, end: Instant) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select distinct h.host_unit_id");
        push_open_stays(&mut query, field, end);
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// Sends the stays that were open before `end`, by host and name (a department's by department first), one after the other: one
/// statement sees one state of the registry, and nobody holds all its rows.
pub(super) async fn open_stays(
    c: &mut Conn<'_>,
    field: Field<'_>,
    end: Instant,
    rows: mpsc::Sender<StayRow>,
) -> Result<(), ApiError> {
    on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select m.id, m.id_number_sealed, m.phone_sealed, m.name, m.gender, m.membership, m.joined_on,
                    d.name as department, u.name as home, s.host_id, g.name as host, s.flow_reason, s.started_on, s.status,
                    s.last_activity_at, k.number as card_number, k.review_due,
                    (select z.to_status from card_history z where z.card_id = k.id and z.at < ",
        );
        query.push_bind(end).push(
            " order by z.at desc, z.id desc limit 1) as card_status
                from (select r.id, r.member_id, r.home_unit_id, r.home_department_id, r.flow_reason, r.started_on,
                             r.last_activity_at, h.host_unit_id as host_id, h.to_status as status",
        );
        push_open_stays(&mut query, field, end);
        // At any time a stay has at most one living card.
        query.push(
            ") s
               join members m on m.id = s.member_id
               join units d on d.id = s.home_department_id
               join units u on u.id = s.home_unit_id
               join units g on g.id = s.host_id
               left join cards k on k.id =
                    (select y.id from cards y where y.member_id = s.member_id and y.registration_id = s.id
                        and (select z.to_status from card_history z where z.card_id = y.id and z.at < ",
        );
        query.push_bind(end).push(
            " order by z.at desc, z.id desc limit 1) in ('active', 'suspended') limit 1)
              order by ",
        );
        query.push(if field.end == CountedEnd::Home { "d.name, " } else { "" });
        query.push("g.name, m.pinyin, m.name, s.id");
        // Not kept prepared: its rows are many, and stream.
        let mut found = query.build_query_as().persistent(false).fetch(c);
        while let Some(row) = found.try_next().await? {
            // Nobody listens any more: whoever wrote the file has failed, and says so.
            if rows.send(row).await.is_err() {
                break;
            }
        }
        Ok(())
    })
}

/// A span of time; its end does not belong to it.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Instant,
    pub(super) end: Instant,
}

/// Appends what is true for the events `e` that took place in the span.
fn push_held<DB>(query: &mut QueryBuilder<DB>, span: Span)
where
    DB: Database,
    Instant: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("e.cancelled_at is null and e.starts_at >= ").push_bind(span.from);
    query.push(" and e.starts_at < ").push_bind(span.end);
}

/// Appends what is true for the events `e` of the unit and of those below it, within reach.
fn push_own_events<DB>(query: &mut QueryBuilder<DB>, field: Field<'_>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    UnitId: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("e.unit_id").push(BELOW).push_bind(field.unit).push(") and ");
    field.scope.push_units(query, "e.unit_id");
}

/// The events of the unit and of those below it in the span, the earliest first.
pub(super) async fn held(c: &mut Conn<'_>, field: Field<'_>, span: Span) -> Result<Vec<EventId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select e.id from events e where ");
        push_held(&mut query, span);
        query.push(" and ");
        push_own_events(&mut query, field);
        query.push(" order by e.starts_at, e.id").build_query_scalar().fetch_all(c).await
    })?)
}

/// To how many events each member was asked: those of the unit, or for a department those of anyone who asked its members.
pub(super) async fn asked_to(c: &mut Conn<'_>, field: Field<'_>, span: Span) -> Result<Vec<(MemberId, i64)>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select r.member_id, cast(count(distinct e.id) as bigint) from ");
        // Who is asked lies at or below the unit of the event. SQLite joins in the order in which they stand.
        match field.end {
            CountedEnd::Both => {
                query.push("events e cross join unit_ancestors a cross join registrations r where ");
                push_own_events(&mut query, field);
            }
            CountedEnd::Home => {
                query.push("registrations r cross join unit_ancestors a cross join events e where ");
                field.push_stays(&mut query, "r.host_unit_id");
            }
        }
        query.push(" and a.unit_id = r.host_unit_id and a.ancestor_id = e.unit_id and ");
        push_held(&mut query, span);
        query.push(concat!(" and ", active_then!(), " group by r.member_id")).build_query_as().fetch_all(c).await
    })?)
}

/// What stands for a member, so many times, at events to which the member was asked or was not.
#[derive(sqlx::FromRow)]
pub(super) struct Recorded {
    pub(super) member_id: MemberId,
    pub(super) outcome: Outcome,
    pub(super) was_asked: i64,
    pub(super) events: i64,
    pub(super) minutes: i64,
}

/// What stands for members at the same events; a department's during the stays that are its own to see.
pub(super) async fn recorded(c: &mut Conn<'_>, field: Field<'_>, span: Span) -> Result<Vec<Recorded>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(concat!(
            "select s.member_id, s.outcome, s.was_asked, cast(count(*) as bigint) as events,
                    cast(sum(s.minutes) as bigint) as minutes
               from (select distinct t.member_id, t.event_id, t.outcome, e.minutes,
                            cast(case when exists
                                 (select 1 from registrations r
                                    join unit_ancestors a on a.unit_id = r.host_unit_id and a.ancestor_id = e.unit_id
                                   where r.member_id = t.member_id and ",
            active_then!(),
            ") then 1 else 0 end as bigint) as was_asked from "
        ));
        match field.end {
            CountedEnd::Both => {
                query.push("events e join attendance t on t.event_id = e.id where ");
                push_own_events(&mut query, field);
            }
            CountedEnd::Home => {
                query.push(
                    "registrations r join attendance t on t.member_id = r.member_id join events e on e.id = t.event_id
                      where r.active_since <= e.ends_at and (r.ended_at is null or r.ended_at >= e.starts_at)
                        and t.starts_at >= ",
                );
                query.push_bind(span.from).push(" and t.starts_at < ").push_bind(span.end).push(" and ");
                field.push_stays(&mut query, "r.host_unit_id");
            }
        }
        query.push(" and ");
        push_held(&mut query, span);
        query.push(") s group by s.member_id, s.outcome, s.was_asked").build_query_as().fetch_all(c).await
    })?)
}

/// A member as attendance lists name them, with the host of the latest stay.
#[derive(sqlx::FromRow)]
pub(super) struct Named {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) pinyin: String,
    pub(super) membership: Membership,
    pub(super) host: String,
}

/// These members.
pub(super) async fn named(c: &mut Conn<'_>, ids: &[MemberId]) -> Result<Vec<Named>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select m.id, m.name, m.pinyin, m.membership, g.name as host
               from members m
               join registrations r on r.id =
                    (select x.id from registrations x where x.member_id = m.id order by x.id desc limit 1)
               join units g on g.id = r.host_unit_id
              where m.id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Keeps whose rows were in the export of that record.
pub(super) async fn keep_members(c: &mut Conn<'_>, audit_seq: i64, members: &[MemberId]) -> Result<(), ApiError> {
    if members.is_empty() {
        return Ok(());
    }
    on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("insert into export_members (audit_seq, member_id) ");
        query.push_values(members, |mut row, member| {
            // A number of our own making, so it may stand in the text.
            row.push(audit_seq).push_bind(member);
        });
        query.push(" on conflict do nothing").build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Forgets who was in the exports whose record the audit log has let go.
pub async fn forget_gone(c: &mut Conn<'_>) -> Result<(), ApiError> {
    let gone = "delete from export_members where audit_seq <= (select seq from audit_anchor where id = 1)";
    execute!(c, sqlx::query(gone))?;
    Ok(())
}

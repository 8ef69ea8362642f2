//! SQL of entries, and of which entry stands.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;

use super::{decide::Outcome, entry::NewEntry, model::EntryMethod};
use crate::{
    access::Scope,
    clock::Instant,
    db::{Conn, portions, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, CheckInId, DeviceId, EntryId, EventId, MemberId, UnitId},
    on_engine,
};

/// The hosts of those of these members who have an active registration.
pub(super) async fn active_hosts(
    c: &mut Conn<'_>,
    members: &[MemberId],
) -> Result<HashMap<MemberId, UnitId>, ApiError> {
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(MemberId, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select member_id, host_unit_id from registrations where status = 'active' and member_id in ",
        );
        push_ids(&mut query, members.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// The latest hosts of these members, whatever has become of their stays.
pub(super) async fn latest_hosts(
    c: &mut Conn<'_>,
    members: &[MemberId],
) -> Result<HashMap<MemberId, UnitId>, ApiError> {
    let rows: Vec<(MemberId, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select member_id, host_unit_id from registrations where member_id in ");
        push_ids(&mut query, members.iter().map(|id| id.0));
        query.push(" order by id").build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Whether one of the member's stays is within reach.
pub(super) async fn has_stay_within(c: &mut Conn<'_>, scope: &Scope, member: MemberId) -> Result<bool, ApiError> {
    let found: Option<MemberId> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select r.member_id from registrations r where r.member_id = ");
        query.push_bind(member).push(" and ");
        scope.push_stays(&mut query, "r");
        query.push(" limit 1").build_query_scalar().fetch_optional(c).await
    })?;
    Ok(found.is_some())
}

/// Events and members of these entries.
pub(super) async fn places(c: &mut Conn<'_>, ids: &[EntryId]) -> Result<Vec<(EntryId, EventId, MemberId)>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, event_id, member_id from attendance_entries where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Event and member of an entry.
pub(super) async fn entry_of(c: &mut Conn<'_>, id: EntryId) -> Result<Option<(EventId, MemberId)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select event_id, member_id from attendance_entries where id = $1")
        .bind(id)
        .fetch_optional(c))?)
}

/// The entry that stands for a member at an event.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Standing {
    pub(super) entry_id: EntryId,
    pub(super) outcome: Outcome,
    pub(super) method: EntryMethod,
    pub(super) occurred_at: Instant,
    pub(super) scan_id: Option<CheckInId>,
}

/// What stands for the member at the event.
pub(super) async fn standing(c: &mut Conn<'_>, event: EventId, member: MemberId) -> Result<Option<Standing>, ApiError> {
    Ok(standings(c, &[(event, member)]).await?.remove(&(event, member)))
}

/// What stands for these members at these events.
pub(super) async fn standings(
    c: &mut Conn<'_>,
    places: &[(EventId, MemberId)],
) -> Result<HashMap<(EventId, MemberId), Standing>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        event_id: EventId,
        member_id: MemberId,
        #[sqlx(flatten)]
        standing: Standing,
    }
    let mut members: HashMap<EventId, Vec<MemberId>> = HashMap::new();
    for (event, member) in places {
        members.entry(*event).or_default().push(*member);
    }
    let mut standing = HashMap::with_capacity(places.len());
    for (event, members) in members {
        let rows: Vec<Row> = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new(
                "select t.event_id, t.member_id, t.entry_id, t.outcome, n.method, n.occurred_at, n.scan_id
                   from attendance t join attendance_entries n on n.id = t.entry_id
                  where t.event_id = ",
            );
            query.push_bind(event).push(" and t.member_id in ");
            push_ids(&mut query, members.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        standing.extend(rows.into_iter().map(|row| ((row.event_id, row.member_id), row.standing)));
    }
    Ok(standing)
}

/// Lets entries stand where nothing stood; answers those that now do, which is not so where another one came first.
pub(super) async fn stand(
    c: &mut Conn<'_>,
    entries: &[(EntryId, &NewEntry<'_>)],
) -> Result<HashSet<EntryId>, ApiError> {
    let mut stood = HashSet::with_capacity(entries.len());
    for some in portions(entries) {
        let rows: Vec<EntryId> = on_engine!(&mut *c, |c| async {
            let mut query =
                QueryBuilder::new("insert into attendance (event_id, member_id, entry_id, outcome, starts_at) ");
            query.push_values(some, |mut row, (id, new)| {
                row.push_bind(new.event.id)
                    .push_bind(new.member)
                    .push_bind(*id)
                    .push_bind(new.outcome)
                    .push_bind(new.event.starts_at);
            });
            query.push(" on conflict do nothing returning entry_id").build_query_scalar().fetch_all(c).await
        })?;
        stood.extend(rows);
    }
    Ok(stood)
}

/// Lets an entry stand in place of `replaced`; false where that does not stand any more.
pub(super) async fn stand_instead(
    c: &mut Conn<'_>,
    id: EntryId,
    new: &NewEntry<'_>,
    replaced: EntryId,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update attendance set entry_id = $3, outcome = $4, disputed_at = null, dispute_note_sealed = null,
                    dispute_answered_at = null, dispute_answer_sealed = null
              where event_id = $1 and member_id = $2 and entry_id = $5"
        )
        .bind(new.event.id)
        .bind(new.member)
        .bind(id)
        .bind(new.outcome)
        .bind(replaced)
    )?;
    Ok(touched == 1)
}

/// An entry as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct EntryRow {
    pub(super) id: EntryId,
    pub(super) event_id: EventId,
    pub(super) member_id: MemberId,
    pub(super) outcome: Outcome,
    pub(super) method: EntryMethod,
    pub(super) occurred_at: Instant,
    pub(super) recorded_at: Instant,
    pub(super) late: bool,
    pub(super) weak: bool,
    pub(super) account_id: Option<AccountId>,
    pub(super) device_id: Option<DeviceId>,
    pub(super) reason_sealed: Option<Vec<u8>>,
    pub(super) scan_id: Option<CheckInId>,
    pub(super) replaces: Option<EntryId>,
}

/// What an entry says.
pub(super) async fn outcome_of(c: &mut Conn<'_>, id: EntryId) -> Result<Option<Outcome>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select outcome from attendance_entries where id = $1")
        .bind(id)
        .fetch_optional(c))?)
}

/// Appends entries.
pub(super) async fn insert_entries(c: &mut Conn<'_>, entries: &[EntryRow]) -> Result<(), ApiError> {
    for some in portions(entries) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new(
                "insert into attendance_entries (id, event_id, member_id, outcome, method, occurred_at, recorded_at, late,
                                                 weak, account_id, device_id, reason_sealed, scan_id, replaces) ",
            );
            query.push_values(some, |mut row, entry| {
                row.push_bind(entry.id)
                    .push_bind(entry.event_id)
                    .push_bind(entry.member_id)
                    .push_bind(entry.outcome)
                    .push_bind(entry.method)
                    .push_bind(entry.occurred_at)
                    .push_bind(entry.recorded_at)
                    .push_bind(entry.late)
                    .push_bind(entry.weak)
                    .push_bind(entry.account_id)
                    .push_bind(entry.device_id)
                    .push_bind(&entry.reason_sealed)
                    .push_bind(entry.scan_id)
                    .push_bind(entry.replaces);
            });
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// The officer and the staff phone behind these entries, where an officer made them.
pub(super) async fn hands(
    c: &mut Conn<'_>,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, (Option<String>, Option<String>)>, ApiError> {
    let rows: Vec<(EntryId, Option<String>, Option<String>)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select n.id, o.username, a.station from attendance_entries n
               left join accounts o on o.id = n.account_id
               left join check_in_attempts a on a.id = n.scan_id and a.entry_id = n.id
              where n.id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id, username, station)| (id, (username, station))).collect())
}

/// A standing entry with what belongs to it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Attended {
    #[sqlx(flatten)]
    pub(super) entry: EntryRow,
    pub(super) name: String,
    pub(super) disputed_at: Option<Instant>,
    pub(super) dispute_note_sealed: Option<Vec<u8>>,
    pub(super) dispute_answered_at: Option<Instant>,
    pub(super) dispute_answer_sealed: Option<Vec<u8>>,
}

impl Attended {
    /// Whether the member disputes it and nobody has answered.
    pub(super) fn is_disputed(&self) -> bool {
        self.disputed_at.is_some() && self.dispute_answered_at.is_none()
    }
}

const ATTENDED: &str =
    "select n.id, n.event_id, n.member_id, n.outcome, n.method, n.occurred_at, n.recorded_at, n.late,
        n.weak, n.account_id, n.device_id, n.reason_sealed, n.scan_id, n.replaces, m.name, t.disputed_at, t.dispute_note_sealed,
        t.dispute_answered_at, t.dispute_answer_sealed
   from attendance t join attendance_entries n on n.id = t.entry_id join members m on m.id = t.member_id where ";

/// All that stands for an event; of these members only, where any are named.
pub(super) async fn attended(
    c: &mut Conn<'_>,
    event: EventId,
    members: Option<&[MemberId]>,
) -> Result<Vec<Attended>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTENDED);
        query.push("t.event_id = ").push_bind(event);
        if let Some(members) = members {
            query.push(" and t.member_id in ");
            push_ids(&mut query, members.iter().map(|id| id.0));
        }
        query.push(" order by m.name, m.id").build_query_as().fetch_all(c).await
    })?)
}

/// Who stands as present at an event, and how that came about; by name.
pub async fn present_at(c: &mut Conn<'_>, event: EventId) -> Result<Vec<(MemberId, EntryMethod)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select t.member_id, n.method
           from attendance t join attendance_entries n on n.id = t.entry_id join members m on m.id = t.member_id
          where t.event_id = $1 and t.outcome = 'present' order by m.name, m.id"
    )
    .bind(event)
    .fetch_all(c))?)
}

/// All that stands for a member, newest event first, one more than `limit` where there are more.
pub(super) async fn record(
    c: &mut Conn<'_>,
    member: MemberId,
    after: Option<(Instant, EventId)>,
    limit: i64,
) -> Result<Vec<Attended>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTENDED);
        query.push("t.member_id = ").push_bind(member);
        if let Some((at, event)) = after {
            query.push(" and (t.starts_at, t.event_id) < (").push_bind(at).push(", ").push_bind(event).push(")");
        }
        query.push(" order by t.starts_at desc, t.event_id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Every entry about a member at these events, oldest first.
pub(super) async fn entries_about(
    c: &mut Conn<'_>,
    member: MemberId,
    events: &[EventId],
) -> Result<Vec<EntryRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select id, event_id, member_id, outcome, method, occurred_at, recorded_at, late, weak, account_id, device_id,
                    reason_sealed, scan_id, replaces
               from attendance_entries where member_id = ",
        );
        query.push_bind(member).push(" and event_id in ");
        push_ids(&mut query, events.iter().map(|id| id.0));
        query.push(" order by recorded_at, id").build_query_as().fetch_all(c).await
    })?)
}

/// How many events, and minutes, a member has attended in a span of time.
pub(super) async fn totals(
    c: &mut Conn<'_>,
    member: MemberId,
    from: Instant,
    to: Instant,
) -> Result<(i64, i64), ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select cast(count(*) as bigint), cast(coalesce(sum(e.minutes), 0) as bigint)
           from attendance t join events e on e.id = t.event_id
          where t.member_id = $1 and t.starts_at >= $2 and t.starts_at < $3 and t.outcome in ('present', 'made_up')
            and e.cancelled_at is null"
    )
    .bind(member)
    .bind(from)
    .bind(to)
    .fetch_one(c))?)
}

/// What is recorded for a member at these events.
pub(super) async fn outcomes(
    c: &mut Conn<'_>,
    member: MemberId,
    events: &[EventId],
) -> Result<HashMap<EventId, Outcome>, ApiError> {
    let rows: Vec<(EventId, Outcome)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select event_id, outcome from attendance where member_id = ");
        query.push_bind(member).push(" and event_id in ");
        push_ids(&mut query, events.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Keeps a member's dispute of the entry that stands; false where it does not stand any more.
pub(super) async fn dispute(
    c: &mut Conn<'_>,
    event: EventId,
    member: MemberId,
    note_sealed: &[u8],
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update attendance set disputed_at = $3, dispute_note_sealed = $4, dispute_answered_at = null,
                    dispute_answer_sealed = null
              where event_id = $1 and member_id = $2"
        )
        .bind(event)
        .bind(member)
        .bind(now)
        .bind(note_sealed)
    )?;
    Ok(touched == 1)
}

/// Takes the reasons and disputes out of a member's record; the outcomes stay.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    for table in [
        "update attendance set dispute_note_sealed = null, dispute_answer_sealed = null where member_id = $1",
        "update attendance_entries set reason_sealed = null, device_id = null where member_id = $1",
        "update check_in_attempts set note_sealed = null, device_id = null, station = null where member_id = $1",
    ] {
        execute!(&mut *c, sqlx::query(table).bind(member))?;
    }
    Ok(())
}

/// Keeps the answer to an open dispute; false where there is none.
pub(super) async fn answer(
    c: &mut Conn<'_>,
    event: EventId,
    member: MemberId,
    answer_sealed: &[u8],
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update attendance set dispute_answered_at = $3, dispute_answer_sealed = $4
              where event_id = $1 and member_id = $2 and disputed_at is not null and dispute_answered_at is null"
        )
        .bind(event)
        .bind(member)
        .bind(now)
        .bind(answer_sealed)
    )?;
    Ok(touched == 1)
}

//! SQL of attempts.

use sqlx::QueryBuilder;

use super::decide::{CheckInVerdict, Method, RejectReason};
use crate::{
    access::audit::Actor,
    clock::Instant,
    db::{Conn, portions, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, CheckInId, DeviceId, EntryId, EventId, MemberId},
    on_engine,
};

/// An attempt, as it is kept.
pub(super) struct NewAttempt<'a> {
    pub(super) id: CheckInId,
    pub(super) submitter: &'a str,
    pub(super) event: Option<EventId>,
    pub(super) member: Option<MemberId>,
    pub(super) method: Method,
    pub(super) verdict: CheckInVerdict,
    pub(super) reason: Option<RejectReason>,
    pub(super) late: bool,
    pub(super) weak: bool,
    pub(super) occurred_at: Instant,
    pub(super) recorded_at: Instant,
    pub(super) account: Option<AccountId>,
    pub(super) device: Option<DeviceId>,
    pub(super) station: Option<&'a str>,
    pub(super) note_sealed: Option<Vec<u8>>,
    pub(super) entry: Option<EntryId>,
}

/// Keeps attempts.
pub(super) async fn insert(c: &mut Conn<'_>, attempts: &[NewAttempt<'_>]) -> Result<(), ApiError> {
    for some in portions(attempts) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new(
                "insert into check_in_attempts (id, submitter, event_id, member_id, method, verdict, reason, late, weak,
                                                occurred_at, recorded_at, account_id, device_id, station, note_sealed,
                                                entry_id) ",
            );
            query.push_values(some, |mut row, attempt| {
                row.push_bind(attempt.id)
                    .push_bind(attempt.submitter)
                    .push_bind(attempt.event)
                    .push_bind(attempt.member)
                    .push_bind(attempt.method)
                    .push_bind(attempt.verdict)
                    .push_bind(attempt.reason)
                    .push_bind(attempt.late)
                    .push_bind(attempt.weak)
                    .push_bind(attempt.occurred_at)
                    .push_bind(attempt.recorded_at)
                    .push_bind(attempt.account)
                    .push_bind(attempt.device)
                    .push_bind(attempt.station)
                    .push_bind(&attempt.note_sealed)
                    .push_bind(attempt.entry);
            });
            query.push(" on conflict do nothing").build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// The first answer to an attempt.
#[derive(sqlx::FromRow)]
pub(super) struct FirstAnswer {
    pub(super) id: CheckInId,
    pub(super) submitter: String,
    pub(super) reason: Option<RejectReason>,
    pub(super) entry_id: Option<EntryId>,
}

/// What was answered to these ids, to whichever submitter.
pub(super) async fn first_answers(c: &mut Conn<'_>, ids: &[CheckInId]) -> Result<Vec<FirstAnswer>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, submitter, reason, entry_id from check_in_attempts where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Events and members of the attempts under a client's id; two clients may have made the same.
pub(super) async fn named(c: &mut Conn<'_>, id: CheckInId) -> Result<Vec<(EventId, MemberId)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select event_id, member_id from check_in_attempts
          where id = $1 and event_id is not null and member_id is not null order by submitter"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// How many attempts at an event did not count.
pub(super) async fn refused(c: &mut Conn<'_>, event: EventId) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from check_in_attempts where event_id = $1 and verdict = 'rejected'"
    )
    .bind(event)
    .fetch_one(c))?)
}

/// An attempt as it is read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct AttemptRow {
    pub(super) id: CheckInId,
    pub(super) submitter: String,
    pub(super) event_id: Option<EventId>,
    pub(super) member_id: Option<MemberId>,
    pub(super) name: Option<String>,
    pub(super) method: Method,
    pub(super) verdict: CheckInVerdict,
    pub(super) reason: Option<RejectReason>,
    pub(super) late: bool,
    pub(super) weak: bool,
    pub(super) occurred_at: Instant,
    pub(super) recorded_at: Instant,
    pub(super) account_id: Option<AccountId>,
    pub(super) username: Option<String>,
    pub(super) device_id: Option<DeviceId>,
    pub(super) station: Option<String>,
    pub(super) note_sealed: Option<Vec<u8>>,
    pub(super) entry_id: Option<EntryId>,
}

impl AttemptRow {
    /// The account or the phone that sent it.
    pub(super) fn hands(&self) -> Actor {
        match (self.account_id, self.member_id.zip(self.device_id)) {
            (Some(account), _) => Actor::Account(account),
            (None, Some((member, device))) => Actor::Device(member, device),
            (None, None) => Actor::System,
        }
    }
}

const ATTEMPT: &str = "select a.id, a.submitter, a.event_id, a.member_id, m.name, a.method, a.verdict, a.reason, a.late, \
    a.weak, a.occurred_at, a.recorded_at, a.account_id, o.username, a.device_id, a.station, a.note_sealed, a.entry_id \
    from check_in_attempts a left join members m on m.id = a.member_id left join accounts o on o.id = a.account_id ";

/// What a conflict waits for: the entry that it met still stands, and nobody has let it stand on purpose.
const OPEN: &str = "join attendance t on t.event_id = a.event_id and t.member_id = a.member_id and t.entry_id = a.entry_id \
    where a.verdict = 'conflict' and a.settled_at is null and ";

/// The key after which a page of attempts starts.
pub(super) type After = (Instant, CheckInId, String);

/// Attempts at an event, newest first; with these verdicts only, where any are named.
pub(super) async fn of_event(
    c: &mut Conn<'_>,
    event: EventId,
    verdicts: &[CheckInVerdict],
    after: Option<After>,
    limit: i64,
) -> Result<Vec<AttemptRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTEMPT);
        query.push("where a.event_id = ").push_bind(event);
        if !verdicts.is_empty() {
            query.push(" and a.verdict in (");
            let mut list = query.separated(", ");
            for verdict in verdicts {
                list.push_bind(*verdict);
            }
            query.push(")");
        }
        if let Some((at, id, submitter)) = after {
            query.push(" and (a.recorded_at, a.id, a.submitter) < (").push_bind(at).push(", ").push_bind(id);
            query.push(", ").push_bind(submitter).push(")");
        }
        query.push(" order by a.recorded_at desc, a.id desc, a.submitter desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The newest attempts of a member, newest first.
pub(super) async fn of_member(c: &mut Conn<'_>, member: MemberId, limit: i64) -> Result<Vec<AttemptRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTEMPT);
        query.push("where a.member_id = ").push_bind(member);
        query.push(" order by a.recorded_at desc, a.id desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The conflicts of an event that wait for a person; of one member where one is named.
pub(super) async fn open_conflicts(
    c: &mut Conn<'_>,
    event: EventId,
    member: Option<MemberId>,
) -> Result<Vec<AttemptRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTEMPT);
        query.push(OPEN).push("a.event_id = ").push_bind(event);
        if let Some(member) = member {
            query.push(" and a.member_id = ").push_bind(member);
        }
        query.push(" order by a.occurred_at, a.id, a.submitter").build_query_as().fetch_all(c).await
    })?)
}

/// Conflicts under a client's id, settled or not.
pub(super) async fn conflicts_named(c: &mut Conn<'_>, id: CheckInId) -> Result<Vec<AttemptRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(ATTEMPT);
        query.push("where a.verdict = 'conflict' and a.id = ").push_bind(id);
        query.push(" order by a.submitter").build_query_as().fetch_all(c).await
    })?)
}

/// A person lets the entry stand that a conflict met; false where that is settled already.
pub(super) async fn settle(c: &mut Conn<'_>, attempt: &AttemptRow, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update check_in_attempts set settled_at = $3 where id = $1 and submitter = $2 and settled_at is null"
        )
        .bind(attempt.id)
        .bind(&attempt.submitter)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// How many attempts were recorded before `before`.
pub async fn count_attempts_before(c: &mut Conn<'_>, before: Instant) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from check_in_attempts where recorded_at < $1"
    )
    .bind(before)
    .fetch_one(c))?)
}

/// Deletes attempts that were recorded before `before`, `most` at once; answers how many. The entries made of them stay.
pub async fn forget_attempts_before(c: &mut Conn<'_>, before: Instant, most: i64) -> Result<i64, ApiError> {
    let gone = execute!(
        c,
        sqlx::query(
            "delete from check_in_attempts where (id, submitter) in
             (select id, submitter from check_in_attempts where recorded_at < $1 limit $2)"
        )
        .bind(before)
        .bind(most)
    )?;
    i64::try_from(gone).map_err(ApiError::internal)
}

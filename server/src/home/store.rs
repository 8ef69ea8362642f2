//! SQL of the overview and of the access log.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::model::{Activity, HeldRole, HostShare, LOOK_UPS, LastPresence, LookUp, OPEN, Reach, Tally, counted_states};
use crate::{
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    ids::{AccountId, EventId, MemberId, UnitId},
    on_engine,
    registrations::CountedEnd,
    units::UnitRef,
};

/// A day, and how far China's days begin before those of UTC.
const DAY_MS: i64 = 86_400_000;
const CHINA_MS: i64 = 8 * 3_600_000;

/// True for the stays `r` that count for `$1` or a unit below it. An `or` of the two ends would have PostgreSQL look at every stay
/// there is.
const WITHIN: &str = "r.id in (
    select e.id from registrations e where e.home_unit_id in (select unit_id from unit_ancestors where ancestor_id = $1)
    union all
    select e.id from registrations e where e.host_unit_id in (select unit_id from unit_ancestors where ancestor_id = $1))";

/// The departments at or below `$1`.
const DEPARTMENTS: &str = "in (select a.unit_id from unit_ancestors a join units d on d.id = a.unit_id
    where a.ancestor_id = $1 and d.kind = 'department')";

/// Stays by status, the ended ones too.
pub(super) async fn by_status(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<(String, i64)>, ApiError> {
    let sql = format!(
        "select r.status, cast(count(*) as bigint) from registrations r where {WITHIN} group by r.status order by r.status"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// Open stays by the reason for moving.
pub(super) async fn by_reason(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<(String, i64)>, ApiError> {
    let sql = format!(
        "select r.flow_reason, cast(count(*) as bigint) as n from registrations r
          where {WITHIN} and r.status in {OPEN} group by r.flow_reason order by n desc, r.flow_reason"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// Open stays by host unit, the largest first.
pub(super) async fn by_host(c: &mut Conn<'_>, unit: UnitId, most: i64) -> Result<Vec<(UnitId, i64)>, ApiError> {
    let sql = format!(
        "select r.host_unit_id, cast(count(*) as bigint) as n from registrations r
          where {WITHIN} and r.status in {OPEN} group by r.host_unit_id order by n desc, r.host_unit_id limit $2"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).bind(most).fetch_all(c))?)
}

/// The open stays by the host unit, with its address.
pub(super) async fn host_shares(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<HostShare>, ApiError> {
    let sql = format!(
        "select h.n as count, coalesce(u.address, p.address) as address
           from (select r.host_unit_id, cast(count(*) as bigint) as n from registrations r
                  where {WITHIN} and r.status in {OPEN} group by r.host_unit_id) h
           join units u on u.id = h.host_unit_id left join units p on p.id = u.parent_id"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// The cards of open stays, and how many of them have to be reviewed before `today` and by `soon`.
pub(super) async fn tally(c: &mut Conn<'_>, unit: UnitId, today: Day, soon: Day) -> Result<Tally, ApiError> {
    let cards =
        format!("registrations r join cards k on k.registration_id = r.id where {WITHIN} and r.status in {OPEN}");
    let sql = format!(
        "select cast(count(*) as bigint) as with_card,
                cast(coalesce(sum(case when k.review_due < $2 then 1 else 0 end), 0) as bigint) as review_due,
                cast(coalesce(sum(case when k.review_due <= $3 then 1 else 0 end), 0) as bigint) as review_soon
           from {cards} and k.status in ('active', 'suspended')"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).bind(today).bind(soon).fetch_one(c))?)
}

/// Active stays without organisation life since `silent`.
pub(super) async fn silent(c: &mut Conn<'_>, reach: Reach, silent: Instant) -> Result<i64, ApiError> {
    const SILENT: &str = "r.status = 'active' and coalesce(r.last_activity_at, r.active_since) < $2";
    let sql = match reach.end {
        // A few departments instead of their many units: a range each of the index of silences.
        CountedEnd::Home => format!(
            "select cast(count(*) as bigint) from registrations r where r.home_department_id {DEPARTMENTS} and {SILENT}"
        ),
        // Unit by unit: asked for either end at once, PostgreSQL goes through all stays there are.
        CountedEnd::Both => format!(
            "select cast(coalesce(sum(
                    (select count(*) from registrations r where r.host_unit_id = a.unit_id and {SILENT})
                    + (select count(*) from registrations r where r.home_unit_id = a.unit_id and {SILENT}
                          and not exists (select 1 from unit_ancestors x
                                           where x.unit_id = r.host_unit_id and x.ancestor_id = $1))), 0) as bigint)
               from unit_ancestors a where a.ancestor_id = $1"
        ),
    };
    Ok(on_engine!(c, |c| sqlx::query_scalar(AssertSqlSafe(sql)).bind(reach.unit).bind(silent).fetch_one(c))?)
}

/// Stays by the month (`YYYY-MM`) in which the member came, from `first` on.
pub(super) async fn arrivals(c: &mut Conn<'_>, unit: UnitId, first: Day) -> Result<Vec<(String, i64)>, ApiError> {
    let sql = format!(
        "select substr(r.started_on, 1, 7) as month, cast(count(*) as bigint) from registrations r
          where {WITHIN} and r.started_on >= $2 group by substr(r.started_on, 1, 7)"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).bind(first).fetch_all(c))?)
}

/// Stays by the day (in China, counted from 1970) on which both ends had agreed, from `first` on.
pub(super) async fn confirmations(c: &mut Conn<'_>, unit: UnitId, first: Day) -> Result<Vec<(i64, i64)>, ApiError> {
    let sql = format!(
        "select (r.active_since + {CHINA_MS}) / {DAY_MS} as day, cast(count(*) as bigint) from registrations r
          where {WITHIN} and r.active_since >= $2 group by (r.active_since + {CHINA_MS}) / {DAY_MS}"
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).bind(first.starts()).fetch_all(c))?)
}

/// As many units directly below are shown.
const CHILDREN: &str = "order by u.name, u.id limit 200";

/// An event `e` is at most so long: what touches a day began not earlier before it.
const LONGEST_MS: i64 = 7 * 86_400_000;

/// The units directly below, by name.
pub(super) async fn children(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<UnitRef>, ApiError> {
    let sql = format!("select u.id, u.kind, u.name from units u where u.parent_id = $1 {CHILDREN}");
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// How many events touch the span, of each unit directly below with those below it that has any.
pub(super) async fn events_of_children(
    c: &mut Conn<'_>,
    unit: UnitId,
    from: Instant,
    to: Instant,
) -> Result<HashMap<UnitId, i64>, ApiError> {
    let rows: Vec<(UnitId, i64)> = on_engine!(c, |c| sqlx::query_as(
        "select u.id, cast(count(*) as bigint)
           from unit_ancestors a cross join events e cross join unit_ancestors x cross join units u
          where a.ancestor_id = $1 and e.unit_id = a.unit_id
            and e.starts_at > $4 and e.starts_at < $3 and e.ends_at > $2 and e.cancelled_at is null
            and x.unit_id = e.unit_id and u.id = x.ancestor_id and u.parent_id = $1
          group by u.id"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .bind(from.0 - LONGEST_MS)
    .fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

/// The stays that count for each unit directly below: as members, as active ones, as waiting.
pub(super) async fn stays_of_children(
    c: &mut Conn<'_>,
    unit: UnitId,
) -> Result<Vec<(UnitId, i64, i64, i64)>, ApiError> {
    let column = |words: Vec<&str>| {
        format!("cast(sum(case when s.status in ('{}') then 1 else 0 end) as bigint)", words.join("', '"))
    };
    let sql = format!(
        "select s.id, {} from (
             select u.id, r.status from units u cross join unit_ancestors a cross join registrations r
              where u.parent_id = $1 and a.ancestor_id = u.id and r.host_unit_id = a.unit_id
             union all
             select u.id, r.status from units u cross join unit_ancestors a cross join registrations r
              where u.parent_id = $1 and a.ancestor_id = u.id and r.home_unit_id = a.unit_id
                and not exists (select 1 from unit_ancestors x
                                 where x.unit_id = r.host_unit_id and x.ancestor_id = u.id)) s
          group by s.id",
        counted_states().map(column).join(", ")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// The units above, the nearest first.
pub(super) async fn above(c: &mut Conn<'_>, unit: UnitId) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select ancestor_id from unit_ancestors where unit_id = $1 and depth > 0 order by depth"
    )
    .bind(unit)
    .fetch_all(c))?)
}

/// How many units lie below, and how many stays wait for a host among them or the unit itself.
pub(super) async fn units_and_acceptances(c: &mut Conn<'_>, unit: UnitId) -> Result<(i64, i64), ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select (select cast(count(*) as bigint) from unit_ancestors where ancestor_id = $1 and depth > 0),
                (select cast(count(*) as bigint) from registrations
                  where status = 'pending_host'
                    and host_unit_id in (select unit_id from unit_ancestors where ancestor_id = $1))"
    )
    .bind(unit)
    .fetch_one(c))?)
}

/// The events at or below the unit that touch a span of time, the earliest first.
pub(super) async fn events_between(
    c: &mut Conn<'_>,
    unit: UnitId,
    from: Instant,
    to: Instant,
) -> Result<Vec<EventId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select e.id from unit_ancestors a cross join events e
          where a.ancestor_id = $1 and e.unit_id = a.unit_id
            and e.starts_at > $4 and e.starts_at < $3 and e.ends_at > $2
          order by e.starts_at, e.id limit 50"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .bind(from.0 - LONGEST_MS)
    .fetch_all(c))?)
}

/// The events at or below the unit that begin within a span of time and take place, the earliest first.
pub(super) async fn events_from(
    c: &mut Conn<'_>,
    unit: UnitId,
    from: Instant,
    to: Instant,
    most: i64,
) -> Result<Vec<EventId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select e.id from unit_ancestors a cross join events e
          where a.ancestor_id = $1 and e.unit_id = a.unit_id
            and e.starts_at >= $2 and e.starts_at < $3 and e.cancelled_at is null
          order by e.starts_at, e.id limit $4"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .bind(most)
    .fetch_all(c))?)
}

/// How many events, here and below, begin within a span of time and take place.
pub(super) async fn count_events(c: &mut Conn<'_>, unit: UnitId, from: Instant, to: Instant) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from unit_ancestors a cross join events e
          where a.ancestor_id = $1 and e.unit_id = a.unit_id
            and e.starts_at >= $2 and e.starts_at < $3 and e.cancelled_at is null"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .fetch_one(c))?)
}

/// Presences at the events of a unit and those below it, distinct members and events of each span `(opens, ends)`, by the
/// span's place in the list.
pub(super) async fn activity(
    c: &mut Conn<'_>,
    unit: UnitId,
    spans: &[(Instant, Instant)],
) -> Result<Vec<Activity>, ApiError> {
    // The spans are numbers of our own making, so they may stand in the text.
    let values: Vec<String> =
        spans.iter().enumerate().map(|(n, (opens, ends))| format!("({n}, {}, {})", opens.0, ends.0)).collect();
    let sql = format!(
        "with spans (n, opens, ends) as (values {})
         select cast(s.n as bigint) as span, cast(count(t.member_id) as bigint) as check_ins,
                cast(count(distinct t.member_id) as bigint) as members, cast(count(distinct e.id) as bigint) as events
           from spans s
           join events e on e.starts_at >= s.opens and e.starts_at < s.ends and e.cancelled_at is null
                        and e.unit_id in (select unit_id from unit_ancestors where ancestor_id = $1)
           left join attendance t on t.event_id = e.id and t.outcome = 'present'
          group by s.n order by s.n",
        values.join(", ")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(unit).fetch_all(c))?)
}

/// The newest presence of a member at an event.
pub(super) async fn last_presence(c: &mut Conn<'_>, member: MemberId) -> Result<Option<LastPresence>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select n.occurred_at as at, e.title, e.unit_id
           from attendance t
           join attendance_entries n on n.id = t.entry_id
           join events e on e.id = t.event_id
          where t.member_id = $1 and t.outcome = 'present'
          order by t.starts_at desc, t.event_id desc limit 1"
    )
    .bind(member)
    .fetch_optional(c))?)
}

/// Who looked at the member's record, other than the member; the newest first, before `before`.
pub(super) async fn look_ups(
    c: &mut Conn<'_>,
    member: MemberId,
    before: i64,
    limit: i64,
) -> Result<Vec<LookUp>, ApiError> {
    // Each half is an index range of its own; a look at one person names the member, an export keeps its members beside it.
    let sql = format!(
        "select * from (
             select seq, at, action, actor_kind, actor_id, unit_id, note from audit_log
              where member_id = $1 and seq < $2 and success and actor_kind <> 'member' and action in ('{}')
              order by seq desc limit $3) looks
         union all
         select * from (
             select l.seq, l.at, l.action, l.actor_kind, l.actor_id, l.unit_id, l.note
               from export_members x join audit_log l on l.seq = x.audit_seq
              where x.member_id = $1 and x.audit_seq < $2
              order by x.audit_seq desc limit $3) exports
          order by seq desc limit $3",
        LOOK_UPS.join("', '")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(member).bind(before).bind(limit).fetch_all(c))?)
}

/// The roles of these accounts, disabled ones too: account, role, unit, and where the role's reach begins.
pub(super) async fn roles_of(c: &mut Conn<'_>, accounts: &[AccountId]) -> Result<Vec<HeldRole>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select a.account_id, a.role, a.unit_id, u.parent_id from assignments a left join units u on u.id = a.unit_id
              where a.account_id in ",
        );
        push_ids(&mut query, accounts.iter().map(|account| account.0));
        query.push(" order by a.id").build_query_as().fetch_all(c).await
    })?)
}

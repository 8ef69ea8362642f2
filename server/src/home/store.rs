//! SQL of the overview and of the access log.

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::model::{Activity, End, HeldRole, LOOK_UPS, LastPresence, LookUp, OPEN, Reach, Tally};
use crate::{
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    ids::{AccountId, EventId, MemberId, UnitId},
    on_engine,
};

/// True for the stays `r` that count for `unit` (`$1`, or a column) or a unit below it.
fn within(end: End, unit: &str) -> String {
    let below = format!("in (select unit_id from unit_ancestors where ancestor_id = {unit})");
    match end {
        End::Home => format!("r.home_unit_id {below}"),
        End::Both => format!("(r.home_unit_id {below} or r.host_unit_id {below})"),
    }
}

/// Stays by status, the ended ones too.
pub(super) async fn by_status(c: &mut Conn<'_>, reach: Reach) -> Result<Vec<(String, i64)>, ApiError> {
    let sql = format!(
        "select r.status, cast(count(*) as bigint) from registrations r where {} group by r.status order by r.status",
        within(reach.end, "$1")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(reach.unit).fetch_all(c))?)
}

/// Open stays by the reason for moving.
pub(super) async fn by_reason(c: &mut Conn<'_>, reach: Reach) -> Result<Vec<(String, i64)>, ApiError> {
    let sql = format!(
        "select r.flow_reason, cast(count(*) as bigint) as n from registrations r
          where {} and r.status in {OPEN} group by r.flow_reason order by n desc, r.flow_reason",
        within(reach.end, "$1")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(reach.unit).fetch_all(c))?)
}

/// Open stays by host unit, the largest first.
pub(super) async fn by_host(c: &mut Conn<'_>, reach: Reach) -> Result<Vec<(UnitId, i64)>, ApiError> {
    let sql = format!(
        "select r.host_unit_id, cast(count(*) as bigint) as n from registrations r
          where {} and r.status in {OPEN} group by r.host_unit_id order by n desc, r.host_unit_id limit 200",
        within(reach.end, "$1")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(reach.unit).fetch_all(c))?)
}

/// What the open stays have and lack: cards, reviews due by `today` and by `soon`, silence since `silent`.
pub(super) async fn tally(
    c: &mut Conn<'_>,
    reach: Reach,
    today: Day,
    soon: Day,
    silent: Instant,
) -> Result<Tally, ApiError> {
    let sql = format!(
        "select cast(count(k.id) as bigint) as with_card,
                cast(coalesce(sum(case when k.review_due < $2 then 1 else 0 end), 0) as bigint) as review_due,
                cast(coalesce(sum(case when k.review_due <= $3 then 1 else 0 end), 0) as bigint) as review_soon,
                cast(coalesce(sum(case when r.status = 'active' and coalesce(r.last_activity_at, r.active_since) < $4
                                       then 1 else 0 end), 0) as bigint) as silent
           from registrations r
           left join cards k on k.registration_id = r.id and k.status in ('active', 'suspended')
          where {} and r.status in {OPEN}",
        within(reach.end, "$1")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql))
        .bind(reach.unit)
        .bind(today)
        .bind(soon)
        .bind(silent)
        .fetch_one(c))?)
}

/// How many units lie below.
pub(super) async fn units_below(c: &mut Conn<'_>, unit: UnitId) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from unit_ancestors where ancestor_id = $1 and depth > 0"
    )
    .bind(unit)
    .fetch_one(c))?)
}

/// The units directly below, with the active stays of each and all below it.
pub(super) async fn children(c: &mut Conn<'_>, reach: Reach) -> Result<Vec<(UnitId, i64)>, ApiError> {
    let sql = format!(
        "select u.id, (select cast(count(*) as bigint) from registrations r where r.status = 'active' and {})
           from units u where u.parent_id = $1 order by u.name, u.id limit 200",
        within(reach.end, "u.id")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(reach.unit).fetch_all(c))?)
}

/// How many stays wait for a host at or below the unit.
pub(super) async fn acceptances(c: &mut Conn<'_>, unit: UnitId) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from registrations
          where status = 'pending_host'
            and host_unit_id in (select unit_id from unit_ancestors where ancestor_id = $1)"
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
        "select id from events
          where unit_id in (select unit_id from unit_ancestors where ancestor_id = $1)
            and starts_at < $3 and ends_at > $2
          order by starts_at, id limit 50"
    )
    .bind(unit)
    .bind(from)
    .bind(to)
    .fetch_all(c))?)
}

/// Presences, distinct members and distinct events of each span `(opens, ends)`, by the span's place in the list. For a
/// department they are those of its members, for other units those of its events.
pub(super) async fn activity(
    c: &mut Conn<'_>,
    reach: Reach,
    spans: &[(Instant, Instant)],
) -> Result<Vec<Activity>, ApiError> {
    // The spans are numbers of our own making, so they may stand in the text.
    let values: Vec<String> =
        spans.iter().enumerate().map(|(n, (opens, ends))| format!("({n}, {}, {})", opens.0, ends.0)).collect();
    let source = match reach.end {
        End::Home => format!(
            "join attendance t on t.starts_at >= s.opens and t.starts_at < s.ends and t.outcome = 'present'
                              and t.member_id in (select r.member_id from registrations r where {})
             join events e on e.id = t.event_id",
            within(End::Home, "$1")
        ),
        End::Both => "join events e on e.starts_at >= s.opens and e.starts_at < s.ends and e.cancelled_at is null
                                   and e.unit_id in (select unit_id from unit_ancestors where ancestor_id = $1)
             left join attendance t on t.event_id = e.id and t.outcome = 'present'"
            .to_owned(),
    };
    let sql = format!(
        "with spans (n, opens, ends) as (values {})
         select cast(s.n as bigint) as span, cast(count(t.member_id) as bigint) as check_ins,
                cast(count(distinct t.member_id) as bigint) as members, cast(count(distinct e.id) as bigint) as events
           from spans s {source} group by s.n order by s.n",
        values.join(", ")
    );
    Ok(on_engine!(c, |c| sqlx::query_as(AssertSqlSafe(sql)).bind(reach.unit).fetch_all(c))?)
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
    let sql = format!(
        "select seq, at, action, actor_kind, actor_id, unit_id, note from audit_log
          where member_id = $1 and seq < $2 and success and actor_kind <> 'member' and action in ('{}')
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

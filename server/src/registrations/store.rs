//! SQL of registrations, their history and the contact log.

use std::collections::{HashMap, HashSet};

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{
    counted::{BELOW, CountedEnd, CountedThen, push_open_before, push_stays_before},
    model::Stay,
};
use crate::{
    clock::{Day, Instant},
    db::{Conn, portions, push_ids},
    error::ApiError,
    execute,
    ids::{MemberId, RegistrationId, UnitId},
    on_engine,
};

pub(super) const COLUMNS: &str = "r.id, r.member_id, r.home_unit_id, r.home_department_id, r.host_unit_id, r.filed_by,
    r.status, r.flow_reason, r.started_on, r.active_since, r.ended_at, r.end_reason, r.rule_version, r.last_activity_at,
    r.version, r.created_at";
/// The states of `registrations_one_open`; `Status::is_open` in SQL.
pub(super) const OPEN: &str = "('pending_home', 'pending_host', 'active', 'out_of_contact')";

/// A stay.
pub async fn stay(c: &mut Conn<'_>, id: RegistrationId) -> Result<Option<Stay>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where r.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The stays of these ids.
pub(super) async fn stays(c: &mut Conn<'_>, ids: &[RegistrationId]) -> Result<HashMap<RegistrationId, Stay>, ApiError> {
    let stays: Vec<Stay> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where r.id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(stays.into_iter().map(|stay| (stay.id, stay)).collect())
}

/// The stay of a member that is open.
pub async fn open_stay_of(c: &mut Conn<'_>, member: MemberId) -> Result<Option<Stay>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where r.member_id = ").push_bind(member);
        query.push(" and r.status in ").push(OPEN);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Which of these members belong to a unit now: an end of their stay in force lies at or below it.
pub async fn belonging(c: &mut Conn<'_>, unit: UnitId, members: &[MemberId]) -> Result<HashSet<MemberId>, ApiError> {
    let found: Vec<MemberId> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select r.member_id from registrations r where r.status in ('active', 'out_of_contact') and r.member_id in ",
        );
        push_ids(&mut query, members.iter().map(|id| id.0));
        for (before, end) in [(" and (", "r.home_unit_id"), (" or ", "r.host_unit_id")] {
            query.push(before).push(end).push(" in (select unit_id from unit_ancestors where ancestor_id = ");
            query.push_bind(unit).push(")");
        }
        query.push(")").build_query_scalar().fetch_all(c).await
    })?;
    Ok(found.into_iter().collect())
}

/// Every stay of a member, oldest first.
pub async fn stays_of(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<Stay>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where r.member_id = ").push_bind(member);
        query.push(" order by r.id").build_query_as().fetch_all(c).await
    })?)
}

/// The members whose stay is in force and has either end at or below one of these units, each once.
pub async fn members_at(c: &mut Conn<'_>, units: &[UnitId]) -> Result<Vec<MemberId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        for (join, end) in [("", "host_unit_id"), (" union ", "home_unit_id")] {
            query
                .push(join)
                .push("select r.member_id from registrations r where r.status in ('active', 'out_of_contact') and r.");
            query.push(end).push(" in (select unit_id from unit_ancestors where ancestor_id in ");
            push_ids(&mut query, units.iter().map(|unit| unit.0));
            query.push(")");
        }
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// Adds a stay; false where the member has an open one.
pub(super) async fn insert(c: &mut Conn<'_>, stay: &Stay) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into registrations (id, member_id, home_unit_id, home_department_id, host_unit_id, filed_by, status,
                                        flow_reason, started_on, active_since, ended_at, end_reason, rule_version,
                                        last_activity_at, version, created_at, updated_at, name, pinyin, employer)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16,
                     (select m.name from members m where m.id = $2), (select m.pinyin from members m where m.id = $2),
                     (select m.employer from members m where m.id = $2))
             on conflict do nothing"
        )
        .bind(stay.id)
        .bind(stay.member_id)
        .bind(stay.home_unit_id)
        .bind(stay.home_department_id)
        .bind(stay.host_unit_id)
        .bind(stay.filed_by)
        .bind(stay.status)
        .bind(stay.flow_reason)
        .bind(stay.started_on)
        .bind(stay.active_since)
        .bind(stay.ended_at)
        .bind(&stay.end_reason)
        .bind(&stay.rule_version)
        .bind(stay.last_activity_at)
        .bind(stay.version)
        .bind(stay.created_at)
    )?;
    Ok(touched == 1)
}

/// Writes the next version of a stay; false where another one has come between.
pub(super) async fn update(c: &mut Conn<'_>, stay: &Stay, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update registrations set host_unit_id = $3, status = $4, active_since = $5, ended_at = $6, end_reason = $7,
                    version = $2, updated_at = $8
              where id = $1 and version = $2 - 1"
        )
        .bind(stay.id)
        .bind(stay.version)
        .bind(stay.host_unit_id)
        .bind(stay.status)
        .bind(stay.active_since)
        .bind(stay.ended_at)
        .bind(&stay.end_reason)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// By which day the living card of a stay is to be reviewed.
pub(super) async fn living_card_due(c: &mut Conn<'_>, id: RegistrationId) -> Result<Option<Day>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select review_due from cards where registration_id = $1 and status in ('active', 'suspended')"
    )
    .bind(id)
    .fetch_optional(c))?)
}

/// Notes when members, each named once, were present at an event: the last activity of the open stay moves forward, never back.
pub async fn note_activities(c: &mut Conn<'_>, activities: &[(MemberId, Instant)]) -> Result<(), ApiError> {
    for some in portions(activities) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("update registrations set last_activity_at = seen.column2 from (");
            query.push_values(some, |mut row, (member, at)| {
                row.push_bind(*member).push_bind(*at);
            });
            query.push(
                ") seen
                  where registrations.member_id = seen.column1 and status in ('active', 'out_of_contact')
                    and (last_activity_at is null or last_activity_at < seen.column2)",
            );
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// The employer on record stands with the stays of the member.
pub(super) async fn employer_changed(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let sql =
        "update registrations set employer = (select m.employer from members m where m.id = $1) where member_id = $1";
    execute!(c, sqlx::query(sql).bind(member))?;
    Ok(())
}

/// Where the formal affiliation of each of these members is, by their newest stay: the home, or the host to which it moved.
pub async fn homes_of(c: &mut Conn<'_>, members: &[MemberId]) -> Result<HashMap<MemberId, UnitId>, ApiError> {
    let rows: Vec<(MemberId, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select member_id, case when status = 'transferred' then host_unit_id else home_unit_id end
               from registrations where member_id in ",
        );
        push_ids(&mut query, members.iter().map(|id| id.0));
        query.push(" order by id").build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// The members whose stay was open before `before`, as its history says, with an end at or below a unit.
pub(super) async fn open_before(
    c: &mut Conn<'_>,
    unit: UnitId,
    end: CountedEnd,
    before: Instant,
) -> Result<Vec<CountedThen>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select r.member_id, m.name, ");
        if end == CountedEnd::Both {
            query.push("case when h.host_unit_id").push(BELOW).push_bind(unit).push(") then h.host_unit_id else ");
        }
        query.push("r.home_unit_id").push(if end == CountedEnd::Both { " end" } else { "" }).push(" as unit_id from ");
        push_stays_before(&mut query, before);
        query.push(" join members m on m.id = r.member_id where (r.home_unit_id").push(BELOW).push_bind(unit).push(")");
        if end == CountedEnd::Both {
            query.push(" or h.host_unit_id").push(BELOW).push_bind(unit).push(")");
        }
        query.push(") and ");
        push_open_before(&mut query, before);
        query.push(" order by m.name, m.id").build_query_as().fetch_all(c).await
    })?)
}

/// The newest stay of a member.
pub(super) async fn last_stay_of(c: &mut Conn<'_>, member: MemberId) -> Result<Option<Stay>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where r.member_id = ").push_bind(member);
        query.push(" order by r.id desc limit 1");
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Whose every stay ended before $1, and whose data is still kept.
const LEFT: &str = "from registrations r join members m on m.id = r.member_id
    where r.ended_at < $1 and m.reduced_at is null
      and not exists (select 1 from registrations o
                       where o.member_id = r.member_id and (o.ended_at is null or o.ended_at >= $1))";

/// Some of the members whose last stay ended before `before`, `most` at once.
pub async fn left_before(c: &mut Conn<'_>, before: Instant, most: i64) -> Result<Vec<MemberId>, ApiError> {
    let sql = format!("select distinct r.member_id {LEFT} limit $2");
    Ok(on_engine!(c, |c| sqlx::query_scalar(AssertSqlSafe(sql)).bind(before).bind(most).fetch_all(c))?)
}

/// How many members' last stay ended before `before`.
pub async fn count_left_before(c: &mut Conn<'_>, before: Instant) -> Result<i64, ApiError> {
    let sql = format!("select cast(count(distinct r.member_id) as bigint) {LEFT}");
    Ok(on_engine!(c, |c| sqlx::query_scalar(AssertSqlSafe(sql)).bind(before).fetch_one(c))?)
}

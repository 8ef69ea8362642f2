//! Presences by month. Who counts once a month, however often they come, cannot be added up from smaller counts: it is asked
//! when somebody comes or is taken out again, of the few other rows that could say it has been counted.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::rule;
use crate::{
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    ids::{Entropy, EventId, MemberId, RowId, UnitId},
    on_engine,
};

/// An event, as far as presences at it are counted.
#[derive(Clone, Copy, Debug)]
pub struct Meeting {
    /// Which one.
    pub event: EventId,
    /// Who holds it.
    pub unit: UnitId,
    /// When it begins.
    pub starts_at: Instant,
}

/// The key of an instant's month, in China's time.
pub fn month_key(at: Instant) -> String {
    rule::month(at.day())
}

/// The department for which a presence `t` counts: that of the stay which was the member's newest then, or else of the first.
macro_rules! department_then {
    ($t:literal) => {
        concat!(
            "coalesce((select r.home_department_id from registrations r where r.member_id = ",
            $t,
            ".member_id and r.created_at <= ",
            $t,
            ".starts_at order by r.created_at desc, r.id desc limit 1),
             (select r.home_department_id from registrations r where r.member_id = ",
            $t,
            ".member_id order by r.created_at, r.id limit 1))"
        )
    };
}
pub(super) use department_then;

/// Counts an event that is held (`n` = 1) or no longer is (-1).
pub async fn held(
    c: &mut Conn<'_>,
    (now, entropy): (Instant, &Entropy),
    meeting: Meeting,
    n: i64,
) -> Result<(), ApiError> {
    on_engine!(c, |c| async {
        sqlx::query(
            "insert into tally_changes (unit_id, figure, key, id, n)
             select a.ancestor_id, 'events', $2, $3, $4 from unit_ancestors a join units u on u.id = a.ancestor_id
              where a.unit_id = $1 and u.kind = 'committee'",
        )
        .bind(meeting.unit)
        .bind(month_key(meeting.starts_at))
        .bind(RowId::new(now, entropy))
        .bind(n)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Counts members who stand as present at an event since just now (`n` = 1), or no longer do (-1), whose rows are written
/// already; those of one event before anything about another.
pub async fn came(
    c: &mut Conn<'_>,
    (now, entropy): (Instant, &Entropy),
    meeting: Meeting,
    members: &[MemberId],
    n: i64,
) -> Result<(), ApiError> {
    if members.is_empty() {
        return Ok(());
    }
    let id = RowId::new(now, entropy);
    on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("insert into tally_changes (unit_id, figure, key, id, n) ");
        push_counts(&mut query, meeting, members, id, n);
        query.build().execute(c).await.map(|_| ())
    })?;
    Ok(())
}

fn push_counts<DB>(query: &mut QueryBuilder<DB>, meeting: Meeting, members: &[MemberId], id: RowId, n: i64)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let first = meeting.starts_at.day().first_of_month();
    let (from, to) = (first.starts().0, first.plus_months(1).starts().0);
    let ids = || members.iter().map(|member| member.0);
    let event = meeting.event.0;
    query.push("with came as (select t.member_id, ");
    query.push(department_then!("t")).push(" as department_id from attendance t where t.event_id = ").push_bind(event);
    query.push(" and t.member_id in ");
    push_ids(query, ids());
    query.push(
        "), holders as (select a.ancestor_id as unit_id from unit_ancestors a join units u on u.id = a.ancestor_id
             where u.kind = 'committee' and a.unit_id = ",
    );
    query.push_bind(meeting.unit.0);
    query.push(
        "), departments as (select k.member_id, a.ancestor_id as unit_id from came k
             join unit_ancestors a on a.unit_id = k.department_id join units u on u.id = a.ancestor_id
             where u.kind = 'department')
         select f.unit_id, f.figure, ",
    );
    query.push_bind(rule::month(first)).push(", ").push_bind(id.0).push(", f.n * ").push_bind(n).push(" from (");
    query.push(
        "select h.unit_id, 'check_ins' as figure, count(*) as n from holders h cross join came k group by h.unit_id",
    );
    query.push(" union all select d.unit_id, 'check_ins', count(*) from departments d group by d.unit_id");
    // Whoever was at another event of the month has been counted.
    query.push(" union all select h.unit_id, 'members', count(*) from holders h cross join came k where not exists (");
    push_others(query, event, (from, to), "k");
    query.push(
        " and exists (select 1 from unit_ancestors b where b.unit_id = e.unit_id and b.ancestor_id = h.unit_id))
         group by h.unit_id",
    );
    query.push(" union all select d.unit_id, 'members', count(*) from departments d where not exists (");
    push_others(query, event, (from, to), "d");
    query.push(" and exists (select 1 from unit_ancestors b where b.unit_id = ").push(department_then!("o"));
    query.push(" and b.ancestor_id = d.unit_id)) group by d.unit_id");
    // And an event by the first of a department's members who was there.
    query.push(
        " union all select distinct d.unit_id, 'events', 1 from departments d where not exists (
             select 1 from attendance o where o.outcome = 'present' and o.event_id = ",
    );
    query.push_bind(event).push(" and o.member_id not in ");
    push_ids_never_null(query, ids());
    query.push(" and exists (select 1 from unit_ancestors b where b.unit_id = ").push(department_then!("o"));
    query.push(" and b.ancestor_id = d.unit_id))) f");
}

/// Appends `select 1 …` of the other events `e` of the month at which the member of `$k` was.
fn push_others<DB>(query: &mut QueryBuilder<DB>, event: Uuid, (from, to): (i64, i64), k: &'static str)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("select 1 from attendance o join events e on e.id = o.event_id where o.member_id = ").push(k);
    query.push(".member_id and o.outcome = 'present' and e.cancelled_at is null and o.event_id <> ").push_bind(event);
    query.push(" and o.starts_at >= ").push_bind(from).push(" and o.starts_at < ").push_bind(to);
}

/// `not in` over a list with a null in it is never true.
fn push_ids_never_null<DB>(query: &mut QueryBuilder<DB>, ids: impl Iterator<Item = Uuid>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_chinas() {
        let at: Instant = "2026-11-30T16:00:00.000Z".parse().expect("an instant");
        assert_eq!(month_key(at), "2026-12");
        assert_eq!(month_key(at.plus_seconds(-1)), "2026-11");
    }
}

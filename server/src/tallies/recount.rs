//! Counting everything again, by the same rule, from the records themselves.

use std::collections::BTreeMap;

use super::{
    presences::department_then,
    rule::{self, Counted, Figure, Tree},
    store,
};
use crate::{
    clock::{Day, Instant},
    db::{Conn, Db},
    error::ApiError,
    execute,
    ids::{RegistrationId, UnitId},
    on_engine,
};

/// Stays that are read at once.
const AT_ONCE: i64 = 5000;

/// Tells the district of an address.
pub type District = fn(&str) -> Option<&str>;

type Sums = BTreeMap<(UnitId, Figure, String), i64>;

/// A count that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose.
    pub unit: UnitId,
    /// Of what.
    pub figure: Figure,
    /// Of which month, status, …
    pub key: String,
    /// What is kept.
    pub kept: i64,
    /// What there is.
    pub counted: i64,
}

/// Counts everything where nothing is kept yet: in a new registry, and after the upgrade of an old one.
pub async fn count_first(db: &Db, now: Instant, district: District) -> Result<(), ApiError> {
    let mut reader = db.read().await?;
    let known: Option<i64> =
        on_engine!(&mut reader.conn(), |c| sqlx::query_scalar("select counted_at from tally_state where id = 1")
            .fetch_optional(c))?;
    if known.is_some() {
        return Ok(());
    }
    drop(reader);
    db.write(move |c| {
        Box::pin(async move {
            let first = execute!(
                &mut *c,
                sqlx::query("insert into tally_state (id, counted_at) values (1, $1) on conflict do nothing").bind(now)
            )?;
            if first == 1 {
                let sums = count(c, district).await?;
                store::clear(c).await?;
                store::keep(c, sums).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Counts everything again and tells where what is kept differs.
pub async fn recount(c: &mut Conn<'_>, district: District) -> Result<Vec<Difference>, ApiError> {
    let mut differences = Vec::new();
    let mut counted = count(c, district).await?;
    let kept: Vec<(UnitId, Figure, String, i64)> = on_engine!(c, |c| {
        sqlx::query_as(
        "select unit_id, figure, key, cast(sum(n) as bigint) from (
             select unit_id, figure, key, n from tallies union all select unit_id, figure, key, n from tally_changes) counts
          group by unit_id, figure, key"
    )
    .fetch_all(c)
    })?;
    for (unit, figure, key, kept) in kept {
        let counted = counted.remove(&(unit, figure, key.clone())).unwrap_or(0);
        if kept != counted {
            differences.push(Difference { unit, figure, key, kept, counted });
        }
    }
    differences.extend(counted.into_iter().filter(|(_, n)| *n != 0).map(|((unit, figure, key), counted)| Difference {
        unit,
        figure,
        key,
        kept: 0,
        counted,
    }));
    Ok(differences)
}

async fn count(c: &mut Conn<'_>, district: District) -> Result<Sums, ApiError> {
    let mut sums = Sums::new();
    count_stays(c, district, &mut sums).await?;
    count_presences(c, &mut sums).await?;
    Ok(sums)
}

#[derive(sqlx::FromRow)]
struct StayRow {
    id: RegistrationId,
    home_unit_id: UnitId,
    host_unit_id: UnitId,
    status: String,
    flow_reason: String,
    started_on: Day,
    active_since: Option<Instant>,
    open: i64,
    card_due: Option<Day>,
    address: Option<String>,
}

async fn count_stays(c: &mut Conn<'_>, district: District, sums: &mut Sums) -> Result<(), ApiError> {
    let mut tree = Tree::new();
    let mut after = RegistrationId(uuid::Uuid::nil());
    loop {
        let rows: Vec<StayRow> = on_engine!(&mut *c, |c| {
            sqlx::query_as(
            "select r.id, r.home_unit_id, r.host_unit_id, r.status, r.flow_reason, r.started_on, r.active_since,
                    cast(case when r.status in ('pending_home', 'pending_host', 'active', 'out_of_contact') then 1 else 0
                         end as bigint) as open,
                    (select k.review_due from cards k
                      where k.registration_id = r.id and k.status in ('active', 'suspended')) as card_due,
                    coalesce(h.address, p.address) as address
               from registrations r join units h on h.id = r.host_unit_id left join units p on p.id = h.parent_id
              where r.id > $1 order by r.id limit $2"
        )
        .bind(after)
        .bind(AT_ONCE)
        .fetch_all(c)
        })?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let unknown = |unit: &UnitId| !tree.contains_key(unit);
        let ends: Vec<UnitId> =
            rows.iter().flat_map(|row| [row.home_unit_id, row.host_unit_id]).filter(unknown).collect();
        tree.extend(store::above(c, &ends).await?);
        for row in &rows {
            let stay = Counted {
                home: row.home_unit_id,
                host: row.host_unit_id,
                status: &row.status,
                open: row.open == 1,
                reason: &row.flow_reason,
                started_on: row.started_on,
                active_since: row.active_since,
                card_due: row.card_due,
                district: row.address.as_deref().and_then(district),
            };
            stay.count(&tree, |unit, figure, key| *sums.entry((unit, figure, key)).or_default() += 1);
        }
    }
}

async fn count_presences(c: &mut Conn<'_>, sums: &mut Sums) -> Result<(), ApiError> {
    let ends: (Option<Instant>, Option<Instant>) =
        on_engine!(&mut *c, |c| sqlx::query_as("select min(starts_at), max(starts_at) from events").fetch_one(c))?;
    let (Some(first), Some(last)) = ends else { return Ok(()) };
    let mut month = first.day().first_of_month();
    while month.starts() <= last {
        let next = month.plus_months(1);
        let key = rule::month(month);
        for (figures, sql) in [
            (
                &[Figure::CheckIns, Figure::Members][..],
                "select a.ancestor_id, cast(count(*) as bigint), cast(count(distinct t.member_id) as bigint),
                        cast(0 as bigint)
                   from events e cross join attendance t join unit_ancestors a on a.unit_id = e.unit_id
                   join units u on u.id = a.ancestor_id
                  where t.event_id = e.id and e.starts_at >= $1 and e.starts_at < $2 and e.cancelled_at is null
                    and t.outcome = 'present' and u.kind = 'committee'
                  group by a.ancestor_id",
            ),
            (
                &[Figure::CheckIns, Figure::Members, Figure::Events],
                concat!(
                    "select a.ancestor_id, cast(count(*) as bigint), cast(count(distinct t.member_id) as bigint),
                            cast(count(distinct t.event_id) as bigint)
                       from events e cross join attendance t join unit_ancestors a on a.unit_id = ",
                    department_then!("t"),
                    " join units u on u.id = a.ancestor_id
                      where t.event_id = e.id and e.starts_at >= $1 and e.starts_at < $2 and e.cancelled_at is null
                        and t.outcome = 'present' and u.kind = 'department'
                      group by a.ancestor_id"
                ),
            ),
            (
                &[Figure::Events],
                "select a.ancestor_id, cast(count(*) as bigint), cast(0 as bigint), cast(0 as bigint)
                   from events e join unit_ancestors a on a.unit_id = e.unit_id join units u on u.id = a.ancestor_id
                  where e.starts_at >= $1 and e.starts_at < $2 and e.cancelled_at is null and u.kind = 'committee'
                  group by a.ancestor_id",
            ),
        ] {
            let rows: Vec<(UnitId, i64, i64, i64)> =
                on_engine!(&mut *c, |c| sqlx::query_as(sql).bind(month.starts()).bind(next.starts()).fetch_all(c))?;
            for (unit, one, two, three) in rows {
                for (figure, n) in figures.iter().zip([one, two, three]) {
                    *sums.entry((unit, *figure, key.clone())).or_default() += n;
                }
            }
        }
        month = next;
    }
    Ok(())
}

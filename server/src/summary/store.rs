//! SQL of the figures that no single feature keeps: units, registrations and cards of a period.

use sqlx::QueryBuilder;

use crate::{
    access::{self, Within},
    clock::{Instant, Period},
    db::Conn,
    error::ApiError,
    events,
    ids::UnitId,
    on_engine,
    registrations::CountedEnd,
    units::UnitKind,
};

/// How many units of each kind there were at and below a unit before `end`.
pub(super) async fn units(c: &mut Conn<'_>, unit: UnitId, end: Instant) -> Result<Vec<(UnitKind, i64)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select u.kind, cast(count(*) as bigint) from unit_ancestors a join units u on u.id = a.unit_id
          where a.ancestor_id = $1 and u.created_at < $2 group by u.kind"
    )
    .bind(unit)
    .bind(end)
    .fetch_all(c))?)
}

/// How many registrations that count for a unit were filed in a period, and how many were given a card in it: one that was
/// given another for a lost one counts once, as in the list behind the figure.
pub(super) async fn registrations_and_cards(
    c: &mut Conn<'_>,
    (unit, end): (UnitId, CountedEnd),
    period: Period,
) -> Result<(i64, i64), ApiError> {
    let within = Within::of(unit, period);
    let ends: &[&'static str] = match end {
        CountedEnd::Home => &["home_unit_id"],
        CountedEnd::Both => &["home_unit_id", "host_unit_id"],
    };
    let mut counts = [0; 2];
    let sources = [
        ("registrations r where 1 = 1", None),
        ("cards k join registrations r on r.id = k.registration_id where 1 = 1", Some("k.issued_on")),
    ];
    for (count, (source, day)) in counts.iter_mut().zip(sources) {
        *count = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(distinct r.id) as bigint) from ");
            query.push(source);
            match day {
                Some(day) => within.push_days(&mut query, day),
                None => within.push_instants(&mut query, "r.created_at"),
            }
            query.push(" and ");
            access::push_stays_at(&mut query, "r", None, ends.iter().map(|end| (*end, unit)));
            query.build_query_scalar().fetch_one(c).await
        })?;
    }
    let [registrations, cards] = counts;
    Ok((registrations, cards))
}

/// How often somebody was present, or made it up, at the events that were held at a unit and those below it.
pub(super) async fn attendances(
    c: &mut Conn<'_>,
    unit: UnitId,
    span: (Instant, Instant),
    now: Instant,
) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(count(*) as bigint) from attendance t join events e on e.id = t.event_id
              where t.outcome in ('present', 'made_up')",
        );
        events::push_held(&mut query, unit, span, now);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

//! To whom a record is published: units, each with all below it. Members hear what is published to either end of their stay,
//! officers what is published to their units, to one below them or to one above.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use crate::{
    access::{self, Scope},
    db::{Conn, push_ids},
    error::{ApiError, FieldError},
    execute,
    ids::{MemberId, UnitId},
    on_engine, registrations,
    registrations::Status,
};

/// As many units as one audience can name.
const MOST: usize = 200;

/// The units that were asked for, each once, or the default; every one that is not at or below `top` is named by its
/// place in the field.
pub async fn checked(
    c: &mut Conn<'_>,
    top: UnitId,
    asked: Option<Vec<UnitId>>,
    pointer: &str,
) -> Result<Vec<UnitId>, ApiError> {
    let Some(asked) = asked else { return Ok(vec![top]) };
    let above = access::ancestors_of(c, &asked).await?;
    named(&asked, pointer, |unit| above.get(&unit).is_some_and(|above| above.contains(&top)))
}

/// The units that were asked for, each once; every one that does not fit is named by its place in the field.
pub fn named(asked: &[UnitId], pointer: &str, fits: impl Fn(UnitId) -> bool) -> Result<Vec<UnitId>, ApiError> {
    if asked.is_empty() || asked.len() > MOST {
        return Err(ApiError::bad_field(pointer, "invalid", "must name between one and 200 units"));
    }
    let mut errors = Vec::new();
    let mut units = Vec::with_capacity(asked.len());
    for (n, unit) in asked.iter().enumerate() {
        if !fits(*unit) {
            errors.push(FieldError::new(format!("{pointer}/{n}"), "unknown", "is no unit there or below"));
        } else if !units.contains(unit) {
            units.push(*unit);
        }
    }
    if errors.is_empty() { Ok(units) } else { Err(ApiError::invalid(errors)) }
}

/// Puts these units in the place of those before.
pub async fn set(c: &mut Conn<'_>, record: impl Into<Uuid>, units: &[UnitId]) -> Result<(), ApiError> {
    let record = record.into();
    execute!(&mut *c, sqlx::query("delete from audiences where record_id = $1").bind(record))?;
    for unit in units {
        let sql = "insert into audiences (record_id, unit_id) values ($1, $2)";
        execute!(&mut *c, sqlx::query(sql).bind(record).bind(*unit))?;
    }
    Ok(())
}

/// The units of each of these records.
pub async fn of(c: &mut Conn<'_>, records: &[Uuid]) -> Result<HashMap<Uuid, Vec<UnitId>>, ApiError> {
    let rows: Vec<(Uuid, UnitId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select record_id, unit_id from audiences where record_id in ");
        push_ids(&mut query, records.iter().copied());
        query.push(" order by unit_id").build_query_as().fetch_all(c).await
    })?;
    let mut units: HashMap<Uuid, Vec<UnitId>> = HashMap::new();
    for (record, unit) in rows {
        units.entry(record).or_default().push(unit);
    }
    Ok(units)
}

/// The members who hear what is published to these units.
pub async fn members(c: &mut Conn<'_>, units: &[UnitId]) -> Result<Vec<MemberId>, ApiError> {
    registrations::members_at(c, units).await
}

/// Appends `(…)`, true where the record in column `id` is published to one of the scope's units, or one above or below.
pub fn push_reached<DB>(query: &mut QueryBuilder<DB>, id: &'static str, scope: &Scope)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(1 = 0");
    for unit in scope.grants.iter().filter_map(|grant| grant.unit) {
        query.push(" or exists (select 1 from audiences x where x.record_id = ").push(id);
        query.push(" and (x.unit_id in (select ancestor_id from unit_ancestors where unit_id = ").push_bind(unit.0);
        query.push(") or x.unit_id in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit.0);
        query.push(")))");
    }
    query.push(")");
}

/// A member as one who hears: the ends of the stay that is in force, if one is.
#[derive(Clone, Copy, Debug)]
pub struct Listener {
    ends: Option<(UnitId, UnitId)>,
}

impl Listener {
    /// The member today.
    pub async fn of(c: &mut Conn<'_>, member: MemberId) -> Result<Self, ApiError> {
        let stay = registrations::open_stay_of(c, member).await?;
        let stay = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact));
        Ok(Self { ends: stay.map(|stay| (stay.home_unit_id, stay.host_unit_id)) })
    }

    /// Appends `(…)`, true where the record in column `id` is published to this member.
    pub fn push<DB>(self, query: &mut QueryBuilder<DB>, id: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let Some((home, host)) = self.ends else {
            query.push("(1 = 0)");
            return;
        };
        query.push("exists (select 1 from audiences x where x.record_id = ").push(id);
        query.push(" and x.unit_id in (select ancestor_id from unit_ancestors where unit_id in ");
        push_ids(query, [home.0, host.0]);
        query.push("))");
    }
}

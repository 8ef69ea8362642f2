//! SQL of the lists of registrations: what was not asked for is not in the query, and every search is a range on an index.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{
    counted::{BELOW, CountedEnd, push_open_before, push_stays_before},
    model::{Status, Stay, StayStep},
    store::COLUMNS,
};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, RegistrationId, UnitId},
    on_engine,
    people::{self, MemberSearch},
};

/// From so many members of one name on, a search begins with the units within reach instead of the name.
pub(super) const COMMON: i64 = 500;
/// As many units are few.
const FEW_UNITS: i64 = 300;

/// What a list is narrowed to.
#[derive(Default)]
pub(super) struct Filter {
    /// In one of these states; none: in any.
    pub(super) status: Vec<Status>,
    /// With the home at or below this unit.
    pub(super) home: Option<UnitId>,
    /// With the host at or below this unit.
    pub(super) host: Option<UnitId>,
    /// Of this member.
    pub(super) member: Option<MemberId>,
    /// Found in one of these ways.
    pub(super) search: Option<Search>,
    /// What the report counts.
    pub(super) reached: Option<Reached>,
    /// Without organisation life since then.
    pub(super) silent_since: Option<Instant>,
    /// Older than this one.
    pub(super) before: Option<RegistrationId>,
}

/// The stays that the report counts, of a unit by an end, in a period.
#[derive(Clone, Copy)]
pub(super) struct Reached {
    pub(super) step: StayStep,
    pub(super) of: Option<(UnitId, CountedEnd)>,
    pub(super) within: Within,
    pub(super) today: Day,
}

impl Reached {
    /// Appends ` and …`: the stays `r` of which that is true.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let host = if self.step == StayStep::Open { "h.host_unit_id" } else { "r.host_unit_id" };
        if self.step == StayStep::Open {
            query.push(" and r.id in (select r.id from ");
            let before = self.within.to.unwrap_or(self.today).plus_days(1).starts();
            push_stays_before(query, before);
            query.push(" where ");
            push_open_before(query, before);
        }
        if let Some((unit, end)) = self.of {
            query.push(" and (r.home_unit_id").push(BELOW).push_bind(unit.0).push(")");
            if end == CountedEnd::Both {
                query.push(" or ").push(host).push(BELOW).push_bind(unit.0).push(")");
            }
            query.push(")");
        }
        match self.step {
            StayStep::Open => {
                query.push(")");
            }
            StayStep::Filed => self.within.push_instants(query, "r.created_at"),
            StayStep::CardIssued => {
                query.push(" and exists (select 1 from cards k where k.registration_id = r.id");
                self.within.push_days(query, "k.issued_on");
                query.push(")");
            }
        }
    }
}

/// The ways in which a search text finds a stay; none: it finds nothing.
#[derive(Clone)]
pub(super) struct Search {
    pub(super) members: Vec<MemberSearch>,
    pub(super) card_prefix: Option<String>,
}

/// Appends `select … from …` of the stays `r` within reach, beginning with the units: for each a range of an index, the shorter
/// one of a name where one is sought.
pub(super) fn push_by_units<DB>(query: &mut QueryBuilder<DB>, columns: &str, scope: &Scope, way: Option<&MemberSearch>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("select ").push(columns).push(" from registrations r where 1 = 0");
    for (end, unit) in scope.ends() {
        query.push(" union all select ").push(columns);
        query.push(" from unit_ancestors a cross join registrations r where a.ancestor_id = ").push_bind(unit.0);
        query.push(" and r.").push(end).push(" = a.unit_id");
        if let Some(way) = way {
            query.push(" and ");
            way.push_condition(query, "r.");
        }
    }
}

/// Whether few units are within reach. Their stays are then gathered first; else the newest stays of all are walked until the
/// page is full, which a branch's page would never be.
async fn is_narrow(c: &mut Conn<'_>, scope: &Scope) -> Result<bool, ApiError> {
    if scope.own.is_some() {
        return Ok(false);
    }
    let mut units = 0;
    for (_, unit) in scope.ends() {
        let found: i64 = on_engine!(&mut *c, |c| {
            sqlx::query_scalar(
            "select cast(count(*) as bigint) from (select 1 from unit_ancestors where ancestor_id = $1 limit $2) found"
        )
        .bind(unit)
        .bind(FEW_UNITS + 1)
        .fetch_one(c)
        })?;
        units += found;
    }
    Ok(units <= FEW_UNITS)
}

/// The stays within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(c: &mut Conn<'_>, scope: &Scope, filter: &Filter, limit: i64) -> Result<Vec<Stay>, ApiError> {
    let mut by_units = Vec::new();
    for way in filter.search.iter().flat_map(|search| &search.members) {
        by_units.push(way.is_of_stays() && scope.own.is_none() && people::is_common(c, way, COMMON).await?);
    }
    let narrow = filter.search.is_none() && filter.member.is_none() && is_narrow(c, scope).await?;
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where ");
        if narrow {
            query.push("r.id in (");
            push_by_units(&mut query, "r.id", scope, None);
            query.push(")");
        } else if filter.search.is_some() {
            // Few stays are found, and asked one by one.
            scope.push_stays_one_by_one(&mut query, "r");
        } else {
            scope.push_stays(&mut query, "r");
        }
        if !filter.status.is_empty() {
            query.push(" and r.status in (");
            let mut list = query.separated(", ");
            for status in &filter.status {
                list.push_bind(status.word());
            }
            query.push(")");
        }
        for (column, unit) in [("home_unit_id", filter.home), ("host_unit_id", filter.host)] {
            if let Some(unit) = unit {
                query.push(" and r.").push(column);
                query.push(" in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit).push(")");
            }
        }
        if let Some(member) = filter.member {
            query.push(" and r.member_id = ").push_bind(member);
        }
        if let Some(search) = &filter.search {
            // One list of ids, made from index ranges, drives the query; `or` between them would scan.
            query.push(" and r.id in (select s.id from registrations s where 1 = 0");
            for (way, by_units) in search.members.iter().zip(&by_units) {
                query.push(" union all ");
                if *by_units {
                    push_by_units(&mut query, "r.id", scope, Some(way));
                } else {
                    query.push("select s.id from registrations s where s.member_id in (");
                    way.push(&mut query);
                    query.push(")");
                }
            }
            if let Some(prefix) = &search.card_prefix {
                query.push(" union all select registration_id from cards where number >= ").push_bind(prefix.clone());
                query.push(" and number < ").push_bind(format!("{prefix}\u{10ffff}"));
            }
            query.push(")");
        }
        if let Some(reached) = &filter.reached {
            reached.push(&mut query);
        }
        if let Some(since) = filter.silent_since {
            query.push(" and coalesce(r.last_activity_at, r.active_since) < ").push_bind(since);
        }
        if let Some(id) = filter.before {
            query.push(" and r.id < ").push_bind(id);
        }
        query.push(" order by r.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

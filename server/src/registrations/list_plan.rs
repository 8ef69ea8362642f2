//! Where a list of registrations begins, so that no page reads a department of a hundred thousand: with what a search finds
//! where that is little, with the newest stays where much is found, with the few units that are asked for where they are few.

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{
    list_sql::push_card_range,
    list_store::{COMMON, Filter, Search},
    model::Status,
};
use crate::{
    access::{Scope, ancestors_of},
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::UnitId,
    on_engine,
    people::{self, MemberSearch},
};

/// As many units are few.
const FEW_UNITS: i64 = 300;
/// As many departments are walked one by one.
const FEW_DEPARTMENTS: usize = 40;
/// As many stays are few: they are gathered and put in order.
const FEW_STAYS: i64 = 1000;

/// As many silent members are few: they are found in an index alone.
const FEW_SILENT: i64 = 20_000;

/// What a list is taken from.
pub(super) enum Source {
    /// The newest stays of these departments, which are all within reach, until the page is full.
    Pages(Vec<UnitId>),
    /// The few that a search finds.
    Found(Vec<Way>),
    /// The few active stays of these departments without organisation life since then.
    Silent(Vec<UnitId>, Instant),
    /// The newest stays with this end at one unit, which has none below it, state by state until the page is full.
    At(AskedEnd),
    /// All that have this end at or below a unit.
    Below(AskedEnd),
    /// All within reach, which is a few units.
    Reach,
    /// The newest of all, until the page is full.
    Newest,
}

/// The unit at or above one end of the stays that are asked for.
pub(super) struct AskedEnd {
    /// The column of a stay.
    pub(super) end: &'static str,
    pub(super) unit: UnitId,
    /// Whether each of them is within reach.
    pub(super) within: bool,
}

/// How the few stays within reach are found that one way of searching means.
pub(super) enum Way {
    /// By the members of the whole registry.
    Members(MemberSearch),
    /// By a range for each unit within reach.
    Units(MemberSearch),
    /// By a range for each department.
    Departments(Vec<UnitId>, MemberSearch),
    /// By the beginning of a card number.
    Cards(String),
}

/// The id before which every stay comes that both ends had agreed to before `since`.
pub(super) fn filed_before(since: Instant) -> uuid::Uuid {
    // A clock that was set back may have agreed to a stay before it was filed.
    let millis = u64::try_from(since.plus_seconds(86_400).0).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Where the list begins.
pub(super) async fn source(c: &mut Conn<'_>, scope: &Scope, filter: &Filter) -> Result<Source, ApiError> {
    if filter.member.is_some() || scope.own.is_some() {
        return Ok(Source::Newest);
    }
    let within = departments_within(c, scope).await?;
    let departments = narrowed(c, within.as_deref(), filter).await?;
    if let Some(search) = &filter.search
        && let Some(ways) = few_ways(c, departments.as_deref(), search).await?
    {
        return Ok(Source::Found(ways));
    }
    if let Some(departments) = departments {
        let others = filter.search.is_some() || filter.review_by.is_some() || filter.reached.is_some();
        let only_silent = filter.status == [Status::Active] && !others;
        let silent = filter.silent_since.filter(|_| only_silent);
        return Ok(match silent {
            Some(since) if are_few_silent(c, &departments, since).await? => Source::Silent(departments, since),
            _ => Source::Pages(departments),
        });
    }
    let mut narrowest = (FEW_UNITS + 1, Source::Newest);
    for (end, unit) in [("home_unit_id", filter.home), ("host_unit_id", filter.host)] {
        if let Some(unit) = unit {
            let units = count_units(c, unit).await?;
            if units < narrowest.0 {
                let above = ancestors_of(c, &[unit]).await?.remove(&unit).unwrap_or_default();
                let within = scope.ends().iter().any(|(of, top)| *of == end && above.contains(top));
                let asked = AskedEnd { end, unit, within };
                narrowest = (units, if units == 1 { Source::At(asked) } else { Source::Below(asked) });
            }
        }
    }
    // The units below a department may be few, but its stays are not.
    let mut reach = if within.is_some() { FEW_UNITS + 1 } else { 0 };
    for (_, unit) in scope.ends() {
        reach += count_units(c, unit).await?;
    }
    Ok(if reach < narrowest.0 { Source::Reach } else { narrowest.1 })
}

/// The departments whose stays are exactly those within reach, if departments tell.
pub async fn departments_within(c: &mut Conn<'_>, scope: &Scope) -> Result<Option<Vec<UnitId>>, ApiError> {
    let ends = scope.ends();
    if ends.is_empty() || ends.iter().any(|(end, _)| *end != "home_unit_id") {
        return Ok(None);
    }
    let tops: Vec<UnitId> = ends.into_iter().map(|(_, unit)| unit).collect();
    departments_below(c, &tops).await
}

/// The departments whose stays are exactly those within reach that are asked for, if departments tell.
pub(super) async fn departments(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
) -> Result<Option<Vec<UnitId>>, ApiError> {
    let within = departments_within(c, scope).await?;
    narrowed(c, within.as_deref(), filter).await
}

/// Those among them whose stays are exactly those that are asked for, if departments tell.
async fn narrowed(
    c: &mut Conn<'_>,
    within: Option<&[UnitId]>,
    filter: &Filter,
) -> Result<Option<Vec<UnitId>>, ApiError> {
    let Some(within) = within.filter(|_| filter.host.is_none()) else { return Ok(None) };
    let mut within = within.to_vec();
    if let Some(home) = filter.home {
        let Some(asked) = departments_below(c, &[home]).await? else { return Ok(None) };
        within.retain(|department| asked.contains(department));
    }
    Ok(Some(within).filter(|within| within.len() <= FEW_DEPARTMENTS))
}

/// The departments at and below these units; none where one of them is no department.
async fn departments_below(c: &mut Conn<'_>, tops: &[UnitId]) -> Result<Option<Vec<UnitId>>, ApiError> {
    let mut found: Vec<UnitId> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select u.id from unit_ancestors a cross join units u
              where u.id = a.unit_id and u.kind = 'department' and a.ancestor_id in ",
        );
        crate::db::push_ids(&mut query, tops.iter().map(|top| top.0));
        query.build_query_scalar().fetch_all(c).await
    })?;
    found.sort_unstable();
    found.dedup();
    let all_are = tops.iter().all(|top| found.binary_search(top).is_ok());
    Ok(all_are.then_some(found))
}

/// How a search finds stays, if they are few; `None` where one goes through the stays instead.
async fn few_ways(
    c: &mut Conn<'_>,
    departments: Option<&[UnitId]>,
    search: &Search,
) -> Result<Option<Vec<Way>>, ApiError> {
    let mut ways = Vec::new();
    for way in &search.members {
        ways.push(match departments.filter(|_| way.is_of_stays()) {
            Some(departments) if are_few_named(c, departments, way).await? => {
                Way::Departments(departments.to_vec(), way.clone())
            }
            Some(_) => return Ok(None),
            None if way.is_of_stays() && people::is_common(c, way, COMMON).await? => Way::Units(way.clone()),
            None => Way::Members(way.clone()),
        });
    }
    if let Some(prefix) = &search.card_prefix {
        if are_many_cards(c, prefix).await? {
            return Ok(None);
        }
        ways.push(Way::Cards(prefix.clone()));
    }
    Ok(Some(ways))
}

async fn are_few_named(c: &mut Conn<'_>, departments: &[UnitId], way: &MemberSearch) -> Result<bool, ApiError> {
    let found: i64 = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from (");
        query.push("select 1 from registrations r where r.id in (null)");
        for department in departments {
            query.push(" union all select 1 from registrations r where r.home_department_id = ").push_bind(*department);
            query.push(" and ");
            way.push_condition(&mut query, "r.");
        }
        query.push(" limit ").push_bind(FEW_STAYS).push(") found").build_query_scalar().fetch_one(c).await
    })?;
    Ok(found < FEW_STAYS)
}

async fn are_many_cards(c: &mut Conn<'_>, prefix: &str) -> Result<bool, ApiError> {
    let found: i64 = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from (select 1 from cards where ");
        push_card_range(&mut query, prefix);
        query.push(" limit ").push_bind(FEW_STAYS).push(") found").build_query_scalar().fetch_one(c).await
    })?;
    Ok(found >= FEW_STAYS)
}

async fn are_few_silent(c: &mut Conn<'_>, departments: &[UnitId], since: Instant) -> Result<bool, ApiError> {
    let mut left = FEW_SILENT;
    for department in departments {
        let found: i64 = on_engine!(&mut *c, |c| sqlx::query_scalar(
            "select cast(count(*) as bigint) from (
                 select 1 from registrations where home_department_id = $1 and status = 'active'
                    and coalesce(last_activity_at, active_since) < $2 limit $3) found"
        )
        .bind(*department)
        .bind(since)
        .bind(left)
        .fetch_one(c))?;
        left -= found;
    }
    Ok(left > 0)
}

/// How many units stand at and below one, counted no further than what is few.
async fn count_units(c: &mut Conn<'_>, unit: UnitId) -> Result<i64, ApiError> {
    let sql = format!(
        "select cast(count(*) as bigint) from (select 1 from unit_ancestors where ancestor_id = $1 limit {}) found",
        FEW_UNITS + 1
    );
    Ok(on_engine!(c, |c| sqlx::query_scalar(AssertSqlSafe(sql)).bind(unit).fetch_one(c))?)
}

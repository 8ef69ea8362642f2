//! SQL of the lists of registrations: what was not asked for is not in the query, every search is a range on an index, and a
//! page of a department of a hundred thousand members reads little more than the page (`list_plan.rs` says where it begins).

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{
    counted::{CountedEnd, push_line_before, push_open_before},
    list_plan::{self, Source},
    list_sql::{push_below, push_conditions, push_pages, push_search, push_walks, push_way},
    listed::{self, Listed},
    model::{Status, StayStep},
};
use crate::{
    access::{Scope, Within, push_lies_below},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, RegistrationId, UnitId},
    on_engine,
    people::MemberSearch,
};

/// From so many members of one name on, a search begins with the units within reach instead of the name.
pub(super) const COMMON: i64 = 500;

/// What a list is narrowed to.
#[derive(Clone, Default)]
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
    /// With a living card whose review is due by then.
    pub(super) review_by: Option<Day>,
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
    pub(super) fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let host = if self.step == StayStep::Open { "h.host_unit_id" } else { "r.host_unit_id" };
        if self.step == StayStep::Open {
            // Stay by stay, so that a page looks at little more than its own.
            query.push(" and exists (select 1 from registration_history h where ");
            let before = self.within.to.unwrap_or(self.today).plus_days(1).starts();
            push_line_before(query, before);
            query.push(" and ");
            push_open_before(query, before);
        }
        if let Some((unit, end)) = self.of {
            // The `or` keeps SQLite from beginning with the units: the newest stays come first.
            query.push(" and (1 = 0 or ");
            push_lies_below(query, "r.home_unit_id", unit);
            if end == CountedEnd::Both {
                query.push(" or ");
                push_lies_below(query, host, unit);
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

/// The stays within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Listed>, ApiError> {
    let source = list_plan::source(c, scope, filter).await?;
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        listed::push_select(&mut query);
        match &source {
            Source::Pages(departments) => {
                query.push("r.id in (select id from (");
                push_pages(&mut query, departments, filter, limit + 1);
                // Their every stay is within reach, and has met the conditions already.
                query.push(") pages)");
            }
            Source::Found(ways) => {
                query.push("r.id in (select s.id from registrations s where s.id in (null)");
                for way in ways {
                    query.push(" union all ");
                    push_way(&mut query, scope, way);
                }
                query.push(")");
                push_conditions(&mut query, filter);
            }
            Source::Silent(departments, since) => {
                query.push("r.id in (select s.id from registrations s where s.id in (null)");
                for (n, department) in departments.iter().enumerate() {
                    query.push(
                        " union all select id from (select s.id from registrations s where s.home_department_id = ",
                    );
                    query.push_bind(*department).push(" and s.status = 'active' and ");
                    query.push("coalesce(s.last_activity_at, s.active_since) < ").push_bind(*since);
                    if let Some(id) = filter.before {
                        query.push(" and s.id < ").push_bind(id);
                    }
                    // From the index of silences alone: ordered by the bare id, SQLite walks from the newest stay on, through all
                    // that are too young to be silent.
                    query.push(" order by coalesce(s.id, s.id) desc limit ").push_bind(limit + 1);
                    query.push(") silent").push(n.to_string());
                }
                query.push(")");
            }
            Source::At(asked) => {
                query.push("r.id in (select id from (");
                push_walks(&mut query, scope, filter, asked, limit + 1);
                query.push(") walks)");
            }
            Source::Below(asked) => push_newest_below(&mut query, &[(asked.end, asked.unit)], limit + 1, |query| {
                asked.push_reach(query, scope);
                push_conditions(query, filter);
                push_search(query, filter);
            }),
            Source::Reach => push_newest_below(&mut query, &scope.ends(), limit + 1, |query| {
                push_conditions(query, filter);
                push_search(query, filter);
            }),
            Source::Newest => {
                scope.push_stays(&mut query, "r");
                push_conditions(&mut query, filter);
                push_search(&mut query, filter);
            }
        }
        query.push(" order by r.id desc limit ").push_bind(limit + 1);
        listed::push_beside(&mut query);
        query.push(" order by page.id desc").build_query_as().fetch_all(c).await
    })?)
}

/// The active stays within reach that were silent since then, the longest silence first, one more than `limit` where there are
/// more; `after` is the sign of life, and the stay, of the last one seen.
pub(super) async fn longest_silent(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    since: Instant,
    after: Option<(Instant, RegistrationId)>,
    limit: i64,
) -> Result<Vec<Listed>, ApiError> {
    let departments = list_plan::departments(c, scope, filter).await?;
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        listed::push_select(&mut query);
        match &departments {
            Some(departments) => {
                // Each is a walk along the index of silences that ends when it has enough.
                query.push("r.id in (select s.id from registrations s where s.id in (null)");
                for (n, department) in departments.iter().enumerate() {
                    query.push(
                        " union all select id from (select r.id from registrations r where r.home_department_id = ",
                    );
                    query.push_bind(*department).push(" and ");
                    push_silent(&mut query, since, after);
                    query.push(LONGEST_FIRST).push_bind(limit + 1).push(") walk").push(n.to_string());
                }
                query.push(")");
            }
            None => {
                query.push("r.id in (");
                push_below(&mut query, "r.id", &scope.ends(), |query| {
                    query.push(" and ");
                    push_silent(query, since, after);
                    push_conditions(query, filter);
                });
                query.push(")");
            }
        }
        query.push(LONGEST_FIRST).push_bind(limit + 1);
        listed::push_beside(&mut query);
        query.push(" order by coalesce(page.last_activity_at, page.active_since), page.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Appends `r.id in (…)`: the newest stays that have one of these ends at or below its unit, and of which is true what `and`
/// appends, `most` or a few more.
fn push_newest_below<DB>(
    query: &mut QueryBuilder<DB>,
    ends: &[(&'static str, UnitId)],
    most: i64,
    and: impl Fn(&mut QueryBuilder<DB>),
) where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("r.id in (select id from (");
    push_below(query, "r.id", ends, and);
    // As often as a stay may be among them.
    let times = i64::try_from(ends.len()).unwrap_or(1).max(1);
    query.push(") below order by id desc limit ").push_bind(most.saturating_mul(times)).push(")");
}

const LONGEST_FIRST: &str = " order by coalesce(r.last_activity_at, r.active_since), r.id limit ";

/// Appends that the stay `r` is active, silent since then, and comes after the last one seen.
fn push_silent<DB>(query: &mut QueryBuilder<DB>, since: Instant, after: Option<(Instant, RegistrationId)>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    const LIFE: &str = "coalesce(r.last_activity_at, r.active_since)";
    query.push("r.status = 'active' and ").push(LIFE).push(" < ").push_bind(since.0);
    if let Some((at, id)) = after {
        query.push(" and ").push(LIFE).push(" >= ").push_bind(at.0);
        query.push(" and (").push(LIFE).push(" > ").push_bind(at.0).push(" or r.id > ").push_bind(id.0).push(")");
    }
}

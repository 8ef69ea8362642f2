//! What statements of lists are put together from: walks, ranges and conditions on the stays `r`.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{
    list_plan::{self, AskedEnd, Way},
    list_store::Filter,
    model::Status,
};
use crate::{access::Scope, ids::UnitId};

/// Appends the ids of the newest stays of each department, and of each state that is asked for, that meet the conditions: each
/// is a walk along one index that ends when it has `most`.
pub(super) fn push_pages<DB>(query: &mut QueryBuilder<DB>, departments: &[UnitId], filter: &Filter, most: i64)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let states: Vec<Option<Status>> =
        if filter.status.is_empty() { vec![None] } else { filter.status.iter().copied().map(Some).collect() };
    let walks = departments.iter().flat_map(|department| states.iter().map(move |state| (department, state)));
    query.push("select s.id from registrations s where s.id in (null)");
    for (n, (department, state)) in walks.enumerate() {
        query.push(" union all select id from (select r.id from registrations r where r.home_department_id = ");
        query.push_bind(department.0);
        if let Some(state) = state {
            query.push(" and r.status = ").push_bind(state.word().to_owned());
        }
        if let Some(since) = filter.silent_since {
            // Nobody has been silent for longer than the stay; the sum keeps the walk on its index.
            query.push(" and r.id < ").push_bind(list_plan::filed_before(since));
            query.push(" and coalesce(r.last_activity_at, r.active_since) + 0 < ").push_bind(since.0);
        }
        if let Some(reached) = &filter.reached {
            reached.push(query);
        }
        push_review(query, filter);
        if let Some(id) = filter.before {
            query.push(" and r.id < ").push_bind(id.0);
        }
        push_search(query, filter);
        query.push(" order by r.id desc limit ").push_bind(most).push(") walk").push(n.to_string());
    }
}

/// Appends the ids of the newest stays with an end at a unit, of each state that is asked for, that meet the conditions: each is a
/// walk along one index that ends when it has `most`.
pub(super) fn push_walks<DB>(query: &mut QueryBuilder<DB>, scope: &Scope, filter: &Filter, asked: &AskedEnd, most: i64)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let states = if filter.status.is_empty() { Status::ALL } else { filter.status.as_slice() };
    let mut others = Filter { status: Vec::new(), ..filter.clone() };
    *(if asked.end == "home_unit_id" { &mut others.home } else { &mut others.host }) = None;
    for (n, state) in states.iter().enumerate() {
        query.push(if n == 0 { "" } else { " union all " });
        query.push("select id from (select r.id from registrations r where r.").push(asked.end).push(" = ");
        query.push_bind(asked.unit.0).push(" and r.status = ").push_bind(state.word());
        asked.push_reach(query, scope);
        push_conditions(query, &others);
        push_search(query, &others);
        query.push(" order by r.id desc limit ").push_bind(most).push(") walk").push(n.to_string());
    }
}

impl AskedEnd {
    /// Appends ` and …`, true for the stays `r` within reach; nothing where each is.
    pub(super) fn push_reach<DB>(&self, query: &mut QueryBuilder<DB>, scope: &Scope)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if !self.within {
            query.push(" and ");
            scope.push_stays_one_by_one(query, "r");
        }
    }
}

/// Appends `select id …` of what one way finds within reach.
pub(super) fn push_way<DB>(query: &mut QueryBuilder<DB>, scope: &Scope, way: &Way)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
{
    match way {
        Way::Members(search) => {
            query.push("select s.id from registrations s where s.member_id in (");
            search.push(query);
            query.push(") and ");
            scope.push_stays_one_by_one(query, "s");
        }
        // Of a name each unit has a shorter range still.
        Way::Units(search) => push_below(query, "r.id", &scope.ends(), |query| {
            query.push(" and ");
            search.push_condition(query, "r.");
        }),
        Way::Departments(departments, search) => {
            query.push("select s.id from registrations s where s.id in (null)");
            for department in departments {
                query.push(" union all select s.id from registrations s where s.home_department_id = ");
                query.push_bind(department.0).push(" and ");
                search.push_condition(query, "s.");
            }
        }
        Way::Cards(prefix) => {
            query.push("select s.id from cards k cross join registrations s where s.id = k.registration_id and ");
            push_card_range(query, prefix);
            query.push(" and ");
            scope.push_stays_one_by_one(query, "s");
        }
    }
}

/// Appends `select … from …` of the stays `r` that have one of these ends at or below its unit, and of which is true what `and`
/// appends: for each unit a range of an index. A stay of which two ends are asked for may come twice.
pub(super) fn push_below<DB>(
    query: &mut QueryBuilder<DB>,
    columns: &str,
    ends: &[(&'static str, UnitId)],
    and: impl Fn(&mut QueryBuilder<DB>),
) where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("select ").push(columns).push(" from registrations r where r.id in (null)");
    for (end, unit) in ends {
        query
            .push(" union all select ")
            .push(columns)
            .push(" from unit_ancestors a cross join registrations r where a.ancestor_id = ");
        query.push_bind(unit.0).push(" and r.").push(end).push(" = a.unit_id");
        and(query);
    }
}

/// Appends that the card number begins so.
pub(super) fn push_card_range<DB>(query: &mut QueryBuilder<DB>, prefix: &str)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("number >= ").push_bind(prefix.to_owned());
    query.push(" and number < ").push_bind(format!("{prefix}\u{10ffff}"));
}

/// Appends ` and …`, true for each stay `r` that the search finds.
pub(super) fn push_search<DB>(query: &mut QueryBuilder<DB>, filter: &Filter)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
{
    let Some(search) = &filter.search else { return };
    query.push(" and (1 = 0");
    for way in &search.members {
        query.push(" or ");
        if way.is_of_stays() {
            way.push_condition(query, "r.");
        } else {
            query.push("r.member_id in (");
            way.push(query);
            query.push(")");
        }
    }
    if let Some(prefix) = &search.card_prefix {
        query.push(" or exists (select 1 from cards k where k.registration_id = r.id and ");
        push_card_range(query, prefix);
        query.push(")");
    }
    query.push(")");
}

/// Appends ` and …` of what else the list is narrowed to.
pub(super) fn push_conditions<DB>(query: &mut QueryBuilder<DB>, filter: &Filter)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
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
            query.push(" in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit.0).push(")");
        }
    }
    if let Some(member) = filter.member {
        query.push(" and r.member_id = ").push_bind(member.0);
    }
    if let Some(reached) = &filter.reached {
        reached.push(query);
    }
    if let Some(since) = filter.silent_since {
        query.push(" and coalesce(r.last_activity_at, r.active_since) < ").push_bind(since.0);
    }
    push_review(query, filter);
    if let Some(id) = filter.before {
        query.push(" and r.id < ").push_bind(id.0);
    }
}

/// Appends ` and …`: the review of the stay's card is due.
fn push_review<DB>(query: &mut QueryBuilder<DB>, filter: &Filter)
where
    DB: Database,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    if let Some(day) = filter.review_by {
        query.push(" and exists (select 1 from cards k where k.registration_id = r.id and k.status in ");
        query.push("('active', 'suspended') and k.review_due <= ").push_bind(day.to_string()).push(")");
    }
}

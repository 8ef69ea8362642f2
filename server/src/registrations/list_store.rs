//! SQL of the lists of registrations: what was not asked for is not in the query, and every search is a range on an index.

use sqlx::QueryBuilder;

use super::{
    model::{Status, Stay},
    store::COLUMNS,
};
use crate::{
    access::Scope,
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{MemberId, RegistrationId, UnitId},
    on_engine,
    people::MemberSearch,
};

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
    /// Without organisation life since then.
    pub(super) silent_since: Option<Instant>,
    /// Older than this one.
    pub(super) before: Option<RegistrationId>,
}

/// The ways in which a search text finds a stay; none: it finds nothing.
pub(super) struct Search {
    pub(super) members: Vec<MemberSearch>,
    pub(super) card_prefix: Option<String>,
}

/// The stays within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(c: &mut Conn<'_>, scope: &Scope, filter: &Filter, limit: i64) -> Result<Vec<Stay>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from registrations r where ");
        scope.push_stays(&mut query, "r");
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
            query.push(" and r.id in (select s.id from registrations s where s.member_id in (select id from members where 1 = 0");
            for way in &search.members {
                query.push(" union all ");
                way.push(&mut query);
            }
            query.push(")");
            if let Some(prefix) = &search.card_prefix {
                query.push(" union all select registration_id from cards where number >= ").push_bind(prefix.clone());
                query.push(" and number < ").push_bind(format!("{prefix}\u{10ffff}"));
            }
            query.push(")");
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

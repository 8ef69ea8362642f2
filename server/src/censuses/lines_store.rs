//! SQL of what a census asks and what was answered, as far as a caller reaches it.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{Standing, Tally, UnableReason};
use crate::{
    access::Scope,
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{CensusId, MemberId, UnitId},
    on_engine,
};

/// What a census is narrowed to, in counting and listing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part<'s> {
    /// What the caller reaches; none: all of it.
    pub(super) scope: Option<&'s Scope>,
    /// At and below this unit.
    pub(super) below: Option<UnitId>,
    /// Branches only.
    pub(super) branches: bool,
}

impl Part<'_> {
    /// Appends ` and …` for the rows `s` of units or members.
    pub(super) fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(scope) = self.scope {
            query.push(" and ");
            scope.push_units(query, "s.unit_id");
        }
        if let Some(unit) = self.below {
            query.push(" and s.unit_id in (select unit_id from unit_ancestors where ancestor_id = ");
            query.push_bind(unit.0).push(")");
        }
        if self.branches {
            query.push(" and s.unit_id in (select id from units where kind = 'branch')");
        }
    }
}

/// Whether it asks a unit of a part.
pub(super) async fn asks(c: &mut Conn<'_>, id: CensusId, part: Part<'_>) -> Result<bool, ApiError> {
    let found: Option<UnitId> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select s.unit_id from census_units s where s.census_id = ");
        query.push_bind(id);
        part.push(&mut query);
        query.push(" limit 1").build_query_scalar().fetch_optional(c).await
    })?;
    Ok(found.is_some())
}

/// The answers of units, or of members, by how many there are of each.
pub(super) async fn tallies(
    c: &mut Conn<'_>,
    id: CensusId,
    members: bool,
    part: Part<'_>,
) -> Result<Vec<Tally>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select s.able, s.reason, cast(count(*) as bigint) as n from ");
        query.push(if members { "census_members" } else { "census_units" }).push(" s where s.census_id = ");
        query.push_bind(id);
        part.push(&mut query);
        query.push(" group by s.able, s.reason").build_query_as().fetch_all(c).await
    })?)
}

/// A unit's line in a census.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct UnitLine {
    pub(super) unit_id: UnitId,
    pub(super) depth: i64,
    pub(super) able: Option<bool>,
    pub(super) reason: Option<UnableReason>,
    pub(super) answered_at: Option<Instant>,
}

/// The units that were asked, in the order of the tree.
pub(super) async fn unit_lines(c: &mut Conn<'_>, id: CensusId, part: Part<'_>) -> Result<Vec<UnitLine>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select s.unit_id, s.depth, s.able, s.reason, s.answered_at from census_units s where s.census_id = ",
        );
        query.push_bind(id);
        part.push(&mut query);
        query.push(" order by s.place").build_query_as().fetch_all(c).await
    })?)
}

/// How many members each unit has, and how they answered.
pub(super) async fn tallies_by_unit(
    c: &mut Conn<'_>,
    id: CensusId,
    part: Part<'_>,
) -> Result<HashMap<UnitId, Vec<Tally>>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        unit_id: UnitId,
        #[sqlx(flatten)]
        tally: Tally,
    }
    let rows: Vec<Row> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select s.unit_id, s.able, s.reason, cast(count(*) as bigint) as n from census_members s where s.census_id = ",
        );
        query.push_bind(id);
        part.push(&mut query);
        query.push(" group by s.unit_id, s.able, s.reason").build_query_as().fetch_all(c).await
    })?;
    let mut tallies: HashMap<UnitId, Vec<Tally>> = HashMap::new();
    for Row { unit_id, tally } in rows {
        tallies.entry(unit_id).or_default().push(tally);
    }
    Ok(tallies)
}

/// A member's line in a census.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct MemberLine {
    pub(super) member_id: MemberId,
    pub(super) unit_id: UnitId,
    pub(super) name: String,
    pub(super) able: Option<bool>,
    pub(super) reason: Option<UnableReason>,
    pub(super) answered_at: Option<Instant>,
}

/// What a list of members is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct MemberFilter {
    pub(super) able: Option<bool>,
    pub(super) answered: Option<bool>,
    pub(super) reason: Option<UnableReason>,
    pub(super) member: Option<MemberId>,
    pub(super) after: Option<(String, MemberId)>,
}

/// The members who were asked about, by name, one more than `limit` where there are more.
pub(super) async fn member_lines(
    c: &mut Conn<'_>,
    id: CensusId,
    part: Part<'_>,
    filter: &MemberFilter,
    limit: i64,
) -> Result<Vec<MemberLine>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select s.member_id, m.name, s.unit_id, s.able, s.reason, s.answered_at
               from census_members s join members m on m.id = s.member_id where s.census_id = ",
        );
        query.push_bind(id);
        part.push(&mut query);
        if let Some(able) = filter.able {
            query.push(" and s.able = ").push_bind(able);
        }
        if let Some(answered) = filter.answered {
            query.push(if answered { " and s.able is not null" } else { " and s.able is null" });
        }
        if let Some(reason) = filter.reason {
            query.push(" and s.reason = ").push_bind(reason);
        }
        if let Some(member) = filter.member {
            query.push(" and s.member_id = ").push_bind(member);
        }
        if let Some((name, member)) = &filter.after {
            query.push(" and (m.name, m.id) > (").push_bind(name.clone()).push(", ");
            query.push_bind(*member).push(")");
        }
        query.push(" order by m.name, m.id limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A closed census's answers of units, or of members, each with whom it is of: for its digest and for comparing.
pub(super) async fn standings(
    c: &mut Conn<'_>,
    id: CensusId,
    members: bool,
    part: Part<'_>,
) -> Result<Vec<(Uuid, UnitId, Standing)>, ApiError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        of: Uuid,
        unit_id: UnitId,
        #[sqlx(flatten)]
        standing: Standing,
    }
    let rows: Vec<Row> = on_engine!(c, |c| async {
        let (of, table) = if members { ("s.member_id", "census_members") } else { ("s.unit_id", "census_units") };
        let mut query = QueryBuilder::new("select ");
        query.push(of).push(" as of, s.unit_id, s.able, s.reason from ").push(table).push(" s where s.census_id = ");
        query.push_bind(id);
        part.push(&mut query);
        query.push(" order by ").push(of).build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|row| (row.of, row.unit_id, row.standing)).collect())
}

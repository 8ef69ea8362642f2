//! SQL of units.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::{
    model::{Stored, UnitRef},
    values::{DivisionCode, UnitKind},
};
use crate::{
    access::Scope,
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::UnitId,
    on_engine,
};

const COLUMNS: &str = "id, kind, name, parent_id, division_code, valid_from, valid_until, address, contact_name,
    contact_phone, term_started_on, term_years, card_title, version";

/// The department to which a home unit belongs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DepartmentRow {
    /// Its id.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// The code with which its card numbers begin.
    pub division_code: Option<DivisionCode>,
    /// What its cards are titled, once it has switched its own title on.
    pub card_title: Option<String>,
}

/// The names of these units.
pub async fn unit_refs(c: &mut Conn<'_>, ids: &[UnitId]) -> Result<HashMap<UnitId, UnitRef>, ApiError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let refs: Vec<UnitRef> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, kind, name from units where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(refs.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// The name of a unit that another record refers to.
pub async fn unit_ref(c: &mut Conn<'_>, id: UnitId) -> Result<UnitRef, ApiError> {
    unit_refs(c, &[id]).await?.remove(&id).ok_or_else(ApiError::not_found)
}

/// A unit as the directory lists it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DirectoryUnit {
    /// Its id.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// What it stands below.
    pub parent_id: Option<UnitId>,
}

/// Every unit there is, by name: the directory is no secret among officers.
pub async fn directory(c: &mut Conn<'_>) -> Result<Vec<DirectoryUnit>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select id, kind, name, parent_id from units order by name, id").fetch_all(c))?)
}

/// A unit and all below it, by name.
pub(super) async fn at_and_below(c: &mut Conn<'_>, top: UnitId) -> Result<Vec<DirectoryUnit>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select u.id, u.kind, u.name, u.parent_id from unit_ancestors a join units u on u.id = a.unit_id
          where a.ancestor_id = $1 order by u.name, u.id"
    )
    .bind(top)
    .fetch_all(c))?)
}

/// The nearest department at or above a unit.
pub async fn department_above(c: &mut Conn<'_>, id: UnitId) -> Result<Option<DepartmentRow>, ApiError> {
    Ok(on_engine!(c, |c| {
        sqlx::query_as(
            "select u.id, u.name, u.division_code, u.card_title
               from unit_ancestors a join units u on u.id = a.ancestor_id
              where a.unit_id = $1 and u.kind = 'department'
              order by a.depth limit 1",
        )
        .bind(id)
        .fetch_optional(c)
    })?)
}

/// The district in which a unit lies: as its address tells, or else that of the unit above.
pub async fn district_of(c: &mut Conn<'_>, id: UnitId) -> Result<Option<String>, ApiError> {
    let address: Option<Option<String>> = on_engine!(c, |c| sqlx::query_scalar(
        "select coalesce(u.address, p.address) from units u left join units p on p.id = u.parent_id where u.id = $1"
    )
    .bind(id)
    .fetch_optional(c))?;
    Ok(address.flatten().as_deref().and_then(super::district).map(ToOwned::to_owned))
}

/// The units directly below that have no address, and lie where this one does.
pub(super) async fn children_without_address(c: &mut Conn<'_>, id: UnitId) -> Result<Vec<UnitId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select id from units where parent_id = $1 and address is null")
        .bind(id)
        .fetch_all(c))?)
}

pub(super) async fn find(c: &mut Conn<'_>, id: UnitId) -> Result<Option<Stored>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from units where id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// How many units stand directly below each of these.
pub(super) async fn child_counts(c: &mut Conn<'_>, ids: &[UnitId]) -> Result<HashMap<UnitId, i64>, ApiError> {
    let counts: Vec<(UnitId, i64)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select parent_id, cast(count(*) as bigint) from units where parent_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" group by parent_id");
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(counts.into_iter().collect())
}

/// What a list of units is narrowed to.
pub(super) struct Filter {
    pub(super) kind: Option<UnitKind>,
    pub(super) parent: Option<UnitId>,
    pub(super) top: Option<UnitId>,
    /// Made before then.
    pub(super) before: Option<Instant>,
    pub(super) name_prefix: Option<String>,
    pub(super) reach: Option<Scope>,
    pub(super) after: Option<(String, UnitId)>,
}

/// Units by name, one more than `limit` where there are more.
pub(super) async fn list(c: &mut Conn<'_>, filter: &Filter, limit: i64) -> Result<Vec<Stored>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from units where 1 = 1");
        if let Some(kind) = filter.kind {
            query.push(" and kind = ").push_bind(kind);
        }
        if let Some(parent) = filter.parent {
            query.push(" and parent_id = ").push_bind(parent);
        }
        if let Some(before) = filter.before {
            query.push(" and created_at < ").push_bind(before);
        }
        if let Some(top) = filter.top {
            query.push(" and id in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(top).push(")");
        }
        if let Some(prefix) = &filter.name_prefix {
            query.push(" and name >= ").push_bind(prefix.clone());
            query.push(" and name < ").push_bind(format!("{prefix}\u{10ffff}"));
        }
        if let Some(scope) = &filter.reach {
            query.push(" and ");
            scope.push_units(&mut query, "units.id");
        }
        if let Some((name, id)) = &filter.after {
            query.push(" and (name, id) > (").push_bind(name.clone()).push(", ").push_bind(*id).push(")");
        }
        query.push(" order by name, id limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Units where members can live the organisation life, by name, one more than `limit` where there are more.
pub(super) async fn hosts(
    c: &mut Conn<'_>,
    name_prefix: Option<String>,
    after: Option<(String, UnitId)>,
    limit: i64,
) -> Result<Vec<UnitRef>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, kind, name from units where kind in (");
        let mut kinds = query.separated(", ");
        for kind in UnitKind::ALL.iter().filter(|kind| kind.can_host()) {
            kinds.push_bind(*kind);
        }
        query.push(")");
        if let Some(prefix) = &name_prefix {
            query.push(" and name >= ").push_bind(prefix.clone());
            query.push(" and name < ").push_bind(format!("{prefix}\u{10ffff}"));
        }
        if let Some((name, id)) = &after {
            query.push(" and (name, id) > (").push_bind(name.clone()).push(", ").push_bind(*id).push(")");
        }
        query.push(" order by name, id limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Puts a unit into the tree.
pub(super) async fn insert(c: &mut Conn<'_>, unit: &Stored, now: Instant) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query(
            "insert into units (id, kind, name, parent_id, division_code, valid_from, valid_until, address, contact_name,
                                contact_phone, term_started_on, term_years, card_title, version, created_at, updated_at,
                                term_ends_on)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16)"
        )
        .bind(unit.id)
        .bind(unit.kind)
        .bind(&unit.name)
        .bind(unit.parent_id)
        .bind(&unit.division_code)
        .bind(unit.valid_from)
        .bind(unit.valid_until)
        .bind(&unit.address)
        .bind(&unit.contact_name)
        .bind(&unit.contact_phone)
        .bind(unit.term_started_on)
        .bind(unit.term_years)
        .bind(&unit.card_title)
        .bind(unit.version)
        .bind(now)
        .bind(unit.term_ends_on())
    )?;
    execute!(
        &mut *c,
        sqlx::query("insert into unit_ancestors (unit_id, ancestor_id, depth) values ($1, $1, 0)").bind(unit.id)
    )?;
    execute!(
        c,
        sqlx::query(
            "insert into unit_ancestors (unit_id, ancestor_id, depth)
             select $1, ancestor_id, depth + 1 from unit_ancestors where unit_id = $2"
        )
        .bind(unit.id)
        .bind(unit.parent_id)
    )?;
    Ok(())
}

/// Writes the next version over the one before; false where another one has come between.
pub(super) async fn update(c: &mut Conn<'_>, unit: &Stored, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update units set name = $3, division_code = $4, valid_from = $5, valid_until = $6, address = $7,
                    contact_name = $8, contact_phone = $9, term_started_on = $10, term_years = $11, card_title = $12,
                    version = $2, updated_at = $13, term_ends_on = $14
              where id = $1 and version = $2 - 1"
        )
        .bind(unit.id)
        .bind(unit.version)
        .bind(&unit.name)
        .bind(&unit.division_code)
        .bind(unit.valid_from)
        .bind(unit.valid_until)
        .bind(&unit.address)
        .bind(&unit.contact_name)
        .bind(&unit.contact_phone)
        .bind(unit.term_started_on)
        .bind(unit.term_years)
        .bind(&unit.card_title)
        .bind(now)
        .bind(unit.term_ends_on())
    )?;
    Ok(touched == 1)
}

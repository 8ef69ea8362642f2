//! Which stays count for a unit: the one rule behind overviews and reports.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::store::{self, OPEN};
use crate::{
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    ids::{MemberId, UnitId},
    on_engine,
    people::Membership,
    units::{self, UnitKind, UnitRef},
};

/// Which end of a stay has to lie at or below the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedEnd {
    /// For a department: those that began below it.
    Home,
    /// For all others: those that lead there, and those that began there.
    Both,
}

/// The unit whose stays are counted, and which of them: a liaison office shows its department's.
pub async fn counted(c: &mut Conn<'_>, unit: UnitId) -> Result<(UnitRef, CountedEnd), ApiError> {
    let asked = units::unit_ref(c, unit).await?;
    match asked.kind {
        UnitKind::Department => Ok((asked, CountedEnd::Home)),
        UnitKind::LiaisonOffice => match units::department_above(c, unit).await? {
            Some(department) => {
                let department = UnitRef { id: department.id, kind: UnitKind::Department, name: department.name };
                Ok((department, CountedEnd::Home))
            }
            None => Ok((asked, CountedEnd::Both)),
        },
        _ => Ok((asked, CountedEnd::Both)),
    }
}

/// Whose records are asked for: the members with a stay in force that counts for a unit, or these.
///
/// Each belongs to one unit: the host, or else (a home unit's members who are away) the home.
#[derive(Clone, Debug)]
pub enum Counted {
    /// Those who count for `top`, as far as their unit lies at or below `below`.
    Of {
        /// The unit for which they count.
        top: UnitId,
        /// By which ends.
        end: CountedEnd,
        /// It, or a unit below it.
        below: UnitId,
    },
    /// These.
    These(Vec<MemberId>),
}

/// A member who counts for a unit.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CountedMember {
    /// The member.
    pub member_id: MemberId,
    /// The name.
    pub name: String,
    /// The unit to which the member belongs here.
    pub unit_id: UnitId,
    /// Full or probationary.
    pub membership: Membership,
    /// Whether the member is retired.
    pub retired: bool,
}

impl Counted {
    /// Appends `(…)`, the ids of these members.
    pub fn push_ids<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        match self {
            Self::Of { .. } => {
                query.push("(select r.member_id from registrations r where ");
                self.push_stays(query);
                query.push(")");
            }
            Self::These(members) => push_ids(query, members.iter().map(|member| member.0)),
        }
    }

    /// Appends what is true for their stays `r`.
    fn push_stays<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("r.status in ('active', 'out_of_contact')");
        match self {
            Self::These(members) => {
                query.push(" and r.member_id in ");
                push_ids(query, members.iter().map(|member| member.0));
            }
            Self::Of { top, end, below } => {
                query.push(" and (r.home_unit_id").push(BELOW).push_bind(top.0).push(")");
                if *end == CountedEnd::Both {
                    query.push(" or r.host_unit_id").push(BELOW).push_bind(top.0).push(")");
                }
                query.push(")");
                if below != top {
                    query.push(" and ");
                    self.push_unit(query);
                    query.push(BELOW).push_bind(below.0).push(")");
                }
            }
        }
    }

    /// Appends the unit to which the member of the stay `r` belongs.
    fn push_unit<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        match *self {
            Self::Of { top, end: CountedEnd::Both, .. } => {
                query.push("(case when r.host_unit_id").push(BELOW).push_bind(top.0);
                query.push(") then r.host_unit_id else r.home_unit_id end)");
            }
            Self::Of { end: CountedEnd::Home, .. } => {
                query.push("r.home_unit_id");
            }
            Self::These(_) => {
                query.push("r.host_unit_id");
            }
        }
    }
}

/// A member who counted for a unit, and where.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CountedThen {
    /// The member.
    pub member_id: MemberId,
    /// The name.
    pub name: String,
    /// The unit to which the member belonged then: the host where it lies at or below the unit, else the home.
    pub unit_id: UnitId,
}

/// Whose stay was open at the end of a day, as its history says, and counted for a unit; by name.
pub async fn counted_then(c: &mut Conn<'_>, unit: UnitId, on: Day) -> Result<Vec<CountedThen>, ApiError> {
    let (counted, end) = counted(c, unit).await?;
    store::open_before(c, counted.id, end, on.plus_days(1).starts()).await
}

/// Appends the stays `r`, each with the line `h` of its history that stood before an instant.
pub fn push_stays_before<DB>(query: &mut QueryBuilder<DB>, before: Instant)
where
    DB: Database,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("registrations r join registration_history h on ");
    push_line_before(query, before);
}

/// Appends what is true for the line `h` of the history of the stay `r` that stood before an instant.
pub(super) fn push_line_before<DB>(query: &mut QueryBuilder<DB>, before: Instant)
where
    DB: Database,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("h.registration_id = r.id and h.version = (select max(x.version) from registration_history x");
    query.push(" where x.registration_id = r.id and x.at < ").push_bind(before.0).push(")");
}

/// Appends what is true for such a stay where it was open then.
pub fn push_open_before<DB>(query: &mut QueryBuilder<DB>, before: Instant)
where
    DB: Database,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("h.to_status in ").push(OPEN).push(" and (r.ended_at is null or r.ended_at >= ");
    query.push_bind(before.0).push(")");
}

pub(super) const BELOW: &str = " in (select unit_id from unit_ancestors where ancestor_id = ";

/// These members by name.
pub async fn counted_members(c: &mut Conn<'_>, counted: &Counted) -> Result<Vec<CountedMember>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select r.member_id, r.name, ");
        counted.push_unit(&mut query);
        query.push(
            " as unit_id, m.membership, m.retired from registrations r join members m on m.id = r.member_id where ",
        );
        counted.push_stays(&mut query);
        query.push(" order by r.name, r.member_id").build_query_as().fetch_all(c).await
    })?)
}

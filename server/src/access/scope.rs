//! What a caller's roles reach: units, and members by their home or host end.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::{Access, Held, Role, Who, store};
use crate::{
    db::{Conn, push_ids},
    error::ApiError,
    ids::{MemberId, UnitId},
};

/// Which end of a record must lie below the role's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The member's home unit.
    Home,
    /// The member's host unit.
    Host,
    /// Either end.
    Either,
    /// The unit that the record belongs to (a unit, an event, an account's assignment).
    Unit,
    /// No record at all, or one that every holder of the role may see.
    Any,
}

impl Side {
    /// What both ends have in common.
    fn meet(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, two) if one == two => Some(one),
            (Self::Either, end @ (Self::Home | Self::Host)) | (end @ (Self::Home | Self::Host), Self::Either) => {
                Some(end)
            }
            _ => None,
        }
    }
}

/// One role's reach: a unit and all below it, or everything (`None`: an administrator of the whole registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which end counts.
    pub side: Side,
    /// The unit; `None` reaches all.
    pub unit: Option<UnitId>,
}

/// What is left of a role's end where it is lent: no more than the row gives the lender. What the row gives to nobody but
/// the holders of the role is their own work, and nothing that a lender could have lent.
fn lent(side: Side, held: &Held, roles: &[(Role, Side)]) -> Option<Side> {
    let Some(lender) = held.lender else { return Some(side) };
    if roles.iter().all(|(role, _)| *role == held.role) {
        return Some(side);
    }
    roles.iter().filter(|(role, _)| *role == lender).find_map(|(_, has)| side.meet(*has))
}

/// All that the caller's roles (or being the member concerned) reach in this operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// By roles.
    pub grants: Vec<Grant>,
    /// The member whose own records are meant.
    pub own: Option<MemberId>,
}

impl Scope {
    /// What an operation's row grants to the holder of these roles.
    pub(super) fn of(access: &Access, who: &Who, held: &[Held]) -> Self {
        let (own, roles): (bool, &[_]) = match access {
            Access::Public { roles } => (true, roles),
            Access::SignedIn => (true, &[]),
            Access::Only { member, roles } => (*member, roles),
        };
        let own = match who {
            Who::Member { member, .. } if own => Some(*member),
            _ => None,
        };
        let granted = held.iter().flat_map(|held| {
            let own = roles.iter().filter(|(role, _)| *role == held.role);
            own.filter_map(move |(_, side)| Some(Grant { side: lent(*side, held, roles)?, unit: held.reach }))
        });
        Self { grants: granted.collect(), own }
    }

    /// The reach of an administrator of the whole registry, and of the program itself.
    pub fn everything() -> Self {
        Self { grants: vec![Grant { side: Side::Unit, unit: None }], own: None }
    }

    /// Whether it reaches units without limit.
    pub fn is_everything(&self) -> bool {
        self.grants.contains(&Grant { side: Side::Unit, unit: None })
    }

    /// Whether the roles reach one end of a stay (`Home` or `Host`), whose unit and those above it are given.
    pub fn covers_end(&self, end: Side, above: &[UnitId]) -> bool {
        let counts = |side: Side| side == end || side == Side::Either;
        self.grants.iter().any(|g| counts(g.side) && g.unit.is_some_and(|unit| above.contains(&unit)))
    }

    /// Whether a record of `unit` is within reach.
    pub async fn reaches_unit(&self, c: &mut Conn<'_>, unit: UnitId) -> Result<bool, ApiError> {
        Ok(self.covers_unit(&store::ancestors(c, unit).await?))
    }

    /// The same, where the unit and those above it are known already.
    pub fn covers_unit(&self, above: &[UnitId]) -> bool {
        self.grants.iter().any(|g| match g.side {
            Side::Any => true,
            Side::Unit => g.unit.is_none_or(|u| above.contains(&u)),
            Side::Home | Side::Host | Side::Either => g.unit.is_some_and(|u| above.contains(&u)),
        })
    }

    /// 404 unless a record of `unit` is within reach.
    pub async fn require_unit(&self, c: &mut Conn<'_>, unit: UnitId) -> Result<(), ApiError> {
        if self.reaches_unit(c, unit).await? { Ok(()) } else { Err(ApiError::not_found()) }
    }

    /// Whether a member's stay with these two ends is within reach.
    pub async fn reaches_stay(
        &self,
        c: &mut Conn<'_>,
        member: MemberId,
        home: UnitId,
        host: UnitId,
    ) -> Result<bool, ApiError> {
        if self.own == Some(member) {
            return Ok(true);
        }
        let above_home = store::ancestors(c, home).await?;
        let above_host = store::ancestors(c, host).await?;
        Ok(self.covers_stay(member, &above_home, &above_host))
    }

    /// The same, where the units at and above either end are known already.
    pub fn covers_stay(&self, member: MemberId, above_home: &[UnitId], above_host: &[UnitId]) -> bool {
        self.own == Some(member) || self.covers_end(Side::Home, above_home) || self.covers_end(Side::Host, above_host)
    }

    /// 404 unless a member's stay with these two ends is within reach.
    pub async fn require_stay(
        &self,
        c: &mut Conn<'_>,
        member: MemberId,
        home: UnitId,
        host: UnitId,
    ) -> Result<(), ApiError> {
        if self.reaches_stay(c, member, home, host).await? { Ok(()) } else { Err(ApiError::not_found()) }
    }

    /// The ends by which the roles reach stays: the column of a stay that has the unit, and the unit at or above it.
    pub fn ends(&self) -> Vec<(&'static str, UnitId)> {
        let columns = |side: Side| -> &[&'static str] {
            match side {
                Side::Home => &["home_unit_id"],
                Side::Host => &["host_unit_id"],
                Side::Either => &["home_unit_id", "host_unit_id"],
                Side::Unit | Side::Any => &[],
            }
        };
        let of = |grant: &Grant| Some((columns(grant.side), grant.unit?));
        self.grants
            .iter()
            .filter_map(of)
            .flat_map(|(columns, unit)| columns.iter().map(move |end| (*end, unit)))
            .collect()
    }

    /// Appends `(…)`, true for the stays within reach, to a query over a table or alias `r` that has `member_id`,
    /// `home_unit_id` and `host_unit_id`. The database may begin with the units within reach.
    pub fn push_stays<DB>(&self, query: &mut QueryBuilder<DB>, r: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let push = |query: &mut QueryBuilder<DB>, end: &'static str, unit: UnitId| {
            query.push(r).push(".").push(end);
            query.push(" in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit.0).push(")");
        };
        match (self.own, self.ends().as_slice()) {
            // Behind an `or`, PostgreSQL sees no units to begin with.
            (None, [(end, unit)]) => push(query, end, *unit),
            _ => self.push_ends(query, r, push),
        }
    }

    /// The same, for queries that count or list whatever is within reach: the database begins with the units, of either end.
    pub fn push_stays_by_units<DB>(&self, query: &mut QueryBuilder<DB>, r: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        push_stays_at(query, r, self.own, self.ends());
    }

    /// The same, asked of each stay by itself: for queries that have few stays at hand, over however many units.
    pub fn push_stays_one_by_one<DB>(&self, query: &mut QueryBuilder<DB>, r: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.push_ends(query, r, |query, end, unit| {
            push_lies_below(query, &format!("{r}.{end}"), unit);
        });
    }

    fn push_ends<DB>(
        &self,
        query: &mut QueryBuilder<DB>,
        r: &'static str,
        mut push: impl FnMut(&mut QueryBuilder<DB>, &'static str, UnitId),
    ) where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("(1 = 0");
        if let Some(member) = self.own {
            query.push(" or ").push(r).push(".member_id = ").push_bind(member.0);
        }
        for (end, unit) in self.ends() {
            query.push(" or ");
            push(query, end, unit);
        }
        query.push(")");
    }

    /// Appends `(…)`, true for the very units on which a role is held, and the groups in them, over the unit id column
    /// `column`: what each unit does for itself, those above do not do for it.
    pub fn push_own_units<DB>(&self, query: &mut QueryBuilder<DB>, column: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        let own = || self.grants.iter().filter_map(|grant| grant.unit).map(|unit| unit.0);
        query.push("(").push(column).push(" in ");
        push_ids(query, own());
        query.push(" or ").push(column).push(" in (select id from units where kind = 'group' and parent_id in ");
        push_ids(query, own());
        query.push("))");
    }

    /// Appends `(…)`, true for the units within reach, over the unit id column `column`.
    pub fn push_units<DB>(&self, query: &mut QueryBuilder<DB>, column: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("(");
        let mut any = false;
        for grant in &self.grants {
            query.push(if std::mem::replace(&mut any, true) { " or " } else { "" });
            match (grant.side, grant.unit) {
                (Side::Any, _) | (Side::Unit, None) => query.push("1 = 1"),
                (_, None) => query.push("1 = 0"),
                (_, Some(unit)) => query
                    .push(column)
                    .push(" in (select unit_id from unit_ancestors where ancestor_id = ")
                    .push_bind(unit.0)
                    .push(")"),
            };
        }
        query.push(if any { ")" } else { "1 = 0)" });
    }
}

/// Appends `exists (…)`: the unit in `column` is `unit` or lies below it. Asked of each row by itself, however many units there are.
pub fn push_lies_below<DB>(query: &mut QueryBuilder<DB>, column: &str, unit: UnitId)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("exists (select 1 from unit_ancestors x where x.unit_id = ").push(column);
    query.push(" and x.ancestor_id = ").push_bind(unit.0).push(")");
}

/// Appends `r.id in (…)`: the stays of a member, and those with an end, a column of theirs, at or below a unit. An `or` of the two
/// ends would have the database look at every stay there is.
pub fn push_stays_at<DB>(
    query: &mut QueryBuilder<DB>,
    r: &'static str,
    member: Option<MemberId>,
    ends: impl IntoIterator<Item = (&'static str, UnitId)>,
) where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push(r).push(".id in (select id from registrations where id in (null)");
    if let Some(member) = member {
        query.push(" union all select id from registrations where member_id = ").push_bind(member.0);
    }
    for (end, unit) in ends {
        query.push(" union all select id from registrations where ").push(end);
        query.push(" in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(unit.0).push(")");
    }
    query.push(")");
}

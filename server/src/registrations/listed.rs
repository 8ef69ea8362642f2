//! Stays as they are listed: each with its member, its units and its card, in one row of one statement. What a page costs is the
//! rows and the trips to the engine, and here it is a row a stay and one trip.

use sqlx::{Database, QueryBuilder};

use super::{
    model::{BRANCH_MEMBERS, CardRef, CardStatus, Stay},
    store::COLUMNS,
};
use crate::{
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::RegistrationId,
    on_engine,
    people::{Gender, MemberBrief, Membership},
    units::{UnitKind, UnitRef},
};

/// A stay with what is shown beside it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Listed {
    #[sqlx(flatten)]
    pub(super) stay: Stay,
    name: String,
    gender: Gender,
    membership: Membership,
    home_kind: UnitKind,
    home_name: String,
    department_kind: UnitKind,
    department_name: String,
    host_kind: UnitKind,
    host_name: String,
    card_number: Option<String>,
    card_status: Option<CardStatus>,
    card_review_due: Option<Day>,
    /// Whether an employer is on record.
    pub(super) employed: bool,
    /// Active members at the host with the same employer, counted no further than what makes a branch.
    crowd: i64,
}

impl Listed {
    pub(super) fn member(&self) -> MemberBrief {
        let (id, name) = (self.stay.member_id, self.name.clone());
        MemberBrief { id, name, gender: self.gender, membership: self.membership }
    }

    pub(super) fn home(&self) -> UnitRef {
        UnitRef { id: self.stay.home_unit_id, kind: self.home_kind, name: self.home_name.clone() }
    }

    pub(super) fn home_department(&self) -> UnitRef {
        UnitRef { id: self.stay.home_department_id, kind: self.department_kind, name: self.department_name.clone() }
    }

    pub(super) fn host(&self) -> UnitRef {
        UnitRef { id: self.stay.host_unit_id, kind: self.host_kind, name: self.host_name.clone() }
    }

    /// The card issued for the stay: the living one, or else the newest.
    pub(super) fn card(&self, today: Day) -> Option<CardRef> {
        let (number, status, review_due) = (self.card_number.clone()?, self.card_status?, self.card_review_due?);
        Some(CardRef { number, status, review_due, review_overdue: status.is_living() && review_due < today })
    }

    /// Whether as many members at one employer as make a branch are there.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowd >= BRANCH_MEMBERS
    }
}

/// Appends the beginning of a statement that lists the stays `r` of the conditions to follow: `select … where `.
pub(super) fn push_select<DB: Database>(query: &mut QueryBuilder<DB>) {
    query.push(
        "select page.*, m.name, m.gender, m.membership, home.kind as home_kind, home.name as home_name,
           department.kind as department_kind, department.name as department_name,
           host.kind as host_kind, host.name as host_name,
           k.number as card_number, k.status as card_status, k.review_due as card_review_due,
           page.employer is not null as employed,
           (select cast(count(*) as bigint) from (
                select 1 from registrations o
                 where page.status = 'active' and o.host_unit_id = page.host_unit_id and o.employer = page.employer
                   and o.status = 'active' and o.employer is not null limit ",
    );
    query.push(BRANCH_MEMBERS).push(") fellows) as crowd from (select ");
    query.push(COLUMNS).push(", r.employer from registrations r where ");
}

/// Appends the end of it, behind the conditions, the order and the limit; the order of the `page` has to follow.
pub(super) fn push_beside<DB: Database>(query: &mut QueryBuilder<DB>) {
    // Cross joins keep the order on SQLite: first the few stays, then for each what belongs to it, by its id.
    query.push(
        ") page cross join members m cross join units home cross join units department cross join units host
           left join cards k on k.registration_id = page.id and not exists (
                select 1 from cards c
                 where c.registration_id = page.id
                   and (case when c.status in ('active', 'suspended') then 1 else 0 end, c.id)
                     > (case when k.status in ('active', 'suspended') then 1 else 0 end, k.id))
          where m.id = page.member_id and home.id = page.home_unit_id and department.id = page.home_department_id
            and host.id = page.host_unit_id",
    );
}

/// One stay as it is listed.
pub(super) async fn one(c: &mut Conn<'_>, id: RegistrationId) -> Result<Listed, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        push_select(&mut query);
        query.push("r.id = ").push_bind(id);
        push_beside(&mut query);
        query.build_query_as().fetch_one(c).await
    })?)
}

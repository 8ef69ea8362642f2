//! SQL of the cards that are printed together.

use sqlx::QueryBuilder;

use super::{faces::Printable, number::CardNumber};
use crate::{
    access::Scope,
    clock::Day,
    db::{Conn, push_ids},
    error::ApiError,
    ids::{RegistrationId, UnitId},
    on_engine,
};

/// Which of a unit's cards are to be printed.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Living cards of stays with an end at or below it.
    pub(super) unit: UnitId,
    /// Only those made on this day or later.
    pub(super) issued_since: Option<Day>,
    /// Only those made on this day or earlier.
    pub(super) issued_until: Option<Day>,
    /// Only those of these stays, where any are named.
    pub(super) registrations: Vec<RegistrationId>,
}

/// The living cards that are wanted and within reach, in the order of their numbers.
pub(super) async fn living(
    c: &mut Conn<'_>,
    scope: &Scope,
    wanted: &Wanted,
    after: Option<&CardNumber>,
    limit: i64,
) -> Result<Vec<Printable>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select k.id, k.number, k.registration_id, k.member_id, k.department_id, k.status, k.issued_on, k.review_due,
                    k.replaced_by, k.version, k.created_at, r.home_unit_id, r.host_unit_id
               from registrations r join cards k on k.registration_id = r.id and k.status in ('active', 'suspended')
              where (r.home_unit_id in (select unit_id from unit_ancestors where ancestor_id = ",
        );
        query.push_bind(wanted.unit.0);
        query.push(") or r.host_unit_id in (select unit_id from unit_ancestors where ancestor_id = ");
        query.push_bind(wanted.unit.0).push(")) and ");
        scope.push_stays(&mut query, "r");
        if let Some(day) = wanted.issued_since {
            query.push(" and k.issued_on >= ").push_bind(day);
        }
        if let Some(day) = wanted.issued_until {
            query.push(" and k.issued_on <= ").push_bind(day);
        }
        if !wanted.registrations.is_empty() {
            query.push(" and r.id in ");
            push_ids(&mut query, wanted.registrations.iter().map(|id| id.0));
        }
        if let Some(number) = after {
            query.push(" and k.number > ").push_bind(number.clone());
        }
        query.push(" order by k.number limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

//! Two censuses side by side: what each counts, and whose answer is another.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    lines_store::{self, Part},
    model::{CensusRow, Standing},
    view::{self, Census},
};
use crate::{
    access::Caller,
    db::Conn,
    error::ApiError,
    ids::{MemberId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// As many changes are told at once.
const MOST: usize = 500;

/// Two censuses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// The one.
    pub before: Census,
    /// The other.
    pub after: Census,
    /// The units whose answer is another, or whom only one of them asked; by name, 500 at most.
    pub units: Vec<UnitChange>,
    /// How many such units there are.
    pub units_changed: i64,
    /// The members of whom that is true; by name, 500 at most.
    pub members: Vec<MemberChange>,
    /// How many such members there are.
    pub members_changed: i64,
}

/// A unit whose answer is another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnitChange {
    /// The unit.
    pub unit: UnitRef,
    /// What the one says; null: it did not ask.
    pub before: Option<Standing>,
    /// What the other says.
    pub after: Option<Standing>,
}

/// A member whose answer is another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberChange {
    /// The member.
    pub member: MemberRef,
    /// Where the member belonged, by the other census where it asks.
    pub unit: UnitRef,
    /// What the one says; null: it did not ask.
    pub before: Option<Standing>,
    /// What the other says.
    pub after: Option<Standing>,
}

/// What differs, by whom it is of.
type Changes = BTreeMap<Uuid, (UnitId, Option<Standing>, Option<Standing>)>;

fn changes(before: Vec<(Uuid, UnitId, Standing)>, after: Vec<(Uuid, UnitId, Standing)>) -> Changes {
    let mut all: Changes = before.into_iter().map(|(of, unit, standing)| (of, (unit, Some(standing), None))).collect();
    for (of, unit, standing) in after {
        let entry = all.entry(of).or_insert((unit, None, None));
        (entry.0, entry.2) = (unit, Some(standing));
    }
    all.retain(|_, (_, before, after)| before != after);
    all
}

/// Compares two censuses, as far as the caller reaches both.
pub(super) async fn compare(
    c: &mut Conn<'_>,
    caller: &Caller,
    before: CensusRow,
    after: CensusRow,
) -> Result<Comparison, ApiError> {
    let part = Part { scope: Some(&caller.scope), ..Part::default() };
    let mut of = [Changes::new(), Changes::new()];
    for (members, of) in [false, true].into_iter().zip(&mut of) {
        let one = lines_store::standings(c, before.id, members, part).await?;
        let other = lines_store::standings(c, after.id, members, part).await?;
        *of = changes(one, other);
    }
    let [units, members] = of;
    let named: Vec<UnitId> = units.values().chain(members.values()).map(|(unit, ..)| *unit).collect();
    let ids: Vec<MemberId> = members.keys().map(|id| MemberId(*id)).collect();
    let mut refs = units::unit_refs(c, &[]).await?;
    let mut briefs = people::briefs(c, &[]).await?;
    // A list of ids in a query has its bounds.
    for named in named.chunks(MOST) {
        refs.extend(units::unit_refs(c, named).await?);
    }
    for ids in ids.chunks(MOST) {
        briefs.extend(people::briefs(c, ids).await?);
    }
    let count = |changes: &Changes| i64::try_from(changes.len()).map_err(ApiError::internal);
    let (units_changed, members_changed) = (count(&units)?, count(&members)?);
    let mut units: Vec<UnitChange> = units
        .into_iter()
        .filter_map(|(_, (unit, before, after))| Some(UnitChange { unit: refs.get(&unit)?.clone(), before, after }))
        .collect();
    units.sort_by(|a, b| a.unit.name.cmp(&b.unit.name));
    units.truncate(MOST);
    let mut members: Vec<MemberChange> = members
        .into_iter()
        .filter_map(|(id, (unit, before, after))| {
            let brief = briefs.get(&MemberId(id))?;
            let member = MemberRef { id: brief.id, name: brief.name.clone() };
            Some(MemberChange { member, unit: refs.get(&unit)?.clone(), before, after })
        })
        .collect();
    members.sort_by(|a, b| a.member.name.cmp(&b.member.name));
    members.truncate(MOST);
    Ok(Comparison {
        before: view::shown(c, caller, before).await?,
        after: view::shown(c, caller, after).await?,
        units,
        units_changed,
        members,
        members_changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::censuses::model::UnableReason;

    #[test]
    fn only_what_differs_is_told() {
        let unit = UnitId(Uuid::from_u128(9));
        let id = Uuid::from_u128;
        let standing = |able, reason| Standing { able, reason };
        let able = standing(Some(true), None);
        let away = standing(Some(false), Some(UnableReason::Floating));
        let ill = standing(Some(false), Some(UnableReason::SeriousIllness));
        let before = vec![(id(1), unit, able), (id(2), unit, able), (id(3), unit, away), (id(4), unit, able)];
        let after = vec![(id(1), unit, able), (id(2), unit, away), (id(3), unit, ill), (id(5), unit, able)];
        let found: Vec<_> = changes(before, after).into_iter().map(|(of, (_, one, other))| (of, one, other)).collect();
        assert_eq!(
            found,
            [
                (id(2), Some(able), Some(away)),
                (id(3), Some(away), Some(ill)),
                (id(4), Some(able), None),
                (id(5), None, Some(able)),
            ]
        );
    }
}

//! Who looked at a member's record: read from the audit log, with the role and the unit but never the person.

use super::{
    model::{AccessLogEntry, HeldRole, LookUp},
    store,
};
use crate::{
    access::Role,
    db::Conn,
    error::ApiError,
    http::{Page, PageQuery},
    ids::{AccountId, MemberId, UnitId},
    units,
};

/// A page of looks at `member`'s record by others, newest first.
pub async fn access_log(
    c: &mut Conn<'_>,
    member: MemberId,
    page: &PageQuery,
) -> Result<Page<AccessLogEntry>, ApiError> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(i64::MAX));
    let page = Page::cut(store::look_ups(c, member, before, limit + 1).await?, limit, |row| row.seq);

    let accounts: Vec<AccountId> = page.items.iter().filter_map(account).collect();
    let roles = store::roles_of(c, &accounts).await?;
    let from: Vec<_> = page.items.iter().map(|row| looked_from(row, &roles)).collect();
    let ids: Vec<UnitId> = from.iter().filter_map(|(_, unit)| *unit).collect();
    let refs = units::unit_refs(c, &ids).await?;
    let mut from = from.into_iter();
    Ok(page.map(|row| {
        let (by_role, unit) = from.next().unwrap_or_default();
        AccessLogEntry {
            at: row.at,
            action: row.action,
            by_role,
            unit: unit.and_then(|unit| refs.get(&unit).cloned()),
            purpose: row.note,
        }
    }))
}

fn account(row: &LookUp) -> Option<AccountId> {
    row.actor_id.filter(|_| row.actor_kind == "account").map(AccountId)
}

/// The role in which an account looked, and its unit: the one whose reach begins at the recorded unit, or else the only one that
/// it holds; what is recorded of a unit's work names that unit, whoever looks. A liaison office looks for the department above
/// it, and is named itself.
fn looked_from(row: &LookUp, roles: &[HeldRole]) -> (Option<Role>, Option<UnitId>) {
    let held: Vec<&HeldRole> = roles.iter().filter(|role| Some(role.account_id) == account(row)).collect();
    let office = |role: &&&HeldRole| role.role == Role::LiaisonOfficer && role.parent_id == row.unit_id;
    let Some(recorded) = row.unit_id else {
        return held.first().map_or((None, None), |role| (Some(role.role), role.unit_id));
    };
    match held.iter().find(|role| role.unit_id == Some(recorded)).or_else(|| held.iter().find(office)) {
        Some(role) => (Some(role.role), role.unit_id),
        None => match held[..] {
            [only] => (Some(only.role), only.unit_id.or(Some(recorded))),
            _ => (held.first().map(|role| role.role), Some(recorded)),
        },
    }
}

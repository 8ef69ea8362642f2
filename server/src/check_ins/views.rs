//! Entries and attendance as the API shows them.

use std::collections::{HashMap, HashSet};

use super::{
    decide::Outcome,
    entry::{ANSWER, DISPUTE, REASON},
    model::AttendanceItem,
    store::{self, Attended, EntryRow},
};
use crate::{
    access::{Caller, Operation, Role},
    db::Conn,
    error::ApiError,
    events::{self, EventRow, Expected},
    ids::{EventId, MemberId, UnitId},
    keys::Vault,
    people::MemberRef,
    units::{self, UnitRef},
};

/// What stands for one member at an event, as the live wall and the answers to a secretary show it, without reasons.
pub(super) async fn attendance_item(
    c: &mut Conn<'_>,
    event: EventId,
    member: MemberId,
) -> Result<Option<AttendanceItem>, ApiError> {
    Ok(items_of(c, event, &[member]).await?.remove(&member))
}

/// The same for several members.
pub(super) async fn items_of(
    c: &mut Conn<'_>,
    event: EventId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, AttendanceItem>, ApiError> {
    let rows = store::attended(c, event, Some(members)).await?;
    let asked: HashMap<MemberId, UnitId> = events::asked_of(c, event, members).await?.into_iter().collect();
    let known = asked.iter().map(|(member, host)| (*member, *host));
    let hosts = hosts(c, rows.iter().map(|row| row.entry.member_id).collect::<Vec<_>>(), known).await?;
    let shown = rows.into_iter().filter_map(|row| {
        let member = row.entry.member_id;
        Some((member, item(row, hosts.get(&member)?.clone(), !asked.contains_key(&member))))
    });
    Ok(shown.collect())
}

/// Everyone who was asked to come, by name, and then whoever came without.
pub(super) async fn attendance_items(
    c: &mut Conn<'_>,
    event: EventId,
    reasons: Option<&Vault>,
) -> Result<Vec<AttendanceItem>, ApiError> {
    let asked = events::expected_members(c, event).await?;
    let rows = store::attended(c, event, None).await?;
    let known = asked.iter().map(|member| (member.member_id, member.host_unit_id));
    let guests: Vec<MemberId> = rows.iter().map(|row| row.entry.member_id).collect();
    let hosts = hosts(c, guests, known).await?;
    let mut standing: HashMap<MemberId, Attended> = rows.iter().map(|row| (row.entry.member_id, row.clone())).collect();
    let mut items = Vec::with_capacity(asked.len());
    let mut seen = HashSet::new();
    for Expected { member_id, name, .. } in asked {
        // Two stays of one member may both touch the event.
        let Some(host) = hosts.get(&member_id).filter(|_| seen.insert(member_id)) else { continue };
        items.push(match standing.remove(&member_id) {
            Some(row) => with_reasons(item(row.clone(), host.clone(), false), &row, reasons)?,
            None => nothing_yet(MemberRef { id: member_id, name }, host.clone()),
        });
    }
    for row in rows.into_iter().filter(|row| standing.contains_key(&row.entry.member_id)) {
        if let Some(host) = hosts.get(&row.entry.member_id) {
            items.push(with_reasons(item(row.clone(), host.clone(), true), &row, reasons)?);
        }
    }
    Ok(items)
}

/// Whether the caller reads why someone was on leave: that is private to the unit that holds the event, so neither a
/// supervisor nor a committee far above reads it.
pub(super) async fn reads_reasons(c: &mut Conn<'_>, caller: &Caller, event: &EventRow) -> Result<bool, ApiError> {
    if !caller.scope_in(Operation::RecordAttendance).reaches_unit(c, event.unit_id).await? {
        return Ok(false);
    }
    for held in &caller.held {
        let Some(unit) = held.reach else { continue };
        let holds = match held.role {
            Role::BranchSecretary => events::is_at_or_below(c, event.unit_id, unit).await?,
            Role::CommitteeOfficer => unit == event.unit_id,
            _ => false,
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The host units of these members: as `known`, else of their latest stay.
async fn hosts(
    c: &mut Conn<'_>,
    members: impl IntoIterator<Item = MemberId>,
    known: impl IntoIterator<Item = (MemberId, UnitId)>,
) -> Result<HashMap<MemberId, UnitRef>, ApiError> {
    let mut hosts: HashMap<MemberId, UnitId> = HashMap::new();
    for (member, host) in known {
        hosts.entry(member).or_insert(host);
    }
    let missing: Vec<MemberId> = members.into_iter().filter(|member| !hosts.contains_key(member)).collect();
    if !missing.is_empty() {
        hosts.extend(store::latest_hosts(c, &missing).await?);
    }
    let units: HashSet<UnitId> = hosts.values().copied().collect();
    let units = units::unit_refs(c, &units.into_iter().collect::<Vec<_>>()).await?;
    Ok(hosts.into_iter().filter_map(|(member, host)| Some((member, units.get(&host)?.clone()))).collect())
}

fn nothing_yet(member: MemberRef, host: UnitRef) -> AttendanceItem {
    AttendanceItem {
        member,
        host,
        outcome: Outcome::Expected,
        entry_id: None,
        method: None,
        occurred_at: None,
        recorded_at: None,
        late: false,
        weak: false,
        reason: None,
        disputed: false,
        dispute: None,
        dispute_answer: None,
        visitor: false,
    }
}

fn item(row: Attended, host: UnitRef, visitor: bool) -> AttendanceItem {
    let disputed = row.is_disputed();
    let entry = row.entry;
    AttendanceItem {
        member: MemberRef { id: entry.member_id, name: row.name },
        host,
        outcome: entry.outcome,
        entry_id: Some(entry.id),
        method: Some(entry.method),
        occurred_at: Some(entry.occurred_at),
        recorded_at: Some(entry.recorded_at),
        late: entry.late,
        weak: entry.weak,
        reason: None,
        disputed,
        dispute: None,
        dispute_answer: None,
        visitor,
    }
}

fn with_reasons(item: AttendanceItem, row: &Attended, reasons: Option<&Vault>) -> Result<AttendanceItem, ApiError> {
    let Some(vault) = reasons else { return Ok(item) };
    let (reason, dispute) = (reason(vault, &row.entry)?, dispute(vault, row)?);
    Ok(AttendanceItem { reason, dispute, dispute_answer: answer(vault, row)?, ..item })
}

/// The reason of an entry.
pub(super) fn reason(vault: &Vault, entry: &EntryRow) -> Result<Option<String>, ApiError> {
    entry.reason_sealed.as_ref().map(|sealed| vault.open_text(REASON, entry.id.0.as_bytes(), sealed)).transpose()
}

/// What the member said against it.
pub(super) fn dispute(vault: &Vault, row: &Attended) -> Result<Option<String>, ApiError> {
    let sealed = row.dispute_note_sealed.as_ref();
    sealed.map(|sealed| vault.open_text(DISPUTE, row.entry.id.0.as_bytes(), sealed)).transpose()
}

/// What was answered to the member's dispute.
pub(super) fn answer(vault: &Vault, row: &Attended) -> Result<Option<String>, ApiError> {
    let sealed = row.dispute_answer_sealed.as_ref();
    sealed.map(|sealed| vault.open_text(ANSWER, row.entry.id.0.as_bytes(), sealed)).transpose()
}

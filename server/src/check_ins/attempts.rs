//! Attempts as officers see them: all of an event, those that disagree with the record, and how a person settles these.

use std::collections::HashMap;

use super::{
    attempts_store::{self, AttemptRow},
    attendance,
    decide::{CheckInVerdict, Outcome},
    entry::{self, NewEntry},
    following,
    model::{AttendanceItem, EntryMethod},
    review_model::{Attempt, Conflict, Hand, HandKind, Keep, StandingEntry},
    store::{self, Attended},
    views,
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::ApiError,
    events,
    http::{Page, PageQuery},
    ids::{AccountId, CheckInId, EntryId, EventId, MemberId},
    keys::Vault,
    people::MemberRef,
};

/// Under this name the notes of attempts are sealed, each for its own attempt.
const NOTE: &str = "check_in_note";

/// Seals the note of an attempt.
pub(super) fn seal_note(app: &AppState, id: CheckInId, note: &str) -> Result<Vec<u8>, ApiError> {
    app.keys.vault.seal(NOTE, id.0.as_bytes(), note.as_bytes(), &app.entropy)
}

/// The note of an attempt.
pub(super) fn note(vault: &Vault, row: &AttemptRow) -> Result<Option<String>, ApiError> {
    row.note_sealed.as_ref().map(|sealed| vault.open_text(NOTE, row.id.0.as_bytes(), sealed)).transpose()
}

/// A page of what was tried at an event, newest first; with these verdicts only, where any are named.
pub(super) async fn list(
    app: &AppState,
    caller: &Caller,
    id: EventId,
    verdicts: &[CheckInVerdict],
    page: &PageQuery,
) -> Result<Page<Attempt>, ApiError> {
    let (limit, after) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let event = events::event_within(c, &caller.scope, id).await?;
    let notes = views::reads_reasons(c, caller, &event).await?.then_some(&*app.keys.vault);
    let rows = attempts_store::of_event(c, id, verdicts, after, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| (row.recorded_at, row.id, row.submitter.clone()));
    let items = items.into_iter().map(|row| {
        Ok(Attempt {
            note: notes.map_or(Ok(None), |vault| note(vault, &row))?,
            by: hand(row.account_id, row.username, row.station),
            id: row.id,
            member: row.member_id.zip(row.name).map(|(id, name)| MemberRef { id, name }),
            verdict: row.verdict,
            reason: row.reason,
            method: row.method,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            late: row.late,
            weak: row.weak,
        })
    });
    Ok(Page { items: items.collect::<Result<_, ApiError>>()?, next_cursor })
}

/// The conflicts of an event that wait for a person, each beside what stands. Notes and reasons where there is a vault.
pub(super) async fn conflicts(
    c: &mut Conn<'_>,
    event: EventId,
    reasons: Option<&Vault>,
) -> Result<Vec<Conflict>, ApiError> {
    let rows = attempts_store::open_conflicts(c, event, None).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let standing = store::attended(c, event, None).await?;
    let standing: HashMap<MemberId, &Attended> = standing.iter().map(|row| (row.entry.member_id, row)).collect();
    let entries: Vec<EntryId> = rows.iter().filter_map(|row| row.entry_id).collect();
    let hands = store::hands(c, &entries).await?;
    let mut conflicts = Vec::with_capacity(rows.len());
    for row in rows {
        let Some((member, name)) = row.member_id.zip(row.name.clone()) else { continue };
        let Some(stands) = standing.get(&member) else { continue };
        let entry = &stands.entry;
        let (username, station) = hands.get(&entry.id).cloned().unwrap_or_default();
        conflicts.push(Conflict {
            note: reasons.map_or(Ok(None), |vault| note(vault, &row))?,
            standing: StandingEntry {
                outcome: entry.outcome,
                method: entry.method,
                occurred_at: entry.occurred_at,
                recorded_at: entry.recorded_at,
                late: entry.late,
                weak: entry.weak,
                by: hand(entry.account_id, username, station),
                reason: reasons.map_or(Ok(None), |vault| views::reason(vault, &stands.entry))?,
            },
            by: hand(row.account_id, row.username, row.station),
            id: row.id,
            member: MemberRef { id: member, name },
            method: row.method,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            late: row.late,
            weak: row.weak,
        });
    }
    Ok(conflicts)
}

fn hand(account: Option<AccountId>, username: Option<String>, station: Option<String>) -> Hand {
    let kind = if account.is_some() { HandKind::Officer } else { HandKind::MemberPhone };
    Hand { kind, account: username, station }
}

/// A person says which side of a conflict holds. Returns the event, and what stands now.
pub(super) async fn settle(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CheckInId,
    keep: Keep,
) -> Result<AttendanceItem, ApiError> {
    let settled = || ApiError::wrong_state("It is settled already.");
    let mut found = None;
    for row in attempts_store::conflicts_named(c, id).await? {
        let Some((event, member)) = row.event_id.zip(row.member_id) else { continue };
        let event = events::event(c, event).await?.ok_or_else(ApiError::not_found)?;
        if caller.scope.reaches_unit(c, event.unit_id).await? {
            found = Some((row, event, member));
            break;
        }
    }
    let (row, event, member) = found.ok_or_else(ApiError::not_found)?;
    let standing = store::standing(c, event.id, member).await?.ok_or_else(settled)?;
    if Some(standing.entry_id) != row.entry_id {
        return Err(settled());
    }
    let now = app.clock.now();
    // Both ways the conflict is closed by its own row: a second tap, or another officer's, is told so.
    if !attempts_store::settle(c, &row, now).await? {
        return Err(settled());
    }
    match keep {
        Keep::Scan => {
            let note = note(&app.keys.vault, &row)?;
            let new = NewEntry {
                event: &event,
                member,
                outcome: Outcome::Present,
                method: EntryMethod::from(row.method),
                occurred_at: row.occurred_at,
                late: row.late,
                weak: row.weak,
                reason: note.map(Into::into),
                scan: Some(row.id),
                replaces: Some(standing.entry_id),
                action: "check_in.settle_scan",
            };
            entry::enter(c, app, caller.into(), now, new).await?.ok_or_else(settled)?;
            attendance::tell_corrected(c, app, member, event.id).await?;
        }
        Keep::Entry => {
            let record =
                Record::new(caller.into(), "check_in.settle_entry", (following::KIND, standing.entry_id.to_string()));
            audit::append(c, now, record.about(member).from_unit(event.unit_id)).await?;
        }
    }
    views::attendance_item(c, event.id, member).await?.ok_or_else(ApiError::not_found)
}

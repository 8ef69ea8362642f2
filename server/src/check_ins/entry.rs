//! Writing an entry of the attendance record: the one place where anything comes to stand.

use super::{
    decide::Outcome,
    model::EntryMethod,
    store::{self, EntryRow},
};
use crate::{
    access::{
        Caller, Who,
        audit::{self, Actor, Record},
    },
    app::AppState,
    clock::Instant,
    db::Conn,
    error::ApiError,
    events::EventRow,
    ids::{AccountId, CheckInId, DeviceId, EntryId, MemberId},
    registrations, tallies,
};

/// Under this name the reasons of entries are sealed, each for its own entry.
pub(super) const REASON: &str = "attendance_reason";
/// The same for disputes.
pub(super) const DISPUTE: &str = "attendance_dispute";
/// The same for their answers.
pub(super) const ANSWER: &str = "attendance_answer";

/// An entry that is about to stand.
pub struct NewEntry<'a> {
    /// The event.
    pub event: &'a EventRow,
    /// The member.
    pub member: MemberId,
    /// What is recorded.
    pub outcome: Outcome,
    /// How it came about.
    pub method: EntryMethod,
    /// When it happened.
    pub occurred_at: Instant,
    /// It came after the fact.
    pub late: bool,
    /// It proves less.
    pub weak: bool,
    /// Why; sealed.
    pub reason: Option<&'a str>,
    /// The attempt that it is made from.
    pub scan: Option<CheckInId>,
    /// The entry that it replaces; `None` where nothing stood.
    pub replaces: Option<EntryId>,
    /// The audit log's word for it.
    pub action: &'static str,
}

/// Lets an entry stand; `None` where another one came first, and nothing was written.
pub async fn enter(
    c: &mut Conn<'_>,
    app: &AppState,
    actor: Actor,
    now: Instant,
    new: NewEntry<'_>,
) -> Result<Option<EntryId>, ApiError> {
    let id = EntryId::new(now, &app.entropy);
    let was_present = match new.replaces {
        Some(replaced) => store::outcome_of(c, replaced).await? == Some(Outcome::Present),
        None => false,
    };
    if !store::stand(c, new.event, new.member, id, new.outcome, new.replaces).await? {
        return Ok(None);
    }
    let reason_sealed = new
        .reason
        .map(|reason| app.keys.vault.seal(REASON, id.0.as_bytes(), reason.as_bytes(), &app.entropy))
        .transpose()?;
    let (account_id, device_id) = match actor {
        Actor::Account(account) => (Some(account), None),
        Actor::Device(_, device) => (None, Some(device)),
        Actor::System | Actor::Stranger => (None, None),
    };
    let row = EntryRow {
        id,
        event_id: new.event.id,
        member_id: new.member,
        outcome: new.outcome,
        method: new.method,
        occurred_at: new.occurred_at,
        recorded_at: now,
        late: new.late,
        weak: new.weak,
        account_id,
        device_id,
        reason_sealed,
        scan_id: new.scan,
        replaces: new.replaces,
    };
    store::insert_entry(c, &row).await?;
    let n = i64::from(new.outcome == Outcome::Present) - i64::from(was_present);
    if n != 0 && new.event.cancelled_at.is_none() {
        tallies::came(c, (now, &app.entropy), new.event.meeting(), &[new.member], n).await?;
    }
    if new.outcome == Outcome::Present {
        // A phone whose clock runs ahead must not make a member active in the future.
        registrations::note_activity(c, new.member, new.occurred_at.min(now)).await?;
    }
    let record = Record::new(actor, new.action, ("attendance", id.to_string()));
    audit::append(c, now, record.about(new.member).from_unit(new.event.unit_id)).await?;
    Ok(Some(id))
}

/// The account or the phone that acts.
pub(super) fn hands(caller: &Caller) -> (Option<AccountId>, Option<DeviceId>) {
    match caller.who {
        Who::Officer { account, .. } => (Some(account), None),
        Who::Member { device, .. } => (None, Some(device)),
    }
}

//! Writing an entry of the attendance record: the one place where anything comes to stand.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

use super::{
    decide::Outcome,
    following,
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
    ids::{AccountId, CheckInId, DeviceId, EntryId, EventId, MemberId},
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
    pub reason: Option<Cow<'a, str>>,
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
    Ok(enter_all(c, app, vec![(actor, now, new)]).await?.pop().flatten())
}

/// Lets entries stand, each of another member or event, as [`enter`] does each; answers in their order.
pub(super) async fn enter_all(
    c: &mut Conn<'_>,
    app: &AppState,
    entries: Vec<(Actor, Instant, NewEntry<'_>)>,
) -> Result<Vec<Option<EntryId>>, ApiError> {
    let ids: Vec<EntryId> = entries.iter().map(|(_, now, _)| EntryId::new(*now, &app.entropy)).collect();
    let mut events: BTreeMap<EventId, Vec<_>> = BTreeMap::new();
    for (id, (_, now, new)) in ids.iter().zip(&entries) {
        events.entry(new.event.id).or_default().push((*id, *now, new));
    }
    let mut stood = HashSet::with_capacity(ids.len());
    for entries in events.values() {
        stood.extend(stand(c, app, entries).await?);
    }
    let (mut rows, mut activities, mut records) = (Vec::new(), HashMap::<MemberId, Instant>::new(), Vec::new());
    for (id, (actor, now, new)) in ids.iter().zip(entries).filter(|(id, _)| stood.contains(id)) {
        rows.push(row(app, *id, &actor, now, &new)?);
        if new.outcome == Outcome::Present {
            // A phone whose clock runs ahead must not make a member active in the future.
            let at = new.occurred_at.min(now);
            activities.entry(new.member).and_modify(|last| *last = at.max(*last)).or_insert(at);
        }
        let record = Record::new(actor, new.action, (following::KIND, id.to_string()));
        records.push((now, record.about(new.member).from_unit(new.event.unit_id)));
    }
    store::insert_entries(c, &rows).await?;
    registrations::note_activities(c, &activities.into_iter().collect::<Vec<_>>()).await?;
    audit::append_all(c, records).await?;
    Ok(ids.into_iter().map(|id| Some(id).filter(|id| stood.contains(id))).collect())
}

/// Lets entries of one event stand, and counts who came or was taken out again by it; answers those that now stand.
async fn stand(
    c: &mut Conn<'_>,
    app: &AppState,
    entries: &[(EntryId, Instant, &NewEntry<'_>)],
) -> Result<HashSet<EntryId>, ApiError> {
    let first = entries.iter().filter(|(_, _, new)| new.replaces.is_none()).map(|(id, _, new)| (*id, *new));
    let mut stood = store::stand(c, &first.collect::<Vec<_>>()).await?;
    let (mut came, mut gone) = (Vec::new(), Vec::new());
    for (id, _, new) in entries {
        let was_present = match new.replaces {
            Some(replaced) => {
                let outcome = store::outcome_of(c, replaced).await?;
                if store::stand_instead(c, *id, new, replaced).await? {
                    stood.insert(*id);
                }
                outcome == Some(Outcome::Present)
            }
            None => false,
        };
        match (was_present, new.outcome == Outcome::Present) {
            _ if !stood.contains(id) => {}
            (false, true) => came.push(new.member),
            (true, false) => gone.push(new.member),
            _ => {}
        }
    }
    if let Some((_, now, new)) = entries.first().filter(|(_, _, new)| new.event.cancelled_at.is_none()) {
        let (at, meeting) = ((*now, &app.entropy), new.event.meeting());
        tallies::came(c, at, meeting, &came, 1).await?;
        tallies::came(c, at, meeting, &gone, -1).await?;
    }
    Ok(stood)
}

fn row(app: &AppState, id: EntryId, actor: &Actor, now: Instant, new: &NewEntry<'_>) -> Result<EntryRow, ApiError> {
    let seal = |reason: &str| app.keys.vault.seal(REASON, id.0.as_bytes(), reason.as_bytes(), &app.entropy);
    let (account_id, device_id) = match actor {
        Actor::Account(account) => (Some(*account), None),
        Actor::Device(_, device) => (None, Some(*device)),
        Actor::System | Actor::Stranger => (None, None),
    };
    Ok(EntryRow {
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
        reason_sealed: new.reason.as_deref().map(seal).transpose()?,
        scan_id: new.scan,
        replaces: new.replaces,
    })
}

/// The account or the phone that acts.
pub(super) fn hands(caller: &Caller) -> (Option<AccountId>, Option<DeviceId>) {
    match caller.who {
        Who::Officer { account, .. } => (Some(account), None),
        Who::Member { device, .. } => (None, Some(device)),
    }
}

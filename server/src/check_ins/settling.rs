//! Writing one item: what it does to what stands, inside the transaction of its request.

use super::{
    attempts,
    attempts_store::{self, NewAttempt},
    decide::{self, CheckInVerdict, Decision, Facts, Method, RejectReason},
    entry::{self, NewEntry},
    model::EntryMethod,
    store::{self, Standing},
};
use crate::{
    access::{Caller, Who, audit::Actor},
    app::AppState,
    clock::Instant,
    db::Conn,
    error::ApiError,
    events::EventRow,
    ids::{CheckInId, EntryId, EventId, MemberId},
    parsing::Line,
};

/// One client's ids are its own.
pub(super) fn submitter(caller: &Caller) -> String {
    match &caller.who {
        Who::Officer { account, .. } => format!("account:{account}"),
        Who::Member { device, .. } => format!("device:{device}"),
    }
}

/// An item with all that is known about it but for what stands.
pub(super) struct Ready {
    pub(super) id: CheckInId,
    pub(super) event: Option<EventRow>,
    pub(super) member: Option<MemberId>,
    pub(super) note: Option<Line<500>>,
    pub(super) station: Option<Line<40>>,
    pub(super) facts: Facts,
}

/// What became of an item, with what its answer needs.
pub(super) struct Settled {
    pub(super) id: CheckInId,
    pub(super) verdict: CheckInVerdict,
    pub(super) reason: Option<RejectReason>,
    pub(super) entry: Option<EntryId>,
    /// The event that somebody has just come to.
    pub(super) landed: Option<(EventId, MemberId)>,
}

/// Decides an item, writes what comes to stand, and keeps the attempt. The same id again gets its first answer.
pub(super) async fn settle(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    submitter: &str,
    now: Instant,
    ready: Ready,
) -> Result<Settled, ApiError> {
    if let Some(first) = attempts_store::first_answer(c, ready.id, submitter).await? {
        let (reason, entry) = (first.reason, first.entry_id);
        return Ok(Settled { id: ready.id, verdict: CheckInVerdict::Replayed, reason, entry, landed: None });
    }
    let (decision, entry) = loop {
        let standing = read_standing(c, &ready).await?;
        let decision = decide::decide(&Facts { standing: standing.map(as_fact), ..ready.facts });
        let (Some(event), Some(member), true) =
            (&ready.event, ready.member, decision.verdict != CheckInVerdict::Rejected)
        else {
            break (decision, None);
        };
        let Some(scan) = scan_to_enter(c, app, caller, &ready, decision, standing).await? else {
            break (decision, standing.map(|standing| standing.entry_id));
        };
        let new = NewEntry {
            event,
            member,
            outcome: decide::Outcome::Present,
            method: EntryMethod::from(scan.method),
            occurred_at: scan.occurred_at,
            late: scan.late,
            weak: scan.weak,
            reason: scan.note.as_deref(),
            scan: Some(scan.id),
            replaces: standing.map(|standing| standing.entry_id),
            action: if decision.verdict == CheckInVerdict::Accepted { "check_in.accept" } else { "check_in.earlier" },
        };
        if let Some(entry) = entry::enter(c, app, scan.by, now, new).await? {
            break (decision, Some(entry));
        }
        // Another server was quicker; what it has written decides now.
    };
    keep_attempt(c, app, caller, submitter, now, &ready, decision, entry).await?;
    let landed =
        ready.event.map(|event| event.id).zip(ready.member).filter(|_| decision.verdict == CheckInVerdict::Accepted);
    Ok(Settled { id: ready.id, verdict: decision.verdict, reason: decision.reason, entry, landed })
}

/// A scan of which an entry is made.
struct Entering {
    id: CheckInId,
    method: Method,
    occurred_at: Instant,
    late: bool,
    weak: bool,
    note: Option<String>,
    by: Actor,
}

/// The scan that is to stand where it does not yet: of all that hold, the one that happened first, in whatever order they
/// arrive. `None` where what stands is to go on standing.
async fn scan_to_enter(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    ready: &Ready,
    decision: Decision,
    standing: Option<Standing>,
) -> Result<Option<Entering>, ApiError> {
    let this = (ready.facts.occurred_at, ready.id);
    let own = || Entering {
        id: ready.id,
        method: ready.facts.method,
        occurred_at: ready.facts.occurred_at,
        late: decision.late,
        weak: decision.weak,
        note: ready.note.as_ref().map(Line::to_string),
        by: caller.into(),
    };
    match (decision.verdict, standing) {
        (CheckInVerdict::Duplicate, Some(Standing { occurred_at, scan_id: Some(scan), .. })) => {
            Ok((this < (occurred_at, scan)).then(own))
        }
        (CheckInVerdict::Accepted, Some(_)) => {
            // Scans that waited as conflicts with a planned absence are none any more, and one of them may be the first.
            let waited = match (&ready.event, ready.member) {
                (Some(event), Some(member)) => attempts_store::open_conflicts(c, event.id, Some(member)).await?,
                _ => Vec::new(),
            };
            match waited.into_iter().next().filter(|first| (first.occurred_at, first.id) < this) {
                Some(first) => Ok(Some(Entering {
                    note: attempts::note(&app.keys.vault, &first)?,
                    by: first.hands(),
                    id: first.id,
                    method: first.method,
                    occurred_at: first.occurred_at,
                    late: first.late,
                    weak: first.weak,
                })),
                None => Ok(Some(own())),
            }
        }
        (CheckInVerdict::Accepted, None) => Ok(Some(own())),
        _ => Ok(None),
    }
}

async fn read_standing(c: &mut Conn<'_>, ready: &Ready) -> Result<Option<Standing>, ApiError> {
    match (&ready.event, ready.member) {
        (Some(event), Some(member)) => store::standing(c, event.id, member).await,
        _ => Ok(None),
    }
}

fn as_fact(standing: Standing) -> decide::Standing {
    decide::Standing { outcome: standing.outcome, corrected: standing.method == EntryMethod::Correction }
}

#[expect(clippy::too_many_arguments, reason = "one call, right above")]
async fn keep_attempt(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    submitter: &str,
    now: Instant,
    ready: &Ready,
    decision: Decision,
    entry: Option<EntryId>,
) -> Result<(), ApiError> {
    let (account, device) = entry::hands(caller);
    let seal = |note: &Line<500>| attempts::seal_note(app, ready.id, note.as_str());
    let attempt = NewAttempt {
        id: ready.id,
        submitter,
        event: ready.event.as_ref().map(|event| event.id),
        member: ready.member,
        method: ready.facts.method,
        verdict: decision.verdict,
        reason: decision.reason,
        late: decision.late,
        weak: decision.weak,
        occurred_at: ready.facts.occurred_at,
        recorded_at: now,
        account,
        device,
        station: ready.station.as_ref().map(Line::as_str),
        note_sealed: ready.note.as_ref().map(seal).transpose()?,
        entry,
    };
    attempts_store::insert(c, &attempt).await
}

//! Writing items: what they do to what stands, inside one transaction.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use super::{
    attempts,
    attempts_store::{self, NewAttempt},
    decide::{self, CheckInVerdict, Decision, Facts, Method, RejectReason},
    desk::Submission,
    entry::{self, NewEntry},
    model::{EntryMethod, Item},
    store::{self, Standing},
};
use crate::{
    access::{Caller, Who, audit::Actor},
    app::AppState,
    clock::Instant,
    db::Conn,
    error::ApiError,
    events::EventRow,
    ids::{CheckInId, EntryId, MemberId},
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
    pub(super) from: Arc<Submission>,
    pub(super) nth: usize,
    pub(super) event: Option<Arc<EventRow>>,
    pub(super) member: Option<MemberId>,
    pub(super) facts: Facts,
}

impl Ready {
    fn item(&self) -> &Item {
        &self.from.items[self.nth]
    }

    /// The event and the member, where both are known.
    fn place(&self) -> Option<(&EventRow, MemberId)> {
        self.event.as_deref().zip(self.member)
    }
}

/// What became of an item, with what its answer needs.
pub(super) struct Settled {
    pub(super) id: CheckInId,
    pub(super) verdict: CheckInVerdict,
    pub(super) reason: Option<RejectReason>,
    pub(super) entry: Option<EntryId>,
}

/// Decides items, writes what comes to stand, and keeps the attempts; answers in their order. The same id again gets its
/// first answer.
pub(super) async fn settle(c: &mut Conn<'_>, app: &AppState, items: &[Ready]) -> Result<Vec<Settled>, ApiError> {
    let mut settled: Vec<Option<Settled>> = items.iter().map(|_| None).collect();
    let mut left: Vec<usize> = (0..items.len()).collect();
    while !left.is_empty() {
        let (round, mut later) = apart(items, left);
        for (n, done) in settle_apart(c, app, items, &round).await? {
            match done {
                Some(done) => settled[n] = Some(done),
                // Another server was quicker; what it has written decides now.
                None => later.push(n),
            }
        }
        later.sort_unstable();
        left = later;
    }
    Ok(settled.into_iter().flatten().collect())
}

/// Those that can be decided at the same time, and the others: of the items about one member at one event, and of those
/// under one id, each must see what the one before has written.
fn apart(items: &[Ready], left: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let (mut ids, mut places) = (HashSet::new(), HashSet::new());
    left.into_iter().partition(|n| {
        let item = &items[*n];
        let first_of_id = ids.insert((item.from.submitter.as_str(), item.item().id));
        let first_of_place = item.place().is_none_or(|(event, member)| places.insert((event.id, member)));
        first_of_id && first_of_place
    })
}

/// An item that is decided, and what stands, if nothing is entered for it.
struct Decided {
    n: usize,
    decision: Decision,
    entered: bool,
    met: Option<EntryId>,
}

async fn settle_apart(
    c: &mut Conn<'_>,
    app: &AppState,
    items: &[Ready],
    round: &[usize],
) -> Result<Vec<(usize, Option<Settled>)>, ApiError> {
    let ids: Vec<CheckInId> = round.iter().map(|n| items[*n].item().id).collect();
    let answered = attempts_store::first_answers(c, &ids).await?;
    let places: Vec<_> =
        round.iter().filter_map(|n| items[*n].place()).map(|(event, member)| (event.id, member)).collect();
    let standings = store::standings(c, &places).await?;
    let (mut done, mut decided, mut entries) = (Vec::with_capacity(round.len()), Vec::new(), Vec::new());
    for &n in round {
        let ready = &items[n];
        let id = ready.item().id;
        if let Some(first) = answered.iter().find(|first| first.id == id && first.submitter == ready.from.submitter) {
            let (reason, entry) = (first.reason, first.entry_id);
            done.push((n, Some(Settled { id, verdict: CheckInVerdict::Replayed, reason, entry })));
            continue;
        }
        let standing = ready.place().and_then(|(event, member)| standings.get(&(event.id, member))).copied();
        let decision = decide::decide(&Facts { standing: standing.map(as_fact), ..ready.facts });
        let place = ready.place().filter(|_| decision.verdict != CheckInVerdict::Rejected);
        let scan = match place {
            Some(_) => scan_to_enter(c, app, ready, decision, standing).await?,
            None => None,
        };
        let met = place.and(standing).map(|standing| standing.entry_id);
        decided.push(Decided { n, decision, entered: scan.is_some(), met });
        if let Some(((event, member), scan)) = place.zip(scan) {
            let accepted = decision.verdict == CheckInVerdict::Accepted;
            let new = NewEntry {
                event,
                member,
                outcome: decide::Outcome::Present,
                method: EntryMethod::from(scan.method),
                occurred_at: scan.occurred_at,
                late: scan.late,
                weak: scan.weak,
                reason: scan.note,
                scan: Some(scan.id),
                replaces: met,
                action: if accepted { "check_in.accept" } else { "check_in.earlier" },
            };
            entries.push((scan.by, ready.from.arrived, new));
        }
    }
    let mut entered = entry::enter_all(c, app, entries).await?.into_iter();
    let mut attempts = Vec::with_capacity(decided.len());
    for Decided { n, decision, entered: wanted, met } in decided {
        let ready = &items[n];
        let entry = if wanted { entered.next().flatten() } else { met };
        if wanted && entry.is_none() {
            done.push((n, None));
            continue;
        }
        attempts.push(attempt(app, ready, decision, entry)?);
        let Decision { verdict, reason, .. } = decision;
        done.push((n, Some(Settled { id: ready.item().id, verdict, reason, entry })));
    }
    attempts_store::insert(c, &attempts).await?;
    Ok(done)
}

/// A scan of which an entry is made.
struct Entering<'a> {
    id: CheckInId,
    method: Method,
    occurred_at: Instant,
    late: bool,
    weak: bool,
    note: Option<Cow<'a, str>>,
    by: Actor,
}

/// The scan that is to stand where it does not yet: of all that hold, the one that happened first, in whatever order they
/// arrive. `None` where what stands is to go on standing.
async fn scan_to_enter<'a>(
    c: &mut Conn<'_>,
    app: &AppState,
    ready: &'a Ready,
    decision: Decision,
    standing: Option<Standing>,
) -> Result<Option<Entering<'a>>, ApiError> {
    let item = ready.item();
    let this = (item.occurred_at, item.id);
    let own = || Entering {
        id: item.id,
        method: item.method,
        occurred_at: item.occurred_at,
        late: decision.late,
        weak: decision.weak,
        note: item.note.as_ref().map(|note| note.as_str().into()),
        by: (&ready.from.caller).into(),
    };
    match (decision.verdict, standing) {
        (CheckInVerdict::Duplicate, Some(Standing { occurred_at, scan_id: Some(scan), .. })) => {
            Ok((this < (occurred_at, scan)).then(own))
        }
        (CheckInVerdict::Accepted, Some(_)) => {
            // Scans that waited as conflicts with a planned absence are none any more, and one of them may be the first.
            let waited = match ready.place() {
                Some((event, member)) => attempts_store::open_conflicts(c, event.id, Some(member)).await?,
                None => Vec::new(),
            };
            match waited.into_iter().next().filter(|first| (first.occurred_at, first.id) < this) {
                Some(first) => Ok(Some(Entering {
                    note: attempts::note(&app.keys.vault, &first)?.map(Cow::Owned),
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

fn as_fact(standing: Standing) -> decide::Standing {
    decide::Standing { outcome: standing.outcome, corrected: standing.method == EntryMethod::Correction }
}

fn attempt<'a>(
    app: &AppState,
    ready: &'a Ready,
    decision: Decision,
    entry: Option<EntryId>,
) -> Result<NewAttempt<'a>, ApiError> {
    let item = ready.item();
    let (account, device) = entry::hands(&ready.from.caller);
    let seal = |note: &Line<500>| attempts::seal_note(app, item.id, note.as_str());
    Ok(NewAttempt {
        id: item.id,
        submitter: &ready.from.submitter,
        event: ready.event.as_ref().map(|event| event.id),
        member: ready.member,
        method: item.method,
        verdict: decision.verdict,
        reason: decision.reason,
        late: decision.late,
        weak: decision.weak,
        occurred_at: item.occurred_at,
        recorded_at: ready.from.arrived,
        account,
        device,
        station: item.station.as_ref().map(Line::as_str),
        note_sealed: item.note.as_ref().map(seal).transpose()?,
        entry,
    })
}

//! Checking in: what the items name is read, what they prove is verified, and then they are decided and written, in one
//! transaction for all the requests that the desk has gathered.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    answers,
    decide::{By, CardFacts, EventFacts, Facts, Method, Presentation},
    desk::Submission,
    evidence::{self, Evidence, Known},
    model::{CheckInAnswer, CheckInAnswers, CheckInRequest, Item, Text},
    settling::{self, Ready, Settled},
    store,
};
use crate::{
    access::{self, Caller, Who},
    app::AppState,
    cards::{self, Examined, FoundCard, Presence, Showing},
    codes::CodeId,
    devices::{self, assertion},
    error::ApiError,
    events::{self, Audience},
    figures::FIGURES,
    ids::{DeviceId, EntryId, EventId, MemberId, UnitId},
    registrations::Status,
};

/// Past this the signatures are verified off the threads that serve everyone.
const FEW: usize = 8;

/// Checks in, item by item; none spoils another.
pub async fn check_in(app: &AppState, caller: &Caller, request: CheckInRequest) -> Result<CheckInAnswers, ApiError> {
    let errors = request.broken_rules();
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let submitter = settling::submitter(caller);
    let submission = Submission { caller: caller.clone(), submitter, items: request.items, arrived: app.clock.now() };
    app.desk.submit(app, submission).await
}

/// Checks in what several requests hold, in one write; an answer for each request, in their order.
pub(super) async fn check_in_all(
    app: &AppState,
    submissions: &[Arc<Submission>],
) -> Result<Vec<CheckInAnswers>, ApiError> {
    let ready = prepare(app, submissions).await?;
    let state = app.clone();
    let settled = app.db.write(move |c| Box::pin(async move { settling::settle(c, &state, &ready).await })).await?;
    let mut answers = answer(app, settled).await?.into_iter();
    let of = |submission: &Arc<Submission>| answers.by_ref().take(submission.items.len()).collect();
    Ok(submissions.iter().map(of).map(|items| CheckInAnswers { items }).collect())
}

async fn prepare(app: &AppState, submissions: &[Arc<Submission>]) -> Result<Vec<Ready>, ApiError> {
    let known = look_up(app, submissions).await?;
    let count: usize = submissions.iter().map(|from| from.items.len()).sum();
    let (known, evidence) = if count <= FEW {
        let evidence = known.examine(submissions);
        (known, evidence)
    } else {
        let submissions = submissions.to_vec();
        tokio::task::spawn_blocking(move || {
            let evidence = known.examine(&submissions);
            (known, evidence)
        })
        .await
        .map_err(ApiError::internal)?
    };

    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let shown: HashSet<CodeId> = evidence
        .iter()
        .filter_map(|shown| match shown.card {
            Some(Examined::Genuine { id, .. }) => Some(id),
            _ => None,
        })
        .collect();
    let cards = cards::find_by_codes(c, &shown.into_iter().collect::<Vec<_>>()).await?;
    let items = submissions.iter().flat_map(|from| (0..from.items.len()).map(move |nth| (from, nth)));
    let members: Vec<Option<MemberId>> = items
        .clone()
        .zip(&evidence)
        .map(|((from, nth), shown)| subject(&from.caller, &from.items[nth], shown, &cards))
        .collect();
    // A card of the stay in force tells the host; there is one such stay at most.
    let in_force = cards.values().filter(|card| card.stay_status == Status::Active);
    let mut hosts: HashMap<MemberId, UnitId> = in_force.map(|card| (card.member_id, card.host_unit_id)).collect();
    let others: HashSet<MemberId> = members.iter().flatten().filter(|id| !hosts.contains_key(id)).copied().collect();
    hosts.extend(store::active_hosts(c, &others.into_iter().collect::<Vec<_>>()).await?);
    let units: HashSet<UnitId> =
        hosts.values().copied().chain(known.events.values().map(|event| event.unit_id)).collect();
    let above = access::ancestors_of(c, &units.into_iter().collect::<Vec<_>>()).await?;

    let ready = items.zip(evidence).zip(members).map(|(((from, nth), shown), member)| {
        let (caller, item) = (&from.caller, &from.items[nth]);
        let event = shown.event.and_then(|id| known.events.get(&id));
        let host = member.and_then(|member| hosts.get(&member));
        let in_audience = event.zip(host).is_some_and(|(event, host)| {
            event.audience == Audience::Open || above.get(host).is_some_and(|above| above.contains(&event.unit_id))
        });
        let holder = event.and_then(|event| above.get(&event.unit_id));
        let facts = Facts {
            event: event.map(|e| EventFacts {
                opens_at: e.opens_at,
                closes_at: e.closes_at,
                cancelled: e.cancelled_at.is_some(),
            }),
            method: item.method,
            by: by(caller, item, holder.is_some_and(|above| caller.scope.covers_unit(above))),
            occurred_at: item.occurred_at,
            recorded_at: from.arrived,
            code: shown.code,
            proof: shown.proof,
            signed_at: shown.signed_at,
            card: card_facts(&shown, &cards),
            registration_active: host.is_some(),
            in_audience,
            standing: None,
        };
        Ready { from: Arc::clone(from), nth, event: event.cloned(), member, facts }
    });
    Ok(ready.collect())
}

/// Reads the events and phones that the items name.
async fn look_up(app: &AppState, submissions: &[Arc<Submission>]) -> Result<Known, ApiError> {
    let items = || submissions.iter().flat_map(|from| &from.items);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let named: HashSet<EventId> = items().filter_map(|item| item.event_id).collect();
    let events = events::events(c, &named.into_iter().collect::<Vec<_>>()).await?;
    let mut known = Known {
        events: events.into_iter().map(|(id, event)| (id, Arc::new(event))).collect(),
        by_code: HashMap::new(),
        devices: HashMap::new(),
        vault: app.keys.vault.clone(),
        ring: app.keys.ring(),
    };
    let mut phones: HashSet<DeviceId> = HashSet::new();
    for item in items().filter(|item| item.method == Method::EventCode) {
        if item.event_id.is_none()
            && let Some(code) = evidence::event_code(item)
            && !known.by_code.contains_key(&code.event)
            && let Some(event) = events::event_by_code_id(c, code.event).await?
        {
            known.by_code.insert(code.event, event.id);
            known.events.insert(event.id, Arc::new(event));
        }
        phones.extend(item.proof.as_ref().map(Text::as_str).and_then(assertion::device_named));
    }
    if !phones.is_empty() {
        known.devices = devices::bound_devices(c, &phones.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(known)
}

/// Whom an item is about.
fn subject(caller: &Caller, item: &Item, shown: &Evidence, cards: &HashMap<CodeId, FoundCard>) -> Option<MemberId> {
    match (item.method, &caller.who) {
        (Method::EventCode, Who::Member { member, .. }) => Some(item.member_id.unwrap_or(*member)),
        (Method::Card, _) => match shown.card {
            Some(Examined::Genuine { id, .. }) => cards.get(&id).map(|card| card.member_id),
            _ => None,
        },
        (Method::EventCode | Method::Manual, _) => item.member_id,
    }
}

fn by(caller: &Caller, item: &Item, in_reach: bool) -> By {
    match &caller.who {
        Who::Member { member, .. } if item.member_id.is_none_or(|id| id == *member) => By::Oneself,
        Who::Member { .. } => By::AnotherMember,
        Who::Officer { .. } if in_reach => By::OfficerInReach,
        Who::Officer { .. } => By::OfficerOutOfReach,
    }
}

fn card_facts(shown: &Evidence, cards: &HashMap<CodeId, FoundCard>) -> Option<CardFacts> {
    let (presentation, id) = match shown.card? {
        Examined::Foreign => return None,
        Examined::Forged => (Presentation::Invalid, None),
        Examined::Genuine { id, showing } => (
            match showing {
                Showing::Fresh(Presence::Live) => Presentation::Live,
                Showing::Fresh(Presence::LiveLate) => Presentation::LiveLate,
                Showing::Fresh(Presence::Static) => Presentation::Static,
                Showing::Stale => Presentation::Stale,
                Showing::Elsewhere => Presentation::Invalid,
            },
            Some(id),
        ),
    };
    let state = id.and_then(|id| cards.get(&id)).map(|card| card.on_record().standing());
    Some(CardFacts { presentation, state })
}

/// Shows the entries that were made or met.
async fn answer(app: &AppState, settled: Vec<Settled>) -> Result<Vec<CheckInAnswer>, ApiError> {
    let entries: Vec<EntryId> = settled.iter().filter_map(|done| done.entry).collect();
    let check_ins = answers::check_ins(&mut app.db.read().await?.conn(), &entries).await?;
    for done in &settled {
        FIGURES.check_in(done.verdict.word(), done.reason.map_or("", |reason| reason.word()));
    }
    let answers = settled.into_iter().map(|done| CheckInAnswer {
        id: done.id,
        verdict: done.verdict,
        reason: done.reason,
        check_in: done.entry.and_then(|entry| check_ins.get(&entry).cloned()),
    });
    Ok(answers.collect())
}

//! Checking in: what the items name is read, what they prove is verified, and then they are decided and written, one
//! after the other, in one transaction.

use std::collections::{HashMap, HashSet};

use super::{
    decide::{By, CardFacts, EventFacts, Facts, Method, Presentation},
    evidence::{self, Evidence, Known},
    live::Happening,
    model::{CheckInAnswer, CheckInAnswers, CheckInRequest, Item, Text},
    settling::{self, Ready, Settled},
    store, views,
};
use crate::{
    access::{self, Caller, Who},
    app::AppState,
    cards::{self, Examined, FoundCard, Presence, Showing},
    clock::Instant,
    codes::CodeId,
    devices::{self, assertion},
    error::ApiError,
    events::{self, Audience},
    figures::FIGURES,
    ids::{EntryId, EventId, MemberId, UnitId},
};

/// Past this the signatures are verified off the threads that serve everyone.
const FEW: usize = 8;

/// Checks in, item by item; none spoils another.
pub async fn check_in(app: &AppState, caller: &Caller, request: CheckInRequest) -> Result<CheckInAnswers, ApiError> {
    let errors = request.broken_rules();
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let now = app.clock.now();
    let ready = prepare(app, caller, request.items, now).await?;
    let (state, by) = (app.clone(), caller.clone());
    let settled = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let submitter = settling::submitter(&by);
                let mut settled = Vec::with_capacity(ready.len());
                for item in ready {
                    settled.push(settling::settle(c, &state, &by, &submitter, now, item).await?);
                }
                Ok(settled)
            })
        })
        .await?;
    answer(app, settled).await
}

async fn prepare(app: &AppState, caller: &Caller, items: Vec<Item>, now: Instant) -> Result<Vec<Ready>, ApiError> {
    let known = look_up(app, caller, &items).await?;
    let (known, items, evidence) = if items.len() <= FEW {
        let evidence = known.examine(&items);
        (known, items, evidence)
    } else {
        tokio::task::spawn_blocking(move || {
            let evidence = known.examine(&items);
            (known, items, evidence)
        })
        .await
        .map_err(ApiError::internal)?
    };

    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let mut cards: HashMap<CodeId, FoundCard> = HashMap::new();
    for shown in &evidence {
        if let Some(Examined::Genuine { id, .. }) = shown.card
            && !cards.contains_key(&id)
            && let Some(card) = cards::find_by_code(c, id).await?
        {
            cards.insert(id, card);
        }
    }
    let members: Vec<Option<MemberId>> =
        items.iter().zip(&evidence).map(|(item, shown)| subject(caller, item, shown, &cards)).collect();
    let distinct: HashSet<MemberId> = members.iter().flatten().copied().collect();
    let hosts = store::active_hosts(c, &distinct.into_iter().collect::<Vec<_>>()).await?;
    let units: Vec<UnitId> = hosts.values().copied().collect::<HashSet<_>>().into_iter().collect();
    let above = access::ancestors_of(c, &units).await?;
    let holders: HashSet<UnitId> = known.events.values().map(|event| event.unit_id).collect();
    let mut within: HashSet<UnitId> = HashSet::new();
    for unit in holders {
        if caller.scope.reaches_unit(c, unit).await? {
            within.insert(unit);
        }
    }

    let ready = items.into_iter().zip(evidence).zip(members).map(|((item, shown), member)| {
        let event = shown.event.and_then(|id| known.events.get(&id));
        let host = member.and_then(|member| hosts.get(&member));
        let in_audience = event.zip(host).is_some_and(|(event, host)| {
            event.audience == Audience::Open || above.get(host).is_some_and(|above| above.contains(&event.unit_id))
        });
        let facts = Facts {
            event: event.map(|e| EventFacts {
                opens_at: e.opens_at,
                closes_at: e.closes_at,
                cancelled: e.cancelled_at.is_some(),
            }),
            method: item.method,
            by: by(caller, &item, event.is_some_and(|e| within.contains(&e.unit_id))),
            occurred_at: item.occurred_at,
            recorded_at: now,
            code: shown.code,
            proof: shown.proof,
            signed_at: shown.signed_at,
            card: card_facts(&shown, &cards),
            registration_active: host.is_some(),
            in_audience,
            standing: None,
        };
        Ready { id: item.id, event: event.cloned(), member, note: item.note, station: item.station, facts }
    });
    Ok(ready.collect())
}

/// Reads the events and phones that the items name.
async fn look_up(app: &AppState, caller: &Caller, items: &[Item]) -> Result<Known, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let named: HashSet<EventId> = items.iter().filter_map(|item| item.event_id).collect();
    let mut known = Known {
        events: events::events(c, &named.into_iter().collect::<Vec<_>>()).await?,
        by_code: HashMap::new(),
        devices: HashMap::new(),
        sender: caller.member().ok().map(|(member, _)| member),
        vault: app.keys.vault.clone(),
        ring: app.keys.ring(),
    };
    for item in items.iter().filter(|item| item.method == Method::EventCode) {
        if item.event_id.is_none()
            && let Some(code) = evidence::event_code(item)
            && !known.by_code.contains_key(&code.event)
            && let Some(event) = events::event_by_code_id(c, code.event).await?
        {
            known.by_code.insert(code.event, event.id);
            known.events.insert(event.id, event);
        }
        if let Some(id) = item.proof.as_ref().map(Text::as_str).and_then(assertion::device_named)
            && !known.devices.contains_key(&id)
            && let Some(device) = devices::bound_device(c, id).await?
        {
            known.devices.insert(id, device);
        }
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

/// Shows the entries that were made or met, and tells the live walls.
async fn answer(app: &AppState, settled: Vec<Settled>) -> Result<CheckInAnswers, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let entries: Vec<EntryId> = settled.iter().filter_map(|done| done.entry).collect();
    let check_ins = if entries.is_empty() { HashMap::new() } else { views::check_ins(c, &entries).await? };
    for (event, member) in settled.iter().filter_map(|done| done.landed) {
        if app.live.is_watched(event)
            && let Some(item) = views::attendance_item(c, event, member).await?
        {
            app.live.tell(event, Happening::CameIn(Box::new(item)));
        }
    }
    for done in &settled {
        FIGURES.check_in(done.verdict.word(), done.reason.map_or("", |reason| reason.word()));
    }
    let items = settled.into_iter().map(|done| CheckInAnswer {
        id: done.id,
        verdict: done.verdict,
        reason: done.reason,
        check_in: done.entry.and_then(|entry| check_ins.get(&entry).cloned()),
    });
    Ok(CheckInAnswers { items: items.collect() })
}

//! What the codes, proofs and cards of some items are worth: signatures and MACs, without the database.

use std::{collections::HashMap, sync::Arc};

use super::{
    decide::{CodeFacts, Method, Proof},
    desk::Submission,
    model::{Item, Text},
};
use crate::{
    access::Caller,
    cards::{self, Examined, Occasion},
    clock::Instant,
    codes::{self, EventCode, EventCodeId, Scanned},
    devices::{
        Device,
        assertion::{self, CheckInClaims},
    },
    events::EventRow,
    ids::{DeviceId, EventId},
    keys::{Ring, Vault},
};

/// What the database knows of the things that the items name.
pub(super) struct Known {
    pub(super) events: HashMap<EventId, Arc<EventRow>>,
    pub(super) by_code: HashMap<EventCodeId, EventId>,
    pub(super) devices: HashMap<DeviceId, Device>,
    pub(super) vault: Arc<Vault>,
    pub(super) ring: Arc<Ring>,
}

/// What an item shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence {
    pub(super) event: Option<EventId>,
    pub(super) code: Option<CodeFacts>,
    pub(super) proof: Proof,
    pub(super) signed_at: Option<Instant>,
    pub(super) card: Option<Examined>,
}

/// The event code in a scanned text.
pub(super) fn event_code(item: &Item) -> Option<EventCode> {
    match codes::read(item.code.as_ref()?.as_str()) {
        Some(Scanned::Event(code)) => Some(code),
        _ => None,
    }
}

impl Known {
    /// Examines the items of these requests, in their order; costs some 60 µs a signature.
    pub(super) fn examine(&self, submissions: &[Arc<Submission>]) -> Vec<Evidence> {
        let mut keys = HashMap::new();
        let items = submissions.iter().flat_map(|from| from.items.iter().map(move |item| (from, item)));
        items.map(|(from, item)| self.examine_one(&from.caller, item, &mut keys)).collect()
    }

    fn examine_one(&self, caller: &Caller, item: &Item, keys: &mut HashMap<EventId, [u8; 32]>) -> Evidence {
        let scanned = if item.method == Method::EventCode { event_code(item) } else { None };
        let id = item.event_id.or_else(|| self.by_code.get(&scanned?.event).copied());
        let event = id.and_then(|id| self.events.get(&id));
        let mut evidence =
            Evidence { event: event.map(|e| e.id), code: None, proof: Proof::None, signed_at: None, card: None };
        let Some(event) = event else { return evidence };
        match item.method {
            Method::EventCode => {
                let key = keys.entry(event.id).or_insert_with(|| self.vault.event_key(event.code_id));
                evidence.code = scanned.map(|code| CodeFacts {
                    kind: code.window,
                    window: code.number,
                    authentic: code.event == event.code_id && code.made_with(key),
                });
                (evidence.proof, evidence.signed_at) = self.proof(caller, item, event, scanned);
            }
            Method::Card => {
                let occasion = Occasion { at: item.occurred_at, audience: Some(codes::audience(event.code_id)) };
                let text = item.presentation.as_ref().map_or("", Text::as_str);
                evidence.card = Some(cards::examine(&self.ring, text, &occasion));
            }
            Method::Manual => {}
        }
        evidence
    }

    /// What the proof of a scan is worth, and the time that it signs.
    fn proof(
        &self,
        caller: &Caller,
        item: &Item,
        event: &EventRow,
        scanned: Option<EventCode>,
    ) -> (Proof, Option<Instant>) {
        let Some(token) = item.proof.as_ref().map(Text::as_str) else { return (Proof::None, None) };
        let Some(device) = assertion::device_named(token).and_then(|id| self.devices.get(&id)) else {
            return (Proof::Invalid, None);
        };
        if caller.member().ok().map(|(member, _)| member) != Some(device.member_id) {
            return (Proof::Foreign, None);
        }
        let claims = assertion::verify::<CheckInClaims>(device, token);
        let Some(claims) = claims.filter(|c| c.jti == item.id && event.is_named(&c.event)) else {
            return (Proof::Invalid, None);
        };
        let same_code = matches!(codes::read(&claims.code), Some(Scanned::Event(code)) if Some(code) == scanned);
        match u32::try_from(claims.iat) {
            Ok(at) if same_code => (Proof::Valid, Some(Instant::from_seconds(i64::from(at)))),
            _ => (Proof::Invalid, None),
        }
    }
}

//! The decision about one check-in: a pure function of what is known, the same online, late and offline.
//!
//! `pwa/…/decide.ts` mirrors it, and both run `tests/cases/check_in.json`. Signatures and codes are verified before it, the
//! database is asked before it; here only the rule is left. The first reason that applies is the one that is told.

use crate::{clock::Instant, codes::Window, registrations::CardStatus, words};

/// How far a phone's clock may be off before its time is not believed.
pub const CLOCK_TOLERANCE_MS: i64 = 5 * 60 * 1000;
/// How long a scan may wait on a phone before it is sent.
pub const KEPT_AT_MOST_MS: i64 = 30 * 24 * 3600 * 1000;
/// A scan that took longer to arrive is marked `late`.
pub const LATE_MS: i64 = 60 * 1000;
/// How far the time of an item may lie from the time that its phone has signed.
pub const SIGNED_TOLERANCE_MS: i64 = 60 * 1000;

words! {
    /// What became of a check-in.
    pub enum CheckInVerdict {
        /// It counts.
        Accepted = "accepted",
        /// The same id again: this is the first answer.
        Replayed = "replayed",
        /// The member is already in; the first entry stands.
        Duplicate = "duplicate",
        /// Kept for a person to settle: it disagrees with what a person has recorded.
        Conflict = "conflict",
        /// It does not count, for a reason.
        Rejected = "rejected",
    }
}

words! {
    /// Why a check-in does not count.
    pub enum RejectReason {
        /// There is no such event.
        UnknownEvent = "unknown_event",
        /// The event was cancelled.
        EventNotOpen = "event_not_open",
        /// Before checking in opened.
        TooEarly = "too_early",
        /// After checking in closed.
        TooLate = "too_late",
        /// Not a code of this event, or its proof does not hold.
        CodeInvalid = "code_invalid",
        /// A code of this event, but of another time.
        CodeExpired = "code_expired",
        /// No card of ours.
        UnknownCard = "unknown_card",
        /// The card is suspended.
        CardSuspended = "card_suspended",
        /// The card was reported lost.
        CardLost = "card_lost",
        /// The card was revoked.
        CardRevoked = "card_revoked",
        /// The card was handed back.
        CardSurrendered = "card_surrendered",
        /// The card's code is forged, altered, or made for another event.
        PresentationInvalid = "presentation_invalid",
        /// The card's live code is too old: a picture of it, perhaps.
        PresentationStale = "presentation_stale",
        /// The member has no active registration.
        RegistrationNotActive = "registration_not_active",
        /// The event is for another unit's members.
        NotInAudience = "not_in_audience",
        /// The caller may not check this member in, or not in this way.
        NotPermitted = "not_permitted",
        /// The phone's clock cannot be right.
        ClockImplausible = "clock_implausible",
    }
}

words! {
    /// How somebody was checked in.
    pub enum Method {
        /// The member scanned the event's code.
        EventCode = "event_code",
        /// A secretary scanned the member's card.
        Card = "card",
        /// A secretary picked the name, with a reason.
        Manual = "manual",
    }
}

words! {
    /// Who sends the item.
    pub enum By {
        /// The member, for themselves.
        Oneself = "oneself",
        /// A member, for somebody else.
        AnotherMember = "another_member",
        /// An officer whose reach covers the event's unit.
        OfficerInReach = "officer_in_reach",
        /// Any other officer.
        OfficerOutOfReach = "officer_out_of_reach",
    }
}

words! {
    /// What the signed proof of a scan is worth.
    pub enum Proof {
        /// There is none.
        None = "none",
        /// It holds, for this item, this event and this code.
        Valid = "valid",
        /// It does not hold.
        Invalid = "invalid",
        /// It was signed by a phone that is not this member's.
        Foreign = "foreign",
    }
}

words! {
    /// What the scan of a card proved.
    pub enum Presentation {
        /// The member's phone, at the time of the scan.
        Live = "live",
        /// The member's phone, some minutes off.
        LiveLate = "live_late",
        /// A printed card: genuine, but anyone may hold it.
        Static = "static",
        /// A live code that is too old.
        Stale = "stale",
        /// Not signed by us, altered, or made for another event.
        Invalid = "invalid",
    }
}

words! {
    /// A member's attendance of an event.
    pub enum Outcome {
        /// Nothing recorded yet.
        Expected = "expected",
        /// Was there.
        Present = "present",
        /// Asked for leave.
        OnLeave = "on_leave",
        /// Was not there.
        Absent = "absent",
        /// Made it up later.
        MadeUp = "made_up",
    }
}

/// The times of the event that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct EventFacts {
    /// Checking in opens.
    pub opens_at: Instant,
    /// Checking in closes.
    pub closes_at: Instant,
    /// The event was cancelled.
    pub cancelled: bool,
}

/// An event code that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct CodeFacts {
    /// On a screen or on paper.
    #[cfg_attr(test, serde(deserialize_with = "tests::window"))]
    pub kind: Window,
    /// The number of its window.
    pub window: u32,
    /// It is of this event, and its MAC holds.
    pub authentic: bool,
}

/// A card that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct CardFacts {
    /// What the scan proved.
    pub presentation: Presentation,
    /// The card's state; `None` where no card of ours is meant.
    pub state: Option<CardStatus>,
}

/// What already stands for this member and event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Standing {
    /// The outcome.
    pub outcome: Outcome,
    /// A person has corrected it.
    pub corrected: bool,
}

/// All that the decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Facts {
    /// The event; `None` where there is no such event.
    pub event: Option<EventFacts>,
    /// How.
    pub method: Method,
    /// Who sends it.
    pub by: By,
    /// The time that the phone tells.
    pub occurred_at: Instant,
    /// The server's time (offline: the phone's own, corrected by the offset it measured last).
    pub recorded_at: Instant,
    /// Of `event_code`: the code; `None` where it cannot be read.
    pub code: Option<CodeFacts>,
    /// Of `event_code`: the proof.
    pub proof: Proof,
    /// Of `event_code`: the time that the phone has signed; `None` without a valid proof.
    pub signed_at: Option<Instant>,
    /// Of `card`: the card; `None` where the code cannot be read.
    pub card: Option<CardFacts>,
    /// The member has an active registration.
    pub registration_active: bool,
    /// The member belongs to the event's audience.
    pub in_audience: bool,
    /// What stands; `None` where nothing is recorded.
    pub standing: Option<Standing>,
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Decision {
    /// What becomes of it; never `replayed`, which is known by the item's id.
    pub verdict: CheckInVerdict,
    /// Why it does not count.
    pub reason: Option<RejectReason>,
    /// It came after the fact.
    pub late: bool,
    /// It proves less: a printed code, a card without its phone.
    pub weak: bool,
}

/// Decides about one check-in.
pub fn decide(facts: &Facts) -> Decision {
    let late = is_late(facts);
    let (verdict, reason) = match refusal(facts) {
        Some(reason) => (CheckInVerdict::Rejected, Some(reason)),
        None => (settle(facts.standing, late), None),
    };
    Decision { verdict, reason, late, weak: is_weak(facts) }
}

/// What an item that holds does to what stands.
fn settle(standing: Option<Standing>, late: bool) -> CheckInVerdict {
    match standing {
        None => CheckInVerdict::Accepted,
        Some(Standing { outcome: Outcome::Expected, .. }) => CheckInVerdict::Accepted,
        Some(Standing { outcome: Outcome::Present, .. }) => CheckInVerdict::Duplicate,
        // Who turns up in person is present, whatever was planned; but a person's correction and a later make-up stand,
        // and a scan that arrives afterwards does not overrule what a person has recorded meanwhile.
        Some(Standing { outcome: Outcome::OnLeave | Outcome::Absent, corrected: false }) if !late => {
            CheckInVerdict::Accepted
        }
        Some(_) => CheckInVerdict::Conflict,
    }
}

fn refusal(facts: &Facts) -> Option<RejectReason> {
    let Some(event) = facts.event else { return Some(RejectReason::UnknownEvent) };
    let permitted = match facts.method {
        Method::EventCode => facts.by == By::Oneself && facts.proof != Proof::Foreign,
        Method::Card | Method::Manual => facts.by == By::OfficerInReach,
    };
    if !permitted {
        return Some(RejectReason::NotPermitted);
    }
    if event.cancelled {
        return Some(RejectReason::EventNotOpen);
    }
    let ahead = facts.occurred_at.0 - facts.recorded_at.0;
    if !(-KEPT_AT_MOST_MS..=CLOCK_TOLERANCE_MS).contains(&ahead) {
        return Some(RejectReason::ClockImplausible);
    }
    if facts.occurred_at < event.opens_at {
        return Some(RejectReason::TooEarly);
    }
    if facts.occurred_at > event.closes_at {
        return Some(RejectReason::TooLate);
    }
    let evidence = match facts.method {
        Method::EventCode => refused_code(facts),
        Method::Card => refused_card(facts.card),
        Method::Manual => None,
    };
    if evidence.is_some() {
        return evidence;
    }
    if !facts.registration_active {
        return Some(RejectReason::RegistrationNotActive);
    }
    (!facts.in_audience).then_some(RejectReason::NotInAudience)
}

fn refused_code(facts: &Facts) -> Option<RejectReason> {
    let Some(code) = facts.code.filter(|code| code.authentic) else { return Some(RejectReason::CodeInvalid) };
    if facts.proof == Proof::Invalid {
        return Some(RejectReason::CodeInvalid);
    }
    if fits(code, facts.recorded_at) {
        // The code itself proves the time, so a phone that tells quite another one is wrong.
        let off = (facts.occurred_at.0 - facts.recorded_at.0).abs() > CLOCK_TOLERANCE_MS;
        let by_day = code.kind == Window::Printed;
        if !off {
            return None;
        }
        if !by_day {
            return Some(RejectReason::ClockImplausible);
        }
    }
    // It comes after the fact: only the time that the phone has signed counts.
    match facts.signed_at {
        None => Some(RejectReason::CodeExpired),
        Some(at) if (at.0 - facts.occurred_at.0).abs() > SIGNED_TOLERANCE_MS => Some(RejectReason::ClockImplausible),
        Some(at) if !fits(code, at) => Some(RejectReason::CodeExpired),
        Some(_) => None,
    }
}

/// Whether a code may be scanned at that time: two windows after its own, and one before for a screen that runs ahead.
/// A printed code serves its day and the next, since its day begins in the Chinese morning.
fn fits(code: CodeFacts, at: Instant) -> bool {
    let (after, before) = match code.kind {
        Window::Rotating => (2, 1),
        Window::Printed => (1, 0),
    };
    let now = code.kind.number(at);
    (now.saturating_sub(after)..=now.saturating_add(before)).contains(&code.window)
}

fn refused_card(card: Option<CardFacts>) -> Option<RejectReason> {
    let Some(card) = card else { return Some(RejectReason::PresentationInvalid) };
    if card.presentation == Presentation::Invalid {
        return Some(RejectReason::PresentationInvalid);
    }
    match card.state {
        None => Some(RejectReason::UnknownCard),
        Some(CardStatus::Suspended) => Some(RejectReason::CardSuspended),
        Some(CardStatus::Lost) => Some(RejectReason::CardLost),
        Some(CardStatus::Revoked) => Some(RejectReason::CardRevoked),
        Some(CardStatus::Surrendered) => Some(RejectReason::CardSurrendered),
        Some(CardStatus::Active) => {
            (card.presentation == Presentation::Stale).then_some(RejectReason::PresentationStale)
        }
    }
}

fn is_late(facts: &Facts) -> bool {
    let waited = facts.recorded_at.0 - facts.occurred_at.0 > LATE_MS;
    match (facts.method, facts.code) {
        // What fits the screen's code now is no late scan, even if the phone's clock is slow.
        (Method::EventCode, Some(code)) if code.kind == Window::Rotating => !fits(code, facts.recorded_at),
        _ => waited,
    }
}

fn is_weak(facts: &Facts) -> bool {
    match facts.method {
        Method::EventCode => facts.code.is_some_and(|code| code.kind == Window::Printed),
        Method::Card => facts.card.is_some_and(|card| card.presentation == Presentation::Static),
        Method::Manual => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::Value;

    use super::*;

    pub(super) fn window<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Window, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "rotating" => Ok(Window::Rotating),
            "printed" => Ok(Window::Printed),
            _ => Err(serde::de::Error::custom("a kind of code")),
        }
    }

    /// JSON merge patch (RFC 7396), but that null is kept: an absent fact is null.
    fn change(base: &mut Value, patch: &Value) {
        match (base, patch) {
            (Value::Object(base), Value::Object(patch)) => {
                for (key, value) in patch {
                    change(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
            (base, patch) => *base = patch.clone(),
        }
    }

    #[test]
    fn the_case_table_holds() {
        let table: Value = serde_json::from_str(include_str!("../../../tests/cases/check_in.json")).expect("JSON");
        let cases = table["cases"].as_array().expect("cases");
        let mut wrong = Vec::new();
        for case in cases {
            let mut facts = table["bases"][case["base"].as_str().expect("base")].clone();
            assert!(facts.is_object(), "{case}");
            change(&mut facts, &case["change"]);
            let facts: Facts = serde_json::from_value(facts).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
            let mut expected = serde_json::json!({"reason": null, "late": false, "weak": false});
            change(&mut expected, &case["decision"]);
            let expected: Decision =
                serde_json::from_value(expected).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
            let decision = decide(&facts);
            if decision != expected {
                wrong.push(format!("{}: {decision:?}, expected {expected:?}", case["name"]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(cases.len() >= 160, "the table has {} cases", cases.len());
        for reason in RejectReason::ALL {
            assert!(cases.iter().any(|case| case["decision"]["reason"] == reason.word()), "no case for {reason}");
        }
    }
}

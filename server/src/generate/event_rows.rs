//! The rows of events and of those who came.

use super::{
    meetings,
    rows::{Hands, came_at},
};
use crate::{
    clock::Instant,
    db::Rows,
    events::{Audience, EventKind},
    ids::{CheckInId, Entropy, EntryId, EventId, MemberId, UnitId},
    registrations::End,
};

/// Events and who came to them.
pub(super) struct Life {
    events: Rows,
    attempts: Rows,
    entries: Rows,
    attendance: Rows,
}

/// An event about to be written.
pub(super) struct NewEvent {
    pub(super) id: EventId,
    pub(super) unit: UnitId,
    pub(super) kind: EventKind,
    pub(super) title: &'static str,
    pub(super) starts_at: Instant,
    pub(super) place: String,
}

/// How long ahead an event is announced.
pub(super) const ANNOUNCED: i64 = 7 * 86_400;
/// From when on one can check in.
const OPENS: i64 = 30 * 60;

impl Life {
    pub(super) fn new() -> Self {
        Self {
            events: Rows::new(
                "events",
                &[
                    "id",
                    "unit_id",
                    "code_id",
                    "kind",
                    "title",
                    "starts_at",
                    "ends_at",
                    "place",
                    "minutes",
                    "audience",
                    "opens_at",
                    "closes_at",
                    "account_id",
                    "version",
                    "created_at",
                    "updated_at",
                ],
            ),
            attempts: Rows::new(
                "check_in_attempts",
                &[
                    "id",
                    "submitter",
                    "event_id",
                    "member_id",
                    "method",
                    "verdict",
                    "late",
                    "weak",
                    "occurred_at",
                    "recorded_at",
                    "account_id",
                    "entry_id",
                ],
            ),
            entries: Rows::new(
                "attendance_entries",
                &[
                    "id",
                    "event_id",
                    "member_id",
                    "outcome",
                    "method",
                    "occurred_at",
                    "recorded_at",
                    "late",
                    "weak",
                    "account_id",
                    "scan_id",
                ],
            ),
            attendance: Rows::new("attendance", &["event_id", "member_id", "entry_id", "outcome", "starts_at"]),
        }
    }

    /// Takes the rows out, each table before those that refer to it.
    pub(super) fn take(&mut self) -> Vec<Rows> {
        [&mut self.events, &mut self.attendance, &mut self.entries, &mut self.attempts]
            .into_iter()
            .map(Rows::take)
            .collect()
    }

    pub(super) fn hold(&mut self, event: NewEvent, now: Instant, hands: Hands, entropy: &Entropy) {
        let ends_at = event.starts_at.plus_seconds(meetings::LASTS);
        let announced = Instant(event.starts_at.plus_seconds(-ANNOUNCED).0.min(now.0));
        self.events.push([
            event.id.0.into(),
            event.unit.0.into(),
            entropy.bytes::<8>().to_vec().into(),
            event.kind.word().into(),
            event.title.into(),
            event.starts_at.into(),
            ends_at.into(),
            event.place.into(),
            (meetings::LASTS / 60).into(),
            Audience::Unit.word().into(),
            event.starts_at.plus_seconds(-OPENS).into(),
            ends_at.into(),
            hands.of(End::Host).into(),
            1_i64.into(),
            announced.into(),
            announced.into(),
        ]);
    }

    /// A member comes: the card is scanned at the door, or the name is ticked where there is none.
    pub(super) fn check_in(
        &mut self,
        (event, starts_at): (EventId, Instant),
        member: MemberId,
        has_card: bool,
        hands: Hands,
        entropy: &Entropy,
    ) {
        let at = came_at(starts_at, member);
        let (scan, entry) = (CheckInId::new(at, entropy), EntryId::new(at, entropy));
        let method = if has_card { "card" } else { "manual" };
        let account = hands.of(End::Host);
        self.attempts.push([
            scan.0.into(),
            format!("account:{account}").into(),
            event.0.into(),
            member.0.into(),
            method.into(),
            "accepted".into(),
            false.into(),
            has_card.into(),
            at.into(),
            at.into(),
            account.into(),
            entry.0.into(),
        ]);
        self.entries.push([
            entry.0.into(),
            event.0.into(),
            member.0.into(),
            "present".into(),
            method.into(),
            at.into(),
            at.into(),
            false.into(),
            has_card.into(),
            account.into(),
            scan.0.into(),
        ]);
        self.attendance.push([event.0.into(), member.0.into(), entry.0.into(), "present".into(), starts_at.into()]);
    }
}

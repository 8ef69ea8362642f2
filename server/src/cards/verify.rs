//! What a shown card code is worth: a pure decision over what was read, what the records say, and the time.

use super::model::CardStatus;
use crate::{
    clock::{Day, Instant},
    codes::CardCode,
    words,
};

words! {
    /// What a shown card is worth.
    pub enum CardVerdict {
        /// Genuine, and the card is in use.
        Valid = "valid",
        /// The same; its yearly review is overdue.
        ReviewDue = "review_due",
        /// The home department has halted the card.
        Suspended = "suspended",
        /// The card was ended, or the phone that shows it was removed.
        Revoked = "revoked",
        /// The card was reported lost.
        Lost = "lost",
        /// The card was handed back.
        Surrendered = "surrendered",
        /// Genuine, but not for here and now: an old picture, an expired code, one made for another event.
        Stale = "stale",
        /// It poses as a card code and is none of ours.
        Forged = "forged",
        /// No card code at all, or one that is no longer on record.
        Unknown = "unknown",
    }
}

words! {
    /// What a valid code says about the person who shows it.
    pub enum Presence {
        /// Their phone signed it within the last minute.
        Live = "live",
        /// The same within three minutes: a clock is off, or it is a picture.
        LiveLate = "live_late",
        /// Nothing: check the person.
        Static = "static",
    }
}

/// What a genuine code shows here and now, whatever has become of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// It is good for here and now.
    Fresh(Presence),
    /// It has expired, or was signed too long ago: a picture, perhaps.
    Stale,
    /// It was made for another event.
    Elsewhere,
}

/// A live code is green for this long, by either clock.
const LIVE_SECONDS: i64 = 60;
/// And amber for this long.
const LATE_SECONDS: i64 = 180;

/// What the records say about a code's card.
#[derive(Clone, Copy, Debug)]
pub struct OnRecord {
    /// The card's state.
    pub status: CardStatus,
    /// When its review is due.
    pub review_due: Day,
    /// Whether the member's stay has ended.
    pub stay_ended: bool,
    /// Whether the phone for which the code was made has been removed.
    pub phone_removed: bool,
}

/// Where and when a code is shown.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// When it is shown.
    pub at: Instant,
    /// The audience of live codes made for this event ([`crate::codes::audience`]); `None` where no event is meant.
    pub audience: Option<[u8; 4]>,
}

/// Whether the issuer's signature, and in a live code the holder's too, hold. `issuer` is the public key that the code
/// names, where that is a key for cards and not struck off.
pub fn genuine(code: &CardCode, issuer: Option<&[u8]>) -> bool {
    issuer.is_some_and(|key| code.issued_by(key)) && (code.holder.is_none() || code.held())
}

/// What a [`genuine`] code shows.
pub fn showing(code: &CardCode, occasion: &Occasion) -> Showing {
    let presence = match code.holder {
        None => Presence::Static,
        Some(holder) if holder.audience != [0; 4] && Some(holder.audience) != occasion.audience => {
            return Showing::Elsewhere;
        }
        // A phone's clock may run ahead as well as behind.
        Some(holder) => match (occasion.at.seconds() - holder.at().seconds()).abs() {
            seconds if seconds <= LIVE_SECONDS => Presence::Live,
            seconds if seconds <= LATE_SECONDS => Presence::LiveLate,
            _ => return Showing::Stale,
        },
    };
    if code.claims.expires_on < occasion.at.day() { Showing::Stale } else { Showing::Fresh(presence) }
}

impl OnRecord {
    /// The card's state as far as this code goes: no code outlives its stay or its phone.
    pub fn standing(&self) -> CardStatus {
        match self.status {
            CardStatus::Active | CardStatus::Suspended if self.stay_ended => CardStatus::Surrendered,
            CardStatus::Active | CardStatus::Suspended if self.phone_removed => CardStatus::Revoked,
            status => status,
        }
    }
}

/// The verdict on a [`genuine`] code. The state of the card weighs more than the age of the code: whoever holds a lost
/// card must hear that it is lost. A code without a record is one that was cleared away after it had expired, or one
/// that a restored backup does not know.
pub fn judge(showing: Showing, record: Option<&OnRecord>, today: Day) -> (CardVerdict, Option<Presence>) {
    let verdict = match (record.map(OnRecord::standing), showing) {
        (Some(CardStatus::Suspended), _) => CardVerdict::Suspended,
        (Some(CardStatus::Lost), _) => CardVerdict::Lost,
        (Some(CardStatus::Revoked), _) => CardVerdict::Revoked,
        (Some(CardStatus::Surrendered), _) => CardVerdict::Surrendered,
        (_, Showing::Stale | Showing::Elsewhere) => CardVerdict::Stale,
        (None, Showing::Fresh(_)) => CardVerdict::Unknown,
        (Some(CardStatus::Active), Showing::Fresh(presence)) => {
            let overdue = record.is_some_and(|record| record.review_due < today);
            return (if overdue { CardVerdict::ReviewDue } else { CardVerdict::Valid }, Some(presence));
        }
    };
    (verdict, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{self, Scanned};

    const AT: Instant = Instant::from_seconds(1_795_413_607);
    fn active() -> OnRecord {
        OnRecord {
            status: CardStatus::Active,
            review_due: Day::from_1970(20_900),
            stay_ended: false,
            phone_removed: false,
        }
    }

    /// A code of the common table; its live ones were made at `AT`.
    fn code(name: &str) -> CardCode {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/cases/codes.json")).expect("the table of cases");
        let case =
            table["cards"].as_array().expect("cards").iter().find(|case| case["name"] == name).expect("the case");
        match codes::read(case["text"].as_str().expect("a text")) {
            Some(Scanned::Card(code)) => code,
            other => panic!("{name}: {other:?}"),
        }
    }

    fn decided(code: &CardCode, record: Option<&OnRecord>, occasion: &Occasion) -> (CardVerdict, Option<Presence>) {
        judge(showing(code, occasion), record, occasion.at.day())
    }

    fn judged(name: &str, record: OnRecord, seconds_later: i64) -> (CardVerdict, Option<Presence>) {
        decided(&code(name), Some(&record), &Occasion { at: AT.plus_seconds(seconds_later), audience: None })
    }

    #[test]
    fn a_live_code_fades() {
        for (seconds, expected) in [
            (0, (CardVerdict::Valid, Some(Presence::Live))),
            (60, (CardVerdict::Valid, Some(Presence::Live))),
            (-60, (CardVerdict::Valid, Some(Presence::Live))),
            (61, (CardVerdict::Valid, Some(Presence::LiveLate))),
            (180, (CardVerdict::Valid, Some(Presence::LiveLate))),
            (-180, (CardVerdict::Valid, Some(Presence::LiveLate))),
            (181, (CardVerdict::Stale, None)),
            (-181, (CardVerdict::Stale, None)),
        ] {
            assert_eq!(judged("live, for no event", active(), seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn a_static_code_says_nothing_of_presence_and_expires_after_its_day() {
        let shown = |day: &str| {
            let at = day.parse::<Day>().expect("a day").starts();
            decided(&code("static"), Some(&active()), &Occasion { at, audience: None })
        };
        let last = code("static").claims.expires_on;
        assert_eq!(shown(&last.to_string()), (CardVerdict::Valid, Some(Presence::Static)));
        assert_eq!(shown(&last.plus_days(1).to_string()), (CardVerdict::Stale, None));
    }

    #[test]
    fn a_code_for_one_event_serves_there_only() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/cases/codes.json")).expect("the table of cases");
        let mut here = [0; 4];
        hex::decode_to_slice(table["keys"]["audience"].as_str().expect("hex"), &mut here).expect("four bytes");
        let shown = |audience| decided(&code("live, for one event"), Some(&active()), &Occasion { at: AT, audience }).0;
        assert_eq!(shown(Some(here)), CardVerdict::Valid);
        assert_eq!(shown(Some([1, 2, 3, 4])), CardVerdict::Stale);
        assert_eq!(shown(None), CardVerdict::Stale);
    }

    #[test]
    fn the_state_of_the_card_weighs_more_than_the_age_of_the_code() {
        for (status, verdict) in [
            (CardStatus::Suspended, CardVerdict::Suspended),
            (CardStatus::Lost, CardVerdict::Lost),
            (CardStatus::Revoked, CardVerdict::Revoked),
            (CardStatus::Surrendered, CardVerdict::Surrendered),
        ] {
            for later in [0, 1000, 400 * 86_400] {
                assert_eq!(judged("live, for no event", OnRecord { status, ..active() }, later), (verdict, None));
            }
        }
        let removed = OnRecord { phone_removed: true, ..active() };
        assert_eq!(judged("live, for no event", removed, 0), (CardVerdict::Revoked, None));
        let ended = OnRecord { stay_ended: true, ..active() };
        assert_eq!(judged("live, for no event", ended, 0), (CardVerdict::Surrendered, None));
        let due = OnRecord { review_due: Day::from_1970(20_779), ..active() };
        assert_eq!(judged("live, for no event", due, 0), (CardVerdict::ReviewDue, Some(Presence::Live)));
        let on_the_day = OnRecord { review_due: AT.day(), ..active() };
        assert_eq!(judged("live, for no event", on_the_day, 0).0, CardVerdict::Valid);
    }

    #[test]
    fn a_code_that_is_not_on_record_is_unknown_until_it_expires() {
        let shown = |at| decided(&code("static"), None, &Occasion { at, audience: None });
        assert_eq!(shown(AT), (CardVerdict::Unknown, None));
        assert_eq!(shown(AT.plus_seconds(400 * 86_400)), (CardVerdict::Stale, None));
    }

    #[test]
    fn both_signatures_have_to_hold() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/cases/codes.json")).expect("the table of cases");
        let issuer = hex::decode(table["keys"]["issuer"].as_str().expect("hex")).expect("a key");
        assert!(genuine(&code("static"), Some(&issuer)));
        assert!(genuine(&code("live, for no event"), Some(&issuer)));
        assert!(!genuine(&code("static"), None));
        assert!(!genuine(&code("static, signed by another key"), Some(&issuer)));
        assert!(!genuine(&code("live, signed by another phone"), Some(&issuer)));
        assert!(!genuine(&code("live, a phone key put in by a thief"), Some(&issuer)));
    }
}

//! What became of a member: when the stay was filed and agreed upon, how it stands today, what happened to the card. Pure.

use crate::{
    cards::CardAct,
    clock::{Day, Instant},
    ids::Entropy,
    registrations::{Action, CardStatus, End, FlowReason, Status},
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// The stays of so many days are spread evenly.
const SPREAD: i64 = 4 * 365;

/// A step of a stay, as its history tells it.
pub(super) struct Step {
    pub(super) at: Instant,
    pub(super) action: &'static str,
    pub(super) from: Option<Status>,
    pub(super) to: Status,
    /// Whose hand it was.
    pub(super) by: End,
    pub(super) reason: Option<&'static str>,
}

/// A step of a card.
pub(super) struct CardStep {
    pub(super) at: Instant,
    pub(super) act: CardAct,
    pub(super) to: CardStatus,
}

/// A card and what happened to it.
pub(super) struct CardStory {
    pub(super) steps: Vec<CardStep>,
    /// When the code that it bears was made.
    pub(super) minted_at: Instant,
    pub(super) review_due: Day,
}

impl CardStory {
    /// Whether it has not come to its end.
    pub(super) fn is_living(&self) -> bool {
        self.steps.last().is_some_and(|step| step.to.is_living())
    }
}

/// A stay and what happened to it.
pub(super) struct Story {
    pub(super) filed_at: Instant,
    pub(super) filed_by: End,
    pub(super) reason: FlowReason,
    pub(super) started_on: Day,
    pub(super) status: Status,
    pub(super) active_since: Option<Instant>,
    pub(super) ended_at: Option<Instant>,
    pub(super) steps: Vec<Step>,
    /// Attempts to reach somebody who is out of contact.
    pub(super) calls: Vec<Instant>,
    /// From when to when the member comes to meetings.
    pub(super) comes: (Instant, Instant),
    pub(super) card: Option<CardStory>,
}

/// The story of the `n`th of `members`.
pub(super) fn story(chance: &Entropy, n: u64, members: u64, now: Instant) -> Story {
    let below = |end: i64| i64::try_from(chance.below(end.unsigned_abs().max(1))).unwrap_or(0);
    let age = SPREAD * DAY - i64::try_from(n * (SPREAD * DAY).unsigned_abs() / members.max(1)).unwrap_or(0);
    let office_hours = (9 + below(8)) * HOUR + below(HOUR);
    let filed_at = Instant(now.plus_seconds(-age).day().starts().plus_seconds(office_hours).0.min(now.0 - HOUR * 1000));
    let filed_by = if below(100) < 85 { End::Host } else { End::Home };
    let asked = match filed_by {
        End::Host => Status::PendingHome,
        End::Home => Status::PendingHost,
    };
    let mut story = Story {
        filed_at,
        filed_by,
        reason: reason(below(100)),
        started_on: filed_at.day().plus_days(-below(60)),
        status: asked,
        active_since: None,
        ended_at: None,
        steps: vec![Step { at: filed_at, action: "file", from: None, to: asked, by: filed_by, reason: None }],
        calls: Vec::new(),
        comes: (now, now),
        card: None,
    };
    let agreed = filed_at.plus_seconds((1 + below(5)) * DAY + below(4) * HOUR);
    if agreed.plus_seconds(HOUR) > now || (age < 45 * DAY && below(100) < 15) {
        return story;
    }
    let (confirmed_by, answer) = match filed_by {
        End::Host => (End::Home, Action::Confirm),
        End::Home => (End::Host, Action::Accept),
    };
    if below(1000) < 8 {
        story.go(agreed, Action::Decline, Status::Declined, confirmed_by, Some("查无此人"));
        return story;
    }
    story.go(agreed, answer, Status::Active, confirmed_by, None);
    story.active_since = Some(agreed);
    story.comes = (agreed, now);
    let (old, fate) = (age > 300 * DAY, below(1000));
    let later = |least: i64| agreed.plus_seconds((least + below((age / DAY - least - 10).max(1))) * DAY);
    match fate {
        0..90 if old => story.go(later(120), Action::Return, Status::Returned, End::Host, Some("返回户籍地")),
        90..120 if old => story.go(later(120), Action::Transfer, Status::Transferred, End::Host, Some("转接组织关系")),
        120..145 if age > 420 * DAY => {
            let lost = now.plus_seconds(-(10 + below(60)) * DAY);
            story.calls = vec![lost.plus_seconds(-20 * DAY), lost.plus_seconds(-8 * DAY)];
            story.comes.1 = lost.plus_seconds(-200 * DAY);
            story.go(lost, Action::OutOfContact, Status::OutOfContact, End::Home, Some("多次联系未果"));
        }
        145..225 if old => story.comes.1 = now.plus_seconds(-(95 + below(100)) * DAY),
        _ => {}
    }
    if let Some(ended) = story.ended_at {
        story.comes.1 = ended;
    }
    if below(100) < 94 {
        story.card = Some(card(agreed.plus_seconds(HOUR / 2), story.ended_at, below, now));
    }
    story
}

impl Story {
    fn go(&mut self, at: Instant, action: Action, to: Status, by: End, reason: Option<&'static str>) {
        let step = Step { at, action: action.word(), from: Some(self.status), to, by, reason };
        self.status = to;
        self.ended_at = (!to.is_open()).then_some(at);
        self.steps.push(step);
    }

    /// Why it ended.
    pub(super) fn end_reason(&self) -> Option<&'static str> {
        self.ended_at.and_then(|_| self.steps.last()?.reason)
    }
}

fn reason(draw: i64) -> FlowReason {
    match draw {
        0..58 => FlowReason::Employment,
        58..71 => FlowReason::Business,
        71..76 => FlowReason::Study,
        76..83 => FlowReason::Family,
        83..89 => FlowReason::Retirement,
        89..92 => FlowReason::Restructured,
        92..94 => FlowReason::Bankrupt,
        94..95 => FlowReason::Dissolved,
        95..98 => FlowReason::LaidOff,
        _ => FlowReason::Other,
    }
}

/// A card is issued, reviewed every year a little before its date (a few are overdue), and handed back with the stay.
fn card(issued: Instant, ended: Option<Instant>, below: impl Fn(i64) -> i64, now: Instant) -> CardStory {
    let mut card = CardStory {
        steps: vec![CardStep { at: issued, act: CardAct::Issue, to: CardStatus::Active }],
        minted_at: issued,
        review_due: issued.day().plus_years(1),
    };
    let until = ended.unwrap_or(now);
    let late = below(100) < 4;
    loop {
        let reviewed = card.review_due.starts().plus_seconds(-(3 + below(20)) * DAY + 10 * HOUR);
        let last = card.review_due.plus_years(1).starts() > until;
        if reviewed >= until || (late && last) {
            break;
        }
        card.steps.push(CardStep { at: reviewed, act: CardAct::Review, to: CardStatus::Active });
        card.minted_at = reviewed;
        card.review_due = card.review_due.plus_years(1);
    }
    let newest = card.steps.last().map_or(issued, |step| step.at);
    let some_day = Instant(newest.0 + below((until.0 - newest.0).max(1)));
    match (ended, below(1000)) {
        (Some(at), _) => card.steps.push(CardStep { at, act: CardAct::Surrender, to: CardStatus::Surrendered }),
        (None, 0..6) => card.steps.push(CardStep { at: some_day, act: CardAct::Suspend, to: CardStatus::Suspended }),
        (None, 6..9) => card.steps.push(CardStep { at: some_day, act: CardAct::Revoke, to: CardStatus::Revoked }),
        (None, 9..14) => card.steps.push(CardStep { at: some_day, act: CardAct::ReportLost, to: CardStatus::Lost }),
        _ => {}
    }
    card
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_hold_together() {
        let now: Instant = "2026-11-23T01:30:00.000Z".parse().expect("an instant");
        let chance = Entropy::seeded(3);
        let stories: Vec<Story> = (0..5000).map(|n| story(&chance, n, 5000, now)).collect();
        for story in &stories {
            assert!(story.steps.is_sorted_by_key(|step| step.at) && story.steps.iter().all(|step| step.at < now));
            assert_eq!(story.status.is_open(), story.ended_at.is_none());
            assert!(story.comes.0 >= story.filed_at && story.comes.1 <= now);
            let Some(card) = &story.card else { continue };
            assert!(card.steps.is_sorted_by_key(|step| step.at), "{:?}", story.status);
            assert!(card.steps.iter().all(|step| step.at < now));
            let living = card.steps.last().is_some_and(|step| step.to.is_living());
            assert!(story.status.is_open() || !living, "a card ends with its stay");
        }
        for status in Status::ALL.iter().filter(|status| **status != Status::Withdrawn) {
            assert!(stories.iter().any(|story| story.status == *status), "{status}");
        }
    }
}

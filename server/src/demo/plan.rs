//! What happens in the demo, and when: pure, so that the figures can be counted without a database.
//!
//! 162 members come to 25 branches over fourteen months; most have cards and come to events; some wait for one end or the
//! other, some fell silent, some came back a second time.

use super::calendar;
use crate::{
    clock::{Day, Instant},
    events::EventKind,
    ids::Entropy,
    registrations::{End, FlowReason, RequestKind},
};

/// Members, as in the source.
pub(super) const MEMBERS: usize = 162;
/// Members of the branch of the story; the others have six or seven.
const FIRST_BRANCH: usize = 12;
/// The member whose activation link is printed.
pub(super) const STORY_MEMBER: usize = 0;

/// The same story every time.
const SEED: u64 = 1;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 24 * HOUR;

/// Filed by the host within the last days: the home department is asked.
pub(super) const WAIT_FOR_HOME: [usize; 6] = [9, 10, 30, 55, 80, 101];
/// Filed by the home end within the last days: the host is asked.
pub(super) const WAIT_FOR_HOST: [usize; 4] = [11, 120, 140, 150];
/// No sign of life for more than three months.
pub(super) const SILENT: [usize; 8] = [7, 21, 44, 67, 90, 113, 136, 159];
/// Of these, no sign of life for more than six months.
const SILENT_LONG: [usize; 2] = [44, 136];
/// Could not be reached any more.
pub(super) const OUT_OF_CONTACT: [usize; 1] = [50];
/// Registered, but no card yet.
const WITHOUT_CARD: [usize; 6] = [8, 25, 60, 95, 130, 155];
/// Went home once and came again.
const SECOND_STAY: [usize; 3] = [20, 70, 110];
/// Came to another branch first.
pub(super) const MOVED: [usize; 2] = [33, 72];
/// Ask for something on their phones: what, how many days ago, for how many days from now.
const ASKING: [(usize, RequestKind, i64, Option<i64>); 4] = [
    (1, RequestKind::Transfer, 9, None),
    (6, RequestKind::GoingHome, 2, Some(20)),
    (40, RequestKind::Moved, 3, None),
    (64, RequestKind::GoingHome, 1, Some(3)),
];
/// Asked to transfer, and the department has answered why not yet.
const REFUSED: usize = 2;
/// As many entries are disputed; the oldest dispute is answered.
const DISPUTES: usize = 4;
/// Of the oldest cards, one in so many has not been reviewed.
const UNREVIEWED: usize = 5;

/// A member's part.
pub(super) struct Part {
    pub(super) branch: usize,
    pub(super) city: usize,
    /// Which of the city's home branches.
    pub(super) home: usize,
    pub(super) filed_by: End,
    pub(super) reason: FlowReason,
    /// From when to when the member comes to events.
    pub(super) comes: (Instant, Instant),
}

/// Who holds an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Committee,
    Branch(usize),
}

/// An event.
pub(super) struct Meeting {
    pub(super) holder: Holder,
    pub(super) kind: EventKind,
    pub(super) title: &'static str,
    pub(super) starts_at: Instant,
    pub(super) hours: i64,
    /// Until when one can check in, if longer than until the end.
    pub(super) open_until: Option<Instant>,
}

/// How somebody checks in.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// With the phone in front of the screen, or by card where there is no phone, or by hand where there is no card.
    Scan,
    /// Picked from the roster.
    ByHand,
}

/// One thing that happens; numbers are places in the lists of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    File {
        member: usize,
        branch: usize,
    },
    /// The end that is asked agrees.
    Agree {
        member: usize,
    },
    Issue {
        member: usize,
    },
    Bind {
        member: usize,
    },
    Review {
        member: usize,
    },
    Move {
        member: usize,
        branch: usize,
    },
    Return {
        member: usize,
    },
    Call {
        member: usize,
    },
    LoseContact {
        member: usize,
    },
    LookUp {
        member: usize,
        purpose: &'static str,
    },
    Hold {
        meeting: usize,
    },
    CheckIn {
        meeting: usize,
        member: usize,
        how: How,
    },
    Leave {
        meeting: usize,
        member: usize,
    },
    Absent {
        meeting: usize,
        member: usize,
    },
    /// The member asks to go home, to another host, or to transfer; on which day.
    Ask {
        member: usize,
        kind: RequestKind,
        wished: Option<Instant>,
    },
    /// The department answers why not.
    Refuse {
        member: usize,
    },
    Dispute {
        meeting: usize,
        member: usize,
    },
    /// The branch answers why the entry stands.
    Answer {
        meeting: usize,
        member: usize,
    },
}

impl Step {
    /// Whether its service writes by itself, after reads of its own.
    pub(super) const fn writes_by_itself(self) -> bool {
        matches!(self, Self::CheckIn { .. } | Self::LookUp { .. })
    }
}

/// Everything that happens, in the order of time.
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) steps: Vec<(Instant, Step)>,
    /// The event that is open now.
    pub(super) open_meeting: usize,
    /// The meetings at which branches elected anew.
    pub(super) elections: Vec<usize>,
}

/// Plans everything up to `now`, for so many living home cities and so many branches.
pub(super) fn plan(now: Instant, cities: usize, branches: usize) -> Plan {
    let entropy = Entropy::seeded(SEED);
    let mut plan =
        Plan { parts: Vec::new(), meetings: Vec::new(), steps: Vec::new(), open_meeting: 0, elections: Vec::new() };
    for member in 0..MEMBERS {
        let part = part(member, cities, branches, now);
        stay(&mut plan, member, &part, branches, now);
        plan.parts.push(part);
    }
    calendar::meetings(&mut plan, now, branches);
    for meeting in 0..plan.meetings.len() {
        calendar::attendance(&mut plan, meeting, now, &entropy);
    }
    wishes(&mut plan, now);
    disputes(&mut plan, now);
    for (n, member) in [STORY_MEMBER, 1, 3, 7, 21, 44].into_iter().enumerate() {
        let purpose = ["年度核对", "走访前了解情况", "核对组织关系"][n % 3];
        plan.steps.push((ago(now, 6 + days(n), 15), Step::LookUp { member, purpose }));
    }
    plan.steps.sort_by_key(|(at, _)| *at);
    plan
}

/// Who a member is in the story.
fn part(member: usize, cities: usize, branches: usize, now: Instant) -> Part {
    const REASONS: [FlowReason; 8] = [
        FlowReason::Employment,
        FlowReason::Employment,
        FlowReason::Business,
        FlowReason::Employment,
        FlowReason::Family,
        FlowReason::Retirement,
        FlowReason::Restructured,
        FlowReason::LaidOff,
    ];
    let branch = if member < FIRST_BRANCH { 0 } else { 1 + (member - FIRST_BRANCH) % (branches - 1) };
    let from_pilot = if member < FIRST_BRANCH { member % 3 != 2 } else { member.is_multiple_of(4) };
    let city = if from_pilot { 0 } else { 1 + member * 7 % (cities - 1) };
    let until = match member {
        m if SILENT_LONG.contains(&m) => ago(now, 205, 0),
        m if SILENT.contains(&m) => ago(now, 118, 0),
        m if OUT_OF_CONTACT.contains(&m) => ago(now, 260, 0),
        _ => now.plus_seconds(30 * DAY),
    };
    let home_files = WAIT_FOR_HOST.contains(&member) || member % 6 == 5 && !WAIT_FOR_HOME.contains(&member);
    Part {
        branch,
        city,
        home: member / 4 % 2,
        filed_by: if home_files { End::Home } else { End::Host },
        reason: REASONS[member * 3 % REASONS.len()],
        comes: (filed_at(member, now).plus_seconds(6 * DAY), until),
    }
}

/// When the stay that is open today was filed.
fn filed_at(member: usize, now: Instant) -> Instant {
    match member {
        m if WAIT_FOR_HOME.contains(&m) || WAIT_FOR_HOST.contains(&m) => ago(now, 1 + days(m % 5), 10),
        m if SECOND_STAY.contains(&m) => ago(now, 75, 10),
        m if SILENT.contains(&m) || OUT_OF_CONTACT.contains(&m) => ago(now, 330 + days(m % 9), 10),
        STORY_MEMBER => ago(now, 150, 10),
        m => ago(now, 40 + days(m * 131 % 380), 10),
    }
}

/// What becomes of a member's registration and card.
fn stay(plan: &mut Plan, member: usize, part: &Part, branches: usize, now: Instant) {
    let mut then = |at: Instant, step: Step| plan.steps.push((at, step));
    let filed = filed_at(member, now);
    let first_branch = if MOVED.contains(&member) { 1 + part.branch % (branches - 1) } else { part.branch };
    if SECOND_STAY.contains(&member) {
        let before = ago(now, 400, 10);
        then(before, Step::File { member, branch: first_branch });
        then(before.plus_seconds(2 * DAY), Step::Agree { member });
        then(before.plus_seconds(120 * DAY), Step::Return { member });
    }
    then(filed, Step::File { member, branch: first_branch });
    if WAIT_FOR_HOME.contains(&member) || WAIT_FOR_HOST.contains(&member) {
        return;
    }
    let agreed = filed.plus_seconds((1 + days(member % 3)) * DAY);
    then(agreed, Step::Agree { member });
    if !WITHOUT_CARD.contains(&member) {
        let issued = agreed.plus_seconds(DAY / 2);
        then(issued, Step::Issue { member });
        if has_phone(member) {
            then(issued.plus_seconds(HOUR / 12), Step::Bind { member });
        }
        // A year later the branch reviews the card; a few are still to do.
        let reviewed = issued.plus_seconds(360 * DAY);
        if reviewed < now && member % UNREVIEWED != 1 {
            then(reviewed, Step::Review { member });
        }
    }
    if MOVED.contains(&member) {
        then(ago(now, 30, 10), Step::Move { member, branch: part.branch });
        then(ago(now, 28, 10), Step::Agree { member });
    }
    if OUT_OF_CONTACT.contains(&member) {
        then(ago(now, 40, 10), Step::Call { member });
        then(ago(now, 33, 10), Step::Call { member });
        then(ago(now, 20, 10), Step::LoseContact { member });
    }
}

/// What members ask for.
fn wishes(plan: &mut Plan, now: Instant) {
    for (member, kind, since, ahead) in ASKING {
        let wished = ahead.map(|days| ago(now, -days, 0));
        plan.steps.push((ago(now, since, 9), Step::Ask { member, kind, wished }));
    }
    let ask = Step::Ask { member: REFUSED, kind: RequestKind::Transfer, wished: None };
    plan.steps.push((ago(now, 35, 9), ask));
    plan.steps.push((ago(now, 32, 9), Step::Refuse { member: REFUSED }));
}

/// The newest absences that members with a phone do not agree with.
fn disputes(plan: &mut Plan, now: Instant) {
    let apart = [&WITHOUT_CARD[..], &SILENT[..], &OUT_OF_CONTACT[..]].concat();
    let agrees = |member: usize| !has_phone(member) || apart.contains(&member);
    let mut absent: Vec<(Instant, usize, usize)> = Vec::new();
    for (at, step) in &plan.steps {
        if let Step::Absent { meeting, member } = *step
            && !agrees(member)
            && at.plus_seconds(3 * DAY) < now
        {
            absent.push((*at, meeting, member));
        }
    }
    absent.sort_by_key(|(at, meeting, member)| (std::cmp::Reverse(*at), *meeting, *member));
    let mut known = [false; MEMBERS];
    absent.retain(|(_, _, member)| !std::mem::replace(&mut known[*member], true));
    // Half of them are for the branch of the story to answer.
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        absent.into_iter().partition(|(_, meeting, _)| plan.meetings[*meeting].holder == Holder::Branch(0));
    let half = DISPUTES / 2;
    let absent: Vec<_> = here.into_iter().take(half).chain(elsewhere.into_iter().take(DISPUTES - half)).collect();
    for (n, (at, meeting, member)) in absent.into_iter().enumerate() {
        // Who looks at the own record these days finds it.
        let found = at.plus_seconds(DAY / 2).max(ago(now, 3 + days(n), 20));
        plan.steps.push((found, Step::Dispute { meeting, member }));
        if n + 1 == DISPUTES {
            plan.steps.push((found.plus_seconds(DAY), Step::Answer { meeting, member }));
        }
    }
}

/// Whether a member who has a card has a phone bound to it; the story's is bound in the story.
fn has_phone(member: usize) -> bool {
    member != STORY_MEMBER && member % 8 != 4
}

/// The full hour of the day so many days ago, in China; a negative number lies ahead.
pub(super) fn ago(now: Instant, days: i64, hour: i64) -> Instant {
    let day: Day = now.day().plus_days(-days);
    day.starts().plus_seconds(hour * HOUR)
}

pub(super) fn days(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_happens_in_the_future_or_before_its_cause() {
        for seconds in [1_795_400_000, 1_795_400_000 + 7 * HOUR, 1_709_164_800, 1_735_660_799] {
            let now = Instant::from_seconds(seconds);
            let plan = plan(now, 16, 25);
            assert_eq!(plan.parts.len(), MEMBERS);
            let mut filed = vec![0; MEMBERS];
            let mut held = vec![false; plan.meetings.len()];
            for (at, step) in &plan.steps {
                assert!(*at <= now);
                match *step {
                    Step::File { member, .. } => filed[member] += 1,
                    Step::Hold { meeting } => held[meeting] = true,
                    Step::CheckIn { meeting, member, .. } | Step::Leave { meeting, member } => {
                        assert!(held[meeting] && filed[member] > 0);
                    }
                    Step::Agree { member } | Step::Issue { member } => assert!(filed[member] > 0),
                    _ => {}
                }
            }
            let open = &plan.meetings[plan.open_meeting];
            assert!(open.starts_at < now && open.open_until.is_some_and(|until| until > now));
            assert!(filed.iter().all(|n| *n > 0));
        }
    }
}

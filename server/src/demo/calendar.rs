//! The events of the plan, and who comes to them; pure.

use super::plan::{
    DAY, HOUR, Holder, How, MOVED, Meeting, OUT_OF_CONTACT, Plan, Step, WAIT_FOR_HOME, WAIT_FOR_HOST, ago, days,
};
use crate::{clock::Instant, events::EventKind, ids::Entropy};

/// Collective study of the whole committee in the last twelve months, and the hours of each: near 50 hours, as in the source.
const STUDY: (i64, i64) = (16, 3);
/// So many branches hold one more lecture, which makes the 42 lectures and reports of the source.
const MORE_LECTURES: usize = 15;
/// The branches that cannot meet on their own any more; their members come to what the committee holds.
pub(super) const UNABLE: [usize; 3] = [6, 14, 21];
/// The branches that have elected anew, as many as in the source, and how many days ago.
pub(super) const ELECTED: [(usize, i64); 5] = [(3, 310), (9, 245), (12, 170), (17, 96), (23, 41)];

/// The events of the last year, of this evening and of the next days.
pub(super) fn meetings(plan: &mut Plan, now: Instant, branches: usize) {
    const OF_BRANCHES: [(EventKind, &str); 8] = [
        (EventKind::Discussion, "专题讨论：党章与条例"),
        (EventKind::ThemeDay, "主题党日：社区志愿服务"),
        (EventKind::Discussion, "专题讨论：流动党员怎样发挥作用"),
        (EventKind::Lecture, "党课：流动不流失"),
        (EventKind::Practice, "主题实践：走访困难老乡"),
        (EventKind::MemberAssembly, "支部党员大会"),
        (EventKind::GroupMeeting, "党小组会：读书交流"),
        (EventKind::OrganisationLifeMeeting, "组织生活会"),
    ];
    const OF_COMMITTEE: [(EventKind, &str); 3] = [
        (EventKind::Lecture, "驻沪党员党课"),
        (EventKind::MobilisationReport, "主题教育动员报告"),
        (EventKind::Lecture, "形势报告会"),
    ];
    let mut hold = |holder, (kind, title): (EventKind, &'static str), starts_at, hours| {
        plan.meetings.push(Meeting { holder, kind, title, starts_at, hours, open_until: None });
    };
    for month in 1..=11 {
        let n = usize::try_from(month).unwrap_or(0);
        hold(Holder::Committee, OF_COMMITTEE[n % OF_COMMITTEE.len()], ago(now, month * 30 + 4, 14), 2);
    }
    for n in 0..STUDY.0 {
        let title = ["集中学习：先进性教育读本", "集中学习：章程与准则", "集中学习：流动党员管理办法"];
        let at = ago(now, 11 + n * 20, 14);
        hold(Holder::Committee, (EventKind::CollectiveStudy, title[usize::try_from(n).unwrap_or(0) % 3]), at, STUDY.1);
    }
    for branch in 1..=MORE_LECTURES.min(branches - 1) {
        let at = ago(now, 100 + 5 * days(branch), 19);
        hold(Holder::Branch(branch), (EventKind::Lecture, "党课：重温入党誓词"), at, 2);
    }
    for branch in (0..branches).filter(|branch| !UNABLE.contains(branch)) {
        // The branch of the story meets every week, the others every other one.
        let (every, times) = if branch == 0 { (7, 10) } else { (14, 5) };
        for n in 0..times {
            let at = ago(now, 2 + days(branch % 5) + every * days(n), 19);
            hold(Holder::Branch(branch), OF_BRANCHES[(branch + n) % OF_BRANCHES.len()], at, 2);
        }
        let soon = ago(now, -3 - days(branch % 6), 19);
        hold(Holder::Branch(branch), OF_BRANCHES[(branch + 5) % OF_BRANCHES.len()], soon, 2);
    }
    hold(Holder::Committee, (EventKind::DemocraticAppraisal, "民主评议党员"), ago(now, -12, 14), 3);
    plan.open_meeting = plan.meetings.len();
    plan.meetings.push(Meeting {
        holder: Holder::Branch(0),
        kind: EventKind::CollectiveStudy,
        title: "集中学习：把归雁的故事讲下去",
        starts_at: now.plus_seconds(-HOUR / 2),
        hours: 2,
        open_until: Some(now.plus_seconds(6 * HOUR)),
    });
    for (branch, days) in ELECTED {
        plan.elections.push(plan.meetings.len());
        let (holder, starts_at) = (Holder::Branch(branch), ago(now, days, 14));
        let (kind, title) = (EventKind::Election, "支部换届选举党员大会");
        plan.meetings.push(Meeting { holder, kind, title, starts_at, hours: 2, open_until: None });
    }
    for (n, meeting) in plan.meetings.iter().enumerate() {
        let announced = meeting.starts_at.plus_seconds(-3 * DAY - 9 * HOUR).0.min(now.plus_seconds(-HOUR).0);
        plan.steps.push((Instant(announced), Step::Hold { meeting: n }));
    }
}

/// Who comes, who asks for leave, who stays away.
pub(super) fn attendance(plan: &mut Plan, meeting: usize, now: Instant, entropy: &Entropy) {
    let Meeting { holder, starts_at, hours, .. } = plan.meetings[meeting];
    if starts_at > now {
        return;
    }
    let is_open = meeting == plan.open_meeting;
    let ends_at = starts_at.plus_seconds(hours * HOUR);
    for (member, part) in plan.parts.iter().enumerate() {
        let asked = match holder {
            Holder::Committee => true,
            // Who moved came with the branch where they are now only after the move.
            Holder::Branch(branch) => {
                branch == part.branch && (!MOVED.contains(&member) || starts_at > ago(now, 25, 0))
            }
        };
        let waits = WAIT_FOR_HOME.contains(&member) || WAIT_FOR_HOST.contains(&member);
        if !asked || waits || starts_at < part.comes.0 {
            continue;
        }
        let dice = entropy.below(100);
        let jitter = i64::try_from(entropy.below(1200)).unwrap_or(0);
        let likely = if holder == Holder::Committee { 58 } else { 80 };
        let how = if dice % 13 == 5 { How::ByHand } else { How::Scan };
        let (at, step) = match dice {
            _ if is_open => match member {
                1..=4 => (now.plus_seconds(-jitter - 60), Step::CheckIn { meeting, member, how: How::Scan }),
                5 => (now.plus_seconds(-HOUR), Step::Leave { meeting, member }),
                _ => continue,
            },
            _ if starts_at > part.comes.1 && OUT_OF_CONTACT.contains(&member) => continue,
            _ if starts_at > part.comes.1 => (ends_at, Step::Absent { meeting, member }),
            roll if roll < likely => (starts_at.plus_seconds(jitter - 600), Step::CheckIn { meeting, member, how }),
            roll if roll < likely + 10 => (starts_at.plus_seconds(-DAY - 5 * HOUR), Step::Leave { meeting, member }),
            _ => (ends_at, Step::Absent { meeting, member }),
        };
        plan.steps.push((at, step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::plan;

    #[test]
    fn the_year_has_the_sessions_of_the_source() {
        for seconds in [1_795_400_000, 1_795_400_000 + 7 * HOUR, 1_709_164_800, 1_735_660_799] {
            let now = Instant::from_seconds(seconds);
            let held = plan(now, 16, 25).meetings;
            let past = |kinds: &[EventKind]| {
                let begins = now.day().plus_years(-1).plus_days(1).starts();
                let of = |m: &&Meeting| {
                    kinds.contains(&m.kind) && m.starts_at >= begins && m.starts_at.plus_seconds(m.hours * HOUR) < now
                };
                held.iter().filter(of).map(|m| m.hours).collect::<Vec<_>>()
            };
            assert_eq!(past(&[EventKind::Lecture, EventKind::MobilisationReport]).len(), 42);
            let study = past(&[EventKind::CollectiveStudy]);
            assert_eq!((study.len(), study.iter().sum::<i64>()), (16, 48));
        }
    }
}

//! When branches meet, and who comes: eleven meetings a branch, about one in five weeks, the last of them ahead; a member
//! comes to six of those that lie within the stay. Some have come lately or are gone, so that it makes five a member.

use crate::{clock::Instant, events::EventKind};

/// As often a member comes.
pub(super) const VISITS: u64 = 6;
/// Meetings of a branch.
pub(super) const MEETINGS: u8 = 11;
/// From one to the next.
const STEP: i64 = 36 * DAY;
/// How long one lasts.
pub(super) const LASTS: i64 = 2 * HOUR;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

const TITLES: [(EventKind, &str); 6] = [
    (EventKind::CollectiveStudy, "集中学习"),
    (EventKind::ThemeDay, "主题党日"),
    (EventKind::Lecture, "党课"),
    (EventKind::Discussion, "专题讨论"),
    (EventKind::OrganisationLifeMeeting, "组织生活会"),
    (EventKind::Practice, "志愿服务"),
];

/// What the `n`th meeting of a branch is.
pub(super) fn title(branch: usize, n: u8) -> (EventKind, &'static str) {
    TITLES[(branch + usize::from(n)) % TITLES.len()]
}

/// When the `n`th meeting of a branch begins, seen from `now`. Branches are spread over the weeks.
pub(super) fn starts_at(now: Instant, branch: usize, n: u8) -> Instant {
    let branch = i64::try_from(branch).unwrap_or(0);
    // The golden ratio spreads any number of branches evenly.
    let shift = branch.wrapping_mul(618_034) % 1_000_000 * STEP / 1_000_000;
    let at = now.plus_seconds(shift - STEP * i64::from(MEETINGS - 1 - n));
    at.day().starts().plus_seconds((9 + (branch + i64::from(n)) % 11) * HOUR)
}

/// The meetings to which a member comes, a bit each: [`VISITS`] of those that are over and lie between the two instants.
pub(super) fn visited(now: Instant, branch: usize, member: u64, (from, until): (Instant, Instant)) -> u16 {
    let until = until.min(now);
    let over: Vec<u8> = (0..MEETINGS)
        .filter(|n| {
            let at = starts_at(now, branch, *n);
            at >= from && at.plus_seconds(LASTS) < until
        })
        .collect();
    let held = over.len() as u64;
    let mut bits = 0;
    for n in 0..VISITS.min(held) {
        let nth = (n * held / VISITS.min(held) + member) % held;
        bits |= 1 << over[usize::try_from(nth).unwrap_or(0)];
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_comes_as_often_to_what_is_over() {
        let now: Instant = "2026-11-23T01:30:00.000Z".parse().expect("an instant");
        for branch in 0..500 {
            let long_ago = now.plus_seconds(-800 * DAY);
            let all = visited(now, branch, branch as u64 * 7, (long_ago, now));
            assert_eq!(u64::from(all.count_ones()), VISITS, "{branch}");
            for n in (0..MEETINGS).filter(|n| all & 1 << n != 0) {
                assert!(starts_at(now, branch, n).plus_seconds(LASTS) < now);
            }
            assert!(starts_at(now, branch, 0) > now.plus_seconds(-366 * DAY), "within the last year");
            assert_eq!(visited(now, branch, 3, (now, now)), 0);
        }
    }
}

//! Heart-to-heart talks: over 700 person-times in the year, near 30 of them by the committee's three leaders.

use super::Scene;
use crate::{
    access::{Caller, Operation},
    db::Conn,
    demo::{parsed, plan::days},
    error::ApiError,
    ids::UnitId,
    talks::{self, NewFollowUp, NewTalk, TalkMode, TalkTopic},
};

/// Person-times of all talks, as in the source: over 700…
const PERSON_TIMES: usize = 712;
/// …and of those that the leaders led: near 30.
const BY_LEADERS: usize = 29;
/// The branches talk with their members every so many days…
const EVERY_DAYS: i64 = 36;
/// …the newest time so many days ago.
const NEWEST: i64 = 6;
/// What is promised, one after the other.
const PROMISED: [&str; 5] = [
    "联系老乡会，帮助了解子女转学手续",
    "上门看望住院的家属",
    "把周末的学习改到晚上七点",
    "与用工单位沟通加班费发放",
    "帮助联系职业技能培训班",
];
const TOPICS: [&[TalkTopic]; 6] = [
    &[TalkTopic::Thoughts, TalkTopic::Work],
    &[TalkTopic::Study, TalkTopic::OrganisationLife],
    &[TalkTopic::Family, TalkTopic::Difficulties],
    &[TalkTopic::Work],
    &[TalkTopic::Conduct, TalkTopic::Thoughts],
    &[TalkTopic::Health, TalkTopic::Family],
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    by_leaders(c, s).await?;
    let mut left = PERSON_TIMES - BY_LEADERS;
    // From the newest back, so that what is not needed any more is the oldest.
    for round in 0.. {
        for branch in 0..s.branches() {
            let ago = NEWEST + EVERY_DAYS * round + days(branch % 9);
            let mut with = s.members_of(branch, ago);
            with.truncate(left);
            left -= with.len();
            let one_by_one = (days(branch) + round) % 3 == 0 || with.len() == 1;
            let groups: Vec<&[usize]> = with.chunks(if one_by_one { 1 } else { 50 }).collect();
            for (n, group) in groups.into_iter().enumerate() {
                let by = s.secretary(branch, Operation::CreateTalk);
                let turn = branch + n + usize::try_from(round).unwrap_or(0);
                talk(c, s, &by, (s.branch(branch), None), group, ago, turn).await?;
            }
        }
        if left == 0 || NEWEST + EVERY_DAYS * (round + 1) + 9 > 360 {
            break;
        }
    }
    Ok(())
}

/// The leaders talk with members of all branches, one by one.
async fn by_leaders(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for n in 0..BY_LEADERS {
        let leader = s.leaders[n % s.leaders.len()];
        let ago = 5 + 11 * days(n);
        let at_hand = s.members_of(n * 2 % s.branches(), ago);
        let whom = at_hand.into_iter().find(|member| !s.leaders.contains(member));
        // A branch that had nobody then: the leaders have known the story's branch longest.
        let Some(whom) = whom.or_else(|| (1..12).find(|member| s.is_about(*member, ago))) else { continue };
        talk(c, s, &s.officer(Operation::CreateTalk), (s.committee(), Some(leader)), &[whom], ago, n).await?;
    }
    Ok(())
}

async fn talk(
    c: &mut Conn<'_>,
    s: &Scene,
    by: &Caller,
    (unit_id, leader): (UnitId, Option<usize>),
    with: &[usize],
    ago: i64,
    turn: usize,
) -> Result<(), ApiError> {
    let promised = turn % 6 == 4;
    let follow_up = || -> Result<NewFollowUp, ApiError> {
        Ok(NewFollowUp { what: parsed(PROMISED[turn % PROMISED.len()])?, due_on: s.day(ago - 20) })
    };
    let new = NewTalk {
        unit_id,
        talker_id: leader.map(|leader| s.member(leader)).transpose()?,
        talker_post: if leader.is_none() { Some(parsed("支部书记")?) } else { None },
        held_on: s.day(ago),
        mode: if with.len() == 1 { TalkMode::OneToOne } else { TalkMode::Group },
        with: with.iter().map(|member| s.member(*member)).collect::<Result<_, _>>()?,
        topics: TOPICS[turn % TOPICS.len()].to_vec(),
        follow_up: promised.then(follow_up).transpose()?,
    };
    let talk = talks::create(c, &s.at(ago, 21), by, new).await?;
    // What was promised longer ago is done, but for a few that are overdue.
    if promised && ago > 30 && turn % 5 != 3 {
        talks::follow_up(c, &s.at(ago - 15, 18), by, talk.id).await?;
    }
    Ok(())
}

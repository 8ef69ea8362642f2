//! Who leads: the committee's three, the branches' secretaries and what some of them are beside it, the contact points, and
//! whom the branches bring up to membership.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{parsed, people::People, plan::days},
    error::ApiError,
    posts::{self, NewContactPoint, NewPost, PostKind},
    recruits::{self, Advance, NewRecruit, RecruitStage, StageDay},
};

/// Recruits are people who are in no registry.
const RECRUITS_SEED: u64 = 4;
/// The posts of the committee's leaders.
const OF_COMMITTEE: [PostKind; super::LEADERS] = [PostKind::Secretary, PostKind::DeputySecretary, PostKind::Organiser];
/// Branches whose secretary is one of the members here, and what they are at their firm (一肩挑).
const SECRETARIES: [(usize, Option<&str>); 10] = [
    (0, Some("项目部经理")),
    (2, None),
    (4, Some("总经理")),
    (5, None),
    (8, Some("商会副会长")),
    (11, Some("厂长")),
    (15, None),
    (18, Some("董事长")),
    (20, None),
    (24, Some("车间主任")),
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for (leader, kind) in s.leaders.iter().zip(OF_COMMITTEE) {
        let since = s.stage.plan.parts[*leader].comes.0;
        let post = NewPost {
            unit_id: s.committee(),
            member_id: s.member(*leader)?,
            kind,
            dual_title: None,
            from: since.day(),
            until: None,
        };
        let app = s.stage.at(since.plus_seconds(3600).min(s.now));
        posts::create(c, &app, &s.officer(Operation::CreatePost), post).await?;
    }
    for (branch, beside) in SECRETARIES {
        let at_hand = s.members_of(branch, 30);
        let Some(member) = at_hand.into_iter().find(|member| !s.leaders.contains(member) && *member > 0) else {
            continue;
        };
        let post = NewPost {
            unit_id: s.branch(branch),
            member_id: s.member(member)?,
            kind: PostKind::Secretary,
            dual_title: beside.map(parsed).transpose()?,
            from: s.day(30),
            until: None,
        };
        posts::create(c, &s.at(28, 10), &s.officer(Operation::CreatePost), post).await?;
    }
    for (n, leader) in s.leaders.iter().enumerate() {
        for branch in [n, n + 9, n + 18] {
            let member_id = s.member(*leader)?;
            let point = NewContactPoint { member_id, unit_id: s.branch(branch), from: s.day(300), until: None };
            let by = s.officer(Operation::CreateContactPoint);
            posts::create_contact_point(c, &s.at(300, 10), &by, point).await?;
        }
    }
    recruits(c, s).await
}

/// Two have become probationary members in the year, as in the source; others are on their way.
async fn recruits(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    use RecruitStage::{Activist, Applicant, Candidate, Probationary};
    let on_their_way: [(usize, &[(RecruitStage, i64)]); 6] = [
        (0, &[(Applicant, 420), (Activist, 370), (Candidate, 160), (Probationary, 60)]),
        (9, &[(Applicant, 425), (Activist, 390), (Candidate, 210), (Probationary, 130)]),
        (0, &[(Applicant, 75)]),
        (4, &[(Applicant, 260), (Activist, 150)]),
        (13, &[(Applicant, 400), (Activist, 300), (Candidate, 20)]),
        (19, &[(Applicant, 40)]),
    ];
    let mut people = People::new(RECRUITS_SEED, s.now.day());
    for (n, (branch, stages)) in on_their_way.into_iter().enumerate() {
        let by = |operation| s.secretary(branch, operation);
        let Some(((first, since), later)) = stages.split_first() else { continue };
        let new = NewRecruit {
            unit_id: s.branch(branch),
            name: Some(people.next_in("上海市", s.now.day())?.name),
            member_id: None,
            stages: vec![StageDay { stage: *first, on: s.day(*since) }],
        };
        let hour = 10 + days(n % 5);
        let id = recruits::create(c, &s.at(*since, hour), &by(Operation::CreateRecruit), new).await?.id;
        for (to, since) in later {
            let step = Advance { to: *to, on: None };
            recruits::advance(c, &s.at(*since, hour), &by(Operation::AdvanceRecruit), id, step).await?;
        }
    }
    Ok(())
}

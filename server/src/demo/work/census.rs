//! Censuses: one of the spring, one of yesterday with the source's figures, and one that still goes on.

use super::Scene;
use crate::{
    access::Operation,
    censuses::{self, Answer, Close, NewCensus, UnableReason},
    clock::Day,
    db::Conn,
    demo::{
        calendar::UNABLE,
        parsed,
        plan::{OUT_OF_CONTACT, SILENT},
    },
    error::ApiError,
    ids::{CensusId, UnitId},
};

/// Members who cannot attend, as in the source.
const MEMBERS_UNABLE: usize = 38;
/// Fewer could not attend in spring; there were fewer members, too.
const UNABLE_IN_SPRING: usize = 17;
/// Why the branches cannot.
const BRANCHES_UNABLE: [UnableReason; UNABLE.len()] =
    [UnableReason::Bankrupt, UnableReason::Restructured, UnableReason::Dissolved];
/// Why members cannot, one after the other.
const REASONS: [UnableReason; 9] = [
    UnableReason::LaidOff,
    UnableReason::Floating,
    UnableReason::Restructured,
    UnableReason::SeriousIllness,
    UnableReason::Floating,
    UnableReason::Bankrupt,
    UnableReason::LaidOff,
    UnableReason::Abroad,
    UnableReason::Dissolved,
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let spring = open(c, s, s.committee(), "春季党员摸排", 205).await?;
    answer(c, s, spring, &UNABLE[..1], &unable(s, UNABLE_IN_SPRING, 200), 200).await?;
    close(c, s, spring, 190).await?;

    let newest = open(c, s, s.committee(), "党支部和党员能否正常参加组织生活逐一摸排", 1).await?;
    answer(c, s, newest, &UNABLE, &unable(s, MEMBERS_UNABLE, 0), 1).await?;
    close(c, s, newest, 1).await?;

    // The branches of one general branch are asked again; the first two have not answered yet.
    let general = s.stage.organisation.generals[0];
    let open = open(c, s, general, "节前返乡和外出情况摸排", 3).await?;
    for branch in 2..5 {
        rest_able(c, s, open, branch, 2).await?;
    }
    Ok(())
}

async fn open(c: &mut Conn<'_>, s: &Scene, unit_id: UnitId, title: &str, days: i64) -> Result<CensusId, ApiError> {
    let as_of: Day = s.day(days);
    let new = NewCensus { unit_id, title: parsed(title)?, as_of, due_on: as_of.plus_days(10) };
    Ok(censuses::create(c, &s.at(days, 8), &s.officer(Operation::CreateCensus), new).await?.id)
}

/// Who could not attend so many days ago: first whoever belongs to a branch that cannot or whom nobody has seen for long.
fn unable(s: &Scene, count: usize, days: i64) -> Vec<usize> {
    let gone = |member: &usize| {
        UNABLE.contains(&s.branch_of(*member)) || SILENT.contains(member) || OUT_OF_CONTACT.contains(member)
    };
    // Leaders and the member of the story attend.
    let asked = (1..s.stage.plan.parts.len()).filter(|member| {
        !s.leaders.contains(member) && (s.is_about(*member, days) || s.is_about(*member, 300) && gone(member))
    });
    let (first, others): (Vec<_>, Vec<_>) = asked.partition(gone);
    first.into_iter().chain(others.into_iter().step_by(5)).take(count).collect()
}

/// The branches answer: for those who cannot why not, and the rest can.
async fn answer(
    c: &mut Conn<'_>,
    s: &Scene,
    census: CensusId,
    branches: &[usize],
    members: &[usize],
    days: i64,
) -> Result<(), ApiError> {
    let app = s.at(days, 10);
    let cannot = |reason| Answer { able: false, reason: Some(reason) };
    for (branch, reason) in branches.iter().zip(BRANCHES_UNABLE) {
        let by = s.secretary(*branch, Operation::AnswerCensusUnit);
        censuses::answer_unit(c, &app, &by, census, s.branch(*branch), cannot(reason)).await?;
    }
    for (n, member) in members.iter().enumerate() {
        let by = s.officer(Operation::AnswerCensusMember);
        let reason = if OUT_OF_CONTACT.contains(member) { UnableReason::Floating } else { REASONS[n % REASONS.len()] };
        censuses::answer_member(c, &app, &by, census, s.member(*member)?, cannot(reason)).await?;
    }
    for branch in 0..s.branches() {
        rest_able(c, s, census, branch, days).await?;
    }
    let above = [s.committee()].into_iter().chain(s.stage.organisation.generals.iter().copied());
    for unit in above {
        let by = s.officer(Operation::AnswerCensusRest);
        censuses::rest_able(c, &s.at(days, 15), &by, census, unit).await?;
    }
    Ok(())
}

async fn rest_able(c: &mut Conn<'_>, s: &Scene, census: CensusId, branch: usize, days: i64) -> Result<(), ApiError> {
    let by = s.secretary(branch, Operation::AnswerCensusRest);
    censuses::rest_able(c, &s.at(days, 14), &by, census, s.branch(branch)).await.map(drop)
}

async fn close(c: &mut Conn<'_>, s: &Scene, census: CensusId, days: i64) -> Result<(), ApiError> {
    let by = s.officer(Operation::CloseCensus);
    censuses::close(c, &s.at(days, 18), &by, census, Close::default()).await.map(drop)
}

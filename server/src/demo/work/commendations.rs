//! Commendations: published, confirmed, refused, and one of the story's member that waits.

use super::Scene;
use crate::{
    access::{Caller, Operation},
    commendations::{
        self, CommendationAudience,
        CommendationTitle::{self, AdvancedBranch, GoodMember, GoodWorker},
        Confirmation, NewCommendation,
    },
    db::Conn,
    demo::parsed,
    error::ApiError,
    ids::{MemberId, UnitId},
};

/// How far a nomination has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    Refused,
    Confirmed,
    Published,
}

/// By which branch, how many days ago, as what, why, and what became of it.
const NOMINATED: [(usize, i64, CommendationTitle, &str, Fate); 8] = [
    (0, 4, GoodMember, "工余时间教老党员使用手机签到，热心调解工友纠纷。", Fate::Waits),
    (10, 9, GoodWorker, "管理党员名册三年，无一差错。", Fate::Waits),
    (2, 38, GoodMember, "跳入河中救起落水儿童。", Fate::Confirmed),
    (19, 60, GoodMember, "捐款帮助工友家属治病。", Fate::Refused),
    (8, 90, GoodMember, "带领班组连续五年安全生产无事故。", Fate::Published),
    (17, 120, GoodWorker, "组织流动党员就近参加活动，走遍全区工地。", Fate::Published),
    (4, 160, GoodMember, "十年如一日照顾邻居孤寡老人。", Fate::Published),
    (9, 200, GoodMember, "拾金不昧，归还工程款八万元。", Fate::Published),
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for (branch, ago, title, reason, fate) in NOMINATED.into_iter().rev() {
        let at_hand = s.members_of(branch, ago);
        let Some(member) = at_hand.into_iter().find(|member| !s.leaders.contains(member)) else { continue };
        let by = s.secretary(branch, Operation::CreateCommendation);
        let nominee = (Some(s.member(member)?), None);
        commend(c, s, &by, s.branch(branch), nominee, (title, reason), fate, ago).await?;
    }
    // The committee puts a branch forward for its general branch.
    let by = s.officer(Operation::CreateCommendation);
    let nominee = (None, Some(s.branch(3)));
    let words = (AdvancedBranch, "换届选举组织严密，学习教育扎实，意见整改全部完成。");
    commend(c, s, &by, s.stage.organisation.generals[0], nominee, words, Fate::Published, 70).await
}

#[expect(clippy::too_many_arguments, reason = "who puts whom forward, for what, and what becomes of it")]
async fn commend(
    c: &mut Conn<'_>,
    s: &Scene,
    by: &Caller,
    unit_id: UnitId,
    (member_id, nominee_unit_id): (Option<MemberId>, Option<UnitId>),
    (title, reason): (CommendationTitle, &str),
    fate: Fate,
    ago: i64,
) -> Result<(), ApiError> {
    let new = NewCommendation { unit_id, member_id, nominee_unit_id, title, reason: parsed(reason)? };
    let id = commendations::create(c, &s.at(ago, 11), by, new).await?.id;
    if fate == Fate::Refused {
        let by = s.officer(Operation::RefuseCommendation);
        let why = parsed("事迹已在家乡表彰，不重复授予")?;
        commendations::refuse(c, &s.at(ago - 6, 11), &by, id, why).await?;
    }
    if matches!(fate, Fate::Confirmed | Fate::Published) {
        let confirmation = Confirmation { citation: parsed(&format!("{reason}特予表彰。"))? };
        let by = s.officer(Operation::ConfirmCommendation);
        commendations::confirm(c, &s.at(ago - 7, 11), &by, id, confirmation).await?;
    }
    if fate == Fate::Published {
        let to = CommendationAudience { audience: Some(vec![s.committee()]) };
        let by = s.officer(Operation::PublishCommendation);
        commendations::publish(c, &s.at(ago - 10, 11), &by, id, to).await?;
    }
    Ok(())
}

//! Bulletins: over 30 published in the year, one taken back, one being written.

use super::Scene;
use crate::{
    access::{Caller, Operation},
    bulletins::{
        self,
        BulletinKind::{self, Bulletin, Page, Wall},
        NewBulletin,
    },
    db::Conn,
    demo::{offices::doing, parsed, plan::days},
    error::ApiError,
    http::IfMatch,
    ids::{BulletinId, UnitId},
};

/// Of the committee, the newest first, so many days apart.
const OF_COMMITTEE: [(BulletinKind, &str, &str); 12] = [
    (
        Bulletin,
        "驻沪党委简报：支部换届进展",
        "五个支部已完成换届改选，其余支部按时间表在十月底前完成。\n\n- 党员大会由工作人员扫码清点到会人数\n- 流动党员列席，无表决权、选举权和被选举权",
    ),
    (
        Bulletin,
        "驻沪党委简报：逐一摸排情况",
        "各支部对**每一名党员**逐一摸排，弄清不能正常参加组织生活的原因，分类提出办法。",
    ),
    (
        Page,
        "学习园地：流动不流失",
        "在外务工，组织不断线。\n\n1. 到一个新地方，先登记\n2. 领到活动证，按时参加\n3. 每年向家乡支部汇报一次",
    ),
    (
        Bulletin,
        "驻沪党委简报：意见整改公布",
        "征求到的意见逐条登记，能改的立即改，一时改不了的定期限，不能改的当面说明。",
    ),
    (Bulletin, "驻沪党委简报：结对帮扶", "今年以来各支部结对十余对，解决看病、上学、讨薪等实际困难。"),
    (Wall, "墙报：身边的好党员", "他们是脚手架上的安全员、菜场里的老会计、工厂里的带班师傅。"),
    (Bulletin, "驻沪党委简报：学习教育第二阶段", "分析评议阶段每名党员写一份不少于两千字的党性分析材料。"),
    (Bulletin, "驻沪党委简报：督导组到支部", "督导组分片走访，看记录、听意见，问题当面交换。"),
    (Page, "办事指南：活动证怎样领、怎样换", "凭身份证到所在支部登记，家乡组织部确认后即可领取；遗失请立即告诉支部。"),
    (Bulletin, "驻沪党委简报：学习教育动员", "党委召开动员大会，部署学习计划和指标。"),
    (Wall, "墙报：学习心得选登", "选登六位党员的读书笔记片段。"),
    (Bulletin, "驻沪党委简报：流动党员登记试点", "与试点市委组织部、驻沪联络处商定登记办法，先行先试。"),
];
/// Of branches, by turns.
const OF_BRANCHES: [(BulletinKind, &str, &str); 5] = [
    (Bulletin, "支部简报：本月组织生活", "本月集中学习两次，请假的同志已安排补学。下月第一个周日照常活动。"),
    (Bulletin, "支部简报：志愿服务小记", "八名党员在社区为老乡理发、修车、写信，得到居民好评。"),
    (Wall, "墙报：党员承诺", "每名党员写一条看得见、做得到的承诺，贴在活动室墙上。"),
    (Bulletin, "支部简报：意见和答复", "活动时间改到周日下午，党费明细已张贴。"),
    (Page, "支部页面：老乡办事问答", "转学、居住证、工伤、讨薪该找谁，这里有电话和步骤。"),
];
/// With those of the committee, over 30 issues.
const BY_BRANCHES: usize = 20;

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let committee = &s.stage.offices.committee;
    for (n, words) in OF_COMMITTEE.into_iter().enumerate().rev() {
        published(c, s, committee, s.committee(), words, 5 + 28 * days(n)).await?;
        if n == 2 {
            let wrong = (Bulletin, "驻沪党委简报：春节团拜安排", "团拜时间定于腊月二十三。");
            let id = published(c, s, committee, s.committee(), wrong, 46).await?;
            let reason = parsed("日期有误，改期后另行公布")?;
            bulletins::take_back(c, &s.at(45, 9), &s.officer(Operation::TakeBackBulletin), id, reason).await?;
        }
    }
    for n in (0..BY_BRANCHES).rev() {
        let branch = n * 4 % s.branches();
        let by = &s.stage.offices.secretaries[branch];
        let words = OF_BRANCHES[n % OF_BRANCHES.len()];
        published(c, s, by, s.branch(branch), words, 3 + 17 * days(n)).await?;
    }
    let by = &s.stage.offices.secretaries[0];
    written(c, s, by, s.branch(0), (Bulletin, "支部简报：换届大会通知", "（草稿）时间、地点待党委批复后公布。"), 2)
        .await?;
    Ok(())
}

async fn written(
    c: &mut Conn<'_>,
    s: &Scene,
    by: &Caller,
    unit_id: UnitId,
    (kind, title, body): (BulletinKind, &str, &str),
    ago: i64,
) -> Result<BulletinId, ApiError> {
    let new = NewBulletin { unit_id, kind, title: parsed(title)?, body: parsed(body)?, audience: None };
    Ok(bulletins::create(c, &s.at(ago, 8), &doing(by, Operation::CreateBulletin), new).await?.item.id)
}

pub(super) async fn published(
    c: &mut Conn<'_>,
    s: &Scene,
    by: &Caller,
    unit_id: UnitId,
    words: (BulletinKind, &str, &str),
    ago: i64,
) -> Result<BulletinId, ApiError> {
    let id = written(c, s, by, unit_id, words, ago).await?;
    let by = doing(by, Operation::PublishBulletin);
    bulletins::publish(c, &s.at(ago, 16), &by, id, IfMatch(None)).await?;
    Ok(id)
}

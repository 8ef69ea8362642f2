//! Requests and reports of the branches to the level above: answered, acknowledged, waiting, one too long.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{parsed, plan::days},
    error::ApiError,
    http::IfMatch,
    submissions::{
        self, Granted, NewSubmission, SubmissionAnswer,
        SubmissionKind::{self, Report, Request},
    },
};

/// What becomes of a submission after so many days.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Granted(Granted, &'static str),
    Acknowledged,
    Waits,
    Draft,
}

use Fate::{Acknowledged, Draft, Waits};

const fn yes(answer: &'static str) -> Fate {
    Fate::Granted(Granted::Yes, answer)
}

/// By which branch, how many days ago, of what kind, about what, in which words, and what became of it.
type Paper = (usize, i64, SubmissionKind, &'static str, &'static str, Fate);

const PAPERS: [Paper; 19] = [
    (0, 1, Report, "关于十一月组织生活情况的报告", "本月集中学习两次，党课一次，拟于月底上报。", Draft),
    (4, 2, Request, "关于借用社区党群活动室的请示", "支部活动室容纳不下全体党员，请准予与社区签订借用协议。", Waits),
    (
        0,
        5,
        Request,
        "关于召开换届选举党员大会的请示",
        "本届支委会任期将满，拟于任期届满前召开党员大会，请审批。",
        Waits,
    ),
    (8, 28, Request, "关于增设青浦第三党小组的请示", "练塘一带党员已有五人，拟增设一个党小组。", Waits),
    (2, 33, Request, "关于组织参观学习的请示", "拟组织党员参观革命纪念地一天，费用自理。", yes("同意，注意往返安全。")),
    (
        11,
        52,
        Request,
        "关于使用党费慰问困难党员的请示",
        "拟从留存党费中支出一千二百元慰问三户。",
        yes("同意，慰问情况公开。"),
    ),
    (
        0,
        64,
        Request,
        "关于与社区联合开展志愿服务的请示",
        "拟每月第二个周日在社区设便民服务点。",
        yes("同意，列入主题党日。"),
    ),
    (
        14,
        77,
        Request,
        "关于党员编入片区活动的请示",
        "原企业停产，支部难以单独活动，请准予编入片区。",
        yes("同意，支部建制暂予保留。"),
    ),
    (
        19,
        95,
        Request,
        "关于购置投影设备的请示",
        "拟购置投影设备一套，预算四千元。",
        Fate::Granted(Granted::No, "经费有限，请先使用总支的设备。"),
    ),
    (
        6,
        120,
        Request,
        "关于支部活动地点变更的请示",
        "厂房搬迁，拟将活动地点改到新址。",
        Fate::Granted(Granted::Partly, "同意临时变更三个月，到期再报。"),
    ),
    (22, 150, Request, "关于发展对象政审的请示", "请协助向户籍地发函。", yes("已发函。")),
    (3, 6, Report, "关于换届后支委分工的报告", "新一届支委会已分工到人，现报告如下。", Waits),
    (0, 31, Report, "关于流动党员活动证使用情况的报告", "本支部党员均已领证，扫码签到运行正常。", Acknowledged),
    (8, 44, Report, "关于意见整改情况的报告", "征求到的意见已逐条整改或说明。", Acknowledged),
    (17, 70, Report, "关于结对帮扶情况的报告", "结对四户，解决实际困难五件。", Acknowledged),
    (9, 103, Report, "关于学习教育第一阶段情况的报告", "学习动员阶段集中学习六次，人均笔记三千字。", Acknowledged),
    (0, 140, Report, "关于半年党费收缴的报告", "半年党费已收齐并上缴。", Acknowledged),
    (12, 190, Report, "关于换届选举结果的报告", "党员大会选举产生新一届支委会。", Acknowledged),
    (20, 260, Report, "关于节日走访慰问的报告", "走访困难党员和群众六户。", Acknowledged),
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for (n, (branch, ago, kind, title, body, fate)) in PAPERS.into_iter().enumerate().rev() {
        let new = NewSubmission {
            unit_id: s.branch(branch),
            kind,
            title: parsed(title)?,
            body: parsed(body)?,
            due_on: None,
            attachments: Vec::new(),
        };
        let by = |operation| s.secretary(branch, operation);
        let hour = 9 + days(n % 7);
        let id = submissions::create(c, &s.at(ago, hour), &by(Operation::CreateSubmission), new).await?.item.id;
        if fate != Draft {
            let sent_at = s.at(ago, hour + 1);
            submissions::send(c, &sent_at, &by(Operation::SendSubmission), id, IfMatch(None)).await?;
        }
        let closed_at = s.at(ago - 5 - days(n % 4), 15);
        match fate {
            Fate::Granted(granted, answer) => {
                let answer = SubmissionAnswer { granted, answer: parsed(answer)? };
                submissions::answer(c, &closed_at, &s.officer(Operation::AnswerSubmission), id, answer).await?;
            }
            Acknowledged => {
                submissions::acknowledge(c, &closed_at, &s.officer(Operation::AcknowledgeSubmission), id).await?;
            }
            Waits | Draft => {}
        }
    }
    Ok(())
}

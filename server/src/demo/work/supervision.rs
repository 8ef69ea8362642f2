//! Supervision: a group of the committee for one area, a liaison group for another, their visits, and what is still to answer.

use std::ops::Range;

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{offices::doing, parsed},
    error::ApiError,
    ids::GroupId,
    supervision::{self, FindingAnswer, FindingKind, GroupKind, NewFinding, NewGroup, NewVisit, VisitClosing},
};

/// What was found at a branch, and what it answered.
struct Found {
    branch: usize,
    /// So many days ago.
    on: i64,
    good: &'static str,
    problem: Option<(&'static str, Option<&'static str>)>,
}

const fn found(
    branch: usize,
    on: i64,
    good: &'static str,
    problem: Option<(&'static str, Option<&'static str>)>,
) -> Found {
    Found { branch, on, good, problem }
}

const VISITS: [Found; 9] = [
    found(0, 12, "签到、请假、补学记录清楚", Some(("党小组会记录缺两次，请补齐", None))),
    found(1, 30, "换届准备充分，候选人情况公开", None),
    found(2, 55, "党课联系实际，到会率高", Some(("请示报告不够及时", Some("明确由组织委员负责，当月事项当月报送")))),
    found(3, 80, "换届程序完整", None),
    found(4, 110, "结对帮扶有记录有回访", Some(("意见箱长期没有开启", Some("改为每月开箱一次，两人在场")))),
    found(5, 140, "通知到位", None),
    found(6, 165, "党员登记齐全", Some(("企业停产后支部活动难以开展", Some("党员并入片区活动，已报党委摸排")))),
    found(7, 200, "学习计划张贴上墙", None),
    found(0, 230, "流动党员登记规范", Some(("活动室签到台没有离线准备", Some("已在值班手机上下载离线名册")))),
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let group = make(c, s, GroupKind::SupervisionGroup, "第一督导组（西南片）", 0..8).await?;
    make(c, s, GroupKind::Liaison, "浦江片联络员", 17..25).await?;
    let visits = |operation| doing(&s.stage.offices.supervisor, operation);
    // As they went: the oldest first.
    for visit in VISITS.iter().rev() {
        let finding = |kind, text: &str| -> Result<NewFinding, ApiError> {
            Ok(NewFinding { kind, text: parsed(text)?, due_on: None })
        };
        let mut findings = vec![finding(FindingKind::Good, visit.good)?];
        if let Some((problem, _)) = visit.problem {
            findings.push(finding(FindingKind::Problem, problem)?);
        }
        let unit_id = s.branch(visit.branch);
        let new = NewVisit { group_id: group, unit_id, visited_on: s.day(visit.on), findings };
        let id = supervision::create_visit(c, &s.at(visit.on, 18), &visits(Operation::CreateVisit), new).await?.id;
        match visit.problem {
            Some((_, None)) => continue,
            Some((_, Some(answer))) => {
                let answer = FindingAnswer { finding: 2, answer: parsed(answer)? };
                let by = s.secretary(visit.branch, Operation::AnswerFinding);
                supervision::answer_finding(c, &s.at(visit.on - 8, 10), &by, id, answer).await?;
            }
            None => {}
        }
        let closing = VisitClosing::default();
        supervision::close_visit(c, &s.at(visit.on - 10, 10), &visits(Operation::CloseVisit), id, closing).await?;
    }
    Ok(())
}

async fn make(
    c: &mut Conn<'_>,
    s: &Scene,
    kind: GroupKind,
    name: &str,
    branches: Range<usize>,
) -> Result<GroupId, ApiError> {
    let new = NewGroup {
        unit_id: s.committee(),
        kind,
        name: parsed(name)?,
        members: vec![s.stage.offices.supervisor.account()?],
        units: branches.map(|branch| s.branch(branch)).collect(),
        from: None,
        until: s.day(-300),
    };
    let by = s.officer(Operation::CreateSupervisionGroup);
    Ok(supervision::create_group(c, &s.at(250, 9), &by, new).await?.id)
}

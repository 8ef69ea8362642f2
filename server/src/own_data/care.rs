//! Talks with the member, what the member has said with their name, and the help that concerns them.

use serde::Serialize;
use utoipa::ToSchema;

use super::report::{column, table};
use crate::{
    access::Caller,
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::MemberId,
    opinions::{self, MyOpinion},
    pairings::{self, MyHelp},
    paper::Report,
    talks::{self, MyTalk, TalkState},
    terms::word,
};

/// What concerns the member among the talks.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnCare {
    /// Talks with the member, or led by them, the latest first.
    pub(super) talks: Vec<MyTalk>,
    /// What the member has said about units with their name, newest first. What was said without one is nobody's.
    pub(super) opinions: Vec<MyOpinion>,
    /// Pairs, cases and what was given.
    pub(super) help: MyHelp,
}

/// Gathers it.
pub(super) async fn gather(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<OwnCare, ApiError> {
    Ok(OwnCare {
        talks: talks::of_member(c, app, caller, member).await?,
        opinions: opinions::of_member(c, app, caller, member).await?,
        help: pairings::of_member(c, app, caller, member).await?,
    })
}

/// Puts it on paper.
pub(super) fn print(report: &mut Report, own: &OwnCare) {
    talks(report, own);
    opinions(report, own);
    help(report, &own.help);
}

fn talks(report: &mut Report, own: &OwnCare) {
    report.heading("谈心谈话");
    let columns = [
        column("日期", 14.0),
        column("单位", 22.0),
        column("谈话人", 16.0),
        column("方式", 12.0),
        column("方面", 22.0),
        column("后续", 30.0),
    ];
    let rows: Vec<_> = own
        .talks
        .iter()
        .map(|talk| {
            let talker = if talk.led { "本人" } else { &talk.talker };
            let topics: Vec<_> = talk.topics.iter().map(|topic| word("talk_topic", topic.word())).collect();
            let follow_up = talk.follow_up.as_ref().map_or_else(String::new, |follow_up| {
                let done =
                    follow_up.done_on.map_or_else(|| format!("{} 前", follow_up.due_on), |day| format!("{day} 已办"));
                format!("{}（{done}）", follow_up.what.as_deref().unwrap_or_default())
            });
            let state = if talk.state == TalkState::Void { "已作废 " } else { "" };
            vec![
                talk.held_on.to_string(),
                talk.unit.name.clone(),
                talker.to_owned(),
                word("talk_mode", talk.mode.word()).into(),
                topics.join("、"),
                format!("{state}{follow_up}"),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
    report.note("只登记谁和谁谈、谈什么方面，不记谈话内容。");
}

fn opinions(report: &mut Report, own: &OwnCare) {
    report.heading("署名提出的意见");
    let columns = [
        column("日期", 14.0),
        column("对哪个单位", 22.0),
        column("意见", 40.0),
        column("状态", 14.0),
        column("结果", 36.0),
    ];
    let rows: Vec<_> = own
        .opinions
        .iter()
        .map(|opinion| {
            vec![
                opinion.collected_on.to_string(),
                opinion.unit.name.clone(),
                opinion.text.clone().unwrap_or_default(),
                word("opinion_state", opinion.state.word()).into(),
                opinion.outcome.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
    report.note("不署名提出的意见没有留下任何与您有关的信息，因此不在这里。");
}

fn help(report: &mut Report, help: &MyHelp) {
    report.heading("结对帮扶");
    let columns =
        [column("单位", 30.0), column("我是", 14.0), column("对方", 30.0), column("从", 16.0), column("到", 16.0)];
    let rows: Vec<_> = help
        .pairs
        .iter()
        .map(|pair| {
            vec![
                pair.unit.name.clone(),
                word("help_side", pair.side.word()).into(),
                pair.other.clone(),
                pair.since.to_string(),
                pair.until.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "结对", &columns, rows);
    let columns = [
        column("方面", 14.0),
        column("登记", 16.0),
        column("解决", 16.0),
        column("情况", 34.0),
        column("怎样解决", 34.0),
    ];
    let rows: Vec<_> = help
        .cases
        .iter()
        .map(|case| {
            vec![
                word("case_subject", case.about.word()).into(),
                case.opened_on.to_string(),
                case.solved_on.map(|day| day.to_string()).unwrap_or_default(),
                case.note.clone().unwrap_or_default(),
                case.how.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "困难", &columns, rows);
    let columns = [
        column("日期", 16.0),
        column("单位", 28.0),
        column("种类", 12.0),
        column("金额或价值（元）", 22.0),
        column("物品", 30.0),
        column("状态", 12.0),
    ];
    let rows: Vec<_> = help
        .aid
        .iter()
        .map(|aid| {
            vec![
                aid.given_on.to_string(),
                aid.unit.name.clone(),
                word("aid_kind", aid.kind.word()).into(),
                format!("{}.{:02}", aid.amount_fen / 100, aid.amount_fen % 100),
                aid.what.clone().unwrap_or_default(),
                word("aid_state", aid.state.word()).into(),
            ]
        })
        .collect();
    table(report, "款物", &columns, rows);
}

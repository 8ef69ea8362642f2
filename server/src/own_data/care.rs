//! Talks with the member, and what the member has said with their name.

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
    })
}

/// Puts it on paper.
pub(super) fn print(report: &mut Report, own: &OwnCare) {
    talks(report, own);
    opinions(report, own);
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

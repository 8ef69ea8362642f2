//! What the organisation's own records say about the member: posts, units looked after, the way to membership.

use serde::Serialize;
use utoipa::ToSchema;

use super::report::{column, table};
use crate::{
    access::Caller,
    app::AppState,
    censuses::{self, OwnCensusAnswer},
    commendations::{self, Commendation},
    db::Conn,
    elections::{self, OwnElection},
    error::ApiError,
    ids::MemberId,
    paper::Report,
    posts::{self, ContactPoint, Post},
    recruits::{self, Recruit},
    terms::word,
};

/// The member's part in the organisation.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnOrganisation {
    /// Every post held, newest first.
    pub(super) posts: Vec<Post>,
    /// Every unit looked after, newest first.
    pub(super) contact_points: Vec<ContactPoint>,
    /// The way to membership, where it is on record.
    pub(super) recruits: Vec<Recruit>,
    /// What the censuses say, the latest first.
    pub(super) census_answers: Vec<OwnCensusAnswer>,
    /// Where the member has stood and was elected, newest first.
    pub(super) elections: Vec<OwnElection>,
    /// Every commendation for which the member was nominated, newest first.
    pub(super) commendations: Vec<Commendation>,
}

/// Gathers it.
pub(super) async fn gather(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<OwnOrganisation, ApiError> {
    Ok(OwnOrganisation {
        posts: posts::of_member(c, app, caller, member).await?,
        contact_points: posts::contact_points_of(c, caller, member).await?,
        recruits: recruits::of_member(c, app, caller, member).await?,
        census_answers: censuses::of_member(c, member).await?,
        elections: elections::of_member(c, member).await?,
        commendations: commendations::of_member(c, app, caller, member).await?,
    })
}

/// Puts it on paper.
pub(super) fn print(report: &mut Report, own: &OwnOrganisation) {
    report.heading("任职、联系点、入党经过、摸排和换届");
    let columns =
        [column("单位", 34.0), column("职务", 18.0), column("行政职务", 24.0), column("从", 16.0), column("到", 16.0)];
    let rows: Vec<_> = own
        .posts
        .iter()
        .map(|post| {
            vec![
                post.unit.name.clone(),
                word("post", post.kind.word()).into(),
                post.dual_title.clone().unwrap_or_default(),
                post.from.to_string(),
                post.until.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "任职", &columns, rows);
    let columns = [column("联系的单位", 36.0), column("任职的单位", 36.0), column("从", 16.0), column("到", 16.0)];
    let rows: Vec<_> = own
        .contact_points
        .iter()
        .map(|point| {
            vec![
                point.unit.name.clone(),
                point.leader_unit.name.clone(),
                point.from.to_string(),
                point.until.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "联系点", &columns, rows);
    let columns = [column("支部", 40.0), column("阶段", 24.0), column("日期", 20.0), column("终止原因", 40.0)];
    let rows: Vec<_> = own
        .recruits
        .iter()
        .flat_map(|recruit| {
            recruit.stages.iter().map(|reached| {
                vec![
                    recruit.unit.name.clone(),
                    word("recruit_stage", reached.stage.word()).into(),
                    reached.on.to_string(),
                    recruit.reason.clone().unwrap_or_default(),
                ]
            })
        })
        .collect();
    table(report, "入党经过", &columns, rows);
    let columns = [
        column("摸排", 34.0),
        column("日期", 16.0),
        column("支部", 34.0),
        column("能否参加", 16.0),
        column("原因", 16.0),
    ];
    let rows: Vec<_> = own
        .census_answers
        .iter()
        .map(|answer| {
            let able = answer.able.map_or("未填", |able| if able { "能" } else { "不能" });
            vec![
                answer.title.clone(),
                answer.as_of.to_string(),
                answer.unit.name.clone(),
                able.into(),
                answer.reason.map(|reason| word("census_reason", reason.word())).unwrap_or_default().into(),
            ]
        })
        .collect();
    table(report, "摸排", &columns, rows);
    let columns = [
        column("单位", 34.0),
        column("职务", 18.0),
        column("结果", 16.0),
        column("得票", 12.0),
        column("选举日期", 18.0),
    ];
    let rows: Vec<_> = own
        .elections
        .iter()
        .map(|one| {
            vec![
                one.unit.name.clone(),
                word("post", one.post.word()).into(),
                if one.elected { "当选" } else { "候选人" }.into(),
                one.votes.map(|votes| votes.to_string()).unwrap_or_default(),
                one.held_on.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "换届选举", &columns, rows);
    let columns = [
        column("推荐单位", 28.0),
        column("称号", 18.0),
        column("状态", 14.0),
        column("日期", 16.0),
        column("表彰词", 40.0),
    ];
    let rows: Vec<_> = own
        .commendations
        .iter()
        .map(|one| {
            vec![
                one.unit.name.clone(),
                word("commendation_title", one.title.word()).into(),
                word("commendation_state", one.state.word()).into(),
                one.created_at.day().to_string(),
                one.citation.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "表彰", &columns, rows);
}

//! What the pilot city's department did for its members who are away: a plan, bulletins, and its liaison officer's assignment.

use super::{Scene, bulletins::published};
use crate::{
    access::Operation,
    bulletins::BulletinKind,
    db::Conn,
    demo::{offices::doing, parsed},
    documents::DocumentKind,
    error::ApiError,
    plans::{self, NewPlan, Phase, PlanCategory, Target, TargetMeasure},
    supervision::{self, GroupKind, NewGroup},
};

/// The department's bulletins, and how many days ago each was published.
const BULLETINS: [(&str, &str, i64); 3] = [
    ("致在外党员的一封信", "家乡的变化里有你们的汗水。无论走到哪里，请与支部保持联系，每年至少汇报一次。", 62),
    ("流动党员年审安排", "今年的活动证年审由所在支部或家乡支部办理，不必往返。", 27),
    ("驻沪联络处服务时间", "周一至周六 9:00—17:00，节假日有人值班。", 10),
];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let (city, officer) = (&s.stage.organisation.cities[0], &s.stage.offices.departments[0]);
    for (title, body, ago) in BULLETINS {
        published(c, s, officer, city.department, (BulletinKind::Bulletin, title, body), ago).await?;
    }
    let target = |measure, document_kind, least| Target {
        category: PlanCategory::All,
        measure,
        kinds: Vec::new(),
        document_kind,
        least,
        least_length: None,
        together: false,
        phase: None,
    };
    let new = NewPlan {
        unit_id: city.department,
        title: parsed("流动党员年度学习要求")?,
        phases: vec![Phase { name: parsed("全年")?, from: s.day(200), to: s.day(-165) }],
        targets: vec![
            target(TargetMeasure::Sessions, None, 6),
            target(TargetMeasure::Document, Some(DocumentKind::ReadingNotes), 1),
        ],
    };
    let plan = plans::create(c, &s.at(205, 10), &doing(officer, Operation::CreatePlan), new).await?;
    plans::start(c, &s.at(201, 10), &doing(officer, Operation::StartPlan), plan.id).await?;
    let group = NewGroup {
        unit_id: city.department,
        kind: GroupKind::Liaison,
        name: parsed("驻沪联络员")?,
        members: vec![s.stage.offices.liaison.account()?],
        units: city.branches.clone(),
        from: None,
        until: s.day(-400),
    };
    let by = doing(officer, Operation::CreateSupervisionGroup);
    supervision::create_group(c, &s.at(180, 9), &by, group).await.map(drop)
}

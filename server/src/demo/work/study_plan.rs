//! The plan of study that runs: the source's targets for each category of members.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::parsed,
    documents::DocumentKind,
    error::ApiError,
    plans::{self, NewPlan, Phase, PlanCategory, Target, TargetMeasure},
};

/// The plan's phases: from how many days ago until when.
const PHASES: [(&str, i64, i64); 3] = [("学习动员", 300, 170), ("分析评议", 169, 60), ("整改提高", 59, -75)];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let phase = |(name, from, to): (&str, i64, i64)| -> Result<Phase, ApiError> {
        Ok(Phase { name: parsed(name)?, from: s.day(from), to: s.day(to) })
    };
    let new = NewPlan {
        unit_id: s.committee(),
        title: parsed("先进性教育学习计划")?,
        phases: PHASES.into_iter().map(phase).collect::<Result<_, _>>()?,
        targets: targets(),
    };
    let (began, _) = (PHASES[0].1, PHASES[0].2);
    let plan = plans::create(c, &s.at(began + 7, 10), &s.officer(Operation::CreatePlan), new).await?;
    plans::start(c, &s.at(began + 2, 10), &s.officer(Operation::StartPlan), plan.id).await.map(drop)
}

/// 15 sessions, of the retired 3; 8,000 characters of reading notes, of the leaders 50,000; an analysis of 2,000 and a summary
/// of 1,500 characters.
fn targets() -> Vec<Target> {
    use PlanCategory::{Full, Leader, Probationary, Retired};
    let mut targets = Vec::new();
    for (category, least) in [(Full, 15), (Probationary, 15), (Leader, 15), (Retired, 3)] {
        targets.push(Target {
            category,
            measure: TargetMeasure::Sessions,
            kinds: Vec::new(),
            document_kind: None,
            least,
            least_length: None,
            together: false,
            phase: None,
        });
    }
    let written = |category, kind, length, together| Target {
        category,
        measure: TargetMeasure::Document,
        kinds: Vec::new(),
        document_kind: Some(kind),
        least: 1,
        least_length: Some(length),
        together,
        phase: None,
    };
    for (category, notes) in [(Full, 8_000), (Probationary, 8_000), (Leader, 50_000)] {
        targets.push(written(category, DocumentKind::ReadingNotes, notes, true));
        targets.push(written(category, DocumentKind::PartySpiritAnalysis, 2_000, false));
        targets.push(written(category, DocumentKind::Summary, 1_500, false));
    }
    targets
}

//! A plan and its progress as they are shown.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{Phase, PlanAction, PlanCategory, PlanRow, PlanState, Target},
    progress::{PacePoint, TargetDone, TargetMet, UnitCounts},
    standing::{Campaign, Outcome},
};
use crate::{
    access::{self, Caller, Operation},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{PlanId, UnitId},
    people::MemberRef,
    units::{self, UnitRef},
};

/// A plan of study.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose plan it is.
    pub unit: UnitRef,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub state: PlanState,
    /// The first day of the first phase.
    pub from: Day,
    /// The last day of the last one.
    pub to: Day,
    /// Its phases in order.
    pub phases: Vec<Phase>,
    /// What is to be reached, numbered from 1.
    pub targets: Vec<Target>,
    /// When it began.
    pub started_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Grows with every change.
    pub version: i64,
    /// When it was written.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<PlanAction>,
}

/// How far a unit is, with all units below it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnitProgress {
    /// The unit.
    pub unit: UnitRef,
    /// How deep it lies below the unit that is looked at.
    pub depth: i64,
    /// Its members in the plan.
    pub members: i64,
    /// Those of whom something is asked.
    pub asked: i64,
    /// Those who have reached all that is asked of them.
    pub met: i64,
    /// Of each target, how many have reached it.
    pub targets: Vec<TargetMet>,
}

/// How far a plan is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanProgress {
    /// The plan.
    pub plan: Plan,
    /// The day as of which it is counted.
    pub as_of: Day,
    /// The unit that is looked at, with all below it.
    pub total: UnitProgress,
    /// It and each unit below it that has members in the plan, in the order of the tree.
    pub units: Vec<UnitProgress>,
    /// Where it was to be and where it was, over time. Of a closed plan, for the plan's own unit only.
    pub pace: Vec<PacePoint>,
}

/// How far one member is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberProgress {
    /// The member.
    pub member: MemberRef,
    /// The member's unit.
    pub unit: UnitRef,
    /// The category by which targets are for the member.
    pub category: PlanCategory,
    /// Whether all that is asked is reached.
    pub met: bool,
    /// Each target that is asked of the member.
    pub targets: Vec<TargetDone>,
}

/// A running plan, and how far one is oneself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyPlan {
    /// The plan.
    pub plan: Plan,
    /// The category by which targets are for oneself.
    pub category: PlanCategory,
    /// Whether all that is asked is reached.
    pub met: bool,
    /// Each target that is asked of oneself.
    pub targets: Vec<TargetDone>,
}

/// Plans that the caller is known to reach, in their order.
pub(super) async fn show(c: &mut Conn<'_>, caller: &Caller, rows: Vec<PlanRow>) -> Result<Vec<Plan>, ApiError> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let above = access::ancestors_of(c, &ids).await?;
    let units = units::unit_refs(c, &ids).await?;
    let desk = caller.scope_in(Operation::UpdatePlan);
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        let leads = desk.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
        plans.push(Plan {
            id: row.id,
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a plan names no unit"))?,
            state: row.state,
            from: row.from_on,
            to: row.to_on,
            phases: row.phases()?,
            targets: row.targets()?,
            started_at: row.started_at,
            closed_at: row.closed_at,
            version: row.version,
            created_at: row.created_at,
            actions: if leads { row.state.actions().to_vec() } else { Vec::new() },
            title: row.title,
        });
    }
    Ok(plans)
}

/// One of them.
pub(super) async fn shown(c: &mut Conn<'_>, caller: &Caller, row: PlanRow) -> Result<Plan, ApiError> {
    show(c, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// A plan's progress at and below a unit.
pub(super) async fn progress(
    c: &mut Conn<'_>,
    caller: &Caller,
    campaign: Campaign,
    below: UnitId,
    now: Instant,
) -> Result<PlanProgress, ApiError> {
    let Outcome { units, pace } = campaign.reached(c, below, now).await?;
    let as_of = campaign.day(now);
    let units = in_tree(c, below, units, campaign.targets.len()).await?;
    let total = units.first().cloned().ok_or_else(|| ApiError::internal("a plan has no total"))?;
    Ok(PlanProgress { plan: shown(c, caller, campaign.row).await?, as_of, total, units, pace })
}

/// Rows in the order of the tree, by name among those beside each other; the top always has one.
async fn in_tree(
    c: &mut Conn<'_>,
    top: UnitId,
    mut rows: Vec<UnitCounts>,
    targets: usize,
) -> Result<Vec<UnitProgress>, ApiError> {
    if !rows.iter().any(|row| row.unit_id == top) {
        let targets = (1..).take(targets).map(|target| TargetMet { target, met: 0, of: 0 }).collect();
        rows.push(UnitCounts { unit_id: top, members: 0, asked: 0, met: 0, targets });
    }
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let refs = units::unit_refs(c, &ids).await?;
    let above = access::ancestors_of(c, &ids).await?;
    let depth = |unit: &UnitId| above.get(unit).map_or(0, Vec::len);
    let path = |unit: &UnitId| {
        let mut chain: Vec<UnitId> = above.get(unit).cloned().unwrap_or_default();
        chain.retain(|one| refs.contains_key(one));
        chain.sort_by_key(depth);
        chain.iter().map(|one| (refs.get(one).map_or("", |unit| unit.name.as_str()), *one)).collect::<Vec<_>>()
    };
    let paths: HashMap<UnitId, Vec<(&str, UnitId)>> = ids.iter().map(|unit| (*unit, path(unit))).collect();
    rows.sort_by(|a, b| paths.get(&a.unit_id).cmp(&paths.get(&b.unit_id)));
    let start = depth(&top);
    rows.into_iter()
        .map(|row| {
            Ok(UnitProgress {
                depth: i64::try_from(depth(&row.unit_id).saturating_sub(start)).unwrap_or_default(),
                unit: refs.get(&row.unit_id).cloned().ok_or_else(ApiError::not_found)?,
                members: row.members,
                asked: row.asked,
                met: row.met,
                targets: row.targets,
            })
        })
        .collect()
}

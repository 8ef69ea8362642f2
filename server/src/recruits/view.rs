//! A recruit as shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{self, RecruitAction, RecruitRow, RecruitStage, StageDay},
    service::{NAME, REASON},
    store::{self, Filter},
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, RecruitId, UnitId},
    people,
    units::{self, UnitRef},
};

/// Someone whom a unit brings up to membership.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Recruit {
    /// Its id.
    pub id: RecruitId,
    /// The unit.
    pub unit: UnitRef,
    /// The name.
    pub name: String,
    /// The member, once there is a record of one.
    pub member_id: Option<MemberId>,
    /// How far it has come.
    pub stage: RecruitStage,
    /// When it came there.
    pub stage_on: Day,
    /// The stages that were reached, in their order.
    pub stages: Vec<StageDay>,
    /// The stage that follows.
    pub next: Option<RecruitStage>,
    /// From when on the rules let it follow, where they say so.
    pub next_from: Option<Day>,
    /// Why it ended.
    pub reason: Option<String>,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<RecruitAction>,
}

/// As many records of one member are told at once; nobody has had more.
const MOST: i64 = 100;

/// A member's own way in, newest record first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<Recruit>, ApiError> {
    let rows = store::list(c, None, &Filter { member: Some(member), ..Filter::default() }, MOST).await?;
    show(c, app, caller, rows).await
}

/// One recruit that the caller is known to reach.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: RecruitRow,
) -> Result<Recruit, ApiError> {
    show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// Recruits that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<RecruitRow>,
) -> Result<Vec<Recruit>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let members: Vec<MemberId> = rows.iter().filter_map(|row| row.member_id).collect();
    let ids: Vec<RecruitId> = rows.iter().map(|row| row.id).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let members = people::briefs(c, &members).await?;
    let mut stages = store::stages_of(c, &ids).await?;
    let reach = caller.scope_in(Operation::AdvanceRecruit);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let open = |field: &str, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed)).transpose()
        };
        let member = row.member_id.and_then(|id| members.get(&id)).map(|member| member.name.clone());
        let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
        let may = |action: &&RecruitAction| within && model::may(**action, row.stage, row.member_id.is_some());
        let name = open(NAME, &row.name_sealed)?.or(member);
        shown.push(Recruit {
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a recruit names no unit"))?,
            name: name.unwrap_or_else(|| people::REDUCED_NAME.into()),
            reason: open(REASON, &row.reason_sealed)?,
            stages: stages.remove(&row.id).unwrap_or_default(),
            next: row.stage.next(),
            next_from: row.stage.months().map(|months| row.stage_on.plus_months(months)),
            actions: RecruitAction::ALL.iter().filter(may).copied().collect(),
            id: row.id,
            member_id: row.member_id,
            stage: row.stage,
            stage_on: row.stage_on,
            created_at: row.created_at,
        });
    }
    Ok(shown)
}

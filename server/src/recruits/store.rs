//! SQL of recruits and their stages.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{RecruitRow, RecruitStage, StageDay};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{MemberId, RecruitId, UnitId},
    on_engine,
};

const COLUMNS: &str = "q.id, q.unit_id, q.name_sealed, q.member_id, q.stage, q.stage_on, q.reason_sealed, q.created_at";

/// Records a recruit; false where the member is one already.
pub(super) async fn insert(c: &mut Conn<'_>, row: &RecruitRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into recruits (id, unit_id, name_sealed, member_id, stage, stage_on, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(&row.name_sealed)
        .bind(row.member_id)
        .bind(row.stage)
        .bind(row.stage_on)
        .bind(row.created_at)
    )?;
    Ok(touched == 1)
}

/// Appends a stage to the history.
pub(super) async fn add_stage(
    c: &mut Conn<'_>,
    id: RecruitId,
    reached: StageDay,
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into recruit_stages (recruit_id, stage, reached_on, at) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(reached.stage)
            .bind(reached.on)
            .bind(now)
    )?;
    Ok(())
}

/// A recruit.
pub(super) async fn find(c: &mut Conn<'_>, id: RecruitId) -> Result<Option<RecruitRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from recruits q where q.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// From one stage to another; false where it is in the first no more.
pub(super) async fn go_on(
    c: &mut Conn<'_>,
    id: RecruitId,
    from: RecruitStage,
    to: StageDay,
    reason_sealed: Option<&[u8]>,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update recruits set stage = $3, stage_on = $4, reason_sealed = $5 where id = $1 and stage = $2")
            .bind(id)
            .bind(from)
            .bind(to.stage)
            .bind(to.on)
            .bind(reason_sealed)
    )?;
    Ok(touched == 1)
}

/// From now on the recruit is this member, by whose record the name is; false where it is a member already, or the member is
/// another recruit.
pub(super) async fn enrol(c: &mut Conn<'_>, id: RecruitId, member: MemberId) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update recruits set member_id = $2, name_sealed = null
              where id = $1 and member_id is null
                and not exists (select 1 from recruits o where o.member_id = $2 and o.stage <> 'ended')"
        )
        .bind(id)
        .bind(member)
    )?;
    Ok(touched == 1)
}

/// The stages of each of these recruits, in their order.
pub(super) async fn stages_of(
    c: &mut Conn<'_>,
    ids: &[RecruitId],
) -> Result<HashMap<RecruitId, Vec<StageDay>>, ApiError> {
    let rows: Vec<(RecruitId, RecruitStage, Day)> = on_engine!(c, |c| async {
        let mut query =
            QueryBuilder::new("select recruit_id, stage, reached_on from recruit_stages where recruit_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    let mut stages: HashMap<RecruitId, Vec<StageDay>> = HashMap::new();
    for (id, stage, on) in rows {
        stages.entry(id).or_default().push(StageDay { stage, on });
    }
    for stages in stages.values_mut() {
        stages.sort_by_key(|reached| reached.stage);
    }
    Ok(stages)
}

/// What a list of recruits is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In one of these stages now; none: in any.
    pub(super) stage: Vec<RecruitStage>,
    /// Whether the days are those on which this stage was reached; else those of any.
    pub(super) reached: Option<RecruitStage>,
    pub(super) member: Option<MemberId>,
    pub(super) before: Option<RecruitId>,
}

/// Appends ` and …`: of these units, with a stage reached within the period.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, reached: Option<RecruitStage>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
    &'static str: Type<DB> + for<'q> Encode<'q, DB>,
{
    within.push_unit(query, "q.unit_id");
    if reached.is_none() && within.from.is_none() && within.to.is_none() {
        return;
    }
    query.push(" and exists (select 1 from recruit_stages s where s.recruit_id = q.id");
    if let Some(stage) = reached {
        query.push(" and s.stage = ").push_bind(stage.word());
    }
    within.push_days(query, "s.reached_on");
    query.push(")");
}

/// The recruits of units within reach, newest first, one more than `limit` where there are more. Without a scope: those of
/// somebody whom the caller is known to reach.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: Option<&Scope>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<RecruitRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from recruits q where 1 = 1");
        if let Some(scope) = scope {
            query.push(" and ");
            scope.push_units(&mut query, "q.unit_id");
        }
        push_within(&mut query, &filter.within, filter.reached);
        if !filter.stage.is_empty() {
            query.push(" and q.stage in (");
            let mut list = query.separated(", ");
            for stage in &filter.stage {
                list.push_bind(stage.word());
            }
            query.push(")");
        }
        if let Some(member) = filter.member {
            query.push(" and q.member_id = ").push_bind(member);
        }
        if let Some(id) = filter.before {
            query.push(" and q.id < ").push_bind(id);
        }
        query.push(" order by q.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many recruits have come how far in a period, by the day of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecruitFigures {
    /// Who applied.
    pub applicants: i64,
    /// Who became probationary members (发展新党员).
    pub probationary: i64,
    /// Who became full members.
    pub full: i64,
}

/// The figures of a unit and all below it: what the list shows with `reached`.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<RecruitFigures, ApiError> {
    let within = Within::of(unit, period);
    let mut counts = [0; 3];
    let stages = [RecruitStage::Applicant, RecruitStage::Probationary, RecruitStage::Full];
    for (count, stage) in counts.iter_mut().zip(stages) {
        *count = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(*) as bigint) from recruits q where 1 = 1");
            push_within(&mut query, &within, Some(stage));
            query.build_query_scalar().fetch_one(c).await
        })?;
    }
    let [applicants, probationary, full] = counts;
    Ok(RecruitFigures { applicants, probationary, full })
}

/// Empties why a member's way in was ended; the stages stay as figures.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let sql = "update recruits set name_sealed = null, reason_sealed = null where member_id = $1";
    execute!(c, sqlx::query(sql).bind(member))?;
    Ok(())
}

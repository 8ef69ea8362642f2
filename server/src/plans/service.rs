//! Writing plans, starting and closing them, and who is told how far they are.

use super::{
    model::{self, NewPlan, Phase, PlanAction, PlanChanges, PlanRow, PlanState},
    progress::Person,
    standing::Campaign,
    store,
    view::{self, MemberProgress, MyPlan, Plan, PlanProgress},
};
use crate::{
    access::{
        self, Caller,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    http::{IfMatch, Page, PageQuery},
    ids::{MemberId, PlanId, UnitId},
    notices::{self, News, NoticeKind, Recipient, SubjectKind},
    people::MemberRef,
    registrations::{self, Counted, CountedMember, Status},
    units,
};

/// A unit writes a plan, as a draft.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewPlan) -> Result<Plan, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let errors = model::broken(&new.phases, &new.targets);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let now = app.clock.now();
    let period = model::whole(&new.phases);
    let row = PlanRow {
        id: PlanId::new(now, &app.entropy),
        unit_id: new.unit_id,
        title: new.title.into_string(),
        state: PlanState::Draft,
        from_on: period.from,
        to_on: period.to,
        phases: String::new(),
        targets: String::new(),
        outcome: None,
        started_at: None,
        closed_at: None,
        version: 1,
        created_at: now,
    };
    let row = row.with(&new.phases, &new.targets)?;
    store::insert(c, &row).await?;
    log(c, app, caller, &row, "plan.create").await?;
    view::shown(c, caller, row).await
}

/// A plan that the caller may read, or 404: of a unit within reach, or, once it has begun, of a unit above one.
pub(super) async fn readable(c: &mut Conn<'_>, caller: &Caller, id: PlanId) -> Result<PlanRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    if caller.scope.reaches_unit(c, row.unit_id).await? {
        return Ok(row);
    }
    if row.state != PlanState::Draft && below(c, caller, &row).await?.is_some() {
        return Ok(row);
    }
    Err(ApiError::not_found())
}

/// The caller's first unit that lies below the plan's.
async fn below(c: &mut Conn<'_>, caller: &Caller, row: &PlanRow) -> Result<Option<UnitId>, ApiError> {
    let own: Vec<UnitId> = caller.scope.grants.iter().filter_map(|grant| grant.unit).collect();
    let above = access::ancestors_of(c, &own).await?;
    Ok(own.into_iter().find(|unit| above.get(unit).is_some_and(|chain| chain.contains(&row.unit_id))))
}

/// The same, for whoever keeps the records of its unit.
async fn writable(c: &mut Conn<'_>, caller: &Caller, id: PlanId, action: PlanAction) -> Result<PlanRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    caller.scope.require_unit(c, row.unit_id).await?;
    if row.state.actions().contains(&action) { Ok(row) } else { Err(wrong_state()) }
}

fn wrong_state() -> ApiError {
    ApiError::wrong_state("The plan's state does not allow this; read it again.")
}

/// Changes a draft; of a running plan only the dates of its phases.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: PlanId,
    seen: IfMatch,
    changes: PlanChanges,
) -> Result<Plan, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    caller.scope.require_unit(c, row.unit_id).await?;
    seen.required()?.check(row.version)?;
    let before = Campaign::of(row)?;
    let phases = changes.phases.unwrap_or_else(|| before.phases.clone());
    let targets = changes.targets.unwrap_or_else(|| before.targets.clone());
    let title = changes.title.map_or_else(|| before.row.title.clone(), |title| title.into_string());
    match before.row.state {
        PlanState::Draft => {}
        PlanState::Running => {
            let names = |phases: &[Phase]| phases.iter().map(|phase| phase.name.clone()).collect::<Vec<_>>();
            if title != before.row.title || targets != before.targets || names(&phases) != names(&before.phases) {
                let detail = "Once the plan runs, only the dates of its phases can be changed.";
                return Err(ApiError::wrong_state(detail));
            }
        }
        PlanState::Closed => return Err(wrong_state()),
    }
    let errors: Vec<FieldError> = model::broken(&phases, &targets);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = PlanRow { title, version: before.row.version + 1, ..before.row }.with(&phases, &targets)?;
    if !store::update(c, &row).await? {
        return Err(ApiError::changed());
    }
    log(c, app, caller, &row, "plan.update").await?;
    view::shown(c, caller, row).await
}

/// Starts a plan: its members are told, and their branches.
pub async fn start(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: PlanId) -> Result<Plan, ApiError> {
    let row = writable(c, caller, id, PlanAction::Start).await?;
    let row = step(c, app, caller, row, PlanState::Running, "plan.start").await?;
    let campaign = Campaign::of(row.clone())?;
    let counted = campaign.counted(c, row.unit_id).await?;
    let members = registrations::counted_members(c, &counted).await?;
    let news = News::of(NoticeKind::PlanStarted, SubjectKind::Plan, row.id);
    let ids: Vec<MemberId> = members.iter().map(|member| member.member_id).collect();
    notices::tell_members(c, app, &news, &ids).await?;
    let mut units: Vec<UnitId> = members.iter().map(|member| member.unit_id).collect();
    units.sort();
    units.dedup();
    let told: Vec<_> =
        units.into_iter().filter(|unit| *unit != row.unit_id).map(|unit| news.to(Recipient::Unit(unit))).collect();
    notices::tell(c, app, &told).await?;
    view::shown(c, caller, row).await
}

/// Closes a plan, with what was reached as it stands now.
pub async fn close(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: PlanId) -> Result<Plan, ApiError> {
    let row = writable(c, caller, id, PlanAction::Close).await?;
    let campaign = Campaign::of(row)?;
    let outcome = campaign.outcome(c, campaign.row.unit_id, app.clock.now()).await?;
    let outcome = Some(serde_json::to_string(&outcome).map_err(ApiError::internal)?);
    let row = PlanRow { outcome, ..campaign.row };
    let row = step(c, app, caller, row, PlanState::Closed, "plan.close").await?;
    view::shown(c, caller, row).await
}

async fn step(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: PlanRow,
    to: PlanState,
    action: &'static str,
) -> Result<PlanRow, ApiError> {
    let row = store::next(row, to, app.clock.now());
    if !store::update(c, &row).await? {
        return Err(wrong_state());
    }
    log(c, app, caller, &row, action).await?;
    Ok(row)
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &PlanRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("plan", row.id.to_string()));
    audit::append(c, app.clock.now(), record.from_unit(caller.unit())).await
}

/// The unit to look at: the one asked for, where it lies at or below the plan's unit and within reach; else the plan's own, or
/// the caller's below it.
async fn looked_at(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: &PlanRow,
    asked: Option<UnitId>,
) -> Result<UnitId, ApiError> {
    let unit = match asked {
        Some(unit) => unit,
        None if caller.scope.reaches_unit(c, row.unit_id).await? => row.unit_id,
        None => below(c, caller, row).await?.ok_or_else(ApiError::not_found)?,
    };
    let above = access::ancestors_of(c, &[unit]).await?.remove(&unit).unwrap_or_default();
    if above.contains(&row.unit_id) && caller.scope.covers_unit(&above) {
        return Ok(unit);
    }
    Err(ApiError::not_found())
}

/// How far a plan is, by unit.
pub(super) async fn progress(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: PlanId,
    unit: Option<UnitId>,
) -> Result<PlanProgress, ApiError> {
    let row = readable(c, caller, id).await?;
    let unit = looked_at(c, caller, &row, unit).await?;
    view::progress(c, caller, Campaign::of(row)?, unit, app.clock.now()).await
}

/// How far its members are, by name: told to their branch alone; whoever leads units above reads counts.
pub(super) async fn members(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: PlanId,
    unit: Option<UnitId>,
    page: &PageQuery,
) -> Result<Page<MemberProgress>, ApiError> {
    let (limit, after) = (page.limit()?, page.after::<(String, MemberId)>()?);
    let row = readable(c, caller, id).await?;
    let unit = looked_at(c, caller, &row, unit).await?;
    let campaign = Campaign::of(row)?;
    let counted = campaign.counted(c, unit).await?;
    let key = |member: &CountedMember| (member.name.clone(), member.member_id);
    let mut all = registrations::counted_members(c, &counted).await?;
    all.sort_by_key(key);
    let rows = all.into_iter().filter(|member| after.as_ref().is_none_or(|after| key(member) > *after));
    let rows = rows.take(usize::try_from(limit + 1).unwrap_or_default()).collect();
    let Page { items, next_cursor } = Page::cut(rows, limit, key);
    let ids: Vec<UnitId> = items.iter().map(|member| member.unit_id).collect();
    let units = units::unit_refs(c, &ids).await?;
    let counted = Counted::These(items.iter().map(|member| member.member_id).collect());
    let people = campaign.people(c, items, campaign.day(app.clock.now())).await?;
    let sums = campaign.sums(c, &counted, &people).await?;
    let show = |person: &Person| {
        let targets = sums.of(person);
        Some(MemberProgress {
            member: MemberRef { id: person.member.member_id, name: person.member.name.clone() },
            unit: units.get(&person.member.unit_id)?.clone(),
            category: person.category,
            met: !targets.is_empty() && targets.iter().all(|target| target.met),
            targets,
        })
    };
    Ok(Page { items: people.iter().filter_map(show).collect(), next_cursor })
}

/// The running plans that ask something of the caller, and how far one is.
pub(super) async fn own(c: &mut Conn<'_>, app: &AppState, caller: &Caller) -> Result<Vec<MyPlan>, ApiError> {
    let (member, _) = caller.member()?;
    let stay = registrations::open_stay_of(c, member).await?;
    let Some(stay) = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact)) else {
        return Ok(Vec::new());
    };
    let counted = Counted::These(vec![member]);
    let mut plans = Vec::new();
    for row in store::running_for(c, stay.home_unit_id, stay.host_unit_id).await? {
        let campaign = Campaign::of(row)?;
        let members = registrations::counted_members(c, &counted).await?;
        let people = campaign.people(c, members, app.clock.now().day()).await?;
        let sums = campaign.sums(c, &counted, &people).await?;
        let Some(me) = people.first() else { continue };
        let targets = sums.of(me);
        if targets.is_empty() {
            continue;
        }
        let (category, met) = (me.category, targets.iter().all(|target| target.met));
        plans.push(MyPlan { plan: view::shown(c, caller, campaign.row.clone()).await?, category, met, targets });
    }
    Ok(plans)
}

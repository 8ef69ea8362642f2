//! A registration as it is shown: to each caller with what that caller may do next, and no more than concerns them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    listed::{self, Listed},
    model::{self, Action, CardRef, End, FlowReason, Standing, Status, Stay},
};
use crate::{
    access::{self, Caller, Operation, Scope},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, RegistrationId, UnitId},
    people::{self, IdNumber, MemberBrief},
    units::UnitRef,
    words,
};

words! {
    /// What the software suggests about a stay; it never forces.
    pub enum Suggestion {
        /// Six months at a fixed place: the formal affiliation should move.
        ConsiderTransfer = "consider_transfer",
        /// Three members at one employer: they may form a branch or a group.
        ConsiderBranch = "consider_branch",
    }
}

/// Whoever may move a stay is at one of its two ends; whoever only reads is not.
const BOTH_ENDS: Operation = Operation::MoveRegistration;

/// A registration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Registration {
    /// Its id, the same through every move.
    pub id: RegistrationId,
    /// Whose it is.
    pub member_id: MemberId,
    /// The member in short.
    pub member: MemberBrief,
    /// Its state.
    pub status: Status,
    /// Which end filed it.
    pub filed_by: End,
    /// Where the formal affiliation is.
    pub home: UnitRef,
    /// The department at or above the home unit.
    pub home_department: UnitRef,
    /// Where the member lives the organisation life.
    pub host: UnitRef,
    /// Why the member moved.
    pub flow_reason: FlowReason,
    /// When the member came.
    pub started_on: Day,
    /// When both ends had agreed for the first time.
    pub active_since: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// The rules it was made under.
    pub rule_version: String,
    /// The newest presence at an event.
    pub last_activity_at: Option<Instant>,
    /// Three silent months; told to the two ends only.
    pub please_call: bool,
    /// What might be considered.
    pub suggestions: Vec<Suggestion>,
    /// The member's card, if one was issued for this stay.
    pub card: Option<CardRef>,
    /// What this caller may do now.
    pub actions: Vec<Action>,
    /// The same as the ETag.
    pub version: i64,
    /// Only for the home department while it is asked to confirm.
    pub id_number: Option<IdNumber>,
    /// When it was filed.
    pub created_at: Instant,
}

/// One registration within the caller's reach, or 404.
pub async fn view(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RegistrationId,
) -> Result<Registration, ApiError> {
    let stay = super::stay_within(c, &caller.scope, id).await?;
    shown(c, app, caller, stay).await
}

/// One stay that the caller is known to reach; the home department reads the ID number while it is asked.
pub async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, stay: Stay) -> Result<Registration, ApiError> {
    let listed = listed::one(c, stay.id).await?;
    let mut registration = show(c, app, caller, &[listed]).await?.pop().ok_or_else(ApiError::not_found)?;
    if registration.actions.contains(&Action::Confirm) {
        registration.id_number = people::id_number(c, &app.keys.vault, stay.member_id).await?;
    }
    Ok(registration)
}

/// Stays that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    listed: &[Listed],
) -> Result<Vec<Registration>, ApiError> {
    let today = app.clock.now().day();
    let ends = |stay: &Stay| [stay.home_unit_id, stay.home_department_id, stay.host_unit_id];
    let ends: Vec<UnitId> = listed.iter().flat_map(|listed| ends(&listed.stay)).collect();
    let above = access::ancestors_with_role(c, &ends, &caller.held).await?;
    // What the caller reaches by each action, worked out once for the whole page.
    let reaches: Vec<(Action, Scope)> =
        Action::ALL.iter().map(|action| (*action, caller.scope_in(action.operation()))).collect();
    let both_ends = caller.scope_in(BOTH_ENDS);

    let show = |listed: &Listed| {
        let (stay, card) = (&listed.stay, listed.card(today));
        let now_possible = |(action, scope): &(Action, Scope)| {
            model::may(*action, stay.status, Standing::of(scope, stay, &above)).then_some(*action)
        };
        let mut actions: Vec<Action> = reaches.iter().filter_map(now_possible).collect();
        if card.as_ref().is_some_and(|card| card.status.is_living()) {
            actions.retain(|action| *action != Action::IssueCard);
        }
        let at_work = Standing::of(&both_ends, stay, &above);
        Registration {
            id: stay.id,
            member_id: stay.member_id,
            suggestions: suggestions(listed, today),
            member: listed.member(),
            status: stay.status,
            filed_by: stay.filed_by,
            home: listed.home(),
            home_department: listed.home_department(),
            host: listed.host(),
            flow_reason: stay.flow_reason,
            started_on: stay.started_on,
            active_since: stay.active_since,
            ended_at: stay.ended_at,
            rule_version: stay.rule_version.clone(),
            last_activity_at: stay.last_activity_at,
            please_call: (at_work.home || at_work.host) && stay.is_silent(model::PLEASE_CALL_MONTHS, today),
            card,
            actions,
            version: stay.version,
            id_number: None,
            created_at: stay.created_at,
            end_reason: stay.end_reason.clone(),
        }
    };
    Ok(listed.iter().map(show).collect())
}

/// Whether the caller stands at one of the two ends that look after a stay.
pub(super) async fn works_with(c: &mut Conn<'_>, caller: &Caller, stay: &Stay) -> Result<bool, ApiError> {
    let above = access::ancestors_of(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    let standing = Standing::of(&caller.scope_in(BOTH_ENDS), stay, &above);
    Ok(standing.home || standing.host)
}

fn suggestions(listed: &Listed, today: Day) -> Vec<Suggestion> {
    let (stay, mut suggestions) = (&listed.stay, Vec::new());
    if stay.status != Status::Active {
        return suggestions;
    }
    if listed.employed && stay.started_on.plus_months(model::TRANSFER_MONTHS) <= today {
        suggestions.push(Suggestion::ConsiderTransfer);
    }
    if listed.is_crowded() {
        suggestions.push(Suggestion::ConsiderBranch);
    }
    suggestions
}

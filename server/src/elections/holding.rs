//! The meeting, its quorum, and the result.

use super::{
    input::{ElectionResult, HoldMeeting},
    model::{ElectionAction, ElectionRow},
    people,
    quorum::{Attending, Quorum, voice},
    service,
    store::{self, StepRow},
    view::{self, Election},
};
use crate::{
    access::{self, Caller},
    app::AppState,
    check_ins,
    db::Conn,
    error::{ApiError, FieldError},
    events::{self, EventKind},
    ids::{ElectionId, EventId, MemberId, RowId, UnitId},
    notices::NoticeKind,
    people::MemberRef,
    registrations,
};

/// Names the meeting, or mends its figures; or another meeting, where a quorum was missing: that stays in the record.
pub async fn hold(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    meeting: HoldMeeting,
) -> Result<Election, ApiError> {
    let row = service::to_act_on(c, caller, id, ElectionAction::Hold).await?;
    let mut errors = meeting.contradictions();
    let event = events::event(c, meeting.event_id).await?;
    match event.filter(|event| event.unit_id == row.unit_id) {
        None => errors.push(FieldError::new("/event_id", "unknown", "is not an event of the unit")),
        Some(event) if event.kind != EventKind::Election => {
            errors.push(FieldError::new("/event_id", "invalid", "must be an event of the kind election"));
        }
        Some(event) if event.cancelled_at.is_some() => {
            errors.push(FieldError::new("/event_id", "invalid", "was cancelled"));
        }
        Some(_) => {}
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    if let Some(missed) = row.event_id.filter(|before| *before != meeting.event_id) {
        keep_missed(c, app, &row, missed).await?;
    }
    let row = ElectionRow {
        event_id: Some(meeting.event_id),
        electors_expected: Some(meeting.electors_expected),
        on_paper: Some(meeting.present_on_paper),
        ..row
    };
    let row = service::take(c, app, caller, row, ElectionAction::Hold, None).await?;
    view::shown(c, app, caller, row).await
}

/// Keeps how many came to a meeting in whose place another is held.
async fn keep_missed(c: &mut Conn<'_>, app: &AppState, row: &ElectionRow, event: EventId) -> Result<(), ApiError> {
    let missed = live(c, row, event).await?;
    let now = app.clock.now();
    let step = StepRow {
        id: RowId::new(now, &app.entropy),
        election_id: row.id,
        at: now,
        action: ElectionAction::Hold,
        reason_sealed: None,
        electors_expected: Some(missed.electors_expected),
        present: Some(missed.present),
    };
    store::add_step(c, &step).await
}

/// Records the result, with the figures of the meeting as they are now.
pub async fn record_result(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: ElectionId,
    result: ElectionResult,
) -> Result<Election, ApiError> {
    let row = service::to_act_on(c, caller, id, ElectionAction::RecordResult).await?;
    let event_id = row.event_id.ok_or_else(|| ApiError::internal("a meeting names no event"))?;
    let event = events::event(c, event_id).await?.ok_or_else(|| ApiError::internal("a meeting names no event"))?;
    if event.cancelled_at.is_some() || event.starts_at > app.clock.now() {
        return Err(ApiError::wrong_state("The meeting has not begun, or was cancelled; hold it at another one."));
    }
    let quorum = live(c, &row, event_id).await?;
    if !quorum.reached {
        let (present, needed) = (quorum.present, quorum.needed);
        let detail = format!("{present} electors are present and {needed} are needed; hold it again.");
        return Err(ApiError::wrong_state(detail));
    }
    let mut errors = result.contradictions(quorum.present);
    let named = result.elected.iter().map(|elected| elected.member_id);
    errors.extend(people::unknown(c, caller, "/elected", named).await?);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = ElectionRow {
        held_on: Some(event.starts_at.day()),
        scanned: Some(quorum.present_scanned),
        floating: Some(quorum.floating),
        probationary: Some(quorum.probationary),
        ballots_given: Some(result.ballots_given),
        ballots_returned: Some(result.ballots_returned),
        ..row
    };
    people::put_elected(c, app, caller, &row, result.elected).await?;
    let row = service::take(c, app, caller, row, ElectionAction::RecordResult, None).await?;
    service::tell_above(c, app, &row, NoticeKind::ElectionResult).await?;
    view::shown(c, app, caller, row).await
}

/// The quorum of a meeting as it stands now.
pub(super) async fn live(c: &mut Conn<'_>, row: &ElectionRow, event: EventId) -> Result<Quorum, ApiError> {
    let present = check_ins::present_at(c, event).await?;
    let members: Vec<MemberId> = present.iter().map(|(member, _)| *member).collect();
    let homes = registrations::homes_of(c, &members).await?;
    let units: Vec<UnitId> = homes.values().copied().collect();
    let above = access::ancestors_of(c, &units).await?;
    let briefs = crate::people::briefs(c, &members).await?;
    let is_here = |member: &MemberId| {
        let above = homes.get(member).and_then(|home| above.get(home));
        above.is_some_and(|above| above.contains(&row.unit_id))
    };
    let attending = present.iter().filter_map(|(member, method)| {
        let brief = briefs.get(member)?;
        let voice = voice(*method, Some(brief.membership), is_here(member));
        Some(Attending { member: MemberRef { id: brief.id, name: brief.name.clone() }, voice })
    });
    let attending = attending.collect();
    Ok(Quorum::of(row.electors_expected.unwrap_or_default(), row.on_paper.unwrap_or_default(), attending))
}

//! The rules of events.

use std::collections::BTreeSet;

use super::{
    draft::{self, EventChanges, NewEvent},
    model::{Audience, EventRow, State},
    store,
    view::{self, Event},
};
use crate::{
    access::{
        Caller, Scope,
        audit::{self, Actor, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    http::IfMatch,
    ids::{EventId, MemberId},
    notices::{self, News, NoticeKind, Recipient},
    parsing::Line,
    registrations, tallies, units,
};

/// Opens an event.
pub async fn create(c: &mut Conn<'_>, app: &AppState, actor: Actor, new: NewEvent) -> Result<EventRow, ApiError> {
    let now = app.clock.now();
    let window = new.check_in.unwrap_or_default();
    let event = EventRow {
        id: EventId::new(now, &app.entropy),
        unit_id: new.unit_id,
        code_id: app.entropy.bytes(),
        kind: new.kind,
        title: new.title.into_string(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        place: new.place.map(Line::into_string),
        minutes: new.hours.map_or_else(|| draft::default_minutes(new.starts_at, new.ends_at), |hours| hours.minutes),
        audience: new.audience.unwrap_or(Audience::Unit),
        opens_at: window.opens_at.unwrap_or_else(|| draft::default_opening(new.starts_at)),
        closes_at: window.closes_at.unwrap_or(new.ends_at),
        cancelled_at: None,
        cancel_reason: None,
        version: 1,
    };
    let mut errors = draft::broken_rules(&event);
    if units::unit_refs(c, &[event.unit_id]).await?.is_empty() {
        errors.push(FieldError::new("/unit_id", "unknown", "is not the id of a unit"));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let account = match actor {
        Actor::Account(account) => Some(account),
        _ => None,
    };
    store::insert(c, &event, account, now).await?;
    count(c, app, &event, 1).await?;
    audit::append(c, now, record(actor, "event.create", &event)).await?;
    Ok(event)
}

/// The same within the caller's reach.
pub(super) async fn create_within(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewEvent,
) -> Result<Event, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let event = create(c, app, caller.into(), new).await?;
    view::show(c, event, true, app.clock.now()).await
}

/// An event within the caller's reach: 404 for all else. A member sees the events of the own unit and of those above it,
/// the open ones, and those of the own record.
pub async fn event_within(c: &mut Conn<'_>, scope: &Scope, id: EventId) -> Result<EventRow, ApiError> {
    let event = store::event(c, id).await?.ok_or_else(ApiError::not_found)?;
    match scope.own {
        Some(member) if !is_visible_to(c, &event, member).await? => return Err(ApiError::not_found()),
        Some(_) => {}
        None => scope.require_unit(c, event.unit_id).await?,
    }
    Ok(event)
}

async fn is_visible_to(c: &mut Conn<'_>, event: &EventRow, member: MemberId) -> Result<bool, ApiError> {
    if event.audience == Audience::Open || store::has_entry(c, event.id, member).await? {
        return Ok(true);
    }
    match registrations::open_stay_of(c, member).await? {
        Some(stay) => store::is_at_or_below(c, stay.host_unit_id, event.unit_id).await,
        None => Ok(false),
    }
}

/// Changes an event. After it has closed only title and place can be mended, after it was cancelled nothing.
pub(super) async fn change(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: EventId,
    seen: IfMatch,
    changes: EventChanges,
) -> Result<Event, ApiError> {
    let before = event_within(c, &caller.scope, id).await?;
    seen.check(before.version)?;
    let now = app.clock.now();
    match before.state(now) {
        State::Cancelled => return Err(ApiError::wrong_state("The event was cancelled.")),
        State::Closed if changes.touches_the_plan() => {
            return Err(ApiError::wrong_state("The event is over; only its title and place can be mended."));
        }
        _ => {}
    }
    let event = changes.over(before.clone());
    let errors = draft::broken_rules(&event);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    keep(c, app, &before, &event).await?;
    audit::append(c, now, record(caller.into(), "event.update", &event)).await?;
    let plan = |event: &EventRow| (event.title.clone(), event.starts_at, event.ends_at, event.place.clone());
    if before.state(now) != State::Closed && plan(&before) != plan(&event) {
        tell_the_asked(c, app, &event, NoticeKind::EventChanged).await?;
    }
    view::show(c, event, true, now).await
}

/// Cancels an event that is not over. What was recorded for it stays.
pub(super) async fn cancel(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: EventId,
    seen: IfMatch,
    reason: Line<200>,
) -> Result<Event, ApiError> {
    let before = event_within(c, &caller.scope, id).await?;
    seen.check(before.version)?;
    let now = app.clock.now();
    match before.state(now) {
        State::Cancelled => return Err(ApiError::wrong_state("The event was cancelled already.")),
        State::Closed => return Err(ApiError::wrong_state("The event is over.")),
        State::Upcoming | State::Open => {}
    }
    let event = EventRow {
        cancelled_at: Some(now),
        cancel_reason: Some(reason.into_string()),
        version: before.version + 1,
        ..before.clone()
    };
    keep(c, app, &before, &event).await?;
    audit::append(c, now, record(caller.into(), "event.cancel", &event)).await?;
    tell_the_asked(c, app, &event, NoticeKind::EventCancelled).await?;
    view::show(c, event, true, now).await
}

/// The month in which an event counts; none where it was cancelled.
fn counted_in(event: &EventRow) -> Option<String> {
    event.cancelled_at.is_none().then(|| tallies::month_key(event.starts_at))
}

/// Counts an event and the presences at it (`n` = 1), or takes them out of the counts (-1).
async fn count(c: &mut Conn<'_>, app: &AppState, event: &EventRow, n: i64) -> Result<(), ApiError> {
    if event.cancelled_at.is_some() {
        return Ok(());
    }
    let at = (app.clock.now(), &app.entropy);
    tallies::held(c, at, event.meeting(), n).await?;
    let present = store::present(c, event.id).await?;
    tallies::came(c, at, event.meeting(), &present, n).await
}

/// Keeps the next version of an event, counted where it is held now; 412 where another one came first.
async fn keep(c: &mut Conn<'_>, app: &AppState, before: &EventRow, after: &EventRow) -> Result<(), ApiError> {
    let moves = counted_in(before) != counted_in(after);
    if moves {
        count(c, app, before, -1).await?;
    }
    if !store::update(c, after, app.clock.now()).await? {
        return Err(ApiError::changed());
    }
    if moves { count(c, app, after, 1).await } else { Ok(()) }
}

/// Tells every member who is asked to come.
async fn tell_the_asked(c: &mut Conn<'_>, app: &AppState, event: &EventRow, kind: NoticeKind) -> Result<(), ApiError> {
    let asked: BTreeSet<MemberId> =
        store::expected_members(c, event.id).await?.into_iter().map(|asked| asked.member_id).collect();
    let told: Vec<_> = asked
        .into_iter()
        .map(|member| News::new(kind, member).of_event(event.id).to(Recipient::Member(member)))
        .collect();
    notices::tell(c, app, &told).await
}

fn record(actor: Actor, action: &'static str, event: &EventRow) -> Record<'static> {
    Record::new(actor, action, ("event", event.id.to_string())).from_unit(event.unit_id)
}

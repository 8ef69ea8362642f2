//! The attendance of an event: what people record, ask for, correct and dispute. Nothing is overwritten.

use super::{
    attempts, attempts_store,
    decide::Outcome,
    entry::{self, ANSWER, DISPUTE, NewEntry},
    following,
    model::{Attendance, AttendanceItem, Correction, EntryMethod, NewRecord},
    store::{self, Standing},
    views,
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::ApiError,
    events::{self, EventRow, State},
    ids::{CheckInId, EntryId, EventId, MemberId},
    notices::{self, News, NoticeKind},
    parsing::Line,
    registrations,
};

/// Who came to an event.
pub async fn read(app: &AppState, caller: &Caller, id: EventId) -> Result<Attendance, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let row = events::event_within(c, &caller.scope, id).await?;
    let reasons = views::reads_reasons(c, caller, &row).await?.then_some(&*app.keys.vault);
    let items = views::attendance_items(c, id, reasons).await?;
    let event = events::show(c, row, true, app.clock.now()).await?;
    Ok(Attendance {
        counts: event.counts.unwrap_or_default(),
        event,
        items,
        conflicts: attempts::conflicts(c, id, reasons).await?,
        attempts_refused: attempts_store::refused(c, id).await?,
    })
}

/// Records an outcome that nobody scanned.
pub async fn record(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: EventId,
    new: NewRecord,
) -> Result<AttendanceItem, ApiError> {
    let event = takes_place(events::event_within(c, &caller.scope, id).await?)?;
    let standing = store::standing(c, id, new.member_id).await?;
    if standing.is_none() && !may_have_record(c, &event, new.member_id).await? {
        return Err(ApiError::bad_field("/member_id", "unknown", "is not a member who belongs to this event"));
    }
    let outcome = Outcome::from(new.outcome);
    let begun = event.state(app.clock.now()) != State::Upcoming;
    match (outcome, standing.map(|standing| standing.outcome)) {
        (Outcome::MadeUp, Some(Outcome::OnLeave | Outcome::Absent)) => {}
        (Outcome::MadeUp, _) => return Err(ApiError::wrong_state("Only leave or absence can be made up.")),
        (_, Some(_)) => return Err(ApiError::wrong_state("Something is recorded already; correct that entry.")),
        (Outcome::Absent, None) if !begun => return Err(ApiError::wrong_state("Checking in has not begun.")),
        (_, None) => {}
    }
    let words = Words { method: EntryMethod::Manual, reason: &new.reason, action: "attendance.record" };
    enter(c, app, caller, &event, new.member_id, outcome, standing, words).await
}

/// The member asks for leave.
pub async fn ask_leave(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: EventId,
    reason: Line<500>,
) -> Result<AttendanceItem, ApiError> {
    let (member, _) = caller.member()?;
    let event = takes_place(events::event_within(c, &caller.scope, id).await?)?;
    if app.clock.now() >= event.ends_at {
        return Err(ApiError::wrong_state("The event is over."));
    }
    if let Some(standing) = store::standing(c, id, member).await? {
        return Err(ApiError::wrong_state(match standing.outcome {
            Outcome::OnLeave => "Leave is recorded already.",
            _ => "Something else is recorded already.",
        }));
    }
    if events::is_asked(c, id, member).await?.is_none() {
        return Err(ApiError::wrong_state("You are not asked to come to this event."));
    }
    let words = Words { method: EntryMethod::Leave, reason: &reason, action: "attendance.leave" };
    let item = enter(c, app, caller, &event, member, Outcome::OnLeave, None, words).await?;
    let news = News::new(NoticeKind::LeaveAsked, member).of_event(event.id);
    registrations::tell_ends_of(c, app, member, [news]).await?;
    Ok(item)
}

/// Corrects what stands: a new entry that names the old one. `id` is the entry's, or the client's own of a scan.
pub(super) async fn correct(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: uuid::Uuid,
    correction: Correction,
) -> Result<AttendanceItem, ApiError> {
    let (event, member) = named_within(c, caller, id).await?;
    let event = takes_place(event)?;
    let outcome = Outcome::from(correction.outcome);
    let standing = store::standing(c, event.id, member).await?;
    match (outcome, standing.map(|standing| standing.outcome)) {
        (new, Some(old)) if new == old => return Err(ApiError::wrong_state("That is recorded already.")),
        (Outcome::MadeUp, Some(Outcome::OnLeave | Outcome::Absent)) => {}
        (Outcome::MadeUp, _) => return Err(ApiError::wrong_state("Only leave or absence can be made up.")),
        (_, None) if !may_have_record(c, &event, member).await? => {
            return Err(ApiError::wrong_state("This member does not belong to the event."));
        }
        _ => {}
    }
    let words = Words { method: EntryMethod::Correction, reason: &correction.reason, action: "attendance.correct" };
    enter(c, app, caller, &event, member, outcome, standing, words).await
}

/// The member disputes what stands.
pub async fn dispute(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: uuid::Uuid,
    reason: Line<500>,
) -> Result<(), ApiError> {
    let (own, _) = caller.member()?;
    let own_entry = named(c, id).await?.into_iter().find(|(_, member)| *member == own);
    let (event, member) = own_entry.ok_or_else(ApiError::not_found)?;
    let standing = store::standing(c, event, member).await?.ok_or_else(ApiError::not_found)?;
    let row = standing.entry_id.0;
    let note = app.keys.vault.seal(DISPUTE, row.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    let now = app.clock.now();
    if !store::dispute(c, event, member, &note, now).await? {
        return Err(ApiError::not_found());
    }
    let record = Record::new(caller.into(), "attendance.dispute", (following::KIND, row.to_string()));
    audit::append(c, now, record.about(member)).await?;
    let news = News::new(NoticeKind::EntryDisputed, member).of_event(event);
    registrations::tell_ends_of(c, app, member, [news]).await
}

/// Answers a dispute: what is recorded stands, and why. (A correction answers it too.)
pub async fn answer(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: uuid::Uuid,
    reason: Line<500>,
) -> Result<AttendanceItem, ApiError> {
    let (event, member) = named_within(c, caller, id).await?;
    let standing = store::standing(c, event.id, member).await?.ok_or_else(ApiError::not_found)?;
    let row = standing.entry_id.0;
    let answer = app.keys.vault.seal(ANSWER, row.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    let now = app.clock.now();
    if !store::answer(c, event.id, member, &answer, now).await? {
        return Err(ApiError::wrong_state("Nothing is disputed here, or it was answered already."));
    }
    let record = Record::new(caller.into(), "attendance.answer", (following::KIND, row.to_string()));
    audit::append(c, now, record.about(member).from_unit(event.unit_id)).await?;
    notices::tell_member(c, app, &News::new(NoticeKind::DisputeAnswered, member).of_event(event.id)).await?;
    views::attendance_item(c, event.id, member).await?.ok_or_else(ApiError::not_found)
}

/// Event and member that an id names, where the event is within the caller's reach; or 404.
async fn named_within(c: &mut Conn<'_>, caller: &Caller, id: uuid::Uuid) -> Result<(EventRow, MemberId), ApiError> {
    for (event, member) in named(c, id).await? {
        let row = events::event(c, event).await?.ok_or_else(ApiError::not_found)?;
        if caller.scope.reaches_unit(c, row.unit_id).await? {
            return Ok((row, member));
        }
    }
    Err(ApiError::not_found())
}

/// Events and members that an id names: of an entry, or of attempts under a client's own id.
async fn named(c: &mut Conn<'_>, id: uuid::Uuid) -> Result<Vec<(EventId, MemberId)>, ApiError> {
    match store::entry_of(c, EntryId(id)).await? {
        Some(entry) => Ok(vec![entry]),
        None => attempts_store::named(c, CheckInId(id)).await,
    }
}

fn takes_place(event: EventRow) -> Result<EventRow, ApiError> {
    if event.cancelled_at.is_some() {
        return Err(ApiError::wrong_state("The event was cancelled."));
    }
    Ok(event)
}

/// Whether anything can be recorded for the member: asked to come, or a guest whom the audience lets in.
async fn may_have_record(c: &mut Conn<'_>, event: &EventRow, member: MemberId) -> Result<bool, ApiError> {
    if events::is_asked(c, event.id, member).await?.is_some() {
        return Ok(true);
    }
    match store::active_hosts(c, &[member]).await?.get(&member) {
        Some(host) => events::is_in_audience(c, event, *host).await,
        None => Ok(false),
    }
}

/// How an entry came about, and why.
struct Words<'a> {
    method: EntryMethod,
    reason: &'a Line<500>,
    action: &'static str,
}

#[expect(clippy::too_many_arguments, reason = "an entry is all of these")]
async fn enter(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    event: &EventRow,
    member: MemberId,
    outcome: Outcome,
    standing: Option<Standing>,
    words: Words<'_>,
) -> Result<AttendanceItem, ApiError> {
    let now = app.clock.now();
    let new = NewEntry {
        event,
        member,
        outcome,
        method: words.method,
        // Who is corrected to present was there when the event was held.
        occurred_at: if outcome == Outcome::Present { event.starts_at.min(now) } else { now },
        late: false,
        weak: false,
        reason: Some(words.reason.as_str().into()),
        scan: None,
        replaces: standing.map(|standing| standing.entry_id),
        action: words.action,
    };
    let changed = || ApiError::wrong_state("Something else was recorded just now; read it again.");
    entry::enter(c, app, caller.into(), now, new).await?.ok_or_else(changed)?;
    if standing.is_some() {
        tell_corrected(c, app, member, event.id).await?;
    }
    let item = views::attendance_item(c, event.id, member).await?.ok_or_else(ApiError::not_found)?;
    // Whoever has just given the reason may read it.
    Ok(AttendanceItem { reason: Some(words.reason.to_string()), ..item })
}

/// Tells the member that something else stands now.
pub(super) async fn tell_corrected(
    c: &mut Conn<'_>,
    app: &AppState,
    member: MemberId,
    event: EventId,
) -> Result<(), ApiError> {
    notices::tell_member(c, app, &News::new(NoticeKind::AttendanceCorrected, member).of_event(event)).await
}

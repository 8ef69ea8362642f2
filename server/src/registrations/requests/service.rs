//! Filing, taking back, refusing and closing. (Carrying out takes a step of the stay; that is with the cards.)

use super::{
    model::{CarryOut, NewRequest, RequestRow, RequestStatus},
    store,
    view::{self, MemberRequest},
};
use crate::{
    access::{Caller, audit},
    app::AppState,
    db::Conn,
    error::{ApiError, Code},
    ids::{RegistrationId, RequestId},
    notices::{self, News, NoticeKind},
    parsing::Line,
    registrations::{
        model::{Action, Status, Stay, Step},
        service, store as stays, telling,
    },
};

/// Under these names what people write is sealed, each for its own request.
pub(super) const NOTE: &str = "request.note";
pub(super) const PLACE: &str = "request.place";
pub(super) const ANSWER: &str = "request.answer";

/// The member asks; both ends are told.
pub async fn file(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewRequest,
) -> Result<MemberRequest, ApiError> {
    let (member, _) = caller.member()?;
    let now = app.clock.now();
    let stay = stays::open_stay_of(c, member).await?;
    let Some(stay) = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact)) else {
        return Err(ApiError::wrong_state(
            "Only an active registration can be moved or ended; withdraw a pending one.",
        ));
    };
    let mut errors = new.contradictions(stay.started_on, now.day());
    if let (true, Some(host)) = (errors.is_empty(), new.host_unit_id) {
        errors.extend(service::unfit_new_host(c, &stay, host).await?);
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = RequestId::new(now, &app.entropy);
    let seal = |field: &str, text: &str| app.keys.vault.seal(field, id.0.as_bytes(), text.as_bytes(), &app.entropy);
    let row = RequestRow {
        id,
        member_id: member,
        registration_id: stay.id,
        kind: new.kind,
        status: RequestStatus::Open,
        wished_on: new.wished_on,
        due_at: new.due(now),
        host_unit_id: new.host_unit_id,
        place_sealed: new.place.map(|place| seal(PLACE, place.as_str())).transpose()?,
        note_sealed: new.note.map(|note| seal(NOTE, note.as_str())).transpose()?,
        filed_at: now,
        closed_at: None,
        answer_sealed: None,
    };
    if !store::insert(c, &row).await? {
        return Err(ApiError::new(Code::RequestExists, "You have asked for this already; take it back to ask anew."));
    }
    log(c, app, caller, &row, "request.file").await?;
    let news = News::new(NoticeKind::RequestFiled, member).of_stay(stay.id).of_request(id);
    telling::both_ends(c, app, &stay, &news).await?;
    view::shown(c, app, caller, row.id).await
}

/// The member takes it back; both ends are told.
pub async fn take_back(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RequestId,
) -> Result<MemberRequest, ApiError> {
    let (member, _) = caller.member()?;
    let row = store::find(c, id).await?.filter(|row| row.member_id == member).ok_or_else(ApiError::not_found)?;
    if !store::close(c, id, RequestStatus::TakenBack, None, None, app.clock.now()).await? {
        return Err(closed());
    }
    log(c, app, caller, &row, "request.take_back").await?;
    if let Some(stay) = stays::stay(c, row.registration_id).await? {
        let news = News::new(NoticeKind::RequestTakenBack, member).of_stay(stay.id).of_request(id);
        telling::both_ends(c, app, &stay, &news).await?;
    }
    view::shown(c, app, caller, id).await
}

/// Either end answers why not; the member is told, and the other end.
pub async fn refuse(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RequestId,
    reason: Line<500>,
) -> Result<MemberRequest, ApiError> {
    let (row, stay) = within(c, caller, id).await?;
    let answer = app.keys.vault.seal(ANSWER, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    let account = Some(caller.account()?);
    if !store::close(c, id, RequestStatus::Refused, account, Some(&answer), app.clock.now()).await? {
        return Err(closed());
    }
    log(c, app, caller, &row, "request.refuse").await?;
    let news = News::new(NoticeKind::RequestRefused, row.member_id).of_stay(stay.id).of_request(id);
    notices::tell_member(c, app, &news).await?;
    telling::other_end(c, app, caller, &stay, &news).await?;
    view::shown(c, app, caller, id).await
}

/// The stay and the step that carry an open request within reach out. Until the write ends nobody else can close it.
pub async fn to_carry_out(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: RequestId,
    how: CarryOut,
) -> Result<(RegistrationId, Step), ApiError> {
    let (row, stay) = within(c, caller, id).await?;
    if !store::hold(c, id).await? {
        return Err(closed());
    }
    Ok((stay.id, row.step(how)))
}

/// Closes the requests that a step settles, done or lapsed; the one that asked for this very step is returned.
pub(in crate::registrations) async fn close_by_step(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: &Stay,
    action: Action,
) -> Result<Option<RequestId>, ApiError> {
    let ends = !stay.status.is_open();
    if !ends && action != Action::Move {
        return Ok(None);
    }
    let mut fulfilled = None;
    for row in store::open_of(c, stay.id).await? {
        let (status, verb) = match row.kind.action() == action {
            true => (RequestStatus::Done, "request.carry_out"),
            false if ends => (RequestStatus::Lapsed, "request.lapse"),
            false => continue,
        };
        if store::close(c, row.id, status, caller.account().ok(), None, app.clock.now()).await? {
            log(c, app, caller, &row, verb).await?;
            fulfilled = fulfilled.or((status == RequestStatus::Done).then_some(row.id));
        }
    }
    Ok(fulfilled)
}

/// A request within the caller's reach, with its stay, or 404.
async fn within(c: &mut Conn<'_>, caller: &Caller, id: RequestId) -> Result<(RequestRow, Stay), ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    let stay = service::stay_within(c, &caller.scope, row.registration_id).await?;
    Ok((row, stay))
}

fn closed() -> ApiError {
    ApiError::wrong_state("The request is closed: it was answered, or taken back.")
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &RequestRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("request", row.id.to_string())).about(row.member_id);
    audit::append(c, app.clock.now(), record.from_unit(caller.unit())).await
}

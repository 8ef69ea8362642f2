//! The list of notices, with names put to the ids.

use uuid::Uuid;

use super::{
    model::{EventTitle, NoticeItem, NoticePage, ReadUntil, RequestRef, ReviewReminder},
    subjects,
};
use crate::{
    access::{Caller, Who},
    app::AppState,
    cards::{self, CardStatus, REVIEW_AHEAD_DAYS},
    db::Conn,
    error::ApiError,
    events,
    http::{Page, PageQuery},
    ids::{EventId, MemberId, RequestId, UnitId},
    notices::{self, NoticeRow, Subject},
    people::{self, MemberRef},
    registrations, units,
};

/// Whose mark it is: a member's over all their phones, an officer's by account.
fn reader(caller: &Caller) -> Uuid {
    match caller.who {
        Who::Officer { account, .. } => account.0,
        Who::Member { member, .. } => member.0,
    }
}

/// A page of what the caller was told, newest first.
pub async fn list(app: &AppState, caller: &Caller, page: &PageQuery) -> Result<NoticePage, ApiError> {
    let (limit, before) = (page.limit()?, page.after()?);
    let mut connection = app.db.read().await?;
    let c = &mut connection.conn();
    let rows = notices::list(c, &caller.scope, before, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let (mark, unread) = notices::unread(c, &caller.scope, reader(caller)).await?;

    let ids: Vec<EventId> = items.iter().filter_map(|row| row.event_id).collect();
    let events = events::events(c, &ids).await?;
    let ids: Vec<RequestId> = items.iter().filter_map(|row| row.request_id).collect();
    let requests = registrations::request_kinds(c, &ids).await?;
    let ids: Vec<UnitId> = items.iter().filter_map(|row| row.to_unit_id).collect();
    let units = units::unit_refs(c, &ids).await?;
    let ids: Vec<MemberId> =
        items.iter().filter(|row| row.to_unit_id.is_some()).filter_map(|row| row.member_id).collect();
    let members = people::briefs(c, &ids).await?;
    let subject_of = |row: &NoticeRow| Some(Subject { kind: row.subject?, id: row.subject_id? });
    let named: Vec<Subject> = items.iter().filter_map(subject_of).collect();
    let titles = subjects::titles(c, &named).await?;
    let show = |row: NoticeRow| NoticeItem {
        read: mark.is_some_and(|mark| row.id <= mark),
        member: row
            .member_id
            .and_then(|id| members.get(&id))
            .map(|member| MemberRef { id: member.id, name: member.name.clone() }),
        unit: row.to_unit_id.and_then(|unit| units.get(&unit).cloned()),
        end: row.to_end.as_deref().and_then(|end| end.parse().ok()),
        event: row.event_id.and_then(|id| events.get(&id)).map(|event| EventTitle {
            id: event.id,
            title: event.title.clone(),
            starts_at: event.starts_at,
        }),
        request: row.request_id.and_then(|id| requests.get(&id).map(|kind| RequestRef { id, kind: *kind })),
        subject: subject_of(&row).map(|subject| subjects::named(subject, &titles)),
        id: row.id,
        kind: row.kind,
        at: row.created_at,
        registration_id: row.registration_id,
        card_number: row.card_number,
    };
    Ok(NoticePage {
        items: items.into_iter().map(show).collect(),
        next_cursor,
        unread,
        review: review(c, app, caller).await?,
    })
}

/// The review of the member's card, once it comes up.
async fn review(c: &mut Conn<'_>, app: &AppState, caller: &Caller) -> Result<Option<ReviewReminder>, ApiError> {
    let Some(member) = caller.scope.own else { return Ok(None) };
    let today = app.clock.now().day();
    let card = cards::newest_of_member(c, member).await?;
    let comes_up =
        card.filter(|card| card.status == CardStatus::Active && card.review_due <= today.plus_days(REVIEW_AHEAD_DAYS));
    Ok(comes_up.map(|card| ReviewReminder {
        card_number: card.number.to_string(),
        due_on: card.review_due,
        overdue: card.review_due < today,
    }))
}

/// Notes how far the caller has read. (What one has read is one's own: it is in no log.)
pub(super) async fn read(app: &AppState, caller: Caller, ReadUntil { until }: ReadUntil) -> Result<(), ApiError> {
    app.db
        .write(move |c| {
            Box::pin(async move {
                if !notices::find_within(c, &caller.scope, until).await? {
                    return Err(ApiError::bad_field("/until", "unknown", "is not a notice of yours"));
                }
                notices::mark(c, reader(&caller), until).await
            })
        })
        .await
}

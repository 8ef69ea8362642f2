//! The queue of tasks: each kind is a query over the live records within the reach of the operation that does it.

use std::collections::HashMap;

use super::{
    model::{EventTitle, Place, RequestRef, Task, TaskCount, TaskKind, TaskPage},
    sources::{Days, Desk},
    store::{self, TaskRow},
    subjects,
};
use crate::{
    access::Caller,
    app::AppState,
    clock::Instant,
    error::ApiError,
    events,
    http::{Page, PageQuery},
    ids::{EntryId, EventId, MemberId, RegistrationId, RequestId, UnitId},
    notices::Subject,
    people::{self, MemberRef},
    registrations, units,
};

/// A page of the caller's tasks, the soonest first; of these kinds only, where any are named.
pub(super) async fn list(
    app: &AppState,
    caller: &Caller,
    kinds: &[TaskKind],
    page: &PageQuery,
) -> Result<TaskPage, ApiError> {
    let (limit, after) = (page.limit()?, page.after::<Place>()?);
    let days = Days::of(app.clock.now());
    let mut connection = app.db.read().await?.at_length();
    let c = &mut connection.conn();
    let (mut rows, mut counts) = (Vec::new(), Vec::new());
    for &kind in TaskKind::ALL {
        let Some(desk) = Desk::of(c, caller, kind).await? else { continue };
        let (count, overdue) = store::count(c, kind, &desk, &days).await?;
        if count == 0 {
            continue;
        }
        counts.push(TaskCount { kind, count, overdue });
        if kinds.is_empty() || kinds.contains(&kind) {
            let after = after.map(|place| place.within(kind));
            let found = store::list(c, kind, &desk, &days, after, limit).await?;
            rows.extend(found.into_iter().map(|row| (Place { due_at: row.due_at(), kind, id: row.id }, row)));
        }
    }
    // Of each kind no more than a page was read; the soonest of all make the page.
    rows.sort_by_key(|(place, _)| *place);
    let Page { items, next_cursor } = Page::cut(rows, limit, |(place, _)| *place);

    let ids: Vec<MemberId> = items.iter().filter_map(|(_, row)| row.member_id).collect();
    let members = people::briefs(c, &ids).await?;
    let ids: Vec<UnitId> = items.iter().map(|(_, row)| row.unit_id).collect();
    let units = units::unit_refs(c, &ids).await?;
    let ids: Vec<EventId> = items.iter().filter_map(|(_, row)| row.event_id).collect();
    let events = events::events(c, &ids).await?;
    let ids: Vec<RequestId> = of_kind(&items, TaskKind::AnswerRequest).map(|row| RequestId(row.id)).collect();
    let requests: HashMap<RequestId, _> = registrations::request_kinds(c, &ids).await?;
    let subject_of = |place: &Place, row: &TaskRow| Some(Subject { kind: place.kind.subject()?, id: row.subject_id? });
    let named: Vec<Subject> = items.iter().filter_map(|(place, row)| subject_of(place, row)).collect();
    let titles = subjects::titles(c, &named).await?;
    let show = |(place, row): (Place, TaskRow)| {
        let member = row.member_id.and_then(|id| members.get(&id));
        let id_of = |kind: TaskKind| (place.kind == kind).then_some(row.id);
        let request = id_of(TaskKind::AnswerRequest).map(RequestId);
        let due_on = Instant(place.due_at).day();
        Some(Task {
            kind: place.kind,
            due_on,
            overdue: !place.kind.is_information() && due_on < days.today,
            information: place.kind.is_information(),
            member: member.map(|member| MemberRef { id: member.id, name: member.name.clone() }),
            unit: units.get(&row.unit_id)?.clone(),
            registration_id: row.registration_id.map(RegistrationId),
            event: row.event_id.and_then(|id| events.get(&id)).map(|event| EventTitle {
                id: event.id,
                title: event.title.clone(),
                starts_at: event.starts_at,
            }),
            entry_id: id_of(TaskKind::AnswerDispute).map(EntryId),
            request: request.and_then(|id| requests.get(&id).map(|kind| RequestRef { id, kind: *kind })),
            subject: subject_of(&place, &row).map(|subject| subjects::named(subject, &titles)),
            card_number: row.card_number,
        })
    };
    Ok(TaskPage { items: items.into_iter().filter_map(show).collect(), next_cursor, counts })
}

fn of_kind(rows: &[(Place, TaskRow)], kind: TaskKind) -> impl Iterator<Item = &TaskRow> {
    rows.iter().filter(move |(place, _)| place.kind == kind).map(|(_, row)| row)
}

//! Attendance of a period, by event and by member: a record, not a ranking. Members stand in the order of their units and
//! names, and what nobody recorded is said to be that, not absence.

use std::collections::HashMap;

use tokio::task;

use super::{
    members::columns,
    model::{Export, Made},
    service::{Heading, Turn},
    store::{self, Field, Named, Recorded, Span},
    words::Word,
};
use crate::{
    access::Scope,
    app::AppState,
    check_ins::decide::Outcome,
    clock::Day,
    db::Conn,
    error::ApiError,
    events::{self, Event},
    ids::MemberId,
    registrations::CountedEnd,
    sheets::{Book, Cell, Kind},
    terms::{Lang, term},
};

/// As many events, or members, as one look-up takes.
const AT_ONCE: usize = 200;

/// What a member did in the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    asked: i64,
    present: i64,
    on_leave: i64,
    made_up: i64,
    absent: i64,
    /// Recorded at events to which the member was asked.
    of_asked: i64,
    as_visitor: i64,
    minutes: i64,
}

impl Tally {
    fn add(&mut self, row: &Recorded) {
        match row.outcome {
            Outcome::Present => self.present += row.events,
            Outcome::OnLeave => self.on_leave += row.events,
            Outcome::MadeUp => self.made_up += row.events,
            Outcome::Absent => self.absent += row.events,
            Outcome::Expected => return,
        }
        if row.was_asked == 0 {
            self.as_visitor += row.events;
        } else {
            self.of_asked += row.events;
        }
        // The same hours as in the member's own record.
        if matches!(row.outcome, Outcome::Present | Outcome::MadeUp) {
            self.minutes += row.minutes;
        }
    }
}

/// Reads and writes it. A department's sheet has its members only: the events are other units'.
pub(super) async fn of_period(
    app: &AppState,
    field: Field<'_>,
    events_scope: &Scope,
    export: &Export,
    heading: Heading,
    (from, to): (Day, Day),
    turn: Turn,
) -> Result<Made, ApiError> {
    let now = app.clock.now();
    let span = Span { from: from.starts(), end: to.plus_days(1).starts().min(now) };
    let mut reader = app.db.read_lagging(field.seen).await?.at_length();
    let c = &mut reader.conn();
    let own = Field { scope: events_scope, ..field };
    let events = if field.end == CountedEnd::Both { Some(events_of(c, own, span, app).await?) } else { None };
    let tallies = tallies(c, if events.is_some() { own } else { field }, span).await?;
    let members = in_order(c, tallies).await?;
    drop(reader);
    let lang = export.lang;
    let title = export.report.title().said(lang);
    let writing = task::spawn_blocking(move || {
        let mut book = Book::new(title, now)?;
        let remark = [Word::NoRanking.said(lang).to_owned()];
        write_members(&mut book, &heading.lines(&remark), &members, lang)?;
        if let Some(events) = events {
            write_events(&mut book, &events, lang)?;
        }
        let file = book.finish();
        drop(turn);
        Ok(Made { file: file?, members: members.iter().map(|(member, _)| member.id).collect() })
    });
    writing.await.map_err(ApiError::internal)?
}

/// The events with their figures, the earliest first.
async fn events_of(c: &mut Conn<'_>, field: Field<'_>, span: Span, app: &AppState) -> Result<Vec<Event>, ApiError> {
    let ids = store::held(c, field, span).await?;
    let mut shown = Vec::with_capacity(ids.len());
    for part in ids.chunks(AT_ONCE) {
        let mut found = events::events(c, part).await?;
        let rows = part.iter().filter_map(|id| found.remove(id)).collect();
        shown.extend(events::show_all(c, rows, true, app.clock.now()).await?);
    }
    Ok(shown)
}

async fn tallies(c: &mut Conn<'_>, field: Field<'_>, span: Span) -> Result<HashMap<MemberId, Tally>, ApiError> {
    let mut tallies: HashMap<MemberId, Tally> = HashMap::new();
    for (member, asked) in store::asked_to(c, field, span).await? {
        tallies.entry(member).or_default().asked = asked;
    }
    for row in store::recorded(c, field, span).await? {
        tallies.entry(row.member_id).or_default().add(&row);
    }
    Ok(tallies)
}

/// By host unit, then by name as it is read.
async fn in_order(c: &mut Conn<'_>, tallies: HashMap<MemberId, Tally>) -> Result<Vec<(Named, Tally)>, ApiError> {
    let ids: Vec<MemberId> = tallies.keys().copied().collect();
    let mut members = Vec::with_capacity(ids.len());
    for part in ids.chunks(AT_ONCE) {
        members.extend(store::named(c, part).await?);
    }
    members.sort_by(|a, b| (&a.host, &a.pinyin, &a.name, a.id).cmp(&(&b.host, &b.pinyin, &b.name, b.id)));
    Ok(members
        .into_iter()
        .map(|member| {
            let tally = tallies.get(&member.id).copied().unwrap_or_default();
            (member, tally)
        })
        .collect())
}

#[expect(clippy::cast_precision_loss, reason = "minutes of two years")]
fn hours(minutes: i64) -> f64 {
    minutes as f64 / 60.0
}

fn write_members(book: &mut Book, titles: &[String], members: &[(Named, Tally)], lang: Lang) -> Result<(), ApiError> {
    let sheet = book.sheet(
        Word::ByMember.said(lang),
        titles,
        columns(
            lang,
            &[
                (Word::Number, 7.0, Kind::Integer),
                (Word::Name, 14.0, Kind::Text),
                (Word::ByMembership, 14.0, Kind::Text),
                (Word::Host, 30.0, Kind::Text),
                (Word::Asked, 9.0, Kind::Integer),
                (Word::Present, 9.0, Kind::Integer),
                (Word::OnLeave, 9.0, Kind::Integer),
                (Word::MadeUp, 9.0, Kind::Integer),
                (Word::Absent, 9.0, Kind::Integer),
                (Word::Unrecorded, 9.0, Kind::Integer),
                (Word::AsVisitor, 12.0, Kind::Integer),
                (Word::Hours, 9.0, Kind::Number),
            ],
        ),
    )?;
    for ((member, tally), number) in members.iter().zip(1..) {
        let cells: [Cell<'_>; 12] = [
            Cell::Integer(number),
            member.name.as_str().into(),
            term(lang, "membership", member.membership.word()).into(),
            member.host.as_str().into(),
            tally.asked.into(),
            tally.present.into(),
            tally.on_leave.into(),
            tally.made_up.into(),
            tally.absent.into(),
            (tally.asked - tally.of_asked).max(0).into(),
            tally.as_visitor.into(),
            hours(tally.minutes).into(),
        ];
        book.row(sheet, cells)?;
    }
    Ok(())
}

fn write_events(book: &mut Book, events: &[Event], lang: Lang) -> Result<(), ApiError> {
    let sheet = book.sheet(
        Word::ByEvent.said(lang),
        &[],
        columns(
            lang,
            &[
                (Word::StartsAt, 18.0, Kind::Instant),
                (Word::EventTitle, 36.0, Kind::Text),
                (Word::EventKind, 14.0, Kind::Text),
                (Word::EventUnit, 28.0, Kind::Text),
                (Word::Place, 24.0, Kind::Text),
                (Word::Hours, 9.0, Kind::Number),
                (Word::Asked, 9.0, Kind::Integer),
                (Word::Present, 9.0, Kind::Integer),
                (Word::Visitors, 12.0, Kind::Integer),
                (Word::OnLeave, 9.0, Kind::Integer),
                (Word::MadeUp, 9.0, Kind::Integer),
                (Word::Absent, 9.0, Kind::Integer),
            ],
        ),
    )?;
    for event in events {
        let counts = event.counts.unwrap_or_default();
        let cells: [Cell<'_>; 12] = [
            event.starts_at.into(),
            event.title.as_str().into(),
            term(lang, "event", event.kind.word()).into(),
            event.unit.name.as_str().into(),
            event.place.as_deref().into(),
            event.hours.into(),
            counts.expected.into(),
            counts.present.into(),
            counts.visitors.into(),
            counts.on_leave.into(),
            counts.made_up.into(),
            counts.absent.into(),
        ];
        book.row(sheet, cells)?;
    }
    Ok(())
}

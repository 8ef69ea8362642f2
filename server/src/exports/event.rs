//! The sign-in sheet of one event: who was asked, and what became of it. Reasons for leave are private to the branch and a
//! sheet is passed from hand to hand, so it has none.

use tokio::task;

use super::{
    members::columns,
    model::{Export, Made},
    service::{Heading, Turn},
    words::{Word, line},
};
use crate::{
    check_ins::{Attendance, AttendanceItem},
    clock::Instant,
    error::ApiError,
    people::pinyin_initials,
    sheets::{Book, Cell, Kind},
    terms::{Lang, term},
};

/// Writes it, off the async threads.
pub(super) async fn sign_in_sheet(
    attendance: Attendance,
    export: &Export,
    heading: Heading,
    now: Instant,
    turn: Turn,
) -> Result<Made, ApiError> {
    let lang = export.lang;
    let title = export.report.title().said(lang);
    let writing = task::spawn_blocking(move || {
        let made = write(attendance, title, &heading, now, lang);
        drop(turn);
        made
    });
    writing.await.map_err(ApiError::internal)?
}

fn write(attendance: Attendance, title: &str, heading: &Heading, now: Instant, lang: Lang) -> Result<Made, ApiError> {
    let mut book = Book::new(title, now)?;
    let sheet = book.sheet(
        Word::SignInSheet.said(lang),
        &heading.lines(&about(&attendance, lang)),
        columns(
            lang,
            &[
                (Word::Number, 7.0, Kind::Integer),
                (Word::Name, 14.0, Kind::Text),
                (Word::Host, 30.0, Kind::Text),
                (Word::Outcome, 12.0, Kind::Text),
                (Word::SignedAt, 18.0, Kind::Instant),
                (Word::Method, 14.0, Kind::Text),
                (Word::Remark, 24.0, Kind::Text),
            ],
        ),
    )?;
    let mut items = attendance.items;
    items.sort_by_cached_key(|item| {
        let name = item.member.name.clone();
        (item.visitor, item.host.name.clone(), pinyin_initials(&name), name, item.member.id)
    });
    for (item, number) in items.iter().zip(1..) {
        book.row(sheet, row(item, number, lang))?;
    }
    Ok(Made { file: book.finish()?, members: items.iter().map(|item| item.member.id).collect() })
}

fn row(item: &AttendanceItem, number: i64, lang: Lang) -> [Cell<'_>; 7] {
    let remarks = [(item.visitor, Word::Visitor), (item.late, Word::Late), (item.disputed, Word::Disputed)];
    let remarks: Vec<&str> = remarks.iter().filter(|(holds, _)| *holds).map(|(_, word)| word.said(lang)).collect();
    [
        Cell::Integer(number),
        item.member.name.as_str().into(),
        item.host.name.as_str().into(),
        term(lang, "outcome", item.outcome.word()).into(),
        item.occurred_at.into(),
        item.method.map(|method| term(lang, "method", method.word())).into(),
        Some(remarks.join(", ")).filter(|text| !text.is_empty()).into(),
    ]
}

/// What the event was, and how many came.
fn about(attendance: &Attendance, lang: Lang) -> [String; 2] {
    let (event, counts) = (&attendance.event, attendance.counts);
    let held = [
        Some(event.title.clone()),
        Some(term(lang, "event", event.kind.word()).to_owned()),
        Some(format!("{} {}", event.starts_at.day(), event.starts_at.time_of_day())),
        event.place.clone(),
        Some(line(lang, Word::Hours, event.hours)),
    ];
    let numbers = [
        (Word::Asked, counts.expected),
        (Word::Present, counts.present),
        (Word::Visitors, counts.visitors),
        (Word::OnLeave, counts.on_leave),
        (Word::Absent, counts.absent),
        (Word::MadeUp, counts.made_up),
    ];
    let numbers: Vec<String> = numbers.iter().map(|(word, n)| line(lang, *word, n)).collect();
    [held.into_iter().flatten().collect::<Vec<_>>().join(" · "), numbers.join(" · ")]
}

//! The reports about open stays: the year-end table with the list behind it, and the members' list. Rows stream from one
//! query through to the file.

use std::collections::HashMap;

use tokio::{sync::mpsc, task};

use super::{
    model::{Export, Made},
    service::{Heading, Turn},
    store::{self, Field, StayRow},
    summary::{Counts, Facts, Summary},
    words::Word,
};
use crate::{
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::UnitId,
    keys::Vault,
    sheets::{Book, Cell, Column, Kind, SheetId},
    terms::{Lang, term},
    units::{self, Contact},
};

/// Rows on their way from the query to the file.
const ON_THE_WAY: usize = 256;

/// What the lists tell of a host.
struct Host {
    district: Option<String>,
    contact: Option<Contact>,
}

type Hosts = HashMap<UnitId, Host>;

/// 流动党员统计表 as of the end of a day: the counts, and the list.
pub(super) async fn floating(
    app: &AppState,
    field: Field<'_>,
    export: &Export,
    heading: Heading,
    on: Day,
    turn: Turn,
) -> Result<Made, ApiError> {
    let lang = export.lang;
    let write = move |mut book: Book, hosts: Hosts, mut rows: mpsc::Receiver<StayRow>| {
        let titles = heading.lines(&[Word::Particulars.said(lang).to_owned()]);
        let counts = book.sheet(Word::Summary.said(lang), &titles, summary_columns(lang))?;
        let list = book.sheet(Word::List.said(lang), &[], list_columns(lang))?;
        let (mut summary, mut members) = (Summary::default(), Vec::new());
        while let Some(row) = rows.blocking_recv() {
            let district = hosts.get(&row.host_id).and_then(|host| host.district.as_deref());
            summary.count(&Facts::of(&row, district));
            members.push(row.sealed.id);
            book.row(list, list_row(&row, district, members.len(), lang))?;
        }
        write_summary(&mut book, counts, summary, lang)?;
        Ok(Made { file: book.finish()?, members })
    };
    stream(app, field, export, on.plus_days(1).starts(), turn, write).await
}

/// 流动党员名册, as it is now.
pub(super) async fn list(
    app: &AppState,
    field: Field<'_>,
    export: &Export,
    heading: Heading,
    turn: Turn,
) -> Result<Made, ApiError> {
    let (lang, vault) = (export.lang, app.keys.vault.clone());
    let write = move |mut book: Book, hosts: Hosts, mut rows: mpsc::Receiver<StayRow>| {
        let titles = heading.lines(&[Word::HandleWithCare.said(lang).to_owned()]);
        let list = book.sheet(Word::List.said(lang), &titles, roll_columns(lang))?;
        let mut members = Vec::new();
        while let Some(row) = rows.blocking_recv() {
            members.push(row.sealed.id);
            book.row(list, roll_row(&row, hosts.get(&row.host_id), members.len(), &vault, lang)?)?;
        }
        Ok(Made { file: book.finish()?, members })
    };
    // What has happened until now.
    let end = Instant(app.clock.now().0.saturating_add(1));
    stream(app, field, export, end, turn, write).await
}

/// Lets the rows of the stays that were open before `end` flow into `write`, which works off the async threads.
async fn stream<W>(
    app: &AppState,
    field: Field<'_>,
    export: &Export,
    end: Instant,
    turn: Turn,
    write: W,
) -> Result<Made, ApiError>
where
    W: FnOnce(Book, Hosts, mpsc::Receiver<StayRow>) -> Result<Made, ApiError> + Send + 'static,
{
    let mut reader = app.db.read_lagging(field.seen).await?.at_length();
    let hosts = hosts(&mut reader.conn(), field, end).await?;
    let book = Book::new(export.report.title().said(export.lang), app.clock.now())?;
    let (sender, receiver) = mpsc::channel(ON_THE_WAY);
    let writing = task::spawn_blocking(move || {
        let made = write(book, hosts, receiver);
        drop(turn);
        made
    });
    let read = store::open_stays(&mut reader.conn(), field, end, sender).await;
    let made = writing.await.map_err(ApiError::internal)?;
    read?;
    made
}

async fn hosts(c: &mut Conn<'_>, field: Field<'_>, end: Instant) -> Result<Hosts, ApiError> {
    let mut hosts = Hosts::new();
    for id in store::hosts(c, field, end).await? {
        let unit = units::unit(c, id).await?;
        // Where no address tells the district, the division code does.
        let told = unit.address.as_ref().and_then(|address| units::district(address.as_str()));
        let district = told.map(ToOwned::to_owned).or_else(|| unit.division_code.as_ref().map(ToString::to_string));
        let contact = units::whom_to_call(c, id).await?.contact;
        hosts.insert(id, Host { district, contact });
    }
    Ok(hosts)
}

fn summary_columns(lang: Lang) -> Vec<Column> {
    let mut columns = vec![
        Column::new(Word::CountedBy.said(lang), 16.0, Kind::Text),
        Column::new(Word::Category.said(lang), 30.0, Kind::Text),
    ];
    columns.extend(Counts::COLUMNS.iter().map(|word| Column::new(word.said(lang), 12.0, Kind::Integer)));
    columns
}

fn write_summary(book: &mut Book, sheet: SheetId, summary: Summary, lang: Lang) -> Result<(), ApiError> {
    let cells = |by: Word, category: String, counts: Counts| {
        let words: [Cell<'static>; 2] = [by.said(lang).into(), category.into()];
        words.into_iter().chain(counts.cells().map(Cell::Integer))
    };
    let all = summary.all();
    for block in summary.blocks(lang) {
        for (category, counts) in block.lines {
            book.row(sheet, cells(block.by, category, counts))?;
        }
        book.total(sheet, cells(block.by, Word::Subtotal.said(lang).to_owned(), all))?;
    }
    book.total(sheet, cells(Word::All, String::new(), all))
}

fn list_columns(lang: Lang) -> Vec<Column> {
    columns(
        lang,
        &[
            (Word::Number, 7.0, Kind::Integer),
            (Word::Name, 12.0, Kind::Text),
            (Word::Gender, 8.0, Kind::Text),
            (Word::ByMembership, 14.0, Kind::Text),
            (Word::Department, 24.0, Kind::Text),
            (Word::Home, 28.0, Kind::Text),
            (Word::Host, 28.0, Kind::Text),
            (Word::District, 20.0, Kind::Text),
            (Word::Reason, 14.0, Kind::Text),
            (Word::StartedOn, 12.0, Kind::Day),
            (Word::State, 16.0, Kind::Text),
            (Word::CardNumber, 20.0, Kind::Code),
        ],
    )
}

fn list_row<'a>(row: &'a StayRow, district: Option<&'a str>, number: usize, lang: Lang) -> [Cell<'a>; 12] {
    [
        Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        row.name.as_str().into(),
        term(lang, "gender", row.gender.word()).into(),
        term(lang, "membership", row.membership.word()).into(),
        row.department.as_str().into(),
        row.home.as_str().into(),
        row.host.as_str().into(),
        district.into(),
        term(lang, "reason", row.flow_reason.word()).into(),
        row.started_on.into(),
        term(lang, "registration", row.status.word()).into(),
        row.card_number.as_deref().into(),
    ]
}

fn roll_columns(lang: Lang) -> Vec<Column> {
    columns(
        lang,
        &[
            (Word::Number, 7.0, Kind::Integer),
            (Word::Name, 12.0, Kind::Text),
            (Word::Gender, 8.0, Kind::Text),
            (Word::IdNumber, 21.0, Kind::Code),
            (Word::Phone, 14.0, Kind::Code),
            (Word::ByMembership, 14.0, Kind::Text),
            (Word::JoinedOn, 12.0, Kind::Day),
            (Word::Home, 28.0, Kind::Text),
            (Word::Host, 28.0, Kind::Text),
            (Word::Reason, 14.0, Kind::Text),
            (Word::StartedOn, 12.0, Kind::Day),
            (Word::State, 16.0, Kind::Text),
            (Word::CardNumber, 20.0, Kind::Code),
            (Word::CardState, 12.0, Kind::Text),
            (Word::ReviewDue, 12.0, Kind::Day),
            (Word::LastActivity, 17.0, Kind::Instant),
            (Word::HostContact, 14.0, Kind::Text),
            (Word::HostPhone, 16.0, Kind::Code),
        ],
    )
}

fn roll_row<'a>(
    row: &'a StayRow,
    host: Option<&Host>,
    number: usize,
    vault: &Vault,
    lang: Lang,
) -> Result<[Cell<'a>; 18], ApiError> {
    let contact = host.and_then(|host| host.contact.as_ref());
    Ok([
        Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        row.name.as_str().into(),
        term(lang, "gender", row.gender.word()).into(),
        row.sealed.id_number_masked(vault)?.into(),
        row.sealed.phone(vault)?.into(),
        term(lang, "membership", row.membership.word()).into(),
        row.joined_on.into(),
        row.home.as_str().into(),
        row.host.as_str().into(),
        term(lang, "reason", row.flow_reason.word()).into(),
        row.started_on.into(),
        term(lang, "registration", row.status.word()).into(),
        row.card_number.as_deref().into(),
        row.card_status.map(|status| term(lang, "card", status.word())).into(),
        row.review_due.into(),
        row.last_activity_at.into(),
        contact.map(|contact| contact.name.to_string()).into(),
        contact.map(|contact| contact.phone.to_string()).into(),
    ])
}

/// Columns by their words.
pub(super) fn columns(lang: Lang, of: &[(Word, f64, Kind)]) -> Vec<Column> {
    of.iter().map(|(word, width, kind)| Column::new(word.said(lang), *width, *kind)).collect()
}

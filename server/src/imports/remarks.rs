//! The same sheet with a column of remarks, to be mended and sent again.

use super::{
    fields::{self, Meaning, meaning, plain},
    model::{ColumnFound, Field, Judged, Language, Remark, Verdict},
    options::{column_of, letters},
    service::Imported,
    table::{Line, Value},
};
use crate::{
    clock::Instant,
    error::ApiError,
    sheets::{Book, Cell, Column, Kind},
};

/// The widest line of remarks that one need not scroll for.
const WIDTH: f64 = 60.0;

impl Imported {
    /// The sheet with its remarks, as a workbook. It reads the file again, so call it off the async threads.
    pub fn with_remarks(mut self, language: Language, now: Instant) -> Result<Vec<u8>, ApiError> {
        let said = |zh: &'static str, en: &'static str| if language == Language::Chinese { zh } else { en };
        let header_row = self.sheet.layout.row;
        let columns = self.columns(said("检查结果", "Remarks"));
        let width = columns.len() - 1;
        let mut book = Book::new(said("导入检查", "Import"), now)?;
        let titles = self.titles()?;
        let sheet = book.sheet(&self.sheet.name.clone(), &titles, columns)?;

        let kinds: Vec<Kind> = (0..width).map(|column| kind_of(self.field_at(column))).collect();
        let mut verdicts = std::mem::take(&mut self.judged).into_iter().peekable();
        let mut next = header_row + 1;
        let mut failed = None;
        let mut write = |line: Line| -> Result<(), ApiError> {
            // Rows keep their numbers, so that a remark's cell is the one on this sheet.
            while next < line.number {
                book.row(sheet, [])?;
                next += 1;
            }
            let remark =
                verdicts.next_if(|row| row.row == line.number).map_or(String::new(), |row| in_words(&row, language));
            let cells = kinds.iter().zip(0..).map(|(kind, column)| shown(line.at(column), *kind));
            book.row(sheet, cells.chain([Cell::from(remark)]))?;
            next += 1;
            Ok(())
        };
        self.sheet.all_lines(|line| {
            if line.number <= header_row {
                return true;
            }
            failed = write(line).err();
            failed.is_none()
        })?;
        match failed {
            Some(error) => Err(error),
            None => book.finish(),
        }
    }

    fn field_at(&self, column: usize) -> Option<Field> {
        self.sheet.layout.fields.iter().find(|(_, at)| usize::from(**at) == column).map(|(field, _)| *field)
    }

    /// The columns up to the last heading, and the remarks behind them.
    fn columns(&self, remarks: &str) -> Vec<Column> {
        let found = &self.sheet.layout.columns;
        let numbered = found.iter().filter_map(|heading| column_of(&heading.column));
        let last = numbered.chain(self.sheet.layout.fields.values().copied()).max().unwrap_or(0);
        let heading = |column: u16| found.iter().find(|heading| heading.column == letters(column));
        let mut columns: Vec<Column> = (0..=last)
            .map(|column| {
                let field = self.field_at(column.into());
                Column::new(
                    heading(column).map_or(String::new(), |found| header(found, field)),
                    width_of(field),
                    kind_of(field),
                )
            })
            .collect();
        columns.push(Column::new(remarks, WIDTH, Kind::Text));
        columns
    }

    /// The lines above the headings.
    fn titles(&mut self) -> Result<Vec<String>, ApiError> {
        let above = self.sheet.layout.row.saturating_sub(1);
        let mut titles = vec![String::new(); usize::try_from(above).unwrap_or_default()];
        self.sheet.all_lines(|line| {
            if line.number > above {
                return false;
            }
            let words: Vec<String> = line.filled().map(|(_, value)| value.words()).collect();
            if let Some(title) = usize::try_from(line.number - 1).ok().and_then(|at| titles.get_mut(at)) {
                *title = words.join("  ");
            }
            true
        })?;
        Ok(titles)
    }
}

/// A heading that is read again as what it was taken for.
fn header(found: &ColumnFound, field: Option<Field>) -> String {
    let known = |field: Field| matches!(meaning(&plain(&found.header)), Meaning::Field(said, _) if said == field);
    match field {
        Some(field) if !known(field) => fields::entry(field).title.0.to_owned(),
        _ => found.header.clone(),
    }
}

fn kind_of(field: Option<Field>) -> Kind {
    match field {
        Some(Field::IdNumber | Field::Phone) => Kind::Code,
        Some(Field::BirthDate | Field::JoinedOn | Field::StartedOn | Field::ConsentGivenOn) => Kind::Day,
        _ => Kind::Text,
    }
}

fn width_of(field: Option<Field>) -> f64 {
    match field {
        Some(Field::IdNumber) => 22.0,
        Some(Field::Home | Field::Host | Field::Employer | Field::Address) => 30.0,
        Some(Field::Gender | Field::Retired) => 8.0,
        _ => 14.0,
    }
}

/// The value as it stood; digits that are no number as text, so that they stay whole.
fn shown(value: &Value, kind: Kind) -> Cell<'static> {
    match value {
        Value::Empty => Cell::Blank,
        Value::Number(number) if kind != Kind::Code || number.abs() >= 1e15 => Cell::Number(*number),
        Value::Date(serial) => super::dates::of_serial(*serial).map_or(Cell::Number(*serial), Cell::Day),
        value => Cell::from(value.words()),
    }
}

/// The verdict and what has to be mended, as one text.
fn in_words(row: &Judged, language: Language) -> String {
    let chinese = language == Language::Chinese;
    let verdict = match (row.verdict, chinese) {
        (Verdict::Ready, true) => "可以登记",
        (Verdict::Ready, false) => "ready",
        (Verdict::Registered, true) => "已登记",
        (Verdict::Registered, false) => "registered",
        (Verdict::Refused, true) => "需要改正",
        (Verdict::Refused, false) => "to be mended",
        (Verdict::Skipped, true) => "已跳过",
        (Verdict::Skipped, false) => "skipped",
    };
    let one = |remark: &Remark| {
        let cell = remark.column.map(|column| format!("{}{}", letters(column), row.row));
        let words = match (remark.field, chinese) {
            (Some(field), true) => fields::titled(field, &remark.note).0,
            (Some(field), false) => fields::titled(field, &remark.note).1,
            (None, true) => remark.note.zh.to_string(),
            (None, false) => remark.note.en.to_string(),
        };
        cell.map_or(words.clone(), |cell| format!("{cell} {words}"))
    };
    let all: Vec<String> = row.errors.iter().chain(&row.remarks).map(one).collect();
    match (all.is_empty(), chinese) {
        (true, _) => verdict.to_owned(),
        (false, true) => format!("{verdict}：{}", all.join("；")),
        (false, false) => format!("{verdict}: {}", all.join("; ")),
    }
}

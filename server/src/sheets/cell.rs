//! What stands in a cell, and how it is kept from harm: no text becomes a formula, breaks the file, or is cut unseen.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::clock::{Day, Instant};

/// The value of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Blank,
    /// Words or digits; always text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A calendar day.
    Day(Day),
    /// A point in time, shown by China's clock.
    Instant(Instant),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Day> for Cell<'_> {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Instant> for Cell<'_> {
    fn from(at: Instant) -> Self {
        Self::Instant(at)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Blank, Into::into)
    }
}

/// Excel's days begin at 1899-12-30, but it takes 1900 for a leap year: before this day its count is another than ours.
const FIRST_TRUE_DAY: f64 = 61.0;
/// 1970-01-01 in Excel's count.
const EPOCH: f64 = 25_569.0;
const DAY_MILLIS: f64 = 86_400_000.0;
const CHINA_MILLIS: i64 = 8 * 3_600_000;
/// The largest whole number that a spreadsheet keeps to the last digit.
const LARGEST_EXACT: u64 = 1 << 53;
/// UTF-16 units in a cell, by the format.
const LONGEST: usize = 32_767;

#[expect(clippy::cast_precision_loss, reason = "milliseconds and days of this age fit a double exactly")]
fn serial(cell: &Cell<'_>) -> Option<f64> {
    let serial = match cell {
        Cell::Day(day) => day.since_1970() as f64 + EPOCH,
        Cell::Instant(at) => at.0.saturating_add(CHINA_MILLIS) as f64 / DAY_MILLIS + EPOCH,
        Cell::Integer(n) if n.unsigned_abs() <= LARGEST_EXACT => return Some(*n as f64),
        Cell::Number(n) if n.is_finite() => return Some(*n),
        _ => return None,
    };
    (serial >= FIRST_TRUE_DAY).then_some(serial)
}

pub(super) fn write(
    page: &mut Worksheet,
    row: u32,
    place: u16,
    cell: &Cell<'_>,
    format: Format,
) -> Result<(), XlsxError> {
    if let Some(number) = serial(cell) {
        page.write_number_with_format(row, place, number, &format)?;
        return Ok(());
    }
    let text: Cow<'_, str> = match cell {
        Cell::Blank | Cell::Number(_) => {
            page.write_blank(row, place, &format)?;
            return Ok(());
        }
        Cell::Text(text) => clean(text),
        Cell::Integer(n) => n.to_string().into(),
        Cell::Day(day) => day.to_string().into(),
        Cell::Instant(at) => at.to_string().into(),
    };
    // It is a text cell anyhow; the mark (the apostrophe of the input line) keeps it one when somebody opens and leaves it.
    let format = if text.starts_with(['=', '+', '-', '@', '\t']) { format.set_quote_prefix() } else { format };
    page.write_string_with_format(row, place, text, &format)?;
    Ok(())
}

/// A text that XML and the format can hold: what they cannot is shown as �, and what is too long ends in ….
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let illegal = |c: char| (c < ' ' && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    let text: Cow<'_, str> = if text.contains(illegal) {
        text.replace("\r\n", "\n").replace('\r', "\n").replace(illegal, "\u{fffd}").into()
    } else {
        text.into()
    };
    // A character has at least as many bytes as UTF-16 units.
    if text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST {
        return text;
    }
    let mut room = LONGEST - 1;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    cut.push('…');
    cut.into()
}

/// How wide a text is, in digits: what is not of the Latin alphabet counts two.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(|c| if c < '\u{1100}' { 1.0 } else { 2.0 }).sum()
}

/// A name that a sheet may have: at most 31 UTF-16 units, none of a path.
pub(super) fn sheet_name(text: &str) -> String {
    let mut room = 31_usize;
    let name: String = clean(text)
        .chars()
        .map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c })
        .take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    let name = name.trim();
    if name.is_empty() { "-".into() } else { name.into() }
}

//! Spreadsheets to hand out: columns of one kind each, real dates and numbers, a frozen header with filters, and never a
//! formula.
//!
//! Everything here works and waits, so call it off the async threads. Rows go to a nameless file in the system's temporary
//! folder as they come, while texts stay in memory: a hundred thousand rows need little, and nothing that is sealed at rest
//! reaches a disk in the clear.

mod cell;
#[cfg(test)]
mod tests;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

pub use cell::Cell;

use crate::{clock::Instant, error::ApiError};

/// The content type of the files.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Digits that are no number (ID and card numbers, phones): what is typed over them stays text, too.
    Code,
    /// Whole numbers.
    Integer,
    /// Numbers with at most two decimals.
    Number,
    /// Calendar days.
    Day,
    /// Points in time, by China's clock.
    Instant,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What its header says.
    pub header: String,
    /// How wide it is, in digits; a Chinese character is two.
    pub width: f64,
    /// What stands in it.
    pub kind: Kind,
}

impl Column {
    /// A column.
    pub fn new(header: impl Into<String>, width: f64, kind: Kind) -> Self {
        Self { header: header.into(), width, kind }
    }
}

/// Points, for a header that is broken into two lines.
const TWO_LINES: f64 = 32.0;

/// One of the sheets of a [`Book`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetId(usize);

struct Sheet {
    columns: Vec<Column>,
    header_row: u32,
    next_row: u32,
    /// The last row that belongs to the list; totals below it are not filtered or sorted away.
    last_listed: u32,
}

/// A workbook that is being written, row after row.
pub struct Book {
    workbook: Workbook,
    sheets: Vec<Sheet>,
}

fn failed(error: XlsxError) -> ApiError {
    ApiError::internal(error)
}

/// The number format of a column's cells.
fn format(kind: Kind) -> Format {
    side(kind, Format::new()).set_align(FormatAlign::VerticalCenter).set_num_format(match kind {
        Kind::Text => "General",
        Kind::Code => "@",
        Kind::Integer => "0",
        Kind::Number => "0.##",
        Kind::Day => "yyyy-mm-dd",
        Kind::Instant => "yyyy-mm-dd hh:mm",
    })
}

/// Numbers stand on the right, a little off the words of the next column; all else on the left.
fn side(kind: Kind, format: Format) -> Format {
    match kind {
        Kind::Integer | Kind::Number => format.set_align(FormatAlign::Right).set_indent(1),
        Kind::Text | Kind::Code | Kind::Day | Kind::Instant => format.set_align(FormatAlign::Left),
    }
}

impl Book {
    /// An empty workbook with its title, made at `now`.
    pub fn new(title: &str, now: Instant) -> Result<Self, ApiError> {
        let made = ExcelDateTime::from_timestamp(now.seconds()).map_err(failed)?;
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_title(cell::clean(title)).set_creation_datetime(&made));
        Ok(Self { workbook, sheets: Vec::new() })
    }

    /// Begins a sheet: lines of title, the header, and the columns below.
    pub fn sheet(&mut self, name: &str, titles: &[String], columns: Vec<Column>) -> Result<SheetId, ApiError> {
        let sheet = self.workbook.add_worksheet_with_low_memory().map_err(failed)?;
        let header_row = u32::try_from(titles.len()).map_err(ApiError::internal)?;
        let write = |sheet: &mut Worksheet| {
            sheet.set_name(cell::sheet_name(name))?;
            for (column, place) in columns.iter().zip(0..) {
                sheet.set_column_width(place, column.width)?.set_column_format(place, &format(column.kind))?;
            }
            let heading = Format::new().set_bold().set_font_size(14);
            let remark = Format::new().set_font_color(Color::Gray);
            for (title, row) in titles.iter().zip(0..) {
                let format = if row == 0 { &heading } else { &remark };
                sheet.write_string_with_format(row, 0, cell::clean(title), format)?;
            }
            let header = Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border_bottom(FormatBorder::Thin);
            for (column, place) in columns.iter().zip(0..) {
                let header = side(column.kind, header.clone());
                sheet.write_string_with_format(header_row, place, cell::clean(&column.header), &header)?;
            }
            if columns.iter().any(|column| cell::width(&column.header) > column.width) {
                sheet.set_row_height(header_row, TWO_LINES)?;
            }
            sheet.set_freeze_panes(header_row + 1, 0)?.set_repeat_rows(header_row, header_row)?;
            // On paper: A4 across, as wide as one page, pages counted.
            sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_footer("&C&P / &N");
            Ok(())
        };
        write(sheet).map_err(failed)?;
        self.sheets.push(Sheet { columns, header_row, next_row: header_row + 1, last_listed: header_row });
        Ok(SheetId(self.sheets.len() - 1))
    }

    /// Appends a row; its cells stand in the order of the columns.
    pub fn row<'a>(&mut self, sheet: SheetId, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), ApiError> {
        self.append(sheet, cells, |format| format)?;
        let sheet = &mut self.sheets[sheet.0];
        sheet.last_listed = sheet.next_row - 1;
        Ok(())
    }

    /// Appends a row of totals, in bold; at the end of the sheet it stays where it is when the rows above are sorted.
    pub fn total<'a>(&mut self, sheet: SheetId, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), ApiError> {
        self.append(sheet, cells, |format| format.set_bold().set_border_top(FormatBorder::Thin))
    }

    fn append<'a>(
        &mut self,
        id: SheetId,
        cells: impl IntoIterator<Item = Cell<'a>>,
        style: impl Fn(Format) -> Format,
    ) -> Result<(), ApiError> {
        let sheet = &mut self.sheets[id.0];
        let page = self.workbook.worksheet_from_index(id.0).map_err(failed)?;
        for ((column, place), value) in sheet.columns.iter().zip(0..).zip(cells) {
            let format = style(format(column.kind));
            cell::write(page, sheet.next_row, place, &value, format).map_err(failed)?;
        }
        sheet.next_row += 1;
        Ok(())
    }

    /// The file.
    pub fn finish(mut self) -> Result<Vec<u8>, ApiError> {
        for (place, sheet) in self.sheets.iter().enumerate() {
            let Some(last) = u16::try_from(sheet.columns.len()).ok().and_then(|count| count.checked_sub(1)) else {
                continue;
            };
            let page = self.workbook.worksheet_from_index(place).map_err(failed)?;
            if sheet.last_listed > sheet.header_row {
                page.autofilter(sheet.header_row, 0, sheet.last_listed, last).map_err(failed)?;
                page.ignore_error_range(sheet.header_row, 0, sheet.last_listed, last, IgnoreError::NumberStoredAsText)
                    .map_err(failed)?;
            }
        }
        self.workbook.save_to_buffer().map_err(failed)
    }
}

//! Workbooks of Excel and WPS (.xlsx), read cell by cell. What would unpack to more than a list can hold is refused before
//! it is opened.

use std::io::{Cursor, Read};

use axum::body::Bytes;
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{
    super::{
        dates::SYSTEM_1904,
        options::COLUMNS,
        table::{Line, Value},
    },
    broken, too_large, unfit,
};
use crate::error::ApiError;

/// As much as the parts of a workbook may unpack to.
const UNPACKED: u64 = 256 * 1024 * 1024;
/// As much as its texts may, which stay in memory.
const TEXTS: u64 = 64 * 1024 * 1024;
/// As many parts as a workbook may have.
const PARTS: usize = 2000;
/// As many sheets as are looked at.
const SHEETS: usize = 20;
/// As many empty cells as are passed over on the way to the next line.
const BLANKS: u32 = 20_000_000;

pub(in super::super) struct Workbook {
    book: Xlsx<Cursor<Bytes>>,
    is_1904: bool,
}

impl Workbook {
    pub(super) fn open(file: Bytes) -> Result<Self, ApiError> {
        inspect(&file)?;
        let book = Xlsx::new(Cursor::new(file)).map_err(|error| match error {
            XlsxError::Password => locked(),
            _ => broken(),
        })?;
        let is_1904 = book.has_1904_epoch();
        Ok(Self { book, is_1904 })
    }

    pub(super) fn is_1904(&self) -> bool {
        self.is_1904
    }

    pub(super) fn sheets(&self) -> Vec<String> {
        let shown = self
            .book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
        shown.take(SHEETS).map(|sheet| sheet.name.clone()).collect()
    }

    pub(super) fn lines(&mut self, sheet: &str, mut take: impl FnMut(Line) -> bool) -> Result<(), ApiError> {
        let is_1904 = self.is_1904;
        let mut cells = self.book.worksheet_cells_reader(sheet).map_err(|_| broken())?;
        let mut line = Line::default();
        let mut blanks = 0_u32;
        while let Some(cell) = cells.next_cell().map_err(|_| broken())? {
            let (row, column) = cell.get_position();
            let value = value(cell.get_value(), is_1904);
            if value.is_empty() {
                blanks += 1;
                if blanks > BLANKS {
                    return Err(too_large());
                }
                continue;
            }
            let Ok(column) = u16::try_from(column) else { continue };
            if column >= COLUMNS {
                continue;
            }
            if line.number != row + 1 {
                if line.number > 0 && !take(std::mem::take(&mut line)) {
                    return Ok(());
                }
                line.number = row + 1;
            }
            let place = usize::from(column);
            if line.cells.len() <= place {
                line.cells.resize(place + 1, Value::Empty);
            }
            line.cells[place] = value;
        }
        if line.number > 0 {
            take(line);
        }
        Ok(())
    }
}

fn value(cell: &DataRef<'_>, is_1904: bool) -> Value {
    match cell {
        DataRef::Empty => Value::Empty,
        DataRef::String(text) => Value::text(text),
        DataRef::SharedString(text) => Value::text(text),
        #[expect(clippy::cast_precision_loss, reason = "what a spreadsheet keeps is a double")]
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::Bool(said) => Value::Bool(*said),
        DataRef::DateTime(at) if at.is_datetime() => {
            Value::Date(if is_1904 { at.as_f64() + SYSTEM_1904 } else { at.as_f64() })
        }
        DataRef::DateTime(span) => Value::Number(span.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::text(text),
        DataRef::Error(_) => Value::Fault,
    }
}

/// Unpacks every part once, as far as the bounds go: what an archive says of its sizes need not be so.
fn inspect(file: &Bytes) -> Result<(), ApiError> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| broken())?;
    let named = |name: &str| archive.index_for_name(name).is_some();
    if named("xl/workbook.bin") {
        return Err(unfit("binary_workbook", "is an .xlsb workbook: save it as .xlsx"));
    }
    if !named("[Content_Types].xml") {
        let other = named("content.xml") || named("mimetype");
        return Err(if other {
            unfit("other_format", "is no .xlsx workbook: open it and save it as .xlsx")
        } else {
            unfit("not_a_table", "is neither .xlsx nor .csv")
        });
    }
    if archive.len() > PARTS {
        return Err(too_large());
    }
    let mut left = UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| broken())?;
        let name = part.name().map_err(|_| broken())?.to_ascii_lowercase();
        // Pictures are never unpacked.
        if name.contains("/media/") {
            continue;
        }
        let texts = name.ends_with("sharedstrings.xml");
        let bound = if texts { left.min(TEXTS) } else { left };
        let length = measure(part, bound, texts)?;
        left = left.checked_sub(length).ok_or_else(too_large)?;
    }
    Ok(())
}

/// How long a part is; of the texts also that it does not promise more of them than it can hold, because room is made
/// for as many as it says.
fn measure(part: impl Read, bound: u64, texts: bool) -> Result<u64, ApiError> {
    const PROMISE: &[u8] = b"uniqueCount";
    let mut part = part.take(bound + 1);
    let mut length = 0_u64;
    let mut promised = 0_u64;
    let mut window: Vec<u8> = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = part.read(&mut piece).map_err(|_| broken())?;
        if texts {
            window.extend_from_slice(&piece[..read]);
            for at in memchr::memmem::find_iter(&window, PROMISE) {
                let said = window[at + PROMISE.len()..].iter().take(48).skip_while(|b| !b.is_ascii_digit());
                let digits: String = said.take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
                promised = promised.max(if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) });
            }
            // What may begin here and end in the next piece.
            let keep = window.len().min(64);
            window.drain(..window.len() - keep);
        }
        if read == 0 {
            break;
        }
        length += read as u64;
    }
    // The shortest text is <si/>.
    if length > bound || promised > length / 5 + 1 { Err(too_large()) } else { Ok(length) }
}

fn locked() -> ApiError {
    unfit("password", "is protected by a password: take it off and save the file again")
}

/// What a file of the old container is.
pub(super) fn old_or_locked(file: &Bytes) -> ApiError {
    match Xlsx::new(Cursor::new(file.clone())) {
        Err(XlsxError::Password) => locked(),
        _ => unfit("old_format", "is in the old .xls format: save it as .xlsx"),
    }
}

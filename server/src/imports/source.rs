//! The file that was sent: what it is by its first bytes, whatever it calls itself, and its lines.

mod csv_file;
mod workbook;

use axum::body::Bytes;

use super::table::Line;
use crate::error::ApiError;

/// The longest file that is taken.
pub const LONGEST: usize = 20 * 1024 * 1024;
/// As many lines as one file may hold below its headings.
pub(super) const LINES: u32 = 100_000;

/// A file that can be read, as often as it takes.
pub(super) enum Source {
    Workbook(Box<workbook::Workbook>),
    Csv(csv_file::CsvFile),
}

/// Why a file cannot be read: 422 on `/file`.
fn unfit(code: &str, detail: &str) -> ApiError {
    ApiError::bad_field("/file", code, detail)
}

pub(super) fn broken() -> ApiError {
    unfit("broken", "is damaged: open it and save it again as .xlsx")
}

fn too_large() -> ApiError {
    unfit("too_large", "unpacks to more than a list of members can hold: copy the list into a new workbook")
}

/// The signature of the old binary formats, and of encrypted new ones.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

impl Source {
    /// Opens a file. It reads all of it, so call it off the async threads.
    pub(super) fn open(file: Bytes) -> Result<Self, ApiError> {
        let head = &file[..file.len().min(1024)];
        if head.is_empty() {
            return Err(unfit("empty", "is empty"));
        }
        if head.starts_with(b"PK\x03\x04") {
            return workbook::Workbook::open(file).map(|book| Self::Workbook(Box::new(book)));
        }
        if head.starts_with(OLE) {
            return Err(workbook::old_or_locked(&file));
        }
        let text = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        if ["<html", "<!doctype", "<table", "<?xml", "<meta", "<style", "mime-version"]
            .iter()
            .any(|tag| text.starts_with(tag))
        {
            return Err(unfit(
                "web_page",
                "is a web page with the name of a table: open it in Excel or WPS and save it as .xlsx",
            ));
        }
        csv_file::CsvFile::open(&file).map(Self::Csv)
    }

    /// The names of the sheets.
    pub(super) fn sheets(&self) -> Vec<String> {
        match self {
            Self::Workbook(book) => book.sheets(),
            Self::Csv(_) => vec!["CSV".into()],
        }
    }

    /// Whether the file counts its days from 1904.
    pub(super) fn is_1904(&self) -> bool {
        matches!(self, Self::Workbook(book) if book.is_1904())
    }

    /// Hands out the lines of a sheet that hold something, from above, until `take` has enough.
    pub(super) fn lines(&mut self, sheet: &str, take: impl FnMut(Line) -> bool) -> Result<(), ApiError> {
        match self {
            Self::Workbook(book) => book.lines(sheet, take),
            Self::Csv(file) => file.lines(take),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    pub(super) fn code(file: &[u8]) -> String {
        match Source::open(Bytes::copy_from_slice(file)) {
            Ok(_) => "fit".into(),
            Err(error) => {
                assert_eq!(error.code(), Code::Invalid);
                error.errors()[0].code.clone()
            }
        }
    }

    #[test]
    fn what_is_no_table_is_told_by_what_it_is() {
        let old = [OLE, &[0; 600]].concat();
        let binary: Vec<u8> = (0..=255).cycle().take(4000).collect();
        for (file, expected) in [
            (&b""[..], "empty"),
            (b"<html><table><tr><td>x</td></tr></table></html>", "web_page"),
            (b"\xef\xbb\xbf  <?xml version=\"1.0\"?><Workbook/>", "web_page"),
            (&old, "old_format"),
            (b"PK\x03\x04 and nothing more", "broken"),
            (b"%PDF-1.7\n\x00\x01\x02\x03", "not_a_table"),
            (&binary, "not_a_table"),
            ("姓名,手机\n张三,13800000000\n".as_bytes(), "fit"),
        ] {
            assert_eq!(code(file), expected);
        }
    }
}

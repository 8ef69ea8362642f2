//! What a file may be, and how it is recognised.

use std::io::Cursor;

use serde::Serialize;
use utoipa::ToSchema;
use zip::ZipArchive;

use crate::{ids::AttachmentId, parsing::Line, words};

/// The longest file that is taken, in bytes.
pub const LONGEST: usize = 10 * 1024 * 1024;

words! {
    /// What a file is.
    pub enum AttachmentKind {
        /// A PDF document.
        Pdf = "pdf",
        /// A Word document.
        Docx = "docx",
        /// A spreadsheet.
        Xlsx = "xlsx",
        /// A picture.
        Jpeg = "jpeg",
        /// A picture.
        Png = "png",
        /// Plain text in UTF-8.
        Text = "text",
    }
}

impl AttachmentKind {
    /// By the content; `None`: nothing that is taken.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Some(match infer::get(bytes).map(|kind| kind.extension()) {
            Some("pdf") => Self::Pdf,
            Some("jpg") => Self::Jpeg,
            Some("png") => Self::Png,
            Some(_) => return Self::of_archive(bytes),
            None if is_text(bytes) => Self::Text,
            None => return None,
        })
    }

    /// Of a package of parts: by the part that makes it what it is, since every program packs them in an order of its own.
    fn of_archive(bytes: &[u8]) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let has = |name: &str| archive.index_for_name(name).is_some();
        match (has("word/document.xml"), has("xl/workbook.xml")) {
            (true, false) => Some(Self::Docx),
            (false, true) => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// Text in UTF-8, which steers nothing but lines.
fn is_text(bytes: &[u8]) -> bool {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(steers))
}

/// A file as it arrives.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// What its sender calls it.
    pub name: Line<200>,
    /// What it is.
    pub kind: AttachmentKind,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A file as a record names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What its sender calls it.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its length in bytes.
    pub size: i64,
}

#[cfg(test)]
mod tests {
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn an_office_file_is_known_in_whatever_order_its_parts_are_packed() {
        let package = |names: &[&str]| {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            for name in names {
                archive.start_file(*name, SimpleFileOptions::default()).expect("a part");
            }
            archive.finish().expect("an archive").into_inner()
        };
        let kind = |names: &[&str]| AttachmentKind::of(&package(names));
        // Word, python-docx, WPS.
        assert_eq!(kind(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), Some(AttachmentKind::Docx));
        let python =
            ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/document.xml"];
        assert_eq!(kind(&python), Some(AttachmentKind::Docx));
        assert_eq!(kind(&["docProps/app.xml", "word/document.xml", "[Content_Types].xml"]), Some(AttachmentKind::Docx));
        assert_eq!(kind(&["xl/workbook.xml", "[Content_Types].xml"]), Some(AttachmentKind::Xlsx));
        assert_eq!(kind(&["ppt/presentation.xml"]), None);
        assert_eq!(kind(&["a.txt"]), None);
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(AttachmentKind::of(b"%PDF-1.7\n"), Some(AttachmentKind::Pdf));
        assert_eq!(AttachmentKind::of("读书笔记".as_bytes()), Some(AttachmentKind::Text));
        assert_eq!(AttachmentKind::of(&[0xff, 0xd8, 0xff, 0xe0]), Some(AttachmentKind::Jpeg));
        for refused in [&b""[..], b"MZ\x90\0\x03", b"PK\x03\x04rest", b"\x7fELF", b"a\0b", &[0xc4, 0xe3]] {
            assert_eq!(AttachmentKind::of(refused), None, "{refused:?}");
        }
    }
}

//! What a file may be, and how it is recognised.

use serde::Serialize;
use utoipa::ToSchema;

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
            Some("docx") => Self::Docx,
            Some("xlsx") => Self::Xlsx,
            Some("jpg") => Self::Jpeg,
            Some("png") => Self::Png,
            Some(_) => return None,
            None if !bytes.is_empty() && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() => Self::Text,
            None => return None,
        })
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
    use super::*;

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

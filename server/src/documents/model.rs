//! A document: its kinds, its states, what may be done with it, and how one is handed in.

use std::{fmt, str::FromStr};

use utoipa::ToSchema;

use super::reading::Measured;
use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{AttachmentId, DocumentId, MemberId, UnitId},
    parsed,
    parsing::Line,
    words,
};

/// As long as a text may be, and as long as one may be said to be.
pub const LONGEST: usize = 200_000;

words! {
    /// What members write.
    pub enum DocumentKind {
        /// 读书笔记
        ReadingNotes = "reading_notes",
        /// 小结
        Summary = "summary",
        /// 党性分析材料
        PartySpiritAnalysis = "party_spirit_analysis",
        /// 心得体会
        Reflections = "reflections",
        /// 思想汇报
        ThoughtReport = "thought_report",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// Where a document stands.
    pub enum DocumentState {
        /// Handed in; the branch has not answered.
        Submitted = "submitted",
        /// Given back with a remark; to be handed in again.
        Returned = "returned",
        /// Accepted: it counts.
        Accepted = "accepted",
        /// Taken back by the member.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What can be done with a document.
    pub enum DocumentAction {
        /// The branch gives it back with a remark.
        Return = "return",
        /// The branch accepts it.
        Accept = "accept",
        /// The next version is handed in.
        Revise = "revise",
        /// It is taken back.
        Withdraw = "withdraw",
    }
}

impl DocumentAction {
    /// The states from which it can be done.
    pub(super) const fn from(self) -> &'static [DocumentState] {
        match self {
            Self::Return | Self::Accept => &[DocumentState::Submitted],
            Self::Revise => &[DocumentState::Returned],
            Self::Withdraw => &[DocumentState::Submitted, DocumentState::Returned],
        }
    }
}

/// How somebody stands towards a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The member who wrote it.
    Writer,
    /// Whoever keeps the records of its unit.
    Desk,
    /// Whoever reads only.
    Reader,
}

/// Whether it may be done. The one rule: the service checks it, answers tell it.
pub(super) fn may(action: DocumentAction, row: &DocumentRow, by: Standing) -> bool {
    let permitted = match action {
        DocumentAction::Return | DocumentAction::Accept => by == Standing::Desk,
        // Who has handed in paper has no phone to do it with.
        DocumentAction::Revise | DocumentAction::Withdraw => {
            by == Standing::Writer || (by == Standing::Desk && row.on_paper)
        }
    };
    permitted && action.from().contains(&row.state)
}

/// A text of several lines: at least one character that can be seen, none that only steers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentText(String);

impl DocumentText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.chars().count() > LONGEST {
            return Err(format!("must have at most {LONGEST} characters"));
        }
        if super::length(&text) == 0 {
            return Err("must not be empty".into());
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err("must not contain control characters".into());
        }
        Ok(Self(text))
    }
}

impl fmt::Display for DocumentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(DocumentText, "text", "学习了党章第一章……");

/// What a document consists of: a text, or a file, or neither where it is on paper.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// What it is called.
    pub title: Option<Line<100>>,
    /// The text.
    pub text: Option<DocumentText>,
    /// The file.
    pub attachment: Option<AttachmentId>,
    /// The length, by the member's word.
    pub stated_length: Option<u32>,
}

/// A document as a member hands it in: a text or a file.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// When it was written, if not today.
    #[serde(default)]
    pub written_on: Option<Day>,
    /// The text, at most 200,000 characters…
    #[serde(default)]
    pub text: Option<DocumentText>,
    /// …or a file that was sent to `/attachments`.
    #[serde(default)]
    pub attachment_id: Option<AttachmentId>,
    /// Its length in characters, for files that cannot be counted (PDF, pictures). Of all others the server counts it.
    #[serde(default)]
    pub stated_length: Option<u32>,
}

/// A document on paper, as the branch enters it for a member.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewPaper {
    /// Who wrote it.
    pub member_id: MemberId,
    /// What it is.
    pub kind: DocumentKind,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// When it was written, if not today.
    #[serde(default)]
    pub written_on: Option<Day>,
    /// Its length in characters; a Word file or a text is counted instead.
    #[serde(default)]
    pub stated_length: Option<u32>,
    /// A picture or a file of it, sent to `/attachments`.
    #[serde(default)]
    pub attachment_id: Option<AttachmentId>,
}

/// The next version of a document that was returned.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Revision {
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// When it was written, if that was wrong.
    #[serde(default)]
    pub written_on: Option<Day>,
    /// The text…
    #[serde(default)]
    pub text: Option<DocumentText>,
    /// …or a file that was sent to `/attachments`.
    #[serde(default)]
    pub attachment_id: Option<AttachmentId>,
    /// Its length in characters, where it cannot be counted.
    #[serde(default)]
    pub stated_length: Option<u32>,
}

/// Why a document is given back; the member reads it.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Remark {
    /// The remark.
    pub remark: Line<500>,
}

/// How long a version is, and whether that was only said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) length: i64,
    pub(super) stated: bool,
}

impl Content {
    /// How long it is, with what came of counting its file; or every field that does not fit.
    pub(super) fn extent(&self, file: Option<Measured>, on_paper: bool) -> Result<Extent, Vec<FieldError>> {
        let said = || match self.stated_length {
            Some(length) if length > 0 && usize::try_from(length).is_ok_and(|n| n <= LONGEST) => {
                Ok(Extent { length: i64::from(length), stated: true })
            }
            Some(_) => {
                let detail = format!("must be between 1 and {LONGEST}");
                Err(vec![FieldError::new("/stated_length", "invalid", detail)])
            }
            None => Err(vec![FieldError::new("/stated_length", "required", "is required where nobody can count it")]),
        };
        match (&self.text, file) {
            (Some(_), Some(_)) => {
                Err(vec![FieldError::new("/attachment_id", "invalid", "must be left out where there is a text")])
            }
            (Some(text), None) => Ok(Extent { length: super::length(text.as_str()), stated: false }),
            (None, Some(Measured::Counted(0))) => {
                Err(vec![FieldError::new("/attachment_id", "empty", "is a document without text")])
            }
            (None, Some(Measured::Counted(length))) => Ok(Extent { length, stated: false }),
            (None, Some(Measured::Missing)) => Err(vec![unknown_file()]),
            (None, Some(Measured::Unreadable)) => {
                let detail = "cannot be read as a document: save it again, or send it as PDF";
                Err(vec![FieldError::new("/attachment_id", "unreadable", detail)])
            }
            (None, Some(Measured::Uncountable)) => said(),
            (None, None) if on_paper => said(),
            (None, None) => Err(vec![FieldError::new("/text", "required", "is required, or else attachment_id")]),
        }
    }
}

/// A file that is not the caller's to hand in.
pub(super) fn unknown_file() -> FieldError {
    FieldError::new("/attachment_id", "unknown", "is no file that you have sent and not used yet")
}

/// What does not fit about the day of writing.
pub(super) fn unfit_day(written_on: Option<Day>, today: Day) -> Option<FieldError> {
    let wrong = written_on.is_some_and(|day| day > today);
    wrong.then(|| FieldError::new("/written_on", "invalid", "must not lie in the future"))
}

/// A document as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct DocumentRow {
    pub(super) id: DocumentId,
    pub(super) unit_id: UnitId,
    pub(super) member_id: MemberId,
    pub(super) kind: DocumentKind,
    pub(super) state: DocumentState,
    pub(super) on_paper: bool,
    pub(super) written_on: Day,
    pub(super) length: i64,
    pub(super) stated: bool,
    pub(super) revision: i64,
    pub(super) submitted_at: Instant,
    pub(super) settled_at: Option<Instant>,
    pub(super) created_at: Instant,
}

/// A version of a document as it is stored, without its text.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct VersionRow {
    pub(super) document_id: DocumentId,
    pub(super) revision: i64,
    pub(super) title_sealed: Option<Vec<u8>>,
    pub(super) has_text: bool,
    pub(super) attachment_id: Option<AttachmentId>,
    pub(super) length: i64,
    pub(super) stated: bool,
    pub(super) submitted_at: Instant,
    pub(super) returned_at: Option<Instant>,
    pub(super) remark_sealed: Option<Vec<u8>>,
}

/// By which a version's words are sealed.
pub(super) fn place(document: DocumentId, revision: i64) -> Vec<u8> {
    [&document.0.as_bytes()[..], &revision.to_be_bytes()].concat()
}

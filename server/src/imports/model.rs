//! What an import is asked, and what it answers: one verdict a row, and the cells to mend.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use super::options::letters;
use crate::{ids::RegistrationId, words};

words! {
    /// What a column of a sheet may hold.
    pub enum Field {
        /// The name on the ID.
        Name = "name",
        /// The gender; it is in the ID number.
        Gender = "gender",
        /// The ID number.
        IdNumber = "id_number",
        /// The birth date; it is in the ID number.
        BirthDate = "birth_date",
        /// The mobile number.
        Phone = "phone",
        /// When the person joined the party.
        JoinedOn = "joined_on",
        /// Full or probationary.
        Membership = "membership",
        /// Whether the person is retired.
        Retired = "retired",
        /// The unit of the formal affiliation.
        Home = "home",
        /// The unit whose organisation life the member lives.
        Host = "host",
        /// When the member came.
        StartedOn = "started_on",
        /// Why the member moved.
        FlowReason = "flow_reason",
        /// Where the person works.
        Employer = "employer",
        /// Where the person lives now.
        Address = "address",
        /// When the member signed the consent.
        ConsentGivenOn = "consent_given_on",
    }
}

words! {
    /// What became of a row.
    pub enum Verdict {
        /// It can be registered: a dry run, or other rows are refused.
        Ready = "ready",
        /// It is registered.
        Registered = "registered",
        /// Something has to be mended first.
        Refused = "refused",
        /// It names no member: an example, a total, a signature line.
        Skipped = "skipped",
    }
}

/// In which language a person reads what is said about a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// One thing to say, for programs and in both languages; never with the value that a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub(super) code: &'static str,
    pub(super) en: Cow<'static, str>,
    pub(super) zh: Cow<'static, str>,
}

impl Note {
    pub(super) fn new(code: &'static str, en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { code, en: en.into(), zh: zh.into() }
    }
}

/// Something to say about a cell, or about a row as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub(super) column: Option<u16>,
    pub(super) field: Option<Field>,
    pub(super) note: Note,
}

/// A row as it was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    pub(super) row: u32,
    pub(super) verdict: Verdict,
    pub(super) errors: Vec<Remark>,
    pub(super) remarks: Vec<Remark>,
    pub(super) registration: Option<RegistrationId>,
}

/// Something to say about a cell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CellNote {
    /// The cell, as the spreadsheet names it; absent where the row as a whole is meant, or a column that is not there.
    pub cell: Option<String>,
    /// The field that is meant.
    pub field: Option<Field>,
    /// For programs.
    pub code: String,
    /// One sentence, in the language of `Accept-Language` (Chinese, or else English), without the value.
    pub detail: String,
}

/// The verdict on a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RowVerdict {
    /// The row's number, as the spreadsheet counts.
    pub row: u32,
    /// What became of it.
    pub verdict: Verdict,
    /// What has to be mended.
    pub errors: Vec<CellNote>,
    /// What should be looked at; nothing stands in the way.
    pub remarks: Vec<CellNote>,
    /// The registration, once it is made.
    pub registration_id: Option<RegistrationId>,
}

/// A column of the sheet, and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ColumnFound {
    /// The column's letters.
    pub column: String,
    /// What stands above it.
    pub header: String,
    /// The field; none: the column is not used.
    pub field: Option<Field>,
    /// Whether a person has to say what it holds: it may mean either end, or another column says the same.
    pub doubt: bool,
}

/// A field for which the sheet has no column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldMissing {
    /// The field.
    pub field: Field,
    /// Whether rows are refused for it: it can neither be derived nor was anything given in its place.
    pub required: bool,
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportCounts {
    /// All rows that hold anything.
    pub rows: u64,
    /// Those that can be registered.
    pub ready: u64,
    /// Those that are registered.
    pub registered: u64,
    /// Those to be mended.
    pub refused: u64,
    /// Those that name no member.
    pub skipped: u64,
}

/// What came of an import.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportAnswer {
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// The sheet that was read.
    pub sheet: String,
    /// The other sheets of the file.
    pub other_sheets: Vec<String>,
    /// The row of the headings.
    pub header_row: u32,
    /// The columns, and what they were taken for.
    pub columns: Vec<ColumnFound>,
    /// The fields without a column.
    pub missing: Vec<FieldMissing>,
    /// Whether a person has to say what the columns hold, by `mapping`.
    pub unsure: bool,
    /// How many rows of each kind.
    pub counts: ImportCounts,
    /// The rows, in their order.
    pub rows: Vec<RowVerdict>,
}

impl Remark {
    pub(super) fn show(&self, row: u32, language: Language) -> CellNote {
        let detail = match language {
            Language::Chinese => &self.note.zh,
            Language::English => &self.note.en,
        };
        CellNote {
            cell: self.column.map(|column| format!("{}{row}", letters(column))),
            field: self.field,
            code: self.note.code.into(),
            detail: detail.clone().into_owned(),
        }
    }
}

impl Judged {
    pub(super) fn new(row: u32, errors: Vec<Remark>, remarks: Vec<Remark>) -> Self {
        let verdict = if errors.is_empty() { Verdict::Ready } else { Verdict::Refused };
        Self { row, verdict, errors, remarks, registration: None }
    }

    pub(super) fn skipped(row: u32, why: Note) -> Self {
        let remark = Remark { column: None, field: None, note: why };
        Self { verdict: Verdict::Skipped, ..Self::new(row, Vec::new(), vec![remark]) }
    }

    pub(super) fn show(&self, language: Language) -> RowVerdict {
        let notes = |remarks: &[Remark]| remarks.iter().map(|remark| remark.show(self.row, language)).collect();
        RowVerdict {
            row: self.row,
            verdict: self.verdict,
            errors: notes(&self.errors),
            remarks: notes(&self.remarks),
            registration_id: self.registration,
        }
    }
}

impl ImportCounts {
    pub(super) fn of(rows: &[Judged]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.rows += 1;
            *match row.verdict {
                Verdict::Ready => &mut counts.ready,
                Verdict::Registered => &mut counts.registered,
                Verdict::Refused => &mut counts.refused,
                Verdict::Skipped => &mut counts.skipped,
            } += 1;
        }
        counts
    }
}

//! What an import is asked, and what it answers: one verdict a row, and the cells to mend.

use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Day,
    ids::{RegistrationId, UnitId},
    parsed,
    parsing::Line as TextLine,
    people::Membership,
    registrations::{End, FlowReason},
    words,
};

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

/// What a row takes where the sheet says nothing, and how the sheet is to be read.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct ImportOptions {
    /// Which end files; the home end for a department officer, or else the host.
    #[serde(default)]
    pub filed_by: Option<End>,
    /// The home unit of rows that name none.
    #[serde(default)]
    pub home_unit_id: Option<UnitId>,
    /// The host unit of rows that name none; the branch of whoever files, if left out.
    #[serde(default)]
    pub host_unit_id: Option<UnitId>,
    /// Why members moved, where the row does not say; `other` if left out.
    #[serde(default)]
    pub flow_reason: Option<FlowReason>,
    /// Since when, where the row does not say; today if left out.
    #[serde(default)]
    pub started_on: Option<Day>,
    /// The membership, where the row does not say; `full` if left out.
    #[serde(default)]
    pub membership: Option<Membership>,
    /// The version of the text to which the members have agreed; whoever sends the file says that they did.
    #[serde(default)]
    pub consent_version: Option<TextLine<40>>,
    /// When they did, where the row does not say; today if left out.
    #[serde(default)]
    pub consent_given_on: Option<Day>,
    /// What columns hold, against what was recognised.
    #[serde(default)]
    pub mapping: Option<Mapping>,
    /// The sheet to read, by its name; the one with the most headings that are known, if left out.
    #[serde(default)]
    pub sheet: Option<TextLine<100>>,
    /// The row of the headings.
    #[serde(default)]
    pub header_row: Option<RowNumber>,
}

/// The most columns that are looked at.
pub(super) const COLUMNS: u16 = 256;

/// What columns hold, by their letters: `{"B": "name", "F": null}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(pub(super) BTreeMap<u16, Option<Field>>);

impl FromStr for Mapping {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "must be a JSON object of columns and fields, such as {\"B\": \"name\", \"F\": null}";
        let named: BTreeMap<String, Option<Field>> = serde_json::from_str(text).map_err(|_| SHAPE)?;
        let mut columns = BTreeMap::new();
        for (letters, field) in named {
            if field.is_some() && columns.values().any(|known| *known == field) {
                return Err("must name a field once");
            }
            columns.insert(column_of(&letters).ok_or(SHAPE)?, field);
        }
        Ok(Self(columns))
    }
}

impl std::fmt::Display for Mapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: BTreeMap<String, Option<Field>> =
            self.0.iter().map(|(column, field)| (letters(*column), *field)).collect();
        f.write_str(&serde_json::to_string(&named).map_err(|_| std::fmt::Error)?)
    }
}

parsed!(Mapping, "json", "{\"B\": \"name\", \"F\": null}");

/// The number of a row, as a spreadsheet counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowNumber(pub(super) u32);

impl FromStr for RowNumber {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.trim().parse().ok().filter(|n| (1..=1_048_576).contains(n));
        number.map(Self).ok_or("must be the number of a row")
    }
}

impl std::fmt::Display for RowNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

parsed!(RowNumber, "row", "2");

/// The letters of a column: 0 is A, 26 is AA.
pub(super) fn letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The column of letters; `None` where they name none that is looked at.
pub(super) fn column_of(letters: &str) -> Option<u16> {
    let mut number = 0_u16;
    for letter in letters.trim().bytes() {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A').filter(|digit| *digit < 26)?;
        number = number.checked_mul(26)?.checked_add(u16::from(digit) + 1)?;
    }
    number.checked_sub(1).filter(|column| *column < COLUMNS)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters_and_letters_columns() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (255, "IV")] {
            assert_eq!(letters(column), name);
            assert_eq!(column_of(name), Some(column));
        }
        for bad in ["", "1", "IW", "ZZZZZZZZ", "甲", "A1"] {
            assert_eq!(column_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_mapping_names_columns_and_each_field_once() {
        let mapping: Mapping = r#"{"B": "name", "f": null}"#.parse().expect("a mapping");
        assert_eq!(mapping.0, BTreeMap::from([(1, Some(Field::Name)), (5, None)]));
        assert_eq!(mapping.to_string().parse(), Ok(mapping));
        for bad in ["", "[]", r#"{"B": "x"}"#, r#"{"7": "name"}"#, r#"{"A": "name", "B": "name"}"#] {
            assert!(bad.parse::<Mapping>().is_err(), "{bad}");
        }
    }
}

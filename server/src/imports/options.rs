//! What is said about a sheet besides what stands in it.

use std::{collections::BTreeMap, str::FromStr};

use utoipa::ToSchema;

use super::model::Field;
use crate::{
    clock::Day,
    ids::UnitId,
    parsed,
    parsing::Line as TextLine,
    people::Membership,
    registrations::{End, FlowReason},
};

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

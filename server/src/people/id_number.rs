//! ID numbers of GB 11643: 17 digits and a check character.
//!
//! The region code (the first six digits) never rejects a number: codes that ended long ago live on in people's IDs. What
//! is checked is the form, that the birth date exists, and the check character. A lower-case `x` and blanks around the
//! number are mended; full-width digits are not, because what is stored has to be what the person signed for.

use std::str::FromStr;

use super::Gender;
use crate::{clock::Day, parsed};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A valid ID number.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    text: String,
    birth_date: Day,
}

impl IdNumber {
    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date in it.
    pub fn birth_date(&self) -> Day {
        self.birth_date
    }

    /// The gender in it: the 17th digit is odd for men.
    pub fn gender(&self) -> Gender {
        if self.text.as_bytes()[16] % 2 == 1 { Gender::Male } else { Gender::Female }
    }

    /// What may be shown: the first three and the last four characters.
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.text[..3], &self.text[14..])
    }
}

impl FromStr for IdNumber {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let (digits, check) = text.split_at_checked(17).ok_or("must have 18 characters")?;
        if check.chars().count() != 1 {
            return Err("must have 18 characters");
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("must be 17 digits and a check character");
        }
        let birth = &digits[6..14];
        let birth_date = format!("{}-{}-{}", &birth[..4], &birth[4..6], &birth[6..])
            .parse()
            .map_err(|_| "has a birth date that does not exist")?;
        let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        if !check.starts_with(CHECK[sum as usize % 11]) {
            return Err("has a wrong check character: look for a typing slip");
        }
        Ok(Self { text, birth_date })
    }
}

impl std::fmt::Display for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdNumber(…)")
    }
}

parsed!(IdNumber, "id-number", "99000019491231002X");

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        cases: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        text: String,
        valid: bool,
        why: String,
        number: Option<String>,
        birth_date: Option<String>,
        gender: Option<String>,
        masked: Option<String>,
    }

    #[test]
    fn the_case_table_that_the_pages_run_too() {
        let table: Table =
            serde_json::from_str(include_str!("../../../tests/cases/id_numbers.json")).expect("the case table");
        assert!(table.cases.len() >= 30);
        for case in table.cases {
            let parsed = case.text.parse::<IdNumber>();
            assert_eq!(parsed.is_ok(), case.valid, "{}", case.why);
            let Ok(number) = parsed else { continue };
            assert_eq!(Some(number.to_string()), case.number, "{}", case.why);
            assert_eq!(Some(number.birth_date().to_string()), case.birth_date, "{}", case.why);
            assert_eq!(Some(number.gender().to_string()), case.gender, "{}", case.why);
            assert_eq!(Some(number.masked()), case.masked, "{}", case.why);
        }
    }
}

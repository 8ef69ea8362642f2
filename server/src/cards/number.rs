//! The card number: division code (6 digits), year (4), serial (5), check digit by ISO 7064 MOD 11,10. Digits alone,
//! so that it can be typed on any phone and read out on any line; the check digit finds every mistyped digit and
//! nearly every exchange of neighbours.

use std::{fmt, str::FromStr};

use crate::parsed;

/// The number of a card, e.g. `3410002026000017`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardNumber(String);

/// The largest serial of a year.
pub const LAST_SERIAL: i64 = 99_999;

impl CardNumber {
    /// The number of the `serial`th card of the year in the series of a division code.
    pub fn new(division_code: &str, year: i16, serial: i64) -> Option<Self> {
        let digits = format!("{division_code}{year:04}{serial:05}");
        let plain = digits.len() == 15 && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| Self(format!("{digits}{}", check_digit(&digits))))
    }
}

/// ISO 7064 MOD 11,10 over ASCII digits.
fn check_digit(digits: &str) -> u32 {
    let product = digits.bytes().fold(10, |product, digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CardNumber {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err("must have 16 digits");
        }
        if !text.ends_with(&check_digit(&text[..15]).to_string()) {
            return Err("must be a card number (its check digit does not fit)");
        }
        Ok(Self(text.to_owned()))
    }
}

parsed!(CardNumber, "card-number", "3410002026000017");
crate::stored_as_text!(CardNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(check_digit("0794"), 5);
    }

    #[test]
    fn every_single_slip_is_found() {
        let number = CardNumber::new("341000", 2026, 1).expect("a number").to_string();
        assert_eq!(number.parse::<CardNumber>().expect("a number").to_string(), number);
        for at in 0..16 {
            for digit in '0'..='9' {
                let slip: String = number.chars().enumerate().map(|(i, c)| if i == at { digit } else { c }).collect();
                assert_eq!(slip.parse::<CardNumber>().is_ok(), slip == number, "{slip}");
            }
        }
    }

    #[test]
    fn only_sixteen_digits_are_a_number() {
        for bad in ["", "341000202600001", "34100020260000177", "341000２026000１7", "34100020260000a7", "\0"] {
            assert!(bad.parse::<CardNumber>().is_err(), "{bad}");
        }
        assert_eq!(CardNumber::new("34", 2026, 1), None);
        assert_eq!(CardNumber::new("341000", 2026, LAST_SERIAL + 1), None);
    }
}

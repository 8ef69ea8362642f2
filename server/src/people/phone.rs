//! Mobile numbers.

use std::str::FromStr;

use crate::parsed;

/// A mainland mobile number, `1[3-9]` and nine digits more.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits, by which people name a phone.
    pub fn tail(&self) -> &str {
        &self.0[7..]
    }
}

impl FromStr for Phone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_mobile = text.len() == 11
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.starts_with('1')
            && matches!(text.as_bytes()[1], b'3'..=b'9');
        if is_mobile { Ok(Self(text.to_owned())) } else { Err("must be a mobile number of 11 digits") }
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone(…)")
    }
}

parsed!(Phone, "mobile-number", "19900000001");

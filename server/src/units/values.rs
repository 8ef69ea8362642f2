//! The kinds of units, which kind may stand under which, and the value types of a unit.

use std::str::FromStr;

use crate::{parsed, stored_as_text, words};

words! {
    /// What a unit is.
    pub enum UnitKind {
        /// An organisation department: it owns the card numbers of its division.
        Department = "department",
        /// A party committee.
        Committee = "committee",
        /// A general branch: several branches together.
        GeneralBranch = "general_branch",
        /// A branch.
        Branch = "branch",
        /// A group within a branch.
        Group = "group",
        /// A department's office in another city.
        LiaisonOffice = "liaison_office",
    }
}

impl UnitKind {
    /// Whether a unit of this kind may stand under `parent`, or at the root where there is none.
    pub fn may_stand_under(self, parent: Option<Self>) -> bool {
        use UnitKind::{Branch, Committee, Department, GeneralBranch, Group, LiaisonOffice};
        match self {
            Department | Committee => matches!(parent, None | Some(Department | Committee)),
            GeneralBranch => matches!(parent, None | Some(Department | Committee)),
            Branch => matches!(parent, None | Some(Department | Committee | GeneralBranch)),
            Group => matches!(parent, Some(Branch | GeneralBranch)),
            LiaisonOffice => matches!(parent, Some(Department | Committee)),
        }
    }

    /// Whether members can live their organisation life in a unit of this kind.
    pub fn can_host(self) -> bool {
        matches!(self, Self::Committee | Self::GeneralBranch | Self::Branch | Self::Group)
    }
}

/// A division code of GB/T 2260: six digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivisionCode(String);

impl DivisionCode {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DivisionCode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        if digits { Ok(Self(text.to_owned())) } else { Err("must be six digits") }
    }
}

impl std::fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(DivisionCode, "division-code", "341000");
stored_as_text!(DivisionCode);

/// An office's telephone: a landline or a mobile, with the signs that people put between the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficePhone(String);

impl FromStr for OfficePhone {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let plain = text.chars().all(|c| c.is_ascii_digit() || " +-()#".contains(c));
        if plain && (3..=20).contains(&digits) && text.len() <= 30 {
            return Ok(Self(text.to_owned()));
        }
        Err("must be a telephone number: 3 to 20 digits")
    }
}

impl std::fmt::Display for OfficePhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(OfficePhone, "telephone", "021-55550100");
stored_as_text!(OfficePhone);

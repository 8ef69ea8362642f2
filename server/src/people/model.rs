//! Members: what is known of a person, and who is shown what.

use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use super::{IdNumber, Phone};
use crate::{
    clock::Day,
    error::FieldError,
    ids::MemberId,
    parsed,
    parsing::{Change, Line},
    stored_as_text, words,
};

words! {
    /// A person's gender, as in the ID number.
    pub enum Gender {
        /// A man.
        Male = "male",
        /// A woman.
        Female = "female",
    }
}

words! {
    /// The kind of membership.
    pub enum Membership {
        /// 正式党员.
        Full = "full",
        /// 预备党员.
        Probationary = "probationary",
    }
}

/// A person's name: letters of any script, digits, blanks, and the dots and dashes within names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let line: Line<50> = text.parse()?;
        let fits = |c: char| c.is_alphanumeric() || " ·•・‧．.'’-()（）".contains(c);
        if line.as_str().chars().all(fits) && line.as_str().chars().any(char::is_alphabetic) {
            return Ok(Self(line.into_string()));
        }
        Err("must be a name: letters, blanks, dots and dashes".into())
    }
}

impl std::fmt::Display for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(PersonName, "name", "张三");
stored_as_text!(PersonName);

/// Which text the member has agreed to, and when.
#[derive(Clone, Debug, PartialEq, Eq, eserde::Deserialize, Serialize, ToSchema)]
pub struct Consent {
    /// The version of the text; departments word their own, so the list is open.
    pub version: Line<40>,
    /// The day of the signature.
    pub given_on: Day,
}

/// A person as they are typed in.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewPerson {
    /// The name on the ID.
    pub name: PersonName,
    /// The gender on the ID.
    pub gender: Gender,
    /// The birth date on the ID.
    pub birth_date: Day,
    /// The ID number.
    pub id_number: IdNumber,
    /// The mobile number.
    pub phone: Phone,
    /// When the person joined the party.
    pub joined_on: Day,
    /// Full or probationary.
    pub membership: Membership,
    /// Whether the person is retired.
    #[serde(default)]
    pub retired: bool,
    /// Where the person works.
    #[serde(default)]
    pub employer: Option<Line<100>>,
    /// Where the person lives now.
    #[serde(default)]
    pub address: Option<Line<200>>,
}

impl NewPerson {
    /// What does not fit together, by field below `at`.
    pub fn contradictions(&self, at: &str, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, code: &str, detail: &str| {
            errors.push(FieldError::new(format!("{at}/{field}"), code, detail));
        };
        if self.birth_date != self.id_number.birth_date() {
            wrong("birth_date", "differs", "is not the birth date in the ID number");
        }
        if self.gender != self.id_number.gender() {
            wrong("gender", "differs", "is not the gender in the ID number");
        }
        if self.id_number.birth_date() > today {
            wrong("id_number", "invalid", "has a birth date in the future");
        }
        if self.joined_on > today {
            wrong("joined_on", "invalid", "must not lie in the future");
        }
        if self.joined_on <= self.birth_date {
            wrong("joined_on", "invalid", "must lie after the birth date");
        }
        errors
    }
}

/// What a member may change of their own record: absent keeps, `null` clears.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct OwnChanges {
    /// The mobile number.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Where the member works.
    #[serde(default)]
    #[schema(value_type = Option<Line<100>>)]
    pub employer: Change<Line<100>>,
    /// Where the member lives.
    #[serde(default)]
    #[schema(value_type = Option<Line<200>>)]
    pub address: Change<Line<200>>,
}

/// What members may change of their own record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnField {
    /// The mobile number.
    Phone,
    /// Where the member works.
    Employer,
    /// Where the member lives.
    Address,
}

/// A member as other records name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MemberRef {
    /// The member's id.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
}

/// A member as lists show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct MemberBrief {
    /// The member's id.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
    /// The member's gender.
    pub gender: Gender,
    /// Full or probationary.
    pub membership: Membership,
}

/// A member, for those who may see the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// The member's id.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// The gender.
    pub gender: Gender,
    /// The birth date.
    pub birth_date: Day,
    /// The ID number, its middle hidden.
    pub id_number_masked: String,
    /// The mobile number.
    pub phone: Phone,
    /// When the member joined the party.
    pub joined_on: Day,
    /// Full or probationary.
    pub membership: Membership,
    /// Whether the member is retired.
    pub retired: bool,
    /// Where the member works.
    pub employer: Option<Line<100>>,
    /// Where the member lives.
    pub address: Option<String>,
    /// What the member has agreed to.
    pub consent: Consent,
    /// Whether there is a photo.
    pub has_photo: bool,
    /// Grows with every change.
    pub version: i64,
}

//! Units: what is known of each, how it is typed in, changed and shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::values::{DivisionCode, OfficePhone, UnitKind};
use crate::{
    clock::Day,
    error::FieldError,
    ids::UnitId,
    parsing::{Change, Line},
};

/// A unit's name.
pub type OfficeName = Line<100>;

/// A unit as other records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct UnitRef {
    /// Its id.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
}

/// Whom to call at a unit; shown to both ends of a stay.
#[derive(Clone, Debug, PartialEq, Eq, eserde::Deserialize, Serialize, ToSchema)]
pub struct Contact {
    /// The person to ask for.
    pub name: Line<50>,
    /// The office's own number.
    pub phone: OfficePhone,
}

/// A term of office, as it is typed in.
#[derive(Clone, Debug, PartialEq, Eq, eserde::Deserialize, ToSchema)]
pub struct TermInput {
    /// Its first day.
    pub started_on: Day,
    /// How many years it lasts, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub years: i64,
}

/// A term of office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Term {
    /// Its first day.
    pub started_on: Day,
    /// How many years it lasts.
    pub years: i64,
    /// When the next election is due.
    pub ends_on: Day,
}

/// A unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: OfficeName,
    /// The unit above.
    pub parent_id: Option<UnitId>,
    /// GB/T 2260 code of its area.
    pub division_code: Option<DivisionCode>,
    /// The first day on which the division code is (was) in force.
    pub valid_from: Option<Day>,
    /// The last one.
    pub valid_until: Option<Day>,
    /// Where it is.
    pub address: Option<Line<200>>,
    /// Whom to call.
    pub contact: Option<Contact>,
    /// Its present term.
    pub term: Option<Term>,
    /// What a department's cards are titled, once it has switched its own title on.
    pub card_title: Option<Line<40>>,
    /// How many units stand directly below.
    pub child_count: i64,
    /// The same as the ETag.
    pub version: i64,
}

/// A new unit.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewUnit {
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: OfficeName,
    /// The unit above; none for a root.
    #[serde(default)]
    pub parent_id: Option<UnitId>,
    /// GB/T 2260 code of its area; a department needs one.
    #[serde(default)]
    pub division_code: Option<DivisionCode>,
    /// The first day on which the division code is in force.
    #[serde(default)]
    pub valid_from: Option<Day>,
    /// The last one.
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// Where it is.
    #[serde(default)]
    pub address: Option<Line<200>>,
    /// Whom to call.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// Its present term.
    #[serde(default)]
    pub term: Option<TermInput>,
    /// What a department's cards are titled.
    #[serde(default)]
    pub card_title: Option<Line<40>>,
}

/// Changes to a unit: what is absent stays, `null` clears.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct UnitChanges {
    /// Its name; only administrators change it.
    #[serde(default)]
    pub name: Option<OfficeName>,
    /// GB/T 2260 code of its area; only administrators change it.
    #[serde(default)]
    #[schema(value_type = Option<DivisionCode>)]
    pub division_code: Change<DivisionCode>,
    /// The first day on which the division code is in force.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    pub valid_from: Change<Day>,
    /// The last one.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    pub valid_until: Change<Day>,
    /// Where it is.
    #[serde(default)]
    #[schema(value_type = Option<Line<200>>)]
    pub address: Change<Line<200>>,
    /// Whom to call.
    #[serde(default)]
    #[schema(value_type = Option<Contact>)]
    pub contact: Change<Contact>,
    /// Its present term.
    #[serde(default)]
    #[schema(value_type = Option<TermInput>)]
    pub term: Change<TermInput>,
    /// What a department's cards are titled.
    #[serde(default)]
    #[schema(value_type = Option<Line<40>>)]
    pub card_title: Change<Line<40>>,
}

impl UnitChanges {
    /// Whether it touches what only administrators may change.
    pub fn is_for_administrators(&self) -> bool {
        self.name.is_some() || self.division_code.is_sent()
    }
}

/// A unit as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) id: UnitId,
    pub(super) kind: UnitKind,
    pub(super) name: OfficeName,
    pub(super) parent_id: Option<UnitId>,
    pub(super) division_code: Option<DivisionCode>,
    pub(super) valid_from: Option<Day>,
    pub(super) valid_until: Option<Day>,
    pub(super) address: Option<Line<200>>,
    pub(super) contact_name: Option<Line<50>>,
    pub(super) contact_phone: Option<OfficePhone>,
    pub(super) term_started_on: Option<Day>,
    pub(super) term_years: Option<i64>,
    pub(super) card_title: Option<Line<40>>,
    pub(super) version: i64,
}

impl Stored {
    /// The first version of a new unit.
    pub(super) fn new(id: UnitId, unit: NewUnit) -> Self {
        let (contact_name, contact_phone) = unit.contact.map(|c| (c.name, c.phone)).unzip();
        let (term_started_on, term_years) = unit.term.map(|t| (t.started_on, t.years)).unzip();
        Self {
            id,
            kind: unit.kind,
            name: unit.name,
            parent_id: unit.parent_id,
            division_code: unit.division_code,
            valid_from: unit.valid_from,
            valid_until: unit.valid_until,
            address: unit.address,
            contact_name,
            contact_phone,
            term_started_on,
            term_years,
            card_title: unit.card_title,
            version: 1,
        }
    }

    /// The next version.
    pub(super) fn changed(self, changes: UnitChanges) -> Self {
        let (contact_name, contact_phone) = match changes.contact {
            Change::Keep => (self.contact_name, self.contact_phone),
            Change::Clear => (None, None),
            Change::Set(new) => (Some(new.name), Some(new.phone)),
        };
        let (term_started_on, term_years) = match changes.term {
            Change::Keep => (self.term_started_on, self.term_years),
            Change::Clear => (None, None),
            Change::Set(new) => (Some(new.started_on), Some(new.years)),
        };
        Self {
            name: changes.name.unwrap_or(self.name),
            division_code: changes.division_code.over(self.division_code),
            valid_from: changes.valid_from.over(self.valid_from),
            valid_until: changes.valid_until.over(self.valid_until),
            address: changes.address.over(self.address),
            contact_name,
            contact_phone,
            term_started_on,
            term_years,
            card_title: changes.card_title.over(self.card_title),
            version: self.version + 1,
            ..self
        }
    }

    /// When its term ends.
    pub(super) fn term_ends_on(&self) -> Option<Day> {
        self.term_started_on.zip(self.term_years).map(|(started_on, years)| started_on.plus_years(years))
    }

    /// The same unit with another term.
    pub(super) fn with_term(self, started_on: Day, years: i64) -> Self {
        Self { term_started_on: Some(started_on), term_years: Some(years), version: self.version + 1, ..self }
    }

    /// The rules that a unit keeps, new or changed; every broken one by its field.
    pub(super) fn broken_rules(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.kind == UnitKind::Department && self.division_code.is_none() {
            errors.push(FieldError::new("/division_code", "required", "is required for a department"));
        }
        if self.kind != UnitKind::Department && self.card_title.is_some() {
            errors.push(FieldError::new("/card_title", "invalid", "only a department titles its cards"));
        }
        if self.valid_from.zip(self.valid_until).is_some_and(|(from, until)| from > until) {
            errors.push(FieldError::new("/valid_until", "invalid", "must not lie before valid_from"));
        }
        if self.term_years.is_some_and(|years| !(1..=10).contains(&years)) {
            errors.push(FieldError::new("/term/years", "invalid", "must be between 1 and 10"));
        }
        errors
    }

    /// The unit as it is shown.
    pub(super) fn show(self, child_count: i64) -> Unit {
        let ends_on = self.term_ends_on();
        Unit {
            id: self.id,
            kind: self.kind,
            name: self.name,
            parent_id: self.parent_id,
            division_code: self.division_code,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            address: self.address,
            contact: self.contact_name.zip(self.contact_phone).map(|(name, phone)| Contact { name, phone }),
            term: self.term_started_on.zip(self.term_years).zip(ends_on).map(|((started_on, years), ends_on)| Term {
                started_on,
                years,
                ends_on,
            }),
            card_title: self.card_title,
            child_count,
            version: self.version,
        }
    }
}

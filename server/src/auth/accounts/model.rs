//! What an account is, and which role goes with which kind of unit.

use std::{fmt, str::FromStr};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Role,
    clock::{Day, Instant},
    ids::{AccountId, AssignmentId, GroupId, UnitId},
    parsed, stored_as_text,
    units::{UnitKind, UnitRef},
};

/// How long a set-up link opens an account.
pub const SETUP_SECONDS: i64 = 24 * 3600;

/// A user name: 3 to 64 of a–z, 0–9, dot, dash, underscore; capitals are lowered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Username(String);

impl Username {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if (3..=64).contains(&name.len()) && name.bytes().all(fits) {
            Ok(Self(name))
        } else {
            Err("must have 3 to 64 characters of a-z, 0-9, dot, dash and underscore")
        }
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

parsed!(Username, "username", "wang.fang");
stored_as_text!(Username);

/// Whether a role makes sense on a unit of this kind.
pub fn fits(role: Role, kind: UnitKind) -> bool {
    use UnitKind::{Branch, Committee, Department, GeneralBranch, Group, LiaisonOffice};
    match role {
        Role::Administrator | Role::Supervisor => true,
        Role::DepartmentOfficer => kind == Department,
        Role::CommitteeOfficer => matches!(kind, Committee | GeneralBranch),
        Role::BranchSecretary => matches!(kind, GeneralBranch | Branch | Group),
        Role::LiaisonOfficer => matches!(kind, Department | LiaisonOffice),
    }
}

/// An account to be made, with its first role.
#[derive(eserde::Deserialize, ToSchema)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: Username,
    /// The first role.
    pub role: Role,
    /// The unit on which it holds; null is the whole registry, for administrators.
    #[serde(default)]
    pub unit_id: Option<UnitId>,
}

/// A role to be given.
#[derive(eserde::Deserialize, ToSchema)]
pub struct NewAssignment {
    /// The role.
    pub role: Role,
    /// The unit on which it holds; null is the whole registry, for administrators.
    #[serde(default)]
    pub unit_id: Option<UnitId>,
}

/// A one-time link that opens an account.
#[derive(Clone, Debug, Serialize, serde::Deserialize, ToSchema)]
pub struct SetupLink {
    /// The page to open; the code stands in the fragment, which never reaches a server's log.
    pub url: String,
    /// The code alone.
    pub code: String,
    /// When it stops working.
    pub expires_at: Instant,
}

/// A new account and the link that opens it.
#[derive(Clone, Debug, Serialize, serde::Deserialize, ToSchema)]
pub struct CreatedAccount {
    /// The account.
    pub id: AccountId,
    /// The name to sign in with.
    pub username: Username,
    /// The link for its holder.
    pub setup: SetupLink,
}

/// A role that was given.
#[derive(Clone, Debug, Serialize, serde::Deserialize, ToSchema)]
pub struct CreatedAssignment {
    /// The assignment.
    pub id: AssignmentId,
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit_id: Option<UnitId>,
}

/// A role of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// The assignment.
    pub id: AssignmentId,
    /// The role.
    pub role: Role,
    /// The unit; null is the whole registry.
    pub unit_id: Option<UnitId>,
    /// The unit by name.
    pub unit: Option<UnitRef>,
    /// In force from this day on, where it is for a time.
    pub from: Option<Day>,
    /// In force until this day, itself included.
    pub until: Option<Day>,
    /// The supervision group that gave it.
    pub group_id: Option<GroupId>,
}

impl AssignmentView {
    /// Whether it is in force on this day.
    pub(super) fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// An account, as its holder sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// The name to sign in with.
    pub username: Username,
    /// Its roles.
    pub assignments: Vec<AssignmentView>,
    /// Whether signing in takes a second factor.
    pub totp: bool,
    /// Whether it is closed.
    pub disabled: bool,
}

/// An account, as an administrator sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountRecord {
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened")]
    pub account: Account,
    /// Whether its holder has used the set-up link.
    pub set_up: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_lowered_and_plain() {
        assert_eq!("Wang.Fang-2_x".parse::<Username>().map(|n| n.to_string()), Ok("wang.fang-2_x".into()));
        for bad in ["ab", "", "王芳王芳", "a b c", "a@b.c", "a/b", &"x".repeat(65)] {
            assert!(bad.parse::<Username>().is_err(), "{bad}");
        }
    }
}

//! The signed-in caller, as handlers receive it.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};

use super::{Operation, Role, Scope, operations};
use crate::{
    db::Seen,
    error::ApiError,
    ids::{AccountId, DeviceId, MemberId, UnitId},
};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// An officer, by account.
    Officer {
        /// The account.
        account: AccountId,
        /// Its name, for the log.
        username: String,
    },
    /// A member, by phone.
    Member {
        /// The member.
        member: MemberId,
        /// The phone.
        device: DeviceId,
    },
}

/// A role that the caller holds, and where its reach begins (`None`: the whole registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The role.
    pub role: Role,
    /// The unit at which the reach begins.
    pub reach: Option<UnitId>,
    /// In which role it was lent, where a supervision group gives it: it opens no more than that role does.
    pub lender: Option<Role>,
}

/// A caller who passed the guard, with the reach that the operation's row grants.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub who: Who,
    /// What the caller reaches in this operation.
    pub scope: Scope,
    /// Every role of the caller, for what else may be done next.
    pub held: Vec<Held>,
    /// What the caller has written already, and is to find in every list.
    pub seen: Seen,
}

impl Caller {
    /// A member, about themselves, where no token was needed to come this far (a phone that is just being bound).
    pub fn oneself(member: MemberId, device: DeviceId) -> Self {
        let scope = Scope { own: Some(member), ..Scope::default() };
        Self { who: Who::Member { member, device }, scope, held: Vec::new(), seen: Seen::default() }
    }

    /// What the caller reaches in another operation: answers say by it what the caller may do next.
    pub fn scope_in(&self, operation: Operation) -> Scope {
        operations::access(operation).map_or_else(Scope::default, |access| Scope::of(&access, &self.who, &self.held))
    }

    /// The unit from which the caller acts: that of the first role which let them in.
    pub fn unit(&self) -> Option<UnitId> {
        self.scope.grants.iter().find_map(|grant| grant.unit)
    }

    /// The officer's account; 403 for a member.
    pub fn account(&self) -> Result<AccountId, ApiError> {
        match self.who {
            Who::Officer { account, .. } => Ok(account),
            Who::Member { .. } => Err(ApiError::not_allowed()),
        }
    }

    /// The officer's user name; 403 for a member.
    pub fn username(&self) -> Result<&str, ApiError> {
        match &self.who {
            Who::Officer { username, .. } => Ok(username),
            Who::Member { .. } => Err(ApiError::not_allowed()),
        }
    }

    /// The member and the phone; 403 for an officer.
    pub fn member(&self) -> Result<(MemberId, DeviceId), ApiError> {
        match self.who {
            Who::Member { member, device } => Ok((member, device)),
            Who::Officer { .. } => Err(ApiError::not_allowed()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::not_signed_in)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ApiError> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

//! A commendation: what for, its states, and who may do what.

use utoipa::ToSchema;

use crate::{
    clock::Instant,
    error::FieldError,
    ids::{CommendationId, MemberId, UnitId},
    parsing::Text,
    words,
};

words! {
    /// What somebody is commended as.
    pub enum CommendationTitle {
        /// 身边好党员
        GoodMember = "good_member",
        /// 先进党支部
        AdvancedBranch = "advanced_branch",
        /// 优秀党务工作者
        GoodWorker = "good_worker",
        /// Something else, which the reason says.
        Other = "other",
    }
}

words! {
    /// Where a commendation stands.
    pub enum CommendationState {
        /// Waits for the level above.
        Nominated = "nominated",
        /// The member does not want it.
        Declined = "declined",
        /// Refused, with a reason.
        Refused = "refused",
        /// Confirmed, with a citation.
        Confirmed = "confirmed",
        /// Read by the members of the units to which it is published.
        Published = "published",
        /// Taken out of the world, with a reason.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What can be done with a commendation.
    pub enum CommendationAction {
        /// Confirm it, with a citation.
        Confirm = "confirm",
        /// Refuse it, with a reason.
        Refuse = "refuse",
        /// Publish it to units.
        Publish = "publish",
        /// Withdraw it, with a reason.
        Withdraw = "withdraw",
        /// The member does not want it.
        Decline = "decline",
    }
}

words! {
    /// How far a commendation has come, for lists by the day on which it did.
    pub enum CommendationStep {
        /// It was nominated.
        Nominated = "nominated",
        /// It was confirmed.
        Confirmed = "confirmed",
        /// It was published.
        Published = "published",
    }
}

impl CommendationStep {
    /// The column that says when.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Nominated => "k.created_at",
            Self::Confirmed => "k.confirmed_at",
            Self::Published => "k.published_at",
        }
    }
}

/// How somebody stands towards a commendation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Keeps the records of the unit that nominates.
    pub(super) desk: bool,
    /// Leads from above that unit, or leads it where nothing is above.
    pub(super) leader: bool,
    /// Is the member who is nominated.
    pub(super) nominee: bool,
}

/// Whether it may be done. The one rule: the service checks it, answers tell it.
pub(super) fn may(action: CommendationAction, state: CommendationState, by: Standing) -> bool {
    concerns(action, by) && from(action, by).contains(&state)
}

/// Whether it is theirs to do at some time.
pub(super) fn concerns(action: CommendationAction, by: Standing) -> bool {
    match action {
        CommendationAction::Confirm | CommendationAction::Refuse | CommendationAction::Publish => by.leader,
        CommendationAction::Withdraw => by.desk || by.leader,
        CommendationAction::Decline => by.nominee,
    }
}

fn from(action: CommendationAction, by: Standing) -> &'static [CommendationState] {
    use CommendationState::{Confirmed, Nominated, Published};
    match action {
        CommendationAction::Confirm | CommendationAction::Refuse | CommendationAction::Decline => &[Nominated],
        CommendationAction::Publish => &[Confirmed],
        // What was confirmed is the confirming level's to withdraw.
        CommendationAction::Withdraw if by.leader => &[Nominated, Confirmed, Published],
        CommendationAction::Withdraw => &[Nominated],
    }
}

/// A nomination.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewCommendation {
    /// The unit that nominates.
    pub unit_id: UnitId,
    /// A member of the unit…
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// …or a branch at or below it.
    #[serde(default)]
    pub nominee_unit_id: Option<UnitId>,
    /// What as.
    pub title: CommendationTitle,
    /// Why.
    pub reason: Text<1000>,
}

impl NewCommendation {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self) -> Vec<FieldError> {
        let (member, unit) = (self.member_id.is_some(), self.nominee_unit_id.is_some());
        let mut errors = Vec::new();
        match self.title {
            CommendationTitle::GoodMember | CommendationTitle::GoodWorker => {
                if !member {
                    errors.push(FieldError::new("/member_id", "required", "is required for this title"));
                }
                if unit {
                    errors.push(FieldError::new("/nominee_unit_id", "invalid", "does not go with this title"));
                }
            }
            CommendationTitle::AdvancedBranch => {
                if !unit {
                    errors.push(FieldError::new("/nominee_unit_id", "required", "is required for this title"));
                }
                if member {
                    errors.push(FieldError::new("/member_id", "invalid", "does not go with this title"));
                }
            }
            CommendationTitle::Other if member == unit => {
                errors.push(FieldError::new(
                    "/member_id",
                    "required",
                    "is required, or else nominee_unit_id; not both",
                ));
            }
            CommendationTitle::Other => {}
        }
        errors
    }
}

/// That it is confirmed.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Confirmation {
    /// What is said in praise.
    pub citation: Text<500>,
}

/// To whom it is published.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct CommendationAudience {
    /// The units, each with all below it, within the caller's reach. Left out: the unit that nominated.
    #[serde(default)]
    pub audience: Option<Vec<UnitId>>,
}

/// A commendation as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct CommendationRow {
    pub(super) id: CommendationId,
    pub(super) unit_id: UnitId,
    pub(super) member_id: Option<MemberId>,
    pub(super) nominee_unit_id: Option<UnitId>,
    pub(super) title: CommendationTitle,
    pub(super) state: CommendationState,
    pub(super) reason_sealed: Option<Vec<u8>>,
    pub(super) citation_sealed: Option<Vec<u8>>,
    pub(super) answer_sealed: Option<Vec<u8>>,
    pub(super) confirmed_at: Option<Instant>,
    pub(super) published_at: Option<Instant>,
    pub(super) created_at: Instant,
}

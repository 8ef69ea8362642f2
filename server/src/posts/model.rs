//! A post: its kinds, its days, and what may be done about it.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{MemberId, PostId, UnitId},
    parsing::Line,
    words,
};

words! {
    /// What a member is in a unit.
    pub enum PostKind {
        /// 书记
        Secretary = "secretary",
        /// 副书记
        DeputySecretary = "deputy_secretary",
        /// 组织委员
        Organiser = "organiser",
        /// 宣传委员
        Publicity = "publicity",
        /// 纪检委员
        Discipline = "discipline",
        /// 委员
        OtherCommitteeMember = "other_committee_member",
    }
}

words! {
    /// Whether something is still held.
    pub enum Tenure {
        /// It is held.
        Open = "open",
        /// It has ended.
        Ended = "ended",
    }
}

words! {
    /// What can be done about a post or a contact point.
    pub enum TenureAction {
        /// End it.
        End = "end",
    }
}

/// A post as it is recorded.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewPost {
    /// The unit.
    pub unit_id: UnitId,
    /// Who holds it: a member within the caller's reach.
    pub member_id: MemberId,
    /// Which post.
    pub kind: PostKind,
    /// The administrative post held beside it (一肩挑).
    #[serde(default)]
    pub dual_title: Option<Line<60>>,
    /// The first day.
    pub from: Day,
    /// The last day, of a post that has ended.
    #[serde(default)]
    pub until: Option<Day>,
}

/// When something that is held ends.
#[derive(Clone, Copy, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct EndOn {
    /// The last day; today where it is left out.
    #[serde(default)]
    pub until: Option<Day>,
}

/// What does not fit in the days of something held.
pub(super) fn misdated(from: Day, until: Option<Day>, today: Day) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if from > today {
        errors.push(FieldError::new("/from", "invalid", "must not lie in the future"));
    }
    errors.extend(until.and_then(|until| misdated_end(from, until, today)));
    errors
}

/// Why something held since `from` cannot have ended on `until`.
pub(super) fn misdated_end(from: Day, until: Day, today: Day) -> Option<FieldError> {
    let wrong = until < from || until > today;
    wrong.then(|| FieldError::new("/until", "invalid", "must lie between the first day and today"))
}

impl Tenure {
    /// The state of something with this last day.
    pub(super) fn of(until: Option<Day>) -> Self {
        if until.is_none() { Self::Open } else { Self::Ended }
    }

    /// What a caller may do about it who reaches its unit, or does not. The one rule: services check it, answers tell it.
    pub(super) fn actions(self, within: bool) -> Vec<TenureAction> {
        if self == Self::Open && within { vec![TenureAction::End] } else { Vec::new() }
    }
}

/// A post as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct PostRow {
    pub(super) id: PostId,
    pub(super) unit_id: UnitId,
    pub(super) member_id: MemberId,
    pub(super) kind: PostKind,
    pub(super) dual: bool,
    pub(super) dual_title_sealed: Option<Vec<u8>>,
    pub(super) from_on: Day,
    pub(super) until_on: Option<Day>,
    pub(super) created_at: Instant,
}

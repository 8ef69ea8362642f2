//! A contact point, as it is recorded and shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    ids::{ContactPointId, MemberId, UnitId},
    people::MemberRef,
    posts::model::{Tenure, TenureAction},
    units::UnitRef,
};

/// A contact point as it is recorded.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
pub struct NewContactPoint {
    /// The leader: a member who holds a post in a unit above.
    pub member_id: MemberId,
    /// The unit that the leader looks after.
    pub unit_id: UnitId,
    /// The first day.
    pub from: Day,
    /// The last day, of one that has ended.
    #[serde(default)]
    pub until: Option<Day>,
}

/// A unit that a leader looks after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactPoint {
    /// Its id.
    pub id: ContactPointId,
    /// The unit that is looked after.
    pub unit: UnitRef,
    /// The leader.
    pub leader: MemberRef,
    /// The unit in which the leader holds a post.
    pub leader_unit: UnitRef,
    /// The first day.
    pub from: Day,
    /// The last day; null while it goes on.
    pub until: Option<Day>,
    /// Whether it goes on.
    pub state: Tenure,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<TenureAction>,
}

/// A contact point as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct PointRow {
    pub(super) id: ContactPointId,
    pub(super) unit_id: UnitId,
    pub(super) leader_unit_id: UnitId,
    pub(super) member_id: MemberId,
    pub(super) from_on: Day,
    pub(super) until_on: Option<Day>,
    pub(super) created_at: Instant,
}

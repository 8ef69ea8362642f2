//! A bulletin: its kinds, its states, and what may be done with it.

use utoipa::ToSchema;

use crate::{
    clock::Instant,
    ids::{BulletinId, UnitId},
    parsing::{Line, Text},
    words,
};

words! {
    /// What it is.
    pub enum BulletinKind {
        /// 简报
        Bulletin = "bulletin",
        /// 墙报
        Wall = "wall",
        /// 网络版面
        Page = "page",
    }
}

words! {
    /// Where a bulletin stands.
    pub enum BulletinState {
        /// Being written: seen by whoever keeps the unit's records.
        Draft = "draft",
        /// Read by its audience; it does not change any more.
        Published = "published",
        /// Taken back, with a reason.
        TakenBack = "taken_back",
    }
}

words! {
    /// What can be done with a bulletin.
    pub enum BulletinAction {
        /// Write on.
        Edit = "edit",
        /// Publish it.
        Publish = "publish",
        /// Throw the draft away.
        Discard = "discard",
        /// Take it back.
        TakeBack = "take_back",
    }
}

impl BulletinAction {
    /// The state in which it can be done.
    pub(super) const fn state(self) -> BulletinState {
        match self {
            Self::Edit | Self::Publish | Self::Discard => BulletinState::Draft,
            Self::TakeBack => BulletinState::Published,
        }
    }
}

/// A bulletin that is begun.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewBulletin {
    /// The unit that publishes it.
    pub unit_id: UnitId,
    /// What it is.
    pub kind: BulletinKind,
    /// What it is called.
    pub title: Line<100>,
    /// The text, in Markdown.
    pub body: Text<50_000>,
    /// The units to whose members it goes, each with all below it: at or below the unit. Left out: the unit.
    #[serde(default)]
    pub audience: Option<Vec<UnitId>>,
}

/// What changes about a draft.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct BulletinChanges {
    /// What it is.
    #[serde(default)]
    pub kind: Option<BulletinKind>,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line<100>>,
    /// The text, in Markdown.
    #[serde(default)]
    pub body: Option<Text<50_000>>,
    /// The units to whose members it goes.
    #[serde(default)]
    pub audience: Option<Vec<UnitId>>,
}

/// A bulletin as it is stored, without its text.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct BulletinRow {
    pub(super) id: BulletinId,
    pub(super) unit_id: UnitId,
    pub(super) kind: BulletinKind,
    pub(super) state: BulletinState,
    pub(super) year: Option<i64>,
    pub(super) issue: Option<i64>,
    pub(super) title: String,
    pub(super) taken_back_reason: Option<String>,
    pub(super) published_at: Option<Instant>,
    pub(super) version: i64,
    pub(super) created_at: Instant,
}

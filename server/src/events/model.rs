//! Events: their kinds, their state by the clock, who is asked to come.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Instant,
    codes::EventCodeId,
    ids::{EventId, MemberId, UnitId},
    tallies::Meeting,
    words,
};

words! {
    /// The forms of organisation life.
    pub enum EventKind {
        /// 集中学习
        CollectiveStudy = "collective_study",
        /// 党课
        Lecture = "lecture",
        /// 动员报告
        MobilisationReport = "mobilisation_report",
        /// 讨论
        Discussion = "discussion",
        /// 主题党日
        ThemeDay = "theme_day",
        /// 党员大会
        MemberAssembly = "member_assembly",
        /// 支委会
        BranchCommitteeMeeting = "branch_committee_meeting",
        /// 党小组会
        GroupMeeting = "group_meeting",
        /// 组织生活会
        OrganisationLifeMeeting = "organisation_life_meeting",
        /// 民主评议
        DemocraticAppraisal = "democratic_appraisal",
        /// 主题实践
        Practice = "practice",
        /// 换届选举
        Election = "election",
        /// Any other.
        Other = "other",
    }
}

words! {
    /// Who may check in.
    pub enum Audience {
        /// Members whose host is the unit or below it.
        Unit = "unit",
        /// Every member with an active registration.
        Open = "open",
    }
}

words! {
    /// Where an event stands, by the clock.
    pub enum State {
        /// Checking in has not opened.
        Upcoming = "upcoming",
        /// One can check in.
        Open = "open",
        /// Checking in has closed.
        Closed = "closed",
        /// It does not take place.
        Cancelled = "cancelled",
    }
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// The unit that holds it.
    pub unit_id: UnitId,
    /// The random short id in its codes.
    #[sqlx(try_from = "Vec<u8>")]
    pub code_id: EventCodeId,
    /// Its form.
    pub kind: EventKind,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub place: Option<String>,
    /// What it counts for who was there.
    pub minutes: i64,
    /// Who may check in.
    pub audience: Audience,
    /// When checking in opens.
    pub opens_at: Instant,
    /// When checking in closes.
    pub closes_at: Instant,
    /// When it was cancelled.
    pub cancelled_at: Option<Instant>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// Grows with every change.
    pub version: i64,
}

impl EventRow {
    /// Where it stands at `now`. Both ends of the check-in window belong to it.
    pub fn state(&self, now: Instant) -> State {
        if self.cancelled_at.is_some() {
            State::Cancelled
        } else if now < self.opens_at {
            State::Upcoming
        } else if now <= self.closes_at {
            State::Open
        } else {
            State::Closed
        }
    }

    /// The event, as far as presences at it are counted.
    pub fn meeting(&self) -> Meeting {
        Meeting { event: self.id, unit: self.unit_id, starts_at: self.starts_at }
    }

    /// Whether `name` is its id or, in hexadecimal digits, the short id of its codes.
    pub fn is_named(&self, name: &str) -> bool {
        name.parse() == Ok(self.id) || hex::decode(name).is_ok_and(|short| short == self.code_id)
    }

    /// What it counts, in hours.
    pub fn hours(&self) -> f64 {
        // A quarter of an hour is the smallest step, so the quotient is exact.
        f64::from(i32::try_from(self.minutes).unwrap_or(0)) / 60.0
    }
}

/// A member who is asked to come.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Expected {
    /// The member.
    pub member_id: MemberId,
    /// Their name.
    pub name: String,
    /// Their host unit.
    pub host_unit_id: UnitId,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct Counts {
    /// Members who are asked to come, whatever became of it.
    pub expected: i64,
    /// Present, visitors included.
    pub present: i64,
    /// On leave.
    pub on_leave: i64,
    /// Absent.
    pub absent: i64,
    /// Made up later.
    pub made_up: i64,
    /// Present without having been asked: guests of an open event, members who came to a new host.
    pub visitors: i64,
}

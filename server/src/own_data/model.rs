//! The shape of a member's own data. Officers are never named in it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{care::OwnCare, organisation::OwnOrganisation};
use crate::{
    cards::{Card, CardStep},
    check_ins::{OwnAttempt, OwnAttendance},
    clock::Instant,
    devices::PastPhone,
    documents::OwnDocument,
    home::AccessLogEntry,
    inbox::NoticeItem,
    people::{IdNumber, Member},
    registrations::{ContactMethod, ContactOutcome, HistoryItem, MemberRequest, Registration},
};

/// Everything that is held about a member.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnData {
    /// When it was gathered.
    pub(super) generated_at: Instant,
    /// Who the member is, with what the member has agreed to.
    pub(super) person: Member,
    /// The ID number, whole.
    pub(super) id_number: IdNumber,
    /// The letters by which the name is found.
    pub(super) name_initials: String,
    /// The photo, a JPEG in base64.
    pub(super) photo: Option<String>,
    /// Every stay, oldest first.
    pub(super) registrations: Vec<OwnStay>,
    /// Every card, oldest first.
    pub(super) cards: Vec<OwnCard>,
    /// Every phone that was ever bound.
    pub(super) devices: Vec<PastPhone>,
    /// The attendance record, newest event first.
    pub(super) attendance: Vec<OwnAttendance>,
    /// Attempts to check in, also those that did not count; newest first.
    pub(super) attempts: Vec<OwnAttempt>,
    /// What the member has asked for, newest first.
    pub(super) requests: Vec<MemberRequest>,
    /// What the member has written, with every word, newest first.
    pub(super) documents: Vec<OwnDocument>,
    /// The part in the organisation.
    #[serde(flatten)]
    pub(super) organisation: OwnOrganisation,
    /// Talks, opinions, help.
    #[serde(flatten)]
    pub(super) care: OwnCare,
    /// What the member was told, newest first.
    pub(super) notices: Vec<NoticeItem>,
    /// Since when a calendar follows the member's events by a private link, if one does.
    pub(super) calendar_link_since: Option<Instant>,
    /// Who looked, by role and unit; newest first.
    pub(super) access_log: Vec<AccessLogEntry>,
}

/// A stay with all that happened to it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnStay {
    /// The stay.
    pub(super) registration: Registration,
    /// Its history, oldest first.
    pub(super) history: Vec<HistoryItem>,
    /// Attempts to reach the member, newest first; without the notes, which may be about others.
    pub(super) contacts: Vec<OwnContact>,
}

/// An attempt to reach the member.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnContact {
    /// When.
    pub(super) at: Instant,
    /// How.
    pub(super) method: ContactMethod,
    /// What came of it.
    pub(super) outcome: ContactOutcome,
}

/// A card with its history.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnCard {
    /// The card.
    pub(super) card: Card,
    /// What was done with it, oldest first.
    pub(super) history: Vec<CardStep>,
}

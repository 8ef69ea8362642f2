//! Notices: of what kinds, to whom, and about what.

use uuid::Uuid;

use crate::{
    ids::{EventId, MemberId, RegistrationId, RequestId, UnitId},
    words,
};

words! {
    /// What has happened.
    pub enum NoticeKind {
        /// The home department has confirmed the registration.
        RegistrationConfirmed = "registration_confirmed",
        /// The host has accepted the member.
        RegistrationAccepted = "registration_accepted",
        /// The end that was asked has refused.
        RegistrationDeclined = "registration_declined",
        /// It was taken back before both ends agreed.
        RegistrationWithdrawn = "registration_withdrawn",
        /// The member goes to another host.
        RegistrationMoved = "registration_moved",
        /// The member went home.
        RegistrationReturned = "registration_returned",
        /// The formal affiliation moved.
        RegistrationTransferred = "registration_transferred",
        /// The home end says that the member cannot be reached.
        RegistrationOutOfContact = "registration_out_of_contact",
        /// The member was found again.
        RegistrationRestored = "registration_restored",
        /// A card was issued.
        CardIssued = "card_issued",
        /// The card was halted.
        CardSuspended = "card_suspended",
        /// The card was taken up again.
        CardResumed = "card_resumed",
        /// The card was reported lost.
        CardLost = "card_lost",
        /// A new card is in its place.
        CardReplaced = "card_replaced",
        /// The card was ended for good.
        CardRevoked = "card_revoked",
        /// The yearly review was made.
        CardReviewed = "card_reviewed",
        /// The card was handed back.
        CardSurrendered = "card_surrendered",
        /// A phone was bound.
        DeviceBound = "device_bound",
        /// A phone was removed.
        DeviceRemoved = "device_removed",
        /// An event has another time, place or title.
        EventChanged = "event_changed",
        /// An event does not take place.
        EventCancelled = "event_cancelled",
        /// An entry of the attendance record was corrected.
        AttendanceCorrected = "attendance_corrected",
        /// A disputed entry stands; the answer says why.
        DisputeAnswered = "dispute_answered",
        /// The member asks for leave.
        LeaveAsked = "leave_asked",
        /// The member disputes an entry.
        EntryDisputed = "entry_disputed",
        /// The member has another phone number.
        PhoneChanged = "phone_changed",
        /// The member has another employer.
        EmployerChanged = "employer_changed",
        /// The member has another address.
        AddressChanged = "address_changed",
        /// The member asks to go home, to another host, or to transfer.
        RequestFiled = "request_filed",
        /// The member has taken a request back.
        RequestTakenBack = "request_taken_back",
        /// A request was carried out.
        RequestDone = "request_done",
        /// A request was refused, with a reason.
        RequestRefused = "request_refused",
        /// A plan of study has begun.
        PlanStarted = "plan_started",
        /// The member's document was given back with a remark.
        DocumentReturned = "document_returned",
        /// The member's document was accepted.
        DocumentAccepted = "document_accepted",
        /// A talk with the member is on record.
        TalkRecorded = "talk_recorded",
        /// What was promised in a talk is done.
        TalkFollowedUp = "talk_followed_up",
        /// A talk was recorded by mistake.
        TalkVoided = "talk_voided",
        /// What the member said about a unit is being put right.
        OpinionTakenUp = "opinion_taken_up",
        /// What the member said about a unit was put right, or explained.
        OpinionDone = "opinion_done",
        /// What was said about a unit, and what became of it, is published.
        OpinionPublished = "opinion_published",
        /// The member helps somebody, or is helped, from now on.
        PairingBegun = "pairing_begun",
        /// A pair of the member's has ended.
        PairingEnded = "pairing_ended",
        /// A pair of the member's was recorded by mistake.
        PairingVoided = "pairing_voided",
        /// A difficulty of the member's was taken up.
        CaseOpened = "case_opened",
        /// A difficulty of the member's was solved.
        CaseSolved = "case_solved",
        /// A difficulty of the member's was recorded by mistake.
        CaseVoided = "case_voided",
        /// The member was given something.
        AidGiven = "aid_given",
        /// What the member was given was recorded by mistake.
        AidVoided = "aid_voided",
        /// A bulletin was published.
        BulletinPublished = "bulletin_published",
        /// The member's post is on record.
        PostRecorded = "post_recorded",
        /// The member's post has ended.
        PostEnded = "post_ended",
        /// A census asks the unit.
        CensusOpened = "census_opened",
        /// A unit below asks to hold an election.
        ElectionAsked = "election_asked",
        /// The election may be held.
        ElectionAllowed = "election_allowed",
        /// What was asked about an election was given back.
        ElectionSentBack = "election_sent_back",
        /// A unit below asks to approve the result.
        ElectionResult = "election_result",
        /// The result is approved.
        ElectionApproved = "election_approved",
        /// A supervision group has written down a visit to the unit.
        VisitRecorded = "visit_recorded",
        /// A visited unit has answered a problem.
        FindingAnswered = "finding_answered",
        /// The superior has answered a request.
        SubmissionAnswered = "submission_answered",
        /// The superior has acknowledged a report.
        SubmissionAcknowledged = "submission_acknowledged",
        /// The member is nominated for a commendation, and may decline.
        CommendationNominated = "commendation_nominated",
        /// The member's commendation was confirmed.
        CommendationConfirmed = "commendation_confirmed",
        /// The member's commendation was published.
        CommendationPublished = "commendation_published",
    }
}

words! {
    /// Which kind of record of the units' work something is about.
    pub enum SubjectKind {
        /// A post in a unit.
        Post = "post",
        /// A recruit's way.
        Recruit = "recruit",
        /// A census.
        Census = "census",
        /// An election.
        Election = "election",
        /// A personal document.
        Document = "document",
        /// A plan of study.
        Plan = "plan",
        /// A talk.
        Talk = "talk",
        /// An opinion.
        Opinion = "opinion",
        /// A pair.
        Pairing = "pairing",
        /// A case of help.
        Case = "case",
        /// A supervision group's visit.
        Visit = "visit",
        /// A request to the superior, or a report.
        Submission = "submission",
        /// A bulletin.
        Bulletin = "bulletin",
        /// A commendation.
        Commendation = "commendation",
    }
}

/// A record of the units' work that something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Of which kind.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The member.
    Member(MemberId),
    /// Whoever reaches this unit as the home end.
    Home(UnitId),
    /// Whoever reaches this unit as the host end.
    Host(UnitId),
    /// Whoever holds a role on this very unit: what concerns one unit is no news to all above it.
    Unit(UnitId),
}

/// What is told, to however many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What has happened.
    pub kind: NoticeKind,
    /// Whom it is about, where it is about one member.
    pub member: Option<MemberId>,
    /// The stay.
    pub registration: Option<RegistrationId>,
    /// The number of the card.
    pub card: Option<String>,
    /// The event.
    pub event: Option<EventId>,
    /// The request.
    pub request: Option<RequestId>,
    /// The record of the units' work.
    pub subject: Option<Subject>,
}

impl News {
    /// News of this kind about a member.
    pub fn new(kind: NoticeKind, member: MemberId) -> Self {
        Self { kind, member: Some(member), registration: None, card: None, event: None, request: None, subject: None }
    }

    /// News of this kind about a record of the units' work.
    pub fn of(kind: NoticeKind, subject: SubjectKind, id: impl Into<Uuid>) -> Self {
        let subject = Some(Subject { kind: subject, id: id.into() });
        Self { kind, member: None, registration: None, card: None, event: None, request: None, subject }
    }

    /// Names the member whom it is about.
    #[must_use]
    pub fn about(mut self, member: MemberId) -> Self {
        self.member = Some(member);
        self
    }

    /// Names the stay.
    #[must_use]
    pub fn of_stay(mut self, registration: RegistrationId) -> Self {
        self.registration = Some(registration);
        self
    }

    /// Names the card by its number.
    #[must_use]
    pub fn of_card(mut self, number: impl ToString) -> Self {
        self.card = Some(number.to_string());
        self
    }

    /// Names the event.
    #[must_use]
    pub fn of_event(mut self, event: EventId) -> Self {
        self.event = Some(event);
        self
    }

    /// Names the request.
    #[must_use]
    pub fn of_request(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }

    /// The same for one recipient.
    pub fn to(&self, recipient: Recipient) -> Notice {
        Notice { to: recipient, news: self.clone() }
    }
}

/// News for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub news: News,
}

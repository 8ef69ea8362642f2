//! THE table role × operation: every route of the API, who may call it, and which end of the record must be theirs.
//!
//! The guard answers nobody on a route without a row here, and a test holds the table against the OpenAPI document and
//! walks every role × every row × {own scope, other scope, none}.

use super::{
    Role,
    Role::{Administrator, BranchSecretary, CommitteeOfficer, DepartmentOfficer, LiaisonOfficer, Supervisor},
    Side::{self, Any, Either, Home, Host, Unit},
};

/// Who may call an operation.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Anyone; signed-in holders of `roles` may get a fuller answer.
    Public {
        /// Roles with a reach in the fuller answer.
        roles: &'static [(Role, Side)],
    },
    /// Any officer or member, about themselves.
    SignedIn,
    /// Only these roles within their reach, and the member concerned where `member` is set.
    Only {
        /// Whether a member may call it, for their own records.
        member: bool,
        /// The roles and the end that must lie below their unit.
        roles: &'static [(Role, Side)],
    },
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The operation; its snake_case name is the OpenAPI `operationId`.
    pub operation: Operation,
    /// HTTP method.
    pub method: &'static str,
    /// Path below `/api/v1`.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

macro_rules! table {
    ($($operation:ident $method:ident $path:literal $access:expr;)*) => {
        /// Every operation of the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the OpenAPI document describes each")]
        pub enum Operation { $($operation,)* }

        /// THE table.
        pub const TABLE: &[Row] = &[$(Row {
            operation: Operation::$operation,
            method: stringify!($method),
            path: $path,
            access: $access,
        },)*];
    };
}

const PUBLIC: Access = Access::Public { roles: &[] };
const fn only(roles: &'static [(Role, Side)]) -> Access {
    Access::Only { member: false, roles }
}
const fn member_or(roles: &'static [(Role, Side)]) -> Access {
    Access::Only { member: true, roles }
}
const MEMBER: Access = member_or(&[]);

/// Every officer; the directory of units is no secret among them.
const OFFICERS: &[(Role, Side)] = &[
    (Administrator, Any),
    (DepartmentOfficer, Any),
    (CommitteeOfficer, Any),
    (BranchSecretary, Any),
    (LiaisonOfficer, Any),
    (Supervisor, Any),
];
/// Whoever may see a member's stay.
const READERS: &[(Role, Side)] = &[
    (DepartmentOfficer, Home),
    (CommitteeOfficer, Either),
    (BranchSecretary, Either),
    (LiaisonOfficer, Home),
    (Supervisor, Either),
];
/// Both working ends of a stay.
const BOTH_ENDS: &[(Role, Side)] = &[(DepartmentOfficer, Home), (CommitteeOfficer, Either), (BranchSecretary, Either)];
/// The home end alone.
const HOME_END: &[(Role, Side)] = &[(DepartmentOfficer, Home), (CommitteeOfficer, Home), (BranchSecretary, Home)];
/// The home department alone: the card series is its own.
const DEPARTMENT: &[(Role, Side)] = &[(DepartmentOfficer, Home)];
/// Whoever hands a card over: the host branch in person, or the home department.
const CARD_DESK: &[(Role, Side)] = &[(DepartmentOfficer, Home), (CommitteeOfficer, Host), (BranchSecretary, Host)];
/// Whoever answers for how a unit is reached.
const REPORT_IN_DESK: &[(Role, Side)] =
    &[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit), (LiaisonOfficer, Unit)];
/// Whoever holds events.
const EVENT_DESK: &[(Role, Side)] = &[(CommitteeOfficer, Unit), (BranchSecretary, Unit)];
/// Whoever may look at a unit's events.
const EVENT_READERS: &[(Role, Side)] = &[(CommitteeOfficer, Unit), (BranchSecretary, Unit), (Supervisor, Unit)];
/// Whoever keeps the records of a unit's own work.
const WORK_DESK: &[(Role, Side)] = &[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit)];
/// Whoever knows a branch's members one by one; above it there are counts.
const BRANCH: &[(Role, Side)] = &[(BranchSecretary, Unit)];
/// Whoever leads units below: opens what they all take part in, and decides what they ask.
const WORK_LEADERS: &[(Role, Side)] = &[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit)];
/// Whoever may read the records of a unit's work.
const WORK_READERS: &[(Role, Side)] =
    &[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit), (Supervisor, Unit)];
/// Whoever may read figures alone, without names.
const SUMMARY_READERS: &[(Role, Side)] = &[
    (DepartmentOfficer, Unit),
    (CommitteeOfficer, Unit),
    (BranchSecretary, Unit),
    (LiaisonOfficer, Unit),
    (Supervisor, Unit),
];
/// Whoever may send a file that a record of theirs will name.
const SENDERS: &[(Role, Side)] =
    &[(DepartmentOfficer, Any), (CommitteeOfficer, Any), (BranchSecretary, Any), (Supervisor, Any)];

table! {
    // Sessions and accounts
    CreateSession       POST   "/sessions" PUBLIC;
    RefreshSession      POST   "/sessions/refresh" PUBLIC;
    EndSession          DELETE "/sessions" PUBLIC;
    CreateDeviceSession POST   "/sessions/device" PUBLIC;
    SetUpAccount        POST   "/account-setups" PUBLIC;
    GetMe               GET    "/me" Access::SignedIn;
    ChangePassword      POST   "/me/password" only(OFFICERS);
    BeginTotp           POST   "/me/totp" only(OFFICERS);
    ConfirmTotp         POST   "/me/totp/confirm" only(OFFICERS);
    RemoveTotp          POST   "/me/totp/remove" only(OFFICERS);
    CreateAccount       POST   "/accounts" only(&[(Administrator, Unit)]);
    ListAccounts        GET    "/accounts" only(&[(Administrator, Unit)]);
    GetAccount          GET    "/accounts/{id}" only(&[(Administrator, Unit)]);
    RenewAccountSetup   POST   "/accounts/{id}/setup" only(&[(Administrator, Unit)]);
    DisableAccount      POST   "/accounts/{id}/disable" only(&[(Administrator, Unit)]);
    EnableAccount       POST   "/accounts/{id}/enable" only(&[(Administrator, Unit)]);
    AddAssignment       POST   "/accounts/{id}/assignments" only(&[(Administrator, Unit)]);
    RemoveAssignment    DELETE "/accounts/{id}/assignments/{assignment_id}" only(&[(Administrator, Unit)]);

    // Units
    ListUnits           GET    "/units" only(OFFICERS);
    CreateUnit          POST   "/units" only(&[(Administrator, Unit)]);
    GetUnit             GET    "/units/{id}" only(OFFICERS);
    UpdateUnit          PATCH  "/units/{id}" only(&[(Administrator, Unit), (DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit)]);
    GetUnitOverview     GET    "/units/{id}/overview" only(&[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit), (LiaisonOfficer, Unit), (Supervisor, Unit)]);
    ExportUnit          GET    "/units/{id}/export.xlsx" only(&[(DepartmentOfficer, Unit), (CommitteeOfficer, Unit), (BranchSecretary, Unit), (LiaisonOfficer, Unit), (Supervisor, Unit)]);

    // Registrations
    CreateRegistration  POST   "/registrations" only(BOTH_ENDS);
    ListRegistrations   GET    "/registrations" only(READERS);
    SuggestMembers      POST   "/member-suggestions" only(READERS);
    ListPleaseCall      GET    "/please-call" only(BOTH_ENDS);
    GetRegistration     GET    "/registrations/{id}" member_or(READERS);
    GetRegistrationHistory GET "/registrations/{id}/history" member_or(READERS);
    ConfirmRegistration POST   "/registrations/{id}/confirm" only(DEPARTMENT);
    AcceptRegistration  POST   "/registrations/{id}/accept" only(&[(CommitteeOfficer, Host), (BranchSecretary, Host)]);
    DeclineRegistration POST   "/registrations/{id}/decline" only(BOTH_ENDS);
    WithdrawRegistration POST  "/registrations/{id}/withdraw" member_or(BOTH_ENDS);
    MoveRegistration    POST   "/registrations/{id}/move" only(BOTH_ENDS);
    ReturnRegistration  POST   "/registrations/{id}/return" only(BOTH_ENDS);
    TransferRegistration POST  "/registrations/{id}/transfer" only(BOTH_ENDS);
    SetOutOfContact     POST   "/registrations/{id}/out_of_contact" only(HOME_END);
    RestoreRegistration POST   "/registrations/{id}/restore" only(BOTH_ENDS);
    LogContact          POST   "/registrations/{id}/contacts" only(&[(DepartmentOfficer, Home), (CommitteeOfficer, Either), (BranchSecretary, Either), (LiaisonOfficer, Home)]);
    ListContacts        GET    "/registrations/{id}/contacts" only(READERS);

    // Imports
    CreateImport        POST   "/imports" only(BOTH_ENDS);
    RemarkImport        POST   "/imports/remarks.xlsx" only(BOTH_ENDS);
    GetImportTemplate   GET    "/imports/template.xlsx" only(&[(DepartmentOfficer, Any), (CommitteeOfficer, Any), (BranchSecretary, Any)]);

    // What members ask for
    CreateMyRequest     POST   "/me/requests" MEMBER;
    ListMyRequests      GET    "/me/requests" MEMBER;
    TakeBackMyRequest   POST   "/me/requests/{id}/take_back" MEMBER;
    ListHosts           GET    "/me/hosts" MEMBER;
    ListRequests        GET    "/requests" only(READERS);
    CarryOutRequest     POST   "/requests/{id}/carry_out" only(BOTH_ENDS);
    RefuseRequest       POST   "/requests/{id}/refuse" only(BOTH_ENDS);

    // Members
    GetMember           GET    "/members/{id}" only(READERS);
    GetMemberAttendance GET    "/members/{id}/attendance" only(READERS);
    GetMemberPhoto      GET    "/members/{id}/photo" member_or(READERS);
    PutMemberPhoto      PUT    "/members/{id}/photo" member_or(CARD_DESK);
    UpdateMe            PATCH  "/me" MEMBER;
    ListMyAccesses      GET    "/me/access-log" MEMBER;
    ListMyAttendance    GET    "/me/attendance" MEMBER;
    ListMyEvents        GET    "/me/events" MEMBER;
    GetMyCredential     GET    "/me/card/credential" MEMBER;
    ListMyDevices       GET    "/me/devices" MEMBER;
    RemoveMyDevice      DELETE "/me/devices/{id}" MEMBER;

    // Cards
    IssueCard           POST   "/registrations/{id}/cards" only(CARD_DESK);
    GetCard             GET    "/cards/{number}" member_or(READERS);
    GetCardHistory      GET    "/cards/{number}/history" member_or(READERS);
    GetCardQrSvg        GET    "/cards/{number}/qr.svg" member_or(CARD_DESK);
    GetCardQrPng        GET    "/cards/{number}/qr.png" member_or(CARD_DESK);
    GetCardPng          GET    "/cards/{number}/card.png" member_or(CARD_DESK);
    GetCardPdf          GET    "/cards/{number}/card.pdf" member_or(CARD_DESK);
    GetUnitCardsPdf     GET    "/units/{id}/cards.pdf" only(CARD_DESK);
    GetUnitCardsZip     GET    "/units/{id}/cards.zip" only(CARD_DESK);
    SuspendCard         POST   "/cards/{number}/suspend" only(DEPARTMENT);
    ResumeCard          POST   "/cards/{number}/resume" only(DEPARTMENT);
    ReportCardLost      POST   "/cards/{number}/report_lost" member_or(CARD_DESK);
    ReplaceCard         POST   "/cards/{number}/replace" only(CARD_DESK);
    RevokeCard          POST   "/cards/{number}/revoke" only(DEPARTMENT);
    ReviewCard          POST   "/cards/{number}/review" only(BOTH_ENDS);
    SurrenderCard       POST   "/cards/{number}/surrender" only(BOTH_ENDS);
    CreateActivation    POST   "/cards/{number}/activations" only(CARD_DESK);
    ListCardDevices     GET    "/cards/{number}/devices" only(CARD_DESK);
    RemoveCardDevice    DELETE "/cards/{number}/devices/{device_id}" only(CARD_DESK);
    Activate            POST   "/activations" PUBLIC;
    VerifyCard          POST   "/cards/verify" Access::Public { roles: READERS };
    GetStatusList       GET    "/status-lists/{number}" PUBLIC;

    // Events and check-ins
    CreateEvent         POST   "/events" only(EVENT_DESK);
    ListEvents          GET    "/events" only(EVENT_READERS);
    GetEvent            GET    "/events/{id}" member_or(EVENT_READERS);
    UpdateEvent         PATCH  "/events/{id}" only(EVENT_DESK);
    CancelEvent         POST   "/events/{id}/cancel" only(EVENT_DESK);
    GetEventCode        GET    "/events/{id}/code" only(EVENT_DESK);
    GetAttendance       GET    "/events/{id}/attendance" only(EVENT_READERS);
    RecordAttendance    POST   "/events/{id}/attendance" only(EVENT_DESK);
    WatchEvent          GET    "/events/{id}/live" only(EVENT_DESK);
    AskLeave            POST   "/events/{id}/leave" MEMBER;
    CheckIn             POST   "/check-ins" member_or(EVENT_DESK);
    GetOfflinePack      GET    "/events/{id}/offline-pack" only(EVENT_DESK);
    ListAttempts        GET    "/events/{id}/attempts" only(EVENT_READERS);
    SettleCheckIn       POST   "/check-ins/{id}/settle" only(EVENT_DESK);
    CorrectCheckIn      POST   "/check-ins/{id}/correct" only(EVENT_DESK);
    DisputeCheckIn      POST   "/check-ins/{id}/dispute" MEMBER;
    AnswerDispute       POST   "/check-ins/{id}/answer" only(EVENT_DESK);

    // The calendar link
    GetMyCalendar       GET    "/me/calendar" MEMBER;
    MakeMyCalendar      POST   "/me/calendar" MEMBER;
    EndMyCalendar       DELETE "/me/calendar" MEMBER;
    GetCalendar         GET    "/calendar/{link}" PUBLIC;

    // Paper
    GetEventPosterPdf   GET    "/events/{id}/poster.pdf" only(EVENT_DESK);
    GetSignInSheetPdf   GET    "/events/{id}/sign-in-sheet.pdf" only(EVENT_READERS);
    GetReportInPdf      GET    "/units/{id}/report-in.pdf" only(REPORT_IN_DESK);
    GetReportIn         GET    "/report-in/{code}" PUBLIC;

    // A member's own data
    GetMyData           GET    "/me/data" MEMBER;
    GetMyDataPdf        GET    "/me/data.pdf" MEMBER;

    // The home link
    CheckStatus         POST   "/status-checks" only(READERS);

    // Files that go with records
    CreateAttachment    POST   "/attachments" member_or(SENDERS);

    // Posts, contact points, recruits
    CreatePost          POST   "/posts" only(WORK_DESK);
    ListPosts           GET    "/posts" only(WORK_READERS);
    GetPost             GET    "/posts/{id}" only(WORK_READERS);
    EndPost             POST   "/posts/{id}/end" only(WORK_DESK);
    CreateContactPoint  POST   "/contact-points" only(WORK_LEADERS);
    ListContactPoints   GET    "/contact-points" only(WORK_READERS);
    GetContactPoint     GET    "/contact-points/{id}" only(WORK_READERS);
    EndContactPoint     POST   "/contact-points/{id}/end" only(WORK_LEADERS);
    CreateRecruit       POST   "/recruits" only(WORK_DESK);
    ListRecruits        GET    "/recruits" only(WORK_READERS);
    GetRecruit          GET    "/recruits/{id}" only(WORK_READERS);
    AdvanceRecruit      POST   "/recruits/{id}/advance" only(WORK_DESK);
    StopRecruit         POST   "/recruits/{id}/stop" only(WORK_DESK);
    EnrolRecruit        POST   "/recruits/{id}/enrol" only(WORK_DESK);

    // Censuses
    CreateCensus        POST   "/censuses" only(WORK_LEADERS);
    ListCensuses        GET    "/censuses" only(WORK_READERS);
    GetCensus           GET    "/censuses/{id}" only(WORK_READERS);
    AnswerCensusUnit    PUT    "/censuses/{id}/units/{unit_id}" only(WORK_DESK);
    AnswerCensusRest    POST   "/censuses/{id}/units/{unit_id}/rest_able" only(WORK_DESK);
    ListCensusMembers   GET    "/censuses/{id}/members" only(WORK_READERS);
    AnswerCensusMember  PUT    "/censuses/{id}/members/{member_id}" only(WORK_DESK);
    CloseCensus         POST   "/censuses/{id}/close" only(WORK_LEADERS);
    CompareCensuses     GET    "/censuses/{id}/compare/{other_id}" only(WORK_READERS);

    // Elections
    CreateElection      POST   "/elections" only(WORK_DESK);
    ListElections       GET    "/elections" only(WORK_READERS);
    ListDueElections    GET    "/elections/due" only(WORK_READERS);
    GetElection         GET    "/elections/{id}" only(WORK_READERS);
    AskElectionApproval POST   "/elections/{id}/ask_approval" only(WORK_DESK);
    ApproveElectionHolding POST "/elections/{id}/approve_holding" only(WORK_LEADERS);
    SendElectionBack    POST   "/elections/{id}/send_back" only(WORK_LEADERS);
    NominateCandidates  POST   "/elections/{id}/nominate" only(WORK_DESK);
    HoldElection        POST   "/elections/{id}/hold" only(EVENT_DESK);
    RecordElectionResult POST  "/elections/{id}/record_result" only(EVENT_DESK);
    ApproveElection     POST   "/elections/{id}/approve" only(WORK_LEADERS);
    WithdrawElection    POST   "/elections/{id}/withdraw" only(WORK_DESK);

    // Documents
    CreateMyDocument    POST   "/me/documents" MEMBER;
    ListMyDocuments     GET    "/me/documents" MEMBER;
    CreateDocument      POST   "/documents" only(WORK_DESK);
    ListDocuments       GET    "/documents" only(WORK_READERS);
    GetDocument         GET    "/documents/{id}" member_or(WORK_READERS);
    GetDocumentFile     GET    "/documents/{id}/file" member_or(WORK_READERS);
    ReturnDocument      POST   "/documents/{id}/return" only(WORK_DESK);
    AcceptDocument      POST   "/documents/{id}/accept" only(WORK_DESK);
    ReviseDocument      POST   "/documents/{id}/revise" member_or(WORK_DESK);
    WithdrawDocument    POST   "/documents/{id}/withdraw" member_or(WORK_DESK);

    // Plans
    CreatePlan          POST   "/plans" only(WORK_DESK);
    ListPlans           GET    "/plans" only(WORK_READERS);
    GetPlan             GET    "/plans/{id}" only(WORK_READERS);
    UpdatePlan          PATCH  "/plans/{id}" only(WORK_DESK);
    StartPlan           POST   "/plans/{id}/start" only(WORK_DESK);
    ClosePlan           POST   "/plans/{id}/close" only(WORK_DESK);
    GetPlanProgress     GET    "/plans/{id}/progress" only(WORK_READERS);
    ListPlanMembers     GET    "/plans/{id}/members" only(BRANCH);
    ListMyPlans         GET    "/me/plans" MEMBER;

    // Talks
    CreateTalk          POST   "/talks" only(WORK_DESK);
    ListTalks           GET    "/talks" only(WORK_READERS);
    GetTalk             GET    "/talks/{id}" only(WORK_READERS);
    FollowUpTalk        POST   "/talks/{id}/follow_up_done" only(WORK_DESK);
    VoidTalk            POST   "/talks/{id}/void" only(WORK_DESK);
    ListMyTalks         GET    "/me/talks" MEMBER;

    // Opinions
    CreateOpinion       POST   "/opinions" only(WORK_DESK);
    ListOpinions        GET    "/opinions" only(WORK_READERS);
    GetOpinion          GET    "/opinions/{id}" only(WORK_READERS);
    SortOpinion         POST   "/opinions/{id}/sort" only(WORK_DESK);
    DisposeOpinion      POST   "/opinions/{id}/dispose" only(WORK_DESK);
    NoteOpinion         POST   "/opinions/{id}/note" only(WORK_DESK);
    FinishOpinion       POST   "/opinions/{id}/done" only(WORK_DESK);
    PublishOpinion      POST   "/opinions/{id}/publish" only(WORK_DESK);
    CreateMyOpinion     POST   "/me/opinions" MEMBER;
    ListMyOpinions      GET    "/me/opinions" MEMBER;
    ListMyOpinionUnits  GET    "/me/opinions/units" MEMBER;

    // Pairing and aid
    CreatePairing       POST   "/pairings" only(WORK_DESK);
    ListPairings        GET    "/pairings" only(WORK_READERS);
    GetPairing          GET    "/pairings/{id}" only(WORK_READERS);
    EndPairing          POST   "/pairings/{id}/end" only(WORK_DESK);
    VoidPairing         POST   "/pairings/{id}/void" only(WORK_DESK);
    CreateCase          POST   "/cases" only(WORK_DESK);
    ListCases           GET    "/cases" only(WORK_READERS);
    GetCase             GET    "/cases/{id}" only(WORK_READERS);
    SolveCase           POST   "/cases/{id}/solve" only(WORK_DESK);
    VoidCase            POST   "/cases/{id}/void" only(WORK_DESK);
    CreateAid           POST   "/aid" only(WORK_DESK);
    ListAid             GET    "/aid" only(WORK_READERS);
    GetAid              GET    "/aid/{id}" only(WORK_READERS);
    VoidAid             POST   "/aid/{id}/void" only(WORK_DESK);
    GetMyAid            GET    "/me/aid" MEMBER;

    // Supervision and visits
    CreateSupervisionGroup POST "/supervision-groups" only(WORK_LEADERS);
    ListSupervisionGroups GET  "/supervision-groups" only(WORK_READERS);
    ListSupervisionCandidates GET "/supervision-groups/candidates" only(WORK_LEADERS);
    GetSupervisionGroup GET    "/supervision-groups/{id}" only(WORK_READERS);
    UpdateSupervisionGroup PATCH "/supervision-groups/{id}" only(WORK_LEADERS);
    EndSupervisionGroup POST   "/supervision-groups/{id}/end" only(WORK_LEADERS);
    CreateVisit         POST   "/visits" only(&[(Supervisor, Unit)]);
    ListVisits          GET    "/visits" only(WORK_READERS);
    GetVisit            GET    "/visits/{id}" only(WORK_READERS);
    AnswerFinding       POST   "/visits/{id}/answer" only(WORK_DESK);
    CloseVisit          POST   "/visits/{id}/close" only(&[(Supervisor, Unit), (DepartmentOfficer, Unit), (CommitteeOfficer, Unit)]);

    // Submissions to the superior
    CreateSubmission    POST   "/submissions" only(WORK_DESK);
    ListSubmissions     GET    "/submissions" only(WORK_READERS);
    GetSubmission       GET    "/submissions/{id}" only(WORK_READERS);
    UpdateSubmission    PATCH  "/submissions/{id}" only(WORK_DESK);
    DiscardSubmission   DELETE "/submissions/{id}" only(WORK_DESK);
    SendSubmission      POST   "/submissions/{id}/send" only(WORK_DESK);
    AnswerSubmission    POST   "/submissions/{id}/answer" only(WORK_DESK);
    AcknowledgeSubmission POST "/submissions/{id}/acknowledge" only(WORK_DESK);
    GetSubmissionFile   GET    "/submissions/{id}/attachments/{attachment_id}" only(WORK_READERS);

    // Bulletins
    CreateBulletin      POST   "/bulletins" only(WORK_DESK);
    ListBulletins       GET    "/bulletins" only(WORK_READERS);
    PreviewBulletin     POST   "/bulletins/preview" only(&[(DepartmentOfficer, Any), (CommitteeOfficer, Any), (BranchSecretary, Any)]);
    GetBulletin         GET    "/bulletins/{id}" member_or(WORK_READERS);
    UpdateBulletin      PATCH  "/bulletins/{id}" only(WORK_DESK);
    DiscardBulletin     DELETE "/bulletins/{id}" only(WORK_DESK);
    PublishBulletin     POST   "/bulletins/{id}/publish" only(WORK_DESK);
    TakeBackBulletin    POST   "/bulletins/{id}/take_back" only(WORK_DESK);
    ListMyBulletins     GET    "/me/bulletins" MEMBER;

    // Commendations
    CreateCommendation  POST   "/commendations" only(WORK_DESK);
    ListCommendations   GET    "/commendations" only(WORK_READERS);
    GetCommendation     GET    "/commendations/{id}" member_or(WORK_READERS);
    ConfirmCommendation POST   "/commendations/{id}/confirm" only(WORK_LEADERS);
    RefuseCommendation  POST   "/commendations/{id}/refuse" only(WORK_LEADERS);
    PublishCommendation POST   "/commendations/{id}/publish" only(WORK_LEADERS);
    WithdrawCommendation POST  "/commendations/{id}/withdraw" only(WORK_DESK);
    DeclineCommendation POST   "/commendations/{id}/decline" MEMBER;
    ListMyCommendations GET    "/me/commendations" MEMBER;

    // The report
    GetUnitSummary      GET    "/units/{id}/summary" only(SUMMARY_READERS);
    GetUnitSummaryPdf   GET    "/units/{id}/summary.pdf" only(SUMMARY_READERS);
    GetUnitSummaryXlsx  GET    "/units/{id}/summary.xlsx" only(SUMMARY_READERS);

    // The inbox
    ListMyNotices       GET    "/me/notices" member_or(READERS);
    ReadMyNotices       POST   "/me/notices/read" member_or(READERS);
    ListMyTasks         GET    "/me/tasks" only(BOTH_ENDS);
}

/// Who may call an operation. Every operation has its row, made by the same macro line.
pub(super) fn access(operation: Operation) -> Option<Access> {
    TABLE.iter().find(|row| row.operation == operation).map(|row| row.access)
}

//! The report's shape: sections of figures, each with the records behind it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::{Day, Instant, Period},
    error::ApiError,
    units::UnitRef,
    words,
};

/// As long as a period may be, in years.
const LONGEST: i64 = 5;

/// For which days the report is made.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SummaryQuery {
    /// From this day on; a year before `to`, if left out.
    pub(super) from: Option<Day>,
    /// To this day, itself included; today, if left out.
    pub(super) to: Option<Day>,
}

impl SummaryQuery {
    /// The period; 422 where it ends before it begins, or is too long.
    pub(super) fn period(self, today: Day) -> Result<Period, ApiError> {
        let to = self.to.or_else(|| self.from.map(|from| today.max(from))).unwrap_or(today);
        let from = self.from.unwrap_or_else(|| to.plus_years(-1).plus_days(1));
        if to < from || to >= from.plus_years(LONGEST) {
            return Err(ApiError::bad_field("?to", "invalid", "must lie between from and five years after it"));
        }
        Ok(Period { from, to })
    }
}

words! {
    /// What a section is about: the mechanisms, in the order of the committee's own report.
    pub enum SectionKey {
        /// 组织
        Organisation = "organisation",
        /// 流动党员登记和活动证
        Registration = "registration",
        /// 摸排
        Census = "census",
        /// 组织生活
        Life = "life",
        /// 量化管理
        Plan = "plan",
        /// 个人材料
        Documents = "documents",
        /// 谈心谈话
        Talks = "talks",
        /// 征求意见和整改
        Opinions = "opinions",
        /// 结对帮扶
        Aid = "aid",
        /// 换届选举
        Elections = "elections",
        /// 督导和联络
        Supervision = "supervision",
        /// 请示报告
        Submissions = "submissions",
        /// 简报
        Bulletins = "bulletins",
        /// 表彰
        Commendations = "commendations",
        /// 发展党员、一肩挑、联系点
        People = "people",
    }
}

words! {
    /// What a figure counts. When a record counts is said at each.
    pub enum FigureKey {
        /// Committees at and below the unit, at the period's end.
        Committees = "committees",
        /// General branches, likewise.
        GeneralBranches = "general_branches",
        /// Branches, likewise.
        Branches = "branches",
        /// Members: stays open at the period's end.
        Members = "members",
        /// Registrations filed in the period.
        RegistrationsFiled = "registrations_filed",
        /// Registrations that were given a card in the period.
        CardsIssued = "cards_issued",
        /// By the newest closed census of the period: branches that cannot attend, of all.
        BranchesUnable = "branches_unable",
        /// By the same census: members who cannot attend, of all.
        MembersUnable = "members_unable",
        /// Lectures and mobilisation reports held in the period.
        LecturesAndReports = "lectures_and_reports",
        /// Collective study held in the period.
        StudySessions = "study_sessions",
        /// How long it was, together.
        StudyHours = "study_hours",
        /// Collective study that each branch able to attend had at least: its own, and that of units above it up to this one.
        StudySessionsEach = "study_sessions_each",
        /// How long that was, at least.
        StudyHoursEach = "study_hours_each",
        /// All events held in the period.
        EventsHeld = "events_held",
        /// Attendance at them: everyone present or made up, at each.
        Attendances = "attendances",
        /// Members who have reached a target of a plan, of those whom it is for.
        PlanTarget = "plan_target",
        /// Documents accepted in the period.
        DocumentsAccepted = "documents_accepted",
        /// How long they are, together.
        DocumentsLength = "documents_length",
        /// Members talked with, at each talk of the period.
        TalkPersonTimes = "talk_person_times",
        /// Those of them that a leader of this very unit talked with.
        TalkPersonTimesByLeaders = "talk_person_times_by_leaders",
        /// Talks.
        Talks = "talks",
        /// Opinions collected for this very unit in the period.
        OpinionsCollectedHere = "opinions_collected_here",
        /// Those of them that were put right or explained.
        OpinionsRectifiedHere = "opinions_rectified_here",
        /// Opinions collected for the units below.
        OpinionsCollectedBelow = "opinions_collected_below",
        /// Those of them that were put right or explained.
        OpinionsRectifiedBelow = "opinions_rectified_below",
        /// Pairs at the period's end.
        Pairs = "pairs",
        /// Cases of help opened in the period.
        CasesOpened = "cases_opened",
        /// Cases of help solved in the period.
        CasesSolved = "cases_solved",
        /// Money given in the period.
        AidMoney = "aid_money",
        /// What was given in kind, by its value.
        AidInKind = "aid_in_kind",
        /// Elections that were approved in the period.
        ElectionsDone = "elections_done",
        /// Branches that are still to elect, and until when the last of them.
        ElectionsDue = "elections_due",
        /// Until when this very unit is to elect.
        OwnElectionDue = "own_election_due",
        /// Units whose term has ended without an election, at the period's end.
        ElectionsOverdue = "elections_overdue",
        /// Supervision and liaison groups in force at the period's end.
        SupervisionGroups = "supervision_groups",
        /// Units assigned to them.
        SupervisedUnits = "supervised_units",
        /// Visits in the period.
        Visits = "visits",
        /// Problems that they found.
        ProblemsFound = "problems_found",
        /// Those of them that the unit has answered.
        ProblemsAnswered = "problems_answered",
        /// Requests sent to the superior in the period.
        RequestsSent = "requests_sent",
        /// Requests answered in the period.
        RequestsAnswered = "requests_answered",
        /// Reports sent to the superior in the period.
        ReportsSent = "reports_sent",
        /// Reports acknowledged in the period.
        ReportsAcknowledged = "reports_acknowledged",
        /// Bulletins published in the period.
        BulletinsPublished = "bulletins_published",
        /// Commendations nominated in the period.
        CommendationsNominated = "commendations_nominated",
        /// Commendations confirmed in the period.
        CommendationsConfirmed = "commendations_confirmed",
        /// Commendations published in the period.
        CommendationsPublished = "commendations_published",
        /// Recruits who became probationary members in the period.
        Recruits = "recruits",
        /// Posts with an administrative post beside them, at the period's end.
        DualPosts = "dual_posts",
        /// Contact points of leaders, at the period's end.
        ContactPoints = "contact_points",
    }
}

words! {
    /// In what a figure is given.
    pub enum Measure {
        /// Things or people.
        Count = "count",
        /// Hours.
        Hours = "hours",
        /// Characters, as offices count them.
        Characters = "characters",
        /// Fen.
        Fen = "fen",
    }
}

/// How many or how much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Amount {
    /// A whole number.
    Whole(i64),
    /// Hours, to the hundredth.
    Hours(f64),
}

/// A part of a figure: of one kind, for one reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FigurePart {
    /// The list of words that the key is from (`document_kind`, `census_reason`, …).
    pub(super) list: &'static str,
    /// The kind or the reason.
    pub(super) key: &'static str,
    /// How many.
    pub(super) value: i64,
}

/// One figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Figure {
    /// What it counts.
    pub(super) key: FigureKey,
    /// Of what, where one key stands for several things: a plan and its target.
    pub(super) title: Option<String>,
    /// In what it is given.
    pub(super) measure: Measure,
    /// How many or how much; null: there is no record that says so (no census was closed, no term is known).
    pub(super) value: Option<Amount>,
    /// Of how many.
    pub(super) of: Option<i64>,
    /// Until when.
    pub(super) day: Option<Day>,
    /// What it consists of.
    pub(super) parts: Vec<FigurePart>,
    /// The list of the records behind it, as a path of the API below `/api/v1` with its query; the page of the same address
    /// shows it. Null where this caller has no such list.
    pub(super) records: Option<String>,
}

impl Figure {
    /// A count of things.
    pub(super) fn count(key: FigureKey, value: i64) -> Self {
        let value = Some(Amount::Whole(value));
        Self { key, title: None, measure: Measure::Count, value, of: None, day: None, parts: Vec::new(), records: None }
    }

    /// Nothing is known.
    pub(super) fn unknown(key: FigureKey) -> Self {
        Self { value: None, ..Self::count(key, 0) }
    }

    /// So many minutes, in hours.
    pub(super) fn hours(key: FigureKey, minutes: i64) -> Self {
        // Minutes of meetings are far below 2^52.
        #[expect(clippy::cast_precision_loss, reason = "a sum of minutes is a small number")]
        let hours = (minutes as f64 / 60.0 * 100.0).round() / 100.0;
        Self { measure: Measure::Hours, value: Some(Amount::Hours(hours)), ..Self::count(key, 0) }
    }

    /// In another measure.
    #[must_use]
    pub(super) fn measured(self, measure: Measure) -> Self {
        Self { measure, ..self }
    }

    /// Of so many.
    #[must_use]
    pub(super) fn of(self, of: i64) -> Self {
        Self { of: Some(of), ..self }
    }

    /// With its records.
    #[must_use]
    pub(super) fn behind(self, records: Option<String>) -> Self {
        Self { records, ..self }
    }

    /// With what it consists of; what there is none of is left out.
    #[must_use]
    pub(super) fn with(self, list: &'static str, parts: impl IntoIterator<Item = (&'static str, i64)>) -> Self {
        let parts = parts.into_iter().filter(|(_, value)| *value > 0);
        Self { parts: parts.map(|(key, value)| FigurePart { list, key, value }).collect(), ..self }
    }
}

/// Figures about one mechanism.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Section {
    /// Which.
    pub(super) key: SectionKey,
    /// The figures.
    pub(super) figures: Vec<Figure>,
}

/// The report of a unit and all below it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Summary {
    /// The unit.
    pub(super) unit: UnitRef,
    /// The first day.
    pub(super) from: Day,
    /// The last day.
    pub(super) to: Day,
    /// When it was made: every figure is of the records as they stood then.
    pub(super) generated_at: Instant,
    /// The figures.
    pub(super) sections: Vec<Section>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_report_is_of_the_last_year_unless_one_says_otherwise() {
        let today = day("2026-11-25");
        let period = |from: Option<&str>, to: Option<&str>| {
            SummaryQuery { from: from.map(day), to: to.map(day) }.period(today).ok()
        };
        let is = |from, to| Some(Period { from: day(from), to: day(to) });
        assert_eq!(period(None, None), is("2025-11-26", "2026-11-25"));
        assert_eq!(period(Some("2026-01-01"), None), is("2026-01-01", "2026-11-25"));
        assert_eq!(period(None, Some("2025-12-31")), is("2025-01-01", "2025-12-31"));
        assert_eq!(period(Some("2027-01-01"), None), is("2027-01-01", "2027-01-01"));
        assert_eq!(period(Some("2026-02-01"), Some("2026-01-31")), None);
        assert_eq!(period(Some("2021-01-01"), Some("2026-01-01")), None);
    }

    #[test]
    fn hours_keep_their_quarters() {
        let hours = |minutes| Figure::hours(FigureKey::StudyHours, minutes).value;
        assert_eq!(hours(2925), Some(Amount::Hours(48.75)));
        assert_eq!(hours(0), Some(Amount::Hours(0.0)));
    }
}

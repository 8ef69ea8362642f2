//! What can be exported, and what has to be said with it.

use serde::Deserialize;
use utoipa::IntoParams;

use super::words::Word;
use crate::{
    access::Operation,
    clock::Day,
    error::{ApiError, FieldError},
    ids::{EventId, MemberId},
    parsing::Line,
    terms::Lang,
    words,
};

words! {
    /// The reports.
    pub enum Report {
        /// 流动党员统计表: counts in every respect, and the list behind them.
        FloatingMembers = "floating_members",
        /// 流动党员名册: the open stays with card, last activity and whom to call.
        DepartmentList = "department_list",
        /// Attendance of a period, by event and by member.
        Attendance = "attendance",
        /// Attendance of one event: the sign-in sheet.
        Event = "event",
    }
}

impl Report {
    /// The operation whose reach this report has: it tells no more than that list does.
    pub(super) fn lists_like(self) -> Operation {
        match self {
            Self::FloatingMembers | Self::DepartmentList => Operation::ListRegistrations,
            Self::Attendance => Operation::GetMemberAttendance,
            Self::Event => Operation::GetAttendance,
        }
    }

    /// What the audit log and the member's access log call it.
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::FloatingMembers => "export.floating_members",
            Self::DepartmentList => "export.department_list",
            Self::Attendance => "export.attendance",
            Self::Event => "export.event",
        }
    }

    pub(super) fn title(self) -> Word {
        match self {
            Self::FloatingMembers => Word::FloatingMembers,
            Self::DepartmentList => Word::MembersList,
            Self::Attendance => Word::PeriodAttendance,
            Self::Event => Word::SignInSheet,
        }
    }
}

/// What is asked for. The purpose stands in the address: it says what for, and must not say about whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// Which report.
    #[param(inline, required = true, value_type = Report)]
    report: Option<Report>,
    /// What for, in 2 to 200 characters, without a name. It is kept, and whoever has a row in the file reads it.
    #[param(required = true, value_type = String, example = "年终统计")]
    purpose: Option<Line<200>>,
    /// With `attendance`: the first day; the first of that year if absent.
    from: Option<Day>,
    /// With `attendance`: the last day. With `floating_members`: the day as of which is counted. Today if absent.
    to: Option<Day>,
    /// With `event`: which.
    event_id: Option<EventId>,
    /// Chinese if absent.
    #[param(inline, required = false, value_type = Lang)]
    lang: Option<Lang>,
}

/// A report with what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    FloatingMembers { on: Day },
    DepartmentList,
    Attendance { from: Day, to: Day },
    Event(EventId),
}

/// An export, as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Export {
    pub(super) report: Report,
    pub(super) asked: Asked,
    pub(super) purpose: Line<200>,
    pub(super) lang: Lang,
}

/// A made file, and whose rows are in it.
pub(super) struct Made {
    pub(super) file: Vec<u8>,
    pub(super) members: Vec<MemberId>,
}

/// The longest period, in months.
const LONGEST_MONTHS: i64 = 24;

impl ExportQuery {
    /// Names everything that is missing, too much, or does not fit.
    pub(super) fn check(self, today: Day) -> Result<Export, ApiError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, code: &str, detail: &str| errors.push(FieldError::new(field, code, detail));
        match &self.purpose {
            None => wrong("?purpose", "required", "is required"),
            Some(purpose) if purpose.as_str().chars().count() < 2 => {
                wrong("?purpose", "invalid", "must have at least 2 characters");
            }
            Some(_) => {}
        }
        let takes = |report: Option<Report>, takers: &[Report]| report.is_none_or(|report| takers.contains(&report));
        let given = [
            ("?from", self.from.is_some(), takes(self.report, &[Report::Attendance])),
            ("?to", self.to.is_some(), takes(self.report, &[Report::Attendance, Report::FloatingMembers])),
            ("?event_id", self.event_id.is_some(), takes(self.report, &[Report::Event])),
        ];
        for (field, _, _) in given.iter().filter(|(_, given, takes)| *given && !takes) {
            wrong(field, "invalid", "does not belong to this report");
        }
        let to = self.to.unwrap_or(today);
        let from = self.from.unwrap_or_else(|| to.first_of_year());
        if to > today {
            wrong("?to", "in_the_future", "must not lie in the future");
        }
        if from > to {
            wrong("?from", "invalid", "must not lie after the last day");
        } else if from.plus_months(LONGEST_MONTHS) <= to {
            wrong("?from", "invalid", "must lie at most two years before the last day");
        }
        let asked = match self.report {
            None => {
                wrong("?report", "required", "is required");
                None
            }
            Some(Report::FloatingMembers) => Some(Asked::FloatingMembers { on: to }),
            Some(Report::DepartmentList) => Some(Asked::DepartmentList),
            Some(Report::Attendance) => Some(Asked::Attendance { from, to }),
            Some(Report::Event) if self.event_id.is_none() => {
                wrong("?event_id", "required", "is required");
                None
            }
            Some(Report::Event) => self.event_id.map(Asked::Event),
        };
        match (self.report, asked, self.purpose) {
            (Some(report), Some(asked), Some(purpose)) if errors.is_empty() => {
                Ok(Export { report, asked, purpose, lang: self.lang.unwrap_or(Lang::Zh) })
            }
            _ => Err(ApiError::invalid(errors)),
        }
    }
}

impl Export {
    /// The last day that the file speaks of.
    pub(super) fn day(&self, today: Day) -> Day {
        match self.asked {
            Asked::FloatingMembers { on: day } | Asked::Attendance { to: day, .. } => day,
            Asked::DepartmentList | Asked::Event(_) => today,
        }
    }

    /// What was asked for beside report and unit, as the audit log keeps it.
    pub(super) fn particulars(&self) -> String {
        match self.asked {
            Asked::FloatingMembers { on } => format!("&to={on}"),
            Asked::DepartmentList => String::new(),
            Asked::Attendance { from, to } => format!("&from={from}&to={to}"),
            Asked::Event(event) => format!("&event_id={event}"),
        }
    }
}

//! An opinion: where it comes from, its states, and what may be done about it.

use utoipa::ToSchema;

use crate::{
    clock::Day,
    error::FieldError,
    ids::{MemberId, OpinionId, UnitId},
    parsing::Text,
    words,
};

/// It is sorted and taken in hand within so many days.
pub const SORT_DAYS: i64 = 7;
/// What is put right at once is done within so many days (立行立改).
pub const AT_ONCE_DAYS: i64 = 7;
/// How far ahead, in years, a day may be set.
const YEARS_AHEAD: i64 = 2;

words! {
    /// How it came.
    pub enum OpinionSource {
        /// A member gave it on their phone.
        Member = "member",
        /// 个别访谈
        Interview = "interview",
        /// 座谈会
        Meeting = "meeting",
        /// 意见箱
        Box = "box",
    }
}

words! {
    /// About what.
    pub enum OpinionTopic {
        /// 工作作风
        Style = "style",
        /// 服务群众
        Services = "services",
        /// 组织生活
        OrganisationLife = "organisation_life",
        /// 学习教育
        Study = "study",
        /// 纪律
        Discipline = "discipline",
        /// 发展
        Development = "development",
        /// 其他
        Other = "other",
    }
}

words! {
    /// How far it has come.
    pub enum OpinionState {
        /// Nobody has sorted it yet.
        Collected = "collected",
        /// It is known what it is about.
        Sorted = "sorted",
        /// It is being put right.
        InHand = "in_hand",
        /// It was put right, or explained.
        Done = "done",
        /// The units that it concerns were told.
        Published = "published",
    }
}

words! {
    /// How it is dealt with.
    pub enum Disposition {
        /// 立行立改
        AtOnce = "at_once",
        /// 限期整改
        ByDate = "by_date",
        /// 说明解释
        Explained = "explained",
    }
}

words! {
    /// What can be done about an opinion.
    pub enum OpinionAction {
        /// Say what it is about.
        Sort = "sort",
        /// Say how it is dealt with.
        Dispose = "dispose",
        /// Note how it goes on.
        Note = "note",
        /// Say what was done.
        Done = "done",
        /// Publish it to the units that it concerns.
        Publish = "publish",
    }
}

impl OpinionAction {
    /// The states in which it may be done. The one rule: services check it, answers tell it.
    pub(super) const fn from(self) -> &'static [OpinionState] {
        match self {
            Self::Sort => &[OpinionState::Collected, OpinionState::Sorted],
            Self::Dispose => &[OpinionState::Sorted, OpinionState::InHand],
            Self::Note | Self::Done => &[OpinionState::InHand],
            Self::Publish => &[OpinionState::Done],
        }
    }
}

/// An opinion that an officer writes down.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewOpinion {
    /// Whom it is addressed to.
    pub unit_id: UnitId,
    /// How it came; not `member`: that is what members give themselves.
    pub source: OpinionSource,
    /// What was said.
    pub text: Text<1000>,
    /// About what; then it is sorted.
    #[serde(default)]
    pub topic: Option<OpinionTopic>,
    /// Who gave it, only where they wish to be named.
    #[serde(default)]
    pub named_member_id: Option<MemberId>,
    /// The day on which it was given; today where it is left out.
    #[serde(default)]
    pub collected_on: Option<Day>,
}

/// An opinion that a member gives.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct OwnOpinion {
    /// Whom it is addressed to: the own host unit, or one above it.
    pub unit_id: UnitId,
    /// What one has to say.
    pub text: Text<1000>,
    /// About what, as the member sees it.
    #[serde(default)]
    pub topic: Option<OpinionTopic>,
    /// Whether it is given with one's name. Without, nothing leads back to the giver, who sees no more of it than that it was sent.
    pub named: bool,
}

/// What it is about.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
pub struct Sort {
    /// About what.
    pub topic: OpinionTopic,
}

/// How an opinion is dealt with.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Dispose {
    /// How.
    pub disposition: Disposition,
    /// With `by_date`: by when it will be put right.
    #[serde(default)]
    pub due_on: Option<Day>,
    /// With `explained`: the explanation. A giver who was named reads it, and everybody once it is published.
    #[serde(default)]
    pub answer: Option<Text<1000>>,
    /// With `explained`: on which day; today where it is left out.
    #[serde(default)]
    pub on: Option<Day>,
}

impl Dispose {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, collected_on: Day, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, code: &str, detail: &str| errors.push(FieldError::new(field, code, detail));
        let (by_date, explained) =
            (self.disposition == Disposition::ByDate, self.disposition == Disposition::Explained);
        match self.due_on {
            None if by_date => wrong("/due_on", "required", "is required with by_date"),
            Some(_) if !by_date => wrong("/due_on", "invalid", "belongs to by_date only"),
            Some(day) if day < collected_on || day > today.plus_years(YEARS_AHEAD) => {
                wrong("/due_on", "invalid", "must lie between the day of the opinion and two years ahead");
            }
            _ => {}
        }
        match self.answer {
            None if explained => wrong("/answer", "required", "is required with explained"),
            Some(_) if !explained => wrong("/answer", "invalid", "belongs to explained only"),
            _ => {}
        }
        if self.on.is_some() && !explained {
            wrong("/on", "invalid", "belongs to explained only");
        }
        errors.extend(self.on.filter(|_| explained).and_then(|on| misdated(on, collected_on, today)));
        errors
    }
}

/// Why something cannot have been done on a day (`/on`).
pub(super) fn misdated(on: Day, collected_on: Day, today: Day) -> Option<FieldError> {
    let wrong = on < collected_on || on > today;
    wrong.then(|| FieldError::new("/on", "invalid", "must lie between the day of the opinion and today"))
}

/// How it goes on.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewNote {
    /// What happened.
    pub text: Text<500>,
}

/// What was done.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Finish {
    /// What was put right. A giver who was named reads it, and everybody once it is published.
    pub result: Text<1000>,
    /// On which day; today where it is left out.
    #[serde(default)]
    pub on: Option<Day>,
}

/// What is published, and to whom.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct Publish {
    /// To the members of these units and of all below them; the unit of the opinion where it is left out.
    #[serde(default)]
    pub unit_ids: Option<Vec<UnitId>>,
    /// In these words, where those of the giver could give them away.
    #[serde(default)]
    pub text: Option<Text<1000>>,
    /// With the name of the giver, who wished to be named.
    #[serde(default)]
    pub named: bool,
}

/// An opinion as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct OpinionRow {
    pub(super) id: OpinionId,
    pub(super) unit_id: UnitId,
    pub(super) source: OpinionSource,
    pub(super) member_id: Option<MemberId>,
    pub(super) text_sealed: Option<Vec<u8>>,
    pub(super) topic: Option<OpinionTopic>,
    pub(super) state: OpinionState,
    pub(super) disposition: Option<Disposition>,
    pub(super) due_on: Day,
    pub(super) outcome_sealed: Option<Vec<u8>>,
    pub(super) collected_on: Day,
    pub(super) done_on: Option<Day>,
    pub(super) published_on: Option<Day>,
    pub(super) published_named: bool,
    pub(super) published_text_sealed: Option<Vec<u8>>,
}

impl OpinionRow {
    /// One that has just come.
    pub(super) fn new(id: OpinionId, unit_id: UnitId, source: OpinionSource, collected_on: Day) -> Self {
        Self {
            id,
            unit_id,
            source,
            member_id: None,
            text_sealed: None,
            topic: None,
            state: OpinionState::Collected,
            disposition: None,
            due_on: collected_on.plus_days(SORT_DAYS),
            outcome_sealed: None,
            collected_on,
            done_on: None,
            published_on: None,
            published_named: false,
            published_text_sealed: None,
        }
    }

    /// Whether something is still to be done about it, and should have been.
    pub(super) fn is_overdue(&self, today: Day) -> bool {
        self.done_on.is_none() && self.due_on < today
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_disposition_is_with_it_and_nothing_else() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let (collected, today) = (day("2026-11-01"), day("2026-11-23"));
        let wrong = |disposition, due_on: Option<&str>, answer: Option<&str>, on: Option<&str>| -> Vec<String> {
            let answer = answer.map(|text| text.parse().expect("a text"));
            let dispose = Dispose { disposition, due_on: due_on.map(day), answer, on: on.map(day) };
            dispose.contradictions(collected, today).into_iter().map(|error| error.pointer).collect()
        };
        let none = Vec::<String>::new();
        assert_eq!(wrong(Disposition::AtOnce, None, None, None), none);
        assert_eq!(wrong(Disposition::ByDate, Some("2026-12-31"), None, None), none);
        assert_eq!(wrong(Disposition::Explained, None, Some("已有规定"), Some("2026-11-20")), none);
        assert_eq!(
            wrong(Disposition::AtOnce, Some("2026-12-31"), Some("x"), Some("2026-11-20")),
            ["/due_on", "/answer", "/on"]
        );
        assert_eq!(wrong(Disposition::ByDate, None, None, None), ["/due_on"]);
        assert_eq!(wrong(Disposition::ByDate, Some("2026-10-31"), None, None), ["/due_on"]);
        assert_eq!(wrong(Disposition::ByDate, Some("2029-01-01"), None, None), ["/due_on"]);
        assert_eq!(wrong(Disposition::Explained, None, None, Some("2026-11-24")), ["/answer", "/on"]);
    }

    #[test]
    fn an_opinion_goes_forward_only() {
        let all = |state: OpinionState| -> Vec<&str> {
            let all = OpinionAction::ALL.iter().filter(|action| action.from().contains(&state));
            all.map(|action| action.word()).collect()
        };
        assert_eq!(all(OpinionState::Collected), ["sort"]);
        assert_eq!(all(OpinionState::Sorted), ["sort", "dispose"]);
        assert_eq!(all(OpinionState::InHand), ["dispose", "note", "done"]);
        assert_eq!(all(OpinionState::Done), ["publish"]);
        assert_eq!(all(OpinionState::Published), Vec::<&str>::new());
    }
}

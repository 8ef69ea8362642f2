//! A talk: its kinds, what may be recorded of it, and what may be done about it.

use std::{fmt, str::FromStr};

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{MemberId, TalkId, UnitId},
    parsing::Line,
    stored_as_text, words,
};

/// As many people one talk is with; more are a meeting.
pub const MOST_PERSONS: usize = 50;
/// As many topics one talk has.
pub const MOST_TOPICS: usize = 4;

words! {
    /// How people talked.
    pub enum TalkMode {
        /// 一对一
        OneToOne = "one_to_one",
        /// 集体谈话
        Group = "group",
    }
}

words! {
    /// About what kind of thing.
    pub enum TalkTopic {
        /// 思想
        Thoughts = "thoughts",
        /// 学习
        Study = "study",
        /// 工作
        Work = "work",
        /// 家庭
        Family = "family",
        /// 健康
        Health = "health",
        /// 困难
        Difficulties = "difficulties",
        /// 作风
        Conduct = "conduct",
        /// 组织生活
        OrganisationLife = "organisation_life",
        /// 其他
        Other = "other",
    }
}

words! {
    /// What has become of a talk.
    pub enum TalkState {
        /// Something was promised and is still to be done.
        FollowUp = "follow_up",
        /// Nothing is left to do.
        Done = "done",
        /// It was recorded by mistake.
        Void = "void",
    }
}

words! {
    /// What can be done about a talk.
    pub enum TalkAction {
        /// Take down that what was promised is done.
        FollowUpDone = "follow_up_done",
        /// Take down that it was recorded by mistake.
        Void = "void",
    }
}

/// The one rule of what may be done: the service checks it, answers tell it.
pub(super) const fn may(action: TalkAction, state: TalkState) -> bool {
    match action {
        TalkAction::FollowUpDone => matches!(state, TalkState::FollowUp),
        TalkAction::Void => !matches!(state, TalkState::Void),
    }
}

/// What was promised in a talk.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewFollowUp {
    /// What is to be done. Everyone who was talked with reads it.
    pub what: Line<200>,
    /// By when.
    pub due_on: Day,
}

/// A talk as it is recorded. What was said has no field.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewTalk {
    /// The unit whose talk it was.
    pub unit_id: UnitId,
    /// Who led it: a member within the caller's reach…
    #[serde(default)]
    pub talker_id: Option<MemberId>,
    /// …or the post of someone who is in no registry, such as 支部书记.
    #[serde(default)]
    pub talker_post: Option<Line<40>>,
    /// The day.
    pub held_on: Day,
    /// How.
    pub mode: TalkMode,
    /// With whom: members of the unit or of those below it; one with `one_to_one`, 2 to 50 with `group`.
    #[schema(min_items = 1, max_items = 50)]
    pub with: Vec<MemberId>,
    /// About what kind of thing.
    #[schema(min_items = 1, max_items = 4)]
    pub topics: Vec<TalkTopic>,
    /// What was promised.
    #[serde(default)]
    pub follow_up: Option<NewFollowUp>,
}

impl NewTalk {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |pointer: String, code: &str, detail: &str| errors.push(FieldError::new(pointer, code, detail));
        if self.held_on > today {
            wrong("/held_on".into(), "in_the_future", "must not lie in the future");
        }
        match (self.talker_id, &self.talker_post) {
            (None, None) => wrong("/talker_id".into(), "required", "is required, or else talker_post"),
            (Some(_), Some(_)) => wrong("/talker_post".into(), "invalid", "is not given beside talker_id"),
            _ => {}
        }
        let fits = match self.mode {
            TalkMode::OneToOne => self.with.len() == 1,
            TalkMode::Group => (2..=MOST_PERSONS).contains(&self.with.len()),
        };
        if !fits {
            wrong("/with".into(), "invalid", "must be one member with one_to_one, 2 to 50 with group");
        }
        for (at, member) in self.with.iter().enumerate() {
            if self.with[..at].contains(member) {
                wrong(format!("/with/{at}"), "invalid", "is named twice");
            } else if self.talker_id == Some(*member) {
                wrong(format!("/with/{at}"), "invalid", "is who led the talk");
            }
        }
        if !(1..=MOST_TOPICS).contains(&self.topics.len()) {
            wrong("/topics".into(), "invalid", "must be 1 to 4");
        }
        for (at, topic) in self.topics.iter().enumerate() {
            if self.topics[..at].contains(topic) {
                wrong(format!("/topics/{at}"), "invalid", "is named twice");
            }
        }
        if let Some(follow_up) = &self.follow_up
            && (follow_up.due_on < self.held_on || follow_up.due_on > today.plus_years(1))
        {
            let detail = "must lie between the day of the talk and a year ahead";
            wrong("/follow_up/due_on".into(), "invalid", detail);
        }
        errors
    }
}

/// Why a talk does not count.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct VoidTalk {
    /// Why.
    pub reason: Line<200>,
}

/// The topics of a talk, as one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics(pub Vec<TalkTopic>);

impl fmt::Display for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|topic| topic.word()).collect();
        f.write_str(&words.join(","))
    }
}

impl FromStr for Topics {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

stored_as_text!(Topics);

/// A talk as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct TalkRow {
    pub(super) id: TalkId,
    pub(super) unit_id: UnitId,
    pub(super) talker_id: Option<MemberId>,
    pub(super) talker_post: Option<Line<40>>,
    pub(super) held_on: Day,
    pub(super) mode: TalkMode,
    pub(super) persons: i64,
    pub(super) topics: Topics,
    pub(super) follow_up_sealed: Option<Vec<u8>>,
    pub(super) follow_up_due_on: Option<Day>,
    pub(super) follow_up_done_on: Option<Day>,
    pub(super) voided_at: Option<Instant>,
    pub(super) void_reason_sealed: Option<Vec<u8>>,
    pub(super) created_at: Instant,
}

impl TalkRow {
    /// What has become of it.
    pub(super) const fn state(&self) -> TalkState {
        match (self.voided_at, self.follow_up_due_on, self.follow_up_done_on) {
            (Some(_), ..) => TalkState::Void,
            (None, Some(_), None) => TalkState::FollowUp,
            _ => TalkState::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn talk(mode: TalkMode, with: &[u128]) -> NewTalk {
        NewTalk {
            unit_id: UnitId(Uuid::from_u128(1)),
            talker_id: None,
            talker_post: "支部书记".parse().ok(),
            held_on: "2026-11-20".parse().expect("a day"),
            mode,
            with: with.iter().map(|id| MemberId(Uuid::from_u128(*id))).collect(),
            topics: vec![TalkTopic::Thoughts],
            follow_up: None,
        }
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        let today: Day = "2026-11-23".parse().expect("a day");
        let wrong = |talk: &NewTalk| -> Vec<String> {
            talk.contradictions(today).into_iter().map(|error| error.pointer).collect()
        };
        let none = Vec::<String>::new();
        assert_eq!(wrong(&talk(TalkMode::OneToOne, &[7])), none);
        assert_eq!(wrong(&talk(TalkMode::Group, &[7, 8])), none);
        assert_eq!(wrong(&talk(TalkMode::OneToOne, &[7, 8])), ["/with"]);
        assert_eq!(wrong(&talk(TalkMode::Group, &[7])), ["/with"]);
        assert_eq!(wrong(&talk(TalkMode::Group, &(0..51).collect::<Vec<_>>())), ["/with"]);
        assert_eq!(wrong(&talk(TalkMode::Group, &[7, 8, 7])), ["/with/2"]);
        let with_themselves =
            NewTalk { talker_id: Some(MemberId(Uuid::from_u128(7))), ..talk(TalkMode::OneToOne, &[7]) };
        assert_eq!(wrong(&with_themselves), ["/talker_post", "/with/0"]);
        let tomorrow = NewTalk { held_on: today.plus_days(1), topics: vec![], ..talk(TalkMode::OneToOne, &[7]) };
        assert_eq!(wrong(&tomorrow), ["/held_on", "/topics"]);
        let before = NewFollowUp { what: "看望".parse().expect("a line"), due_on: today.plus_days(-5) };
        assert_eq!(
            wrong(&NewTalk { follow_up: Some(before), ..talk(TalkMode::OneToOne, &[7]) }),
            ["/follow_up/due_on"]
        );
    }

    #[test]
    fn topics_are_one_text_and_come_back() {
        let topics = Topics(vec![TalkTopic::Family, TalkTopic::OrganisationLife]);
        assert_eq!(topics.to_string(), "family,organisation_life");
        assert_eq!("family,organisation_life".parse(), Ok(topics));
    }
}

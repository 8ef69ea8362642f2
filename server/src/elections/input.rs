//! What is typed in about an election, and what of it does not fit together.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Day,
    error::FieldError,
    ids::{EventId, MemberId, UnitId},
    parsing::Line,
    people::PersonName,
    posts::PostKind,
};

/// An election as it is opened.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
pub struct NewElection {
    /// The unit that elects.
    pub unit_id: UnitId,
    /// When the term ends; by default what the unit's own term says.
    #[serde(default)]
    pub due_on: Option<Day>,
}

/// Why it is given back, or taken back.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
#[schema(as = ElectionReason)]
pub struct Remark {
    /// Why.
    pub reason: Line<500>,
}

/// That it may be held.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
#[schema(as = ElectionHolding)]
pub struct Holding {
    /// Who let it be held, where the unit above is in no registry; required for a unit at the top, and nowhere else.
    #[serde(default)]
    #[schema(value_type = Option<Line<100>>)]
    pub authority: Option<Line<100>>,
}

/// How many are to be elected to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, eserde::Deserialize, Serialize, ToSchema, sqlx::FromRow)]
pub struct Seats {
    /// The post.
    pub post: PostKind,
    /// How many, 1 to 30.
    #[schema(minimum = 1, maximum = 30)]
    pub seats: i64,
}

/// Someone who stands.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Candidate {
    /// For which post.
    pub post: PostKind,
    /// The member…
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// …or the name of someone who has no record as a member.
    #[serde(default)]
    pub name: Option<PersonName>,
}

/// Who stands.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Nomination {
    /// How many are to be elected to each post; one where a post is left out.
    #[serde(default)]
    pub seats: Vec<Seats>,
    /// The candidates, more than seats by the rule.
    #[schema(min_items = 1, max_items = 100)]
    pub candidates: Vec<Candidate>,
}

/// The meeting.
#[derive(Clone, Copy, Debug, eserde::Deserialize, ToSchema)]
pub struct HoldMeeting {
    /// An event of the unit, of the kind `election`.
    pub event_id: EventId,
    /// Those with the right to vote who are to come.
    #[schema(minimum = 1)]
    pub electors_expected: i64,
    /// How many came of those who are in no registry, counted by hand.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub present_on_paper: i64,
}

/// Someone who was elected.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Elected {
    /// To which post.
    pub post: PostKind,
    /// The member…
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// …or the name of someone who has no record as a member.
    #[serde(default)]
    pub name: Option<PersonName>,
    /// The votes for them.
    #[schema(minimum = 0)]
    pub votes: i64,
    /// The administrative post held beside it (一肩挑).
    #[serde(default)]
    #[schema(value_type = Option<Line<60>>)]
    pub dual_title: Option<Line<60>>,
}

/// The result.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct ElectionResult {
    /// Who was elected.
    #[schema(min_items = 1, max_items = 100)]
    pub elected: Vec<Elected>,
    /// Ballots that were given out.
    pub ballots_given: i64,
    /// Ballots that came back.
    pub ballots_returned: i64,
}

/// That the result is approved.
#[derive(Clone, Debug, Default, eserde::Deserialize, ToSchema)]
#[schema(as = ElectionApproval)]
pub struct Approval {
    /// How long the new term lasts, 3 or 5 years; as long as the last one where it is left out.
    #[serde(default)]
    pub years: Option<i64>,
    /// Its first day; that of the meeting where it is left out.
    #[serde(default)]
    pub started_on: Option<Day>,
    /// Who approved, where the unit above is in no registry; required for a unit at the top, and nowhere else.
    #[serde(default)]
    #[schema(value_type = Option<Line<100>>)]
    pub authority: Option<Line<100>>,
}

/// Exactly one of a member and a name.
fn unnamed(at: &str, member: Option<MemberId>, name: Option<&PersonName>) -> Option<FieldError> {
    match (member, name) {
        (None, None) => Some(FieldError::new(format!("{at}/member_id"), "required", "is required, or else name")),
        (Some(_), Some(_)) => Some(FieldError::new(format!("{at}/name"), "invalid", "is not given beside member_id")),
        _ => None,
    }
}

impl Nomination {
    pub(super) fn contradictions(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !(1..=100).contains(&self.candidates.len()) {
            errors.push(FieldError::new("/candidates", "required", "must have between 1 and 100 candidates"));
        }
        for (at, candidate) in self.candidates.iter().enumerate() {
            errors.extend(unnamed(&format!("/candidates/{at}"), candidate.member_id, candidate.name.as_ref()));
        }
        let mut posts = BTreeSet::new();
        for (at, seats) in self.seats.iter().enumerate() {
            if !(1..=30).contains(&seats.seats) {
                errors.push(FieldError::new(format!("/seats/{at}/seats"), "invalid", "must be between 1 and 30"));
            }
            if !posts.insert(seats.post) {
                errors.push(FieldError::new(format!("/seats/{at}/post"), "invalid", "stands there twice"));
            }
        }
        errors
    }

    /// The seats of each post for which somebody stands, or which is named.
    pub(super) fn all_seats(&self) -> Vec<Seats> {
        let named: BTreeSet<PostKind> = self.candidates.iter().map(|candidate| candidate.post).collect();
        let all = named.into_iter().chain(self.seats.iter().map(|seats| seats.post)).collect::<BTreeSet<_>>();
        let seats = |post| self.seats.iter().find(|seats| seats.post == post).map_or(1, |seats| seats.seats);
        all.into_iter().map(|post| Seats { post, seats: seats(post) }).collect()
    }
}

impl HoldMeeting {
    pub(super) fn contradictions(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !(1..=100_000).contains(&self.electors_expected) {
            errors.push(FieldError::new("/electors_expected", "invalid", "must be between 1 and 100000"));
        }
        if !(0..=self.electors_expected.max(0)).contains(&self.present_on_paper) {
            let detail = "must be between 0 and electors_expected";
            errors.push(FieldError::new("/present_on_paper", "invalid", detail));
        }
        errors
    }
}

impl ElectionResult {
    /// `present` are the electors who are there.
    pub(super) fn contradictions(&self, present: i64) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if !(1..=100).contains(&self.elected.len()) {
            errors.push(FieldError::new("/elected", "required", "must name between 1 and 100 people"));
        }
        if !(1..=present).contains(&self.ballots_given) {
            let detail = "must be between 1 and the number of electors present";
            errors.push(FieldError::new("/ballots_given", "invalid", detail));
        }
        // With more ballots than were given out an election is void.
        if !(0..=self.ballots_given.max(0)).contains(&self.ballots_returned) {
            errors.push(FieldError::new("/ballots_returned", "invalid", "must not be more than were given out"));
        }
        let mut posts = BTreeSet::new();
        for (at, elected) in self.elected.iter().enumerate() {
            let at = format!("/elected/{at}");
            errors.extend(unnamed(&at, elected.member_id, elected.name.as_ref()));
            if !(0..=self.ballots_returned.max(0)).contains(&elected.votes) {
                let detail = "must not be more than the ballots that came back";
                errors.push(FieldError::new(format!("{at}/votes"), "invalid", detail));
            }
            let who = if elected.post == PostKind::Secretary { None } else { elected.member_id };
            let twice = !posts.insert((elected.post, who));
            if twice && (who.is_some() || elected.post == PostKind::Secretary) {
                errors.push(FieldError::new(format!("{at}/post"), "invalid", "stands there twice"));
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elected(post: PostKind, member: u128, votes: i64) -> Elected {
        Elected { post, member_id: Some(MemberId(uuid::Uuid::from_u128(member))), name: None, votes, dual_title: None }
    }

    #[test]
    fn votes_and_ballots_fit_together() {
        let wrong = |elected: Vec<Elected>, given, returned| -> Vec<String> {
            let result = ElectionResult { elected, ballots_given: given, ballots_returned: returned };
            result.contradictions(8).into_iter().map(|error| error.pointer).collect()
        };
        use PostKind::{Organiser, Secretary};
        assert_eq!(wrong(vec![elected(Secretary, 1, 7), elected(Organiser, 2, 5)], 8, 8), Vec::<String>::new());
        assert_eq!(wrong(vec![], 8, 8), ["/elected"]);
        assert_eq!(wrong(vec![elected(Secretary, 1, 7)], 9, 8), ["/ballots_given"]);
        assert_eq!(wrong(vec![elected(Secretary, 1, 7)], 7, 8), ["/ballots_returned"]);
        assert_eq!(wrong(vec![elected(Secretary, 1, 8)], 8, 7), ["/elected/0/votes"]);
        assert_eq!(wrong(vec![elected(Secretary, 1, 7), elected(Secretary, 2, 5)], 8, 8), ["/elected/1/post"]);
        assert_eq!(wrong(vec![elected(Organiser, 1, 7), elected(Organiser, 1, 5)], 8, 8), ["/elected/1/post"]);
    }

    #[test]
    fn a_post_without_seats_has_one() {
        let candidate = |post| Candidate { post, member_id: None, name: None };
        let nomination = Nomination {
            seats: vec![Seats { post: PostKind::Organiser, seats: 2 }],
            candidates: vec![candidate(PostKind::Secretary), candidate(PostKind::Organiser)],
        };
        let seats: Vec<_> = nomination.all_seats().into_iter().map(|seats| (seats.post, seats.seats)).collect();
        assert_eq!(seats, [(PostKind::Secretary, 1), (PostKind::Organiser, 2)]);
    }
}

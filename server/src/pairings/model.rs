//! A pair: who helps, who is helped, and since when.

use utoipa::ToSchema;

use crate::{
    clock::{Day, Instant},
    error::FieldError,
    ids::{MemberId, PairingId, UnitId},
    parsing::Line,
    words,
};

words! {
    /// Whether a pair goes on.
    pub enum PairState {
        /// It goes on.
        Open = "open",
        /// It has ended.
        Ended = "ended",
        /// It was recorded by mistake.
        Void = "void",
    }
}

words! {
    /// What can be done about a pair.
    pub enum PairingAction {
        /// End it.
        End = "end",
        /// Take down that it was recorded by mistake.
        Void = "void",
    }
}

words! {
    /// On which side one stands.
    pub enum HelpSide {
        /// One helps.
        Helping = "helping",
        /// One is helped.
        Helped = "helped",
    }
}

/// A pair as it is recorded.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewPairing {
    /// The unit that brought it about.
    pub unit_id: UnitId,
    /// Who helps: a member within the caller's reach…
    #[serde(default)]
    pub helper_id: Option<MemberId>,
    /// …or a unit.
    #[serde(default)]
    pub helper_unit_id: Option<UnitId>,
    /// Who is helped: a member of the unit or of one below it…
    #[serde(default)]
    pub helped_id: Option<MemberId>,
    /// …or a household that is no member.
    #[serde(default)]
    pub helped_name: Option<Line<60>>,
    /// The first day.
    pub since: Day,
    /// The last day, of one that has ended.
    #[serde(default)]
    pub until: Option<Day>,
}

impl NewPairing {
    /// What does not fit together, by field.
    pub(super) fn contradictions(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut one_of = |first: (bool, &str), second: (bool, &str)| match (first.0, second.0) {
            (false, false) => {
                let detail = format!("is required, or else {}", second.1);
                errors.push(FieldError::new(format!("/{}", first.1), "required", detail));
            }
            (true, true) => {
                let detail = format!("is not given beside {}", first.1);
                errors.push(FieldError::new(format!("/{}", second.1), "invalid", detail));
            }
            _ => {}
        };
        one_of((self.helper_id.is_some(), "helper_id"), (self.helper_unit_id.is_some(), "helper_unit_id"));
        one_of((self.helped_id.is_some(), "helped_id"), (self.helped_name.is_some(), "helped_name"));
        if self.helper_id.is_some() && self.helper_id == self.helped_id {
            errors.push(FieldError::new("/helped_id", "invalid", "is who helps"));
        }
        if self.since > today {
            errors.push(FieldError::new("/since", "in_the_future", "must not lie in the future"));
        }
        errors.extend(self.until.and_then(|until| misdated("/until", self.since, until, today)));
        errors
    }
}

/// When a pair ends.
#[derive(Clone, Copy, Debug, Default, eserde::Deserialize, ToSchema)]
pub struct EndPairing {
    /// The last day; today where it is left out.
    #[serde(default)]
    pub until: Option<Day>,
}

/// Why a record of help counts no more.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct VoidHelp {
    /// Why.
    pub reason: Line<200>,
}

/// Why something that began on a day cannot have ended on another.
pub(super) fn misdated(pointer: &str, began: Day, ended: Day, today: Day) -> Option<FieldError> {
    let wrong = ended < began || ended > today;
    wrong.then(|| FieldError::new(pointer, "invalid", "must lie between the first day and today"))
}

/// A pair as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct PairingRow {
    pub(super) id: PairingId,
    pub(super) unit_id: UnitId,
    pub(super) helper_id: Option<MemberId>,
    pub(super) helper_unit_id: Option<UnitId>,
    pub(super) helped_id: Option<MemberId>,
    pub(super) helped_name_sealed: Option<Vec<u8>>,
    pub(super) since_on: Day,
    pub(super) until_on: Option<Day>,
    pub(super) voided_at: Option<Instant>,
    pub(super) void_reason_sealed: Option<Vec<u8>>,
    pub(super) created_at: Instant,
}

impl PairingRow {
    /// Whether it goes on.
    pub(super) const fn state(&self) -> PairState {
        match (self.voided_at, self.until_on) {
            (Some(_), _) => PairState::Void,
            (None, None) => PairState::Open,
            (None, Some(_)) => PairState::Ended,
        }
    }

    /// The members on either side.
    pub(super) fn members(&self) -> Vec<MemberId> {
        self.helper_id.into_iter().chain(self.helped_id).collect()
    }

    /// What a caller may do who reaches its unit, or does not. The one rule: the service checks it, answers tell it.
    pub(super) fn actions(&self, within: bool) -> Vec<PairingAction> {
        match self.state() {
            PairState::Open if within => vec![PairingAction::End, PairingAction::Void],
            PairState::Ended if within => vec![PairingAction::Void],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_side_is_one_of_two() {
        let today: Day = "2026-11-23".parse().expect("a day");
        let member = |id: u128| Some(MemberId(Uuid::from_u128(id)));
        let new = NewPairing {
            unit_id: UnitId(Uuid::from_u128(1)),
            helper_id: member(7),
            helper_unit_id: None,
            helped_id: None,
            helped_name: "王奶奶家".parse().ok(),
            since: today,
            until: None,
        };
        let wrong = |new: NewPairing| -> Vec<String> {
            new.contradictions(today).into_iter().map(|error| error.pointer).collect()
        };
        assert_eq!(wrong(new.clone()), Vec::<String>::new());
        assert_eq!(
            wrong(NewPairing { helper_id: None, helped_name: None, ..new.clone() }),
            ["/helper_id", "/helped_id"]
        );
        let both = NewPairing { helper_unit_id: Some(new.unit_id), helped_id: member(8), ..new.clone() };
        assert_eq!(wrong(both), ["/helper_unit_id", "/helped_name"]);
        let oneself = NewPairing { helped_id: member(7), helped_name: None, ..new.clone() };
        assert_eq!(wrong(oneself), ["/helped_id"]);
        let dates = NewPairing { since: today.plus_days(1), until: Some(today), ..new };
        assert_eq!(wrong(dates), ["/since", "/until"]);
    }
}

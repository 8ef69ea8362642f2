//! The rows of members, their stays and their cards.

use super::{
    rows::Hands,
    stays::{CardStory, Story},
};
use crate::{
    cards::CardNumber,
    clock::Instant,
    codes::CardClaims,
    db::Rows,
    error::ApiError,
    ids::{CardId, Entropy, MemberId, RegistrationId, RowId, UnitId},
    keys::{KeyUse, Keys},
    people::{NewPerson, SealedPerson, pinyin_initials},
    registrations::{ContactMethod, ContactOutcome, End, RULE_VERSION},
};

/// What everybody has agreed to.
const CONSENT: &str = "2024-1";

/// Everything about members but their check-ins.
pub(super) struct People {
    members: Rows,
    registrations: Rows,
    history: Rows,
    calls: Rows,
    cards: Rows,
    card_history: Rows,
    codes: Rows,
}

/// A member about to be written.
pub(super) struct NewMember<'a> {
    pub(super) id: MemberId,
    pub(super) stay: RegistrationId,
    pub(super) person: &'a NewPerson,
    pub(super) sealed: SealedPerson,
    pub(super) story: &'a Story,
    pub(super) home: UnitId,
    pub(super) department: UnitId,
    pub(super) host: UnitId,
    pub(super) last_activity: Option<Instant>,
}

/// A card about to be written.
pub(super) struct NewCard<'a> {
    pub(super) number: CardNumber,
    pub(super) story: &'a CardStory,
    /// The place of its code in the status lists.
    pub(super) place: u32,
}

impl People {
    pub(super) fn new() -> Self {
        Self {
            members: Rows::new(
                "members",
                &[
                    "id",
                    "name",
                    "pinyin",
                    "gender",
                    "birth_date",
                    "id_number_sealed",
                    "id_number_index",
                    "phone_sealed",
                    "phone_index",
                    "phone_tail_index",
                    "joined_on",
                    "membership",
                    "retired",
                    "employer",
                    "address_sealed",
                    "consent_version",
                    "consent_given_on",
                    "version",
                    "created_at",
                    "updated_at",
                ],
            ),
            registrations: Rows::new(
                "registrations",
                &[
                    "id",
                    "member_id",
                    "home_unit_id",
                    "home_department_id",
                    "host_unit_id",
                    "filed_by",
                    "status",
                    "flow_reason",
                    "started_on",
                    "active_since",
                    "ended_at",
                    "end_reason",
                    "rule_version",
                    "last_activity_at",
                    "version",
                    "created_at",
                    "updated_at",
                    "name",
                    "pinyin",
                    "employer",
                ],
            ),
            history: Rows::new(
                "registration_history",
                &[
                    "id",
                    "registration_id",
                    "version",
                    "at",
                    "action",
                    "from_status",
                    "to_status",
                    "host_unit_id",
                    "account_id",
                    "reason",
                ],
            ),
            calls: Rows::new(
                "contact_attempts",
                &["id", "registration_id", "at", "method", "outcome", "account_id", "unit_id"],
            ),
            cards: Rows::new(
                "cards",
                &[
                    "id",
                    "number",
                    "registration_id",
                    "member_id",
                    "department_id",
                    "status",
                    "issued_on",
                    "review_due",
                    "version",
                    "created_at",
                    "updated_at",
                ],
            ),
            card_history: Rows::new(
                "card_history",
                &["id", "card_id", "at", "action", "from_status", "to_status", "account_id"],
            ),
            codes: Rows::new(
                "card_codes",
                &["code_id", "card_id", "purpose", "expires_on", "status_index", "kid", "code", "issued_at"],
            ),
        }
    }

    /// Takes the rows out, each table before those that refer to it.
    pub(super) fn take(&mut self) -> Vec<Rows> {
        [
            &mut self.members,
            &mut self.registrations,
            &mut self.history,
            &mut self.calls,
            &mut self.cards,
            &mut self.card_history,
            &mut self.codes,
        ]
        .into_iter()
        .map(Rows::take)
        .collect()
    }

    pub(super) fn add(&mut self, new: NewMember<'_>, hands: Hands, entropy: &Entropy) {
        let NewMember { id, stay, person, sealed, story, .. } = new;
        let pinyin = pinyin_initials(person.name.as_str());
        self.members.push([
            id.0.into(),
            person.name.to_string().into(),
            pinyin.clone().into(),
            person.gender.word().into(),
            person.birth_date.into(),
            sealed.id_number.into(),
            sealed.id_number_index.into(),
            sealed.phone.into(),
            sealed.phone_index.into(),
            sealed.phone_tail_index.into(),
            person.joined_on.into(),
            person.membership.word().into(),
            person.retired.into(),
            person.employer.as_ref().map(ToString::to_string).into(),
            sealed.address.into(),
            CONSENT.into(),
            story.filed_at.day().into(),
            1_i64.into(),
            story.filed_at.into(),
            story.filed_at.into(),
        ]);
        let newest = story.steps.last().map_or(story.filed_at, |step| step.at);
        self.registrations.push([
            stay.0.into(),
            id.0.into(),
            new.home.0.into(),
            new.department.0.into(),
            new.host.0.into(),
            story.filed_by.word().into(),
            story.status.word().into(),
            story.reason.word().into(),
            story.started_on.into(),
            story.active_since.into(),
            story.ended_at.into(),
            story.end_reason().into(),
            RULE_VERSION.into(),
            new.last_activity.into(),
            count(story.steps.len()).into(),
            story.filed_at.into(),
            newest.into(),
            person.name.to_string().into(),
            pinyin.into(),
            person.employer.as_ref().map(ToString::to_string).into(),
        ]);
        for (version, step) in story.steps.iter().enumerate() {
            self.history.push([
                RowId::new(step.at, entropy).0.into(),
                stay.0.into(),
                count(version + 1).into(),
                step.at.into(),
                step.action.into(),
                step.from.map(|from| from.word()).into(),
                step.to.word().into(),
                new.host.0.into(),
                hands.of(step.by).into(),
                step.reason.into(),
            ]);
        }
        for at in &story.calls {
            self.calls.push([
                RowId::new(*at, entropy).0.into(),
                stay.0.into(),
                (*at).into(),
                ContactMethod::Phone.word().into(),
                ContactOutcome::NoAnswer.word().into(),
                hands.of(End::Home).into(),
                new.department.0.into(),
            ]);
        }
    }

    /// Adds a card, with the code that is printed on it, signed with the registry's key.
    pub(super) fn add_card(
        &mut self,
        card: NewCard<'_>,
        (member, stay, department): (MemberId, RegistrationId, UnitId),
        hands: Hands,
        keys: &Keys,
        entropy: &Entropy,
    ) -> Result<(), ApiError> {
        let NewCard { number, story, place } = card;
        let (Some(first), Some(last)) = (story.steps.first(), story.steps.last()) else { return Ok(()) };
        let id = CardId::new(first.at, entropy);
        self.cards.push([
            id.0.into(),
            number.to_string().into(),
            stay.0.into(),
            member.0.into(),
            department.0.into(),
            last.to.word().into(),
            first.at.day().into(),
            story.review_due.into(),
            count(story.steps.len()).into(),
            first.at.into(),
            last.at.into(),
        ]);
        let mut before = None;
        for step in &story.steps {
            self.card_history.push([
                RowId::new(step.at, entropy).0.into(),
                id.0.into(),
                step.at.into(),
                step.act.word().into(),
                before.replace(step.to).map(|from| from.word()).into(),
                step.to.word().into(),
                hands.of(End::Host).into(),
            ]);
        }
        let ring = keys.ring();
        let key = ring.signing(KeyUse::Cards, last.at)?;
        let claims =
            CardClaims { kid: key.kid, id: entropy.bytes(), expires_on: story.review_due, status_index: place };
        self.codes.push([
            claims.id.to_vec().into(),
            id.0.into(),
            "print".into(),
            claims.expires_on.into(),
            i64::from(place).into(),
            i64::from(key.kid).into(),
            claims.sign_static(key)?.into(),
            story.minted_at.into(),
        ]);
        Ok(())
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

//! A card as it is shown: to each caller with what that caller may do next.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    card_image::ELECTRONIC,
    model::{CardAct, CardStatus},
    number::CardNumber,
    store::{self, CardRow, StepRow},
};
use crate::{
    access::{self, Caller},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{CardId, MemberId, RegistrationId},
    people::{self, MemberRef},
    registrations::{self, Status, Stay},
    units::{self, UnitRef},
};

/// A card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Card {
    /// Its id.
    pub id: CardId,
    /// Its number.
    pub number: CardNumber,
    /// Its state.
    pub status: CardStatus,
    /// What it says of itself: an electronic record, until its department has switched on a title of its own.
    pub title: String,
    /// When it was made.
    pub issued_on: Day,
    /// When its review is due.
    pub review_due: Day,
    /// Whether that day has passed; the card stays valid.
    pub review_overdue: bool,
    /// The stay it was made for.
    pub registration_id: RegistrationId,
    /// The holder.
    pub member: MemberRef,
    /// Whether there is a photo of the holder.
    pub has_photo: bool,
    /// Where the formal affiliation is.
    pub home: UnitRef,
    /// Where the holder lives the organisation life.
    pub host: UnitRef,
    /// The department that issued it.
    pub department: UnitRef,
    /// The number of the card that took its place.
    pub replaced_by: Option<CardNumber>,
    /// How many phones are bound to it.
    pub devices: i64,
    /// What this caller may do now.
    pub actions: Vec<CardAct>,
    /// The same as the ETag.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
}

/// A one-time link, for handing over in person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OneTimeLink {
    /// Opens the page that binds the phone.
    pub url: String,
    /// The code alone.
    pub code: String,
    /// It serves until then, and once.
    pub expires_at: Instant,
}

/// A card that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssuedCard {
    /// The card.
    #[serde(flatten)]
    pub card: Card,
    /// The picture of its printed code (it needs the access token).
    pub qr_url: String,
    /// Binds the holder's phone.
    pub activation: OneTimeLink,
}

/// One line of a card's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardStep {
    /// When.
    pub at: Instant,
    /// What was done.
    pub action: CardAct,
    /// The state before; null where the card was made.
    pub from_status: Option<CardStatus>,
    /// The state after.
    pub to_status: CardStatus,
    /// Who: an account's name, or `member`.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// A card's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardHistory {
    /// Oldest first.
    pub items: Vec<CardStep>,
}

/// Who acted where no account did.
const BY_MEMBER: &str = "member";

impl From<StepRow> for CardStep {
    fn from(row: StepRow) -> Self {
        Self {
            at: row.at,
            action: row.action,
            from_status: row.from_status,
            to_status: row.to_status,
            by: row.username.unwrap_or_else(|| BY_MEMBER.into()),
            reason: row.reason,
        }
    }
}

/// A card with its stay, where it is within the caller's reach; or 404.
pub async fn within(c: &mut Conn<'_>, caller: &Caller, number: &CardNumber) -> Result<(CardRow, Stay), ApiError> {
    let card = store::by_number(c, number).await?.ok_or_else(ApiError::not_found)?;
    let stay = registrations::stay_within(c, &caller.scope, card.registration_id).await?;
    Ok((card, stay))
}

/// The newest card of a member, as its caller sees it.
pub async fn card_of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Option<Card>, ApiError> {
    let Some(card) = store::newest_of_member(c, member).await? else { return Ok(None) };
    let stay = registrations::stay(c, card.registration_id).await?.ok_or_else(ApiError::not_found)?;
    shown(c, app, caller, card, &stay).await.map(Some)
}

/// Every card of a member with its history, oldest first, as the member reads it: without the names of officers.
pub async fn cards_of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<(Card, Vec<CardStep>)>, ApiError> {
    let mut cards = Vec::new();
    for card in store::of_member(c, member).await? {
        let mut steps: Vec<CardStep> = store::history(c, card.id).await?.into_iter().map(CardStep::from).collect();
        for step in steps.iter_mut().filter(|step| step.by != BY_MEMBER) {
            step.by = "officer".into();
        }
        let stay = registrations::stay(c, card.registration_id).await?.ok_or_else(ApiError::not_found)?;
        cards.push((shown(c, app, caller, card, &stay).await?, steps));
    }
    Ok(cards)
}

/// A card that the caller is known to reach.
pub async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    card: CardRow,
    stay: &Stay,
) -> Result<Card, ApiError> {
    let today = app.clock.now().day();
    let gone = || ApiError::internal("a card names what is not there");
    let department = units::department_above(c, card.department_id).await?.ok_or_else(gone)?;
    let mut units = units::unit_refs(c, &[stay.home_unit_id, stay.host_unit_id, card.department_id]).await?;
    let member = people::briefs(c, &[card.member_id]).await?.remove(&card.member_id).ok_or_else(gone)?;
    let replaced_by = match card.replaced_by {
        Some(id) => store::by_id(c, id).await?.map(|next| next.number),
        None => None,
    };
    let actions = actions(c, caller, &card, stay, today).await?;
    Ok(Card {
        title: department.card_title.unwrap_or_else(|| ELECTRONIC.into()),
        review_overdue: card.review_due < today,
        has_photo: people::has_photo(c, card.member_id).await?,
        home: units.get(&stay.home_unit_id).cloned().ok_or_else(gone)?,
        host: units.get(&stay.host_unit_id).cloned().ok_or_else(gone)?,
        department: units.remove(&card.department_id).ok_or_else(gone)?,
        devices: store::phones(c, card.id).await?,
        member: MemberRef { id: member.id, name: member.name },
        replaced_by,
        actions,
        id: card.id,
        number: card.number,
        status: card.status,
        issued_on: card.issued_on,
        review_due: card.review_due,
        registration_id: card.registration_id,
        version: card.version,
        created_at: card.created_at,
    })
}

/// What the card is open to, as far as it is this caller's to do.
async fn actions(
    c: &mut Conn<'_>,
    caller: &Caller,
    card: &CardRow,
    stay: &Stay,
    today: Day,
) -> Result<Vec<CardAct>, ApiError> {
    let above = access::ancestors_of(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    let at = |unit| above.get(unit).map_or(&[][..], Vec::as_slice);
    let (home, host) = (at(&stay.home_unit_id), at(&stay.host_unit_id));
    let situation = card.situation(stay.status == Status::Active);
    let acts = situation.acts(today);
    Ok(acts.filter(|act| caller.scope_in(act.operation()).covers_stay(card.member_id, home, host)).collect())
}

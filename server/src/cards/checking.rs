//! `POST /cards/verify`: anyone learns the verdict and who issued the card; an officer in whose reach the holder is, and
//! the holder, the person too.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    code_store::FoundCard,
    number::CardNumber,
    presentation::{self, Examined, Presented},
    service, store,
    verify::{CardVerdict, Occasion, Presence},
};
use crate::{
    access::Caller,
    app::AppState,
    clock::Instant,
    codes,
    db::Conn,
    error::{ApiError, Problem},
    http::Json,
    ids::{EventId, MemberId},
    openapi::ApiRouter,
    people::{self, Membership},
    registrations::{self, Status},
    routes,
    units::{self, UnitRef},
};

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(verify_card))
}

/// A card code that was scanned.
#[derive(eserde::Deserialize, ToSchema)]
struct VerifyRequest {
    /// The digits, or the whole address.
    presentation: String,
    /// The event at which it is shown: a live code made for another one is stale there.
    #[serde(default)]
    event_id: Option<EventId>,
}

/// What a shown card is worth.
#[derive(Serialize, ToSchema)]
struct Verification {
    /// The verdict.
    verdict: CardVerdict,
    /// Of a valid card: what the code says about the person who shows it.
    presence: Option<Presence>,
    /// The department that issued the card.
    issuer: Option<String>,
    /// When it was checked.
    checked_at: Instant,
    /// The holder, for those in whose reach the holder is.
    person: Option<Holder>,
}

/// The holder of a card.
#[derive(Serialize, ToSchema)]
struct Holder {
    /// The member's id.
    member_id: MemberId,
    /// The member's name.
    name: String,
    /// The card's number.
    card_number: CardNumber,
    /// Whether there is a photo.
    has_photo: bool,
    /// Full or probationary.
    membership: Membership,
    /// Where the formal affiliation is.
    home: UnitRef,
    /// Where the member lives the organisation life.
    host: UnitRef,
    /// The state of the stay.
    registration_status: Status,
}

/// Check a card code. A stranger learns the verdict and the issuer, no more.
#[utoipa::path(post, path = "/cards/verify", tag = "cards", request_body = VerifyRequest, security((), ("bearer" = [])), responses(
    (status = 200, body = Verification),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn verify_card(
    State(app): State<AppState>,
    caller: Option<Caller>,
    Json(request): Json<VerifyRequest>,
) -> Result<Json<Verification>, ApiError> {
    let mut reader = app.db.read().await?;
    let event = match request.event_id {
        Some(event) => store::event_code_id(&mut reader.conn(), event).await?,
        None => None,
    };
    let audience = event.and_then(|id| id.try_into().ok()).map(codes::audience);
    let occasion = Occasion { at: app.clock.now(), audience };
    let examined = presentation::examine(&app.keys.ring(), &request.presentation, &occasion);
    let Some(caller) = caller.filter(|_| matches!(examined, Examined::Genuine { .. })) else {
        let presented = presentation::present(&mut reader.conn(), examined, &occasion).await?;
        return verification(&mut reader.conn(), presented, occasion, None).await.map(Json);
    };
    drop(reader);
    // The look at a person is written down before it is answered.
    let state = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let presented = presentation::present(c, examined, &occasion).await?;
                let person = match &presented.card {
                    Some(card) => holder(c, &state, &caller, card).await?,
                    None => None,
                };
                verification(c, presented, occasion, person).await.map(Json)
            })
        })
        .await
}

async fn verification(
    c: &mut Conn<'_>,
    presented: Presented,
    occasion: Occasion,
    person: Option<Holder>,
) -> Result<Verification, ApiError> {
    let issuer = match presented.card {
        Some(card) => Some(units::unit_ref(c, card.department_id).await?.name),
        None => None,
    };
    Ok(Verification {
        verdict: presented.verdict,
        presence: presented.presence,
        issuer,
        checked_at: occasion.at,
        person,
    })
}

/// The holder, where within the caller's reach; the look is logged.
async fn holder(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    found: &FoundCard,
) -> Result<Option<Holder>, ApiError> {
    let gone = || ApiError::internal("a card names what is not there");
    let stay = registrations::stay(c, found.registration_id).await?.ok_or_else(gone)?;
    if !caller.scope.reaches_stay(c, stay.member_id, stay.home_unit_id, stay.host_unit_id).await? {
        return Ok(None);
    }
    let card = store::by_id(c, found.card_id).await?.ok_or_else(gone)?;
    if caller.scope.own.is_none() {
        service::log(c, app, caller, &card, "card.verify").await?;
    }
    let member = people::briefs(c, &[stay.member_id]).await?.remove(&stay.member_id).ok_or_else(gone)?;
    let mut ends = units::unit_refs(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    Ok(Some(Holder {
        has_photo: people::has_photo(c, member.id).await?,
        member_id: member.id,
        name: member.name,
        membership: member.membership,
        card_number: card.number,
        home: ends.get(&stay.home_unit_id).cloned().ok_or_else(gone)?,
        host: ends.remove(&stay.host_unit_id).ok_or_else(gone)?,
        registration_status: stay.status,
    }))
}

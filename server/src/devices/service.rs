//! Binding a phone, signing it in, and taking it away.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    PublicKey,
    assertion::{self, SessionClaims},
    store::{self, Device, Of},
};
use crate::{
    access::{
        Caller,
        audit::{self, Actor},
    },
    app::AppState,
    auth::tokens::{self, ACCESS_SECONDS, Subject},
    cards::{self, Card, CardRow, CardStatus, Credential, PhoneKey},
    clock::Instant,
    db::Conn,
    error::{ApiError, Code},
    ids::{DeviceId, MemberId},
    notices::{self, News, NoticeKind},
    registrations::{self, Registration},
};

/// How far a phone's clock may be off when it signs in.
const SKEW_SECONDS: i64 = 30;
/// An assertion lives no longer than this.
const ASSERTION_SECONDS: i64 = 60;
/// The longest `jti`.
const LONGEST_JTI: usize = 200;

/// A phone that was just bound, signed in.
#[derive(Serialize, ToSchema)]
pub struct Activated {
    access_token: String,
    expires_in: i64,
    /// The `kid` of what the phone signs from now on.
    pub device_id: DeviceId,
    /// The registry's public URL: the `aud` of what the phone signs to sign in, by whatever name it has reached us.
    audience: String,
    member_id: MemberId,
    card: Card,
    registration: Registration,
}

/// A phone that has signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceSession {
    access_token: String,
    expires_in: i64,
    member_id: MemberId,
    device_id: DeviceId,
}

/// Redeems a one-time code: the phone with this key is bound to the code's card.
pub async fn activate(c: &mut Conn<'_>, app: &AppState, code: &str, key: PublicKey) -> Result<Activated, ApiError> {
    let now = app.clock.now();
    let gone = || ApiError::new(Code::Gone, "Ask the branch for a new link.");
    let card = store::use_up(c, &cards::code_hash(code), now).await?.ok_or_else(gone)?;
    let card = cards::by_id(c, card).await?.ok_or_else(gone)?;
    if card.status != CardStatus::Active {
        return Err(ApiError::wrong_state(format!("The card is {}: no phone can be bound to it.", card.status)));
    }
    let device = Device {
        id: DeviceId::new(now, &app.entropy),
        member_id: card.member_id,
        card_id: card.id,
        public_key: key.compressed().to_vec(),
    };
    // The record comes before the count: the head of the chain is one row, and whoever holds it is alone.
    log(c, app, Actor::Device(device.member_id, device.id), "device.bind", device.id, device.member_id).await?;
    let bound = store::living(c, Of::Card(card.id)).await?;
    if i64::try_from(bound.len()).is_ok_and(|count| count >= cards::PHONES) {
        return Err(ApiError::new(Code::DeviceLimit, "Two phones are bound already; remove one first."));
    }
    store::insert(c, &device, now).await?;
    cards::renew_phone_code(c, app, &card, phone_key(&device)?).await?;
    let news = News::new(NoticeKind::DeviceBound, device.member_id).of_card(&card.number);
    notices::tell_member(c, app, &news).await?;

    let caller = Caller::oneself(device.member_id, device.id);
    let stay = registrations::stay(c, card.registration_id).await?.ok_or_else(gone)?;
    Ok(Activated {
        access_token: token(app, device.id)?,
        expires_in: ACCESS_SECONDS,
        device_id: device.id,
        audience: app.config.public_url.clone(),
        member_id: device.member_id,
        card: cards::shown(c, app, &caller, card, &stay).await?,
        registration: registrations::shown(c, app, &caller, stay).await?,
    })
}

/// Signs a phone in by what it has signed. Its card's code is renewed on the way, when that is due.
pub(super) async fn sign_in(app: &AppState, assertion: &str) -> Result<DeviceSession, ApiError> {
    let refused = || ApiError::new(Code::SignInFailed, "The phone is not bound, or its assertion does not hold.");
    let id = assertion::device_named(assertion).ok_or_else(refused)?;
    let mut reader = app.db.read().await?;
    let device = store::bound_device(&mut reader.conn(), id).await?.ok_or_else(refused)?;
    drop(reader);
    let now = app.clock.now();
    let claims: SessionClaims = assertion::verify(&device, assertion).ok_or_else(refused)?;
    if !serves(&claims, &app.config.public_url, now) {
        return Err(refused());
    }
    let (state, phone) = (app.clone(), device.clone());
    let expires_at = Instant::from_seconds(claims.exp).plus_seconds(SKEW_SECONDS);
    app.db
        .write(move |c| {
            Box::pin(async move {
                if !store::use_assertion(c, phone.id, &claims.jti, expires_at, now).await? {
                    return Err(refused());
                }
                // It may have been removed since it was looked up.
                store::bound_device(c, phone.id).await?.ok_or_else(refused)?;
                if let Some(card) = cards::by_id(c, phone.card_id).await?.filter(|card| card.status.is_living()) {
                    cards::renew_phone_code(c, &state, &card, phone_key(&phone)?).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(DeviceSession {
        access_token: token(app, device.id)?,
        expires_in: ACCESS_SECONDS,
        member_id: device.member_id,
        device_id: device.id,
    })
}

/// Whether an assertion is for us and for now.
fn serves(claims: &SessionClaims, public_url: &str, now: Instant) -> bool {
    let for_us = claims.aud.trim_end_matches('/') == public_url.trim_end_matches('/');
    let life = claims.exp.saturating_sub(claims.iat);
    let now = now.seconds();
    let in_time = claims.iat <= now.saturating_add(SKEW_SECONDS) && now < claims.exp.saturating_add(SKEW_SECONDS);
    let named = (1..=LONGEST_JTI).contains(&claims.jti.len()) && claims.jti.bytes().all(|b| b.is_ascii_graphic());
    for_us && (1..=ASSERTION_SECONDS).contains(&life) && in_time && named
}

/// Takes a phone away: at once it neither signs in nor shows the card.
pub(super) async fn remove(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    of: Of,
    member: MemberId,
    device: DeviceId,
) -> Result<(), ApiError> {
    if !store::remove(c, of, device, app.clock.now()).await? {
        return Err(ApiError::not_found());
    }
    log(c, app, caller.into(), "device.remove", device, member).await?;
    // Also where it was done by one of the member's own phones: it may be the one that was stolen.
    notices::tell_member(c, app, &News::new(NoticeKind::DeviceRemoved, member)).await
}

/// What the calling phone needs to show its card.
pub(super) async fn credential(c: &mut Conn<'_>, caller: &Caller) -> Result<Credential, ApiError> {
    let (_, device) = caller.member()?;
    let device = store::bound_device(c, device).await?.ok_or_else(ApiError::not_signed_in)?;
    let card: CardRow = cards::by_id(c, device.card_id).await?.ok_or_else(ApiError::not_found)?;
    if !card.status.is_living() {
        return Err(ApiError::wrong_state(format!("The card is {}.", card.status)));
    }
    cards::credential(c, &card, device.id).await?.ok_or_else(ApiError::not_found)
}

fn phone_key(device: &Device) -> Result<PhoneKey, ApiError> {
    let public_key = device.public_key[..].try_into().map_err(ApiError::internal)?;
    Ok(PhoneKey { device: device.id, public_key })
}

fn token(app: &AppState, device: DeviceId) -> Result<String, ApiError> {
    tokens::issue(&app.keys.ring(), &app.config.public_url, Subject::Device(device), app.clock.now())
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    actor: Actor,
    action: &str,
    device: DeviceId,
    member: MemberId,
) -> Result<(), ApiError> {
    let record = audit::Record::new(actor, action, ("device", device.to_string())).about(member);
    audit::append(c, app.clock.now(), record).await
}

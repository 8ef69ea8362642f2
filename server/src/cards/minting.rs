//! Makes the codes under which a card appears. Each has a random id and a random place in the status list, so that a card
//! cannot be followed for years by its code.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    code_store::{self, KeptCode, NewCode},
    status_list::{MOST_LISTS, PLACES},
    store::CardRow,
};
use crate::{
    app::AppState,
    clock::{Day, Instant},
    codes::{self, CardClaims},
    db::Conn,
    error::ApiError,
    ids::DeviceId,
    keys::KeyUse,
};

/// A phone's code is valid for this long.
const PHONE_DAYS: i64 = 30;
/// And gets a successor, silently, after this long.
const RENEW_SECONDS: i64 = 20 * 86_400;
/// How often a taken place is drawn before the lists in use count as full.
const DRAWS: usize = 32;

/// What a phone needs to show its card, with and without network.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Credential {
    /// The digits of the static code, 79 bytes.
    #[serde(rename = "static")]
    pub static_digits: String,
    /// The digits of the 112 bytes of the live code before the phone's own part.
    pub live_prefix: String,
    /// From when on the phone should ask again.
    pub renew_after: Instant,
    /// The last day on which the code is valid.
    pub expires_on: Day,
}

/// A phone, with its key as a compressed point.
#[derive(Clone, Copy, Debug)]
pub struct PhoneKey {
    /// The phone.
    pub device: DeviceId,
    /// Its public key.
    pub public_key: [u8; 33],
}

/// Makes the code that is printed; it is valid to the review date.
pub(super) async fn mint_print(c: &mut Conn<'_>, app: &AppState, card: &CardRow) -> Result<(), ApiError> {
    mint(c, app, card, card.review_due, None).await
}

/// The digits of the newest printed code.
pub(super) async fn print_digits(c: &mut Conn<'_>, card: &CardRow) -> Result<String, ApiError> {
    let kept = code_store::newest(c, card.id, None).await?.ok_or_else(ApiError::not_found)?;
    Ok(codes::pack(&kept.code))
}

/// Makes a phone's code, where it has none or its own is due for renewal.
pub async fn renew_phone_code(
    c: &mut Conn<'_>,
    app: &AppState,
    card: &CardRow,
    phone: PhoneKey,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let good = |kept: &KeptCode| {
        let known = u8::try_from(kept.kid).is_ok_and(|kid| app.keys.ring().verifying(kid, KeyUse::Cards).is_some());
        known && now < renew_after(kept)
    };
    if code_store::newest(c, card.id, Some(phone.device)).await?.as_ref().is_some_and(good) {
        return Ok(());
    }
    mint(c, app, card, now.day().plus_days(PHONE_DAYS), Some(phone)).await
}

/// The credential that a phone has now.
pub async fn credential(c: &mut Conn<'_>, card: &CardRow, device: DeviceId) -> Result<Option<Credential>, ApiError> {
    let kept = code_store::newest(c, card.id, Some(device)).await?;
    Ok(kept.and_then(|kept| {
        Some(Credential {
            static_digits: codes::pack(&kept.code),
            live_prefix: codes::pack(kept.live_prefix.as_ref()?),
            renew_after: renew_after(&kept),
            expires_on: kept.expires_on,
        })
    }))
}

fn renew_after(kept: &KeptCode) -> Instant {
    kept.issued_at.plus_seconds(RENEW_SECONDS)
}

async fn mint(
    c: &mut Conn<'_>,
    app: &AppState,
    card: &CardRow,
    expires_on: Day,
    phone: Option<PhoneKey>,
) -> Result<(), ApiError> {
    let (now, ring) = (app.clock.now(), app.keys.ring());
    let key = ring.signing(KeyUse::Cards, now)?;
    code_store::clear_expired(c, card.id, now.day()).await?;
    let lists = code_store::lists_in_use(c).await?;
    // Random places in the lists that are there; one list more where they are full.
    let drawn = std::iter::repeat_n(0..lists * PLACES, DRAWS)
        .chain((lists < MOST_LISTS).then(|| lists * PLACES..(lists + 1) * PLACES));
    for places in drawn {
        let place = places.start + u32::try_from(app.entropy.below(places.len() as u64)).map_err(ApiError::internal)?;
        let claims = CardClaims { kid: key.kid, id: app.entropy.bytes(), expires_on, status_index: place };
        let code = claims.sign_static(key)?;
        let live_prefix = phone.map(|phone| claims.sign_live(&phone.public_key, key)).transpose()?;
        let new = NewCode {
            claims,
            card: card.id,
            device: phone.map(|phone| phone.device),
            code: &code,
            live_prefix: live_prefix.as_deref(),
        };
        if code_store::insert(c, &new, now).await? {
            return Ok(());
        }
    }
    Err(ApiError::internal("the status lists are full"))
}

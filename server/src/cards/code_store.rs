//! SQL of the codes under which cards appear.

use super::{model::CardStatus, number::CardNumber, verify::OnRecord};
use crate::{
    clock::{Day, Instant},
    codes::{CardClaims, CodeId},
    db::Conn,
    error::ApiError,
    execute,
    ids::{CardId, DeviceId, MemberId, RegistrationId, UnitId},
    on_engine,
    registrations::Status,
    words,
};

words! {
    /// What a code was made for.
    pub enum Purpose {
        /// To be printed.
        Print = "print",
        /// For a phone.
        Phone = "phone",
    }
}

/// A code to be kept.
pub(super) struct NewCode<'a> {
    pub(super) claims: CardClaims,
    pub(super) card: CardId,
    pub(super) device: Option<DeviceId>,
    pub(super) code: &'a [u8],
    pub(super) live_prefix: Option<&'a [u8]>,
}

/// Keeps a code; false where its id or its place in the status list is taken.
pub(super) async fn insert(c: &mut Conn<'_>, code: &NewCode<'_>, now: Instant) -> Result<bool, ApiError> {
    let purpose = if code.device.is_some() { Purpose::Phone } else { Purpose::Print };
    let touched = execute!(
        c,
        sqlx::query(
            "insert into card_codes (code_id, card_id, purpose, device_id, expires_on, status_index, kid, code, live_prefix,
                                     issued_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict do nothing"
        )
        .bind(&code.claims.id[..])
        .bind(code.card)
        .bind(purpose)
        .bind(code.device)
        .bind(code.claims.expires_on)
        .bind(i64::from(code.claims.status_index))
        .bind(i64::from(code.claims.kid))
        .bind(code.code)
        .bind(code.live_prefix)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// Clears away a card's codes that have expired, so that their places in the status list serve again.
pub(super) async fn clear_expired(c: &mut Conn<'_>, card: CardId, today: Day) -> Result<(), ApiError> {
    // A week's grace: phones hold a status list for so long.
    let before = today.plus_days(-7);
    let query = "delete from card_codes where card_id = $1 and expires_on < $2";
    execute!(c, sqlx::query(query).bind(card).bind(before))?;
    Ok(())
}

/// A code that was kept.
#[derive(sqlx::FromRow)]
pub(super) struct KeptCode {
    pub(super) code: Vec<u8>,
    pub(super) live_prefix: Option<Vec<u8>>,
    pub(super) kid: i64,
    pub(super) expires_on: Day,
    pub(super) issued_at: Instant,
}

/// The newest code of a card: for print, or for one of its phones.
pub(super) async fn newest(
    c: &mut Conn<'_>,
    card: CardId,
    phone: Option<DeviceId>,
) -> Result<Option<KeptCode>, ApiError> {
    // Codes of one moment (a card reviewed as it is issued) differ by their last day.
    Ok(on_engine!(c, |c| match phone {
        None => sqlx::query_as(
            "select code, live_prefix, kid, expires_on, issued_at from card_codes
              where card_id = $1 and purpose = 'print' order by issued_at desc, expires_on desc limit 1"
        )
        .bind(card),
        Some(phone) => sqlx::query_as(
            "select code, live_prefix, kid, expires_on, issued_at from card_codes
              where card_id = $1 and purpose = 'phone' and device_id = $2
              order by issued_at desc, expires_on desc limit 1"
        )
        .bind(card)
        .bind(phone),
    }
    .fetch_optional(c))?)
}

/// A card, found by a code of its.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FoundCard {
    /// The card.
    pub card_id: CardId,
    /// Its number.
    pub number: CardNumber,
    /// The holder.
    pub member_id: MemberId,
    /// The stay it was made for.
    pub registration_id: RegistrationId,
    /// The department that issued it.
    pub department_id: UnitId,
    /// The phone for which the code was made.
    pub device_id: Option<DeviceId>,
    status: CardStatus,
    review_due: Day,
    stay_status: Status,
    phone_revoked_at: Option<Instant>,
}

impl FoundCard {
    /// What the records say, for the verdict.
    pub fn on_record(&self) -> OnRecord {
        OnRecord {
            status: self.status,
            review_due: self.review_due,
            stay_ended: !self.stay_status.is_open(),
            phone_removed: self.phone_revoked_at.is_some(),
        }
    }
}

/// The card that appears under a random id.
pub async fn find_by_code(c: &mut Conn<'_>, id: CodeId) -> Result<Option<FoundCard>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select c.id as card_id, c.number, c.member_id, c.registration_id, c.department_id, k.device_id, c.status,
                c.review_due, r.status as stay_status, d.revoked_at as phone_revoked_at
           from card_codes k
           join cards c on c.id = k.card_id
           join registrations r on r.id = c.registration_id
           left join devices d on d.id = k.device_id
          where k.code_id = $1"
    )
    .bind(&id[..])
    .fetch_optional(c))?)
}

//! SQL of the codes under which cards appear.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::{model::CardStatus, number::CardNumber, status_list::PLACES, verify::OnRecord};
use crate::{
    clock::{Day, Instant},
    codes::{CardClaims, CodeId},
    db::{Conn, LISTED, push_ids},
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
    /// Where the stay stands.
    pub stay_status: Status,
    /// Where the member lives the organisation life by it.
    pub host_unit_id: UnitId,
    phone_revoked_at: Option<Instant>,
}

/// A card with the random id under which it appears.
#[derive(sqlx::FromRow)]
struct Coded {
    #[sqlx(try_from = "Vec<u8>")]
    code_id: CodeId,
    #[sqlx(flatten)]
    card: FoundCard,
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

/// What stands behind a code.
const BEHIND: &str = "c.id as card_id, c.number, c.member_id, c.registration_id, c.department_id, k.device_id, c.status, \
    c.review_due, r.status as stay_status, r.host_unit_id, d.revoked_at as phone_revoked_at \
    from card_codes k \
    join cards c on c.id = k.card_id \
    join registrations r on r.id = c.registration_id \
    left join devices d on d.id = k.device_id where ";

/// The codes of these members that have not expired, with what stands behind each.
pub async fn codes_of(
    c: &mut Conn<'_>,
    members: &[MemberId],
    today: Day,
) -> Result<Vec<(CodeId, FoundCard)>, ApiError> {
    let mut found = Vec::new();
    // Engines take only so many parameters at once.
    for some in members.chunks(1000) {
        let rows: Vec<Coded> = on_engine!(c, |c| async {
            let mut query = QueryBuilder::new("select k.code_id, ");
            query.push(BEHIND).push("k.expires_on >= ").push_bind(today).push(" and c.member_id in ");
            push_ids(&mut query, some.iter().map(|id| id.0));
            query.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|row| (row.code_id, row.card)));
    }
    Ok(found)
}

/// How many status lists are in use: one at least.
pub(super) async fn lists_in_use(c: &mut Conn<'_>) -> Result<u32, ApiError> {
    let last: Option<i64> =
        on_engine!(c, |c| sqlx::query_scalar("select max(status_index) from card_codes").fetch_one(c))?;
    Ok(u32::try_from(last.unwrap_or(0)).map_err(ApiError::internal)? / PLACES + 1)
}

/// The places, of the `count` from `first` on, of codes that have not expired but must not be taken any more.
pub(super) async fn ended_places(c: &mut Conn<'_>, first: u32, count: u32, today: Day) -> Result<Vec<u32>, ApiError> {
    let places: Vec<i64> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select k.status_index from card_codes k
               join cards c on c.id = k.card_id
               join registrations r on r.id = c.registration_id
               left join devices d on d.id = k.device_id
              where k.status_index >= ",
        );
        query.push_bind(i64::from(first)).push(" and k.status_index < ").push_bind(i64::from(first + count));
        query.push(" and k.expires_on >= ").push_bind(today);
        query.push(" and (d.revoked_at is not null or c.status <> ").push_bind(CardStatus::Active);
        query.push(" or r.status not in (");
        let mut open = query.separated(", ");
        for status in Status::ALL.iter().filter(|status| status.is_open()) {
            open.push_bind(*status);
        }
        query.push("))").build_query_scalar().fetch_all(c).await
    })?;
    places.into_iter().map(|place| u32::try_from(place).map_err(ApiError::internal)).collect()
}

/// The cards that appear under these random ids.
pub async fn find_by_codes(c: &mut Conn<'_>, ids: &[CodeId]) -> Result<HashMap<CodeId, FoundCard>, ApiError> {
    let mut found = HashMap::new();
    for some in ids.chunks(LISTED) {
        let rows: Vec<Coded> = on_engine!(c, |c| async {
            let mut query = QueryBuilder::new("select k.code_id, ");
            query.push(BEHIND).push("k.code_id in ");
            push_ids(&mut query, some.iter().map(|id| id.to_vec()));
            query.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|row| (row.code_id, row.card)));
    }
    Ok(found)
}

//! SQL of the cards, their numbers and their history.

use super::{
    model::{CardAct, CardStatus, Situation},
    number::{CardNumber, LAST_SERIAL},
};
use crate::{
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    execute,
    ids::{AccountId, CardId, EventId, MemberId, RegistrationId, RowId, UnitId},
    on_engine,
};

/// A stored card.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CardRow {
    /// Its id.
    pub id: CardId,
    /// Its number.
    pub number: CardNumber,
    /// The stay it was made for.
    pub registration_id: RegistrationId,
    /// The holder.
    pub member_id: MemberId,
    /// The department whose number it has.
    pub department_id: UnitId,
    /// Its state.
    pub status: CardStatus,
    /// When it was made.
    pub issued_on: Day,
    /// When its review is due.
    pub review_due: Day,
    /// The card that took its place.
    pub replaced_by: Option<CardId>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made, to the millisecond.
    pub created_at: Instant,
}

impl CardRow {
    pub(super) fn situation(&self, stay_active: bool) -> Situation {
        Situation {
            status: self.status,
            replaced: self.replaced_by.is_some(),
            review_due: self.review_due,
            stay_active,
        }
    }
}

/// `select` of a [`CardRow`] with the given end of the statement, whose one parameter is bound to `$1`.
macro_rules! select_card {
    ($c:expr, $end:literal, $key:expr) => {
        on_engine!($c, |c| sqlx::query_as(concat!(
            "select id, number, registration_id, member_id, department_id, status, issued_on, review_due, replaced_by,
                    version, created_at
               from cards ",
            $end
        ))
        .bind($key)
        .fetch_optional(c))
    };
}

/// The card with this number.
pub async fn by_number(c: &mut Conn<'_>, number: &CardNumber) -> Result<Option<CardRow>, ApiError> {
    Ok(select_card!(c, "where number = $1", number)?)
}

/// The card with this id.
pub async fn by_id(c: &mut Conn<'_>, id: CardId) -> Result<Option<CardRow>, ApiError> {
    Ok(select_card!(c, "where id = $1", id)?)
}

/// The newest card of a stay, in whatever state: the one that no other has replaced.
pub(super) async fn newest_of_stay(c: &mut Conn<'_>, stay: RegistrationId) -> Result<Option<CardRow>, ApiError> {
    Ok(select_card!(
        c,
        "where registration_id = $1 and replaced_by is null order by created_at desc, number desc limit 1",
        stay
    )?)
}

/// The newest card of a member, over all stays, in whatever state.
pub async fn newest_of_member(c: &mut Conn<'_>, member: MemberId) -> Result<Option<CardRow>, ApiError> {
    Ok(select_card!(
        c,
        "where member_id = $1 and replaced_by is null order by created_at desc, number desc limit 1",
        member
    )?)
}

/// Every card of a member, oldest first.
pub(super) async fn of_member(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<CardRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, number, registration_id, member_id, department_id, status, issued_on, review_due, replaced_by,
                version, created_at
           from cards where member_id = $1 order by id"
    )
    .bind(member)
    .fetch_all(c))?)
}

/// Counts the series of a division code on by one; `None` at the end of the year's numbers.
pub(super) async fn next_serial(c: &mut Conn<'_>, division_code: &str, year: i16) -> Result<Option<i64>, ApiError> {
    let serial: i64 = on_engine!(c, |c| sqlx::query_scalar(
        "insert into card_series (division_code, year, last_serial) values ($1, $2, 1)
         on conflict (division_code, year) do update set last_serial = card_series.last_serial + 1
         returning last_serial"
    )
    .bind(division_code)
    .bind(i64::from(year))
    .fetch_one(c))?;
    Ok((serial <= LAST_SERIAL).then_some(serial))
}

/// Stores a new card; false where the stay has a living one already.
pub(super) async fn insert(c: &mut Conn<'_>, card: &CardRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into cards (id, number, registration_id, member_id, department_id, status, issued_on, review_due,
                                version, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             on conflict do nothing"
        )
        .bind(card.id)
        .bind(&card.number)
        .bind(card.registration_id)
        .bind(card.member_id)
        .bind(card.department_id)
        .bind(card.status)
        .bind(card.issued_on)
        .bind(card.review_due)
        .bind(card.version)
        .bind(card.created_at)
    )?;
    Ok(touched == 1)
}

/// Stores what an act has changed (`card` as it is now, its version counted on); false where someone was quicker.
pub(super) async fn update(c: &mut Conn<'_>, card: &CardRow, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update cards set status = $3, review_due = $4, version = $2, updated_at = $5
              where id = $1 and version = $2 - 1"
        )
        .bind(card.id)
        .bind(card.version)
        .bind(card.status)
        .bind(card.review_due)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// One line of a card's history, to be written.
pub(super) struct Step<'a> {
    pub(super) act: CardAct,
    pub(super) from: Option<CardStatus>,
    pub(super) to: CardStatus,
    pub(super) account: Option<AccountId>,
    pub(super) reason: Option<&'a str>,
}

pub(super) async fn append(
    c: &mut Conn<'_>,
    id: RowId,
    card: CardId,
    at: Instant,
    step: &Step<'_>,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into card_history (id, card_id, at, action, from_status, to_status, account_id, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(id)
        .bind(card)
        .bind(at)
        .bind(step.act)
        .bind(step.from)
        .bind(step.to)
        .bind(step.account)
        .bind(step.reason)
    )?;
    Ok(())
}

/// One line of a card's history, as stored.
#[derive(sqlx::FromRow)]
pub(super) struct StepRow {
    pub(super) at: Instant,
    pub(super) action: CardAct,
    pub(super) from_status: Option<CardStatus>,
    pub(super) to_status: CardStatus,
    pub(super) username: Option<String>,
    pub(super) reason: Option<String>,
}

/// A card's history, oldest first.
pub(super) async fn history(c: &mut Conn<'_>, card: CardId) -> Result<Vec<StepRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select h.at, h.action, h.from_status, h.to_status, a.username, h.reason
           from card_history h left join accounts a on a.id = h.account_id
          where h.card_id = $1
          order by h.at, h.id"
    )
    .bind(card)
    .fetch_all(c))?)
}

/// Whether a lost card was suspended when it was lost.
pub(super) async fn was_lost_suspended(c: &mut Conn<'_>, card: CardId) -> Result<bool, ApiError> {
    let found: Option<RowId> = on_engine!(c, |c| {
        sqlx::query_scalar(
        "select id from card_history where card_id = $1 and from_status = 'suspended' and to_status = 'lost' limit 1"
    )
    .bind(card)
    .fetch_optional(c)
    })?;
    Ok(found.is_some())
}

/// Names the card that took the place of another.
pub(super) async fn set_successor(c: &mut Conn<'_>, old: CardId, new: CardId) -> Result<(), ApiError> {
    execute!(c, sqlx::query("update cards set replaced_by = $2 where id = $1").bind(old).bind(new))?;
    Ok(())
}

/// The short id of an event, by which a live code names its audience.
pub(super) async fn event_code_id(c: &mut Conn<'_>, event: EventId) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select code_id from events where id = $1").bind(event).fetch_optional(c))?)
}

/// How many living phones are bound to a card.
pub(super) async fn phones(c: &mut Conn<'_>, card: CardId) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from devices where card_id = $1 and revoked_at is null"
    )
    .bind(card)
    .fetch_one(c))?)
}

/// Makes every phone of a card dead, at once.
pub(super) async fn kill_phones(c: &mut Conn<'_>, card: CardId, why: CardAct, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update devices set revoked_at = $2, revoked_reason = $3 where card_id = $1 and revoked_at is null"
        )
        .bind(card)
        .bind(now)
        .bind(why)
    )?;
    Ok(())
}

/// Keeps the digest of a one-time code for binding a phone.
pub(super) async fn insert_activation(
    c: &mut Conn<'_>,
    code_hash: &[u8],
    card: CardId,
    account: Option<AccountId>,
    expires_at: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into activations (code_hash, card_id, account_id, expires_at) values ($1, $2, $3, $4)")
            .bind(code_hash)
            .bind(card)
            .bind(account)
            .bind(expires_at)
    )?;
    Ok(())
}

/// Takes the reasons out of the history of a member's cards; what happened and when stays.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update card_history set reason = null where card_id in (select id from cards where member_id = $1)"
        )
        .bind(member)
    )?;
    Ok(())
}

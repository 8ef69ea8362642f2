//! SQL of what happened to a stay: its history, and the contact log.

use sqlx::QueryBuilder;

use super::{
    contacts::{ContactAttempt, ContactMethod, ContactOutcome},
    model::{Status, Stay},
};
use crate::{
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, MemberId, RegistrationId, RowId, UnitId},
    on_engine, people,
};

/// As many attempts as one answer tells.
const NEWEST: i64 = 200;

/// A line of the history, as it is written.
pub(super) struct HistoryRow<'a> {
    pub(super) id: RowId,
    pub(super) at: Instant,
    pub(super) action: &'a str,
    pub(super) from: Option<Status>,
    pub(super) account: Option<AccountId>,
    pub(super) reason: Option<&'a str>,
}

/// Appends to the history of `stay`, which is in its new state.
pub(super) async fn add_history(c: &mut Conn<'_>, stay: &Stay, row: HistoryRow<'_>) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into registration_history (id, registration_id, version, at, action, from_status, to_status,
                                               host_unit_id, account_id, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(row.id)
        .bind(stay.id)
        .bind(stay.version)
        .bind(row.at)
        .bind(row.action)
        .bind(row.from)
        .bind(stay.status)
        .bind(stay.host_unit_id)
        .bind(row.account)
        .bind(row.reason)
    )?;
    Ok(())
}

/// A line of the history, as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct PastStep {
    pub(super) at: Instant,
    pub(super) action: String,
    pub(super) from_status: Option<Status>,
    pub(super) to_status: Status,
    pub(super) host_unit_id: UnitId,
    /// The account's user name; none: the member.
    pub(super) username: Option<String>,
    pub(super) reason: Option<String>,
}

/// The whole history of a stay, oldest first.
pub(super) async fn history(c: &mut Conn<'_>, id: RegistrationId) -> Result<Vec<PastStep>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select h.at, h.action, h.from_status, h.to_status, h.host_unit_id, a.username, h.reason
           from registration_history h left join accounts a on a.id = h.account_id
          where h.registration_id = $1
          order by h.version"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// Adds an attempt to the contact log.
pub(super) async fn add_contact(
    c: &mut Conn<'_>,
    id: RegistrationId,
    contact: &ContactAttempt,
    account: AccountId,
    unit: Option<UnitId>,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into contact_attempts (id, registration_id, at, method, outcome, note, account_id, unit_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(contact.id)
        .bind(id)
        .bind(contact.at)
        .bind(contact.method)
        .bind(contact.outcome)
        .bind(&contact.note)
        .bind(account)
        .bind(unit)
    )?;
    Ok(())
}

/// The newest attempts to reach a member, newest first.
pub async fn contacts(c: &mut Conn<'_>, id: RegistrationId) -> Result<Vec<ContactAttempt>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select k.id, k.at, k.method, k.outcome, k.note, a.username as by
           from contact_attempts k join accounts a on a.id = k.account_id
          where k.registration_id = $1
          order by k.id desc limit $2"
    )
    .bind(id)
    .bind(NEWEST)
    .fetch_all(c))?)
}

/// How many attempts to reach the member since then had no answer.
pub(super) async fn unanswered_attempts(c: &mut Conn<'_>, id: RegistrationId, since: Instant) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from contact_attempts
          where registration_id = $1 and at >= $2 and outcome <> 'reached'"
    )
    .bind(id)
    .bind(since)
    .fetch_one(c))?)
}

/// Takes the reasons out of the history of a member's stays, and deletes the contact log; what happened and when stays.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    for statement in [
        "delete from contact_attempts where registration_id in (select id from registrations where member_id = $1)",
        "update registration_history set reason = null
          where registration_id in (select id from registrations where member_id = $1)",
        "update requests set place_sealed = null, note_sealed = null, answer_sealed = null where member_id = $1",
    ] {
        execute!(&mut *c, sqlx::query(statement).bind(member))?;
    }
    let nameless =
        "update registrations set end_reason = null, name = $2, pinyin = '', employer = null where member_id = $1";
    execute!(c, sqlx::query(nameless).bind(member).bind(people::REDUCED_NAME))?;
    Ok(())
}

/// An attempt to reach a member, without its note.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Tried {
    pub(super) registration_id: RegistrationId,
    pub(super) at: Instant,
    pub(super) method: ContactMethod,
    pub(super) outcome: ContactOutcome,
}

/// All attempts of these stays, oldest first.
pub(super) async fn tried(c: &mut Conn<'_>, ids: &[RegistrationId]) -> Result<Vec<Tried>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select registration_id, at, method, outcome from contact_attempts where registration_id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" order by id").build_query_as().fetch_all(c).await
    })?)
}

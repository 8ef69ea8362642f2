//! SQL of notices and of how far each reader has come.

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{Notice, NoticeKind, Recipient, SubjectKind};
use crate::{
    access::{Scope, Side},
    clock::Instant,
    db::Conn,
    error::ApiError,
    execute,
    ids::{EventId, MemberId, NoticeId, RegistrationId, RequestId, UnitId},
    on_engine,
};

/// As many rows as one insert takes: an event of a whole committee is told to thousands.
const ROWS: usize = 500;
/// Unread notices are counted up to here; more is "many".
const MOST_COUNTED: i64 = 100;

/// Writes notices.
pub(super) async fn insert(c: &mut Conn<'_>, rows: &[(NoticeId, &Notice)], now: Instant) -> Result<(), ApiError> {
    for rows in rows.chunks(ROWS) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new(
                "insert into notices (id, kind, to_member_id, to_unit_id, to_end, member_id, registration_id, card_number,
                                      event_id, request_id, subject, subject_id, created_at) ",
            );
            query.push_values(rows, |mut row, (id, Notice { to, news })| {
                let (member, unit, end) = match *to {
                    Recipient::Member(member) => (Some(member), None, None),
                    Recipient::Home(unit) => (None, Some(unit), Some("home")),
                    Recipient::Host(unit) => (None, Some(unit), Some("host")),
                    Recipient::Unit(unit) => (None, Some(unit), None),
                };
                row.push_bind(*id).push_bind(news.kind).push_bind(member).push_bind(unit).push_bind(end);
                row.push_bind(news.member).push_bind(news.registration).push_bind(news.card.clone());
                row.push_bind(news.event).push_bind(news.request);
                row.push_bind(news.subject.map(|subject| subject.kind))
                    .push_bind(news.subject.map(|subject| subject.id));
                row.push_bind(now);
            });
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// A notice as it is read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// What has happened.
    pub kind: NoticeKind,
    /// The unit that is told; none: the member.
    pub to_unit_id: Option<UnitId>,
    /// As which end of the stay: `home` or `host`.
    pub to_end: Option<String>,
    /// Whom it is about.
    pub member_id: Option<MemberId>,
    /// The stay.
    pub registration_id: Option<RegistrationId>,
    /// The number of the card.
    pub card_number: Option<String>,
    /// The event.
    pub event_id: Option<EventId>,
    /// The request.
    pub request_id: Option<RequestId>,
    /// The kind of the record of the units' work.
    pub subject: Option<SubjectKind>,
    /// That record.
    pub subject_id: Option<Uuid>,
    /// When.
    pub created_at: Instant,
}

/// Appends `(…)`, true for the notices `n` that are told to the holder of this scope.
fn push_told<DB>(query: &mut QueryBuilder<DB>, scope: &Scope)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(1 = 0");
    if let Some(member) = scope.own {
        query.push(" or n.to_member_id = ").push_bind(member.0);
    }
    for grant in &scope.grants {
        let (Some(unit), Side::Home | Side::Host | Side::Either) = (grant.unit, grant.side) else { continue };
        query.push(" or (n.to_unit_id = ").push_bind(unit.0).push(" and n.to_end is null)");
        query.push(" or (n.to_unit_id in (select unit_id from unit_ancestors where ancestor_id = ");
        query.push_bind(unit.0).push(")");
        query.push(match grant.side {
            Side::Home => " and n.to_end = 'home')",
            Side::Host => " and n.to_end = 'host')",
            _ => " and n.to_end is not null)",
        });
    }
    query.push(")");
}

/// The notices told to the holder of this scope, newest first, one more than `limit` where there are more.
pub async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    before: Option<NoticeId>,
    limit: i64,
) -> Result<Vec<NoticeRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select n.id, n.kind, n.to_unit_id, n.to_end, n.member_id, n.registration_id, n.card_number, n.event_id, n.request_id,
                    n.subject, n.subject_id, n.created_at
               from notices n where ",
        );
        push_told(&mut query, scope);
        if let Some(id) = before {
            query.push(" and n.id < ").push_bind(id);
        }
        query.push(" order by n.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Whether this notice is told to the holder of this scope.
pub async fn find_within(c: &mut Conn<'_>, scope: &Scope, id: NoticeId) -> Result<bool, ApiError> {
    let found: Option<NoticeId> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select n.id from notices n where n.id = ");
        query.push_bind(id).push(" and ");
        push_told(&mut query, scope);
        query.build_query_scalar().fetch_optional(c).await
    })?;
    Ok(found.is_some())
}

/// How far the reader has come, and how many notices have come since (at most a hundred are counted).
pub async fn unread(c: &mut Conn<'_>, scope: &Scope, reader: Uuid) -> Result<(Option<NoticeId>, i64), ApiError> {
    let mark: Option<NoticeId> =
        on_engine!(&mut *c, |c| sqlx::query_scalar("select read_until from notice_marks where reader_id = $1")
            .bind(reader)
            .fetch_optional(c))?;
    let count = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from (select n.id from notices n where ");
        push_told(&mut query, scope);
        if let Some(mark) = mark {
            query.push(" and n.id > ").push_bind(mark);
        }
        query.push(" limit ").push_bind(MOST_COUNTED).push(") as newest");
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((mark, count))
}

/// Moves the reader's mark forward, never back.
pub async fn mark(c: &mut Conn<'_>, reader: Uuid, until: NoticeId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into notice_marks (reader_id, read_until) values ($1, $2)
             on conflict (reader_id) do update set read_until = excluded.read_until
              where notice_marks.read_until < excluded.read_until"
        )
        .bind(reader)
        .bind(until)
    )?;
    Ok(())
}

/// How many notices were written before `before`.
pub async fn count_before(c: &mut Conn<'_>, before: Instant) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select cast(count(*) as bigint) from notices where created_at < $1")
        .bind(before)
        .fetch_one(c))?)
}

/// Deletes notices that were written before `before`, `most` at once; answers how many.
pub async fn forget_before(c: &mut Conn<'_>, before: Instant, most: i64) -> Result<i64, ApiError> {
    let gone = execute!(
        c,
        sqlx::query(
            "delete from notices where id in (select id from notices where created_at < $1 order by created_at limit $2)"
        )
        .bind(before)
        .bind(most)
    )?;
    i64::try_from(gone).map_err(ApiError::internal)
}

//! SQL of requests.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::model::{RequestKind, RequestRow, RequestStatus};
use crate::{
    access::Scope,
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, MemberId, RegistrationId, RequestId},
    on_engine,
};

const COLUMNS: &str =
    "q.id, q.member_id, q.registration_id, q.kind, q.status, q.wished_on, q.host_unit_id, q.place_sealed,
    q.note_sealed, q.due_at, q.filed_at, q.closed_at, q.answer_sealed";

/// Files a request; false where the member has an open one of that kind.
pub(super) async fn insert(c: &mut Conn<'_>, row: &RequestRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into requests (id, member_id, registration_id, kind, status, wished_on, host_unit_id, place_sealed,
                                   note_sealed, due_at, filed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict do nothing"
        )
        .bind(row.id)
        .bind(row.member_id)
        .bind(row.registration_id)
        .bind(row.kind)
        .bind(row.status)
        .bind(row.wished_on)
        .bind(row.host_unit_id)
        .bind(&row.place_sealed)
        .bind(&row.note_sealed)
        .bind(row.due_at)
        .bind(row.filed_at)
    )?;
    Ok(touched == 1)
}

/// A request.
pub(super) async fn find(c: &mut Conn<'_>, id: RequestId) -> Result<Option<RequestRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from requests q where q.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The open requests about a stay.
pub(super) async fn open_of(c: &mut Conn<'_>, stay: RegistrationId) -> Result<Vec<RequestRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from requests q where q.registration_id = ").push_bind(stay);
        query.push(" and q.status = 'open' order by q.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Holds an open request against whoever else would close it; false where it is closed.
pub(super) async fn hold(c: &mut Conn<'_>, id: RequestId) -> Result<bool, ApiError> {
    let touched =
        execute!(c, sqlx::query("update requests set status = 'open' where id = $1 and status = 'open'").bind(id))?;
    Ok(touched == 1)
}

/// Closes an open request; false where somebody has closed it before.
pub(super) async fn close(
    c: &mut Conn<'_>,
    id: RequestId,
    status: RequestStatus,
    account: Option<AccountId>,
    answer_sealed: Option<&[u8]>,
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update requests set status = $2, account_id = $3, answer_sealed = $4, closed_at = $5
              where id = $1 and status = 'open'"
        )
        .bind(id)
        .bind(status)
        .bind(account)
        .bind(answer_sealed)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// What a list of requests is narrowed to.
#[derive(Default)]
pub(super) struct Filter {
    pub(super) status: Vec<RequestStatus>,
    pub(super) registration: Option<RegistrationId>,
    pub(super) before: Option<RequestId>,
}

/// The requests about stays within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<RequestRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from requests q join registrations r on r.id = q.registration_id where ");
        scope.push_stays(&mut query, "r");
        if !filter.status.is_empty() {
            query.push(" and q.status in (");
            let mut list = query.separated(", ");
            for status in &filter.status {
                list.push_bind(status.word());
            }
            query.push(")");
        }
        if let Some(stay) = filter.registration {
            query.push(" and q.registration_id = ").push_bind(stay);
        }
        if let Some(id) = filter.before {
            query.push(" and q.id < ").push_bind(id);
        }
        query.push(" order by q.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A member's own requests, over all stays, newest first.
pub(super) async fn own(
    c: &mut Conn<'_>,
    member: MemberId,
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<RequestRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from requests q where q.member_id = ").push_bind(member);
        if let Some(id) = before {
            query.push(" and q.id < ").push_bind(id);
        }
        query.push(" order by q.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What each of these requests asks for.
pub async fn kinds_of(c: &mut Conn<'_>, ids: &[RequestId]) -> Result<HashMap<RequestId, RequestKind>, ApiError> {
    let rows: Vec<(RequestId, RequestKind)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, kind from requests where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

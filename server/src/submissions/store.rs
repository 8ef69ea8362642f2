//! SQL of submissions, their files and who has read them.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{SubmissionBox, SubmissionKind, SubmissionRow, SubmissionState, SubmissionStep};
use crate::{
    access::{Role, Scope, Within},
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, AttachmentId, SubmissionId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "s.id, s.unit_id, s.to_unit_id, s.kind, s.state, s.title, s.due_on, s.granted, s.account_id, s.sent_at,
    s.closed_at, s.version, s.created_at";

/// Keeps a draft.
pub(super) async fn insert(c: &mut Conn<'_>, row: &SubmissionRow, body_sealed: &[u8]) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into submissions (id, unit_id, to_unit_id, kind, state, title, body_sealed, due_on, account_id, version,
                                      created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.to_unit_id)
        .bind(row.kind)
        .bind(row.state)
        .bind(&row.title)
        .bind(body_sealed)
        .bind(row.due_on)
        .bind(row.account_id)
        .bind(row.version)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Writes the next version of a draft, which may be sent by it; false where another one has come between.
pub(super) async fn update(
    c: &mut Conn<'_>,
    row: &SubmissionRow,
    body_sealed: Option<&[u8]>,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update submissions set kind = $3, state = $4, title = $5, due_on = $6, account_id = $7, sent_at = $8,
                    body_sealed = coalesce($9, body_sealed), version = $2
              where id = $1 and version = $2 - 1 and state = 'draft'"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(row.kind)
        .bind(row.state)
        .bind(&row.title)
        .bind(row.due_on)
        .bind(row.account_id)
        .bind(row.sent_at)
        .bind(body_sealed)
    )?;
    Ok(touched == 1)
}

/// Closes a sent one; false where it is closed already.
pub(super) async fn close(
    c: &mut Conn<'_>,
    row: &SubmissionRow,
    answer_sealed: Option<&[u8]>,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update submissions set state = $3, granted = $4, answer_sealed = $5, closed_at = $6, version = $2
              where id = $1 and state = 'sent'"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(row.state)
        .bind(row.granted)
        .bind(answer_sealed)
        .bind(row.closed_at)
    )?;
    Ok(touched == 1)
}

/// Throws a draft away; false where it is none.
pub(super) async fn discard(c: &mut Conn<'_>, id: SubmissionId) -> Result<bool, ApiError> {
    let touched = execute!(c, sqlx::query("delete from submissions where id = $1 and state = 'draft'").bind(id))?;
    Ok(touched == 1)
}

/// What was written: the text and the answer, sealed.
pub(super) async fn words(c: &mut Conn<'_>, id: SubmissionId) -> Result<(Vec<u8>, Option<Vec<u8>>), ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as("select body_sealed, answer_sealed from submissions where id = $1")
        .bind(id)
        .fetch_one(c))?)
}

/// The files of a submission, in their order.
pub(super) async fn files(c: &mut Conn<'_>, id: SubmissionId) -> Result<Vec<AttachmentId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "select attachment_id from submission_files where submission_id = $1 order by place"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// Puts these files in the place of those before.
pub(super) async fn set_files(c: &mut Conn<'_>, id: SubmissionId, files: &[AttachmentId]) -> Result<(), ApiError> {
    execute!(&mut *c, sqlx::query("delete from submission_files where submission_id = $1").bind(id))?;
    for (place, file) in (0_i64..).zip(files) {
        execute!(
            &mut *c,
            sqlx::query("insert into submission_files (submission_id, place, attachment_id) values ($1, $2, $3)")
                .bind(id)
                .bind(place)
                .bind(*file)
        )?;
    }
    Ok(())
}

/// Notes in which role it was read; false where it is noted already.
pub(super) async fn mark_read(
    c: &mut Conn<'_>,
    id: SubmissionId,
    role: Role,
    unit: UnitId,
    now: Instant,
) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into submission_reads (submission_id, role, unit_id, at) values ($1, $2, $3, $4) on conflict do nothing"
        )
        .bind(id)
        .bind(role)
        .bind(unit)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// In which roles it was read, the first first.
pub(super) async fn reads(c: &mut Conn<'_>, id: SubmissionId) -> Result<Vec<(Role, UnitId, Instant)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select role, unit_id, at from submission_reads where submission_id = $1 order by at, role, unit_id"
    )
    .bind(id)
    .fetch_all(c))?)
}

/// A submission, whoever asks.
pub(super) async fn find(c: &mut Conn<'_>, id: SubmissionId) -> Result<Option<SubmissionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from submissions s where s.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of submissions is narrowed to; the days are those on which they came as far as `reached`, or were sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) side: Option<SubmissionBox>,
    pub(super) kind: Option<SubmissionKind>,
    pub(super) state: Vec<SubmissionState>,
    pub(super) reached: Option<SubmissionStep>,
    /// Only requests that wait beyond their day, seen from this one.
    pub(super) overdue_on: Option<Day>,
    pub(super) before: Option<SubmissionId>,
}

impl Filter {
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "s.unit_id");
        match self.reached {
            None => self.within.push_instants(query, "s.sent_at"),
            Some(SubmissionStep::Sent) => {
                query.push(" and s.sent_at is not null");
                self.within.push_instants(query, "s.sent_at");
            }
            Some(state @ (SubmissionStep::Answered | SubmissionStep::Acknowledged)) => {
                query.push(" and s.state = ").push_bind(state.word());
                self.within.push_instants(query, "s.closed_at");
            }
        }
        if let Some(kind) = self.kind {
            query.push(" and s.kind = ").push_bind(kind.word());
        }
        if !self.state.is_empty() {
            query.push(" and s.state in (");
            let mut list = query.separated(", ");
            for state in &self.state {
                list.push_bind(state.word());
            }
            query.push(")");
        }
        if let Some(today) = self.overdue_on {
            query.push(" and s.kind = 'request' and s.state = 'sent' and s.due_on < ").push_bind(today.to_string());
        }
    }
}

/// The submissions of units within reach, newest first, one more than `limit` where there are more. A draft is listed to
/// those on its sender's side alone, and to its writer.
pub(super) async fn list(
    c: &mut Conn<'_>,
    reads: &Scope,
    writes: &Scope,
    account: AccountId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<SubmissionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from submissions s where ");
        reads.push_units(&mut query, "s.unit_id");
        query.push(" and (s.state <> 'draft' or s.account_id = ").push_bind(account).push(" or (");
        writes.push_units(&mut query, "s.unit_id");
        query.push(" and not ");
        reads.push_units(&mut query, "s.to_unit_id");
        query.push("))");
        match filter.side {
            None => {}
            Some(SubmissionBox::Received) => {
                query.push(" and s.state <> 'draft' and ");
                reads.push_units(&mut query, "s.to_unit_id");
            }
            Some(SubmissionBox::Sent) => {
                query.push(" and (s.state = 'draft' or not ");
                reads.push_units(&mut query, "s.to_unit_id");
                query.push(")");
            }
        }
        filter.push(&mut query);
        if let Some(id) = filter.before {
            query.push(" and s.id < ").push_bind(id);
        }
        query.push(" order by s.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What these submissions are about.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, title from submissions where id in ");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// What was sent up in a period, and what of all was closed in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubmissionFigures {
    /// Requests, by the day on which they were sent.
    pub requests_sent: i64,
    /// Requests, by the day on which they were answered.
    pub requests_answered: i64,
    /// Reports, by the day on which they were sent.
    pub reports_sent: i64,
    /// Reports, by the day on which they were acknowledged.
    pub reports_acknowledged: i64,
}

/// The figures of what a unit and all below it have sent: what the list shows with `kind` and `reached`.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<SubmissionFigures, ApiError> {
    let mut counts = [0; 4];
    let asked = [
        (SubmissionKind::Request, SubmissionStep::Sent),
        (SubmissionKind::Request, SubmissionStep::Answered),
        (SubmissionKind::Report, SubmissionStep::Sent),
        (SubmissionKind::Report, SubmissionStep::Acknowledged),
    ];
    for (count, (kind, reached)) in counts.iter_mut().zip(asked) {
        let within = Within::of(unit, period);
        let filter = Filter { within, kind: Some(kind), reached: Some(reached), ..Filter::default() };
        *count = on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("select cast(count(*) as bigint) from submissions s where 1 = 1");
            filter.push(&mut query);
            query.build_query_scalar().fetch_one(c).await
        })?;
    }
    let [requests_sent, requests_answered, reports_sent, reports_acknowledged] = counts;
    Ok(SubmissionFigures { requests_sent, requests_answered, reports_sent, reports_acknowledged })
}

//! SQL of documents and their versions.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{DocumentAction, DocumentKind, DocumentRow, DocumentState, VersionRow, place};
use crate::{
    access::{Scope, Within},
    attachments,
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, AttachmentId, DocumentId, MemberId, UnitId},
    on_engine,
    registrations::Counted,
};

const COLUMNS: &str =
    "d.id, d.unit_id, d.member_id, d.kind, d.state, d.on_paper, d.written_on, d.length, d.stated, d.revision,
    d.submitted_at, d.settled_at, d.created_at";

/// Files a new document.
pub(super) async fn insert(c: &mut Conn<'_>, row: &DocumentRow) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into documents (id, unit_id, member_id, kind, state, on_paper, written_on, length, stated, revision,
                                    submitted_at, settled_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.member_id)
        .bind(row.kind)
        .bind(row.state)
        .bind(row.on_paper)
        .bind(row.written_on)
        .bind(row.length)
        .bind(row.stated)
        .bind(row.revision)
        .bind(row.submitted_at)
        .bind(row.settled_at)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Lets the next version of a returned document stand; false where it is no longer returned.
pub(super) async fn stand(c: &mut Conn<'_>, row: &DocumentRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update documents set state = 'submitted', written_on = $2, length = $3, stated = $4, revision = $5, submitted_at = $6
              where id = $1 and state = 'returned' and revision = $5 - 1"
        )
        .bind(row.id)
        .bind(row.written_on)
        .bind(row.length)
        .bind(row.stated)
        .bind(row.revision)
        .bind(row.submitted_at)
    )?;
    Ok(touched == 1)
}

/// Takes a step; false where the document's state does not allow it, or another version stands.
pub(super) async fn step(
    c: &mut Conn<'_>,
    row: &DocumentRow,
    action: DocumentAction,
    to: DocumentState,
    settled_at: Option<Instant>,
) -> Result<bool, ApiError> {
    let touched = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("update documents set state = ");
        query.push_bind(to).push(", settled_at = ").push_bind(settled_at);
        query.push(" where id = ").push_bind(row.id).push(" and revision = ").push_bind(row.revision);
        query.push(" and state in (");
        let mut states = query.separated(", ");
        for state in action.from() {
            states.push_bind(*state);
        }
        query.push(")");
        query.build().execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(touched == 1)
}

/// A version with its words, as it is written.
pub(super) struct NewVersion<'a> {
    pub(super) title_sealed: Option<Vec<u8>>,
    pub(super) text_sealed: Option<Vec<u8>>,
    pub(super) attachment_id: Option<AttachmentId>,
    pub(super) account: Option<AccountId>,
    pub(super) of: &'a DocumentRow,
}

/// Adds a version.
pub(super) async fn insert_version(c: &mut Conn<'_>, version: &NewVersion<'_>) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into document_versions (document_id, revision, title_sealed, text_sealed, attachment_id, length, stated,
                                            submitted_at, account_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(version.of.id)
        .bind(version.of.revision)
        .bind(&version.title_sealed)
        .bind(&version.text_sealed)
        .bind(version.attachment_id)
        .bind(version.of.length)
        .bind(version.of.stated)
        .bind(version.of.submitted_at)
        .bind(version.account)
    )?;
    Ok(())
}

/// Notes on the version that stands why it was returned.
pub(super) async fn remark(c: &mut Conn<'_>, row: &DocumentRow, sealed: &[u8], at: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update document_versions set remark_sealed = $3, returned_at = $4 where document_id = $1 and revision = $2"
        )
        .bind(row.id)
        .bind(row.revision)
        .bind(sealed)
        .bind(at)
    )?;
    Ok(())
}

/// A document.
pub(super) async fn find(c: &mut Conn<'_>, id: DocumentId) -> Result<Option<DocumentRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from documents d where d.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of documents is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) state: Option<DocumentState>,
    pub(super) kind: Option<DocumentKind>,
    pub(super) member: Option<MemberId>,
    pub(super) before: Option<DocumentId>,
}

impl Filter {
    /// Appends ` and …`: the one condition of the list and of the report's figures.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        String: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "d.unit_id");
        self.within.push_days(query, "d.written_on");
        if let Some(state) = self.state {
            query.push(" and d.state = ").push_bind(state.to_string());
        }
        if let Some(kind) = self.kind {
            query.push(" and d.kind = ").push_bind(kind.to_string());
        }
        if let Some(member) = self.member {
            query.push(" and d.member_id = ").push_bind(member.0);
        }
    }
}

/// The documents of units within reach, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<DocumentRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from documents d where ");
        scope.push_units(&mut query, "d.unit_id");
        filter.push(&mut query);
        if let Some(id) = filter.before {
            query.push(" and d.id < ").push_bind(id);
        }
        query.push(" order by d.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A member's own documents, newest first, one more than `limit` where there are more.
pub(super) async fn own(
    c: &mut Conn<'_>,
    member: MemberId,
    before: Option<DocumentId>,
    limit: i64,
) -> Result<Vec<DocumentRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from documents d where d.member_id = ").push_bind(member);
        if let Some(id) = before {
            query.push(" and d.id < ").push_bind(id);
        }
        query.push(" order by d.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Every version of these documents, oldest first, without the texts.
pub(super) async fn versions(c: &mut Conn<'_>, ids: &[DocumentId]) -> Result<Vec<VersionRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select document_id, revision, title_sealed, text_sealed is not null as has_text, attachment_id, length, stated,
                    submitted_at, returned_at, remark_sealed
               from document_versions where document_id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" order by document_id, revision").build_query_as().fetch_all(c).await
    })?)
}

/// The sealed text of a version.
pub(super) async fn text(c: &mut Conn<'_>, id: DocumentId, revision: i64) -> Result<Option<Vec<u8>>, ApiError> {
    let found: Option<Option<Vec<u8>>> = on_engine!(c, |c| sqlx::query_scalar(
        "select text_sealed from document_versions where document_id = $1 and revision = $2"
    )
    .bind(id)
    .bind(revision)
    .fetch_optional(c))?;
    Ok(found.flatten())
}

/// Accepted documents of one kind.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct KindFigure {
    /// The kind.
    pub kind: DocumentKind,
    /// How many.
    pub count: i64,
    /// How many characters in all.
    pub length: i64,
}

/// Accepted documents, by the day on which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct DocumentFigures {
    /// How many.
    pub accepted: i64,
    /// How many characters in all.
    pub length: i64,
    /// Of each kind that there is, in the order of the kinds.
    pub by_kind: Vec<KindFigure>,
}

/// The accepted documents of a unit and all below it that were written in the period.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<DocumentFigures, ApiError> {
    let filter = Filter { within: Within::of(unit, period), state: Some(DocumentState::Accepted), ..Filter::default() };
    let mut by_kind: Vec<KindFigure> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select d.kind, cast(count(*) as bigint) as count, cast(sum(d.length) as bigint) as length
               from documents d where 1 = 1",
        );
        filter.push(&mut query);
        query.push(" group by d.kind").build_query_as().fetch_all(c).await
    })?;
    by_kind.sort_by_key(|figure| figure.kind);
    Ok(DocumentFigures {
        accepted: by_kind.iter().map(|figure| figure.count).sum(),
        length: by_kind.iter().map(|figure| figure.length).sum(),
        by_kind,
    })
}

/// What a member wrote on one day, and was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Written {
    /// Who.
    pub member_id: MemberId,
    /// The day.
    pub written_on: Day,
    /// How many documents.
    pub count: i64,
    /// How many characters in all.
    pub length: i64,
}

/// The accepted documents of a kind that these members wrote in the period, by member and day; only those of at least a length.
pub async fn accepted_by(
    c: &mut Conn<'_>,
    members: &Counted,
    kind: DocumentKind,
    period: Period,
    at_least: i64,
) -> Result<Vec<Written>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select d.member_id, d.written_on, cast(count(*) as bigint) as count, cast(sum(d.length) as bigint) as length
               from documents d where d.state = 'accepted' and d.kind = ",
        );
        query.push_bind(kind.to_string()).push(" and d.length >= ").push_bind(at_least);
        query.push(" and d.written_on >= ").push_bind(period.from.to_string());
        query.push(" and d.written_on <= ").push_bind(period.to.to_string());
        query.push(" and d.member_id in ");
        members.push_ids(&mut query);
        query.push(" group by d.member_id, d.written_on").build_query_as().fetch_all(c).await
    })?)
}

/// Empties what a member has written; kinds, dates and lengths stay as figures.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let files: Vec<AttachmentId> = on_engine!(&mut *c, |c| {
        sqlx::query_scalar(
            "select v.attachment_id from document_versions v join documents d on d.id = v.document_id
              where d.member_id = $1 and v.attachment_id is not null",
        )
        .bind(member)
        .fetch_all(c)
    })?;
    execute!(
        &mut *c,
        sqlx::query(
            "update document_versions set title_sealed = null, text_sealed = null, remark_sealed = null, attachment_id = null
              where document_id in (select id from documents where member_id = $1)"
        )
        .bind(member)
    )?;
    attachments::forget(c, &files).await
}

/// The documents by id, with the title that each is known by; sealed.
pub(super) fn by_document(versions: Vec<VersionRow>) -> HashMap<DocumentId, Vec<VersionRow>> {
    let mut of: HashMap<DocumentId, Vec<VersionRow>> = HashMap::new();
    for version in versions {
        of.entry(version.document_id).or_default().push(version);
    }
    of
}

/// Under which place a version's words are sealed.
pub(super) fn sealed_at(version: &VersionRow) -> Vec<u8> {
    place(version.document_id, version.revision)
}

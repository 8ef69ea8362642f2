//! SQL of attachments.

use sqlx::QueryBuilder;

use super::model::AttachmentKind;
use crate::{
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::AttachmentId,
    on_engine,
};

/// What a file is, without its content.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct AttachmentRow {
    pub(super) id: AttachmentId,
    pub(super) kind: AttachmentKind,
    pub(super) name_sealed: Vec<u8>,
    pub(super) size: i64,
}

/// Keeps a file that nobody has claimed yet.
pub(super) async fn insert(
    c: &mut Conn<'_>,
    row: &AttachmentRow,
    content_sealed: &[u8],
    sender: &str,
    now: Instant,
) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into attachments (id, kind, name_sealed, size, content_sealed, sender, claimed, created_at)
             values ($1, $2, $3, $4, $5, $6, false, $7)"
        )
        .bind(row.id)
        .bind(row.kind)
        .bind(&row.name_sealed)
        .bind(row.size)
        .bind(content_sealed)
        .bind(sender)
        .bind(now)
    )?;
    Ok(())
}

/// Puts an unclaimed file of this sender to a record; false where there is none such.
pub(super) async fn claim(c: &mut Conn<'_>, id: AttachmentId, sender: &str) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update attachments set claimed = true where id = $1 and sender = $2 and claimed = false")
            .bind(id)
            .bind(sender)
    )?;
    Ok(touched == 1)
}

/// These files, without their content.
pub(super) async fn list(c: &mut Conn<'_>, ids: &[AttachmentId]) -> Result<Vec<AttachmentRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, kind, name_sealed, size from attachments where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The sealed content of a file.
pub(super) async fn content(c: &mut Conn<'_>, id: AttachmentId) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select content_sealed from attachments where id = $1")
        .bind(id)
        .fetch_optional(c))?)
}

/// Deletes these files.
pub async fn forget(c: &mut Conn<'_>, ids: &[AttachmentId]) -> Result<(), ApiError> {
    for id in ids {
        execute!(&mut *c, sqlx::query("delete from attachments where id = $1").bind(id))?;
    }
    Ok(())
}

/// Deletes the files that nobody has claimed since `before`.
pub async fn forget_unclaimed(c: &mut Conn<'_>, before: Instant) -> Result<(), ApiError> {
    execute!(c, sqlx::query("delete from attachments where claimed = false and created_at < $1").bind(before))?;
    Ok(())
}

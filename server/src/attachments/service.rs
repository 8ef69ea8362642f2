//! Keeping, claiming and reading files.

use std::collections::HashMap;

use super::{
    model::{Attachment, NewFile},
    store::{self, AttachmentRow},
};
use crate::{
    access::{Caller, Who},
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::AttachmentId,
    keys::Vault,
};

const NAME: &str = "attachment.name";
const CONTENT: &str = "attachment.content";

fn sender(caller: &Caller) -> String {
    match &caller.who {
        Who::Officer { account, .. } => format!("account:{account}"),
        Who::Member { member, .. } => format!("member:{member}"),
    }
}

/// Keeps a file until a record claims it.
pub async fn keep(c: &mut Conn<'_>, app: &AppState, caller: &Caller, file: NewFile) -> Result<Attachment, ApiError> {
    let now = app.clock.now();
    let id = AttachmentId::new(now, &app.entropy);
    let seal = |field: &str, plain: &[u8]| app.keys.vault.seal(field, id.0.as_bytes(), plain, &app.entropy);
    let row = AttachmentRow {
        id,
        kind: file.kind,
        name_sealed: seal(NAME, file.name.as_str().as_bytes())?,
        size: i64::try_from(file.bytes.len()).map_err(ApiError::internal)?,
    };
    store::insert(c, &row, &seal(CONTENT, &file.bytes)?, &sender(caller), now).await?;
    Ok(Attachment { id, name: file.name.into_string(), kind: file.kind, size: row.size })
}

/// Puts files of the caller to a record, in the record's own write; 422 at `pointer`/n for those that are not the
/// caller's to put.
pub async fn claim(c: &mut Conn<'_>, caller: &Caller, ids: &[AttachmentId], pointer: &str) -> Result<(), ApiError> {
    let mut errors = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        if !store::claim(c, *id, &sender(caller)).await? {
            let detail = "is no file that you have sent and not used yet";
            errors.push(FieldError::new(format!("{pointer}/{n}"), "unknown", detail));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(errors)) }
}

/// How these files are called.
pub async fn named(
    c: &mut Conn<'_>,
    vault: &Vault,
    ids: &[AttachmentId],
) -> Result<HashMap<AttachmentId, Attachment>, ApiError> {
    let rows = store::list(c, ids).await?;
    rows.into_iter()
        .map(|row| {
            let name = vault.open_text(NAME, row.id.0.as_bytes(), &row.name_sealed)?;
            Ok((row.id, Attachment { id: row.id, name, kind: row.kind, size: row.size }))
        })
        .collect()
}

/// A file with its content; the record's feature has judged who asks.
pub async fn file(
    c: &mut Conn<'_>,
    vault: &Vault,
    id: AttachmentId,
) -> Result<Option<(Attachment, Vec<u8>)>, ApiError> {
    let Some(attachment) = named(c, vault, &[id]).await?.remove(&id) else { return Ok(None) };
    let Some(sealed) = store::content(c, id).await? else { return Ok(None) };
    Ok(Some((attachment, vault.open(CONTENT, id.0.as_bytes(), &sealed)?)))
}

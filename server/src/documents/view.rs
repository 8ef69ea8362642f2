//! A document as it is shown: in lists without its words, to whoever opens it with them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{self, DocumentAction, DocumentKind, DocumentRow, DocumentState, Standing, VersionRow},
    service::{REMARK, TEXT, TITLE},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    attachments::{self, Attachment},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{AttachmentId, DocumentId, MemberId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// A document without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The branch that answers it.
    pub unit: UnitRef,
    /// Who wrote it.
    pub member: MemberRef,
    /// What it is.
    pub kind: DocumentKind,
    /// Where it stands.
    pub state: DocumentState,
    /// What it is called.
    pub title: Option<String>,
    /// When it was written; the report and the plans count by this day.
    pub written_on: Day,
    /// Its length in characters.
    pub length: i64,
    /// The length was said (自报), not counted.
    pub stated: bool,
    /// It was handed in on paper and entered by the branch.
    pub on_paper: bool,
    /// The number of the version that stands, from 1.
    pub revision: i64,
    /// When that version was handed in.
    pub submitted_at: Instant,
    /// Why it was returned, while it is.
    pub remark: Option<String>,
    /// When it was accepted or withdrawn.
    pub settled_at: Option<Instant>,
    /// Whether there is a text to be read.
    pub has_text: bool,
    /// The file.
    pub attachment: Option<Attachment>,
    /// When it was first handed in.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<DocumentAction>,
}

/// One version of a document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Version {
    /// Its number, from 1.
    pub revision: i64,
    /// What it is called.
    pub title: Option<String>,
    /// Its length in characters.
    pub length: i64,
    /// The length was said, not counted.
    pub stated: bool,
    /// When it was handed in.
    pub submitted_at: Instant,
    /// When it was returned.
    pub returned_at: Option<Instant>,
    /// Why.
    pub remark: Option<String>,
    /// Whether there is a text to be read.
    pub has_text: bool,
    /// The file.
    pub attachment: Option<Attachment>,
}

/// A document with the text of one version, and all its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentRead {
    /// The document.
    #[serde(flatten)]
    pub document: Document,
    /// The version whose text this is.
    pub shown: i64,
    /// The text.
    pub text: Option<String>,
    /// The versions, oldest first.
    pub versions: Vec<Version>,
}

/// A document with every word of it, for the member's own data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnDocument {
    /// The document.
    #[serde(flatten)]
    pub document: Document,
    /// The versions, oldest first.
    pub versions: Vec<Version>,
    /// The texts of the versions, in their order.
    pub texts: Vec<Option<String>>,
}

/// One document that the caller is known to reach.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: DocumentRow,
) -> Result<Document, ApiError> {
    let mut all = show(c, app, caller, vec![row]).await?;
    all.pop().map(|(document, _)| document).ok_or_else(|| ApiError::internal("a document is not shown"))
}

/// Documents that the caller is known to reach, in their order, with their versions.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<DocumentRow>,
) -> Result<Vec<(Document, Vec<Version>)>, ApiError> {
    let ids: Vec<DocumentId> = rows.iter().map(|row| row.id).collect();
    let mut versions = store::by_document(store::versions(c, &ids).await?);
    let files: Vec<AttachmentId> = versions.values().flatten().filter_map(|version| version.attachment_id).collect();
    let files = attachments::named(c, &app.keys.vault, &files).await?;
    let members: Vec<MemberId> = rows.iter().map(|row| row.member_id).collect();
    let members = people::briefs(c, &members).await?;
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let desk = caller.scope_in(Operation::AcceptDocument);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let own = caller.scope.own == Some(row.member_id);
        let by = match own {
            true => Standing::Writer,
            false if desk.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice)) => Standing::Desk,
            false => Standing::Reader,
        };
        // What was taken back is the member's alone again.
        let silent = row.state == DocumentState::Withdrawn && !own;
        let versions = versions.remove(&row.id).unwrap_or_default();
        let versions: Vec<Version> = versions
            .into_iter()
            .map(|version| show_version(app, version, &files, silent))
            .collect::<Result<_, ApiError>>()?;
        let stands = versions.iter().find(|version| version.revision == row.revision);
        let stands = stands.ok_or_else(|| ApiError::internal("a document has no version"))?.clone();
        let member = members.get(&row.member_id).ok_or_else(|| ApiError::internal("a document names no member"))?;
        let document = Document {
            id: row.id,
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a document names no unit"))?,
            member: MemberRef { id: member.id, name: member.name.clone() },
            kind: row.kind,
            state: row.state,
            title: stands.title,
            written_on: row.written_on,
            length: row.length,
            stated: row.stated,
            on_paper: row.on_paper,
            revision: row.revision,
            submitted_at: row.submitted_at,
            remark: stands.remark,
            settled_at: row.settled_at,
            has_text: stands.has_text,
            attachment: stands.attachment,
            created_at: row.created_at,
            actions: DocumentAction::ALL.iter().copied().filter(|action| model::may(*action, &row, by)).collect(),
        };
        shown.push((document, versions));
    }
    Ok(shown)
}

fn show_version(
    app: &AppState,
    version: VersionRow,
    files: &std::collections::HashMap<AttachmentId, Attachment>,
    silent: bool,
) -> Result<Version, ApiError> {
    let place = store::sealed_at(&version);
    let open = |field: &str, sealed: &Option<Vec<u8>>| {
        let sealed = sealed.as_ref().filter(|_| !silent);
        sealed.map(|sealed| app.keys.vault.open_text(field, &place, sealed)).transpose()
    };
    Ok(Version {
        title: open(TITLE, &version.title_sealed)?,
        remark: open(REMARK, &version.remark_sealed)?,
        attachment: version.attachment_id.filter(|_| !silent).and_then(|id| files.get(&id).cloned()),
        has_text: version.has_text && !silent,
        revision: version.revision,
        length: version.length,
        stated: version.stated,
        submitted_at: version.submitted_at,
        returned_at: version.returned_at,
    })
}

/// A document with the text of a version; without a number, of the one that stands.
pub(super) async fn read(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: DocumentRow,
    revision: Option<i64>,
) -> Result<DocumentRead, ApiError> {
    let (id, shown) = (row.id, revision.unwrap_or(row.revision));
    let (document, versions) =
        show(c, app, caller, vec![row]).await?.pop().ok_or_else(|| ApiError::internal("a document is not shown"))?;
    let version = versions.iter().find(|version| version.revision == shown).ok_or_else(ApiError::not_found)?;
    let text = if version.has_text { text(c, app, id, shown).await? } else { None };
    Ok(DocumentRead { document, shown, text, versions })
}

async fn text(c: &mut Conn<'_>, app: &AppState, id: DocumentId, revision: i64) -> Result<Option<String>, ApiError> {
    let sealed = store::text(c, id, revision).await?;
    sealed.map(|sealed| app.keys.vault.open_text(TEXT, &model::place(id, revision), &sealed)).transpose()
}

/// As many documents as are told at once; nobody has written more.
const MOST: i64 = 5000;

/// All that a member has ever handed in, newest first, with every word.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<OwnDocument>, ApiError> {
    let rows = store::own(c, member, None, MOST).await?;
    let mut own = Vec::with_capacity(rows.len());
    for (document, versions) in show(c, app, caller, rows).await? {
        let mut texts = Vec::with_capacity(versions.len());
        for version in &versions {
            texts.push(text(c, app, document.id, version.revision).await?);
        }
        own.push(OwnDocument { document, versions, texts });
    }
    Ok(own)
}

//! Handing in, returning, accepting, taking back.

use tokio::sync::Semaphore;

use super::{
    model::{
        self, Content, DocumentAction, DocumentKind, DocumentRow, DocumentState, NewDocument, NewPaper, Remark,
        Revision, Standing,
    },
    reading::{self, Measured},
    store::{self, NewVersion},
    view::{self, Document},
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    attachments,
    clock::Day,
    db::Conn,
    error::{ApiError, Code},
    ids::{AttachmentId, DocumentId, MemberId, UnitId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations::{self, Status},
};

/// Under these names what people write is sealed, each for its own version.
pub(super) const TITLE: &str = "document.title";
pub(super) const TEXT: &str = "document.text";
pub(super) const REMARK: &str = "document.remark";

/// As many files as are unpacked at once.
static READING: Semaphore = Semaphore::const_new(2);

/// Counts a file, before the write that claims it; `None` where there is none.
pub(super) async fn weigh(app: &AppState, attachment: Option<AttachmentId>) -> Result<Option<Measured>, ApiError> {
    let Some(id) = attachment else { return Ok(None) };
    let mut reader = app.db.read().await?;
    let Some((file, bytes)) = attachments::file(&mut reader.conn(), &app.keys.vault, id).await? else {
        return Ok(Some(Measured::Missing));
    };
    drop(reader);
    let turn = READING.acquire().await.map_err(ApiError::internal)?;
    let counted = tokio::task::spawn_blocking(move || {
        let measured = reading::measure(file.kind, &bytes);
        drop(turn);
        measured
    });
    counted.await.map(Some).map_err(ApiError::internal)
}

/// The member hands a document in; `file` is what came of counting its file.
pub async fn hand_in(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewDocument,
    file: Option<Measured>,
) -> Result<Document, ApiError> {
    let (member, _) = caller.member()?;
    let stay = registrations::open_stay_of(c, member).await?;
    let Some(stay) = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact)) else {
        return Err(no_branch());
    };
    let content =
        Content { title: new.title, text: new.text, attachment: new.attachment_id, stated_length: new.stated_length };
    let place = Place { member, unit: stay.host_unit_id, kind: new.kind, on_paper: false };
    open(c, app, caller, place, new.written_on, content, file, "document.hand_in").await
}

/// The branch enters what a member has handed in on paper.
pub async fn enter(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: NewPaper,
    file: Option<Measured>,
) -> Result<Document, ApiError> {
    let stay = registrations::open_stay_of(c, new.member_id).await?.ok_or_else(ApiError::not_found)?;
    caller.scope.require_unit(c, stay.host_unit_id).await?;
    if !matches!(stay.status, Status::Active | Status::OutOfContact) {
        return Err(no_branch());
    }
    let content =
        Content { title: new.title, text: None, attachment: new.attachment_id, stated_length: new.stated_length };
    let place = Place { member: new.member_id, unit: stay.host_unit_id, kind: new.kind, on_paper: true };
    open(c, app, caller, place, new.written_on, content, file, "document.enter").await
}

fn no_branch() -> ApiError {
    ApiError::wrong_state("Only while a registration is in force is there a branch to hand it in to.")
}

/// Whose a new document is, and where.
struct Place {
    member: MemberId,
    unit: UnitId,
    kind: DocumentKind,
    on_paper: bool,
}

#[expect(clippy::too_many_arguments, reason = "what the two ways of handing in have in common")]
async fn open(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    place: Place,
    written_on: Option<Day>,
    content: Content,
    file: Option<Measured>,
    action: &'static str,
) -> Result<Document, ApiError> {
    let now = app.clock.now();
    let extent = fit(&content, file, place.on_paper, written_on, now.day())?;
    let row = DocumentRow {
        id: DocumentId::new(now, &app.entropy),
        unit_id: place.unit,
        member_id: place.member,
        kind: place.kind,
        state: DocumentState::Submitted,
        on_paper: place.on_paper,
        written_on: written_on.unwrap_or(now.day()),
        length: extent.length,
        stated: extent.stated,
        revision: 1,
        submitted_at: now,
        settled_at: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    keep(c, app, caller, &row, content).await?;
    log(c, app, caller, &row, action).await?;
    view::shown(c, app, caller, row).await
}

/// How long it is; or every field that does not fit.
fn fit(
    content: &Content,
    file: Option<Measured>,
    on_paper: bool,
    written_on: Option<Day>,
    today: Day,
) -> Result<model::Extent, ApiError> {
    let day = model::unfit_day(written_on, today);
    match (content.extent(file, on_paper), day) {
        (Ok(extent), None) => Ok(extent),
        (Ok(_), Some(day)) => Err(ApiError::invalid(vec![day])),
        (Err(mut errors), day) => {
            errors.extend(day);
            Err(ApiError::invalid(errors))
        }
    }
}

/// Keeps the words and the file of the version that stands.
async fn keep(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &DocumentRow,
    content: Content,
) -> Result<(), ApiError> {
    if let Some(file) = content.attachment {
        attachments::claim(c, caller, &[file], "/attachment_id").await.map_err(|error| match error.code() {
            Code::Invalid => ApiError::invalid(vec![model::unknown_file()]),
            _ => error,
        })?;
    }
    let at = model::place(row.id, row.revision);
    let seal = |field: &str, text: &str| app.keys.vault.seal(field, &at, text.as_bytes(), &app.entropy);
    let version = NewVersion {
        title_sealed: content.title.map(|title| seal(TITLE, title.as_str())).transpose()?,
        text_sealed: content.text.map(|text| seal(TEXT, text.as_str())).transpose()?,
        attachment_id: content.attachment,
        account: caller.account().ok(),
        of: row,
    };
    store::insert_version(c, &version).await
}

/// The next version of a returned document is handed in.
pub async fn revise(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: DocumentId,
    next: Revision,
    file: Option<Measured>,
) -> Result<Document, ApiError> {
    let before = permitted(c, caller, id, DocumentAction::Revise).await?;
    let now = app.clock.now();
    let content = Content {
        title: next.title,
        text: next.text,
        attachment: next.attachment_id,
        stated_length: next.stated_length,
    };
    let extent = fit(&content, file, before.on_paper, next.written_on, now.day())?;
    let row = DocumentRow {
        state: DocumentState::Submitted,
        written_on: next.written_on.unwrap_or(before.written_on),
        length: extent.length,
        stated: extent.stated,
        revision: before.revision + 1,
        submitted_at: now,
        ..before
    };
    if !store::stand(c, &row).await? {
        return Err(wrong_state());
    }
    keep(c, app, caller, &row, content).await?;
    log(c, app, caller, &row, "document.revise").await?;
    view::shown(c, app, caller, row).await
}

/// The branch gives a document back; the member is told.
pub async fn give_back(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: DocumentId,
    Remark { remark }: Remark,
) -> Result<Document, ApiError> {
    let before = permitted(c, caller, id, DocumentAction::Return).await?;
    let at = model::place(before.id, before.revision);
    let sealed = app.keys.vault.seal(REMARK, &at, remark.as_str().as_bytes(), &app.entropy)?;
    store::remark(c, &before, &sealed, app.clock.now()).await?;
    let row = step(c, app, caller, before, DocumentAction::Return, DocumentState::Returned).await?;
    tell(c, app, &row, NoticeKind::DocumentReturned).await?;
    view::shown(c, app, caller, row).await
}

/// The branch accepts a document: it counts from now on. The member is told.
pub async fn accept(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: DocumentId) -> Result<Document, ApiError> {
    let before = permitted(c, caller, id, DocumentAction::Accept).await?;
    let row = step(c, app, caller, before, DocumentAction::Accept, DocumentState::Accepted).await?;
    tell(c, app, &row, NoticeKind::DocumentAccepted).await?;
    view::shown(c, app, caller, row).await
}

/// A document is taken back before it was accepted.
pub async fn withdraw(c: &mut Conn<'_>, app: &AppState, caller: &Caller, id: DocumentId) -> Result<Document, ApiError> {
    let before = permitted(c, caller, id, DocumentAction::Withdraw).await?;
    let row = step(c, app, caller, before, DocumentAction::Withdraw, DocumentState::Withdrawn).await?;
    view::shown(c, app, caller, row).await
}

async fn step(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    before: DocumentRow,
    action: DocumentAction,
    to: DocumentState,
) -> Result<DocumentRow, ApiError> {
    let settled_at = matches!(to, DocumentState::Accepted | DocumentState::Withdrawn).then(|| app.clock.now());
    if !store::step(c, &before, action, to, settled_at).await? {
        return Err(wrong_state());
    }
    let row = DocumentRow { state: to, settled_at, ..before };
    let verb = match action {
        DocumentAction::Return => "document.return",
        DocumentAction::Accept => "document.accept",
        DocumentAction::Revise => "document.revise",
        DocumentAction::Withdraw => "document.withdraw",
    };
    log(c, app, caller, &row, verb).await?;
    Ok(row)
}

async fn tell(c: &mut Conn<'_>, app: &AppState, row: &DocumentRow, kind: NoticeKind) -> Result<(), ApiError> {
    let news = News::of(kind, SubjectKind::Document, row.id).about(row.member_id);
    notices::tell_member(c, app, &news).await
}

/// A document within the caller's reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, caller: &Caller, id: DocumentId) -> Result<DocumentRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    match caller.scope.own {
        Some(member) if member == row.member_id => {}
        Some(_) => return Err(ApiError::not_found()),
        None => caller.scope.require_unit(c, row.unit_id).await?,
    }
    Ok(row)
}

/// The same, with which the caller may do this now.
async fn permitted(
    c: &mut Conn<'_>,
    caller: &Caller,
    id: DocumentId,
    action: DocumentAction,
) -> Result<DocumentRow, ApiError> {
    let row = within(c, caller, id).await?;
    let by = if caller.scope.own.is_some() { Standing::Writer } else { Standing::Desk };
    if model::may(action, &row, by) { Ok(row) } else { Err(wrong_state()) }
}

fn wrong_state() -> ApiError {
    ApiError::wrong_state("The document's state does not allow this; read it again.")
}

/// A look at a document by somebody else than its writer is recorded first, and the member reads it.
pub(super) async fn look(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: &DocumentRow) -> Result<(), ApiError> {
    if caller.scope.own.is_some() { Ok(()) } else { log(c, app, caller, row, "document.view").await }
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &DocumentRow,
    action: &'static str,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("document", row.id.to_string())).about(row.member_id);
    audit::append(c, app.clock.now(), record.from_unit(caller.unit())).await
}

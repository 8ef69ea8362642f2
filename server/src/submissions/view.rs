//! A submission as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{Granted, SubmissionAction, SubmissionKind, SubmissionRow, SubmissionState, may},
    service::{self, ANSWER, BODY},
    store,
};
use crate::{
    access::{self, Caller, Role},
    app::AppState,
    attachments::{self, Attachment},
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{SubmissionId, UnitId},
    units::{self, UnitRef},
};

/// A submission in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubmissionItem {
    /// Its id.
    pub id: SubmissionId,
    /// The unit that sends it.
    pub unit: UnitRef,
    /// Its superior, to whom it goes.
    pub to_unit: UnitRef,
    /// What it is.
    pub kind: SubmissionKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// What it is about.
    pub title: String,
    /// By when it is to be answered.
    pub due_on: Option<Day>,
    /// Whether a request waits beyond that day.
    pub overdue: bool,
    /// What was decided.
    pub granted: Option<Granted>,
    /// When it was begun.
    pub created_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// When it was answered or acknowledged.
    pub closed_at: Option<Instant>,
    /// Its version, the same as its ETag.
    pub version: i64,
    /// What this caller may do now.
    pub actions: Vec<SubmissionAction>,
}

/// In which role it was read on the superior's side; by whom is not told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubmissionRead {
    /// The role.
    pub role: Role,
    /// Its unit.
    pub unit: UnitRef,
    /// When, for the first time.
    pub at: Instant,
}

/// A submission with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Submission {
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened")]
    pub item: SubmissionItem,
    /// The text.
    pub body: String,
    /// The files that go with it.
    pub attachments: Vec<Attachment>,
    /// The superior's answer.
    pub answer: Option<String>,
    /// In which roles it was read.
    pub reads: Vec<SubmissionRead>,
}

/// Submissions that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<SubmissionRow>,
) -> Result<Vec<SubmissionItem>, ApiError> {
    let ids: Vec<UnitId> = rows.iter().flat_map(|row| [row.unit_id, row.to_unit_id]).collect();
    let units = units::unit_refs(c, &ids).await?;
    let above = access::ancestors_of(c, &ids).await?;
    let unit = |id: UnitId| units.get(&id).cloned().ok_or_else(|| ApiError::internal("a submission names no unit"));
    let today = app.clock.now().day();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let by = service::standing(caller, &above, &row);
        items.push(SubmissionItem {
            unit: unit(row.unit_id)?,
            to_unit: unit(row.to_unit_id)?,
            overdue: row.overdue(today),
            actions: SubmissionAction::ALL.iter().copied().filter(|action| may(*action, &row, by)).collect(),
            id: row.id,
            kind: row.kind,
            state: row.state,
            title: row.title,
            due_on: row.due_on,
            granted: row.granted,
            created_at: row.created_at,
            sent_at: row.sent_at,
            closed_at: row.closed_at,
            version: row.version,
        });
    }
    Ok(items)
}

/// A submission that the caller is known to reach, with its text.
pub(super) async fn whole(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: SubmissionRow,
) -> Result<Submission, ApiError> {
    let (id, vault) = (row.id, &app.keys.vault);
    let (body, answer) = store::words(c, id).await?;
    let files = store::files(c, id).await?;
    let mut named = attachments::named(c, vault, &files).await?;
    let reads = store::reads(c, id).await?;
    let units = units::unit_refs(c, &reads.iter().map(|(_, unit, _)| *unit).collect::<Vec<_>>()).await?;
    let reads = reads
        .into_iter()
        .filter_map(|(role, unit, at)| Some(SubmissionRead { role, unit: units.get(&unit)?.clone(), at }));
    Ok(Submission {
        body: vault.open_text(BODY, id.0.as_bytes(), &body)?,
        answer: answer.map(|answer| vault.open_text(ANSWER, id.0.as_bytes(), &answer)).transpose()?,
        attachments: files.iter().filter_map(|file| named.remove(file)).collect(),
        reads: reads.collect(),
        item: show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?,
    })
}

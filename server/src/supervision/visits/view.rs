//! A visit as it is shown: by the name of its group, not of a person.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{FindingKind, FindingRow, VisitAction, VisitRow, VisitState},
    service::{self, ANSWER, CLOSING, TEXT},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{GroupId, UnitId, VisitId},
    supervision::groups::{self, GroupKind},
    units::{self, UnitRef},
};

/// A group by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupRef {
    /// Its id.
    pub id: GroupId,
    /// What it is.
    pub kind: GroupKind,
    /// What it is called.
    pub name: String,
}

/// What was found, and what the unit answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Its number within the visit, from 1.
    pub number: i64,
    /// What it is.
    pub kind: FindingKind,
    /// In words.
    pub text: String,
    /// Of a problem: by when it is to be answered.
    pub due_on: Option<Day>,
    /// Whether it waits beyond that day.
    pub overdue: bool,
    /// The unit's answer.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<Instant>,
}

/// A visit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Who visited.
    pub group: GroupRef,
    /// Who was visited.
    pub unit: UnitRef,
    /// On which day.
    pub visited_on: Day,
    /// Where it stands.
    pub state: VisitState,
    /// What was found, in its order.
    pub findings: Vec<Finding>,
    /// When it was written down.
    pub created_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Why it was closed although a problem has no answer.
    pub closing_reason: Option<String>,
    /// What this caller may do now.
    pub actions: Vec<VisitAction>,
}

/// One that the caller is known to see.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: VisitRow) -> Result<Visit, ApiError> {
    show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// Visits that the caller is known to see, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<VisitRow>,
) -> Result<Vec<Visit>, ApiError> {
    let ids: Vec<VisitId> = rows.iter().map(|row| row.id).collect();
    let mut findings = store::findings(c, &ids).await?;
    let of: Vec<GroupId> = rows.iter().map(|row| row.group_id).collect();
    let names = groups::names(c, &of).await?;
    let visited: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::unit_refs(c, &visited).await?;
    let above = access::ancestors_of(c, &visited).await?;
    let answers = caller.scope_in(Operation::AnswerFinding);
    let today = app.clock.now().day();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let found = findings.remove(&row.id).unwrap_or_default();
        let open = row.state == VisitState::Open;
        let waits = found.iter().any(FindingRow::waits);
        let mut actions = Vec::new();
        if open && waits && above.get(&row.unit_id).is_some_and(|above| answers.covers_unit(above)) {
            actions.push(VisitAction::Answer);
        }
        if open && service::may_close(c, caller, &row).await? {
            actions.push(VisitAction::Close);
        }
        let (kind, name) =
            names.get(&row.group_id).cloned().ok_or_else(|| ApiError::internal("a visit names no group"))?;
        shown.push(Visit {
            group: GroupRef { id: row.group_id, kind, name },
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a visit names no unit"))?,
            findings: found.into_iter().map(|finding| read(app, finding, open, today)).collect::<Result<_, _>>()?,
            closing_reason: row
                .closing_reason_sealed
                .as_deref()
                .map(|sealed| app.keys.vault.open_text(CLOSING, row.id.0.as_bytes(), sealed))
                .transpose()?,
            id: row.id,
            visited_on: row.visited_on,
            state: row.state,
            created_at: row.created_at,
            closed_at: row.closed_at,
            actions,
        });
    }
    Ok(shown)
}

fn read(app: &AppState, row: FindingRow, visit_open: bool, today: Day) -> Result<Finding, ApiError> {
    let open = |field: &str, sealed: &[u8]| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed);
    Ok(Finding {
        number: row.place,
        kind: row.kind,
        text: open(TEXT, &row.text_sealed)?,
        due_on: row.due_on,
        overdue: visit_open && row.waits() && row.due_on.is_some_and(|due| due < today),
        answer: row.answer_sealed.as_deref().map(|sealed| open(ANSWER, sealed)).transpose()?,
        answered_at: row.answered_at,
    })
}

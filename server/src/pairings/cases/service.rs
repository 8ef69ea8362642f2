//! Opening cases and solving them.

use super::{
    model::{CaseRow, CaseState, NewCase, SolveCase},
    store,
    view::{self, Case},
};
use crate::{
    access::{Caller, Scope},
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{CaseId, MemberId},
    notices::{self, News, NoticeKind, SubjectKind},
    pairings::{
        model::{VoidHelp, misdated},
        service::{self as pairs, log_about},
    },
};

/// Under these names what people write is sealed, each for its own case.
const NOTE: &str = "case.note";
const HOW: &str = "case.how";
const VOID_REASON: &str = "case.void_reason";

/// Opens a case; whom it is about is told.
pub async fn open(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewCase) -> Result<Case, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    errors.extend(pairs::not_ours(c, new.unit_id, new.member_id, "/member_id").await?);
    let pair = match new.pair_id {
        None => None,
        Some(id) => pairs::joined(c, &caller.scope, id).await?.map_err(|error| errors.push(error)).ok(),
    };
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = CaseId::new(now, &app.entropy);
    let seal = |field: &str, text: &str| app.keys.vault.seal(field, id.0.as_bytes(), text.as_bytes(), &app.entropy);
    let row = CaseRow {
        id,
        unit_id: new.unit_id,
        pair_id: new.pair_id,
        member_id: new.member_id.or_else(|| pair.and_then(|pair| pair.helped_id)),
        about: new.about,
        note_sealed: Some(seal(NOTE, new.note.as_str())?),
        opened_on: new.opened_on,
        solved_on: new.solved_on,
        how_sealed: new.how.map(|how| seal(HOW, how.as_str())).transpose()?,
        voided_at: None,
        void_reason_sealed: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    log(c, app, caller, &row, "case.open").await?;
    tell(c, app, &row, NoticeKind::CaseOpened).await?;
    view::shown(c, app, caller, row).await
}

/// Says how a case was solved; whom it is about is told.
pub async fn solve(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CaseId,
    SolveCase { how, on }: SolveCase,
) -> Result<Case, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    if row.state() != CaseState::Open {
        return Err(ApiError::wrong_state("The case is not open."));
    }
    let today = app.clock.now().day();
    let on = on.unwrap_or(today);
    if let Some(error) = misdated("/on", row.opened_on, on, today) {
        return Err(ApiError::invalid(vec![error]));
    }
    let how = app.keys.vault.seal(HOW, id.0.as_bytes(), how.as_str().as_bytes(), &app.entropy)?;
    if !store::solve(c, id, on, &how).await? {
        return Err(ApiError::wrong_state("Somebody has just solved it."));
    }
    let row = CaseRow { solved_on: Some(on), how_sealed: Some(how), ..row };
    log(c, app, caller, &row, "case.solve").await?;
    tell(c, app, &row, NoticeKind::CaseSolved).await?;
    view::shown(c, app, caller, row).await
}

/// It was recorded by mistake: it stays to be seen, and counts no more; whom it is about is told.
pub async fn void(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CaseId,
    VoidHelp { reason }: VoidHelp,
) -> Result<Case, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    let now = app.clock.now();
    let reason = app.keys.vault.seal(VOID_REASON, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    if !store::void(c, id, &reason, now).await? {
        return Err(ApiError::wrong_state("It counts no more already."));
    }
    let row = CaseRow { voided_at: Some(now), void_reason_sealed: Some(reason), ..row };
    log(c, app, caller, &row, "case.void").await?;
    tell(c, app, &row, NoticeKind::CaseVoided).await?;
    view::shown(c, app, caller, row).await
}

/// The case for which something is given; an error at that field where it is none within reach, or counts no more.
pub(crate) async fn joined(
    c: &mut Conn<'_>,
    scope: &Scope,
    id: CaseId,
) -> Result<Result<CaseRow, FieldError>, ApiError> {
    pairs::counting(within(c, scope, id).await, "/case_id", |row| row.state() == CaseState::Void)
}

/// Why a case counts no more.
pub(super) fn void_reason(app: &AppState, row: &CaseRow) -> Result<Option<String>, ApiError> {
    let open = |sealed: &Vec<u8>| app.keys.vault.open_text(VOID_REASON, row.id.0.as_bytes(), sealed);
    row.void_reason_sealed.as_ref().map(open).transpose()
}

/// A case of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: CaseId) -> Result<CaseRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// What was noted of a case, and how it was solved.
pub(crate) fn words(app: &AppState, row: &CaseRow) -> Result<(Option<String>, Option<String>), ApiError> {
    let open = |field: &str, sealed: &Option<Vec<u8>>| {
        sealed.as_ref().map(|sealed| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed)).transpose()
    };
    Ok((open(NOTE, &row.note_sealed)?, open(HOW, &row.how_sealed)?))
}

/// Appends an act, or a look, to the audit log.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &CaseRow,
    action: &'static str,
) -> Result<(), ApiError> {
    log_about(c, app, caller, row.unit_id, ("case", row.id.to_string()), &concerned(row), action).await
}

fn concerned(row: &CaseRow) -> Vec<MemberId> {
    row.member_id.into_iter().collect()
}

async fn tell(c: &mut Conn<'_>, app: &AppState, row: &CaseRow, kind: NoticeKind) -> Result<(), ApiError> {
    notices::tell_members(c, app, &News::of(kind, SubjectKind::Case, row.id), &concerned(row)).await
}

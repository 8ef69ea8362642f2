//! Recording what was given, and taking a mistake back.

use super::{
    model::{AidRow, NewAid},
    store,
    view::{self, Aid},
};
use crate::{
    access::{Caller, Scope},
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{AidId, MemberId},
    notices::{self, News, NoticeKind, SubjectKind},
    pairings::{
        cases,
        model::VoidHelp,
        service::{self as pairs, log_about},
    },
};

/// Under these names what people write is sealed, each for its own aid.
const WHAT: &str = "aid.what";
const VOID_REASON: &str = "aid.void_reason";

/// Records what was given; who received it is told.
pub async fn give(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewAid) -> Result<Aid, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    errors.extend(pairs::not_ours(c, new.unit_id, new.member_id, "/member_id").await?);
    let member_id = receiver(c, &caller.scope, &new).await?.map_err(|error| errors.push(error)).ok().flatten();
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = AidId::new(now, &app.entropy);
    let seal = |what: &str| app.keys.vault.seal(WHAT, id.0.as_bytes(), what.as_bytes(), &app.entropy);
    let row = AidRow {
        id,
        unit_id: new.unit_id,
        pair_id: new.pair_id,
        case_id: new.case_id,
        member_id,
        given_on: new.given_on,
        kind: new.kind,
        amount_fen: new.amount_fen,
        what_sealed: new.what.map(|what| seal(what.as_str())).transpose()?,
        voided_at: None,
        void_reason_sealed: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    log(c, app, caller, &row, "aid.give").await?;
    tell(c, app, &row, NoticeKind::AidGiven).await?;
    view::shown(c, app, caller, row).await
}

/// Who receives it: whom the pair helps, or whom the case is about; an error where it is none that aid can be given for.
async fn receiver(
    c: &mut Conn<'_>,
    scope: &Scope,
    new: &NewAid,
) -> Result<Result<Option<MemberId>, FieldError>, ApiError> {
    Ok(match (new.pair_id, new.case_id) {
        (Some(pair), _) => pairs::joined(c, scope, pair).await?.map(|pair| pair.helped_id),
        (None, Some(case)) => cases::joined(c, scope, case).await?.map(|case| case.member_id),
        (None, None) => Ok(new.member_id),
    })
}

/// It was recorded by mistake: it stays to be seen, and counts no more.
pub async fn void(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: AidId,
    VoidHelp { reason }: VoidHelp,
) -> Result<Aid, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    let now = app.clock.now();
    let reason = app.keys.vault.seal(VOID_REASON, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    if !store::void(c, id, &reason, now).await? {
        return Err(ApiError::wrong_state("It counts no more already."));
    }
    let row = AidRow { voided_at: Some(now), void_reason_sealed: Some(reason), ..row };
    log(c, app, caller, &row, "aid.void").await?;
    tell(c, app, &row, NoticeKind::AidVoided).await?;
    view::shown(c, app, caller, row).await
}

/// Aid of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: AidId) -> Result<AidRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// What was given in kind.
pub(crate) fn what(app: &AppState, row: &AidRow) -> Result<Option<String>, ApiError> {
    let open = |sealed: &Vec<u8>| app.keys.vault.open_text(WHAT, row.id.0.as_bytes(), sealed);
    row.what_sealed.as_ref().map(open).transpose()
}

/// Why it does not count.
pub(super) fn void_reason(app: &AppState, row: &AidRow) -> Result<Option<String>, ApiError> {
    let open = |sealed: &Vec<u8>| app.keys.vault.open_text(VOID_REASON, row.id.0.as_bytes(), sealed);
    row.void_reason_sealed.as_ref().map(open).transpose()
}

fn concerned(row: &AidRow) -> Vec<MemberId> {
    row.member_id.into_iter().collect()
}

/// Appends an act, or a look, to the audit log.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &AidRow,
    action: &'static str,
) -> Result<(), ApiError> {
    log_about(c, app, caller, row.unit_id, ("aid", row.id.to_string()), &concerned(row), action).await
}

async fn tell(c: &mut Conn<'_>, app: &AppState, row: &AidRow, kind: NoticeKind) -> Result<(), ApiError> {
    let news = match (row.pair_id, row.case_id, row.member_id) {
        (Some(pair), _, _) => News::of(kind, SubjectKind::Pairing, pair),
        (None, Some(case), _) => News::of(kind, SubjectKind::Case, case),
        (None, None, Some(member)) => News::new(kind, member),
        (None, None, None) => return Ok(()),
    };
    notices::tell_members(c, app, &news, &concerned(row)).await
}

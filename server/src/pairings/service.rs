//! Recording pairs and ending them.

use super::{
    model::{EndPairing, NewPairing, PairState, PairingRow, VoidHelp, misdated},
    store,
    view::{self, Pairing},
};
use crate::{
    access::{
        Caller, Scope,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, Code, FieldError},
    ids::{MemberId, PairingId, UnitId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations, units,
};

/// Under these names a household is sealed, and why a pair counts no more.
pub(super) const HELPED_NAME: &str = "pairing.helped_name";
pub(super) const VOID_REASON: &str = "pairing.void_reason";

/// Records a pair; the members on either side are told.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewPairing) -> Result<Pairing, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    if let Some(helper) = new.helper_id {
        let unknown = registrations::unknown_member(c, caller, helper).await?;
        errors.extend(unknown.map(|error| FieldError { pointer: "/helper_id".into(), ..error }));
    }
    if let Some(unit) = new.helper_unit_id
        && units::unit_refs(c, &[unit]).await?.is_empty()
    {
        errors.push(FieldError::new("/helper_unit_id", "unknown", "is no unit"));
    }
    errors.extend(not_ours(c, new.unit_id, new.helped_id, "/helped_id").await?);
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let id = PairingId::new(now, &app.entropy);
    let seal = |name: &str| app.keys.vault.seal(HELPED_NAME, id.0.as_bytes(), name.as_bytes(), &app.entropy);
    let row = PairingRow {
        id,
        unit_id: new.unit_id,
        helper_id: new.helper_id,
        helper_unit_id: new.helper_unit_id,
        helped_id: new.helped_id,
        helped_name_sealed: new.helped_name.map(|name| seal(name.as_str())).transpose()?,
        since_on: new.since,
        until_on: new.until,
        voided_at: None,
        void_reason_sealed: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    log(c, app, caller, &row, "pairing.create").await?;
    tell(c, app, &row, NoticeKind::PairingBegun).await?;
    view::shown(c, app, caller, row).await
}

/// Ends a pair; the members on either side are told.
pub async fn end(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: PairingId,
    when: EndPairing,
) -> Result<Pairing, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    if row.state() != PairState::Open {
        return Err(ApiError::wrong_state("The pair does not go on."));
    }
    let today = app.clock.now().day();
    let until = when.until.unwrap_or(today);
    if let Some(error) = misdated("/until", row.since_on, until, today) {
        return Err(ApiError::invalid(vec![error]));
    }
    if !store::end(c, id, until).await? {
        return Err(ApiError::wrong_state("Somebody has just ended it."));
    }
    let row = PairingRow { until_on: Some(until), ..row };
    log(c, app, caller, &row, "pairing.end").await?;
    tell(c, app, &row, NoticeKind::PairingEnded).await?;
    view::shown(c, app, caller, row).await
}

/// It was recorded by mistake: it stays to be seen, and counts no more; the members on either side are told.
pub async fn void(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: PairingId,
    VoidHelp { reason }: VoidHelp,
) -> Result<Pairing, ApiError> {
    let row = within(c, &caller.scope, id).await?;
    let now = app.clock.now();
    let reason = app.keys.vault.seal(VOID_REASON, id.0.as_bytes(), reason.as_str().as_bytes(), &app.entropy)?;
    if !store::void(c, id, &reason, now).await? {
        return Err(ApiError::wrong_state("It counts no more already."));
    }
    let row = PairingRow { voided_at: Some(now), void_reason_sealed: Some(reason), ..row };
    log(c, app, caller, &row, "pairing.void").await?;
    tell(c, app, &row, NoticeKind::PairingVoided).await?;
    view::shown(c, app, caller, row).await
}

/// The pair to which something new is to belong; an error at that field where it is none within reach, or counts no more.
pub(super) async fn joined(
    c: &mut Conn<'_>,
    scope: &Scope,
    id: PairingId,
) -> Result<Result<PairingRow, FieldError>, ApiError> {
    counting(within(c, scope, id).await, "/pair_id", |row| row.state() == PairState::Void)
}

/// What was looked for by a field; an error at that field where it was not found, or was recorded by mistake.
pub(super) fn counting<T>(
    found: Result<T, ApiError>,
    pointer: &str,
    is_void: impl FnOnce(&T) -> bool,
) -> Result<Result<T, FieldError>, ApiError> {
    Ok(match found {
        Err(error) if error.code() == Code::NotFound => {
            Err(FieldError::new(pointer, "unknown", "is nothing within your reach"))
        }
        found => {
            let row = found?;
            if is_void(&row) {
                Err(FieldError::new(pointer, "invalid", "was recorded by mistake, and counts no more"))
            } else {
                Ok(row)
            }
        }
    })
}

/// A pair of a unit within reach, or 404.
pub(super) async fn within(c: &mut Conn<'_>, scope: &Scope, id: PairingId) -> Result<PairingRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    scope.require_unit(c, row.unit_id).await?;
    Ok(row)
}

/// Why a record of a unit's help cannot be about a member, if they do not belong to it.
pub(super) async fn not_ours(
    c: &mut Conn<'_>,
    unit: UnitId,
    member: Option<MemberId>,
    pointer: &str,
) -> Result<Option<FieldError>, ApiError> {
    let Some(member) = member else { return Ok(None) };
    let ours = registrations::belonging(c, unit, &[member]).await?.contains(&member);
    Ok((!ours).then(|| FieldError::new(pointer, "unknown", "is not a member of the unit or of one below it")))
}

/// Appends an act, or a look, to the audit log: a record for everyone concerned, or one where nobody is.
pub(super) async fn log_about(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
    target: (&'static str, String),
    members: &[MemberId],
    action: &'static str,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let record = || Record::new(caller.into(), action, target.clone()).from_unit(unit);
    if members.is_empty() {
        return audit::append(c, now, record()).await;
    }
    for member in members {
        audit::append(c, now, record().about(*member)).await?;
    }
    Ok(())
}

/// The same of a pair.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &PairingRow,
    action: &'static str,
) -> Result<(), ApiError> {
    log_about(c, app, caller, row.unit_id, ("pairing", row.id.to_string()), &row.members(), action).await
}

async fn tell(c: &mut Conn<'_>, app: &AppState, row: &PairingRow, kind: NoticeKind) -> Result<(), ApiError> {
    notices::tell_members(c, app, &News::of(kind, SubjectKind::Pairing, row.id), &row.members()).await
}

//! Opening and closing a census.

use aws_lc_rs::digest::{SHA256, digest};

use super::{
    lines_store::{self, Part},
    model::{CensusRow, Close, NewCensus},
    store,
    view::{self, Census},
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{CensusId, RowId},
    notices::{self, News, NoticeKind, Recipient, SubjectKind},
    parsing::Line,
    registrations,
    units::{self, UnitKind},
};

/// Opens a census: who is asked is settled now, as of its day. Each unit is told.
pub async fn create(c: &mut Conn<'_>, app: &AppState, caller: &Caller, new: NewCensus) -> Result<Census, ApiError> {
    caller.scope.require_unit(c, new.unit_id).await?;
    let now = app.clock.now();
    let mut errors = new.contradictions(now.day());
    let asked = units::subtree(c, new.unit_id).await?;
    let units: Vec<_> = asked.into_iter().filter(|unit| unit.kind.can_host()).collect();
    if units.is_empty() || units::unit_ref(c, new.unit_id).await?.kind == UnitKind::LiaisonOffice {
        errors.push(FieldError::new("/unit_id", "invalid", "has no branches to ask"));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = CensusRow {
        id: CensusId::new(now, &app.entropy),
        unit_id: new.unit_id,
        title: Line::into_string(new.title),
        as_of: new.as_of,
        due_on: new.due_on,
        closed_at: None,
        digest: None,
        created_at: now,
    };
    store::insert(c, &row).await?;
    let units: Vec<_> = units.into_iter().map(|unit| (RowId::new(now, &app.entropy), unit)).collect();
    store::ask_units(c, row.id, &units).await?;
    let members = registrations::counted_then(c, row.unit_id, row.as_of).await?;
    store::ask_members(c, row.id, &members).await?;
    log(c, app, caller, &row, "census.create", None).await?;
    let news = News::of(NoticeKind::CensusOpened, SubjectKind::Census, row.id);
    let told: Vec<_> = units.iter().map(|(_, unit)| news.to(Recipient::Unit(unit.id))).collect();
    notices::tell(c, app, &told).await?;
    view::shown(c, caller, row).await
}

/// Closes a census. What it says is a record from then on; a digest of it goes into the audit log, so that a change would show.
pub async fn close(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: CensusId,
    how: Close,
) -> Result<Census, ApiError> {
    let row = find_within(c, caller, id).await?;
    // Whoever only answers does not close.
    caller.scope.require_unit(c, row.unit_id).await?;
    if !store::hold(c, id).await? {
        return Err(closed());
    }
    if !how.leave_pending {
        let pending = view::counts(c, id, Part::default()).await?;
        let missing = [&pending.units, &pending.members].map(|counts| counts.asked - counts.answered);
        if missing.iter().any(|missing| *missing > 0) {
            let [units, members] = missing;
            let detail =
                format!("{units} units and {members} members have no answer yet; leave_pending leaves them so.");
            return Err(ApiError::wrong_state(detail));
        }
    }
    let now = app.clock.now();
    let digest = digest_of(c, &row).await?;
    if !store::close(c, id, &digest, now).await? {
        return Err(closed());
    }
    log(c, app, caller, &row, "census.close", Some(&digest)).await?;
    view::shown(c, caller, CensusRow { closed_at: Some(now), digest: Some(digest), ..row }).await
}

pub(super) fn closed() -> ApiError {
    ApiError::wrong_state("The census is closed; it does not change any more.")
}

/// A census that asks a unit within the caller's reach, or 404.
pub(super) async fn find_within(c: &mut Conn<'_>, caller: &Caller, id: CensusId) -> Result<CensusRow, ApiError> {
    let row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    let part = Part { scope: Some(&caller.scope), ..Part::default() };
    let seen = caller.scope.reaches_unit(c, row.unit_id).await? || lines_store::asks(c, id, part).await?;
    if seen { Ok(row) } else { Err(ApiError::not_found()) }
}

/// SHA-256 over one line for each unit, then one for each member, by id: who, where, able, why not.
async fn digest_of(c: &mut Conn<'_>, row: &CensusRow) -> Result<String, ApiError> {
    let mut text = format!("{}\n{}\n{}\n{}\n", row.id, row.unit_id, row.as_of, row.title);
    for members in [false, true] {
        for (of, unit, standing) in lines_store::standings(c, row.id, members, Part::default()).await? {
            let able = match standing.able {
                None => "pending",
                Some(true) => "able",
                Some(false) => "unable",
            };
            let reason = standing.reason.map_or("", |reason| reason.word());
            text.push_str(&format!("{of} {unit} {able} {reason}\n"));
        }
    }
    Ok(hex::encode(digest(&SHA256, text.as_bytes())))
}

async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &CensusRow,
    action: &'static str,
    note: Option<&str>,
) -> Result<(), ApiError> {
    let record = Record::new(caller.into(), action, ("census", row.id.to_string())).from_unit(row.unit_id);
    audit::append(c, app.clock.now(), record.because(note)).await
}

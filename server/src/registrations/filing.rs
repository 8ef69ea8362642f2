//! Filing a registration, from either end; the end that files it has agreed by filing.

use utoipa::ToSchema;

use super::{
    model::{End, FlowReason, RULE_VERSION, Status, Stay},
    service, store,
    view::{self, Registration},
};
use crate::{
    access::{self, Caller},
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, Code, FieldError},
    ids::{RegistrationId, UnitId},
    people::{self, Consent, NewPerson},
    units,
};

/// A registration as it is filed.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct Filing {
    /// Which end files it; the other one is asked.
    pub filed_by: End,
    /// Where the formal affiliation is: a unit below an organisation department, or the department itself.
    pub home_unit_id: UnitId,
    /// Where the member will live the organisation life.
    pub host_unit_id: UnitId,
    /// Why the member moved.
    pub flow_reason: FlowReason,
    /// When the member came; at most three months ahead.
    pub started_on: Day,
    /// The member.
    pub person: NewPerson,
    /// What the member has agreed to, and when.
    pub consent: Consent,
}

/// How far ahead a stay may be filed.
const MONTHS_AHEAD: i64 = 3;

/// Files a registration: 422 with every bad field, 404 where the filing end is out of the caller's reach, 409 where the
/// person has an open registration, never telling where.
pub async fn file(c: &mut Conn<'_>, app: &AppState, caller: &Caller, filing: Filing) -> Result<Registration, ApiError> {
    let now = app.clock.now();
    let mut errors = contradictions(&filing, now.day());
    let department = units::department_above(c, filing.home_unit_id).await?;
    let units = units::unit_refs(c, &[filing.home_unit_id, filing.host_unit_id]).await?;
    if !units.contains_key(&filing.home_unit_id) {
        errors.push(FieldError::new("/home_unit_id", "unknown", "is not the id of a unit"));
    } else if department.is_none() {
        errors.push(FieldError::new("/home_unit_id", "invalid", "must lie below an organisation department"));
    }
    errors.extend(service::unfit_host(units.get(&filing.host_unit_id)));
    let Some(department) = department.filter(|_| errors.is_empty()) else { return Err(ApiError::invalid(errors)) };

    let (end, unit) = match filing.filed_by {
        End::Home => (access::Side::Home, filing.home_unit_id),
        End::Host => (access::Side::Host, filing.host_unit_id),
    };
    let above = access::ancestors_of(c, &[unit]).await?;
    if !caller.scope.covers_end(end, above.get(&unit).map(Vec::as_slice).unwrap_or_default()) {
        return Err(ApiError::not_found());
    }

    if let Some(known) = people::find_by_id_number(c, &app.keys.vault, &filing.person.id_number).await?
        && store::open_stay_of(c, known).await?.is_some()
    {
        return Err(already_open());
    }
    let member_id = people::enrol(c, app, filing.person, filing.consent).await?;
    let stay = Stay {
        id: RegistrationId::new(now, &app.entropy),
        member_id,
        home_unit_id: filing.home_unit_id,
        home_department_id: department.id,
        host_unit_id: filing.host_unit_id,
        filed_by: filing.filed_by,
        status: match filing.filed_by {
            End::Home => Status::PendingHost,
            End::Host => Status::PendingHome,
        },
        flow_reason: filing.flow_reason,
        started_on: filing.started_on,
        active_since: None,
        ended_at: None,
        end_reason: None,
        rule_version: RULE_VERSION.into(),
        last_activity_at: None,
        version: 1,
        created_at: now,
    };
    // The unique index has the last word where two servers file the same person at once.
    if !store::insert(c, &stay).await? {
        return Err(already_open());
    }
    service::record(c, app, caller, &stay, "file", None, None).await?;
    view::shown(c, app, caller, stay).await
}

fn already_open() -> ApiError {
    ApiError::new(
        Code::OpenRegistrationExists,
        "A person has one open registration at a time. Ask the member, or the home department.",
    )
}

/// What does not fit together, by field.
fn contradictions(filing: &Filing, today: Day) -> Vec<FieldError> {
    let mut errors = filing.person.contradictions("/person", today);
    if filing.consent.given_on > today {
        errors.push(FieldError::new("/consent/given_on", "invalid", "must not lie in the future"));
    }
    if filing.started_on > today.plus_months(MONTHS_AHEAD) {
        errors.push(FieldError::new("/started_on", "invalid", "must not lie more than three months ahead"));
    }
    if filing.started_on < filing.person.birth_date {
        errors.push(FieldError::new("/started_on", "invalid", "must not lie before the birth date"));
    }
    if filing.home_unit_id == filing.host_unit_id {
        errors.push(FieldError::new("/host_unit_id", "invalid", "must not be the home unit"));
    }
    errors
}

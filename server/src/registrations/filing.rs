//! Filing a registration, from either end; the end that files it has agreed by filing.

use utoipa::ToSchema;

use super::{
    model::{End, FlowReason, RULE_VERSION, Status, Stay},
    service::{self, Hand},
    store, tallying,
    view::{self, Registration},
};
use crate::{
    access::{self, Caller, audit::Actor},
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

/// Who files.
#[derive(Clone, Debug)]
pub enum Filer {
    /// An officer, at an end within reach.
    Officer(Caller),
    /// The program itself, at any end, for whoever commands the machine.
    Program,
}

impl Filer {
    /// Whether they may file at this end, whose unit and those above it are given.
    pub fn covers(&self, end: End, above: &[UnitId]) -> bool {
        let side = match end {
            End::Home => access::Side::Home,
            End::Host => access::Side::Host,
        };
        match self {
            Self::Officer(caller) => caller.scope.covers_end(side, above),
            Self::Program => true,
        }
    }

    /// Who it is, for the log.
    pub fn actor(&self) -> Actor {
        self.hand().actor
    }

    /// From which unit, for the log.
    pub fn unit(&self) -> Option<UnitId> {
        self.hand().unit
    }

    fn hand(&self) -> Hand {
        match self {
            Self::Officer(caller) => caller.into(),
            Self::Program => Hand { actor: Actor::System, account: None, unit: None },
        }
    }
}

/// The two ends of a filing, looked up: many filings may share them.
#[derive(Clone, Debug)]
pub struct Ends {
    /// Which end files it.
    pub filed_by: End,
    /// Where the formal affiliation is.
    pub home_unit_id: UnitId,
    /// The department at or above it.
    home_department_id: Option<UnitId>,
    /// Where the member will live the organisation life.
    pub host_unit_id: UnitId,
    errors: Vec<FieldError>,
    within_reach: bool,
}

impl Ends {
    /// Looks two units up. What is wrong with them is told when a filing between them is judged.
    pub async fn find(
        c: &mut Conn<'_>,
        filer: &Filer,
        filed_by: End,
        home: UnitId,
        host: UnitId,
    ) -> Result<Self, ApiError> {
        let department = units::department_above(c, home).await?;
        let units = units::unit_refs(c, &[home, host]).await?;
        let mut errors = Vec::new();
        if !units.contains_key(&home) {
            errors.push(FieldError::new("/home_unit_id", "unknown", "is not the id of a unit"));
        } else if department.is_none() {
            errors.push(FieldError::new("/home_unit_id", "invalid", "must lie below an organisation department"));
        }
        errors.extend(service::unfit_host(units.get(&host)));
        let unit = match filed_by {
            End::Home => home,
            End::Host => host,
        };
        let above = access::ancestors_of(c, &[unit]).await?;
        Ok(Self {
            filed_by,
            home_unit_id: home,
            home_department_id: department.map(|department| department.id),
            host_unit_id: host,
            errors,
            within_reach: filer.covers(filed_by, above.get(&unit).map(Vec::as_slice).unwrap_or_default()),
        })
    }

    /// 422 naming every end that does not fit, 404 where the filing end is out of reach.
    pub fn check(&self) -> Result<(), ApiError> {
        self.department(Vec::new()).map(drop)
    }

    /// The home department, where everything is right with the ends; 404 where the filing end is out of reach.
    fn department(&self, mut errors: Vec<FieldError>) -> Result<UnitId, ApiError> {
        errors.extend_from_slice(&self.errors);
        let department = self.home_department_id.filter(|_| errors.is_empty());
        let department = department.ok_or_else(|| ApiError::invalid(errors))?;
        if self.within_reach { Ok(department) } else { Err(ApiError::not_found()) }
    }
}

/// Judges a filing without writing: 422 with every bad field, 404 where the filing end is out of reach, 409 where the
/// person has an open registration (never telling where) or is on record as somebody else.
pub async fn judge(c: &mut Conn<'_>, app: &AppState, filing: &Filing, ends: &Ends) -> Result<(), ApiError> {
    ends.department(contradictions(filing, app.clock.now().day()))?;
    if let Some(known) = people::recognise(c, &app.keys.vault, &filing.person).await? {
        if store::open_stay_of(c, known.id).await?.is_some() {
            return Err(already_open());
        }
        if !known.agrees {
            return Err(people::differs());
        }
    }
    Ok(())
}

/// Files a registration between its ends, after judging it.
pub async fn file_between(
    c: &mut Conn<'_>,
    app: &AppState,
    filer: &Filer,
    filing: Filing,
    ends: &Ends,
) -> Result<Stay, ApiError> {
    judge(c, app, &filing, ends).await?;
    let home_department_id = ends.department(Vec::new())?;
    let now = app.clock.now();
    let member_id = people::enrol(c, app, filing.person, filing.consent).await?;
    let stay = Stay {
        id: RegistrationId::new(now, &app.entropy),
        member_id,
        home_unit_id: ends.home_unit_id,
        home_department_id,
        host_unit_id: ends.host_unit_id,
        filed_by: ends.filed_by,
        status: match ends.filed_by {
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
    tallying::moved(c, app, None, &stay).await?;
    service::record(c, app, filer.hand(), &stay, "file", None, None).await?;
    Ok(stay)
}

/// Files a registration and shows it to the officer.
pub async fn file(c: &mut Conn<'_>, app: &AppState, caller: &Caller, filing: Filing) -> Result<Registration, ApiError> {
    let filer = Filer::Officer(caller.clone());
    let ends = Ends::find(c, &filer, filing.filed_by, filing.home_unit_id, filing.host_unit_id).await?;
    let stay = file_between(c, app, &filer, filing, &ends).await?;
    view::shown(c, app, caller, stay).await
}

fn already_open() -> ApiError {
    ApiError::new(
        Code::OpenRegistrationExists,
        "A person has one open registration at a time. Ask the member, or the home department.",
    )
}

/// What does not fit together, by field.
pub fn contradictions(filing: &Filing, today: Day) -> Vec<FieldError> {
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

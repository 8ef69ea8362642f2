//! The status check between the two ends: how is this member doing, where, and whom can I call there? It asks what for; the
//! look is on record before it is answered, and the member reads it.

use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::{
    access::{Caller, audit},
    app::AppState,
    cards::{self, Card, CardNumber, CardRow},
    check_ins::{self, RecordRow},
    clock::Instant,
    db::Conn,
    error::{ApiError, Code, FieldError},
    ids::{MemberId, UnitId},
    parsing::Line,
    people::{self, Member},
    registrations::{self, Registration, Stay},
    units::{self, UnitRef},
};

/// As many attendance rows are shown.
const RECENT: u32 = 5;

/// Whom a check is about, and what for. Exactly one of the two is given.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct StatusCheckRequest {
    /// By the number of any of the member's cards, also an old one.
    #[serde(default)]
    pub card_number: Option<Line<40>>,
    /// By the member's id.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// What for, in 2 to 200 characters. The member reads it.
    pub purpose: Line<200>,
}

/// What the other end has to know.
#[derive(Serialize, ToSchema)]
pub struct StatusCheck {
    /// The stay: of the card that was named, else the open one, else the last.
    pub registration: Registration,
    /// The member.
    pub member: Member,
    /// The card that was named, else the member's newest.
    pub card: Option<Card>,
    /// The newest organisation life.
    pub last_activity: Option<LastActivity>,
    /// Whom to call at the host.
    pub host_contact: HostContact,
    /// The newest rows of the attendance record.
    pub recent: Vec<RecordRow>,
}

/// The newest presence of a member.
#[derive(Serialize, ToSchema)]
pub struct LastActivity {
    /// When.
    pub at: Instant,
    /// At which event.
    pub event_title: String,
    /// Held by whom.
    pub unit: UnitRef,
}

/// Whom to call: the contact of the host unit, or of the nearest unit above that has one.
#[derive(Serialize, ToSchema)]
pub struct HostContact {
    /// The unit of the contact.
    pub unit: UnitRef,
    /// The person to ask for.
    pub name: Option<String>,
    /// The office's number.
    pub phone: Option<String>,
    /// Where the office is.
    pub address: Option<String>,
}

impl StatusCheckRequest {
    fn broken_rules(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match (&self.card_number, &self.member_id) {
            (None, None) => errors.push(FieldError::new("/card_number", "required", "is required, or else member_id")),
            (Some(_), Some(_)) => {
                errors.push(FieldError::new("/member_id", "invalid", "must not be given with card_number"))
            }
            _ => {}
        }
        if self.purpose.as_str().chars().count() < 2 {
            errors.push(FieldError::new("/purpose", "invalid", "must have at least 2 characters"));
        }
        errors
    }
}

/// Answers a check within the caller's reach. What is out of reach is 404, the same as what is not there; the try is on record,
/// without naming anyone.
pub async fn check_status(app: &AppState, caller: &Caller, asked: StatusCheckRequest) -> Result<StatusCheck, ApiError> {
    let errors = asked.broken_rules();
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let (state, by) = (app.clone(), caller.clone());
    let found = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let found = match find(c, &by, &asked).await {
                    Ok(found) => Some(found),
                    Err(error) if error.code() == Code::NotFound => None,
                    Err(error) => return Err(error),
                };
                let target = found.as_ref().map_or_else(|| "unknown".into(), |(stay, _)| stay.id.to_string());
                let record = audit::Record::new((&by).into(), "status_check", ("registration", target))
                    .from_unit(by.unit())
                    .because(Some(asked.purpose.as_str()));
                let record = match &found {
                    Some((stay, _)) => record.about(stay.member_id),
                    None => record.refused(),
                };
                audit::append(c, state.clock.now(), record).await?;
                Ok(found)
            })
        })
        .await?;
    let (stay, card) = found.ok_or_else(ApiError::not_found)?;
    let mut reader = app.db.read().await?;
    answer(&mut reader.conn(), app, caller, stay, card).await
}

/// The stay that is meant, with the card where one was named.
async fn find(
    c: &mut Conn<'_>,
    caller: &Caller,
    asked: &StatusCheckRequest,
) -> Result<(Stay, Option<CardRow>), ApiError> {
    if let Some(number) = &asked.card_number {
        let number: CardNumber = number.as_str().parse().map_err(|_| ApiError::not_found())?;
        let (card, stay) = cards::within(c, caller, &number).await?;
        registrations::require_member(c, &caller.scope, stay.member_id).await?;
        return Ok((stay, Some(card)));
    }
    let member = asked.member_id.ok_or_else(ApiError::not_found)?;
    Ok((registrations::stay_of_member(c, &caller.scope, member).await?, None))
}

async fn answer(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: Stay,
    card: Option<CardRow>,
) -> Result<StatusCheck, ApiError> {
    let (member, host) = (stay.member_id, stay.host_unit_id);
    let card = match card {
        Some(row) => Some(cards::shown(c, app, caller, row, &stay).await?),
        None => cards::card_of_member(c, app, caller, member).await?,
    };
    let last_activity = match store::last_presence(c, member).await? {
        Some(last) => {
            let unit = units::unit_ref(c, last.unit_id).await?;
            Some(LastActivity { at: last.at, event_title: last.title, unit })
        }
        None => None,
    };
    Ok(StatusCheck {
        member: people::member(c, &app.keys.vault, member).await?.ok_or_else(ApiError::not_found)?,
        registration: registrations::shown(c, app, caller, stay).await?,
        card,
        last_activity,
        host_contact: contact(c, host).await?,
        recent: check_ins::newest(c, app, member, RECENT).await?,
    })
}

/// Whom to call at a unit.
pub async fn contact(c: &mut Conn<'_>, host: UnitId) -> Result<HostContact, ApiError> {
    let unit = units::whom_to_call(c, host).await?;
    let (name, phone) = unit.contact.map(|contact| (contact.name.to_string(), contact.phone.to_string())).unzip();
    let address = unit.address.map(Line::into_string);
    Ok(HostContact {
        unit: UnitRef { id: unit.id, kind: unit.kind, name: unit.name.into_string() },
        name,
        phone,
        address,
    })
}

//! The contact log: who tried to reach the member, when, how, and what came of it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{log_store, service};
use crate::{
    access::Caller,
    app::AppState,
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{RegistrationId, RowId},
    parsing::Line,
    words,
};

words! {
    /// How the member was tried.
    pub enum ContactMethod {
        /// By telephone.
        Phone = "phone",
        /// By a message.
        Message = "message",
        /// By a visit.
        Visit = "visit",
        /// By way of a relative.
        ViaRelative = "via_relative",
        /// In another way.
        Other = "other",
    }
}

words! {
    /// What came of it.
    pub enum ContactOutcome {
        /// The member was reached.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// The number is no longer the member's.
        WrongNumber = "wrong_number",
        /// The member did not want to speak.
        Refused = "refused",
    }
}

/// An attempt, as it is logged.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
pub struct NewContact {
    /// When; now, if absent.
    #[serde(default)]
    pub at: Option<Instant>,
    /// How.
    pub method: ContactMethod,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// A note for both ends.
    #[serde(default)]
    pub note: Option<Line<500>>,
}

/// An attempt to reach a member.
#[derive(Clone, Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct ContactAttempt {
    /// Its id.
    pub id: RowId,
    /// When.
    pub at: Instant,
    /// How.
    pub method: ContactMethod,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// A note for both ends.
    pub note: Option<String>,
    /// The account that logged it.
    pub by: String,
}

/// Logs an attempt; only while the stay is open.
pub async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: RegistrationId,
    contact: NewContact,
) -> Result<ContactAttempt, ApiError> {
    let stay = service::stay_within(c, &caller.scope, id).await?;
    let now = app.clock.now();
    let at = contact.at.unwrap_or(now);
    if at > now {
        return Err(ApiError::bad_field("/at", "invalid", "must not lie in the future"));
    }
    if !stay.status.is_open() {
        return Err(ApiError::wrong_state("The stay has ended; there is nobody to look for."));
    }
    let row = ContactAttempt {
        id: RowId::new(now, &app.entropy),
        at,
        method: contact.method,
        outcome: contact.outcome,
        note: contact.note.map(Line::into_string),
        by: caller.username()?.to_owned(),
    };
    log_store::add_contact(c, id, &row, caller.account()?, caller.unit()).await?;
    service::append(c, app, caller.into(), &stay, "contact").await?;
    Ok(row)
}

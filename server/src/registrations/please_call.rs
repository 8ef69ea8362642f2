//! The private list of whom to call: members of whom nothing was heard for three months, told to the two ends that look after
//! them, with what was tried so far.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    contacts::{ContactMethod, ContactOutcome},
    list_store::{self, Filter},
    listed::Listed,
    log_store::{self, Tried},
    model::PLEASE_CALL_MONTHS,
    silence::Silence,
    view::{self, Registration},
};
use crate::{
    access::Caller,
    app::AppState,
    clock::{Day, Instant},
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Query},
    ids::{RegistrationId, UnitId},
    openapi::ApiRouter,
    routes,
};

pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(list_please_call))
}

/// Who has shown no sign of life since before then is to be called today.
pub fn silent_before(today: Day) -> Instant {
    today.plus_months(-PLEASE_CALL_MONTHS).plus_days(1).starts()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallQuery {
    /// Only with the home at or below this unit.
    home: Option<UnitId>,
    /// Only with the host at or below this unit.
    host: Option<UnitId>,
}

/// Someone to call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct PleaseCall {
    /// The stay.
    registration: Registration,
    /// How long the silence is, and how far it is from being out of contact.
    silence: Silence,
    /// The newest attempt, whatever came of it.
    last_attempt: Option<LastAttempt>,
}

/// The newest attempt to reach a member; its note stands in the contact log.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LastAttempt {
    /// When.
    at: Instant,
    /// How.
    method: ContactMethod,
    /// What came of it.
    outcome: ContactOutcome,
}

/// List the active members within reach who have been silent for three months, the longest silence first.
#[utoipa::path(get, path = "/please-call", tag = "registrations", params(CallQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<PleaseCall>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_please_call(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<CallQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<PleaseCall>>, ApiError> {
    let (limit, today) = (page.limit()?, app.clock.now().day());
    let filter = Filter { home: query.home, host: query.host, ..Filter::default() };
    let (since, after) = (silent_before(today), page.after()?);
    let mut reader = app.db.read().await?;
    let listed = list_store::longest_silent(&mut reader.conn(), &caller.scope, &filter, since, after, limit).await?;
    let Page { items: listed, next_cursor } =
        Page::cut(listed, limit, |Listed { stay, .. }| (Silence::since(stay), stay.id));
    let ids: Vec<RegistrationId> = listed.iter().map(|listed| listed.stay.id).collect();
    let tried = log_store::tried(&mut reader.conn(), &ids).await?;
    let shown = view::show(&mut reader.conn(), &app, &caller, &listed).await?;
    let item = |(Listed { stay, .. }, registration): (&Listed, Registration)| {
        let of_stay: Vec<&Tried> = tried.iter().filter(|tried| tried.registration_id == stay.id).collect();
        let since = Silence::since(stay);
        let unanswered = |tried: &&&Tried| tried.at >= since && tried.outcome != ContactOutcome::Reached;
        let attempts = i64::try_from(of_stay.iter().filter(unanswered).count()).unwrap_or(i64::MAX);
        let last = of_stay.last();
        PleaseCall {
            registration,
            silence: Silence::of(stay, attempts, today),
            last_attempt: last.map(|last| LastAttempt { at: last.at, method: last.method, outcome: last.outcome }),
        }
    };
    Ok(Json(Page { items: listed.iter().zip(shown).map(item).collect(), next_cursor }))
}

//! Suggestions while an officer types: a few lines of the list, no more than it takes to pick the right one. What is then
//! looked at asks for its purpose and is on record by itself; `docs/decisions/0011` says why typing is not, letter by letter.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list_routes::search,
    list_store::Search,
    model::Status,
    suggest_store::{self, Hit},
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::Json,
    ids::{MemberId, RegistrationId, UnitId},
    openapi::ApiRouter,
    parsing::Line,
    people::{Gender, MemberSearch},
    routes,
    units::{self, UnitRef},
};

/// As many lines are suggested.
const MOST: usize = 10;
/// One record stands for what an officer types within this time.
const SITTING_SECONDS: i64 = 60;
/// As many last digits of a card number tell namesakes apart.
const CARD_TAIL: usize = 4;

pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(suggest_members))
}

/// What has been typed so far.
#[derive(Clone, Debug, eserde::Deserialize, ToSchema)]
struct Typed {
    /// The beginning of the name, of its pinyin initials or (from six digits) of the card number, or the last four digits of the
    /// phone. A whole phone or ID number suggests nobody: search the list for it.
    q: Line<50>,
}

/// Who may be meant.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Suggestions {
    /// At most ten, by name.
    items: Vec<Suggested>,
    /// Whether there are others, or may be: go on typing.
    more: bool,
}

/// One line.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Suggested {
    /// The open stay, or else the last one.
    registration_id: RegistrationId,
    /// Whose it is.
    member_id: MemberId,
    /// The member's name.
    name: String,
    /// The member's gender.
    gender: Gender,
    /// The state of the stay.
    status: Status,
    /// Where the formal affiliation is.
    home: UnitRef,
    /// Where the member lives the organisation life.
    host: UnitRef,
    /// The last four digits of the living card's number, to tell namesakes apart.
    card_tail: Option<String>,
}

/// Suggest members within reach while one types. It is logged once a minute, without the text and without those who were shown.
#[utoipa::path(post, path = "/member-suggestions", tag = "registrations", request_body = Typed, security(("bearer" = [])), responses(
    (status = 200, body = Suggestions),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn suggest_members(
    State(app): State<AppState>,
    caller: Caller,
    Json(Typed { q }): Json<Typed>,
) -> Result<Json<Suggestions>, ApiError> {
    log_sitting(&app, &caller).await?;
    let search = only_beginnings(search(&app, &q));
    let mut reader = app.db.read_lagging(caller.seen).await?;
    let (hits, more) = suggest_store::hits(&mut reader.conn(), &caller.scope, &search, MOST).await?;
    let ends: Vec<UnitId> = hits.iter().flat_map(|hit| [hit.home_unit_id, hit.host_unit_id]).collect();
    let units = units::unit_refs(&mut reader.conn(), &ends).await?;
    let line = |hit: Hit| {
        Some(Suggested {
            home: units.get(&hit.home_unit_id)?.clone(),
            host: units.get(&hit.host_unit_id)?.clone(),
            registration_id: hit.registration_id,
            member_id: hit.member_id,
            name: hit.name,
            gender: hit.gender,
            status: hit.status,
            card_tail: hit
                .card_number
                .map(|number| number.chars().skip(number.len().saturating_sub(CARD_TAIL)).collect()),
        })
    };
    Ok(Json(Suggestions { items: hits.into_iter().filter_map(line).collect(), more }))
}

/// Whole numbers name one person, so they are for the search that is on record with whom it found.
fn only_beginnings(mut search: Search) -> Search {
    search.members.retain(|way| !matches!(way, MemberSearch::Phone(_) | MemberSearch::IdNumber(_)));
    search
}

/// Writes down that the officer looks for someone, before the first answer, and again after every minute of it.
async fn log_sitting(app: &AppState, caller: &Caller) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut reader = app.db.read().await?;
    let before = suggest_store::sitting_of(&mut reader.conn(), caller.account()?).await?;
    drop(reader);
    if before.is_some_and(|at| at <= now && now < at.plus_seconds(SITTING_SECONDS)) {
        return Ok(());
    }
    let caller = caller.clone();
    app.db.write(move |c| Box::pin(async move { suggest_store::open_sitting(c, &caller, before, now).await })).await
}

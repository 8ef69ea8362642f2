//! Reading registrations: the list with its searches, and one by its id. Looking a person up is logged first.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    counted::counted,
    list_store::{self, Filter, Reached, Search},
    model::{Status, StayStep},
    service,
    view::{self, Registration},
};
use crate::{
    access::{Caller, Within, audit},
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, Problem},
    http::{Commas, Json, Page, PageQuery, Params, Query, Since, tagged},
    ids::{MemberId, RegistrationId, UnitId},
    openapi::ApiRouter,
    parsing::Line,
    people, routes,
};

pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(list_registrations)).routes(routes!(get_registration))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RegistrationsQuery {
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "pending_home,pending_host")]
    #[serde(default)]
    status: Commas<Status>,
    /// Only with the home at or below this unit.
    home: Option<UnitId>,
    /// Only with the host at or below this unit.
    host: Option<UnitId>,
    /// The beginning of the name, of its pinyin initials or of the card number; the last four digits of the phone; or
    /// the whole phone or ID number.
    q: Option<Line<50>>,
    /// Only without organisation life since that day or instant.
    #[param(value_type = Option<String>, example = "2026-08-23")]
    silent_since: Option<Since>,
    /// Only with a living card whose yearly review is due by that day.
    review_by: Option<Day>,
    /// What the report counts, of `unit_id` and from `from` to `to`: those open at the end of the last day, or filed then, or
    /// on which a card was issued then. Without it, those filed then.
    #[param(inline)]
    reached: Option<StayStep>,
}

/// How a search text finds stays; a card number begins with the six digits of a division.
pub(super) fn search(app: &AppState, text: &Line<50>) -> Search {
    let text = text.as_str();
    let is_card = text.len() >= 6 && text.bytes().all(|b| b.is_ascii_digit());
    Search { members: people::searches(&app.keys.vault, text), card_prefix: is_card.then(|| text.to_owned()) }
}

/// List the registrations within reach, newest first. A search is logged.
#[utoipa::path(get, path = "/registrations", tag = "registrations", params(Within, RegistrationsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Registration>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_registrations(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<RegistrationsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Registration>>, ApiError> {
    let limit = page.limit()?;
    let searches = query.q.is_some();
    let mut reader = app.db.read_lagging(caller.seen).await?;
    let reached = reached(&mut reader.conn(), within.check()?, query.reached, app.clock.now().day()).await?;
    let filter = Filter {
        status: query.status.0,
        home: query.home,
        host: query.host,
        member: None,
        search: query.q.map(|text| search(&app, &text)),
        reached,
        silent_since: query.silent_since.map(|since| since.0),
        review_by: query.review_by,
        before: page.after()?,
    };
    let stays = list_store::list(&mut reader.conn(), &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(stays, limit, |listed| listed.stay.id);
    let items = view::show(&mut reader.conn(), &app, &caller, &items).await?;
    drop(reader);
    if searches {
        log_search(&app, &caller, &items).await?;
    }
    Ok(Json(Page { items, next_cursor }))
}

/// What of the report is asked for; nothing, where neither a unit nor a day nor a step is.
async fn reached(
    c: &mut Conn<'_>,
    within: Within,
    step: Option<StayStep>,
    today: Day,
) -> Result<Option<Reached>, ApiError> {
    if step.is_none() && within.unit_id.is_none() && within.from.is_none() && within.to.is_none() {
        return Ok(None);
    }
    let of = match within.unit_id {
        Some(unit) => {
            let (unit, end) = counted(c, unit).await?;
            Some((unit.id, end))
        }
        None => None,
    };
    Ok(Some(Reached { step: step.unwrap_or(StayStep::Filed), of, within, today }))
}

/// Writes down that the caller searched, and for whom where it found one person; never the text.
async fn log_search(app: &AppState, caller: &Caller, found: &[Registration]) -> Result<(), ApiError> {
    let first: Option<MemberId> = found.first().map(|registration| registration.member_id);
    let found_one = first.filter(|first| found.iter().all(|registration| registration.member_id == *first));
    let (now, caller) = (app.clock.now(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let target = ("member", found_one.map(|id| id.to_string()).unwrap_or_default());
                let record = audit::Record::new((&caller).into(), "registration.search", target);
                let record = audit::Record { member: found_one, ..record };
                audit::append(c, now, record.from_unit(caller.unit())).await
            })
        })
        .await
}

/// Look at a registration; it is logged, and the member sees that.
#[utoipa::path(get, path = "/registrations/{id}", tag = "registrations", params(("id" = RegistrationId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Registration, headers(("ETag" = String, description = "The registration's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_registration(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<RegistrationId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let stay = service::stay_within(&mut reader.conn(), &caller.scope, id).await?;
    let registration = view::shown(&mut reader.conn(), &app, &caller, stay.clone()).await?;
    drop(reader);
    service::log_look_up(&app, &caller, stay, "view").await?;
    Ok(tagged(registration.version, registration))
}

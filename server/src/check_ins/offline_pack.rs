//! `/events/{id}/offline-pack`: what a staff phone needs to check in without network (docs/trust.md), and no more. A lost
//! phone shows the event, the names of the unit's own members, and nothing of any card that was not in front of it.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use super::{decide::Outcome, store};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    cards::{self, CardStatus},
    clock::Instant,
    codes::{EventCodeId, seal_record},
    db::Conn,
    error::{ApiError, Problem},
    events::{self, Event, EventRow, Expected, State as EventState},
    http::{Json, Params},
    ids::{EventId, MemberId, UnitId},
    keys::{KeyUse, VerifyingKey},
    openapi::ApiRouter,
    registrations::Status,
    routes,
    units::{self, UnitRef},
};

/// A pack serves for as long.
const LIFE_SECONDS: i64 = 86_400;

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_offline_pack))
}

/// What a staff phone keeps for one event.
#[derive(Serialize, ToSchema)]
struct OfflinePack {
    /// The event.
    event: Event,
    /// The key of its codes, 32 bytes in base64url: the screen goes on with it.
    event_key: String,
    /// The server's clock as the pack was made.
    server_time: Instant,
    /// When the phone has to wipe it: checking in is over, or a day has passed.
    expires_at: Instant,
    /// The keys that verify card codes and status lists, retired ones too.
    keys: Vec<PackKey>,
    /// Signed status lists; number n covers the places from n·2²⁰ on.
    status_lists: Vec<String>,
    /// 16 random bytes in base64url, this pack's own.
    salt: String,
    /// A record for each card code; only that code opens it.
    roster: Vec<RosterRecord>,
    /// The unit's own members, for those who come without a phone.
    people: Vec<PackPerson>,
}

/// A key that verifies.
#[derive(Serialize, ToSchema)]
struct PackKey {
    /// One byte, as it stands in the codes.
    kid: u8,
    /// What it may verify.
    key_use: KeyUse,
    /// JSON Web Key, P-256.
    #[schema(value_type = Object)]
    public_key: serde_json::Value,
    /// From when it signed.
    not_before: Instant,
    /// When a newer one took over.
    retired_at: Option<Instant>,
}

impl From<&VerifyingKey> for PackKey {
    fn from(key: &VerifyingKey) -> Self {
        Self {
            kid: key.kid,
            key_use: key.key_use,
            public_key: key.jwk(),
            not_before: key.not_before,
            retired_at: key.retired_at,
        }
    }
}

/// A sealed record.
#[derive(Serialize, ToSchema)]
struct RosterRecord {
    /// 8 bytes in base64url, by which a scanned card finds it.
    tag: String,
    /// AES-256-GCM, base64url.
    sealed: String,
}

/// What a record holds, as JSON.
#[derive(Serialize, ToSchema)]
pub(super) struct RosterPerson {
    /// The member.
    member_id: MemberId,
    /// The member's name.
    name: String,
    /// The host unit's name.
    host: String,
    /// How far this code goes.
    status: CardStatus,
    /// Whether the member's stay is active.
    registration_active: bool,
    /// Whether the event is for this member.
    in_audience: bool,
}

/// A member of the unit.
#[derive(Serialize, ToSchema)]
struct PackPerson {
    /// The member.
    id: MemberId,
    /// The member's name.
    name: String,
    /// The host unit.
    host: UnitRef,
    /// What is recorded already.
    outcome: Outcome,
}

/// Take what a staff phone needs to check in at this event without network. Taking it is written to the audit log.
#[utoipa::path(get, path = "/events/{id}/offline-pack", tag = "check-ins", params(("id" = EventId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = OfflinePack),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn get_offline_pack(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<EventId>,
) -> Result<Response, ApiError> {
    let pack = {
        let mut reader = app.db.read().await?;
        let c = &mut reader.conn();
        let event = events::event_within(c, &caller.scope, id).await?;
        make(c, &app, event).await?
    };
    let (now, unit) = (app.clock.now(), pack.event.unit.id);
    app.db
        .write(move |c| {
            Box::pin(async move {
                let taken = Record::new((&caller).into(), "event.offline_pack", ("event", id.to_string()));
                audit::append(c, now, taken.from_unit(unit)).await
            })
        })
        .await?;
    let mut response = Json(pack).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn make(c: &mut Conn<'_>, app: &AppState, event: EventRow) -> Result<OfflinePack, ApiError> {
    let now = app.clock.now();
    match event.state(now) {
        EventState::Cancelled => return Err(ApiError::wrong_state("The event was cancelled.")),
        EventState::Closed => return Err(ApiError::wrong_state("The event is over.")),
        EventState::Upcoming | EventState::Open => {}
    }
    let asked = events::expected_members(c, event.id).await?;
    let outcomes: HashMap<MemberId, Outcome> = store::attended(c, event.id, None)
        .await?
        .into_iter()
        .map(|row| (row.entry.member_id, row.entry.outcome))
        .collect();
    let hosts: Vec<UnitId> = asked.iter().map(|member| member.host_unit_id).collect();
    let hosts = units::unit_refs(c, &hosts).await?;

    let salt: [u8; 16] = app.entropy.bytes();
    let roster = roster(c, app, &event, &asked, &hosts, &salt).await?;
    let ring = app.keys.ring();
    let keys = ring.public_keys();
    let keys = keys.into_iter().filter(|key| key.key_use != KeyUse::Sessions).map(PackKey::from).collect();
    let mut people: Vec<PackPerson> = Vec::with_capacity(asked.len());
    for Expected { member_id, name, host_unit_id } in asked {
        // Two stays of one member may both touch the event; they stand next to each other.
        if people.last().is_some_and(|last| last.id == member_id) {
            continue;
        }
        let Some(host) = hosts.get(&host_unit_id).cloned() else { continue };
        let outcome = outcomes.get(&member_id).copied().unwrap_or(Outcome::Expected);
        people.push(PackPerson { id: member_id, name, host, outcome });
    }
    Ok(OfflinePack {
        event_key: BASE64_URL_SAFE_NO_PAD.encode(app.keys.vault.event_key(event.code_id)),
        server_time: now,
        expires_at: event.closes_at.min(now.plus_seconds(LIFE_SECONDS)),
        event: events::show(c, event, true, now).await?,
        keys,
        status_lists: cards::status_lists(c, app).await?,
        salt: BASE64_URL_SAFE_NO_PAD.encode(salt),
        roster,
        people,
    })
}

/// The records of all cards whose holders are asked to come. Their order says nothing.
async fn roster(
    c: &mut Conn<'_>,
    app: &AppState,
    event: &EventRow,
    asked: &[Expected],
    hosts: &HashMap<UnitId, UnitRef>,
    salt: &[u8; 16],
) -> Result<Vec<RosterRecord>, ApiError> {
    let members: Vec<MemberId> = asked.iter().map(|member| member.member_id).collect();
    let known: HashMap<MemberId, &Expected> = asked.iter().map(|member| (member.member_id, member)).collect();
    let event_code: EventCodeId = event.code_id;
    let mut records = Vec::new();
    for (code, card) in cards::codes_of(c, &members, app.clock.now().day()).await? {
        let Some(member) = known.get(&card.member_id) else { continue };
        let person = RosterPerson {
            member_id: member.member_id,
            name: member.name.clone(),
            host: hosts.get(&member.host_unit_id).map(|unit| unit.name.clone()).unwrap_or_default(),
            status: card.on_record().standing(),
            registration_active: card.stay_status == Status::Active,
            in_audience: true,
        };
        let plain = serde_json::to_vec(&person).map_err(ApiError::internal)?;
        let record = seal_record(code, salt, event_code, &plain)?;
        records.push(RosterRecord {
            tag: BASE64_URL_SAFE_NO_PAD.encode(record.tag),
            sealed: BASE64_URL_SAFE_NO_PAD.encode(record.sealed),
        });
    }
    records.sort_by(|a, b| a.tag.cmp(&b.tag));
    Ok(records)
}

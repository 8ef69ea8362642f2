//! SQL of the phones.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::QueryBuilder;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{CardId, DeviceId, MemberId},
    on_engine,
};

/// A living phone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Device {
    /// Its id, the `kid` of what it signs.
    pub id: DeviceId,
    /// Whose it is.
    pub member_id: MemberId,
    /// The card to which it is bound.
    pub card_id: CardId,
    /// P-256, compressed.
    pub public_key: Vec<u8>,
}

/// The phone, if it is bound and was not removed since.
pub(super) async fn bound_device(c: &mut Conn<'_>, device: DeviceId) -> Result<Option<Device>, ApiError> {
    Ok(bound_devices(c, &[device]).await?.remove(&device))
}

/// Those of these phones that are bound and were not removed since.
pub async fn bound_devices(c: &mut Conn<'_>, ids: &[DeviceId]) -> Result<HashMap<DeviceId, Device>, ApiError> {
    let rows: Vec<Device> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select id, member_id, card_id, public_key from devices where revoked_at is null and id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|device| (device.id, device)).collect())
}

/// A phone as its owner and the branch see it.
#[derive(Clone, Debug, sqlx::FromRow, Serialize, ToSchema)]
pub(super) struct BoundPhone {
    /// Its id.
    id: DeviceId,
    /// Since when it is bound.
    bound_at: Instant,
}

/// Whose phones are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// Those bound to a card.
    Card(CardId),
    /// A member's, over all cards.
    Member(MemberId),
}

impl Of {
    fn key(self) -> Uuid {
        match self {
            Self::Card(id) => id.0,
            Self::Member(id) => id.0,
        }
    }
}

/// The living phones, oldest first.
pub(super) async fn living(c: &mut Conn<'_>, of: Of) -> Result<Vec<BoundPhone>, ApiError> {
    let query = match of {
        Of::Card(_) => {
            "select id, bound_at from devices where card_id = $1 and revoked_at is null order by bound_at, id"
        }
        Of::Member(_) => {
            "select id, bound_at from devices where member_id = $1 and revoked_at is null order by bound_at, id"
        }
    };
    Ok(on_engine!(c, |c| sqlx::query_as(query).bind(of.key()).fetch_all(c))?)
}

/// A phone in a member's own data, also after its end.
#[derive(Clone, Debug, sqlx::FromRow, Serialize, ToSchema)]
pub struct PastPhone {
    /// Its id.
    pub id: DeviceId,
    /// Since when it was bound.
    pub bound_at: Instant,
    /// Since when it serves no more.
    pub revoked_at: Option<Instant>,
    /// Why: `removed`, or what was done with the card.
    pub revoked_reason: Option<String>,
}

/// Every phone that a member ever bound, oldest first.
pub async fn phones_of(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<PastPhone>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select id, bound_at, revoked_at, revoked_reason from devices where member_id = $1 order by id"
    )
    .bind(member)
    .fetch_all(c))?)
}

pub(super) async fn insert(c: &mut Conn<'_>, device: &Device, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into devices (id, member_id, card_id, public_key, bound_at) values ($1, $2, $3, $4, $5)")
            .bind(device.id)
            .bind(device.member_id)
            .bind(device.card_id)
            .bind(&device.public_key)
            .bind(now)
    )?;
    Ok(())
}

/// Makes a phone dead; false where none of these is living under this id.
pub(super) async fn remove(c: &mut Conn<'_>, of: Of, device: DeviceId, now: Instant) -> Result<bool, ApiError> {
    let query = match of {
        Of::Card(_) => {
            "update devices set revoked_at = $3, revoked_reason = 'removed'
              where card_id = $1 and id = $2 and revoked_at is null"
        }
        Of::Member(_) => {
            "update devices set revoked_at = $3, revoked_reason = 'removed'
              where member_id = $1 and id = $2 and revoked_at is null"
        }
    };
    let touched = execute!(c, sqlx::query(query).bind(of.key()).bind(device).bind(now))?;
    Ok(touched == 1)
}

/// Uses up a one-time code; `None` where there is none, or it is used or too old. An error later on gives it back.
pub(super) async fn use_up(c: &mut Conn<'_>, code_hash: &[u8], now: Instant) -> Result<Option<CardId>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "update activations set used_at = $2 where code_hash = $1 and used_at is null and expires_at > $2
         returning card_id"
    )
    .bind(code_hash)
    .bind(now)
    .fetch_optional(c))?)
}

/// Uses up an assertion; false where it has served already. Those too old to serve are forgotten.
pub(super) async fn use_assertion(
    c: &mut Conn<'_>,
    device: DeviceId,
    jti: &str,
    expires_at: Instant,
    now: Instant,
) -> Result<bool, ApiError> {
    execute!(&mut *c, sqlx::query("delete from used_assertions where expires_at < $1").bind(now))?;
    let touched = execute!(
        c,
        sqlx::query(
            "insert into used_assertions (jti, device_id, expires_at) values ($1, $2, $3) on conflict do nothing"
        )
        .bind(jti)
        .bind(device)
        .bind(expires_at)
    )?;
    Ok(touched == 1)
}

/// Deletes the phones of a member who left long ago.
pub async fn forget(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(c, sqlx::query("delete from devices where member_id = $1").bind(member))?;
    Ok(())
}

//! The token status list (draft-ietf-oauth-status-list): one bit for each card code, at a random place, so that a phone
//! without network can tell that a code was ended, and a stranger who reads the list learns nothing of anybody.
//!
//! 1 means "not valid": the card is suspended, lost, revoked or handed back, its stay is over, or its phone was removed.

use std::io::Write as _;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use flate2::{Compression, write::ZlibEncoder};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::code_store;
use crate::{
    app::AppState,
    db::Conn,
    error::{ApiError, Problem},
    http::Params,
    keys::KeyUse,
    openapi::ApiRouter,
    routes,
};

/// Places in one list; the codes' 3 bytes have room for 16 lists.
pub const PLACES: u32 = 1 << 20;
/// As many lists as the codes can name.
pub(super) const MOST_LISTS: u32 = 16;
/// A reader should ask again after an hour.
const TTL_SECONDS: i64 = 3600;
/// And must not rely on it after a week.
const LIFE_SECONDS: i64 = 7 * 86_400;

/// The routes of this file.
pub(super) fn router() -> ApiRouter {
    ApiRouter::new().routes(routes!(get_status_list))
}

#[derive(Serialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    ttl: i64,
    status_list: Bits,
}

/// The list itself, as the draft writes it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Bits {
    /// Bits of one status.
    bits: u8,
    /// The bytes, by zlib, in base64url.
    lst: String,
}

impl Bits {
    /// A list of `places` (a multiple of 8) in which those of `ended` are set.
    fn pack(places: u32, ended: impl IntoIterator<Item = u32>) -> Result<Self, ApiError> {
        let mut bytes = vec![0_u8; usize::try_from(places / 8).map_err(ApiError::internal)?];
        for place in ended {
            if let Some(byte) = usize::try_from(place / 8).ok().and_then(|at| bytes.get_mut(at)) {
                *byte |= 1 << (place % 8);
            }
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&bytes).map_err(ApiError::internal)?;
        Ok(Self { bits: 1, lst: BASE64_URL_SAFE_NO_PAD.encode(packed.finish().map_err(ApiError::internal)?) })
    }
}

/// The signed token of list `number`.
async fn token(c: &mut Conn<'_>, app: &AppState, number: u32) -> Result<String, ApiError> {
    let now = app.clock.now();
    let first = number * PLACES;
    let ended = code_store::ended_places(c, first, PLACES, now.day()).await?;
    let claims = Claims {
        sub: format!("{}/api/v1/status-lists/{number}", app.config.public_url),
        iat: now.seconds(),
        exp: now.seconds() + LIFE_SECONDS,
        ttl: TTL_SECONDS,
        status_list: Bits::pack(PLACES, ended.into_iter().map(|place| place - first))?,
    };
    let ring = app.keys.ring();
    let key = ring.signing(KeyUse::StatusList, now)?;
    let header =
        Header { typ: Some("statuslist+jwt".into()), kid: Some(key.kid.to_string()), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(key.pkcs8())).map_err(ApiError::internal)
}

/// The signed tokens of all lists that are in use: number n covers the places from n·2²⁰ on.
pub async fn status_lists(c: &mut Conn<'_>, app: &AppState) -> Result<Vec<String>, ApiError> {
    let mut tokens = Vec::new();
    for number in 0..code_store::lists_in_use(c).await? {
        tokens.push(token(c, app, number).await?);
    }
    Ok(tokens)
}

/// Read a status list: a signed token with one bit for each card code. It says nothing about whose code stands where.
#[utoipa::path(get, path = "/status-lists/{number}", tag = "cards", params(("number" = u32, Path)), responses(
    (status = 200, body = String, content_type = "application/statuslist+jwt"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_status_list(State(app): State<AppState>, Params(number): Params<u32>) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    if number >= code_store::lists_in_use(c).await? {
        return Err(ApiError::not_found());
    }
    let headers = [(header::CONTENT_TYPE, "application/statuslist+jwt"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, token(c, &app, number).await?).into_response())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        lists: Vec<List>,
    }

    #[derive(serde::Deserialize)]
    struct List {
        name: String,
        bits: u8,
        length: u32,
        set: Vec<(u32, u8)>,
        bytes: Option<String>,
        lst: String,
    }

    fn unpack(lst: &str) -> Vec<u8> {
        let packed = BASE64_URL_SAFE_NO_PAD.decode(lst).expect("base64url");
        let mut bytes = Vec::new();
        ZlibDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("zlib");
        bytes
    }

    /// The draft's lists of one bit; compressors differ, so it is compared what they unpack to.
    #[test]
    fn lists_are_packed_as_the_draft_shows() {
        let table: Table = serde_json::from_str(include_str!("../../../tests/vectors/status_list.json")).expect("JSON");
        let mut lists = table.lists;
        lists.retain(|list| list.bits == 1);
        assert_eq!(lists.len(), 2);
        for list in lists {
            let packed = Bits::pack(list.length, list.set.iter().map(|(place, _)| *place)).expect("packed");
            let bytes = unpack(&packed.lst);
            assert!(bytes == unpack(&list.lst), "{}", list.name);
            assert!(list.bytes.is_none_or(|shown| shown == hex::encode(&bytes)), "{}", list.name);
        }
    }
}

//! Repeatable writes: a request with an `Idempotency-Key` gets its first answer again, kept in the same transaction.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use eserde::EDeserialize;
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use super::body;
use crate::{
    access::{Caller, Who},
    app::AppState,
    clock::Instant,
    db::Conn,
    error::{ApiError, Code},
    execute, on_engine,
};

/// How long a first answer is kept.
const KEPT_SECONDS: i64 = 24 * 3600;

/// A JSON body whose request may be repeated.
pub struct Repeatable<T> {
    /// The body.
    pub body: T,
    key: Option<Key>,
}

struct Key {
    key: String,
    request_hash: Vec<u8>,
}

impl<S, T> FromRequest<S> for Repeatable<T>
where
    S: Send + Sync,
    T: for<'de> EDeserialize<'de>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let key = match request.headers().get("idempotency-key") {
            None => None,
            Some(value) => match value.to_str().map(str::trim) {
                Ok(key) if (1..=200).contains(&key.len()) => Some(key.to_owned()),
                _ => return Err(ApiError::malformed("Idempotency-Key must have 1 to 200 visible ASCII characters.")),
            },
        };
        let place = format!("{} {}", request.method(), request.uri().path());
        let (parts, stream) = request.into_parts();
        let bytes =
            Bytes::from_request(Request::from_parts(parts.clone(), stream), state).await.map_err(body::unreadable)?;
        let again = Request::from_parts(parts, axum::body::Body::from(bytes.clone()));
        let super::Json(body) = super::Json::<T>::from_request(again, state).await?;
        let key = key.map(|key| Key {
            key,
            request_hash: digest(&SHA256, &[place.as_bytes(), b"\0", &bytes].concat()).as_ref().to_vec(),
        });
        Ok(Self { body, key })
    }
}

impl<T> Repeatable<T> {
    /// The body and the key as they were sent, for a write that must not be tied to its caller.
    pub fn into_parts(self) -> (T, Option<String>) {
        (self.body, self.key.map(|key| key.key))
    }

    /// Runs `job` with the body as one write and answers 201 with what it returns; a repeat gets the first answer.
    pub async fn create<A, F>(self, app: &AppState, caller: &Caller, job: F) -> Result<Response, ApiError>
    where
        A: Serialize + Send,
        T: Send + 'static,
        F: for<'j, 'c> FnOnce(&'j mut Conn<'c>, T) -> BoxFuture<'j, Result<A, ApiError>> + Send + 'static,
    {
        let Self { body, key } = self;
        let caller = match &caller.who {
            Who::Officer { account, .. } => format!("account:{account}"),
            Who::Member { member, .. } => format!("member:{member}"),
        };
        let (now, vault, entropy) = (app.clock.now(), app.keys.vault.clone(), app.entropy.clone());
        let answer = app
            .db
            .write(move |c| {
                Box::pin(async move {
                    let row = key.as_ref().map(|k| [caller.as_bytes(), b"\0", k.key.as_bytes()].concat());
                    if let (Some(key), Some(row)) = (&key, &row)
                        && let Some((hash, sealed)) = first_answer(c, &caller, &key.key, now).await?
                    {
                        if hash != key.request_hash {
                            return Err(ApiError::new(Code::KeyReused, "Use a new Idempotency-Key for a new request."));
                        }
                        return serde_json::from_slice(&vault.open("idempotent_answer", row, &sealed)?)
                            .map_err(ApiError::internal);
                    }
                    let answer = serde_json::to_value(job(c, body).await?).map_err(ApiError::internal)?;
                    if let (Some(key), Some(row)) = (&key, &row) {
                        let sealed = vault.seal("idempotent_answer", row, answer.to_string().as_bytes(), &entropy)?;
                        keep(c, &caller, key, &sealed, now).await?;
                    }
                    Ok::<Value, ApiError>(answer)
                })
            })
            .await?;
        Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
    }
}

async fn first_answer(
    c: &mut Conn<'_>,
    caller: &str,
    key: &str,
    now: Instant,
) -> Result<Option<(Vec<u8>, Vec<u8>)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select request_hash, answer_sealed from idempotent_answers where caller = $1 and key = $2 and created_at > $3"
    )
    .bind(caller)
    .bind(key)
    .bind(now.plus_seconds(-KEPT_SECONDS))
    .fetch_optional(c))?)
}

async fn keep(c: &mut Conn<'_>, caller: &str, key: &Key, sealed: &[u8], now: Instant) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query("delete from idempotent_answers where caller = $1 and key = $2").bind(caller).bind(&key.key)
    )?;
    execute!(
        c,
        sqlx::query(
            "insert into idempotent_answers (caller, key, request_hash, status, answer_sealed, created_at)
             values ($1, $2, $3, 201, $4, $5)"
        )
        .bind(caller)
        .bind(&key.key)
        .bind(&key.request_hash)
        .bind(sealed)
        .bind(now)
    )?;
    Ok(())
}

/// Deletes the answers that are too old to be asked for again.
pub async fn forget_old_answers(c: &mut Conn<'_>, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("delete from idempotent_answers where created_at <= $1").bind(now.plus_seconds(-KEPT_SECONDS))
    )?;
    Ok(())
}

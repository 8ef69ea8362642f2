//! The rules of sessions.

use super::{
    Attempt, ClientAddress, RefreshToken,
    limits::WINDOW_SECONDS,
    model::{AccountSession, REFRESH_SECONDS, Standing},
    store,
};
use crate::{
    access::audit::{self, Actor, Record},
    app::AppState,
    auth::{
        accounts::{self, Account, AccountRow, account_view},
        tokens::{self, ACCESS_SECONDS, Subject},
        totp,
    },
    clock::Instant,
    db::Conn,
    error::{ApiError, Code},
    ids::{AccountId, Entropy, RowId},
};

/// The answer to every wrong sign-in, whatever was wrong.
fn sign_in_failed() -> ApiError {
    ApiError::new(Code::SignInFailed, "The user name, the password or the one-time password is wrong.")
}

/// Signs in with password and, where the account has one, second factor.
pub(super) async fn sign_in(
    app: &AppState,
    from: ClientAddress,
    username: &str,
    password: String,
    totp: Option<&str>,
) -> Result<(AccountSession, RefreshToken), ApiError> {
    let mut attempt = Attempt::begin(app, username, from).await?;
    let account = attempt.password(password).await?.ok_or_else(sign_in_failed)?;
    let step = match second_factor(app, &account, totp)? {
        SecondFactor::NotNeeded => None,
        SecondFactor::Step(step) => Some(step),
        // The password was right, so this is no failure.
        SecondFactor::Missing => {
            attempt.take_back().await?;
            return Err(ApiError::new(Code::SecondFactorRequired, "Send the one-time password as `totp`."));
        }
        SecondFactor::Wrong => {
            attempt.failed(Some(&account)).await?;
            return Err(sign_in_failed());
        }
    };
    let (id, now, entropy, counted) = (account.id, app.clock.now(), app.entropy.clone(), attempt.counted());
    let verified = account.password_hash.clone();
    let opened = app
        .db
        .write(move |c| {
            Box::pin(async move {
                // Between the check and here the account may have been closed, or its password changed.
                let row = accounts::by_id(c, id).await?;
                if row.is_none_or(|row| row.disabled_at.is_some() || row.password_hash != verified) {
                    return Ok(None);
                }
                if let Some(step) = step
                    && !accounts::take_totp_step(c, id, step).await?
                {
                    return Ok(None);
                }
                counted.forgive(c).await?;
                let token = open_family(c, id, now, &entropy).await?;
                let target = ("account", id.to_string());
                audit::append(c, now, Record::new(Actor::Account(id), "session.create", target)).await?;
                Ok(Some((token, account_view(c, id, now.day()).await?)))
            })
        })
        .await?;
    match opened {
        Some((token, account)) => Ok((session(app, account, now)?, token)),
        None => {
            attempt.failed(Some(&account)).await?;
            Err(sign_in_failed())
        }
    }
}

/// What the one-time password, or its absence, means for an account.
enum SecondFactor {
    NotNeeded,
    Missing,
    Wrong,
    Step(i64),
}

fn second_factor(app: &AppState, account: &AccountRow, code: Option<&str>) -> Result<SecondFactor, ApiError> {
    let (true, Some(sealed)) = (account.totp_confirmed, &account.totp_sealed) else {
        return Ok(SecondFactor::NotNeeded);
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return Ok(SecondFactor::Missing) };
    let secret = app.keys.vault.open("totp", account.id.0.as_bytes(), sealed)?;
    Ok(totp::step_of(&secret, code, app.clock.now()).map_or(SecondFactor::Wrong, SecondFactor::Step))
}

fn session(app: &AppState, account: Account, now: Instant) -> Result<AccountSession, ApiError> {
    let access_token = tokens::issue(&app.keys.ring(), &app.config.public_url, Subject::Account(account.id), now)?;
    Ok(AccountSession { access_token, expires_in: ACCESS_SECONDS, account })
}

/// Starts a new family of refresh tokens.
pub async fn open_family(
    c: &mut Conn<'_>,
    account: AccountId,
    now: Instant,
    entropy: &Entropy,
) -> Result<RefreshToken, ApiError> {
    let token = RefreshToken::new(entropy);
    let family = RowId::new(now, entropy);
    store::insert_token(c, &token.hash(), family, account, now.plus_seconds(REFRESH_SECONDS)).await?;
    Ok(token)
}

/// Exchanges a refresh token for a new one and an access token; `None` where it is not good (any more).
pub(super) async fn refresh(
    app: &AppState,
    token: &RefreshToken,
) -> Result<Option<(AccountSession, RefreshToken)>, ApiError> {
    let (hash, now, entropy) = (token.hash(), app.clock.now(), app.entropy.clone());
    let renewed = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let Some(stored) = store::token(c, &hash).await? else { return Ok(None) };
                let (account, family) = (stored.account_id, stored.family_id);
                let unused = stored.standing(now) == Standing::Good && store::use_token(c, &hash, now).await?;
                if !unused {
                    if stored.standing(now) != Standing::Over && store::end_family(c, family, now).await? {
                        let record = Record::new(Actor::Stranger, "session.reuse", ("account", account.to_string()));
                        audit::append(c, now, record.refused()).await?;
                    }
                    return Ok(None);
                }
                if accounts::by_id(c, account).await?.is_none_or(|row| row.disabled_at.is_some()) {
                    return Ok(None);
                }
                let next = RefreshToken::new(&entropy);
                store::insert_token(c, &next.hash(), family, account, now.plus_seconds(REFRESH_SECONDS)).await?;
                Ok(Some((next, account_view(c, account, now.day()).await?)))
            })
        })
        .await?;
    renewed.map(|(next, account)| Ok((session(app, account, now)?, next))).transpose()
}

/// Signs out: ends the family. A token that is not good has nothing to end.
pub(super) async fn end(app: &AppState, token: &RefreshToken) -> Result<(), ApiError> {
    let (hash, now) = (token.hash(), app.clock.now());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let Some(stored) = store::token(c, &hash).await? else { return Ok(()) };
                if store::end_family(c, stored.family_id, now).await? {
                    let actor = Actor::Account(stored.account_id);
                    let target = ("account", stored.account_id.to_string());
                    audit::append(c, now, Record::new(actor, "session.end", target)).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Deletes the failures that no longer count, and the refresh tokens whose reuse no longer needs noticing.
pub async fn forget_old_rows(c: &mut Conn<'_>, now: Instant) -> Result<(), ApiError> {
    store::forget(c, now.plus_seconds(-WINDOW_SECONDS), now.plus_seconds(-REFRESH_SECONDS)).await
}

//! The rules of one's own account. Each change takes the password anew, under the same limits as signing in: a phone left
//! on a table must not become somebody else's account.

use crate::{
    access::audit::{self, Actor, Record},
    app::AppState,
    auth::{
        accounts::{self, AccountRow, require_other_than_name},
        passwords::Password,
        sessions::{self, Attempt, ClientAddress, RefreshToken},
        totp,
    },
    db::Conn,
    error::ApiError,
    ids::AccountId,
};

/// The account, if `guess` is its password; a wrong one is 422 at `pointer`, as a 401 would mean the session.
async fn require_password<'a>(
    app: &'a AppState,
    id: AccountId,
    from: ClientAddress,
    guess: String,
    pointer: &str,
) -> Result<(Attempt<'a>, AccountRow), ApiError> {
    let username = {
        let mut reader = app.db.read().await?;
        accounts::by_id(&mut reader.conn(), id).await?.ok_or_else(ApiError::not_signed_in)?.username
    };
    let mut attempt = Attempt::begin(app, username.as_str(), from).await?;
    match attempt.password(guess).await? {
        Some(account) => Ok((attempt, account)),
        None => Err(wrong(pointer)),
    }
}

fn wrong(pointer: &str) -> ApiError {
    ApiError::bad_field(pointer, "wrong", "is not right")
}

async fn record(app: &AppState, c: &mut Conn<'_>, id: AccountId, action: &str) -> Result<(), ApiError> {
    audit::append(c, app.clock.now(), Record::new(Actor::Account(id), action, ("account", id.to_string()))).await
}

/// Changes the password and ends every session but the caller's, which goes on by the token returned.
pub(super) async fn change_password(
    app: &AppState,
    id: AccountId,
    from: ClientAddress,
    current: String,
    new: Password,
) -> Result<RefreshToken, ApiError> {
    let account = {
        let (attempt, account) = require_password(app, id, from, current, "/current").await?;
        attempt.take_back().await?;
        account
    };
    require_other_than_name(&new, &account.username, "/new")?;
    let hash = app.passwords.hash(new).await?;
    let job = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let now = job.clock.now();
                accounts::set_password(c, id, &hash).await?;
                sessions::end_all(c, id, now).await?;
                record(&job, c, id, "account.change_password").await?;
                sessions::open_family(c, id, now, &job.entropy).await
            })
        })
        .await
}

/// Makes a secret for the second factor; it is in force once it was confirmed.
pub(super) async fn begin_totp(
    app: &AppState,
    id: AccountId,
    from: ClientAddress,
    password: String,
) -> Result<(String, String), ApiError> {
    let (attempt, account) = require_password(app, id, from, password, "/password").await?;
    attempt.take_back().await?;
    let secret = app.entropy.bytes::<{ totp::SECRET_BYTES }>();
    let sealed = app.keys.vault.seal("totp", id.0.as_bytes(), &secret, &app.entropy)?;
    let job = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let row = accounts::by_id(c, id).await?.ok_or_else(ApiError::not_signed_in)?;
                if row.totp_confirmed {
                    return Err(ApiError::wrong_state("Remove the second factor before you set up another."));
                }
                accounts::set_totp(c, id, Some(&sealed), false).await?;
                record(&job, c, id, "account.begin_totp").await
            })
        })
        .await?;
    Ok(totp::for_the_app(&secret, account.username.as_str()))
}

/// Puts the second factor in force: the app shows the right one-time passwords.
pub(super) async fn confirm_totp(app: &AppState, id: AccountId, code: String) -> Result<(), ApiError> {
    let job = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let row = accounts::by_id(c, id).await?.ok_or_else(ApiError::not_signed_in)?;
                let (false, Some(sealed)) = (row.totp_confirmed, &row.totp_sealed) else {
                    return Err(ApiError::wrong_state("There is no second factor that waits to be confirmed."));
                };
                take_step(&job, c, id, sealed, &code).await?;
                accounts::set_totp(c, id, Some(sealed), true).await?;
                record(&job, c, id, "account.confirm_totp").await
            })
        })
        .await
}

/// Removes the second factor, by password and one-time password.
pub(super) async fn remove_totp(
    app: &AppState,
    id: AccountId,
    from: ClientAddress,
    password: String,
    code: String,
) -> Result<(), ApiError> {
    let (attempt, account) = require_password(app, id, from, password, "/password").await?;
    let (true, Some(sealed)) = (account.totp_confirmed, account.totp_sealed.clone()) else {
        attempt.take_back().await?;
        return Err(ApiError::wrong_state("The account has no second factor."));
    };
    let job = app.clone();
    let removed = app
        .db
        .write(move |c| {
            Box::pin(async move {
                take_step(&job, c, id, &sealed, &code).await?;
                accounts::set_totp(c, id, None, false).await?;
                record(&job, c, id, "account.remove_totp").await
            })
        })
        .await;
    match &removed {
        Ok(()) => attempt.take_back().await?,
        Err(_) => attempt.failed(Some(&account)).await?,
    }
    removed
}

async fn take_step(app: &AppState, c: &mut Conn<'_>, id: AccountId, sealed: &[u8], code: &str) -> Result<(), ApiError> {
    let secret = app.keys.vault.open("totp", id.0.as_bytes(), sealed)?;
    match totp::step_of(&secret, code.trim(), app.clock.now()) {
        Some(step) if accounts::take_totp_step(c, id, step).await? => Ok(()),
        _ => Err(wrong("/code")),
    }
}

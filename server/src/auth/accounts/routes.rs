//! Requests about accounts.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    model::{AccountRecord, CreatedAccount, CreatedAssignment, NewAccount, NewAssignment, SetupLink},
    service::{self, Desk},
    store::{self, Filter},
};
use crate::{
    access::Caller,
    app::AppState,
    auth::passwords::Password,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{AccountId, AssignmentId, UnitId},
    openapi::ApiRouter,
    routes,
};

/// The routes of accounts.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(create_account, list_accounts))
        .routes(routes!(get_account))
        .routes(routes!(renew_account_setup))
        .routes(routes!(disable_account))
        .routes(routes!(enable_account))
        .routes(routes!(add_assignment))
        .routes(routes!(remove_assignment))
        .routes(routes!(set_up_account))
}

/// Make an account with its first role, and the one-time link that opens it
#[utoipa::path(
    post, path = "/accounts", tag = "accounts", security(("bearer" = [])), request_body = NewAccount,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer")),
    responses(
        (status = 201, body = CreatedAccount),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn create_account(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewAccount>,
) -> Result<Response, ApiError> {
    let desk = Desk::of(&app, &caller);
    request.create(&app, &caller, move |c, new| Box::pin(async move { desk.create(c, new).await })).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AccountQuery {
    /// Only accounts with a role on this unit or below it.
    unit_id: Option<UnitId>,
    /// How the user name begins.
    q: Option<String>,
}

/// The accounts with a role within reach, by user name
#[utoipa::path(
    get, path = "/accounts", tag = "accounts", params(AccountQuery, PageQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = Page<AccountRecord>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn list_accounts(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<AccountQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<AccountRecord>>, ApiError> {
    let limit = page.limit()?;
    let prefix = query.q.map(|q| q.trim().to_ascii_lowercase()).filter(|q| !q.is_empty());
    let filter = Filter { unit: query.unit_id, prefix, after: page.after()?, lasting: false };
    let mut reader = app.db.read().await?;
    let rows = store::list(&mut reader.conn(), &caller.scope, &filter, limit + 1).await?;
    let records = service::with_roles(&mut reader.conn(), rows).await?;
    Ok(Json(Page::cut(records, limit, |record| record.account.username.to_string())))
}

/// One account
#[utoipa::path(
    get, path = "/accounts/{id}", tag = "accounts", security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses(
        (status = 200, body = AccountRecord),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn get_account(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AccountId>,
) -> Result<Json<AccountRecord>, ApiError> {
    let mut reader = app.db.read().await?;
    service::seen(&mut reader.conn(), &caller.scope, id).await.map(Json)
}

/// Make a new one-time link; the ones before stop working
///
/// Using it sets a new password, ends all sessions and removes the second factor: the way back for an officer who has
/// forgotten the one or lost the other.
#[utoipa::path(
    post, path = "/accounts/{id}/setup", tag = "accounts", security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses(
        (status = 201, body = SetupLink),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn renew_account_setup(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AccountId>,
) -> Result<Response, ApiError> {
    let desk = Desk::of(&app, &caller);
    let link = app.db.write(move |c| Box::pin(async move { desk.renew_setup(c, id).await })).await?;
    Ok((StatusCode::CREATED, Json(link)).into_response())
}

/// Close an account; its sessions end at once
#[utoipa::path(
    post, path = "/accounts/{id}/disable", tag = "accounts", security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses(
        (status = 204, description = "Closed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn disable_account(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AccountId>,
) -> Result<StatusCode, ApiError> {
    let desk = Desk::of(&app, &caller);
    app.db.write(move |c| Box::pin(async move { desk.disable(c, id).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a closed account
#[utoipa::path(
    post, path = "/accounts/{id}/enable", tag = "accounts", security(("bearer" = [])), params(("id" = AccountId, Path)),
    responses(
        (status = 204, description = "Open"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn enable_account(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AccountId>,
) -> Result<StatusCode, ApiError> {
    let desk = Desk::of(&app, &caller);
    app.db.write(move |c| Box::pin(async move { desk.enable(c, id).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a further role
#[utoipa::path(
    post, path = "/accounts/{id}/assignments", tag = "accounts", security(("bearer" = [])), request_body = NewAssignment,
    params(
        ("id" = AccountId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 201, body = CreatedAssignment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn add_assignment(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<AccountId>,
    request: Repeatable<NewAssignment>,
) -> Result<Response, ApiError> {
    let desk = Desk::of(&app, &caller);
    request.create(&app, &caller, move |c, new| Box::pin(async move { desk.add_assignment(c, id, new).await })).await
}

/// Take a role back
#[utoipa::path(
    delete, path = "/accounts/{id}/assignments/{assignment_id}", tag = "accounts", security(("bearer" = [])),
    params(("id" = AccountId, Path), ("assignment_id" = AssignmentId, Path)),
    responses(
        (status = 204, description = "Taken back"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn remove_assignment(
    State(app): State<AppState>,
    caller: Caller,
    Params((id, assignment)): Params<(AccountId, AssignmentId)>,
) -> Result<StatusCode, ApiError> {
    let desk = Desk::of(&app, &caller);
    app.db.write(move |c| Box::pin(async move { desk.remove_assignment(c, id, assignment).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(eserde::Deserialize, ToSchema)]
struct AccountSetup {
    /// From the link.
    code: String,
    /// The password to sign in with from now on.
    password: Password,
}

/// Choose a password by a one-time link; the account is open then
#[utoipa::path(
    post, path = "/account-setups", tag = "accounts", request_body = AccountSetup,
    responses(
        (status = 204, description = "The password is set"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn set_up_account(State(app): State<AppState>, Json(setup): Json<AccountSetup>) -> Result<StatusCode, ApiError> {
    service::set_up(&app, &setup.code, setup.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/submissions`.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{
        NewSubmission, SubmissionAnswer, SubmissionBox, SubmissionChanges, SubmissionKind, SubmissionState,
        SubmissionStep,
    },
    service,
    store::{self, Filter},
    view::{self, Submission, SubmissionItem},
};
use crate::{
    access::{Caller, Operation, Within},
    app::AppState,
    attachments,
    error::{ApiError, Problem},
    http::{Commas, IfMatch, Json, Page, PageQuery, Params, Query, Repeatable, tagged},
    ids::{AttachmentId, SubmissionId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_submissions, create_submission))
        .routes(routes!(get_submission, update_submission, discard_submission))
        .routes(routes!(send_submission))
        .routes(routes!(answer_submission))
        .routes(routes!(acknowledge_submission))
        .routes(routes!(get_submission_file))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SubmissionsQuery {
    /// `received`: the superior is within reach; `sent`: only the sender is.
    #[serde(rename = "box")]
    #[param(inline)]
    side: Option<SubmissionBox>,
    /// Only of this kind.
    kind: Option<SubmissionKind>,
    /// Only in these states, by commas.
    #[param(value_type = Option<String>, example = "sent")]
    #[serde(default)]
    state: Commas<SubmissionState>,
    /// Only those that have come so far; `from` and `to` are then the days on which they did.
    #[param(inline)]
    reached: Option<SubmissionStep>,
    /// Only requests that wait beyond their day.
    overdue: Option<bool>,
}

/// List what units within reach have sent to their superiors, newest first; `from` and `to` are days on which it was sent,
/// or those of `reached`.
#[utoipa::path(get, path = "/submissions", tag = "submissions", params(Within, SubmissionsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<SubmissionItem>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_submissions(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<SubmissionsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SubmissionItem>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter {
        within: within.check()?,
        side: query.side,
        kind: query.kind,
        state: query.state.0,
        reached: query.reached,
        overdue_on: query.overdue.filter(|asked| *asked).map(|_| app.clock.now().day()),
        before: page.after()?,
    };
    let writes = caller.scope_in(Operation::UpdateSubmission);
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let rows = store::list(c, &caller.scope, &writes, caller.account()?, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    Ok(Json(Page { items: view::show(c, &app, &caller, items).await?, next_cursor }))
}

/// Begin a request or a report to the unit above; 409 where there is none.
#[utoipa::path(post, path = "/submissions", tag = "submissions", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewSubmission, security(("bearer" = [])), responses(
    (status = 201, body = Submission),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_submission(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewSubmission>,
) -> Result<Response, ApiError> {
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::create(c, &state, &by, new).await }))
        .await
}

/// Read a submission. On the superior's side it is noted, for the sender to see, in which role it was read.
#[utoipa::path(get, path = "/submissions/{id}", tag = "submissions", params(("id" = SubmissionId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Submission),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
) -> Result<Response, ApiError> {
    let submission = service::open(&app, &caller, id).await?;
    Ok(tagged(submission.item.version, submission))
}

/// Write on a draft.
#[utoipa::path(patch, path = "/submissions/{id}", tag = "submissions", params(("id" = SubmissionId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that you have read")), request_body = SubmissionChanges, security(("bearer" = [])), responses(
    (status = 200, body = Submission),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
    seen: IfMatch,
    Json(changes): Json<SubmissionChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let submission = app
        .db
        .write(move |c| Box::pin(async move { service::change(c, &state, &caller, id, seen, changes).await }))
        .await?;
    Ok(tagged(submission.item.version, submission))
}

/// Throw a draft away, with its files.
#[utoipa::path(delete, path = "/submissions/{id}", tag = "submissions", params(("id" = SubmissionId, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "It is gone"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn discard_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
) -> Result<StatusCode, ApiError> {
    let state = app.clone();
    app.db.write(move |c| Box::pin(async move { service::discard(c, &state, &caller, id).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a draft to the superior; from now on it does not change.
#[utoipa::path(post, path = "/submissions/{id}/send", tag = "submissions", params(("id" = SubmissionId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that you have read")), security(("bearer" = [])), responses(
    (status = 200, body = Submission),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn send_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
    seen: IfMatch,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let submission =
        app.db.write(move |c| Box::pin(async move { service::send(c, &state, &caller, id, seen).await })).await?;
    Ok(tagged(submission.item.version, submission))
}

/// Answer a request, by a role at the superior or above it; never whoever sent it. The sender is told.
#[utoipa::path(post, path = "/submissions/{id}/answer", tag = "submissions", params(("id" = SubmissionId, Path)), request_body = SubmissionAnswer, security(("bearer" = [])), responses(
    (status = 200, body = Submission),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn answer_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
    Json(answer): Json<SubmissionAnswer>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let submission =
        app.db.write(move |c| Box::pin(async move { service::answer(c, &state, &caller, id, answer).await })).await?;
    Ok(tagged(submission.item.version, submission))
}

/// Acknowledge a report, by a role at the superior or above it. The sender is told.
#[utoipa::path(post, path = "/submissions/{id}/acknowledge", tag = "submissions", params(("id" = SubmissionId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Submission),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn acknowledge_submission(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<SubmissionId>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let submission =
        app.db.write(move |c| Box::pin(async move { service::acknowledge(c, &state, &caller, id).await })).await?;
    Ok(tagged(submission.item.version, submission))
}

/// A file that goes with a submission.
#[utoipa::path(get, path = "/submissions/{id}/attachments/{attachment_id}", tag = "submissions", params(("id" = SubmissionId, Path), ("attachment_id" = AttachmentId, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/octet-stream", body = Vec<u8>),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_submission_file(
    State(app): State<AppState>,
    caller: Caller,
    Params(which): Params<(SubmissionId, AttachmentId)>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let file = service::file(&mut reader.conn(), &app, &caller, which).await?;
    Ok(attachments::download(file))
}

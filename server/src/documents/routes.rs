//! `/documents` and `/me/documents`.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{DocumentKind, DocumentState, NewDocument, NewPaper, Remark, Revision},
    service,
    store::{self, Filter},
    view::{self, Document, DocumentRead},
};
use crate::{
    access::{Caller, Within},
    app::AppState,
    attachments,
    error::{ApiError, Problem},
    http::{Json, Page, PageQuery, Params, Query, Repeatable},
    ids::{DocumentId, MemberId},
    openapi::ApiRouter,
    routes,
};

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_my_documents, create_my_document))
        .routes(routes!(list_documents, create_document))
        .routes(routes!(get_document))
        .routes(routes!(get_document_file))
        .routes(routes!(return_document))
        .routes(routes!(accept_document))
        .routes(routes!(revise_document))
        .routes(routes!(withdraw_document))
}

/// Hand in a document: a text, or a file that was sent to `/attachments`.
#[utoipa::path(post, path = "/me/documents", tag = "documents", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewDocument, security(("bearer" = [])), responses(
    (status = 201, body = Document),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_my_document(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewDocument>,
) -> Result<Response, ApiError> {
    let file = service::weigh(&app, request.body.attachment_id).await?;
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::hand_in(c, &state, &by, new, file).await }))
        .await
}

/// List one's own documents, newest first.
#[utoipa::path(get, path = "/me/documents", tag = "documents", params(PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Document>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_my_documents(
    State(app): State<AppState>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Document>>, ApiError> {
    let (member, _) = caller.member()?;
    let (limit, before) = (page.limit()?, page.after()?);
    let mut reader = app.db.read().await?;
    let rows = store::own(&mut reader.conn(), member, before, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(&mut reader.conn(), &app, &caller, items).await?;
    Ok(Json(Page { items: items.into_iter().map(|(document, _)| document).collect(), next_cursor }))
}

/// Enter a document that a member has handed in on paper.
#[utoipa::path(post, path = "/documents", tag = "documents", params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = NewPaper, security(("bearer" = [])), responses(
    (status = 201, body = Document),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_document(
    State(app): State<AppState>,
    caller: Caller,
    request: Repeatable<NewPaper>,
) -> Result<Response, ApiError> {
    let file = service::weigh(&app, request.body.attachment_id).await?;
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, new| Box::pin(async move { service::enter(c, &state, &by, new, file).await }))
        .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentsQuery {
    /// Only in this state.
    state: Option<DocumentState>,
    /// Only of this kind.
    kind: Option<DocumentKind>,
    /// Only of this member.
    member_id: Option<MemberId>,
}

/// List the documents of units within reach, newest first; the days are those on which they were written.
#[utoipa::path(get, path = "/documents", tag = "documents", params(Within, DocumentsQuery, PageQuery), security(("bearer" = [])), responses(
    (status = 200, body = Page<Document>),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn list_documents(
    State(app): State<AppState>,
    caller: Caller,
    Query(within): Query<Within>,
    Query(query): Query<DocumentsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Document>>, ApiError> {
    let limit = page.limit()?;
    let filter = Filter {
        within: within.check()?,
        state: query.state,
        kind: query.kind,
        member: query.member_id,
        before: page.after()?,
    };
    let mut reader = app.db.read().await?;
    let rows = store::list(&mut reader.conn(), &caller.scope, &filter, limit).await?;
    let Page { items, next_cursor } = Page::cut(rows, limit, |row| row.id);
    let items = view::show(&mut reader.conn(), &app, &caller, items).await?;
    Ok(Json(Page { items: items.into_iter().map(|(document, _)| document).collect(), next_cursor }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// Of this version; without it, of the one that stands.
    revision: Option<i64>,
}

/// Read a document with its text. The member sees who did.
#[utoipa::path(get, path = "/documents/{id}", tag = "documents", params(("id" = DocumentId, Path), VersionQuery), security(("bearer" = [])), responses(
    (status = 200, body = DocumentRead),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_document(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<DocumentRead>, ApiError> {
    let state = app.clone();
    let read = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let row = service::within(c, &caller, id).await?;
                service::look(c, &state, &caller, &row).await?;
                view::read(c, &state, &caller, row, query.revision).await
            })
        })
        .await?;
    Ok(Json(read))
}

/// Save a document's file. The member sees who did.
#[utoipa::path(get, path = "/documents/{id}/file", tag = "documents", params(("id" = DocumentId, Path), VersionQuery), security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "application/octet-stream", description = "The file as it was sent"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_document_file(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
    Query(query): Query<VersionQuery>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let file = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let row = service::within(c, &caller, id).await?;
                let revision = query.revision.unwrap_or(row.revision);
                let (_, versions) = view::show(c, &state, &caller, vec![row.clone()])
                    .await?
                    .pop()
                    .ok_or_else(|| ApiError::internal("a document is not shown"))?;
                let attachment = versions.into_iter().find(|version| version.revision == revision);
                let attachment = attachment.and_then(|version| version.attachment).ok_or_else(ApiError::not_found)?;
                service::look(c, &state, &caller, &row).await?;
                Ok(attachment.id)
            })
        })
        .await?;
    let mut reader = app.db.read().await?;
    let found = attachments::file(&mut reader.conn(), &app.keys.vault, file).await?;
    Ok(attachments::download(found.ok_or_else(ApiError::not_found)?))
}

/// Give a document back with a remark; the member is told.
#[utoipa::path(post, path = "/documents/{id}/return", tag = "documents", params(("id" = DocumentId, Path)), request_body = Remark, security(("bearer" = [])), responses(
    (status = 200, body = Document),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn return_document(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
    Json(remark): Json<Remark>,
) -> Result<Json<Document>, ApiError> {
    let state = app.clone();
    let document = app
        .db
        .write(move |c| Box::pin(async move { service::give_back(c, &state, &caller, id, remark).await }))
        .await?;
    Ok(Json(document))
}

/// Accept a document: it counts from now on. The member is told.
#[utoipa::path(post, path = "/documents/{id}/accept", tag = "documents", params(("id" = DocumentId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Document),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn accept_document(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
) -> Result<Json<Document>, ApiError> {
    let state = app.clone();
    let document =
        app.db.write(move |c| Box::pin(async move { service::accept(c, &state, &caller, id).await })).await?;
    Ok(Json(document))
}

/// Hand in the next version of a document that was returned.
#[utoipa::path(post, path = "/documents/{id}/revise", tag = "documents", params(("id" = DocumentId, Path), ("Idempotency-Key" = Option<String>, Header, description = "The same key again gets the first answer")), request_body = Revision, security(("bearer" = [])), responses(
    (status = 201, body = Document),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn revise_document(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
    request: Repeatable<Revision>,
) -> Result<Response, ApiError> {
    let file = service::weigh(&app, request.body.attachment_id).await?;
    let (state, by) = (app.clone(), caller.clone());
    request
        .create(&app, &caller, move |c, next| {
            Box::pin(async move { service::revise(c, &state, &by, id, next, file).await })
        })
        .await
}

/// Take a document back that was not accepted yet.
#[utoipa::path(post, path = "/documents/{id}/withdraw", tag = "documents", params(("id" = DocumentId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Document),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, body = Problem, content_type = "application/problem+json"),
))]
async fn withdraw_document(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<DocumentId>,
) -> Result<Json<Document>, ApiError> {
    let state = app.clone();
    let document =
        app.db.write(move |c| Box::pin(async move { service::withdraw(c, &state, &caller, id).await })).await?;
    Ok(Json(document))
}

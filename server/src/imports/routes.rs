//! `/imports`: checking a file, filing it, the same sheet with remarks, and the template.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::{task::JoinHandle, time::timeout};
use utoipa::{IntoParams, ToSchema};

use super::{
    model::{ImportAnswer, Language},
    options::ImportOptions,
    reading, service,
    service::{Import, Imported, Progress},
    source, template,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{Json, Query, Upload},
    openapi::ApiRouter,
    registrations::Filer,
    routes,
    sheets::XLSX,
};

/// As much of a form is read before its sender is cut off.
const FORM: usize = 4 * source::LONGEST;
/// How often a client is told how far it has come.
const TICK: Duration = Duration::from_millis(300);
const LINES: &str = "application/x-ndjson";

/// The routes of this feature.
pub fn router() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(create_import))
        .routes(routes!(remark_import))
        .routes(routes!(get_import_template))
        .body_limit(FORM)
}

/// How a file is imported.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// Only judge the rows; nothing is written but that it was looked.
    #[serde(default)]
    dry_run: bool,
    /// File the rows that are good, also where others are refused.
    #[serde(default)]
    partial: bool,
}

/// A file and what is said about it; every part but `file` may be left out.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct ImportForm {
    /// A workbook (.xlsx), or a list as text (.csv in UTF-8, UTF-16 or GB18030); at most 20 MB and 100,000 rows.
    #[schema(value_type = String, format = Binary)]
    file: Bytes,
    #[schema(inline)]
    #[serde(flatten)]
    options: ImportOptions,
}

/// A line while an import goes on, where `Accept` asks for lines; the last one has the answer or the problem.
#[derive(Serialize, ToSchema)]
struct ImportLine {
    /// Steps done.
    done: u64,
    /// All steps; 0 while the file is opened.
    total: u64,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<ImportAnswer>,
    /// Why it failed; nothing was written then, but for rows of a `partial` import that were filed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// The language of what is said about cells.
fn language(headers: &HeaderMap, otherwise: Language) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match asked.trim().get(..2) {
        Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        _ => otherwise,
    }
}

/// Import members' registrations from a sheet, all or nothing; or check it only.
#[utoipa::path(post, path = "/imports", tag = "imports", params(How,
    ("Accept" = Option<String>, Header, description = "`application/x-ndjson` for a line of progress at a time (ImportLine)"),
    ("Accept-Language" = Option<String>, Header, description = "`zh` or `en`: the language of what is said about cells")),
    request_body(content = ImportForm, content_type = "multipart/form-data"), security(("bearer" = [])), responses(
    (status = 200, content((ImportAnswer = "application/json"), (ImportLine = "application/x-ndjson"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn create_import(
    State(app): State<AppState>,
    caller: Caller,
    Query(How { dry_run, partial }): Query<How>,
    headers: HeaderMap,
    Upload { file, options }: Upload<ImportOptions, { source::LONGEST }>,
) -> Result<Response, ApiError> {
    let language = language(&headers, Language::English);
    let import = Import { file: file.into(), options, filer: Filer::Officer(caller), dry_run, partial };
    let in_lines = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|kinds| kinds.to_ascii_lowercase().contains(LINES)));
    let progress = Arc::new(Progress::default());
    let seen = Arc::clone(&progress);
    // Its own task: whoever hangs up loses the answer, not the registrations.
    let work = tokio::spawn(async move { service::run(&app, import, &progress).await });
    if !in_lines {
        let imported = work.await.map_err(ApiError::internal)??;
        return Ok(Json(imported.show(language)).into_response());
    }
    let lines = stream::unfold(Some(work), move |work| {
        let seen = Arc::clone(&seen);
        async move { next_line(work?, &seen, language).await }
    });
    let body = Body::from_stream(lines.map(Ok::<_, Infallible>));
    let headers = [(header::CONTENT_TYPE, LINES), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

type Work = JoinHandle<Result<Imported, ApiError>>;

async fn next_line(mut work: Work, seen: &Progress, language: Language) -> Option<(Bytes, Option<Work>)> {
    let ended = timeout(TICK, &mut work).await.ok();
    let (done, total) = seen.seen();
    let (answer, problem, rest) = match ended {
        None => (None, None, Some(work)),
        Some(Ok(Ok(imported))) => (Some(imported.show(language)), None, None),
        Some(Ok(Err(error))) => (None, Some(error.into()), None),
        Some(Err(lost)) => (None, Some(ApiError::internal(lost).into()), None),
    };
    let mut line = serde_json::to_vec(&ImportLine { done, total, answer, problem }).ok()?;
    line.push(b'\n');
    Some((line.into(), rest))
}

/// Check a sheet and get it back with a column of remarks; nothing is registered.
#[utoipa::path(post, path = "/imports/remarks.xlsx", tag = "imports",
    params(("Accept-Language" = Option<String>, Header, description = "`zh` (if left out) or `en`")),
    request_body(content = ImportForm, content_type = "multipart/form-data"), security(("bearer" = [])), responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn remark_import(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Upload { file, options }: Upload<ImportOptions, { source::LONGEST }>,
) -> Result<Response, ApiError> {
    let language = language(&headers, Language::Chinese);
    let import = Import { file: file.into(), options, filer: Filer::Officer(caller), dry_run: true, partial: false };
    let imported = service::run(&app, import, &Arc::default()).await?;
    let now = app.clock.now();
    let book = reading::off_thread(move || imported.with_remarks(language, now)).await?;
    Ok(workbook(book, "remarks.xlsx"))
}

/// Get the sheet to fill in.
#[utoipa::path(get, path = "/imports/template.xlsx", tag = "imports",
    params(("Accept-Language" = Option<String>, Header, description = "`zh` (if left out) or `en`")),
    security(("bearer" = [])), responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
))]
async fn get_import_template(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let (language, now) = (language(&headers, Language::Chinese), app.clock.now());
    let book = reading::off_thread(move || template::workbook(language, now)).await?;
    Ok(workbook(book, "members.xlsx"))
}

fn workbook(book: Vec<u8>, name: &str) -> Response {
    let mut response = book.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(XLSX));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

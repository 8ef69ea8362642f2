//! The guard in front of every API route: row, sign-in, role, reach.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{Access, Caller, Held, Row, Scope, TABLE, Who, seen};
use crate::{app::AppState, db::Seen, error::ApiError};

/// Lets a request through to its handler only as THE table says.
pub async fn guard(State(app): State<AppState>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let Some(path) = path.as_str().strip_prefix("/api/v1") else { return ApiError::not_found().into_response() };
    let rows = rows_of(path);
    if rows.is_empty() {
        return ApiError::internal(format!("{path} has no row in the table of operations")).into_response();
    }
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    // Other methods fall through to the router's 405.
    if let Some(row) = rows.into_iter().find(|row| row.method == method.as_str()) {
        let token = bearer(&request).map(ToOwned::to_owned);
        let seen = seen::seen(request.headers());
        match admit(&app, row, token, seen).await {
            Ok(Some(caller)) => drop(request.extensions_mut().insert(caller)),
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    next.run(request).await
}

fn rows_of(path: &str) -> Vec<&'static Row> {
    TABLE.iter().filter(|row| row.path == path).collect()
}

async fn admit(app: &AppState, row: &Row, token: Option<String>, seen: Seen) -> Result<Option<Caller>, ApiError> {
    let who = match token {
        Some(token) => Some(signed_in(app, &token).await?),
        None => None,
    };
    match (&row.access, who) {
        (Access::Public { .. }, None) => Ok(None),
        (_, None) => Err(ApiError::not_signed_in()),
        (access, Some((who, held))) => {
            let scope = Scope::of(access, &who, &held);
            if matches!(access, Access::Only { .. }) && scope == Scope::default() {
                return Err(ApiError::not_allowed());
            }
            Ok(Some(Caller { who, scope, held, seen }))
        }
    }
}

fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn signed_in(app: &AppState, token: &str) -> Result<(Who, Vec<Held>), ApiError> {
    let now = app.clock.now();
    let subject = app.tokens.subject(&app.keys, &app.db, &app.config.public_url, token, now).await?;
    app.sign_ins.of(app, subject, now.day()).await
}

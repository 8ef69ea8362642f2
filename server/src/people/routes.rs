//! `PATCH /me`: what members keep up to date themselves.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{Member, OwnChanges},
    service,
};
use crate::{
    access::Caller,
    app::AppState,
    error::{ApiError, Problem},
    http::{IfMatch, Json, tagged},
};

/// The routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(update_me))
}

/// Change one's own phone, employer or address; what is absent stays, null clears.
#[utoipa::path(patch, path = "/me", tag = "me", params(("If-Match" = Option<String>, Header, description = "The ETag that was read")), request_body = OwnChanges, security(("bearer" = [])), responses(
    (status = 200, body = Member, headers(("ETag" = String, description = "The member's version"))),
    (status = 412, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
async fn update_me(
    State(app): State<AppState>,
    caller: Caller,
    seen: IfMatch,
    Json(changes): Json<OwnChanges>,
) -> Result<Response, ApiError> {
    let state = app.clone();
    let member = app
        .db
        .write(move |c| Box::pin(async move { service::change_own(c, &state, &caller, seen, changes).await }))
        .await?;
    Ok(tagged(member.version, member))
}

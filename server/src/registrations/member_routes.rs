//! `/members/{id}`, and what members keep up to date themselves.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::members::{self, MemberRecord, require_member};
use crate::{
    access::{Caller, audit},
    app::AppState,
    error::{ApiError, Problem},
    http::{IfMatch, Json, Params, RawBody, tagged},
    ids::MemberId,
    openapi::ApiRouter,
    people::{self, Member, OwnChanges},
    routes,
};

pub(super) fn router() -> ApiRouter {
    let photo = ApiRouter::new().routes(routes!(get_member_photo, put_member_photo)).body_limit(people::LONGEST_PHOTO);
    ApiRouter::new().routes(routes!(get_member)).routes(routes!(update_me)).merge(photo)
}

/// Writes down that the caller looks at a member, before the answer; one's own record is nobody's to log.
async fn log_look_up(app: &AppState, caller: &Caller, action: &'static str, id: MemberId) -> Result<(), ApiError> {
    if caller.scope.own == Some(id) {
        return Ok(());
    }
    let (now, caller) = (app.clock.now(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let record = audit::Record::new((&caller).into(), action, ("member", id.to_string()));
                audit::append(c, now, record.about(id).from_unit(caller.unit())).await
            })
        })
        .await
}

/// Look at a member; it is logged, and the member sees that.
#[utoipa::path(get, path = "/members/{id}", tag = "members", params(("id" = MemberId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = MemberRecord, headers(("ETag" = String, description = "The member's version"))),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_member(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<MemberId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    let record = members::record(&mut reader.conn(), &app, &caller, id).await?;
    drop(reader);
    log_look_up(&app, &caller, "member.view", id).await?;
    Ok(tagged(record.member.version, record))
}

/// A member's photo, 480 × 640.
#[utoipa::path(get, path = "/members/{id}/photo", tag = "members", params(("id" = MemberId, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
async fn get_member_photo(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<MemberId>,
) -> Result<Response, ApiError> {
    let mut reader = app.db.read().await?;
    require_member(&mut reader.conn(), &caller.scope, id).await?;
    let photo = people::photo_jpeg(&mut reader.conn(), &app.keys.vault, id).await?.ok_or_else(ApiError::not_found)?;
    drop(reader);
    log_look_up(&app, &caller, "member.view_photo", id).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")], photo).into_response())
}

/// Put a member's photo: JPEG, PNG or WebP up to 5 MiB; what is kept is a small portrait.
#[utoipa::path(put, path = "/members/{id}/photo", tag = "members", params(("id" = MemberId, Path)), security(("bearer" = [])),
    request_body(content(("image/jpeg"), ("image/png"), ("image/webp"))), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
))]
async fn put_member_photo(
    State(app): State<AppState>,
    caller: Caller,
    Params(id): Params<MemberId>,
    RawBody(file): RawBody,
) -> Result<StatusCode, ApiError> {
    let mut reader = app.db.read().await?;
    require_member(&mut reader.conn(), &caller.scope, id).await?;
    drop(reader);
    let jpeg = app.darkroom.portrait(file).await?;
    let state = app.clone();
    app.db
        .write(move |c| {
            Box::pin(async move {
                require_member(c, &caller.scope, id).await?;
                people::put_photo(c, &state, &caller, id, &jpeg).await
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change one's own phone, employer or address; what is absent stays, null clears. Both ends are told.
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
        .write(move |c| Box::pin(async move { members::change_own(c, &state, &caller, seen, changes).await }))
        .await?;
    Ok(tagged(member.version, member))
}

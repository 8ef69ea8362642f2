//! The rules of the link: one a member, made anew at will, dead with the stay or with a lost phone.

use super::{
    ics,
    model::{LinkState, NewLink, Token},
    store::{self, Link},
};
use crate::{
    access::{Caller, audit},
    app::AppState,
    db::Conn,
    error::{ApiError, Code},
    ids::UnitId,
    registrations,
};

/// Events of the past stay in a feed this long, so that a calendar does not forget last week.
const PAST_SECONDS: i64 = 92 * 24 * 3600;

/// Makes the caller's link; the one before ends.
pub(super) async fn make(c: &mut Conn<'_>, app: &AppState, caller: &Caller) -> Result<NewLink, ApiError> {
    let (member, _) = caller.member()?;
    if registrations::open_stay_of(c, member).await?.is_none() {
        return Err(ApiError::wrong_state("The stay has ended; there are no events to come."));
    }
    let (made_at, token) = (app.clock.now(), Token::new(app.entropy.one_time_code()));
    store::put(c, Link { member_id: member, made_at }, &token.hash()).await?;
    record(c, app, caller, "calendar.make").await?;
    Ok(NewLink { url: token.link(&app.config.public_url), made_at })
}

/// Ends the caller's link, if there is one.
pub(super) async fn end(c: &mut Conn<'_>, app: &AppState, caller: &Caller) -> Result<(), ApiError> {
    let (member, _) = caller.member()?;
    if store::end(c, member).await? {
        record(c, app, caller, "calendar.end").await?;
    }
    Ok(())
}

/// Whether the caller has a link, and whether it answers.
pub(super) async fn state(c: &mut Conn<'_>, caller: &Caller) -> Result<LinkState, ApiError> {
    let (member, _) = caller.member()?;
    let Some(link) = store::of_member(c, member).await? else { return Ok(LinkState { made_at: None, works: false }) };
    Ok(LinkState { made_at: Some(link.made_at), works: host_of(c, link).await?.is_some() })
}

/// The feed behind a link; 410 for every link that does not answer, whatever the cause.
pub(super) async fn feed(c: &mut Conn<'_>, app: &AppState, link: &str) -> Result<String, ApiError> {
    let gone = || ApiError::new(Code::Gone, "Make a new link in the application.");
    let token: Token = link.parse().map_err(|()| gone())?;
    let link = store::of_token(c, &token.hash()).await?.ok_or_else(gone)?;
    let host = host_of(c, link).await?.ok_or_else(gone)?;
    let entries = store::entries(c, host, app.clock.now().plus_seconds(-PAST_SECONDS)).await?;
    Ok(ics::calendar(&entries))
}

/// Whose events the link tells: the host's of the open stay. None where the link is dead.
async fn host_of(c: &mut Conn<'_>, link: Link) -> Result<Option<UnitId>, ApiError> {
    // The link may be on the phone that is gone, and nobody knows on which one it was opened.
    if store::lost_a_phone(c, link.member_id, link.made_at).await? {
        return Ok(None);
    }
    Ok(registrations::open_stay_of(c, link.member_id).await?.map(|stay| stay.host_unit_id))
}

async fn record(c: &mut Conn<'_>, app: &AppState, caller: &Caller, action: &str) -> Result<(), ApiError> {
    let (member, _) = caller.member()?;
    let record = audit::Record::new(caller.into(), action, ("member", member.to_string())).about(member);
    audit::append(c, app.clock.now(), record).await
}

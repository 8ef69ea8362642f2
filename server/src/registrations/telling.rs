//! Who is told of a step: the member, unless it was their own; and the ends that did not take it.

use super::{
    model::{Action, Standing, Stay},
    store,
};
use crate::{
    access::{self, Caller, Scope},
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{MemberId, RequestId, UnitId},
    notices::{self, News, NoticeKind, Recipient},
};

/// What a step is told as. (A card that is issued is told by the cards.)
const fn kind_of(action: Action) -> Option<NoticeKind> {
    Some(match action {
        Action::Confirm => NoticeKind::RegistrationConfirmed,
        Action::Accept => NoticeKind::RegistrationAccepted,
        Action::Decline => NoticeKind::RegistrationDeclined,
        Action::Withdraw => NoticeKind::RegistrationWithdrawn,
        Action::Move => NoticeKind::RegistrationMoved,
        Action::Return => NoticeKind::RegistrationReturned,
        Action::Transfer => NoticeKind::RegistrationTransferred,
        Action::OutOfContact => NoticeKind::RegistrationOutOfContact,
        Action::Restore => NoticeKind::RegistrationRestored,
        Action::IssueCard => return None,
    })
}

/// The ends that did not act: neither for whoever stands at one, both for the member and for whoever stands at both.
fn others(by: Standing, home: UnitId, host: UnitId) -> Vec<Recipient> {
    let one_end = by.home != by.host;
    let mut ends = Vec::new();
    if !(one_end && by.home) {
        ends.push(Recipient::Home(home));
    }
    if !(one_end && by.host) {
        ends.push(Recipient::Host(host));
    }
    ends
}

/// Tells of a step that was taken. `host` is the host before it: a new one is asked, which is a task and no news. Where the
/// step carries out a request, the member hears that.
pub(super) async fn step(
    c: &mut Conn<'_>,
    app: &AppState,
    stay: &Stay,
    host: UnitId,
    action: Action,
    by: Standing,
    fulfilled: Option<RequestId>,
) -> Result<(), ApiError> {
    let Some(kind) = kind_of(action) else { return Ok(()) };
    let news = News::new(kind, stay.member_id).of_stay(stay.id);
    let mut told: Vec<_> = others(by, stay.home_unit_id, host).into_iter().map(|end| news.to(end)).collect();
    if !by.oneself {
        let own = match fulfilled {
            Some(request) => News { kind: NoticeKind::RequestDone, ..news }.of_request(request),
            None => news,
        };
        told.push(own.to(Recipient::Member(stay.member_id)));
    }
    notices::tell(c, app, &told).await
}

/// Tells both ends what the member did.
pub async fn both_ends(c: &mut Conn<'_>, app: &AppState, stay: &Stay, news: &News) -> Result<(), ApiError> {
    let ends = [Recipient::Home(stay.home_unit_id), Recipient::Host(stay.host_unit_id)];
    notices::tell(c, app, &ends.map(|end| news.to(end))).await
}

/// Tells both ends of the member's open stay what the member did; nobody where there is none.
pub async fn both_ends_of(
    c: &mut Conn<'_>,
    app: &AppState,
    member: MemberId,
    news: impl IntoIterator<Item = News>,
) -> Result<(), ApiError> {
    let Some(stay) = store::open_stay_of(c, member).await? else { return Ok(()) };
    for news in news {
        both_ends(c, app, &stay, &news.of_stay(stay.id)).await?;
    }
    Ok(())
}

/// Tells the end that did not act.
pub(super) async fn other_end(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: &Stay,
    news: &News,
) -> Result<(), ApiError> {
    let by = standing(c, &caller.scope, stay).await?;
    let ends: Vec<_> = others(by, stay.home_unit_id, stay.host_unit_id).into_iter().map(|end| news.to(end)).collect();
    notices::tell(c, app, &ends).await
}

async fn standing(c: &mut Conn<'_>, scope: &Scope, stay: &Stay) -> Result<Standing, ApiError> {
    let above = access::ancestors_of(c, &[stay.home_unit_id, stay.host_unit_id]).await?;
    Ok(Standing::of(scope, stay, &above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_acts_from_one_end_tells_the_other() {
        let (home, host) = (UnitId(uuid::Uuid::from_u128(1)), UnitId(uuid::Uuid::from_u128(2)));
        let at = |home, host, oneself| Standing { home, host, oneself };
        let (to_home, to_host) = (Recipient::Home(home), Recipient::Host(host));
        assert_eq!(others(at(true, false, false), home, host), [to_host]);
        assert_eq!(others(at(false, true, false), home, host), [to_home]);
        assert_eq!(others(at(true, true, false), home, host), [to_home, to_host]);
        assert_eq!(others(at(false, false, true), home, host), [to_home, to_host]);
    }
}

//! Who may see a member: whoever reaches the stay that is open, or else the last one.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list_store::{self, Filter},
    model::{CardRef, Stay},
    store, telling,
    view::{self, Registration},
};
use crate::{
    access::{Caller, Operation, Scope},
    app::AppState,
    db::Conn,
    error::{ApiError, Code, FieldError},
    http::IfMatch,
    ids::MemberId,
    notices::{News, NoticeKind},
    people::{self, Member, OwnChanges, OwnField},
};

/// As many stays as one answer tells; nobody has had more.
const STAYS: i64 = 200;

/// A member with their stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberRecord {
    /// The member.
    #[serde(flatten)]
    pub member: Member,
    /// The stays that the caller reaches, newest first.
    pub registrations: Vec<Registration>,
    /// The card of the newest stay that has one.
    pub card: Option<CardRef>,
}

/// The member's open stay, or else their last one, where it is within reach; or 404.
pub async fn stay_of_member(c: &mut Conn<'_>, scope: &Scope, member: MemberId) -> Result<Stay, ApiError> {
    let stay = match store::open_stay_of(c, member).await? {
        Some(open) => Some(open),
        None => store::last_stay_of(c, member).await?,
    };
    let stay = stay.ok_or_else(ApiError::not_found)?;
    scope.require_stay(c, member, stay.home_unit_id, stay.host_unit_id).await?;
    Ok(stay)
}

/// 404 unless the member is the caller, or within reach by that stay.
pub async fn require_member(c: &mut Conn<'_>, scope: &Scope, member: MemberId) -> Result<(), ApiError> {
    if scope.own == Some(member) { Ok(()) } else { stay_of_member(c, scope, member).await.map(drop) }
}

/// Why a record cannot name a member (`/member_id`), if the caller may not know them.
pub async fn unknown_member(
    c: &mut Conn<'_>,
    caller: &Caller,
    member: MemberId,
) -> Result<Option<FieldError>, ApiError> {
    match require_member(c, &caller.scope_in(Operation::GetMember), member).await {
        Ok(()) => Ok(None),
        Err(error) if error.code() == Code::NotFound => {
            Ok(Some(FieldError::new("/member_id", "unknown", "is not a member within your reach")))
        }
        Err(error) => Err(error),
    }
}

/// A member within reach, with the stays within reach.
pub(super) async fn record(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: MemberId,
) -> Result<MemberRecord, ApiError> {
    require_member(c, &caller.scope, id).await?;
    let member = people::member(c, &app.keys.vault, id).await?.ok_or_else(ApiError::not_found)?;
    let filter = Filter { member: Some(id), ..Filter::default() };
    let stays = list_store::list(c, &caller.scope, &filter, STAYS).await?;
    let registrations = view::show(c, app, caller, &stays).await?;
    let card = registrations.iter().find_map(|registration| registration.card.clone());
    Ok(MemberRecord { member, registrations, card })
}

/// Members keep phone, employer and address up to date themselves; both ends of the stay are told of what is new.
pub(super) async fn change_own(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    seen: IfMatch,
    changes: OwnChanges,
) -> Result<Member, ApiError> {
    let (member, changed) = people::change_own(c, app, caller, seen, changes).await?;
    if changed.contains(&OwnField::Employer) {
        store::employer_changed(c, member.id).await?;
    }
    let news = changed.into_iter().map(|field| {
        let kind = match field {
            OwnField::Phone => NoticeKind::PhoneChanged,
            OwnField::Employer => NoticeKind::EmployerChanged,
            OwnField::Address => NoticeKind::AddressChanged,
        };
        News::new(kind, member.id)
    });
    telling::both_ends_of(c, app, member.id, news).await?;
    Ok(member)
}

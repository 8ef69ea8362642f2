//! Oneself: the officer's account, or the member with the card and the stay.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{Caller, Who},
    app::AppState,
    auth::accounts::{self, Account},
    cards::{self, Card},
    db::Conn,
    error::{ApiError, Code},
    ids::DeviceId,
    people::{self, Member},
    registrations::{self, Registration},
};

/// Whoever is signed in; the other side's fields are null.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The officer's account.
    pub account: Option<Account>,
    /// The member.
    pub member: Option<Member>,
    /// The member's newest card.
    pub card: Option<Card>,
    /// The member's open stay, or else the last one.
    pub registration: Option<Registration>,
    /// The phone that is signed in.
    pub device_id: Option<DeviceId>,
}

/// Who the caller is. Looking at oneself is nobody's to log.
pub(super) async fn me(c: &mut Conn<'_>, app: &AppState, caller: &Caller) -> Result<Me, ApiError> {
    match caller.who {
        Who::Officer { account, .. } => {
            let account = accounts::account_view(c, account, app.clock.now().day()).await?;
            Ok(Me { account: Some(account), member: None, card: None, registration: None, device_id: None })
        }
        Who::Member { member, device } => Ok(Me {
            account: None,
            member: people::member(c, &app.keys.vault, member).await?,
            card: cards::card_of_member(c, app, caller, member).await?,
            registration: match registrations::stay_of_member(c, &caller.scope, member).await {
                Ok(stay) => Some(registrations::shown(c, app, caller, stay).await?),
                Err(error) if error.code() == Code::NotFound => None,
                Err(error) => return Err(error),
            },
            device_id: Some(device),
        }),
    }
}

//! Whom a token's subject is now, and in which roles. It is asked with every request, so those of one moment ask together.

use std::collections::{BTreeMap, HashMap};

use super::{Held, Who, store};
use crate::{
    app::AppState,
    auth::tokens::Subject,
    clock::Day,
    db::LISTED,
    error::ApiError,
    ids::{AccountId, DeviceId},
    together::{Limits, Together},
};

/// As many look-ups are on their way at once.
const ROUNDS: usize = 2;

/// Somebody who is still good, with the roles in force.
type SignedIn = (Who, Vec<Held>);

/// Where those who are to be signed in gather.
#[derive(Clone)]
pub struct SignIns(Together<(Subject, Day), SignedIn>);

impl Default for SignIns {
    /// Nobody yet.
    fn default() -> Self {
        Self(Together::new(Limits { rounds: ROUNDS, weight: LISTED, weigh: |_| 1 }))
    }
}

impl SignIns {
    /// Who a subject is on this day; 401 where the account or the phone is no longer good.
    pub(super) async fn of(&self, app: &AppState, subject: Subject, today: Day) -> Result<SignedIn, ApiError> {
        let app = app.clone();
        let answer_all = move |asked| {
            let app = app.clone();
            async move { look_up(&app, asked).await }
        };
        self.0.ask((subject, today), answer_all).await
    }
}

async fn look_up(app: &AppState, asked: Vec<(Subject, Day)>) -> Result<Vec<Result<SignedIn, ApiError>>, ApiError> {
    let found = find(app, &asked).await?;
    let of = |(subject, _): &(Subject, Day)| found.get(subject).cloned().ok_or_else(ApiError::not_signed_in);
    Ok(asked.iter().map(of).collect())
}

async fn find(app: &AppState, asked: &[(Subject, Day)]) -> Result<HashMap<Subject, SignedIn>, ApiError> {
    let mut accounts: BTreeMap<Day, Vec<AccountId>> = BTreeMap::new();
    let mut devices: Vec<DeviceId> = Vec::new();
    for (subject, today) in asked {
        match subject {
            Subject::Account(id) => accounts.entry(*today).or_default().push(*id),
            Subject::Device(id) => devices.push(*id),
        }
    }
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let mut found = HashMap::with_capacity(asked.len());
    for (today, ids) in accounts {
        for (account, (username, held)) in store::accounts(c, &ids, today).await? {
            found.insert(Subject::Account(account), (Who::Officer { account, username }, held));
        }
    }
    if !devices.is_empty() {
        for (device, member) in store::device_members(c, &devices).await? {
            found.insert(Subject::Device(device), (Who::Member { member, device }, Vec::new()));
        }
    }
    Ok(found)
}

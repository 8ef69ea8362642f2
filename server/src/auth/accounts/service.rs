//! The rules of accounts: nobody gives, changes or takes back what lies beyond their own reach, and the registry is never
//! left without an administrator.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};

use super::{
    model::{
        Account, AccountRecord, AssignmentView, CreatedAccount, CreatedAssignment, NewAccount, NewAssignment,
        SETUP_SECONDS, SetupLink, Username, fits,
    },
    store::{self, AccountRow},
};
use crate::{
    access::{
        Caller, Role, Scope,
        audit::{self, Actor, Record},
    },
    app::AppState,
    auth::{passwords::Password, sessions},
    clock::{Day, Instant},
    db::Conn,
    error::{ApiError, Code},
    ids::{AccountId, AssignmentId, Entropy, UnitId},
    units,
};

/// Who manages accounts, when, and how far they reach. Its methods run inside a write.
pub struct Desk {
    actor: Actor,
    reach: Scope,
    now: Instant,
    entropy: Entropy,
    public_url: String,
}

impl Desk {
    /// The desk of a signed-in administrator.
    pub fn of(app: &AppState, caller: &Caller) -> Self {
        Self { actor: caller.into(), reach: caller.scope.clone(), ..Self::of_the_program(app) }
    }

    /// The desk of the program itself: its command line, its first start.
    pub fn of_the_program(app: &AppState) -> Self {
        Self {
            actor: Actor::System,
            reach: Scope::everything(),
            now: app.clock.now(),
            entropy: app.entropy.clone(),
            public_url: app.config.public_url.clone(),
        }
    }

    /// Makes an account with its first role, and the link that opens it.
    pub async fn create(&self, c: &mut Conn<'_>, new: NewAccount) -> Result<CreatedAccount, ApiError> {
        self.may_give(c, new.role, new.unit_id).await?;
        let id = self.insert(c, &new).await?;
        let setup = self.make_link(c, id).await?;
        Ok(CreatedAccount { id, username: new.username, setup })
    }

    /// Makes an account that has its password already.
    pub async fn create_ready(
        &self,
        c: &mut Conn<'_>,
        new: NewAccount,
        password_hash: &str,
    ) -> Result<AccountId, ApiError> {
        self.may_give(c, new.role, new.unit_id).await?;
        let id = self.insert(c, &new).await?;
        store::set_password(c, id, password_hash).await?;
        Ok(id)
    }

    async fn insert(&self, c: &mut Conn<'_>, new: &NewAccount) -> Result<AccountId, ApiError> {
        let id = AccountId::new(self.now, &self.entropy);
        if !store::insert(c, id, &new.username, self.now).await? {
            return Err(ApiError::new(Code::UsernameTaken, "Choose another user name."));
        }
        let assignment = AssignmentId::new(self.now, &self.entropy);
        store::insert_assignment(c, assignment, id, new.role, new.unit_id, self.now).await?;
        self.record(c, "account.create", id, new.unit_id).await?;
        Ok(id)
    }

    /// The link for the first administrator, as long as nobody can sign in: a new one at each start, so that a link that
    /// was lost locks nobody out.
    pub async fn first_administrator(&self, c: &mut Conn<'_>) -> Result<Option<SetupLink>, ApiError> {
        if store::any_password(c).await? {
            return Ok(None);
        }
        let username: Username = "admin".parse().map_err(ApiError::internal)?;
        let id = match store::by_username(c, &username).await? {
            Some(row) => row.id,
            None => self.insert(c, &NewAccount { username, role: Role::Administrator, unit_id: None }).await?,
        };
        self.make_link(c, id).await.map(Some)
    }

    /// A new link for an account: its holder chooses a new password and starts without a second factor.
    pub async fn renew_setup(&self, c: &mut Conn<'_>, id: AccountId) -> Result<SetupLink, ApiError> {
        self.may_change(c, id).await?;
        self.record(c, "account.renew_setup", id, None).await?;
        self.make_link(c, id).await
    }

    async fn make_link(&self, c: &mut Conn<'_>, id: AccountId) -> Result<SetupLink, ApiError> {
        let code = self.entropy.one_time_code();
        let expires_at = self.now.plus_seconds(SETUP_SECONDS);
        store::replace_setup(c, id, &hash_of(&code), expires_at).await?;
        Ok(SetupLink { url: format!("{}/setup#{code}", self.public_url), code, expires_at })
    }

    /// Closes an account: it cannot sign in, and its sessions end at once. Repeating it changes nothing.
    pub async fn disable(&self, c: &mut Conn<'_>, id: AccountId) -> Result<(), ApiError> {
        let account = self.may_change(c, id).await?;
        if store::set_disabled(c, id, Some(self.now)).await? {
            self.record(c, "account.disable", id, None).await?;
            sessions::end_all(c, id, self.now).await?;
            if account.assignments.iter().any(is_over_all) {
                require_an_administrator(c).await?;
            }
        }
        Ok(())
    }

    /// Opens a closed account.
    pub async fn enable(&self, c: &mut Conn<'_>, id: AccountId) -> Result<(), ApiError> {
        self.may_change(c, id).await?;
        if store::set_disabled(c, id, None).await? {
            self.record(c, "account.enable", id, None).await?;
        }
        Ok(())
    }

    /// Gives a further role.
    pub async fn add_assignment(
        &self,
        c: &mut Conn<'_>,
        account: AccountId,
        new: NewAssignment,
    ) -> Result<CreatedAssignment, ApiError> {
        self.seen(c, account).await?;
        self.may_give(c, new.role, new.unit_id).await?;
        let id = AssignmentId::new(self.now, &self.entropy);
        if !store::insert_assignment(c, id, account, new.role, new.unit_id, self.now).await? {
            return Err(ApiError::wrong_state("The account has this role there already."));
        }
        self.record(c, "account.add_role", account, new.unit_id).await?;
        Ok(CreatedAssignment { id, role: new.role, unit_id: new.unit_id })
    }

    /// Takes a role back.
    pub async fn remove_assignment(
        &self,
        c: &mut Conn<'_>,
        account: AccountId,
        assignment: AssignmentId,
    ) -> Result<(), ApiError> {
        let record = self.seen(c, account).await?;
        let found = record.account.assignments.iter().find(|a| a.id == assignment).ok_or_else(ApiError::not_found)?;
        self.require_reach(c, found.unit_id).await?;
        if found.group_id.is_some() {
            return Err(ApiError::new(
                Code::RoleOfGroup,
                "Take the account out of its supervision group, or end the group.",
            ));
        }
        store::delete_assignment(c, assignment).await?;
        self.record(c, "account.remove_role", account, found.unit_id).await?;
        if is_over_all(found) {
            require_an_administrator(c).await?;
        }
        Ok(())
    }

    /// An account within reach: one with a role there.
    pub async fn seen(&self, c: &mut Conn<'_>, id: AccountId) -> Result<AccountRecord, ApiError> {
        seen(c, &self.reach, id).await
    }

    /// Whoever closes an account or opens it anew holds all its roles in their hand, so all must lie within reach.
    async fn may_change(&self, c: &mut Conn<'_>, id: AccountId) -> Result<Account, ApiError> {
        let account = self.seen(c, id).await?.account;
        for assignment in &account.assignments {
            if self.require_reach(c, assignment.unit_id).await.is_err() {
                return Err(ApiError::new(Code::NotAllowed, "The account also has roles beyond your reach."));
            }
        }
        Ok(account)
    }

    async fn may_give(&self, c: &mut Conn<'_>, role: Role, unit: Option<UnitId>) -> Result<(), ApiError> {
        let Some(id) = unit else {
            if role == Role::Administrator && self.reach.is_everything() {
                return Ok(());
            }
            return Err(ApiError::bad_field("/unit_id", "required", "is required for this role"));
        };
        let unit_ref = units::unit_ref(c, id).await?;
        self.require_reach(c, unit).await?;
        if !fits(role, unit_ref.kind) {
            return Err(ApiError::bad_field("/role", "does_not_fit", "does not go with a unit of this kind"));
        }
        Ok(())
    }

    async fn require_reach(&self, c: &mut Conn<'_>, unit: Option<UnitId>) -> Result<(), ApiError> {
        match unit {
            Some(unit) => self.reach.require_unit(c, unit).await,
            None if self.reach.is_everything() => Ok(()),
            None => Err(ApiError::not_found()),
        }
    }

    async fn record(
        &self,
        c: &mut Conn<'_>,
        action: &str,
        account: AccountId,
        unit: Option<UnitId>,
    ) -> Result<(), ApiError> {
        let mut record = Record::new(self.actor.clone(), action, ("account", account.to_string()));
        record.unit = unit;
        audit::append(c, self.now, record).await
    }
}

fn is_over_all(assignment: &AssignmentView) -> bool {
    assignment.role == Role::Administrator && assignment.unit_id.is_none()
}

/// Call it after the change and its audit record: the record locks out other servers' changes until the commit.
async fn require_an_administrator(c: &mut Conn<'_>) -> Result<(), ApiError> {
    if store::whole_registry_administrators(c).await? == 0 {
        return Err(ApiError::wrong_state("Somebody has to remain who administers the whole registry."));
    }
    Ok(())
}

/// An account within `reach`, or 404.
pub(super) async fn seen(c: &mut Conn<'_>, reach: &Scope, id: AccountId) -> Result<AccountRecord, ApiError> {
    let row = store::by_id(c, id).await?.ok_or_else(ApiError::not_found)?;
    let record = with_roles(c, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    if reach.is_everything() {
        return Ok(record);
    }
    for unit in record.account.assignments.iter().filter_map(|a| a.unit_id) {
        if reach.reaches_unit(c, unit).await? {
            return Ok(record);
        }
    }
    Err(ApiError::not_found())
}

/// The accounts with their roles, in the order given.
pub(super) async fn with_roles(c: &mut Conn<'_>, rows: Vec<AccountRow>) -> Result<Vec<AccountRecord>, ApiError> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.id).collect();
    let assignments = store::assignments(c, &ids).await?;
    let units: Vec<UnitId> = assignments.iter().filter_map(|a| a.unit_id).collect();
    let units = units::unit_refs(c, &units).await?;
    let mut roles: HashMap<AccountId, Vec<AssignmentView>> = HashMap::new();
    for a in assignments {
        let unit = a.unit_id.and_then(|id| units.get(&id).cloned());
        let view = AssignmentView {
            id: a.id,
            role: a.role,
            unit_id: a.unit_id,
            unit,
            from: a.from_on,
            until: a.until_on,
            group_id: a.group_id,
        };
        roles.entry(a.account_id).or_default().push(view);
    }
    let show = |row: AccountRow| AccountRecord {
        account: Account {
            id: row.id,
            username: row.username,
            assignments: roles.remove(&row.id).unwrap_or_default(),
            totp: row.totp_confirmed,
            disabled: row.disabled_at.is_some(),
        },
        set_up: row.password_hash.is_some(),
    };
    Ok(rows.into_iter().map(show).collect())
}

/// An account as its holder sees it, with the roles in force today; 404 where there is none.
pub async fn account_view(c: &mut Conn<'_>, id: AccountId, today: Day) -> Result<Account, ApiError> {
    let mut account = seen(c, &Scope::everything(), id).await?.account;
    account.assignments.retain(|assignment| assignment.holds_on(today));
    Ok(account)
}

fn hash_of(code: &str) -> Vec<u8> {
    digest(&SHA256, code.as_bytes()).as_ref().to_vec()
}

/// Opens an account by its set-up code. All earlier sessions end, and a second factor has to be set up anew.
pub(super) async fn set_up(app: &AppState, code: &str, password: Password) -> Result<(), ApiError> {
    let gone = || ApiError::new(Code::Gone, "Ask your administrator for a new link.");
    let (code_hash, now) = (hash_of(code), app.clock.now());
    let account = {
        let mut reader = app.db.read().await?;
        store::setup_account(&mut reader.conn(), &code_hash, now).await?.ok_or_else(gone)?
    };
    require_other_than_name(&password, &account.username, "/password")?;
    let password_hash = app.passwords.hash(password).await?;
    let used = app
        .db
        .write(move |c| {
            Box::pin(async move {
                if !store::use_setup(c, &code_hash, now).await? {
                    return Ok(false);
                }
                store::set_password(c, account.id, &password_hash).await?;
                store::set_totp(c, account.id, None, false).await?;
                sessions::end_all(c, account.id, now).await?;
                let target = ("account", account.id.to_string());
                audit::append(c, now, Record::new(Actor::Account(account.id), "account.set_up", target)).await?;
                Ok(true)
            })
        })
        .await?;
    if used { Ok(()) } else { Err(gone()) }
}

/// A password that is the user name is the first that anyone tries.
pub(in crate::auth) fn require_other_than_name(
    password: &Password,
    username: &Username,
    pointer: &str,
) -> Result<(), ApiError> {
    if password.is(username.as_str()) {
        return Err(ApiError::bad_field(pointer, "is_user_name", "must not be the user name"));
    }
    Ok(())
}

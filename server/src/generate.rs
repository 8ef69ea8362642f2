//! A registry of any size for measurements: members who never were, with cards, events and check-ins spread over years.
//!
//! `tree.rs`, `stays.rs` and `meetings.rs` say what there is, `rows.rs` how the services would have stored it, and `load.rs`
//! streams it in. The same seed gives the same people. What a service would tell somebody (notices), and its record of each
//! single step in the audit log, are left out: one record says what was generated.

mod event_rows;
mod load;
mod meetings;
mod member_rows;
mod rows;
mod stays;
mod tree;

use std::sync::atomic::AtomicU64;

use serde::Serialize;

use crate::{
    access::{
        Role,
        audit::{self, Actor, Record},
    },
    app::AppState,
    auth::{
        accounts::{Desk, NewAccount},
        passwords::Password,
    },
    db::{Bulk, Conn},
    error::ApiError,
    ids::{AccountId, UnitId},
    on_engine,
};
use load::Load;
use tree::Tree;

/// What is to be made.
pub struct Order {
    /// How many members.
    pub members: u64,
    /// Which ones.
    pub seed: u64,
    /// The password of every officer; a set-up link each, if absent.
    pub password: Option<Password>,
}

/// An officer of the generated registry.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// The role.
    pub role: Role,
    /// The name to sign in with.
    pub username: String,
    /// The unit of the role; null for the administrator, who keeps the whole registry.
    pub unit_id: Option<UnitId>,
    /// The unit by name.
    pub unit: String,
    /// The link by which a password is set, where none was given.
    pub setup: Option<String>,
}

/// What was made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Generated {
    /// Members, a registration each.
    pub members: u64,
    /// Cards.
    pub cards: u64,
    /// Units.
    pub units: u64,
    /// Events.
    pub events: u64,
    /// Check-ins.
    pub check_ins: u64,
    /// An officer for each role; the department's is the one with the most members.
    pub logins: Vec<Login>,
}

/// How far it has come, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

/// The action of the record with which it begins; no other record of the log has it.
const BEGIN: &str = "registry.generate";
const END: &str = "registry.generated";

/// Why nothing can be generated here, if nothing can.
pub async fn refusal(c: &mut Conn<'_>) -> Result<Option<&'static str>, ApiError> {
    let begun: Option<i64> = on_engine!(&mut *c, |c| sqlx::query_scalar(
        "select seq from audit_log where action in ($1, $2) order by seq desc limit 1"
    )
    .bind(BEGIN)
    .bind(END)
    .fetch_optional(c))?;
    let ended: Option<i64> =
        on_engine!(&mut *c, |c| sqlx::query_scalar("select seq from audit_log where action = $1")
            .bind(END)
            .fetch_optional(c))?;
    let member: Option<UnitId> =
        on_engine!(c, |c| sqlx::query_scalar("select id from members limit 1").fetch_optional(c))?;
    Ok(match (begun, ended, member) {
        (Some(_), None, _) => Some("an earlier run was interrupted here; what it left can be served, not completed"),
        (_, _, Some(_)) => Some("the database holds members already"),
        (Some(_), Some(_), None) | (None, _, None) => None,
    })
}

impl Progress {
    /// How much of [`Progress::total`] is done.
    pub fn done(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn add(&self, n: u64) {
        self.0.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
    }

    /// What has to be done for so many members.
    pub fn total(members: u64) -> u64 {
        members * (load::OF_MEMBER + load::OF_CHECK_IN * meetings::VISITS + load::OF_INDEXES)
    }
}

/// Generates into a database in which [`refusal`] finds nothing wrong.
pub async fn fill(app: &AppState, order: Order, progress: &Progress) -> anyhow::Result<Generated> {
    let now = app.clock.now();
    let note = format!("{} members, seed {}", order.members, order.seed);
    record(app, BEGIN, note.clone()).await?;
    let hash = match order.password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let mut bulk = Bulk::begin(&app.config.database, rows::TABLES).await?;
    let (tree, units) = Tree::grow(order.members, order.seed, now, &app.entropy)?;
    let mut made = Generated { members: order.members, units: tree.units, ..Generated::default() };
    bulk.write(units).await?;
    let (state, offices) = (app.clone(), tree.offices());
    let officers =
        app.db.write(move |c| Box::pin(async move { open_offices(c, &state, offices, hash.as_deref()).await })).await?;
    let hands = rows::Hands { home: officers.home, host: officers.host };
    made.logins = officers.logins;
    let load = Load { app, seed: order.seed, members: order.members, now, hands };
    load.run(bulk, tree, &mut made, progress).await?;
    record(app, END, format!("{note}, {} check-ins", made.check_ins)).await?;
    Ok(made)
}

async fn record(app: &AppState, action: &'static str, note: String) -> Result<(), ApiError> {
    let now = app.clock.now();
    app.db
        .write(move |c| {
            Box::pin(async move {
                let record = Record::new(Actor::System, action, ("registry", String::new())).because(Some(&note));
                audit::append(c, now, record).await
            })
        })
        .await
}

/// The accounts that were made, and by whose hands the rest is written.
struct Officers {
    home: AccountId,
    host: AccountId,
    logins: Vec<Login>,
}

async fn open_offices(
    c: &mut Conn<'_>,
    app: &AppState,
    offices: Vec<(Role, &'static str, Option<UnitId>, String)>,
    hash: Option<&str>,
) -> Result<Officers, ApiError> {
    let desk = Desk::of_the_program(app);
    let (mut logins, mut ids) = (Vec::new(), Vec::new());
    for (role, username, unit_id, unit) in offices {
        let new = NewAccount { username: username.parse().map_err(ApiError::internal)?, role, unit_id };
        let setup = match hash {
            Some(hash) => {
                ids.push((role, desk.create_ready(c, new, hash).await?));
                None
            }
            None => {
                let made = desk.create(c, new).await?;
                ids.push((role, made.id));
                Some(made.setup.url)
            }
        };
        logins.push(Login { role, username: username.into(), unit_id, unit, setup });
    }
    let of = |role: Role| ids.iter().find(|(held, _)| *held == role).map(|(_, id)| *id);
    let missing = || ApiError::internal("an office is missing");
    Ok(Officers {
        home: of(Role::DepartmentOfficer).ok_or_else(missing)?,
        host: of(Role::CommitteeOfficer).ok_or_else(missing)?,
        logins,
    })
}

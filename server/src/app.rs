//! The state that every handler shares, and how it is built.

use std::{fs, ops::Deref, os::unix::fs::DirBuilderExt as _, path::Path, sync::Arc};

use anyhow::{Context as _, anyhow, bail};

use crate::{
    access::{SignIns, audit},
    auth::{passwords::Hasher, tokens::Remembered},
    check_ins::{Desk, Live},
    clock::Clock,
    config::Config,
    db::{Db, partitions},
    error::Code,
    ids::Entropy,
    imports::Intake,
    keys::{Keys, MasterKey},
    opinions::Flood,
    people::Darkroom,
    tallies, units,
};

/// What every handler shares: one copy, whose clones cost nothing.
#[derive(Clone)]
pub struct AppState(Arc<App>);

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

/// Database, settings, clock, randomness and keys.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// The vault and the signing keys.
    pub keys: Keys,
    /// Passwords: makes and checks hashes, a few at a time.
    pub passwords: Hasher,
    /// Access tokens that were verified lately.
    pub tokens: Remembered,
    /// Where those who come with a token are looked up.
    pub sign_ins: SignIns,
    /// Portraits of members.
    pub darkroom: Darkroom,
    /// Files that are being imported.
    pub imports: Intake,
    /// Where check-ins queue.
    pub desk: Desk,
    /// Who watches which event.
    pub live: Live,
    /// How much was said without a name in this hour.
    pub flood: Flood,
}

/// Makes the data folder, which nobody else reads, where there is none.
pub fn make_data_dir(path: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the data folder {} cannot be made", path.display()))
}

impl AppState {
    /// Opens the database (creating and migrating it) and the keys.
    pub async fn build(
        config: Config,
        master: Option<MasterKey>,
        clock: Clock,
        entropy: Entropy,
    ) -> anyhow::Result<Self> {
        make_data_dir(&config.data_dir)?;
        let master = match master {
            Some(key) => key,
            None => {
                let path = config.data_dir.join("master.key");
                // A new key beside old data would open nothing, and pass for the right one in the next backup.
                if !path.exists() && !config.database.is_blank().await.context("the database cannot be opened")? {
                    bail!("there is a database, but no master key at {}: put it back there", path.display());
                }
                MasterKey::load_or_create(&path, &entropy)?
            }
        };
        let db = Db::open(&config.database).await.context("the database cannot be opened")?;
        let now = clock.now();
        db.write(move |c| {
            Box::pin(async move {
                audit::start_chain(c).await?;
                partitions::make_ahead(c, now).await
            })
        })
        .await?;
        tallies::count_first(&db, now, units::district).await?;
        let keys = Keys::open(&master, &db, &clock, &entropy).await.map_err(|error| match error.code() {
            Code::Internal => anyhow!("the registry's keys do not open with this master key"),
            _ => error.into(),
        })?;
        let passwords = Hasher::new(entropy.clone());
        Ok(Self(Arc::new(App {
            db,
            config: Arc::new(config),
            clock,
            entropy,
            keys,
            passwords,
            tokens: Remembered::default(),
            sign_ins: SignIns::default(),
            darkroom: Darkroom::default(),
            imports: Intake::default(),
            desk: Desk::default(),
            live: Live::default(),
            flood: Flood::default(),
        })))
    }

    /// The same with a replica for the reads that may lag, by its URL.
    pub fn with_replica(self, url: &str) -> anyhow::Result<Self> {
        let db = self.db.clone().with_replica(url)?;
        Ok(Self(Arc::new(App { db, ..App::clone(&self) })))
    }

    /// Writes what is queued and closes the database.
    pub async fn close(self) {
        Arc::unwrap_or_clone(self.0).db.close().await;
    }

    /// The same by another clock.
    pub fn at(&self, clock: Clock) -> Self {
        Self(Arc::new(App { clock, ..App::clone(self) }))
    }
}

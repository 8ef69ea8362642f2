//! Where the data lives: the flags that every command shares.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use guiyan::{
    app::make_data_dir,
    config::{Config, Tls},
    db::{self, DatabaseUrl, Db},
    ids::Entropy,
    keys::MasterKey,
    retention::Periods,
};

/// Holds the master key, 64 hexadecimal digits; it has no flag, because others see a program's flags.
const MASTER_KEY: &str = "GUIYAN_MASTER_KEY";

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Storage {
    /// Database: sqlite:///path/file.db or postgres://…; a SQLite file in the data folder if absent.
    #[arg(long, env = "GUIYAN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<DatabaseUrl>,
    /// Folder of the database file and the master key (GUIYAN_MASTER_KEY may hold the key instead).
    #[arg(long, env = "GUIYAN_DATA_DIR", default_value = "./guiyan-data", value_name = "FOLDER")]
    pub(crate) data_dir: PathBuf,
}

impl Storage {
    /// The database's address.
    pub(crate) fn database(&self) -> DatabaseUrl {
        self.database.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(self.data_dir.join("guiyan.db")))
    }

    /// The settings of a command that serves nobody; `public_url` is the base of the links that it makes.
    pub(crate) fn config(&self, public_url: String) -> Config {
        Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database: self.database(),
            data_dir: self.data_dir.clone(),
            public_url,
            tls: Tls::Off,
            trust_forwarded_for: false,
            retention: Periods::DEFAULT,
        }
    }

    /// Opens a database that is there already: a mistyped path must not make a new, empty one.
    pub(crate) async fn open_existing(&self) -> anyhow::Result<Db> {
        let url = self.database();
        if let DatabaseUrl::Sqlite(path) = &url
            && !path.is_file()
        {
            bail!("there is no database at {}", path.display());
        }
        Db::open(&url).await.context("the database cannot be opened")
    }

    /// The master key of data that is there already.
    pub(crate) fn existing_master_key(&self) -> anyhow::Result<MasterKey> {
        if let Some(key) = master_key_from_environment()? {
            return Ok(key);
        }
        let path = self.data_dir.join("master.key");
        if !path.is_file() {
            bail!("the master key of this registry is neither in {MASTER_KEY} nor at {}", path.display());
        }
        MasterKey::load_or_create(&path, &Entropy::system())
    }
}

/// Keeps the database for this one server as long as the answer is held; PostgreSQL serves any number of them.
pub(crate) fn claim(database: &DatabaseUrl, data_dir: &Path) -> anyhow::Result<Option<File>> {
    make_data_dir(data_dir)?;
    match database {
        DatabaseUrl::Sqlite(path) => db::claim(path).map(Some).context("the database cannot be opened"),
        DatabaseUrl::Postgres(_) => Ok(None),
    }
}

/// The master key, where the environment has it.
pub(crate) fn master_key_from_environment() -> anyhow::Result<Option<MasterKey>> {
    match std::env::var(MASTER_KEY) {
        Ok(text) if !text.is_empty() => {
            MasterKey::from_hex(&text).map(Some).with_context(|| format!("{MASTER_KEY} is not valid"))
        }
        _ => Ok(None),
    }
}

//! How a file is opened.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use log::LevelFilter;
use rusqlite::{Connection, OpenFlags};
use sqlx_core::{Url, connection::LogSettings};

use super::{Failure, SqliteConnection};

/// A file, and what each connection to it sets.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    file: PathBuf,
    flags: OpenFlags,
    busy: Duration,
    pragmas: Vec<(&'static str, &'static str)>,
    prepared: usize,
    log: Option<LogSettings>,
}

impl SqliteOptions {
    /// The file, which has to be there, with foreign keys.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self {
            file: path.as_ref().to_owned(),
            flags: OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            busy: Duration::from_secs(10),
            pragmas: vec![("foreign_keys", "on")],
            prepared: 100,
            log: None,
        }
    }

    /// Makes it where there is none.
    pub fn create(mut self) -> Self {
        self.flags |= OpenFlags::SQLITE_OPEN_CREATE;
        self
    }

    /// Only reads.
    pub fn read_only(mut self) -> Self {
        self.flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self
    }

    /// `pragma name = value`, after those that were asked for before.
    pub fn pragma(mut self, name: &'static str, value: &'static str) -> Self {
        self.pragmas.push((name, value));
        self
    }

    /// How many statements are kept prepared.
    pub fn prepared(mut self, statements: usize) -> Self {
        self.prepared = statements;
        self
    }

    fn open(&self) -> Result<SqliteConnection, Failure> {
        let connection = Connection::open_with_flags(&self.file, self.flags)?;
        connection.busy_timeout(self.busy)?;
        connection.set_prepared_statement_cache_capacity(self.prepared);
        for (name, value) in &self.pragmas {
            connection.execute_batch(&format!("pragma {name} = {value}"))?;
        }
        Ok(SqliteConnection::of(connection, self.log.clone()))
    }
}

impl FromStr for SqliteOptions {
    type Err = sqlx::Error;

    /// `sqlite://` and the path of the file.
    fn from_str(url: &str) -> Result<Self, sqlx::Error> {
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        path.map(Self::file).ok_or_else(|| sqlx::Error::Configuration("it does not start with sqlite://".into()))
    }
}

impl sqlx::ConnectOptions for SqliteOptions {
    type Connection = SqliteConnection;

    fn from_url(url: &Url) -> Result<Self, sqlx::Error> {
        url.as_str().parse()
    }

    async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        Ok(self.open()?)
    }

    fn log_statements(mut self, level: LevelFilter) -> Self {
        self.log.get_or_insert_default().log_statements(level);
        self
    }

    fn log_slow_statements(mut self, level: LevelFilter, duration: Duration) -> Self {
        self.log.get_or_insert_default().log_slow_statements(level, duration);
        self
    }

    fn disable_statement_logging(mut self) -> Self {
        self.log = None;
        self
    }
}

//! A look at a database that changes nothing: no migration, no writer, a connection of one's own.

use std::path::Path;

use anyhow::Context as _;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use super::{
    Conn, DatabaseUrl, primary, schema,
    sqlite::{SqliteConnection, SqliteOptions},
};

/// A database that is looked at.
pub enum Inspection {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// A setting of the engine on which durability rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it is set to.
    pub value: String,
    /// Whether what is acknowledged is on disk with it.
    pub safe: bool,
}

/// How far the schema is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Migrations that have run.
    pub applied: usize,
    /// Migrations that the next start will run.
    pub pending: usize,
    /// Migrations that this program does not know: the database belongs to a newer one.
    pub unknown: usize,
    /// Migrations that broke off, or ran with other text than this program's.
    pub broken: usize,
}

impl Inspection {
    /// Connects; a database that is not there is not made.
    pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Self> {
        Ok(match url {
            DatabaseUrl::Sqlite(path) => {
                Self::Sqlite(SqliteOptions::file(path).pragma("query_only", "on").connect().await?)
            }
            DatabaseUrl::Postgres(url) => {
                let mut hosts = primary::hosts(url)?.into_iter();
                let mut found = hosts.next().context("it names no host")?.connect().await;
                for host in hosts {
                    if found.is_err() {
                        found = host.connect().await;
                    }
                }
                Self::Postgres(found?)
            }
        })
    }

    /// Lends the connection to a store function.
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }

    /// Lets go of it.
    pub async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(c) => c.close().await,
            Self::Postgres(c) => c.close().await,
        }
    }

    /// Name and version of the engine.
    pub async fn engine(&mut self) -> Result<String, sqlx::Error> {
        let (name, version): (&str, String) = match self {
            Self::Sqlite(c) => ("SQLite", sqlx::query_scalar("select sqlite_version()").fetch_one(c).await?),
            Self::Postgres(c) => ("PostgreSQL", sqlx::query_scalar("show server_version").fetch_one(c).await?),
        };
        Ok(format!("{name} {version}"))
    }

    /// The settings on which durability rests. What each connection of ours sets for itself is not among them.
    pub async fn settings(&mut self) -> Result<Vec<Setting>, sqlx::Error> {
        match self {
            Self::Sqlite(c) => {
                let value: String = sqlx::query_scalar("pragma journal_mode").fetch_one(c).await?;
                Ok(vec![Setting { name: "journal_mode", safe: value == "wal", value }])
            }
            Self::Postgres(c) => {
                let mut found = Vec::new();
                for (name, unsafe_values) in
                    [("fsync", &["off"][..]), ("full_page_writes", &["off"]), ("synchronous_commit", &["off"])]
                {
                    let value: String =
                        sqlx::query_scalar("select current_setting($1)").bind(name).fetch_one(&mut *c).await?;
                    found.push(Setting { name, safe: !unsafe_values.contains(&value.as_str()), value });
                }
                Ok(found)
            }
        }
    }

    /// Seconds by which a standby lags behind its primary; `None` on a primary.
    pub async fn lag(&mut self) -> Result<Option<f64>, sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(c) => {
                sqlx::query_scalar(
                    "select case when pg_is_in_recovery() then coalesce(cast(extract(epoch from now()
                            - pg_last_xact_replay_timestamp()) as double precision), 0) end",
                )
                .fetch_one(c)
                .await
            }
        }
    }

    /// How far the schema is; `None` where there is no schema of ours.
    pub async fn schema(&mut self) -> Result<Option<SchemaState>, sqlx::Error> {
        let sql = "select version, success, checksum from _sqlx_migrations order by version";
        let rows: Result<Vec<(i64, bool, Vec<u8>)>, _> = match self {
            Self::Sqlite(c) => sqlx::query_as(sql).fetch_all(c).await,
            Self::Postgres(c) => sqlx::query_as(sql).fetch_all(c).await,
        };
        match rows {
            Ok(rows) => Ok(Some(schema::compare(matches!(self, Self::Sqlite(_)), &rows))),
            // A table that is not there is the database's word, not the connection's.
            Err(sqlx::Error::Database(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is wrong with the form of the file, five faults at most; a thorough look compares the indexes too. PostgreSQL
    /// looks after its own.
    pub async fn faults(&mut self, thorough: bool) -> Result<Vec<String>, sqlx::Error> {
        let Self::Sqlite(c) = self else { return Ok(Vec::new()) };
        let sql = if thorough { "pragma integrity_check(5)" } else { "pragma quick_check(5)" };
        let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(c).await?;
        Ok(if found == ["ok"] { Vec::new() } else { found })
    }
}

/// What stands beside a SQLite file and should not: the remains of a restore that broke off.
pub fn remains(database: &Path) -> Vec<std::path::PathBuf> {
    ["restoring", "restoring-wal", "restoring-journal"]
        .into_iter()
        .map(|end| {
            let mut name = database.as_os_str().to_owned();
            name.push(format!(".{end}"));
            std::path::PathBuf::from(name)
        })
        .filter(|path| path.exists())
        .collect()
}

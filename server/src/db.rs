//! The only module that names an engine.
//!
//! One SQL text serves SQLite and PostgreSQL. Stores take a [`Conn`] and write each statement once, inside
//! [`on_engine!`] or [`execute!`], which type-check the same body for both.
//!
//! Reads take a pooled connection ([`Db::read`]). Writes go through [`Db::write`]: a closure that is queued to the
//! program's one writer, committed together with whatever else has gathered, and answered **after** the commit is on
//! disk (see `writer.rs`). `migrations/README.md` has the rules of portable SQL.

mod condition;
mod files;
mod inspection;
mod schema;
mod writer;

use std::{path::PathBuf, str::FromStr, time::Duration};

use anyhow::Context as _;
use futures::future::BoxFuture;
use sqlx::{
    ConnectOptions, Database, Encode, PgConnection, PgPool, QueryBuilder, SqliteConnection, SqlitePool, Type,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use uuid::Uuid;

use crate::{error::ApiError, execute};

pub use condition::Traffic;
pub use files::{check_file, claim, copy_while_serving, settle, take_copy};
pub use inspection::{Inspection, SchemaState, Setting, remains};
pub use writer::Writer;

/// A borrowed connection of either engine, inside or outside of a transaction.
pub enum Conn<'c> {
    /// SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// Runs one body of sqlx code on whichever engine the connection is: `on_engine!(conn, |c| query.fetch_one(c))`.
///
/// The body is compiled twice, so it may only use what both engines have.
#[macro_export]
macro_rules! on_engine {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite(inner) => {
                let $c = &mut **inner;
                $body.await
            }
            $crate::db::Conn::Postgres(inner) => {
                let $c = &mut **inner;
                $body.await
            }
        }
    };
}

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of its own.
    Sqlite(PathBuf),
    /// A server, by its URL.
    Postgres(String),
}

impl DatabaseUrl {
    /// Whether nothing is there yet: no file, or a database without a single table.
    pub async fn is_blank(&self) -> anyhow::Result<bool> {
        Ok(schema::count_tables(self).await? == 0)
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            if path.is_empty() {
                return Err("a SQLite URL names a file: sqlite:///path/file.db".into());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("a database URL starts with sqlite:// or postgres://".into())
    }
}

#[derive(Clone)]
enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The database: a pool of readers and the one writer.
#[derive(Clone)]
pub struct Db {
    readers: Readers,
    writer: Writer,
}

/// A pooled connection for reading; `conn()` lends it to a store.
pub enum Reader {
    /// SQLite, `query_only`.
    Sqlite(PoolConnection<sqlx::Sqlite>),
    /// PostgreSQL.
    Postgres(PoolConnection<sqlx::Postgres>),
}

impl Reader {
    /// Lends the connection to a store function.
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }
}

fn sqlite_options(path: &PathBuf) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

impl Db {
    /// Opens the database, creating and migrating it where needed, and starts the writer.
    pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = sqlite_options(path);
                files::create_private(path).with_context(|| format!("{}", path.display()))?;
                let mut connection = options.connect().await?;
                schema::migrate_sqlite(&mut connection).await?;
                let readers = SqlitePoolOptions::new()
                    .max_connections(6)
                    .min_connections(1)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(options.clone().create_if_missing(false).pragma("query_only", "on"))
                    .await?;
                Ok(Self { readers: Readers::Sqlite(readers), writer: Writer::sqlite(connection, options) })
            }
            DatabaseUrl::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
                let mut connection = options.connect().await?;
                schema::migrate_postgres(&mut connection).await?;
                let readers = PgPoolOptions::new()
                    .max_connections(12)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(options.clone())
                    .await?;
                Ok(Self { readers: Readers::Postgres(readers), writer: Writer::postgres(connection, options) })
            }
        }
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Reader, ApiError> {
        Ok(match &self.readers {
            Readers::Sqlite(pool) => Reader::Sqlite(pool.acquire().await?),
            Readers::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        })
    }

    /// Runs `job` atomically and answers after it is durable. An `Err` undoes everything the job wrote, and nothing else.
    ///
    /// Jobs of all callers run one after the other, so a job must not wait for anything but the database.
    pub async fn write<T, F>(&self, job: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'j, 'c> FnOnce(&'j mut Conn<'c>) -> BoxFuture<'j, Result<T, ApiError>> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Whether a statement can be run now; for `/readyz`.
    pub async fn ready(&self) -> Result<(), ApiError> {
        let mut reader = self.read().await?;
        execute!(&mut reader.conn(), sqlx::query("select 1"))?;
        Ok(())
    }

    /// Finishes the queued writes and closes every connection.
    pub async fn close(self) {
        self.writer.close().await;
        match self.readers {
            Readers::Sqlite(pool) => pool.close().await,
            Readers::Postgres(pool) => pool.close().await,
        }
    }
}

/// Runs a statement that answers no rows: `execute!(conn, sqlx::query("…").bind(x))` → rows touched.
#[macro_export]
macro_rules! execute {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite(inner) => $query.execute(&mut **inner).await.map(|done| done.rows_affected()),
            $crate::db::Conn::Postgres(inner) => $query.execute(&mut **inner).await.map(|done| done.rows_affected()),
        }
    };
}

/// Appends `($1, $2, …)` for `column in …`; no ids make a list that holds nothing.
pub fn push_ids<DB>(query: &mut QueryBuilder<DB>, ids: impl IntoIterator<Item = Uuid>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(null");
    for id in ids {
        query.push(", ").push_bind(id);
    }
    query.push(")");
}

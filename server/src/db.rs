//! The only module that names an engine.
//!
//! One SQL text serves SQLite and PostgreSQL. Stores take a [`Conn`] and write each statement once, inside
//! [`on_engine!`] or [`execute!`], which type-check the same body for both.
//!
//! Reads take a pooled connection ([`Db::read`]). Writes go through [`Db::write`]: a closure that is queued to the
//! program's one writer, committed together with whatever else has gathered, and answered **after** the commit is on
//! disk (see `writer.rs`). `migrations/README.md` has the rules of portable SQL.

mod bulk;
mod condition;
mod files;
mod inspection;
pub mod partitions;
mod primary;
mod replica;
mod schema;
pub mod sqlite;
mod writer;

use std::{path::PathBuf, str::FromStr, time::Duration};

use anyhow::Context as _;
use futures::future::BoxFuture;
use sqlx::{
    ConnectOptions, Database, Encode, PgConnection, QueryBuilder, Type,
    pool::{PoolConnection, PoolOptions},
};

use tokio::sync::watch;

use self::{
    primary::Primary,
    replica::Replica,
    sqlite::{SqliteConnection, SqliteOptions, SqlitePool},
};
use crate::{error::ApiError, execute};

pub use bulk::{Bulk, Cell, Rows};
pub use condition::Traffic;
pub use files::{check_file, claim, copy_while_serving, settle, take_copy};
pub use inspection::{Inspection, SchemaState, Setting, remains};
pub use replica::Seen;
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
    Postgres(Primary),
}

/// The database: a pool of readers and the one writer.
#[derive(Clone)]
pub struct Db {
    readers: Readers,
    replica: Option<Replica>,
    writer: Writer,
    commits: watch::Sender<()>,
}

/// Something that one server at a time may do.
pub struct Claim {
    _connection: Option<PgConnection>,
}

/// A pooled connection for reading; `conn()` lends it to a store.
pub enum Reader {
    /// SQLite, `query_only`.
    Sqlite(PoolConnection<sqlite::Sqlite>),
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

    /// For reports: statements may take so long that nobody else should wait on their thread.
    #[must_use]
    pub fn at_length(mut self) -> Self {
        if let Self::Sqlite(c) = &mut self {
            c.read_at_length(true);
        }
        self
    }
}

/// Statements are only logged (without their values) where GUIYAN_LOG asks for `sqlx::query=trace`: it costs every one of them.
fn logged<O: ConnectOptions>(options: O) -> O {
    let asked = tracing::enabled!(target: "sqlx::query", tracing::Level::TRACE);
    match "trace".parse() {
        Ok(level) if asked => options.log_statements(level),
        _ => options.disable_statement_logging(),
    }
}

/// Statements that a connection keeps prepared: lists of several lengths are several statements.
const PREPARED: usize = 400;

fn sqlite_options(path: &PathBuf) -> SqliteOptions {
    let options = SqliteOptions::file(path)
        .prepared(PREPARED)
        .pragma("journal_mode", "wal")
        .pragma("synchronous", "full")
        // Of each connection, in KiB as SQLite has it: what an overview of a large department reads fits, and memory stays bounded.
        .pragma("cache_size", "-8000")
        .pragma("temp_store", "memory");
    logged(options)
}

impl Db {
    /// Opens the database, creating and migrating it where needed, and starts the writer.
    pub async fn open(url: &DatabaseUrl) -> anyhow::Result<Self> {
        let commits = watch::Sender::new(());
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = sqlite_options(path);
                files::create_private(path).with_context(|| format!("{}", path.display()))?;
                let mut connection = options.connect().await?;
                schema::migrate_sqlite(&mut connection).await?;
                bulk::put_back(&mut Conn::Sqlite(&mut connection), &mut |_| {}).await?;
                let readers = PoolOptions::new()
                    .max_connections(6)
                    .min_connections(1)
                    .acquire_timeout(Duration::from_secs(10))
                    // A file does not go away like a line: asking first would cost each read a round.
                    .test_before_acquire(false)
                    .connect_with(options.clone().pragma("query_only", "on"))
                    .await?;
                let under = files::FileSystem::under(path)?;
                drop(connection);
                let writer = Writer::sqlite(options, under, commits.clone());
                Ok(Self { readers: Readers::Sqlite(readers), replica: None, writer, commits })
            }
            DatabaseUrl::Postgres(url) => {
                let prepare = async |c: &mut PgConnection| {
                    schema::migrate_postgres(c).await?;
                    bulk::put_back(&mut Conn::Postgres(c), &mut |_| {}).await?;
                    Ok(())
                };
                let primary = Primary::open(url, commits.clone(), prepare).await?;
                let writer = Writer::postgres(primary.clone());
                Ok(Self { readers: Readers::Postgres(primary), replica: None, writer, commits })
            }
        }
    }

    /// Takes a replica, by its URL, for the reads that may lag.
    pub fn with_replica(self, url: &str) -> anyhow::Result<Self> {
        Ok(Self { replica: Some(Replica::at(url)?), ..self })
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Reader, ApiError> {
        Ok(match &self.readers {
            Readers::Sqlite(pool) => {
                let mut connection = pool.acquire().await?;
                connection.read_at_length(false);
                Reader::Sqlite(connection)
            }
            Readers::Postgres(primary) => Reader::Postgres(primary.reader().await?),
        })
    }

    /// A connection for what may lag behind a little, lists and figures: to the replica, where there is one that answers and
    /// that has come as far as the reader has `seen`. Decisions are never made on it.
    pub async fn read_lagging(&self, seen: Seen) -> Result<Reader, ApiError> {
        match &self.replica {
            Some(replica) => match replica.reader(seen).await {
                Some(reader) => Ok(Reader::Postgres(reader)),
                None => self.read().await,
            },
            None => self.read().await,
        }
    }

    /// Whether reads may go to a replica.
    pub fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// Changes whenever something was committed, here or by another server. It is a hint, and may be late or missed:
    /// whoever must miss nothing looks again from time to time.
    pub fn commits(&self) -> watch::Receiver<()> {
        self.commits.subscribe()
    }

    /// The right to greet the first administrator, for as long as it is held: of several servers that start at once on an
    /// empty database one prints the link, since each new link ends the one before.
    pub async fn claim_greeting(&self) -> Result<Option<Claim>, ApiError> {
        /// "greet", as a number among those of the database's locks.
        const GREETING: i64 = 0x67_72_65_65_74;
        Ok(match &self.readers {
            Readers::Sqlite(_) => Some(Claim { _connection: None }),
            Readers::Postgres(primary) => {
                primary.claim(GREETING).await?.map(|connection| Claim { _connection: Some(connection) })
            }
        })
    }

    /// Returns when the database stops answering: what waits for it may give up. Never on SQLite.
    pub async fn lost(&self) {
        match &self.readers {
            Readers::Sqlite(_) => std::future::pending().await,
            Readers::Postgres(primary) => primary.lost().await,
        }
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
            Readers::Postgres(primary) => primary.close().await,
        }
        if let Some(replica) = self.replica {
            replica.close().await;
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

/// The rows in portions of [`LENGTHS`]: inserts of many rows are then few different statements, which the engines keep prepared.
pub fn portions<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = LENGTHS.into_iter().rev().find(|length| *length <= rows.len())?;
        let (portion, rest) = rows.split_at(length);
        rows = rest;
        Some(portion)
    })
}

/// As many values stand in one list at most: beyond that a list is read in chunks of so many.
pub const LISTED: usize = 128;

/// The lengths of lists: close enough for two or three portions to make any, and few enough to be kept prepared.
const LENGTHS: [usize; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, LISTED];

/// Appends `($1, $2, …)` of ids or other keys for `column in …`, each once; none make a list that holds nothing. The last is
/// repeated until there are as many as one of [`LENGTHS`], for the same reason as in [`portions`].
pub fn push_ids<DB, T>(query: &mut QueryBuilder<DB>, ids: impl IntoIterator<Item = T>)
where
    DB: Database,
    T: Clone + Ord + Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push("(null");
    let mut ids: Vec<T> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let length = match ids.len() {
        0 => 0,
        count => LENGTHS.into_iter().find(|length| *length >= count).unwrap_or(count.next_power_of_two()),
    };
    for id in ids.iter().chain(std::iter::repeat_n(ids.last(), length).flatten()).take(length) {
        query.push(", ").push_bind(id.clone());
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_all_the_rows_in_few_pieces_of_known_lengths() {
        let rows: Vec<usize> = (0..600).collect();
        for count in 0..=rows.len() {
            let portions: Vec<&[usize]> = portions(&rows[..count]).collect();
            assert_eq!(portions.concat(), rows[..count]);
            assert!(portions.iter().all(|portion| LENGTHS.contains(&portion.len())));
            assert!(portions.len() <= count / LISTED + 4, "{count}: {}", portions.len());
        }
    }

    #[test]
    fn a_list_has_each_id_once_and_one_of_the_lengths() {
        for (ids, written) in [
            (vec![], "(null)"),
            (vec![7], "(null, ?)"),
            (vec![7, 7, 8], "(null, ?, ?)"),
            (vec![1, 2, 3, 4, 5], "(null, ?, ?, ?, ?, ?, ?)"),
        ] {
            let mut query = QueryBuilder::<sqlite::Sqlite>::new("");
            push_ids::<_, i64>(&mut query, ids);
            assert_eq!(query.sql().as_str(), written);
        }
    }
}

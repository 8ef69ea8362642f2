//! A connection: statements run where they are awaited.

use std::fmt;

use futures::{
    FutureExt as _, StreamExt as _, TryFutureExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use rusqlite::Connection;
use sqlx::{Arguments as _, Either, Execute, SqlStr, error::BoxDynError};
use sqlx_core::{connection::LogSettings, logger::QueryLogger};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, block_in_place, coop::consume_budget},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{Done, Failure, Kind, Sqlite, SqliteArguments, SqliteOptions, SqliteRow, SqliteStatement, row};

/// Rows of a stream that wait for whoever reads it.
const AHEAD: usize = 64;

/// A connection to a file.
pub struct SqliteConnection {
    /// `None` while a thread streams rows out of it.
    connection: Option<Connection>,
    streaming: Option<JoinHandle<Connection>>,
    /// Whether statements may take so long that others of the thread are asked to go on elsewhere.
    at_length: bool,
    log: Option<LogSettings>,
}

/// A statement that is asked for, with what is bound to it.
struct Asked {
    sql: SqlStr,
    arguments: Result<Option<SqliteArguments>, BoxDynError>,
    kept: bool,
}

impl Asked {
    fn new<'q>(mut query: impl Execute<'q, Sqlite>) -> Self {
        let (arguments, kept) = (query.take_arguments(), query.persistent());
        Self { sql: query.sql(), arguments, kept }
    }

    /// Runs it, and hands out its rows until nobody takes them.
    fn run(
        self,
        connection: &Connection,
        log: Option<LogSettings>,
        mut row: impl FnMut(SqliteRow) -> bool,
    ) -> Result<Done, sqlx::Error> {
        let mut logger = log.map(|log| QueryLogger::new(self.sql.clone(), log));
        let sql = self.sql.as_str();
        let arguments = match self.arguments.map_err(sqlx::Error::Encode)? {
            Some(arguments) => arguments,
            // Several statements in one text answer no rows.
            None if !self.kept => {
                connection.execute_batch(sql).map_err(Failure)?;
                return Ok(Done::default());
            }
            None => SqliteArguments::default(),
        };
        let (mut kept, mut passing);
        let statement = if self.kept {
            kept = connection.prepare_cached(sql).map_err(Failure)?;
            &mut *kept
        } else {
            passing = connection.prepare(sql).map_err(Failure)?;
            &mut passing
        };
        if arguments.len() > 0 {
            arguments.bind(statement).map_err(Failure)?;
        }
        let mut columns = None;
        let mut rows = statement.raw_query();
        while let Some(found) = rows.next().map_err(Failure)? {
            let columns = columns.get_or_insert_with(|| row::columns_of(found.as_ref()));
            let found = SqliteRow::read(found, columns).map_err(Failure)?;
            if let Some(logger) = &mut logger {
                logger.increment_rows_returned();
            }
            if !row(found) {
                break;
            }
        }
        drop(rows);
        let done = Done::of(connection.changes());
        if let Some(logger) = &mut logger {
            logger.increase_rows_affected(done.rows_affected());
        }
        Ok(done)
    }
}

impl SqliteConnection {
    pub(super) fn of(connection: Connection, log: Option<LogSettings>) -> Self {
        Self { connection: Some(connection), streaming: None, at_length: false, log }
    }

    /// The connection itself, once no thread has it any more.
    async fn held(&mut self) -> Result<&mut Connection, sqlx::Error> {
        if let Some(streaming) = &mut self.streaming {
            // Forgotten only once it is there: whoever waits here may give up.
            let back = streaming.await;
            self.streaming = None;
            self.connection = Some(back.map_err(|_| sqlx::Error::WorkerCrashed)?);
        }
        self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    async fn run(&mut self, asked: Asked, row: impl FnMut(SqliteRow) -> bool) -> Result<Done, sqlx::Error> {
        // Nothing here ever waits, so that whoever shares the thread would wait for the last of many statements.
        consume_budget().await;
        let (log, at_length) = (self.log.clone(), self.at_length);
        let connection = self.held().await?;
        if at_length { block_in_place(|| asked.run(connection, log, row)) } else { asked.run(connection, log, row) }
    }

    /// Tells whether its statements may take long from now on; then the runtime has to have several threads.
    pub fn read_at_length(&mut self, at_length: bool) {
        self.at_length = at_length;
    }

    async fn rows(&mut self, asked: Asked) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut rows = Vec::new();
        self.run(asked, |row| {
            rows.push(row);
            true
        })
        .await?;
        Ok(rows)
    }

    /// Gives the connection to a thread that reads no further ahead than a little.
    async fn stream(&mut self, asked: Asked) -> Result<ReceiverStream<Result<SqliteRow, sqlx::Error>>, sqlx::Error> {
        self.held().await?;
        let connection = self.connection.take().ok_or(sqlx::Error::WorkerCrashed)?;
        let log = self.log.clone();
        let (rows, read) = mpsc::channel(AHEAD);
        self.streaming = Some(tokio::task::spawn_blocking(move || {
            if let Err(error) = asked.run(&connection, log, |row| rows.blocking_send(Ok(row)).is_ok()) {
                // Nobody reads any more, or they learn of it here.
                let _ = rows.blocking_send(Err(error));
            }
            connection
        }));
        Ok(ReceiverStream::new(read))
    }

    /// Statements that answer nothing, separated by semicolons.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        Ok(self.held().await?.execute_batch(sql).map_err(Failure)?)
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| !connection.is_autocommit())
    }

    pub(super) fn roll_back(&mut self) {
        if let Some(connection) = &self.connection
            && let Err(error) = connection.execute_batch("rollback")
        {
            tracing::error!(%error, "a transaction was not rolled back");
        }
    }
}

impl fmt::Debug for SqliteConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteConnection")
    }
}

impl sqlx::Connection for SqliteConnection {
    type Database = Sqlite;
    type Options = SqliteOptions;

    async fn close(mut self) -> Result<(), sqlx::Error> {
        self.held().await?;
        match self.connection.take().map(Connection::close) {
            Some(Err((_, error))) => Err(Failure(error).into()),
            _ => Ok(()),
        }
    }

    async fn close_hard(self) -> Result<(), sqlx::Error> {
        Ok(())
    }

    async fn ping(&mut self) -> Result<(), sqlx::Error> {
        self.held().await.map(drop)
    }

    async fn begin(&mut self) -> Result<sqlx::Transaction<'_, Sqlite>, sqlx::Error> {
        sqlx::Transaction::begin(self, None).await
    }

    fn shrink_buffers(&mut self) {}

    async fn flush(&mut self) -> Result<(), sqlx::Error> {
        Ok(())
    }

    fn should_flush(&self) -> bool {
        false
    }
}

impl<'c> sqlx::Executor<'c> for &'c mut SqliteConnection {
    type Database = Sqlite;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Done, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.run(Asked::new(query), |_| true).boxed()
    }

    fn fetch<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<SqliteRow, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let asked = Asked::new(query);
        if asked.kept {
            self.rows(asked).map_ok(|rows| stream::iter(rows).map(Ok)).try_flatten_stream().boxed()
        } else {
            self.stream(asked).try_flatten_stream().boxed()
        }
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<Done, SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let asked = Asked::new(query);
        let steps = async move {
            let mut steps = Vec::new();
            let done = self.run(asked, |row| {
                steps.push(Either::Right(row));
                true
            });
            let done = done.await?;
            steps.push(Either::Left(done));
            Ok(stream::iter(steps).map(Ok))
        };
        steps.try_flatten_stream().boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.rows(Asked::new(query)).boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let asked = Asked::new(query);
        async move {
            let mut first = None;
            self.run(asked, |row| {
                first = Some(row);
                false
            })
            .await?;
            Ok(first)
        }
        .boxed()
    }

    fn prepare_with<'e>(self, sql: SqlStr, _: &'e [Kind]) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        async move {
            let statement = self.held().await?.prepare(sql.as_str()).map_err(Failure)?;
            let (columns, parameters) = (row::columns_of(&statement), statement.parameter_count());
            drop(statement);
            Ok(SqliteStatement { sql, columns, parameters })
        }
        .boxed()
    }

    /// Only macros that look at a database while they compile ask for it.
    fn describe<'e>(self, _: SqlStr) -> BoxFuture<'e, Result<sqlx::Describe<Sqlite>, sqlx::Error>>
    where
        'c: 'e,
    {
        async { Err(sqlx::Error::Protocol("statements are not described".into())) }.boxed()
    }
}

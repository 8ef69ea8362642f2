//! SQLite for sqlx, by rusqlite: a statement runs on the thread that awaits it.
//!
//! sqlx's own driver gives each connection a thread. Every statement went there and back, and every value of every row was
//! copied there to be freed here: that was most of what a short statement cost (docs/decisions/0027). Where statements may
//! take long, who shares the thread goes on elsewhere (`read_at_length`), and the rows of a statement that is not kept
//! prepared are streamed from a thread of their own.

mod arguments;
mod connection;
mod failure;
mod migrations;
mod options;
mod row;
mod values;

use sqlx_core::transaction::TransactionManager;

pub use arguments::SqliteArguments;
pub use connection::SqliteConnection;
pub use failure::Failure;
pub use options::SqliteOptions;
pub use row::{SqliteColumn, SqliteRow, SqliteStatement};
pub use values::{Held, Kind, Shown};

/// A pool of connections.
pub type SqlitePool = sqlx::Pool<Sqlite>;

/// The engine, as sqlx sees one.
#[derive(Debug)]
pub struct Sqlite;

impl sqlx::Database for Sqlite {
    type Connection = SqliteConnection;
    type TransactionManager = Transactions;
    type Row = SqliteRow;
    type QueryResult = Done;
    type Column = SqliteColumn;
    type TypeInfo = Kind;
    type Value = Held;
    type ValueRef<'r> = Shown<'r>;
    type Arguments = SqliteArguments;
    type ArgumentBuffer = Vec<rusqlite::types::Value>;
    type Statement = SqliteStatement;

    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite"];
}

impl sqlx_core::database::HasStatementCache for Sqlite {}

/// What a statement has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    rows: u64,
}

impl Done {
    fn of(rows: u64) -> Self {
        Self { rows }
    }

    /// How many rows it inserted, changed or deleted.
    pub fn rows_affected(&self) -> u64 {
        self.rows
    }
}

impl Extend<Self> for Done {
    fn extend<T: IntoIterator<Item = Self>>(&mut self, others: T) {
        self.rows += others.into_iter().map(|other| other.rows).sum::<u64>();
    }
}

/// Transactions by sqlx's own type, one deep.
#[derive(Debug)]
pub struct Transactions;

impl TransactionManager for Transactions {
    type Database = Sqlite;

    async fn begin(c: &mut SqliteConnection, statement: Option<sqlx::SqlStr>) -> Result<(), sqlx::Error> {
        if Self::get_transaction_depth(c) > 0 {
            return Err(sqlx::Error::InvalidSavePointStatement);
        }
        c.batch(statement.as_ref().map_or("begin", |sql| sql.as_str())).await
    }

    async fn commit(c: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        c.batch("commit").await
    }

    async fn rollback(c: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        c.batch("rollback").await
    }

    fn start_rollback(c: &mut SqliteConnection) {
        c.roll_back();
    }

    fn get_transaction_depth(c: &SqliteConnection) -> usize {
        c.in_transaction().into()
    }
}

#[cfg(test)]
mod tests;

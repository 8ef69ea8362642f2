//! Rows, their columns, and statements as sqlx describes them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use rusqlite::{Row, Statement, types};
use sqlx::{ColumnIndex, Either, SqlStr};

use super::{Held, Kind, Shown, Sqlite, SqliteArguments};

/// A column of an answer.
#[derive(Clone, Debug)]
pub struct SqliteColumn {
    ordinal: usize,
    name: Box<str>,
}

impl sqlx::Column for SqliteColumn {
    type Database = Sqlite;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Values have a kind, columns have none.
    fn type_info(&self) -> &Kind {
        &Kind::Null
    }
}

/// The columns of a statement.
pub(super) fn columns_of(statement: &Statement<'_>) -> Arc<[SqliteColumn]> {
    let names = statement.column_names().into_iter().enumerate();
    names.map(|(ordinal, name)| SqliteColumn { ordinal, name: name.into() }).collect()
}

/// A row of an answer.
#[derive(Debug)]
pub struct SqliteRow {
    columns: Arc<[SqliteColumn]>,
    values: Box<[Held]>,
    /// The column after the one that was asked for last: names are asked for in the order of the columns, mostly.
    next: AtomicUsize,
}

impl SqliteRow {
    pub(super) fn read(row: &Row<'_>, columns: &Arc<[SqliteColumn]>) -> rusqlite::Result<Self> {
        let values = (0..columns.len()).map(|n| {
            Ok(Held(match row.get_ref(n)? {
                types::ValueRef::Null => types::Value::Null,
                types::ValueRef::Integer(n) => types::Value::Integer(n),
                types::ValueRef::Real(x) => types::Value::Real(x),
                types::ValueRef::Text(text) => types::Value::Text(
                    std::str::from_utf8(text).map_err(|error| rusqlite::Error::Utf8Error(n, error))?.to_owned(),
                ),
                types::ValueRef::Blob(bytes) => types::Value::Blob(bytes.to_vec()),
            }))
        });
        let values = values.collect::<rusqlite::Result<_>>()?;
        Ok(Self { columns: Arc::clone(columns), values, next: AtomicUsize::new(0) })
    }
}

impl sqlx::Row for SqliteRow {
    type Database = Sqlite;

    fn columns(&self) -> &[SqliteColumn] {
        &self.columns
    }

    fn try_get_raw<I: ColumnIndex<Self>>(&self, index: I) -> Result<Shown<'_>, sqlx::Error> {
        Ok(Shown(&self.values[index.index(self)?].0))
    }
}

sqlx_core::impl_column_index_for_row!(SqliteRow);

impl ColumnIndex<SqliteRow> for &'_ str {
    fn index(&self, row: &SqliteRow) -> Result<usize, sqlx::Error> {
        let is_it = |n: &usize| row.columns.get(*n).is_some_and(|column| *column.name == **self);
        let expected = Some(row.next.load(Relaxed)).filter(is_it);
        let found = expected.or_else(|| (0..row.columns.len()).find(is_it));
        let found = found.ok_or_else(|| sqlx::Error::ColumnNotFound((*self).to_owned()))?;
        row.next.store(found + 1, Relaxed);
        Ok(found)
    }
}

/// A statement that was looked at without running it.
#[derive(Clone, Debug)]
pub struct SqliteStatement {
    pub(super) sql: SqlStr,
    pub(super) columns: Arc<[SqliteColumn]>,
    pub(super) parameters: usize,
}

impl sqlx::Statement for SqliteStatement {
    type Database = Sqlite;

    fn into_sql(self) -> SqlStr {
        self.sql
    }

    fn sql(&self) -> &SqlStr {
        &self.sql
    }

    fn parameters(&self) -> Option<Either<&[Kind], usize>> {
        Some(Either::Right(self.parameters))
    }

    fn columns(&self) -> &[SqliteColumn] {
        &self.columns
    }

    sqlx_core::impl_statement_query!(SqliteArguments);
}

sqlx_core::impl_column_index_for_statement!(SqliteStatement);

impl ColumnIndex<SqliteStatement> for &'_ str {
    fn index(&self, statement: &SqliteStatement) -> Result<usize, sqlx::Error> {
        let found = statement.columns.iter().position(|column| *column.name == **self);
        found.ok_or_else(|| sqlx::Error::ColumnNotFound((*self).to_owned()))
    }
}

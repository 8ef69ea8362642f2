//! Loading millions of rows: secondary indexes and foreign keys are set aside and made afterwards, which takes a fifth of the
//! time, and rows go in by the thousand (`copy` on PostgreSQL, many rows a statement on SQLite).
//!
//! What is set aside is written down in the same transaction: a load that is interrupted leaves a database that puts itself
//! right when it is opened again.

use std::{borrow::Cow, fmt::Write as _};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    Conn, DatabaseUrl,
    sqlite::{Sqlite, SqliteConnection},
    sqlite_options,
};
use crate::{execute, on_engine};

/// As many values as one statement of SQLite binds; its limit is twice as high.
const VALUES: usize = 16_000;
/// Bytes that are sent at once to PostgreSQL.
const SENT_AT_ONCE: usize = 1 << 20;

/// One value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// None.
    Null,
    /// An id.
    Id(Uuid),
    /// A whole number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// A text.
    Text(Cow<'static, str>),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! cells {
    ($($type:ty => |$value:ident| $cell:expr;)*) => {$(
        impl From<$type> for Cell {
            fn from($value: $type) -> Self {
                $cell
            }
        }
    )*};
}

cells! {
    Uuid => |id| Self::Id(id);
    i64 => |n| Self::Int(n);
    bool => |b| Self::Bool(b);
    &'static str => |text| Self::Text(Cow::Borrowed(text));
    String => |text| Self::Text(Cow::Owned(text));
    Vec<u8> => |bytes| Self::Bytes(bytes);
    crate::clock::Instant => |at| Self::Int(at.0);
    crate::clock::Day => |day| Self::Text(Cow::Owned(day.to_string()));
}

/// Rows for one table: the cells of all of them, one row behind the other.
#[derive(Clone, Debug)]
pub struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    cells: Vec<Cell>,
}

impl Rows {
    /// No rows yet.
    pub fn new(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, cells: Vec::new() }
    }

    /// Adds a row; its cells in the order of the columns.
    pub fn push<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.table);
        self.cells.extend(row);
    }

    /// Takes the rows out.
    #[must_use]
    pub fn take(&mut self) -> Self {
        Self { cells: std::mem::take(&mut self.cells), ..*self }
    }
}

/// A connection that loads; one for the whole database.
pub struct Bulk(Engine);

enum Engine {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bulk {
    /// Sets the indexes and foreign keys of these tables aside.
    pub async fn begin(url: &DatabaseUrl, tables: &[&'static str]) -> anyhow::Result<Self> {
        let mut bulk = Self(match url {
            DatabaseUrl::Sqlite(path) => {
                // What was committed stays whole when the power fails, if not the last of it: the load is then begun anew.
                let options = sqlite_options(path).pragma("foreign_keys", "off").pragma("cache_size", "-262144");
                let options = options.pragma("synchronous", "normal");
                Engine::Sqlite(options.pragma("wal_autocheckpoint", "20000").connect().await?)
            }
            DatabaseUrl::Postgres(url) => {
                let options: PgConnectOptions = url.parse()?;
                let mut connection = options.disable_statement_logging().connect().await?;
                sqlx::query("set maintenance_work_mem = '512MB'").execute(&mut connection).await?;
                Engine::Postgres(connection)
            }
        });
        execute!(&mut bulk.conn(), sqlx::query("begin"))?;
        let (back, drops) = bulk.definitions(tables).await?;
        let c = &mut bulk.conn();
        for (place, statement) in (0_i64..).zip(back) {
            let kept = "insert into set_aside (place, statement) values ($1, $2)";
            execute!(&mut *c, sqlx::query(kept).bind(place).bind(statement))?;
        }
        for statement in drops {
            execute!(&mut *c, sqlx::query(AssertSqlSafe(statement)))?;
        }
        execute!(c, sqlx::query("commit"))?;
        Ok(bulk)
    }

    fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            Engine::Sqlite(c) => Conn::Sqlite(c),
            Engine::Postgres(c) => Conn::Postgres(c),
        }
    }

    /// How to put back, and how to drop, all that can be set aside: foreign keys before the indexes they lean on.
    async fn definitions(&mut self, tables: &[&'static str]) -> Result<(Vec<String>, Vec<String>), sqlx::Error> {
        let (mut back, mut drops) = (Vec::new(), Vec::new());
        match &mut self.0 {
            Engine::Sqlite(c) => {
                let found: Vec<(String, String, String)> = sqlx::query_as(
                    "select tbl_name, name, sql from sqlite_schema where type = 'index' and sql is not null order by name",
                )
                .fetch_all(c)
                .await?;
                for (_, name, sql) in found.into_iter().filter(|(table, ..)| tables.contains(&table.as_str())) {
                    back.push(sql);
                    drops.push(format!("drop index {name}"));
                }
            }
            Engine::Postgres(c) => {
                let keys: Vec<(String, String, String)> = sqlx::query_as(
                    "select t.relname::text, k.conname::text, pg_get_constraintdef(k.oid) from pg_constraint k
                       join pg_class t on t.oid = k.conrelid
                      where k.contype = 'f' and k.connamespace = current_schema()::regnamespace order by 1, 2",
                )
                .fetch_all(&mut *c)
                .await?;
                let indexes: Vec<(String, String, String)> = sqlx::query_as(
                    "select i.tablename::text, i.indexname::text, i.indexdef from pg_indexes i
                      where i.schemaname = current_schema()
                        and i.indexname not in (select conname from pg_constraint where contype in ('p', 'u'))
                      order by 1, 2",
                )
                .fetch_all(&mut *c)
                .await?;
                for (_, name, sql) in indexes.into_iter().filter(|(table, ..)| tables.contains(&table.as_str())) {
                    // Of a table in partitions it says `only`, and would leave the partitions without.
                    back.push(sql.replacen(" ON ONLY ", " ON ", 1));
                    drops.push(format!("drop index {name}"));
                }
                for (table, name, sql) in keys.into_iter().filter(|(table, ..)| tables.contains(&table.as_str())) {
                    back.push(format!("alter table {table} add constraint {name} {sql}"));
                    drops.insert(0, format!("alter table {table} drop constraint {name}"));
                }
            }
        }
        Ok((back, drops))
    }

    /// Writes all of these in one transaction. Whoever reads the database meanwhile sees all of it or nothing.
    pub async fn write(&mut self, all: Vec<Rows>) -> Result<(), sqlx::Error> {
        execute!(&mut self.conn(), sqlx::query("begin"))?;
        for rows in all.into_iter().filter(|rows| !rows.cells.is_empty()) {
            match &mut self.0 {
                Engine::Sqlite(c) => insert_many(c, rows).await?,
                Engine::Postgres(c) => copy(c, rows).await?,
            }
        }
        execute!(&mut self.conn(), sqlx::query("commit"))?;
        Ok(())
    }

    /// Puts the indexes and foreign keys back, one after the other, then lets the engine look at what there is now.
    pub async fn finish(mut self, mut tell: impl FnMut(usize)) -> anyhow::Result<()> {
        put_back(&mut self.conn(), &mut tell).await?;
        match self.0 {
            Engine::Sqlite(mut c) => {
                sqlx::query("analyze").execute(&mut c).await?;
                // Its averages mislead: most units have few counts and a department ten thousand, which would all be put in
                // order for the largest fifty.
                for table in ["sqlite_stat1", "sqlite_stat4"] {
                    let sql = format!("delete from {table} where tbl = 'tallies'");
                    sqlx::query(AssertSqlSafe(sql)).execute(&mut c).await?;
                }
                sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut c).await?;
                c.close().await?;
            }
            Engine::Postgres(mut c) => {
                sqlx::query("vacuum (analyze)").execute(&mut c).await?;
                c.close().await?;
            }
        }
        Ok(())
    }
}

/// Puts back what a load has set aside; nothing where none has.
pub(super) async fn put_back(c: &mut Conn<'_>, tell: &mut impl FnMut(usize)) -> Result<(), sqlx::Error> {
    let all: Vec<(i64, String)> =
        on_engine!(&mut *c, |c| sqlx::query_as("select place, statement from set_aside order by place").fetch_all(c))?;
    for (done, (place, statement)) in all.into_iter().enumerate() {
        execute!(&mut *c, sqlx::query("begin"))?;
        execute!(&mut *c, sqlx::query(AssertSqlSafe(statement)))?;
        execute!(&mut *c, sqlx::query("delete from set_aside where place = $1").bind(place))?;
        execute!(&mut *c, sqlx::query("commit"))?;
        tell(done + 1);
    }
    Ok(())
}

async fn insert_many(c: &mut SqliteConnection, rows: Rows) -> Result<(), sqlx::Error> {
    let Rows { table, columns, cells } = rows;
    let full = VALUES / columns.len() * columns.len();
    let mut cells = cells.into_iter().peekable();
    while cells.peek().is_some() {
        let some: Vec<Cell> = cells.by_ref().take(full).collect();
        let row = format!("({})", vec!["?"; columns.len()].join(","));
        let values = vec![row; some.len() / columns.len()].join(",");
        let sql = format!("insert into {table} ({}) values {values}", columns.join(","));
        let mut query = sqlx::query::<Sqlite>(AssertSqlSafe(sql)).persistent(some.len() == full);
        for cell in some {
            query = match cell {
                Cell::Null => query.bind(None::<i64>),
                Cell::Id(id) => query.bind(id),
                Cell::Int(n) => query.bind(n),
                Cell::Bool(b) => query.bind(b),
                Cell::Text(Cow::Borrowed(text)) => query.bind(text),
                Cell::Text(Cow::Owned(text)) => query.bind(text),
                Cell::Bytes(bytes) => query.bind(bytes),
            };
        }
        query.execute(&mut *c).await?;
    }
    Ok(())
}

async fn copy(c: &mut PgConnection, rows: Rows) -> Result<(), sqlx::Error> {
    let Rows { table, columns, cells } = rows;
    let mut sink = c.copy_in_raw(&format!("copy {table} ({}) from stdin", columns.join(", "))).await?;
    let mut text = String::with_capacity(SENT_AT_ONCE + SENT_AT_ONCE / 8);
    for row in cells.chunks(columns.len()) {
        for (n, cell) in row.iter().enumerate() {
            text.push_str(if n == 0 { "" } else { "\t" });
            write_cell(&mut text, cell);
        }
        text.push('\n');
        if text.len() >= SENT_AT_ONCE {
            sink.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    sink.send(text.as_bytes()).await?;
    sink.finish().await?;
    Ok(())
}

/// A value in the text form of PostgreSQL's `copy`.
fn write_cell(out: &mut String, cell: &Cell) {
    // Writing to a string cannot fail.
    let _ = match cell {
        Cell::Null => write!(out, "\\N"),
        Cell::Id(id) => write!(out, "{id}"),
        Cell::Int(n) => write!(out, "{n}"),
        Cell::Bool(b) => write!(out, "{b}"),
        Cell::Bytes(bytes) => write!(out, "\\\\x{}", hex::encode(bytes)),
        Cell::Text(text) => {
            for c in text.chars() {
                match c {
                    '\\' => out.push_str("\\\\"),
                    '\t' => out.push_str("\\t"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    c => out.push(c),
                }
            }
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_copy_reads_them() {
        let mut text = String::new();
        for cell in ["a\tb\\c\nd".into(), Cell::Null, vec![0_u8, 255].into(), true.into(), 7_i64.into()] {
            write_cell(&mut text, &cell);
            text.push('|');
        }
        assert_eq!(text, "a\\tb\\\\c\\nd|\\N|\\\\x00ff|true|7|");
    }
}

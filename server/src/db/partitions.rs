//! Partitions of the tables that grow for ever, on PostgreSQL: made ahead of time, and dropped once all in them may go.
//!
//! Each table is partitioned by what its rows are known by (`migrations/postgres/` says why), in spans that are numbered:
//! months, or blocks of records. SQLite has one table and nothing to do here.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::Conn;
use crate::{
    clock::{Day, Instant},
    error::ApiError,
};

/// Months that are made ahead.
const MONTHS: i64 = 3;
/// Records of the audit log in one partition, as the migration has it.
const BLOCK: i64 = 5_000_000;
/// Blocks that are made ahead of the newest record: more than a server can write between two looks.
const BLOCKS: i64 = 4;

/// A partitioned table.
#[derive(Clone, Copy, Debug)]
pub enum Partitioned {
    /// By the month in which the client made the id.
    Attempts,
    /// By number.
    AuditLog,
}

impl Partitioned {
    const fn table(self) -> &'static str {
        match self {
            Self::Attempts => "check_in_attempts",
            Self::AuditLog => "audit_log",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Attempts => "id",
            Self::AuditLog => "seq",
        }
    }

    /// The column that says when a row was written.
    const fn written(self) -> &'static str {
        match self {
            Self::Attempts => "recorded_at",
            Self::AuditLog => "at",
        }
    }

    /// Where the span `n` begins: a month in China, or a block.
    fn bound(self, n: i64) -> Result<String, ApiError> {
        match self {
            Self::Attempts => {
                let (year, month) = (i16::try_from(n.div_euclid(12)), i8::try_from(n.rem_euclid(12) + 1));
                let first = Day::new(year.map_err(ApiError::internal)?, month.map_err(ApiError::internal)?, 1);
                let start = first.ok_or_else(|| ApiError::internal("a month past all calendars"))?.starts();
                Ok(uuid::Uuid::from_u128(u128::from(start.0.unsigned_abs()) << 80).to_string())
            }
            Self::AuditLog => Ok((n * BLOCK).to_string()),
        }
    }

    /// The span in which this moment, and whatever is written next, falls.
    async fn current(self, c: &mut PgConnection, now: Instant) -> Result<i64, ApiError> {
        match self {
            Self::Attempts => Ok(i64::from(now.day().year()) * 12 + i64::from(now.day().month()) - 1),
            Self::AuditLog => {
                let newest: Option<i64> =
                    sqlx::query_scalar("select seq from audit_head where id = 1").fetch_optional(c).await?;
                Ok(newest.unwrap_or(0) / BLOCK)
            }
        }
    }

    const fn ahead(self) -> i64 {
        match self {
            Self::Attempts => MONTHS,
            Self::AuditLog => BLOCKS,
        }
    }
}

/// A partition: its name, and the number of its span, with which the name ends. The first one (`…_to_…`) holds all spans up
/// to its own.
struct Partition {
    name: String,
    span: i64,
}

/// The partitions but for the one of all that fits nowhere, oldest first.
async fn partitions(c: &mut PgConnection, of: Partitioned) -> Result<Vec<Partition>, ApiError> {
    let rows = sqlx::query(
        "select p.relname from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = cast($1 as regclass)",
    )
    .bind(of.table())
    .fetch_all(c)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let name: String = row.try_get(0)?;
        if let Some(span) = name.rsplit_once('_').and_then(|(_, end)| end.parse().ok()) {
            found.push(Partition { name, span });
        }
    }
    found.sort_by_key(|partition| partition.span);
    Ok(found)
}

/// Makes the partitions that will be needed next; call it inside a write, often enough.
pub async fn make_ahead(c: &mut Conn<'_>, now: Instant) -> Result<(), ApiError> {
    let Conn::Postgres(c) = c else { return Ok(()) };
    for of in [Partitioned::Attempts, Partitioned::AuditLog] {
        let current = of.current(c, now).await?;
        let made = match partitions(c, of).await?.last() {
            Some(partition) => partition.span,
            None => {
                make(c, of, current, true).await?;
                current
            }
        };
        for span in made + 1..=current + of.ahead() {
            make(c, of, span, false).await?;
        }
    }
    Ok(())
}

/// Makes one partition, which takes all of the past along where it is the first, and takes into it what was kept elsewhere
/// meanwhile.
async fn make(c: &mut PgConnection, of: Partitioned, span: i64, first: bool) -> Result<(), ApiError> {
    let (table, key, from, to) = (of.table(), of.key(), of.bound(span)?, of.bound(span + 1)?);
    let (name, from, above) = if first {
        (format!("{table}_to_{span}"), "minvalue".to_owned(), String::new())
    } else {
        (format!("{table}_{span}"), format!("'{from}'"), format!("{key} >= '{from}' and "))
    };
    // Names and bounds are our own.
    let sql = format!(
        "create table {name} (like {table} including all);
         with moved as (delete from {table}_other where {above}{key} < '{to}' returning *)
         insert into {name} select * from moved;
         alter table {table} attach partition {name} for values from ({from}) to ('{to}')"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(c).await?;
    Ok(())
}

/// A partition that is to be dropped.
pub struct Spent {
    /// Its name.
    pub name: String,
    /// How many rows it holds.
    pub rows: i64,
}

/// The oldest partition, if it is past and all its rows were written before `before`.
pub async fn spent(
    c: &mut Conn<'_>,
    of: Partitioned,
    before: Instant,
    now: Instant,
) -> Result<Option<Spent>, ApiError> {
    let Conn::Postgres(c) = c else { return Ok(None) };
    let all = partitions(c, of).await?;
    let [oldest, next, ..] = all.as_slice() else { return Ok(None) };
    let (name, written, current) = (&oldest.name, of.written(), of.current(c, now).await?);
    if next.span > current {
        return Ok(None);
    }
    let stays = format!("select 1 from {name} where {written} >= $1 limit 1");
    let stays: Option<i32> = sqlx::query_scalar(AssertSqlSafe(stays)).bind(before).fetch_optional(&mut **c).await?;
    if stays.is_some() {
        return Ok(None);
    }
    let rows = format!("select cast(count(*) as bigint) from {name}");
    let rows = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut **c).await?;
    Ok(Some(Spent { name: name.clone(), rows }))
}

/// Drops it.
pub async fn drop_spent(c: &mut Conn<'_>, spent: &Spent) -> Result<(), ApiError> {
    let Conn::Postgres(c) = c else { return Ok(()) };
    sqlx::raw_sql(AssertSqlSafe(format!("drop table {}", spent.name))).execute(&mut **c).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_with_its_first_millisecond() {
        let december = Partitioned::Attempts.bound(2026 * 12 + 11).expect("a bound");
        assert_eq!(december, "01a22d2f-3c00-0000-0000-000000000000");
    }
}

//! How the database is: what is under way, and how large it is.

use super::{Conn, Db, Readers};
use crate::error::ApiError;

/// What is under way at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Jobs that wait for the writer.
    pub queued: u64,
    /// Open reading connections that nobody uses.
    pub idle: u64,
    /// Reading connections in use.
    pub in_use: u64,
    /// Reading connections that may still be opened.
    pub free: u64,
}

impl Db {
    /// What is under way just now.
    pub fn traffic(&self) -> Traffic {
        let (open, idle, most) = match &self.readers {
            Readers::Sqlite(pool) => (pool.size(), pool.num_idle(), pool.options().get_max_connections()),
            Readers::Postgres(primary) => match primary.readers() {
                Some(pool) => (pool.size(), pool.num_idle(), pool.options().get_max_connections()),
                None => (0, 0, 0),
            },
        };
        let idle = idle as u64;
        Traffic {
            queued: self.writer.waiting() as u64,
            idle,
            in_use: u64::from(open).saturating_sub(idle),
            free: u64::from(most.saturating_sub(open)),
        }
    }

    /// How many bytes the database takes; of SQLite without the write-ahead log, which comes and goes.
    pub async fn bytes(&self, c: &mut Conn<'_>) -> Result<u64, ApiError> {
        let bytes: i64 = match c {
            Conn::Sqlite(c) => {
                let sql = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
                sqlx::query_scalar(sql).fetch_one(&mut **c).await?
            }
            Conn::Postgres(c) => {
                sqlx::query_scalar("select pg_database_size(current_database())").fetch_one(&mut **c).await?
            }
        };
        Ok(u64::try_from(bytes).unwrap_or_default())
    }
}

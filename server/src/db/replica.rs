//! A PostgreSQL replica, for the reads that may lag.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{PgPool, Postgres, pool::PoolConnection, postgres::PgPoolOptions};
use tokio::time::{Instant, timeout};

use super::primary;

/// A replica that has not answered in this time is left alone for a while.
const PATIENCE: Duration = Duration::from_millis(500);
/// For this long.
const REST: Duration = Duration::from_secs(5);

/// How far a reader has seen: the newest record of the audit log that the reader's own writes have made. A replica that
/// has not come so far would deny what the reader has just written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen(pub Option<i64>);

/// A replica, and since when it is left alone.
#[derive(Clone)]
pub(super) struct Replica {
    pool: PgPool,
    failed: Arc<Mutex<Option<Instant>>>,
}

impl Replica {
    pub(super) fn at(url: &str) -> anyhow::Result<Self> {
        let mut hosts = primary::hosts(url)?;
        let (Some(options), true) = (hosts.pop(), hosts.is_empty()) else { anyhow::bail!("a replica is one host") };
        let pool = PgPoolOptions::new().max_connections(12).acquire_timeout(PATIENCE).connect_lazy_with(options);
        Ok(Self { pool, failed: Arc::default() })
    }

    /// A connection to the replica, if it answers and has come as far as `seen`.
    pub(super) async fn reader(&self, seen: Seen) -> Option<PoolConnection<Postgres>> {
        if self.failed().is_some_and(|at| at.elapsed() < REST) {
            return None;
        }
        match timeout(PATIENCE, self.caught_up(seen)).await {
            Ok(Ok(reader)) => {
                self.note(None);
                reader
            }
            failure => {
                if self.failed().is_none() {
                    tracing::warn!(failure = ?failure.map(|f| f.map(drop)), "the replica does not answer; the primary does its work");
                }
                self.note(Some(Instant::now()));
                None
            }
        }
    }

    async fn caught_up(&self, seen: Seen) -> Result<Option<PoolConnection<Postgres>>, sqlx::Error> {
        let mut reader = self.pool.acquire().await?;
        let Seen(Some(seen)) = seen else { return Ok(Some(reader)) };
        let reached: Option<i64> =
            sqlx::query_scalar("select seq from audit_head where id = 1").fetch_optional(&mut *reader).await?;
        Ok(reached.is_some_and(|reached| reached >= seen).then_some(reader))
    }

    fn failed(&self) -> Option<Instant> {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, failed: Option<Instant>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

//! The PostgreSQL server that takes writes: which of the named hosts it is, and whether it answers.
//!
//! One connection of each program listens for the commits of all of them, and is asked every second whether the other end
//! lives. A line that is cut shows itself by silence alone, and could keep a request waiting for minutes: whoever waits for
//! the database on another connection gives up when this one has gone silent ([`Primary::lost`]). From then on nobody is
//! kept waiting ([`Primary::reader`] fails at once) until a primary is found again, on whichever host, with new connections.

use std::{str::FromStr as _, sync::Arc, time::Duration};

use anyhow::Context as _;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{sleep, timeout},
};

use super::PREPARED;

/// The channel on which every commit is told.
pub(super) const COMMITTED: &str = "guiyan_committed";
/// How often the primary is asked whether it lives.
const PULSE: Duration = Duration::from_secs(1);
/// Silence that is longer than this is death; a busy machine may well be silent for a second or two.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long after a failure the hosts are tried again.
const AGAIN: Duration = Duration::from_millis(250);
/// A request that finds no free connection for so long is told to come back.
const ACQUIRE: Duration = Duration::from_secs(3);
/// Connections for reading.
const READERS: u32 = 12;

/// A primary that answers.
#[derive(Clone)]
struct Standing {
    options: PgConnectOptions,
    readers: PgPool,
}

/// The primary as it stands now; clones share it.
#[derive(Clone)]
pub struct Primary {
    now: watch::Receiver<Option<Standing>>,
    watchman: Arc<AbortHandle>,
}

impl Primary {
    /// Finds the primary, hands a connection to it to `prepare` (which brings the schema up to date), and watches over it from
    /// then on; each commit of any server is told to `commits`.
    pub(super) async fn open<F>(url: &str, commits: watch::Sender<()>, prepare: F) -> anyhow::Result<Self>
    where
        F: AsyncFnOnce(&mut PgConnection) -> anyhow::Result<()>,
    {
        let hosts = hosts(url)?;
        let (options, listener) = find(&hosts).await?;
        let mut connection = options.connect().await?;
        prepare(&mut connection).await?;
        connection.close().await?;
        let (standing, now) = watch::channel(Some(Standing::at(options)));
        let watchman = tokio::spawn(watch_over(hosts, listener, standing, commits)).abort_handle();
        Ok(Self { now, watchman: Arc::new(watchman) })
    }

    /// How to reach the primary; fails at once where none is known.
    fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        self.now.borrow().as_ref().map(|standing| standing.options.clone()).ok_or(sqlx::Error::PoolClosed)
    }

    /// A connection for writing, which does not wait for ever for the lock of all writers: a server whose network is gone may
    /// hold it until the database notices.
    pub(super) async fn writer(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.options()?.connect().await?;
        sqlx::query("set lock_timeout = '8s'").execute(&mut connection).await?;
        Ok(connection)
    }

    /// A connection for reading; fails at once where no primary is known.
    pub(super) async fn reader(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        self.readers().ok_or(sqlx::Error::PoolClosed)?.acquire().await
    }

    /// The connections for reading; `None` where no primary is known.
    pub(super) fn readers(&self) -> Option<PgPool> {
        self.now.borrow().as_ref().map(|standing| standing.readers.clone())
    }

    /// A connection that holds the lock `key` for as long as it is open; `None` where another holds it.
    pub(super) async fn claim(&self, key: i64) -> Result<Option<PgConnection>, sqlx::Error> {
        let mut connection = self.options()?.connect().await?;
        let ours = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(key).fetch_one(&mut connection).await?;
        Ok(if ours { Some(connection) } else { None })
    }

    /// Returns when the primary that stands now has gone; what waits for its answer then waits in vain.
    pub(super) async fn lost(&self) {
        let mut now = self.now.clone();
        now.mark_unchanged();
        if now.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Ends the watch and closes the connections.
    pub(super) async fn close(&self) {
        self.watchman.abort();
        let standing = self.now.borrow().clone();
        if let Some(standing) = standing {
            standing.readers.close().await;
        }
    }
}

impl Standing {
    fn at(options: PgConnectOptions) -> Self {
        let readers = PgPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            // One that has just served is alive; asking it first would cost each read a round.
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move {
                    if used.idle_for >= PULSE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        Self { options, readers }
    }
}

async fn watch_over(
    hosts: Vec<PgConnectOptions>,
    mut listener: PgListener,
    standing: watch::Sender<Option<Standing>>,
    commits: watch::Sender<()>,
) {
    loop {
        let why = attend(&mut listener, &commits).await;
        tracing::error!(%why, "the database is away");
        if let Some(gone) = standing.send_replace(None) {
            // Nobody waits for connections that may never answer.
            tokio::spawn(async move { timeout(10 * PATIENCE, gone.readers.close()).await });
        }
        let options = loop {
            sleep(AGAIN).await;
            if let Ok((options, found)) = find(&hosts).await {
                listener = found;
                break options;
            }
        };
        tracing::info!("the database is back");
        standing.send_replace(Some(Standing::at(options)));
        // What was told meanwhile was told to nobody here.
        commits.send_replace(());
    }
}

/// Passes on what is told, until the line is dead or the host is no primary any more.
async fn attend(listener: &mut PgListener, commits: &watch::Sender<()>) -> sqlx::Error {
    let mut pulse = tokio::time::interval(PULSE);
    pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            told = listener.try_recv() => match told {
                Ok(Some(_)) => {
                    // One look serves all that has been told by now.
                    while listener.next_buffered().is_some() {}
                    commits.send_replace(());
                }
                Ok(None) => return sqlx::Error::Protocol("the connection was closed".into()),
                Err(error) => return error,
            },
            _ = pulse.tick() => match timeout(PATIENCE, require_primary(&mut *listener)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return error,
                Err(_) => return sqlx::Error::Protocol("it has gone silent".into()),
            },
        }
    }
}

async fn require_primary<'c>(c: impl sqlx::Executor<'c, Database = Postgres>) -> Result<(), sqlx::Error> {
    match sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(c).await? {
        false => Ok(()),
        true => Err(sqlx::Error::Protocol("the host is a standby".into())),
    }
}

/// The first of the hosts that is a primary, and a listener there.
async fn find(hosts: &[PgConnectOptions]) -> Result<(PgConnectOptions, PgListener), sqlx::Error> {
    let mut failure = sqlx::Error::PoolTimedOut;
    for options in hosts {
        match timeout(PATIENCE, listen(options)).await {
            Ok(Ok(listener)) => return Ok((options.clone(), listener)),
            Ok(Err(error)) => failure = error,
            Err(_) => {}
        }
    }
    Err(failure)
}

async fn listen(options: &PgConnectOptions) -> Result<PgListener, sqlx::Error> {
    // A pool goes on trying a host that refuses; a connection says so at once.
    let mut connection = options.connect().await?;
    require_primary(&mut connection).await?;
    connection.close().await?;
    let one = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&one).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(COMMITTED).await?;
    Ok(listener)
}

/// A connection to the primary, outside of any pool.
pub(super) async fn connect(url: &str) -> anyhow::Result<PgConnection> {
    let mut failure = None;
    for options in hosts(url)? {
        let opened = async {
            let mut connection = options.connect().await?;
            require_primary(&mut connection).await?;
            Ok::<_, sqlx::Error>(connection)
        };
        match timeout(PATIENCE, opened).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => failure = Some(error),
            Err(_) => {}
        }
    }
    Err(failure.unwrap_or(sqlx::Error::PoolTimedOut).into())
}

/// One set of options for each host of `postgres://user@first:5432,second:5432/name`.
pub(super) fn hosts(url: &str) -> anyhow::Result<Vec<PgConnectOptions>> {
    let (scheme, rest) = url.split_once("://").context("it has no scheme")?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
    let user = if authority.contains('@') { format!("{user}@") } else { String::new() };
    let options = hosts.split(',').map(|host| {
        let options = PgConnectOptions::from_str(&format!("{scheme}://{user}{host}{rest}"))?;
        let options = options.statement_cache_capacity(PREPARED);
        Ok(super::logged(options.application_name("guiyan")).options(SETTINGS))
    });
    options.collect()
}

/// A server of ours that froze or lost its network must not hold the lock of all writers for ever. There is no
/// `statement_timeout`: one that strikes while a commit waits for its standby has the commit acknowledged without it. Statements
/// here take milliseconds; compiling one, as PostgreSQL does where it expects much work, takes a hundred, and to plan one of ten
/// tables anew each time takes longer than to run it: as on SQLite there is one plan a statement, whatever is bound.
const SETTINGS: [(&str, &str); 6] = [
    ("jit", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_several_hosts() {
        let found = hosts("postgres://guiyan:secret@db1:6000,db2/registry?sslmode=disable").expect("options");
        let ends: Vec<_> = found.iter().map(|o| (o.get_host(), o.get_port(), o.get_database())).collect();
        assert_eq!(ends, [("db1", 6000, Some("registry")), ("db2", 5432, Some("registry"))]);
        assert!(found.iter().all(|o| o.get_username() == "guiyan"));
        let socket = hosts("postgres:///registry?host=/run/postgresql").expect("options");
        assert_eq!(socket.len(), 1);
        assert_eq!(socket[0].get_socket().and_then(|s| s.to_str()), Some("/run/postgresql"));
    }
}

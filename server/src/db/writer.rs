//! Group commit: one task owns the writing connection, runs what has gathered as savepoints of one transaction, commits
//! once, and only then answers. Fifty callers share one flush of the disk; a failing job undoes its own savepoint.
//!
//! Both engines go through it. PostgreSQL could take a transaction a caller, but every write appends to the audit
//! chain, whose head is one row: parallel transactions would queue for that row and pay a flush each. Several servers on
//! one database queue for it at the beginning of their batches: so each sees all that was committed before it, as on
//! SQLite, and none can wait for another that waits for it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, TryFutureExt, future::BoxFuture};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
    time::Instant,
};

use tracing::Instrument as _;

use super::{
    Conn,
    files::FileSystem,
    primary::{COMMITTED, Primary},
    sqlite::{Failure, SqliteConnection, SqliteOptions},
};
use crate::{error::ApiError, figures::FIGURES, on_engine};

/// As many jobs as one commit takes; past that the first ones wait too long.
const BATCH: usize = 256;
/// How long another process may write the same file before callers are told to come back, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);
/// Jobs that may wait before callers are told to come back.
const QUEUE: usize = 4096;

type Answer = Box<dyn FnOnce(Result<(), ApiError>) + Send>;
type Job = Box<dyn for<'j, 'c> FnOnce(&'j mut Conn<'c>) -> BoxFuture<'j, Ended> + Send>;

/// How a job ended, before the commit.
struct Ended {
    verdict: Verdict,
    answer: Answer,
}

enum Verdict {
    Keep,
    Undo,
    /// The storage itself failed: nothing of the batch can be trusted.
    Abort,
}

/// The handle to the writing task.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    pub(super) fn sqlite(options: SqliteOptions, under: FileSystem, commits: watch::Sender<()>) -> Self {
        // SQLite would hold the thread while it waits for another process.
        let options = Box::new(options.pragma("busy_timeout", "0"));
        Self::start(Line::Sqlite { connection: None, options, under, commits })
    }

    pub(super) fn postgres(primary: Primary) -> Self {
        Self::start(Line::Postgres { connection: None, primary })
    }

    fn start(line: Line) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let task = tokio::spawn(write_batches(line, queue));
        Self { jobs, task: Arc::new(Mutex::new(Some(task))) }
    }

    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'j, 'c> FnOnce(&'j mut Conn<'c>) -> BoxFuture<'j, Result<T, ApiError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel::<Result<T, ApiError>>();
        // What a job logs belongs to the request that waits for it.
        let span = tracing::Span::current();
        let job: Job = Box::new(move |conn| {
            Box::pin(async move {
                // A panic must end its own request only, never the writer that all others wait for.
                let result = match AssertUnwindSafe(job(conn).instrument(span)).catch_unwind().await {
                    Ok(result) => result,
                    Err(_) => Err(ApiError::internal("a write job panicked")),
                };
                let verdict = match &result {
                    Ok(_) => Verdict::Keep,
                    Err(error) if error.is_storage_fault() => Verdict::Abort,
                    Err(_) => Verdict::Undo,
                };
                // A caller who has hung up loses the answer, not the write.
                let answer: Answer = Box::new(move |durable| drop(reply.send(durable.and(result))));
                Ended { verdict, answer }
            })
        });
        self.jobs.try_send(job).map_err(|_| ApiError::unavailable())?;
        answer.await.unwrap_or_else(|_| Err(ApiError::unavailable()))
    }

    /// How many jobs wait.
    pub(super) fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    pub(super) async fn close(self) {
        drop(self.jobs);
        if let Some(task) = self.task.lock().await.take() {
            // The queue may still be held by a clone; what was acknowledged is on disk either way.
            let _ = tokio::time::timeout(Duration::from_secs(10), task).await;
        }
    }
}

/// The writing connection, opened again after a failure.
enum Line {
    Sqlite {
        connection: Option<SqliteConnection>,
        options: Box<SqliteOptions>,
        under: FileSystem,
        commits: watch::Sender<()>,
    },
    Postgres {
        connection: Option<PgConnection>,
        primary: Primary,
    },
}

impl Line {
    async fn conn(&mut self) -> Result<Conn<'_>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { connection, options, .. } => Conn::Sqlite(match connection {
                Some(open) => open,
                None => connection.insert(options.connect().await?),
            }),
            Self::Postgres { connection, primary } => Conn::Postgres(match connection {
                Some(open) => open,
                None => connection.insert(primary.writer().await?),
            }),
        })
    }

    /// Begins a transaction that holds the lock of all writers, and the first job. On PostgreSQL that is the head of the audit chain; as its
    /// update is the first thing written, whatever the transaction reads is durable when it is, also where it writes no more.
    fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "begin immediate; savepoint job",
            Self::Postgres { .. } => "begin; update audit_head set seq = seq where id = 1; savepoint job",
        }
    }

    /// Commits, and tells all servers.
    fn commit(&self) -> String {
        match self {
            Self::Sqlite { .. } => "commit".into(),
            Self::Postgres { .. } => format!("notify {COMMITTED}; commit"),
        }
    }

    /// Fails where a commit that was told as done may be lost all the same.
    fn is_kept(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite { under, .. } => Ok(under.still_takes_changes()?),
            Self::Postgres { .. } => Ok(()),
        }
    }

    fn committed(&self) {
        if let Self::Sqlite { commits, .. } = self {
            commits.send_replace(());
        }
    }

    /// What interrupts a batch.
    fn interruption(&self) -> BoxFuture<'static, ()> {
        match self {
            Self::Sqlite { .. } => Box::pin(std::future::pending()),
            Self::Postgres { primary, .. } => {
                let primary = primary.clone();
                Box::pin(async move { primary.lost().await })
            }
        }
    }

    fn drop_connection(&mut self) {
        match self {
            Self::Sqlite { connection, .. } => *connection = None,
            Self::Postgres { connection, .. } => *connection = None,
        }
    }
}

async fn write_batches(mut line: Line, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        FIGURES.writer_batch.observe(batch.len() as f64);
        let mut answers = Vec::with_capacity(batch.len());
        let interruption = line.interruption();
        let committed = tokio::select! {
            committed = commit_batch(&mut line, batch.drain(..), &mut answers) => committed,
            () = interruption => Err(sqlx::Error::Protocol("the database went away".into())),
        };
        match &committed {
            Ok(()) => line.committed(),
            Err(error) => {
                tracing::error!(%error, "a batch of writes was not committed");
                FIGURES.writer_errors.inc();
                line.drop_connection();
            }
        }
        for (kept, answer) in answers {
            answer(if kept && committed.is_err() { Err(ApiError::unavailable()) } else { Ok(()) });
        }
        batch.clear();
    }
}

/// Begins, once no other process is writing the same file.
async fn begin_when_free(conn: &mut Conn<'_>, begin: &'static str) -> Result<(), sqlx::Error> {
    let began = Instant::now();
    loop {
        let begun = on_engine!(&mut *conn, |c| sqlx::raw_sql(begin).execute(c).map_ok(drop));
        let busy = |error: &sqlx::Error| {
            let failure = error.as_database_error().and_then(|error| error.try_downcast_ref::<Failure>());
            failure.is_some_and(Failure::is_busy)
        };
        match begun {
            Err(error) if busy(&error) && began.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
            begun => return begun,
        }
    }
}

/// Runs the jobs and commits. On an error nothing was written; jobs not reached are dropped, which tells their callers.
async fn commit_batch(
    line: &mut Line,
    jobs: impl Iterator<Item = Job>,
    answers: &mut Vec<(bool, Answer)>,
) -> Result<(), sqlx::Error> {
    let (begin, commit) = (line.begin(), line.commit());
    let mut conn = line.conn().await?;
    begin_when_free(&mut conn, begin).await?;
    // The savepoint of the first job is made where the transaction begins, the commit lets go of the last one: a lone job
    // pays for no statement of its own.
    let mut jobs = jobs.peekable();
    while let Some(job) = jobs.next() {
        let Ended { verdict, answer } = job(&mut conn).await;
        answers.push((matches!(verdict, Verdict::Keep), answer));
        let next = match verdict {
            Verdict::Keep if jobs.peek().is_some() => "release savepoint job; savepoint job",
            Verdict::Keep => break,
            Verdict::Undo => "rollback to savepoint job",
            Verdict::Abort => {
                return Err(sqlx::Error::Protocol("the storage failed inside a job".into()));
            }
        };
        on_engine!(&mut conn, |c| sqlx::raw_sql(next).execute(c).map_ok(drop))?;
    }
    let began = Instant::now();
    on_engine!(&mut conn, |c| sqlx::raw_sql(AssertSqlSafe(commit)).execute(c).map_ok(drop))?;
    line.is_kept()?;
    FIGURES.writer_commit_seconds.observe(began.elapsed().as_secs_f64());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::db::{DatabaseUrl, Db, sqlite::SqliteOptions};
    use sqlx::ConnectOptions as _;

    use super::*;

    /// On one thread, as all runs here: a writer that held it would never see the other one end.
    #[tokio::test]
    async fn a_write_waits_for_another_process_and_holds_up_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("t.db");
        let db = Db::open(&DatabaseUrl::Sqlite(file.clone())).await.expect("it opens");
        let mut other = SqliteOptions::file(&file).connect().await.expect("it opens");
        sqlx::raw_sql("begin immediate").execute(&mut other).await.expect("it is free");
        let writing = tokio::spawn({
            let db = db.clone();
            async move {
                db.write(|c| Box::pin(async move { Ok(crate::execute!(c, sqlx::query("delete from notices"))?) })).await
            }
        });
        tokio::time::sleep(4 * PAUSE).await;
        assert!(!writing.is_finished());
        db.ready().await.expect("reads go on");
        sqlx::raw_sql("commit").execute(&mut other).await.expect("it ends");
        assert_eq!(writing.await.expect("no panic").expect("written"), 0);
        db.close().await;
    }
}

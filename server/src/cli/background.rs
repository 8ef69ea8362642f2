//! What a server does beside answering: it takes up new signing keys, makes room, and forgets what has run out.
//!
//! Several servers on one database all do it. Each piece is one write that finds nothing left to do when another server was
//! quicker, and writes of all servers come one after the other.

use std::{future::Future, time::Duration};

use guiyan::{app::AppState, attachments, auth, db::partitions, error::ApiError, http, retention, tallies};
use tokio::{
    task::JoinSet,
    time::{Instant, interval_at},
};

/// What has changed in the kept counts is folded into them.
const FOLD: Duration = Duration::from_secs(2);
/// Another process may have rotated the keys.
const KEYS: Duration = Duration::from_secs(60);
/// Rows that serve no one any more.
const SWEEP: Duration = Duration::from_secs(3600);
/// A file that was sent and put to no record goes after so many seconds.
const UNCLAIMED: i64 = 24 * 3600;
/// What has been kept for as long as it is to be kept; a server that is started anew every night gets to it too.
const RETENTION: (Duration, Duration) = (SWEEP, Duration::from_secs(24 * 3600));

/// Starts the tasks.
pub(crate) fn start(app: &AppState) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (keys, sweep, retention, fold) = (app.clone(), app.clone(), app.clone(), app.clone());
    tasks.spawn(every((FOLD, FOLD), "counts not folded", move || {
        let app = fold.clone();
        async move { tallies::fold(&app.db).await.map(drop) }
    }));
    tasks.spawn(every((KEYS, KEYS), "key list not read", move || {
        let app = keys.clone();
        async move { app.keys.reload(&app.db, app.clock.now()).await }
    }));
    tasks.spawn(every((SWEEP, SWEEP), "old rows not deleted", move || {
        let app = sweep.clone();
        async move {
            let now = app.clock.now();
            app.db
                .write(move |c| {
                    Box::pin(async move {
                        partitions::make_ahead(c, now).await?;
                        http::forget_old_answers(c, now).await?;
                        attachments::forget_unclaimed(c, now.plus_seconds(-UNCLAIMED)).await?;
                        auth::forget_old_rows(c, now).await
                    })
                })
                .await
        }
    }));
    tasks.spawn(every(RETENTION, "retention did not finish", move || {
        let app = retention.clone();
        async move {
            let gone = retention::reduce(&app.db, app.config.retention, app.clock.now(), &app.entropy, |_| {}).await?;
            if gone.total() > 0 {
                tracing::info!(
                    people = gone.people,
                    attempts = gone.attempts,
                    notices = gone.notices,
                    log = gone.log,
                    "reduced what was due"
                );
            }
            Ok(())
        }
    }));
    tasks
}

/// Ends the tasks, so that they let go of the database.
pub(crate) async fn stop(mut tasks: JoinSet<()>) {
    tasks.shutdown().await;
}

/// Runs `job` for the first time after the first of these, then after each of the second.
async fn every<F, R>((first, period): (Duration, Duration), complaint: &'static str, mut job: F)
where
    F: FnMut() -> R,
    R: Future<Output = Result<(), ApiError>>,
{
    let mut ticks = interval_at(Instant::now() + first, period);
    loop {
        ticks.tick().await;
        if let Err(error) = job().await {
            tracing::warn!(%error, "{complaint}");
        }
    }
}

//! What a server does beside answering: it takes up new signing keys and forgets what has run out.

use std::{future::Future, time::Duration};

use guiyan::{app::AppState, auth, error::ApiError, http};
use tokio::{task::JoinSet, time::interval};

/// Another process may have rotated the keys.
const KEYS: Duration = Duration::from_secs(60);
/// Rows that serve no one any more.
const SWEEP: Duration = Duration::from_secs(3600);

/// Starts the tasks.
pub(crate) fn start(app: &AppState) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (keys, sweep) = (app.clone(), app.clone());
    tasks.spawn(every(KEYS, "key list not read", move || {
        let app = keys.clone();
        async move { app.keys.reload(&app.db).await }
    }));
    tasks.spawn(every(SWEEP, "old rows not deleted", move || {
        let app = sweep.clone();
        async move {
            let now = app.clock.now();
            app.db
                .write(move |c| {
                    Box::pin(async move {
                        http::forget_old_answers(c, now).await?;
                        auth::forget_old_rows(c, now).await
                    })
                })
                .await
        }
    }));
    tasks
}

/// Ends the tasks, so that they let go of the database.
pub(crate) async fn stop(mut tasks: JoinSet<()>) {
    tasks.shutdown().await;
}

async fn every<F, R>(period: Duration, complaint: &'static str, mut job: F)
where
    F: FnMut() -> R,
    R: Future<Output = Result<(), ApiError>>,
{
    let mut ticks = interval(period);
    // The first tick comes at once, and everything has just been read.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if let Err(error) = job().await {
            tracing::warn!(%error, "{complaint}");
        }
    }
}

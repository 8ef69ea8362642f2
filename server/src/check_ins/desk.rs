//! The desk where check-ins queue. What arrives while others are being written is taken together: one look-up, one write
//! and one answer for all of them, so that a full hall costs the database little more than one person does.

use std::sync::Arc;

use super::{
    model::{CheckInAnswers, Item},
    service,
};
use crate::{
    access::Caller,
    app::AppState,
    clock::Instant,
    error::ApiError,
    together::{Limits, Together},
};

/// As many items are taken together; past that the first ones wait too long.
const TOGETHER: usize = 256;
/// As many groups are on their way at once: one is looked up and verified while the one before it reaches the disk.
const TURNS: usize = 2;

/// A request, as it arrived.
pub(super) struct Submission {
    pub(super) caller: Caller,
    /// One client's ids are its own: the client.
    pub(super) submitter: String,
    pub(super) items: Vec<Item>,
    pub(super) arrived: Instant,
}

/// The queue.
#[derive(Clone)]
pub struct Desk(Together<Submission, CheckInAnswers>);

impl Default for Desk {
    /// A desk at which nobody waits.
    fn default() -> Self {
        Self(Together::new(Limits { rounds: TURNS, weight: TOGETHER, weigh: |one: &Submission| one.items.len() }))
    }
}

impl Desk {
    /// Queues a request and waits for its answer. Who hangs up loses the answer, not the check-in.
    pub(super) async fn submit(&self, app: &AppState, submission: Submission) -> Result<CheckInAnswers, ApiError> {
        let app = app.clone();
        self.0.ask(submission, move |taken| serve(app.clone(), taken)).await
    }
}

async fn serve(app: AppState, taken: Vec<Submission>) -> Result<Vec<Result<CheckInAnswers, ApiError>>, ApiError> {
    let submissions: Vec<_> = taken.into_iter().map(Arc::new).collect();
    match service::check_in_all(&app, &submissions).await {
        Ok(done) => Ok(done.into_iter().map(Ok).collect()),
        // One of them fails and nothing was written: none may spoil another.
        Err(error) if submissions.len() > 1 && !error.is_storage_fault() => {
            let mut answers = Vec::with_capacity(submissions.len());
            for submission in submissions {
                let done = service::check_in_all(&app, &[submission]).await;
                answers.push(done.and_then(|mut done| done.pop().ok_or_else(ApiError::unavailable)));
            }
            Ok(answers)
        }
        Err(error) => Err(error),
    }
}

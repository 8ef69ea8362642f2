//! The desk where check-ins queue. What arrives while others are being written is taken together: one look-up, one write
//! and one answer for all of them, so that a full hall costs the database little more than one person does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    model::{CheckInAnswers, Item},
    service,
};
use crate::{access::Caller, app::AppState, clock::Instant, error::ApiError};

/// As many items are taken together; past that the first ones wait too long. A request that has more goes alone.
const TOGETHER: usize = 256;
/// As many requests may queue before callers are told to come back.
const QUEUE: usize = 4096;
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

struct Waiting {
    submission: Submission,
    answer: oneshot::Sender<Result<CheckInAnswers, ApiError>>,
}

/// The queue.
#[derive(Clone)]
pub struct Desk(Arc<Queue>);

struct Queue {
    waiting: Mutex<VecDeque<Waiting>>,
    turns: Semaphore,
}

impl Default for Desk {
    /// A desk at which nobody waits.
    fn default() -> Self {
        Self(Arc::new(Queue { waiting: Mutex::default(), turns: Semaphore::new(TURNS) }))
    }
}

impl Desk {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a request and waits for its answer. Who hangs up loses the answer, not the check-in.
    pub(super) async fn submit(&self, app: &AppState, submission: Submission) -> Result<CheckInAnswers, ApiError> {
        let (answer, answered) = oneshot::channel();
        {
            let mut waiting = self.waiting();
            if waiting.len() >= QUEUE {
                return Err(ApiError::unavailable());
            }
            waiting.push_back(Waiting { submission, answer });
        }
        let (desk, app) = (self.clone(), app.clone());
        tokio::spawn(async move {
            if let Ok(_turn) = desk.0.turns.acquire().await {
                let taken = desk.take();
                if !taken.is_empty() {
                    serve(&app, taken).await;
                }
            }
        });
        answered.await.unwrap_or_else(|_| Err(ApiError::unavailable()))
    }

    /// The first in the queue and as many of those behind as go together.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let mut items = 0;
        let fitting = waiting.iter().take_while(|one| {
            items += one.submission.items.len();
            items <= TOGETHER
        });
        let count = fitting.count().max(1).min(waiting.len());
        waiting.drain(..count).collect()
    }
}

async fn serve(app: &AppState, taken: Vec<Waiting>) {
    let (submissions, answers): (Vec<_>, Vec<_>) =
        taken.into_iter().map(|one| (Arc::new(one.submission), one.answer)).unzip();
    match service::check_in_all(app, &submissions).await {
        Ok(done) => done.into_iter().zip(answers).for_each(|(done, answer)| drop(answer.send(Ok(done)))),
        // One of them fails and nothing was written: none may spoil another.
        Err(error) if answers.len() > 1 && !error.is_storage_fault() => {
            for (submission, answer) in submissions.into_iter().zip(answers) {
                let done = service::check_in_all(app, &[submission]).await;
                let _ = answer.send(done.and_then(|mut done| done.pop().ok_or_else(ApiError::unavailable)));
            }
        }
        Err(error) => {
            let mut error = Some(error);
            for answer in answers {
                let _ = answer.send(Err(error.take().unwrap_or_else(ApiError::unavailable)));
            }
        }
    }
}

//! Taking together what arrives at once. Whoever asks while others are being answered waits for the next round, which has one
//! answer for all who have gathered: the busier a server is, the less each costs the database. A lone one waits for nobody.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::FutureExt as _;
use tokio::sync::oneshot;

use crate::error::ApiError;

/// As many may wait before callers are told to come back.
const QUEUE: usize = 4096;

/// What goes together.
pub struct Limits<Q> {
    /// Rounds on their way at once.
    pub rounds: usize,
    /// The weight of a round at most; one that weighs more goes alone.
    pub weight: usize,
    /// What one weighs.
    pub weigh: fn(&Q) -> usize,
}

/// Where questions `Q` gather to be answered by `A`.
pub struct Together<Q, A>(Arc<Place<Q, A>>);

impl<Q, A> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Place<Q, A> {
    limits: Limits<Q>,
    gathered: Mutex<Gathered<Q, A>>,
}

struct Gathered<Q, A> {
    waiting: VecDeque<(Q, Answer<A>)>,
    /// Rounds on their way.
    rounds: usize,
}

type Answer<A> = oneshot::Sender<Result<A, ApiError>>;

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// A place where nobody waits.
    pub fn new(limits: Limits<Q>) -> Self {
        Self(Arc::new(Place { limits, gathered: Mutex::new(Gathered { waiting: VecDeque::new(), rounds: 0 }) }))
    }

    /// Waits for the answer to a question. `answer_all` answers those of a round in their order, or fails for all of them; that of
    /// any who asks may be the one that is used. Who hangs up loses the answer, and nobody else does.
    pub async fn ask<F, R>(&self, question: Q, answer_all: F) -> Result<A, ApiError>
    where
        F: Fn(Vec<Q>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Vec<Result<A, ApiError>>, ApiError>> + Send,
    {
        let (answer, answered) = oneshot::channel();
        let leads = {
            let mut gathered = self.0.gathered();
            if gathered.waiting.len() >= QUEUE {
                return Err(ApiError::unavailable());
            }
            gathered.waiting.push_back((question, answer));
            let leads = gathered.rounds < self.0.limits.rounds;
            gathered.rounds += usize::from(leads);
            leads
        };
        if leads {
            let place = Arc::clone(&self.0);
            tokio::spawn(async move { place.answer_rounds(answer_all).await });
        }
        answered.await.unwrap_or_else(|_| Err(ApiError::unavailable()))
    }
}

impl<Q, A> Place<Q, A> {
    fn gathered(&self) -> MutexGuard<'_, Gathered<Q, A>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer_rounds<F, R>(&self, answer_all: F)
    where
        F: Fn(Vec<Q>) -> R,
        R: Future<Output = Result<Vec<Result<A, ApiError>>, ApiError>>,
    {
        while let Some((questions, answers)) = self.next_round() {
            // A panic must end its own round only: those who gather behind it have nobody else.
            let done = AssertUnwindSafe(async { answer_all(questions).await }).catch_unwind().await;
            let mut answers = answers.into_iter();
            match done.unwrap_or_else(|_| Ok(Vec::new())) {
                Ok(done) => done.into_iter().zip(answers).for_each(|(done, answer)| drop(answer.send(done))),
                // Told to the first; the others, dropped, are told to come back.
                Err(error) => drop(answers.next().map(|first| first.send(Err(error)))),
            }
        }
    }

    /// The first who wait and as many of those behind as go together; where nobody does, the rounds are over.
    fn next_round(&self) -> Option<(Vec<Q>, Vec<Answer<A>>)> {
        let mut gathered = self.gathered();
        if gathered.waiting.is_empty() {
            gathered.rounds -= 1;
            return None;
        }
        let mut weight = 0;
        let fitting = gathered.waiting.iter().take_while(|(question, _)| {
            weight += (self.limits.weigh)(question);
            weight <= self.limits.weight
        });
        let count = fitting.count().max(1);
        Some(gathered.waiting.drain(..count).unzip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Together<u32, (u32, usize)> {
        Together::new(Limits { rounds: 1, weight: 10, weigh: |_| 1 })
    }

    async fn doubled(questions: Vec<u32>) -> Result<Vec<Result<(u32, usize), ApiError>>, ApiError> {
        tokio::task::yield_now().await;
        let size = questions.len();
        let double = |n| if n == 13 { panic!("unlucky") } else { Ok((n * 2, size)) };
        Ok(questions.into_iter().map(double).collect())
    }

    #[tokio::test]
    async fn those_who_ask_meanwhile_share_a_round_and_get_their_own_answers() {
        let place = place();
        let answers = futures::future::join_all((0..12).map(|n| place.ask(n, doubled))).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(answers.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (0..12).map(|n| n * 2).collect::<Vec<_>>());
        // All had asked before the first round began; no more than ten go together.
        assert_eq!(answers.iter().map(|(_, size)| *size).collect::<Vec<_>>(), [[10; 10].as_slice(), &[2; 2]].concat());
    }

    #[tokio::test]
    async fn a_panic_ends_its_own_round_only() {
        let place = place();
        assert!(place.ask(13, doubled).await.is_err());
        assert_eq!(place.ask(4, doubled).await.expect("an answer"), (8, 1));
    }

    #[tokio::test]
    async fn who_hangs_up_keeps_nobody_waiting() {
        let place = place();
        let hung_up = tokio::spawn({
            let place = place.clone();
            async move { place.ask(1, doubled).await }
        });
        tokio::task::yield_now().await;
        hung_up.abort();
        assert_eq!(place.ask(2, doubled).await.expect("an answer").0, 4);
    }
}

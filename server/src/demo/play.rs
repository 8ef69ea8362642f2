//! Plays the plan through the features' services, each step at its own time.

use std::{collections::HashMap, sync::Arc};

use futures::future::try_join_all;

use super::{
    acts,
    offices::Offices,
    organisation::Organisation,
    people::People,
    plan::{Plan, Step},
};
use crate::{
    access::Caller,
    app::AppState,
    cards::CardNumber,
    clock::{Clock, Instant},
    error::ApiError,
    events::EventRow,
    ids::{DeviceId, EntryId, MemberId, RegistrationId, RequestId},
    people::NewPerson,
};

/// The same people every time.
const MEMBERS_SEED: u64 = 1;

/// Everything that the steps need.
pub(super) struct Stage {
    pub(super) app: AppState,
    pub(super) organisation: Organisation,
    pub(super) offices: Offices,
    pub(super) plan: Plan,
}

/// What has become of a member so far.
#[derive(Clone, Default)]
pub(super) struct Played {
    pub(super) member: Option<MemberId>,
    pub(super) stay: Option<RegistrationId>,
    pub(super) card: Option<CardNumber>,
    /// The code of the newest link for binding a phone.
    pub(super) link: Option<String>,
    pub(super) device: Option<DeviceId>,
    /// What the member has asked for.
    pub(super) request: Option<RequestId>,
}

/// What changes while the plan is played.
pub(super) struct Score {
    pub(super) people: Vec<NewPerson>,
    pub(super) played: Vec<Played>,
    pub(super) events: Vec<Option<EventRow>>,
    /// Entries that an officer made, by meeting and member.
    pub(super) entries: HashMap<(usize, usize), EntryId>,
}

impl Score {
    pub(super) fn member(&self, member: usize) -> Result<MemberId, ApiError> {
        self.played[member].member.ok_or_else(|| off_plan("a member"))
    }

    pub(super) fn stay(&self, member: usize) -> Result<RegistrationId, ApiError> {
        self.played[member].stay.ok_or_else(|| off_plan("a stay"))
    }

    pub(super) fn card(&self, member: usize) -> Result<&CardNumber, ApiError> {
        self.played[member].card.as_ref().ok_or_else(|| off_plan("a card"))
    }

    pub(super) fn event(&self, meeting: usize) -> Result<&EventRow, ApiError> {
        self.events[meeting].as_ref().ok_or_else(|| off_plan("an event"))
    }

    pub(super) fn entry(&self, meeting: usize, member: usize) -> Result<EntryId, ApiError> {
        self.entries.get(&(meeting, member)).copied().ok_or_else(|| off_plan("an entry"))
    }

    pub(super) fn request(&self, member: usize) -> Result<RequestId, ApiError> {
        self.played[member].request.ok_or_else(|| off_plan("a request"))
    }

    /// The member as a caller, where a phone is bound.
    pub(super) fn oneself(&self, member: usize) -> Option<Caller> {
        let played = &self.played[member];
        Some(Caller::oneself(played.member?, played.device?))
    }
}

fn off_plan(what: &str) -> ApiError {
    ApiError::internal(format!("the demo's plan asks for {what} that is not there yet"))
}

/// Plays everything; answers what became of it.
pub(super) async fn play(stage: Arc<Stage>) -> Result<Score, ApiError> {
    let plan = &stage.plan;
    let mut score = Score {
        people: cast(&stage)?,
        played: vec![Played::default(); plan.parts.len()],
        events: vec![None; plan.meetings.len()],
        entries: HashMap::new(),
    };
    // What makes writes of its own runs side by side; all else between is one write.
    for run in plan.steps.chunk_by(|(_, a), (_, b)| a.writes_by_itself() == b.writes_by_itself()) {
        if run.first().is_some_and(|(_, step)| step.writes_by_itself()) {
            try_join_all(run.iter().map(|(at, step)| write_alone(&stage, &score, *at, *step))).await?;
        } else {
            score = write_together(&stage, score, run.to_vec()).await?;
        }
    }
    Ok(score)
}

async fn write_together(stage: &Arc<Stage>, mut score: Score, run: Vec<(Instant, Step)>) -> Result<Score, ApiError> {
    let stage = Arc::clone(stage);
    let db = stage.app.db.clone();
    db.write(move |c| {
        Box::pin(async move {
            for (at, step) in run {
                acts::take(c, &stage, &stage.at(at), &mut score, step).await.map_err(|error| failed(step, error))?;
            }
            Ok(score)
        })
    })
    .await
}

async fn write_alone(stage: &Stage, score: &Score, at: Instant, step: Step) -> Result<(), ApiError> {
    let done = match step {
        Step::CheckIn { meeting, member, how } => {
            acts::check_in(stage, &stage.at(at), score, (meeting, member), how).await
        }
        Step::LookUp { member, purpose } => acts::look_up(stage, &stage.at(at), score, member, purpose).await,
        _ => Ok(()),
    };
    done.map_err(|error| failed(step, error))
}

fn failed(step: Step, error: ApiError) -> ApiError {
    ApiError::internal(format!("the demo's plan is refused at {step:?}: {error}"))
}

impl Stage {
    /// The application at another time.
    pub(super) fn at(&self, at: Instant) -> AppState {
        self.app.at(Clock::manual(at))
    }
}

/// The members as people; where one lives follows from the branch.
fn cast(stage: &Stage) -> Result<Vec<NewPerson>, ApiError> {
    let today = stage.app.clock.now().day();
    let mut people = People::new(MEMBERS_SEED, today);
    let filed = |member: usize| {
        let files = |(_, step): &&(Instant, Step)| matches!(step, Step::File { member: m, .. } if *m == member);
        stage.plan.steps.iter().find(files).map_or(today, |(at, _)| at.day())
    };
    let cast = stage.plan.parts.iter().enumerate().map(|(member, part)| {
        let district = stage.organisation.branches[part.branch].district;
        people.next_in(&format!("上海市{district}"), filed(member))
    });
    cast.collect()
}

//! The units' work: what the committee, its branches and a department did in the year beside cards and events, through the
//! features' own services, so that the report states the source's figures from it.

mod bulletins;
mod census;
mod commendations;
mod department;
mod documents;
mod elections;
mod help;
mod leaders;
mod opinions;
mod study_plan;
mod submissions;
mod supervision;
mod talks;
mod voices;

use std::sync::Arc;

use super::{
    calendar::UNABLE,
    offices::doing,
    plan::{MOVED, OUT_OF_CONTACT, SILENT, WAIT_FOR_HOME, WAIT_FOR_HOST, ago},
    play::{Score, Stage},
};
use crate::{
    access::{Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    error::ApiError,
    ids::{MemberId, UnitId},
    people::Membership,
};

/// Members who lead the committee, as in the source.
const LEADERS: usize = 3;

/// Who acts, and on whom.
struct Scene {
    stage: Arc<Stage>,
    score: Arc<Score>,
    now: Instant,
    /// The members who hold the posts of the committee.
    leaders: Vec<usize>,
}

/// Does the work of the year, in one write.
pub(super) async fn play(stage: &Arc<Stage>, score: &Arc<Score>) -> Result<(), ApiError> {
    let scene = Scene {
        stage: Arc::clone(stage),
        score: Arc::clone(score),
        now: stage.app.clock.now(),
        leaders: leaders_of(stage, score),
    };
    let write = stage.app.db.write(move |c| {
        Box::pin(async move {
            // An elected committee ends the posts of the one before it; all else follows in the order of the report.
            elections::play(c, &scene).await?;
            leaders::play(c, &scene).await?;
            census::play(c, &scene).await?;
            study_plan::play(c, &scene).await?;
            documents::play(c, &scene).await?;
            talks::play(c, &scene).await?;
            opinions::play(c, &scene).await?;
            help::play(c, &scene).await?;
            supervision::play(c, &scene).await?;
            submissions::play(c, &scene).await?;
            bulletins::play(c, &scene).await?;
            commendations::play(c, &scene).await?;
            department::play(c, &scene).await
        })
    });
    write.await.map_err(|error| ApiError::internal(format!("the demo's work is refused: {error}")))
}

/// The members who came first and are at hand for a post: full members who work, and not at the branch of the story.
fn leaders_of(stage: &Stage, score: &Score) -> Vec<usize> {
    let parts = &stage.plan.parts;
    let fits = |member: &usize| {
        let person = &score.people[*member];
        let branch = parts[*member].branch;
        let away = [&SILENT[..], &OUT_OF_CONTACT, &WAIT_FOR_HOME, &WAIT_FOR_HOST, &MOVED].concat();
        person.membership == Membership::Full
            && !person.retired
            && branch != 0
            && !UNABLE.contains(&branch)
            && !away.contains(member)
    };
    let mut able: Vec<usize> = (0..parts.len()).filter(fits).collect();
    able.sort_by_key(|member| parts[*member].comes.0);
    able.truncate(LEADERS);
    able
}

impl Scene {
    /// The application at an hour of the day so many days ago.
    fn at(&self, days: i64, hour: i64) -> AppState {
        self.stage.at(ago(self.now, days, hour))
    }

    /// The day so many days ago; a negative number lies ahead.
    fn day(&self, days: i64) -> Day {
        self.now.day().plus_days(-days)
    }

    fn committee(&self) -> UnitId {
        self.stage.organisation.committee
    }

    fn branches(&self) -> usize {
        self.stage.organisation.branches.len()
    }

    fn branch(&self, branch: usize) -> UnitId {
        self.stage.organisation.branches[branch].id
    }

    /// The committee's officer, at work.
    fn officer(&self, operation: Operation) -> Caller {
        doing(&self.stage.offices.committee, operation)
    }

    fn secretary(&self, branch: usize, operation: Operation) -> Caller {
        doing(&self.stage.offices.secretaries[branch], operation)
    }

    fn member(&self, member: usize) -> Result<MemberId, ApiError> {
        self.score.member(member)
    }

    /// The branch where a member is now.
    fn branch_of(&self, member: usize) -> usize {
        self.stage.plan.parts[member].branch
    }

    /// Whether a member's registration is in force and they were about so many days ago.
    fn is_about(&self, member: usize, days: i64) -> bool {
        let (from, until) = self.stage.plan.parts[member].comes;
        let on = ago(self.now, days, 12);
        let waits = WAIT_FOR_HOME.contains(&member) || WAIT_FOR_HOST.contains(&member);
        // Whoever moved is counted where they are now.
        let arrived = !MOVED.contains(&member) || days < 25;
        !waits && arrived && from <= on && on <= until
    }

    /// The members whom a branch had about so many days ago.
    fn members_of(&self, branch: usize, days: i64) -> Vec<usize> {
        let all = 0..self.stage.plan.parts.len();
        all.filter(|member| self.branch_of(*member) == branch && self.is_about(*member, days)).collect()
    }
}

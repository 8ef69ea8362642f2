//! Elections at the end of a term: as many are done as in the source, two are under way, and the rest is due.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{calendar::ELECTED, parsed, people::People},
    elections::{
        self, Approval, Candidate, Elected, ElectionResult, HoldMeeting, Holding, NewElection, Nomination, Seats,
    },
    error::ApiError,
    ids::ElectionId,
    people::PersonName,
    posts::PostKind,
};

/// The electors are others than the floating members, who have no vote here.
const ELECTORS_SEED: u64 = 3;
/// Electors of a branch, and how many of them came: more than four fifths.
const ELECTORS: (i64, i64) = (9, 8);
/// Branches whose elections go on, and how many days ago each was opened: one asks, one has its candidates.
const UNDER_WAY: [(usize, i64); 2] = [(0, 12), (1, 34)];

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let mut electors = People::new(ELECTORS_SEED, s.now.day());
    for ((branch, days), meeting) in ELECTED.into_iter().zip(&s.stage.plan.elections) {
        let id = open(c, s, branch, days + 50).await?;
        allow(c, s, id, days + 40).await?;
        let names = nominate(c, s, id, branch, days + 12, &mut electors).await?;
        let meeting = HoldMeeting {
            event_id: s.score.event(*meeting)?.id,
            electors_expected: ELECTORS.0,
            present_on_paper: ELECTORS.1,
        };
        let by = |operation| s.secretary(branch, operation);
        elections::hold(c, &s.at(days + 2, 10), &by(Operation::HoldElection), id, meeting).await?;
        elections::record_result(c, &s.at(days - 1, 10), &by(Operation::RecordElectionResult), id, result(names))
            .await?;
        elections::approve(c, &s.at(days - 6, 15), &s.officer(Operation::ApproveElection), id, Approval::default())
            .await?;
    }
    let [(asks, opened), (stands, earlier)] = UNDER_WAY;
    open(c, s, asks, opened).await?;
    let id = open(c, s, stands, earlier).await?;
    allow(c, s, id, earlier - 9).await?;
    nominate(c, s, id, stands, earlier - 20, &mut electors).await?;
    Ok(())
}

/// The branch opens its election and asks the level above.
async fn open(c: &mut Conn<'_>, s: &Scene, branch: usize, days: i64) -> Result<ElectionId, ApiError> {
    let new = NewElection { unit_id: s.branch(branch), due_on: None };
    let by = |operation| s.secretary(branch, operation);
    let id = elections::create(c, &s.at(days, 9), &by(Operation::CreateElection), new).await?.id;
    elections::ask_approval(c, &s.at(days - 2, 9), &by(Operation::AskElectionApproval), id).await?;
    Ok(id)
}

async fn allow(c: &mut Conn<'_>, s: &Scene, id: ElectionId, days: i64) -> Result<(), ApiError> {
    let by = s.officer(Operation::ApproveElectionHolding);
    elections::approve_holding(c, &s.at(days, 15), &by, id, Holding::default()).await.map(drop)
}

/// One stands for secretary, three for two other seats.
async fn nominate(
    c: &mut Conn<'_>,
    s: &Scene,
    id: ElectionId,
    branch: usize,
    days: i64,
    electors: &mut People,
) -> Result<Vec<PersonName>, ApiError> {
    let posts = [PostKind::Secretary, PostKind::Organiser, PostKind::Publicity, PostKind::Publicity];
    let mut names = Vec::new();
    for _ in posts {
        names.push(parsed(electors.next_in("上海市", s.now.day())?.name.as_str())?);
    }
    let stands = |(post, name): (PostKind, &PersonName)| Candidate { post, member_id: None, name: Some(name.clone()) };
    let nomination = Nomination {
        seats: vec![Seats { post: PostKind::Publicity, seats: 1 }],
        candidates: posts.into_iter().zip(&names).map(stands).collect(),
    };
    let by = s.secretary(branch, Operation::NominateCandidates);
    elections::nominate(c, &s.at(days, 10), &by, id, nomination).await?;
    Ok(names)
}

/// The first of those who stood for each post.
fn result(names: Vec<PersonName>) -> ElectionResult {
    let posts = [(PostKind::Secretary, 8), (PostKind::Organiser, 7), (PostKind::Publicity, 5)];
    let elected = posts.into_iter().zip(names).map(|((post, votes), name)| Elected {
        post,
        member_id: None,
        name: Some(name),
        votes,
        dual_title: None,
    });
    ElectionResult { elected: elected.collect(), ballots_given: ELECTORS.1, ballots_returned: ELECTORS.1 }
}

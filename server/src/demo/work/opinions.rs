//! Opinions: of the committee's own 19 collected, 14 put right; below it over 110 collected, over 80 put right.

use super::{
    Scene,
    voices::{OF_BRANCHES, OF_COMMITTEE, Voice},
};
use crate::{
    access::{Caller, Operation},
    app::AppState,
    db::Conn,
    demo::{offices::doing, parsed, plan::days},
    error::ApiError,
    ids::{OpinionId, UnitId},
    opinions::{self, Dispose, Disposition, Finish, NewNote, NewOpinion, OpinionSource, OwnOpinion, Publish},
};

/// Collected for the branches, and how many of those were put right, as in the source.
const BELOW: (usize, usize) = (112, 83);
/// Said on a phone, without a name, in the last days.
const UNNAMED: usize = 3;
/// Given by the member of the story, and answered.
const OF_THE_STORY: usize = BELOW.0 - BELOW.1;

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for (n, voice) in OF_COMMITTEE.iter().enumerate() {
        let collected = if n < 5 { 4 + 12 * days(n) } else { 60 + 15 * days(n) };
        let how = how(n, !voice.done.is_empty(), collected);
        let case = Said { unit_id: s.committee(), by: &s.stage.offices.committee, turn: n, giver: None, collected };
        deal_with(c, s, case, voice, how).await?;
    }
    for n in 0..BELOW.0 {
        let voice = &OF_BRANCHES[n * 7 % OF_BRANCHES.len()];
        let collected = 3 + 3 * days(n);
        let branch = if n == OF_THE_STORY { 0 } else { n * 11 % s.branches() };
        let open = n < BELOW.0 - BELOW.1;
        if n < UNNAMED {
            unnamed(c, s, branch, voice, collected).await?;
            continue;
        }
        // Some wish to be named; the member of the story has.
        let giver = match n {
            OF_THE_STORY => Some(0),
            n if n % 3 == 0 => s.members_of(branch, collected).into_iter().nth(n % 4),
            _ => None,
        };
        let by = &s.stage.offices.secretaries[branch];
        let case = Said { unit_id: s.branch(branch), by, turn: n, giver, collected };
        deal_with(c, s, case, voice, how(n, !open, collected)).await?;
    }
    Ok(())
}

/// What was said, to whom and by whom.
struct Said<'s> {
    unit_id: UnitId,
    by: &'s Caller,
    turn: usize,
    giver: Option<usize>,
    collected: i64,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Nobody has looked at it.
    Left,
    /// It is known what it is about.
    Sorted,
    /// It is to be put right until so many days ago; a negative number lies ahead.
    InHand(i64),
    AtOnce,
    ByDate,
    Explained,
}

fn how(turn: usize, done: bool, collected: i64) -> How {
    match (done, turn % 7) {
        (false, _) if collected < 6 => How::Left,
        (false, 1) => How::Sorted,
        // A few are overdue.
        (false, 3 | 5) => How::InHand(collected / 3),
        (false, _) => How::InHand(-20 - collected),
        (true, 2) => How::Explained,
        (true, 0 | 4) => How::AtOnce,
        (true, _) => How::ByDate,
    }
}

async fn deal_with(c: &mut Conn<'_>, s: &Scene, said: Said<'_>, voice: &Voice, how: How) -> Result<(), ApiError> {
    let Said { by, turn, collected, .. } = said;
    let by = |operation| doing(by, operation);
    let id = collect(c, s, &said, voice, how == How::Left).await?;
    let disposition = |disposition, due_on: Option<i64>, answer: Option<&str>| -> Result<Dispose, ApiError> {
        let due_on = due_on.map(|ago| s.day(ago));
        Ok(Dispose { disposition, due_on, answer: answer.map(parsed).transpose()?, on: None })
    };
    let (taken_up, done_at) = (s.at(collected - 2, 10), s.at(collected - collected.min(30) * 2 / 3, 16));
    let dispose = async |c: &mut Conn<'_>, app: &AppState, what: Dispose| {
        opinions::dispose(c, app, &by(Operation::DisposeOpinion), id, what).await.map(drop)
    };
    match how {
        How::Left | How::Sorted => return Ok(()),
        How::InHand(due) => {
            dispose(c, &taken_up, disposition(Disposition::ByDate, Some(due), None)?).await?;
            let note = NewNote { text: parsed("已与有关单位联系，正在落实。")? };
            return opinions::note(c, &done_at, &by(Operation::NoteOpinion), id, note).await.map(drop);
        }
        How::Explained => dispose(c, &done_at, disposition(Disposition::Explained, None, Some(voice.done))?).await?,
        How::AtOnce => dispose(c, &taken_up, disposition(Disposition::AtOnce, None, None)?).await?,
        How::ByDate => dispose(c, &taken_up, disposition(Disposition::ByDate, Some(collected - 28), None)?).await?,
    }
    if how != How::Explained {
        let finish = Finish { result: parsed(voice.done)?, on: None };
        opinions::finish(c, &done_at, &by(Operation::FinishOpinion), id, finish).await?;
    }
    if turn % 3 != 1 {
        return Ok(());
    }
    let published_at = s.at((collected - 26).max(1), 17);
    opinions::publish(c, &published_at, &by(Operation::PublishOpinion), id, Publish::default()).await.map(drop)
}

/// Said in a meeting or an interview, found in the box, or given on a phone with one's name.
async fn collect(
    c: &mut Conn<'_>,
    s: &Scene,
    said: &Said<'_>,
    voice: &Voice,
    unsorted: bool,
) -> Result<OpinionId, ApiError> {
    let &Said { unit_id, by, turn, giver, collected } = said;
    let app = s.at(collected, 19);
    if let Some(oneself) = giver.and_then(|member| s.score.oneself(member)).filter(|_| turn % 2 == 0 && !unsorted) {
        let own = OwnOpinion { unit_id, text: parsed(voice.text)?, topic: Some(voice.topic), named: true };
        let given = opinions::give_named(c, &app, &oneself, own).await?;
        let id = given.opinion.map(|opinion| opinion.id).ok_or_else(|| ApiError::internal("an opinion is nobody's"))?;
        let by = doing(by, Operation::SortOpinion);
        return opinions::sort(c, &app, &by, id, opinions::Sort { topic: voice.topic }).await.map(|opinion| opinion.id);
    }
    let sources = [OpinionSource::Meeting, OpinionSource::Interview, OpinionSource::Box];
    let source = if giver.is_some() { OpinionSource::Interview } else { sources[turn % sources.len()] };
    let new = NewOpinion {
        unit_id,
        source,
        text: parsed(voice.text)?,
        topic: (!unsorted).then_some(voice.topic),
        named_member_id: giver.map(|member| s.member(member)).transpose()?,
        collected_on: None,
    };
    let by = doing(by, Operation::CreateOpinion);
    Ok(opinions::create(c, &app, &by, new).await?.id)
}

async fn unnamed(c: &mut Conn<'_>, s: &Scene, branch: usize, voice: &Voice, days: i64) -> Result<(), ApiError> {
    let own = OwnOpinion { unit_id: s.branch(branch), text: parsed(voice.text)?, topic: None, named: false };
    opinions::give_unnamed(c, &s.at(days, 0), own, None).await.map(drop)
}

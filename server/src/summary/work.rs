//! The figures of the units' work, as each feature counts them.

use super::{
    gather::Asked,
    model::{Amount, Figure, FigureKey as Key, FigurePart, Measure},
};
use crate::{
    access::Operation,
    bulletins, censuses, commendations,
    db::Conn,
    documents, elections,
    error::ApiError,
    opinions, pairings,
    plans::{self, Target},
    posts, recruits, submissions, supervision, talks,
};

pub(super) async fn census(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = censuses::figures(c, asked.unit, asked.period).await?;
    let Some(id) = found.census else {
        return Ok(vec![Figure::unknown(Key::BranchesUnable), Figure::unknown(Key::MembersUnable)]);
    };
    let list = asked.may(Operation::ListCensuses).then(|| format!("/censuses/{id}"));
    let figure = |key: Key, counts: &censuses::AnswerCounts| {
        let reasons = counts.by_reason.iter().map(|reason| (reason.key.word(), reason.count));
        Figure::count(key, counts.unable).of(counts.asked).with("census_reason", reasons).behind(list.clone())
    };
    Ok(vec![figure(Key::BranchesUnable, &found.branches), figure(Key::MembersUnable, &found.members)])
}

pub(super) async fn plan(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let mut figures = Vec::new();
    for plan in plans::figures(c, asked.unit, asked.period, asked.now).await? {
        for (asks, target) in &plan.targets {
            let list = asked.may(Operation::ListPlans).then(|| format!("/plans/{}", plan.id));
            let title = Some(format!("{} ({})", plan.title, target.target));
            let figure = Figure::count(Key::PlanTarget, target.met).of(target.of).behind(list);
            figures.push(Figure { title, parts: asked_by(asks, target.of), ..figure });
        }
    }
    Ok(figures)
}

/// What a target asks, in the words of the plan: of whom, and how much.
fn asked_by(target: &Target, of: i64) -> Vec<FigurePart> {
    let part = |list, key, value| FigurePart { list, key, value };
    let much = match target.document_kind {
        Some(kind) => part("document_kind", kind.word(), target.least),
        None => part("plan_measure", target.measure.word(), target.least),
    };
    let length = target.least_length.map(|length| part("plan_measure", "length", length));
    [part("plan_category", target.category.word(), of), much].into_iter().chain(length).collect()
}

pub(super) async fn papers(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = documents::figures(c, asked.unit, asked.period).await?;
    let list = asked.list(Operation::ListDocuments, "/documents", "&state=accepted");
    Ok(vec![
        Figure::count(Key::DocumentsAccepted, found.accepted)
            .with("document_kind", found.by_kind.iter().map(|kind| (kind.kind.word(), kind.count)))
            .behind(list.clone()),
        Figure::count(Key::DocumentsLength, found.length).measured(Measure::Characters).behind(list),
    ])
}

pub(super) async fn talking(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = talks::figures(c, asked.unit, asked.period).await?;
    let list = |more: &str| asked.list(Operation::ListTalks, "/talks", more);
    let by_leaders = format!("&by_leaders_of={}", asked.unit);
    Ok(vec![
        Figure::count(Key::TalkPersonTimes, found.person_times).behind(list("")),
        Figure::count(Key::TalkPersonTimesByLeaders, found.person_times_by_leaders).behind(list(&by_leaders)),
        Figure::count(Key::Talks, found.talks).behind(list("")),
    ])
}

pub(super) async fn opinion(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = opinions::figures(c, asked.unit, asked.period).await?;
    let figure = |key: Key, value: i64, more: &str| {
        Figure::count(key, value).behind(asked.list(Operation::ListOpinions, "/opinions", more))
    };
    Ok(vec![
        figure(Key::OpinionsCollectedHere, found.here.collected, "&here=true"),
        figure(Key::OpinionsRectifiedHere, found.here.rectified, "&here=true&rectified=true"),
        figure(Key::OpinionsCollectedBelow, found.below.collected, "&below=true"),
        figure(Key::OpinionsRectifiedBelow, found.below.rectified, "&below=true&rectified=true"),
    ])
}

pub(super) async fn aid(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = pairings::figures(c, asked.unit, asked.period).await?;
    let cases = |more: &str| asked.list(Operation::ListCases, "/cases", more);
    let given = |key: Key, fen: i64, more: &str| {
        Figure::count(key, fen).measured(Measure::Fen).behind(asked.list(Operation::ListAid, "/aid", more))
    };
    Ok(vec![
        Figure::count(Key::Pairs, found.pairs).behind(asked.list_at_the_end(Operation::ListPairings, "/pairings", "")),
        Figure::count(Key::CasesOpened, found.cases_opened).behind(cases("")),
        Figure::count(Key::CasesSolved, found.cases_solved).behind(cases("&state=solved")),
        given(Key::AidMoney, found.aid_fen, "&kind=money"),
        given(Key::AidInKind, found.in_kind_fen, "&kind=in_kind"),
    ])
}

pub(super) async fn election(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = elections::figures(c, asked.unit, asked.period).await?;
    let operation = Operation::ListDueElections;
    let then = asked.then();
    let branches = format!("&kind=branch{then}");
    let due = asked.list_in(elections::due_days(asked.period), operation, "/elections/due", &branches);
    let before = format!("&to={}{then}", asked.period.to.plus_days(-1));
    let overdue = asked.list_of_unit(operation, "/elections/due", &before);
    let here = asked.list_of_unit(operation, "/elections/due", &format!("&here=true{then}"));
    let own = Figure {
        value: found.own_due_on.map(|_| Amount::Whole(1)),
        day: found.own_due_on,
        ..Figure::count(Key::OwnElectionDue, 0).behind(here)
    };
    Ok(vec![
        Figure::count(Key::ElectionsDone, found.done).behind(asked.list(
            Operation::ListElections,
            "/elections",
            "&state=approved",
        )),
        Figure { day: found.due_until, ..Figure::count(Key::ElectionsDue, found.due).behind(due) },
        own,
        Figure::count(Key::ElectionsOverdue, found.overdue).behind(overdue),
    ])
}

pub(super) async fn supervising(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = supervision::figures(c, asked.unit, asked.period).await?;
    let on = format!("&in_force_on={}", asked.period.to);
    let groups = asked.list_of_unit(Operation::ListSupervisionGroups, "/supervision-groups", &on);
    let visits = asked.list(Operation::ListVisits, "/visits", "");
    Ok(vec![
        Figure::count(Key::SupervisionGroups, found.groups).behind(groups.clone()),
        Figure::count(Key::SupervisedUnits, found.units).behind(groups),
        Figure::count(Key::Visits, found.visits).behind(visits.clone()),
        Figure::count(Key::ProblemsFound, found.problems_found).behind(visits.clone()),
        Figure::count(Key::ProblemsAnswered, found.problems_answered).behind(visits),
    ])
}

pub(super) async fn submitted(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = submissions::figures(c, asked.unit, asked.period).await?;
    let figure = |key: Key, value: i64, more: &str| {
        Figure::count(key, value).behind(asked.list(Operation::ListSubmissions, "/submissions", more))
    };
    Ok(vec![
        figure(Key::RequestsSent, found.requests_sent, "&kind=request&reached=sent"),
        figure(Key::RequestsAnswered, found.requests_answered, "&kind=request&reached=answered"),
        figure(Key::ReportsSent, found.reports_sent, "&kind=report&reached=sent"),
        figure(Key::ReportsAcknowledged, found.reports_acknowledged, "&kind=report&reached=acknowledged"),
    ])
}

pub(super) async fn published(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = bulletins::figures(c, asked.unit, asked.period).await?;
    let kinds = [("bulletin", found.bulletins), ("wall", found.walls), ("page", found.pages)];
    let all = kinds.iter().map(|(_, count)| count).sum();
    let list = asked.list(Operation::ListBulletins, "/bulletins", "&state=published");
    Ok(vec![Figure::count(Key::BulletinsPublished, all).with("bulletin_kind", kinds).behind(list)])
}

pub(super) async fn commended(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let found = commendations::figures(c, asked.unit, asked.period).await?;
    let figure = |key: Key, value: i64, reached: &str| {
        let more = format!("&reached={reached}");
        Figure::count(key, value).behind(asked.list(Operation::ListCommendations, "/commendations", &more))
    };
    Ok(vec![
        figure(Key::CommendationsNominated, found.nominated, "nominated"),
        figure(Key::CommendationsConfirmed, found.confirmed, "confirmed"),
        figure(Key::CommendationsPublished, found.published, "published"),
    ])
}

pub(super) async fn people(c: &mut Conn<'_>, asked: &Asked<'_>) -> Result<Vec<Figure>, ApiError> {
    let recruits = recruits::figures(c, asked.unit, asked.period).await?;
    let posts = posts::figures(c, asked.unit, asked.period).await?;
    Ok(vec![
        Figure::count(Key::Recruits, recruits.probationary).behind(asked.list(
            Operation::ListRecruits,
            "/recruits",
            "&reached=probationary",
        )),
        Figure::count(Key::DualPosts, posts.dual).behind(asked.list_at_the_end(
            Operation::ListPosts,
            "/posts",
            "&dual=true",
        )),
        Figure::count(Key::ContactPoints, posts.contact_points).behind(asked.list_at_the_end(
            Operation::ListContactPoints,
            "/contact-points",
            "",
        )),
    ])
}

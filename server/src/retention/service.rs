//! Counting what is due, and letting it go.

use super::model::{Due, Periods};
use crate::{
    access::audit::{self, Actor, Record},
    calendar, cards, check_ins,
    clock::Instant,
    commendations,
    db::{
        Conn, Db,
        partitions::{self, Partitioned},
    },
    devices, documents, elections,
    error::ApiError,
    exports,
    ids::{Entropy, MemberId},
    notices, opinions, pairings, people, posts, recruits, registrations, talks,
};

/// People and rows that one write takes: others wait for no more than that.
const PEOPLE: i64 = 50;
const ROWS: i64 = 500;

/// What would go now.
pub async fn due(c: &mut Conn<'_>, periods: Periods, now: Instant) -> Result<Due, ApiError> {
    let ends = periods.ends(now.day());
    Ok(Due {
        people: registrations::count_left_before(c, ends.people).await?,
        attempts: check_ins::count_attempts_before(c, ends.attempts).await?,
        notices: notices::count_before(c, ends.notices).await?,
        log: audit::count_before(c, ends.log).await?,
    })
}

/// Lets go what is due, a small write after the other, and tells after each how much has gone so far.
pub async fn reduce(
    db: &Db,
    periods: Periods,
    now: Instant,
    entropy: &Entropy,
    mut tell: impl FnMut(Due),
) -> Result<Due, ApiError> {
    let ends = periods.ends(now.day());
    let mut gone = Due::default();
    loop {
        let entropy = entropy.clone();
        let people =
            db.write(move |c| Box::pin(async move { reduce_people(c, ends.people, now, &entropy).await })).await?;
        gone.people += people;
        tell(gone);
        if people < PEOPLE {
            break;
        }
    }
    while let Some(rows) =
        db.write(move |c| Box::pin(async move { drop_attempts(c, ends.attempts, now).await })).await?
    {
        gone.attempts += rows;
        tell(gone);
    }
    loop {
        let attempts = db.write(move |c| Box::pin(async move { forget_attempts(c, ends.attempts, now).await })).await?;
        gone.attempts += attempts;
        tell(gone);
        if attempts < ROWS {
            break;
        }
    }
    loop {
        let notices =
            db.write(move |c| Box::pin(async move { notices::forget_before(c, ends.notices, ROWS).await })).await?;
        gone.notices += notices;
        tell(gone);
        if notices < ROWS {
            break;
        }
    }
    while let Some(rows) = db.write(move |c| Box::pin(async move { drop_log(c, ends.log, now).await })).await? {
        gone.log += rows;
        tell(gone);
    }
    loop {
        let records = db.write(move |c| Box::pin(async move { cut_log(c, ends.log, now).await })).await?;
        gone.log += records;
        tell(gone);
        if records < ROWS {
            break;
        }
    }
    Ok(gone)
}

async fn reduce_people(
    c: &mut Conn<'_>,
    left_before: Instant,
    now: Instant,
    entropy: &Entropy,
) -> Result<i64, ApiError> {
    let members = registrations::left_before(c, left_before, PEOPLE).await?;
    for member in &members {
        reduce_person(c, *member, now, entropy).await?;
    }
    i64::try_from(members.len()).map_err(ApiError::internal)
}

/// Empties what is known of one person; gender, kind of membership, years, stays and attendance stay as figures.
async fn reduce_person(c: &mut Conn<'_>, member: MemberId, now: Instant, entropy: &Entropy) -> Result<(), ApiError> {
    commendations::forget_words(c, member).await?;
    check_ins::forget_words(c, member).await?;
    calendar::end_link(c, member).await?;
    devices::forget(c, member).await?;
    cards::forget_words(c, member).await?;
    documents::forget_words(c, member).await?;
    elections::forget_words(c, member).await?;
    posts::forget_words(c, member).await?;
    recruits::forget_words(c, member).await?;
    registrations::forget_words(c, member).await?;
    talks::forget_words(c, member).await?;
    opinions::forget_words(c, member).await?;
    pairings::forget_words(c, member).await?;
    people::reduce(c, member, now, entropy).await?;
    let record = Record::new(Actor::System, "member.reduce", ("member", member.to_string())).about(member);
    audit::append(c, now, record).await
}

/// Drops a whole partition of attempts that are due, where there is one.
async fn drop_attempts(c: &mut Conn<'_>, before: Instant, now: Instant) -> Result<Option<i64>, ApiError> {
    let Some(spent) = partitions::spent(c, Partitioned::Attempts, before, now).await? else { return Ok(None) };
    partitions::drop_spent(c, &spent).await?;
    if spent.rows > 0 {
        let dropped = ("rows", spent.rows.to_string());
        audit::append(c, now, Record::new(Actor::System, "attempts.forget", dropped)).await?;
    }
    Ok(Some(spent.rows))
}

async fn drop_log(c: &mut Conn<'_>, before: Instant, now: Instant) -> Result<Option<i64>, ApiError> {
    let dropped = audit::cut_partition(c, before, now).await?;
    if dropped.is_some() {
        exports::forget_gone(c).await?;
    }
    Ok(dropped)
}

async fn forget_attempts(c: &mut Conn<'_>, before: Instant, now: Instant) -> Result<i64, ApiError> {
    let gone = check_ins::forget_attempts_before(c, before, ROWS).await?;
    if gone > 0 {
        audit::append(c, now, Record::new(Actor::System, "attempts.forget", ("rows", gone.to_string()))).await?;
    }
    Ok(gone)
}

async fn cut_log(c: &mut Conn<'_>, before: Instant, now: Instant) -> Result<i64, ApiError> {
    let gone = audit::cut(c, before, ROWS, now).await?;
    if gone > 0 {
        exports::forget_gone(c).await?;
    }
    Ok(gone)
}

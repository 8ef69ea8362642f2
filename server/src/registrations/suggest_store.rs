//! SQL of the suggestions while one types. Every statement ends after a bounded number of rows, however common the beginning
//! and however wide the reach: either a few hundred rows in the order of the index, or a short range of it for each unit.

use sqlx::QueryBuilder;

use super::{
    list_sql::push_below,
    list_store::{COMMON, Search},
    model::Status,
};
use crate::{
    access::{Caller, Scope, audit},
    clock::Instant,
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{AccountId, MemberId, RegistrationId, UnitId},
    on_engine,
    people::{self, Gender, MemberSearch},
};

/// As many stays are gathered for each way of searching; some may turn out to be a member's former ones.
const TAKE: i64 = 51;
/// As many rows are walked where no index has the reach in it: cards, and phones by their last digits.
const WALK: i64 = 2000;

/// A stay that begins as was typed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Hit {
    pub(super) registration_id: RegistrationId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) gender: Gender,
    pub(super) status: Status,
    pub(super) home_unit_id: UnitId,
    pub(super) host_unit_id: UnitId,
    pub(super) card_number: Option<String>,
}

/// The newest stays within reach of members whom a search finds, by name, at most `most`; and whether there are, or may be,
/// others.
pub(super) async fn hits(
    c: &mut Conn<'_>,
    scope: &Scope,
    search: &Search,
    most: usize,
) -> Result<(Vec<Hit>, bool), ApiError> {
    let (mut found, mut more) = (Vec::new(), false);
    let mut add = |(ids, others): (Vec<RegistrationId>, bool)| {
        found.extend(ids);
        more |= others;
    };
    for way in &search.members {
        add(by_member(c, scope, way, i64::try_from(most).unwrap_or(TAKE)).await?);
    }
    if let Some(prefix) = &search.card_prefix {
        add(by_card(c, scope, prefix).await?);
    }
    let mut hits = newest(c, &found, most).await?;
    more |= hits.len() > most;
    hits.truncate(most);
    Ok((hits, more))
}

/// Stays by a way of searching members. A common beginning is walked by name, which fills a wide reach at once; where that
/// finds too few, the reach is narrow, and its own units are asked.
async fn by_member(
    c: &mut Conn<'_>,
    scope: &Scope,
    way: &MemberSearch,
    enough: i64,
) -> Result<(Vec<RegistrationId>, bool), ApiError> {
    let steps = if way.is_of_stays() { COMMON } else { WALK };
    let common = people::is_common(c, way, steps).await?;
    let walked = walk(c, scope, way, steps).await?;
    let few = i64::try_from(walked.len()).unwrap_or(i64::MAX) <= enough;
    if !(common && few && way.is_of_stays()) {
        let full = i64::try_from(walked.len()).unwrap_or(i64::MAX) >= TAKE;
        return Ok((walked, common || full));
    }
    let found: Vec<(RegistrationId, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        push_below(&mut query, "r.id, r.name", &scope.ends(), |query| {
            query.push(" and ");
            way.push_condition(query, "r.");
        });
        query.push(" order by 2, 1 limit ").push_bind(TAKE);
        query.build_query_as().fetch_all(c).await
    })?;
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= TAKE;
    Ok((found.into_iter().map(|(id, _)| id).collect(), full))
}

/// Stays of the first members whom a search finds, in the order of its index.
async fn walk(
    c: &mut Conn<'_>,
    scope: &Scope,
    way: &MemberSearch,
    steps: i64,
) -> Result<Vec<RegistrationId>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select r.id from (select id, ");
        query.push(way.column()).push(" as word from members where ");
        way.push_condition(&mut query, "");
        query.push(" order by ").push(way.column()).push(", id limit ").push_bind(steps);
        query.push(") f cross join registrations r where r.member_id = f.id and ");
        scope.push_stays_one_by_one(&mut query, "r");
        query.push(" order by f.word, f.id limit ").push_bind(TAKE);
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// Stays of the first cards whose number begins so.
async fn by_card(c: &mut Conn<'_>, scope: &Scope, prefix: &str) -> Result<(Vec<RegistrationId>, bool), ApiError> {
    let beyond = format!("{prefix}\u{10ffff}");
    let walked: i64 = on_engine!(&mut *c, |c| {
        sqlx::query_scalar(
        "select cast(count(*) as bigint) from (select 1 from cards where number >= $1 and number < $2 limit $3) found"
    )
    .bind(prefix)
    .bind(&beyond)
    .bind(WALK)
    .fetch_one(c)
    })?;
    let found: Vec<RegistrationId> = on_engine!(c, |c| async {
        let mut query =
            QueryBuilder::new("select r.id from (select registration_id, number from cards where number >= ");
        query.push_bind(prefix).push(" and number < ").push_bind(beyond).push(" order by number limit ");
        query.push_bind(WALK).push(") f cross join registrations r where r.id = f.registration_id and ");
        scope.push_stays_one_by_one(&mut query, "r");
        query.push(" order by f.number limit ").push_bind(TAKE);
        query.build_query_scalar().fetch_all(c).await
    })?;
    Ok((found, walked >= WALK))
}

/// Of these stays those that are their member's newest, by name, one more than `most` where there are more.
async fn newest(c: &mut Conn<'_>, ids: &[RegistrationId], most: usize) -> Result<Vec<Hit>, ApiError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select r.id as registration_id, r.member_id, r.name, m.gender, r.status, r.home_unit_id, r.host_unit_id,
                    k.number as card_number
               from registrations r join members m on m.id = r.member_id
               left join cards k on k.registration_id = r.id and k.status in ('active', 'suspended')
              where not exists (select 1 from registrations n where n.member_id = r.member_id and n.id > r.id) and r.id in ",
        );
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.push(" order by r.name, r.id limit ").push_bind(i64::try_from(most).unwrap_or(TAKE) + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Since when the officer's newest sitting lasts.
pub(super) async fn sitting_of(c: &mut Conn<'_>, account: AccountId) -> Result<Option<Instant>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select opened_at from search_sittings where account_id = $1")
        .bind(account)
        .fetch_optional(c))?)
}

/// Opens a sitting and writes it down, unless another keystroke has done so since `before`.
pub(super) async fn open_sitting(
    c: &mut Conn<'_>,
    caller: &Caller,
    before: Option<Instant>,
    now: Instant,
) -> Result<(), ApiError> {
    let touched = execute!(
        &mut *c,
        sqlx::query(
            "insert into search_sittings (account_id, opened_at) values ($1, $2)
             on conflict (account_id) do update set opened_at = excluded.opened_at where search_sittings.opened_at = $3"
        )
        .bind(caller.account()?)
        .bind(now)
        .bind(before)
    )?;
    if touched == 0 {
        return Ok(());
    }
    let record = audit::Record::new(caller.into(), "member.suggest", ("member", String::new()));
    audit::append(c, now, record.from_unit(caller.unit())).await
}

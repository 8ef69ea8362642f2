//! SQL of talks.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::model::{TalkRow, TalkState};
use crate::{
    access::{Scope, Within},
    clock::{Day, Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{MemberId, TalkId, UnitId},
    on_engine, posts,
};

const COLUMNS: &str = "t.id, t.unit_id, t.talker_id, t.talker_post, t.held_on, t.mode, t.persons, t.topics,
    t.follow_up_sealed, t.follow_up_due_on, t.follow_up_done_on, t.voided_at, t.void_reason_sealed, t.created_at";

/// Records a talk, and with whom it was.
pub(super) async fn insert(c: &mut Conn<'_>, row: &TalkRow, with: &[MemberId]) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query(
            "insert into talks (id, unit_id, talker_id, talker_post, held_on, mode, persons, topics, follow_up_sealed,
                                follow_up_due_on, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.talker_id)
        .bind(&row.talker_post)
        .bind(row.held_on)
        .bind(row.mode)
        .bind(row.persons)
        .bind(&row.topics)
        .bind(&row.follow_up_sealed)
        .bind(row.follow_up_due_on)
        .bind(row.created_at)
    )?;
    on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("insert into talk_members (talk_id, member_id) ");
        query.push_values(with, |mut line, member| {
            line.push_bind(row.id).push_bind(*member);
        });
        query.build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// A talk.
pub(super) async fn find(c: &mut Conn<'_>, id: TalkId) -> Result<Option<TalkRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from talks t where t.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Takes down that what was promised is done; false where nothing is left to do.
pub(super) async fn follow_up(c: &mut Conn<'_>, id: TalkId, on: Day) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update talks set follow_up_done_on = $2
              where id = $1 and voided_at is null and follow_up_due_on is not null and follow_up_done_on is null"
        )
        .bind(id)
        .bind(on)
    )?;
    Ok(touched == 1)
}

/// Takes down that it was recorded by mistake; false where that is known.
pub(super) async fn void(c: &mut Conn<'_>, id: TalkId, reason_sealed: &[u8], now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query("update talks set voided_at = $2, void_reason_sealed = $3 where id = $1 and voided_at is null")
            .bind(id)
            .bind(now)
            .bind(reason_sealed)
    )?;
    Ok(touched == 1)
}

/// With whom each of these talks was.
pub(super) async fn members_of(c: &mut Conn<'_>, ids: &[TalkId]) -> Result<HashMap<TalkId, Vec<MemberId>>, ApiError> {
    let rows: Vec<(TalkId, MemberId)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select talk_id, member_id from talk_members where talk_id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    let mut members: HashMap<TalkId, Vec<MemberId>> = HashMap::new();
    for (talk, member) in rows {
        members.entry(talk).or_default().push(member);
    }
    Ok(members)
}

/// What a list of talks is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    /// In this state; none: all but the void.
    pub(super) state: Option<TalkState>,
    pub(super) with: Option<MemberId>,
    pub(super) talker: Option<MemberId>,
    /// Led by whoever was a leader of this unit on that day.
    pub(super) by_leaders_of: Option<UnitId>,
    pub(super) after: Option<(Day, TalkId)>,
}

/// Appends ` and …`: of these units and days, and in this state. The report counts by the same.
fn push_within<DB>(query: &mut QueryBuilder<DB>, within: &Within, state: Option<TalkState>)
where
    DB: Database,
    Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    String: Type<DB> + for<'q> Encode<'q, DB>,
{
    query.push(match state {
        None => " and t.voided_at is null",
        Some(TalkState::Void) => " and t.voided_at is not null",
        Some(TalkState::FollowUp) => {
            " and t.voided_at is null and t.follow_up_due_on is not null and t.follow_up_done_on is null"
        }
        Some(TalkState::Done) => {
            " and t.voided_at is null and (t.follow_up_due_on is null or t.follow_up_done_on is not null)"
        }
    });
    within.push_unit(query, "t.unit_id");
    within.push_days(query, "t.held_on");
}

/// The talks of units within reach, the latest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<TalkRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from talks t where ");
        scope.push_units(&mut query, "t.unit_id");
        push_within(&mut query, &filter.within, filter.state);
        if let Some(member) = filter.with {
            query.push(" and exists (select 1 from talk_members w where w.talk_id = t.id and w.member_id = ");
            query.push_bind(member).push(")");
        }
        if let Some(talker) = filter.talker {
            query.push(" and t.talker_id = ").push_bind(talker);
        }
        if let Some(unit) = filter.by_leaders_of {
            query.push(" and ");
            posts::push_led(&mut query, unit, "t.talker_id", "t.held_on");
        }
        if let Some((day, id)) = filter.after {
            query.push(" and (t.held_on, t.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by t.held_on desc, t.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The talks with a member, or led by them, the latest first, one more than `limit` where there are more.
pub(super) async fn own(
    c: &mut Conn<'_>,
    member: MemberId,
    after: Option<(Day, TalkId)>,
    limit: i64,
) -> Result<Vec<TalkRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from talks t where (t.talker_id = ").push_bind(member);
        query.push(" or t.id in (select w.talk_id from talk_members w where w.member_id = ").push_bind(member);
        query.push("))");
        if let Some((day, id)) = after {
            query.push(" and (t.held_on, t.id) < (").push_bind(day).push(", ").push_bind(id).push(")");
        }
        query.push(" order by t.held_on desc, t.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How much was talked, by the day of the talk; what was recorded by mistake does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TalkFigures {
    /// Talks.
    pub talks: i64,
    /// Person-times (人次): the members talked with, each as often as they were.
    pub person_times: i64,
    /// Those of them in talks led by a member who held a post at the unit itself on that day.
    pub person_times_by_leaders: i64,
}

/// The figures of a unit and all below it: the sums over what the list shows, the last with `by_leaders_of`.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<TalkFigures, ApiError> {
    let within = Within::of(unit, period);
    let (talks, person_times, person_times_by_leaders) = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select cast(count(*) as bigint), cast(coalesce(sum(t.persons), 0) as bigint),
                    cast(coalesce(sum(case when ",
        );
        posts::push_led(&mut query, unit, "t.talker_id", "t.held_on");
        query.push(" then t.persons else 0 end), 0) as bigint) from talks t where 1 = 1");
        push_within(&mut query, &within, None);
        query.build_query_as().fetch_one(c).await
    })?;
    Ok(TalkFigures { talks, person_times, person_times_by_leaders })
}

/// Empties what was written about talks with a member; that they were held stays as a figure.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update talks set follow_up_sealed = null, void_reason_sealed = null
              where id in (select talk_id from talk_members where member_id = $1)"
        )
        .bind(member)
    )?;
    Ok(())
}

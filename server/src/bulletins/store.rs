//! SQL of bulletins.

use sqlx::{Database, Encode, QueryBuilder, Type};
use std::collections::HashMap;
use uuid::Uuid;

use super::{
    audience::{self, Listener},
    model::{BulletinKind, BulletinRow, BulletinState},
};
use crate::{
    access::{Scope, Within},
    clock::{Instant, Period},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::{BulletinId, UnitId},
    on_engine,
};

const COLUMNS: &str =
    "b.id, b.unit_id, b.kind, b.state, b.year, b.issue, b.title, b.taken_back_reason, b.published_at, b.version,
    b.created_at";

/// Keeps a draft.
pub(super) async fn insert(c: &mut Conn<'_>, row: &BulletinRow, body: &str) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into bulletins (id, unit_id, kind, state, title, body, version, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(row.id)
        .bind(row.unit_id)
        .bind(row.kind)
        .bind(row.state)
        .bind(&row.title)
        .bind(body)
        .bind(row.version)
        .bind(row.created_at)
    )?;
    Ok(())
}

/// Writes the next version of a draft; false where another one has come between, or it is no draft any more. No text keeps the
/// one that is there.
pub(super) async fn update(c: &mut Conn<'_>, row: &BulletinRow, body: Option<&str>) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update bulletins set kind = $3, title = $4, body = coalesce($5, body), version = $2
              where id = $1 and version = $2 - 1 and state = 'draft'"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(row.kind)
        .bind(&row.title)
        .bind(body)
    )?;
    Ok(touched == 1)
}

/// The next number of a unit in a year.
pub(super) async fn next_issue(c: &mut Conn<'_>, unit: UnitId, year: i64) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar(
        "insert into bulletin_issues (unit_id, year, last) values ($1, $2, 1)
         on conflict (unit_id, year) do update set last = bulletin_issues.last + 1
         returning last"
    )
    .bind(unit)
    .bind(year)
    .fetch_one(c))?)
}

/// Publishes the draft in this version; false where it is another by now.
pub(super) async fn publish(c: &mut Conn<'_>, row: &BulletinRow) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update bulletins set state = 'published', year = $3, issue = $4, published_at = $5, version = $2
              where id = $1 and version = $2 - 1 and state = 'draft'"
        )
        .bind(row.id)
        .bind(row.version)
        .bind(row.year)
        .bind(row.issue)
        .bind(row.published_at)
    )?;
    Ok(touched == 1)
}

/// Takes a published one back; false where it is not published.
pub(super) async fn take_back(c: &mut Conn<'_>, id: BulletinId, reason: &str) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update bulletins set state = 'taken_back', taken_back_reason = $2, version = version + 1
              where id = $1 and state = 'published'"
        )
        .bind(id)
        .bind(reason)
    )?;
    Ok(touched == 1)
}

/// Throws a draft away; false where it is none.
pub(super) async fn discard(c: &mut Conn<'_>, id: BulletinId) -> Result<bool, ApiError> {
    let touched = execute!(c, sqlx::query("delete from bulletins where id = $1 and state = 'draft'").bind(id))?;
    Ok(touched == 1)
}

/// The text of a bulletin.
pub(super) async fn body(c: &mut Conn<'_>, id: BulletinId) -> Result<String, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select body from bulletins where id = $1").bind(id).fetch_one(c))?)
}

/// Who asks: an officer with what they reach as a reader and as one who writes, or a member.
pub(super) enum Reader<'s> {
    Officer { reads: &'s Scope, writes: &'s Scope },
    Member(Listener),
}

impl Reader<'_> {
    /// Appends `(…)`, true for the bulletins `b` that the reader may see.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        match self {
            Self::Officer { reads, writes } => {
                query.push("((b.state <> 'draft' and ");
                reads.push_units(query, "b.unit_id");
                query.push(") or (b.state = 'draft' and ");
                writes.push_units(query, "b.unit_id");
                query.push(") or (b.state = 'published' and ");
                audience::push_reached(query, "b.id", reads);
                query.push("))");
            }
            Self::Member(listener) => {
                query.push("(b.state = 'published' and ");
                listener.push(query, "b.id");
                query.push(")");
            }
        }
    }
}

/// A bulletin that the reader may see.
pub(super) async fn find(
    c: &mut Conn<'_>,
    reader: &Reader<'_>,
    id: BulletinId,
) -> Result<Option<BulletinRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from bulletins b where b.id = ").push_bind(id).push(" and ");
        reader.push(&mut query);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// What a list of bulletins is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) within: Within,
    pub(super) kind: Vec<BulletinKind>,
    pub(super) state: Vec<BulletinState>,
}

impl Filter {
    /// Appends ` and …`; the days are those of publication.
    fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
        &'static str: Type<DB> + for<'q> Encode<'q, DB>,
    {
        self.within.push_unit(query, "b.unit_id");
        self.within.push_instants(query, "b.published_at");
        let words = |words: Vec<&'static str>| (!words.is_empty()).then_some(words);
        for (column, words) in [
            ("b.kind", words(self.kind.iter().map(|word| word.word()).collect())),
            ("b.state", words(self.state.iter().map(|word| word.word()).collect())),
        ] {
            let Some(words) = words else { continue };
            query.push(" and ").push(column).push(" in (");
            let mut list = query.separated(", ");
            for word in words {
                list.push_bind(word);
            }
            query.push(")");
        }
    }
}

/// A bulletin's place in a list: what was published last stands first, drafts before all.
pub(super) type Place = (Instant, BulletinId);

/// Where drafts stand.
const LAST: i64 = i64::MAX;

impl BulletinRow {
    /// Its place.
    pub(super) fn place(&self) -> Place {
        (self.published_at.unwrap_or(Instant(LAST)), self.id)
    }
}

/// What the reader may see, newest first, one more than `limit` where there are more.
pub(super) async fn list(
    c: &mut Conn<'_>,
    reader: &Reader<'_>,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<BulletinRow>, ApiError> {
    let place = format!("coalesce(b.published_at, {LAST})");
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from bulletins b where ");
        reader.push(&mut query);
        filter.push(&mut query);
        if let Some((at, id)) = after {
            query.push(" and (").push(&place).push(", b.id) < (").push_bind(at.0).push(", ").push_bind(id.0).push(")");
        }
        query.push(" order by ").push(&place).push(" desc, b.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// What these bulletins are called.
pub async fn titles(c: &mut Conn<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, ApiError> {
    let rows: Vec<(Uuid, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, title from bulletins where id in ");
        push_ids(&mut query, ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// What was published in a period and not taken back, by the day of publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BulletinFigures {
    /// 简报
    pub bulletins: i64,
    /// 墙报
    pub walls: i64,
    /// 网络版面
    pub pages: i64,
}

/// The figures of a unit and all below it: what the list shows with `state=published` and the kind.
pub async fn figures(c: &mut Conn<'_>, unit: UnitId, period: Period) -> Result<BulletinFigures, ApiError> {
    let filter =
        Filter { within: Within::of(unit, period), state: vec![BulletinState::Published], ..Filter::default() };
    let counts: Vec<(BulletinKind, i64)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select b.kind, cast(count(*) as bigint) from bulletins b where 1 = 1");
        filter.push(&mut query);
        query.push(" group by b.kind").build_query_as().fetch_all(c).await
    })?;
    let of = |kind: BulletinKind| counts.iter().find(|(k, _)| *k == kind).map_or(0, |(_, count)| *count);
    Ok(BulletinFigures {
        bulletins: of(BulletinKind::Bulletin),
        walls: of(BulletinKind::Wall),
        pages: of(BulletinKind::Page),
    })
}

//! SQL of kept counts and their changes.

use std::collections::BTreeMap;

use sqlx::{Database, QueryBuilder};
use uuid::Uuid;

use super::rule::{Above, Figure, Tree};
use crate::{
    clock::Day,
    db::{Conn, Db, push_ids},
    error::ApiError,
    execute,
    ids::{RowId, UnitId},
    on_engine,
};

/// Changes that one write folds: others wait for no more than that.
const FOLDED: i64 = 5000;
/// Rows of one statement.
const ROWS: usize = 500;

/// The units at and above each of these.
pub(super) async fn above(c: &mut Conn<'_>, units: &[UnitId]) -> Result<Tree, ApiError> {
    let rows: Vec<(UnitId, UnitId, String)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select a.unit_id, a.ancestor_id, u.kind from unit_ancestors a join units u on u.id = a.ancestor_id
              where a.unit_id in ",
        );
        push_ids(&mut query, units.iter().map(|unit| unit.0));
        query.push(" order by a.depth").build_query_as().fetch_all(c).await
    })?;
    let mut tree = Tree::new();
    for (unit, ancestor, kind) in rows {
        tree.entry(unit).or_default().push(Above::new(ancestor, &kind));
    }
    Ok(tree)
}

/// How many open stays lead to a host, by home.
pub(super) async fn homes_of_guests(c: &mut Conn<'_>, host: UnitId) -> Result<Vec<(UnitId, i64)>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select home_unit_id, cast(count(*) as bigint) from registrations
          where host_unit_id = $1 and status in ('pending_home', 'pending_host', 'active', 'out_of_contact')
          group by home_unit_id"
    )
    .bind(host)
    .fetch_all(c))?)
}

/// Adds changes; what cancels out is left away.
pub(super) async fn add(
    c: &mut Conn<'_>,
    id: RowId,
    changes: BTreeMap<(UnitId, Figure, String), i64>,
) -> Result<(), ApiError> {
    let changes: Vec<_> = changes.into_iter().filter(|(_, n)| *n != 0).collect();
    for some in changes.chunks(ROWS) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("insert into tally_changes (unit_id, figure, key, id, n) ");
            query.push_values(some, |mut row, ((unit, figure, key), n)| {
                row.push_bind(unit.0).push_bind(figure.word()).push_bind(key.clone()).push_bind(id).push_bind(*n);
            });
            query.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Appends `(select …) counts` of columns of what is kept and of what has changed since, where `condition` holds of the row `t`.
fn push_counts<DB: Database>(query: &mut QueryBuilder<DB>, columns: &str, condition: impl Fn(&mut QueryBuilder<DB>)) {
    query.push("(");
    for (table, join) in [("tallies", ""), ("tally_changes", " union all ")] {
        query.push(join).push("select ").push(columns).push(" from ").push(table).push(" t where ");
        condition(query);
    }
    query.push(") counts");
}

/// The counts of a unit in these figures, by figure and key, from the key `first` on (months sort as they pass).
pub async fn of_unit(
    c: &mut Conn<'_>,
    unit: UnitId,
    figures: &[Figure],
    first: &str,
) -> Result<Vec<(Figure, String, i64)>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select figure, key, cast(sum(n) as bigint) as n from ");
        push_counts(&mut query, "t.figure, t.key, t.n", |query| {
            query.push("t.unit_id = ").push_bind(unit).push(" and t.key >= ").push_bind(first.to_owned());
            query.push(" and t.figure in (");
            let mut list = query.separated(", ");
            for figure in figures {
                list.push_bind(figure.word());
            }
            query.push(")");
        });
        query.push(" group by figure, key having sum(n) <> 0 order by figure, key").build_query_as().fetch_all(c).await
    })?)
}

/// The living cards of a unit's open stays: all, those whose review was due before `today`, and those whose is by `soon`.
pub async fn cards(c: &mut Conn<'_>, unit: UnitId, today: Day, soon: Day) -> Result<(i64, i64, i64), ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(coalesce(sum(n), 0) as bigint)");
        for (than, day) in [(" < ", today), (" <= ", soon)] {
            query.push(", cast(coalesce(sum(case when key").push(than).push_bind(day);
            query.push(" then n else 0 end), 0) as bigint)");
        }
        push_counts(query.push(" from "), "t.key, t.n", |query| {
            query.push("t.unit_id = ").push_bind(unit).push(" and t.figure = ").push_bind(Figure::Card);
        });
        query.build_query_as().fetch_one(c).await
    })?)
}

/// The host units with the most open stays that count for a unit, the largest first.
pub async fn largest(c: &mut Conn<'_>, unit: UnitId, most: i64) -> Result<Vec<(UnitId, i64)>, ApiError> {
    let changed: Vec<(String, i64)> = on_engine!(&mut *c, |c| sqlx::query_as(
        "select key, cast(sum(n) as bigint) from tally_changes where unit_id = $1 and figure = 'host' group by key"
    )
    .bind(unit)
    .fetch_all(c))?;
    // Whatever the changes take out of the first ones is made up by those that follow.
    let enough = most + i64::try_from(changed.len()).unwrap_or(i64::MAX - most);
    let kept: Vec<(String, i64)> = on_engine!(&mut *c, |c| sqlx::query_as(
        "select key, n from tallies where unit_id = $1 and figure = 'host' and n > 0 order by n desc limit $2"
    )
    .bind(unit)
    .bind(enough)
    .fetch_all(c))?;
    let mut counts: BTreeMap<String, i64> = kept.into_iter().collect();
    let beyond: Vec<&str> =
        changed.iter().map(|(key, _)| key.as_str()).filter(|key| !counts.contains_key(*key)).collect();
    if !beyond.is_empty() {
        let others: Vec<(String, i64)> = on_engine!(c, |c| async {
            let mut query = QueryBuilder::new("select key, n from tallies where unit_id = ");
            query.push_bind(unit).push(" and figure = 'host' and key in (");
            let mut list = query.separated(", ");
            for key in &beyond {
                list.push_bind((*key).to_owned());
            }
            query.push(")").build_query_as().fetch_all(c).await
        })?;
        counts.extend(others);
    }
    for (key, n) in changed {
        *counts.entry(key).or_default() += n;
    }
    let mut largest: Vec<(UnitId, i64)> =
        counts.into_iter().filter(|(_, n)| *n > 0).filter_map(|(key, n)| Some((key.parse().ok()?, n))).collect();
    largest.sort_by_key(|(unit, n)| (-*n, *unit));
    largest.truncate(usize::try_from(most).unwrap_or(0));
    Ok(largest)
}

/// How much each unit directly below a unit has in a figure under each of three groups of keys.
pub async fn children(
    c: &mut Conn<'_>,
    parent: UnitId,
    figure: Figure,
    groups: [Vec<&'static str>; 3],
) -> Result<Vec<(UnitId, i64, i64, i64)>, ApiError> {
    let rows: Vec<(UnitId, i64, i64, i64)> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("");
        // What is kept and what has changed are grouped each for itself: unit by unit as they are read, nothing is put in order.
        for (table, join) in [("tallies", ""), ("tally_changes", " union all ")] {
            query.push(join).push("select u.id");
            for group in &groups {
                query.push(", cast(sum(case when t.key in (");
                let mut list = query.separated(", ");
                for key in group {
                    list.push_bind(*key);
                }
                query.push(") then t.n else 0 end) as bigint)");
            }
            // A cross join keeps the order on SQLite, which would begin with all counts else.
            query.push(" from units u cross join ").push(table).push(" t where u.parent_id = ").push_bind(parent);
            query.push(" and t.unit_id = u.id and t.figure = ").push_bind(figure).push(" group by u.id");
        }
        query.build_query_as().fetch_all(c).await
    })?;
    let mut sums: BTreeMap<UnitId, (i64, i64, i64)> = BTreeMap::new();
    for (unit, one, two, three) in rows {
        let sum = sums.entry(unit).or_default();
        *sum = (sum.0 + one, sum.1 + two, sum.2 + three);
    }
    Ok(sums.into_iter().map(|(unit, (one, two, three))| (unit, one, two, three)).collect())
}

/// Folds what has changed into what is kept, a small write after the other; answers how many changes there were.
pub async fn fold(db: &Db) -> Result<i64, ApiError> {
    let mut folded = 0;
    loop {
        // A write is only asked for where there is something to fold.
        let waiting: Option<Uuid> =
            on_engine!(&mut db.read().await?.conn(), |c| sqlx::query_scalar("select id from tally_changes limit 1")
                .fetch_optional(c))?;
        if waiting.is_none() {
            return Ok(folded);
        }
        folded += db.write(|c| Box::pin(fold_some(c))).await?;
    }
}

async fn fold_some(c: &mut Conn<'_>) -> Result<i64, ApiError> {
    // Taking rows out is what keeps two servers from folding the same ones.
    let taken: Vec<(UnitId, Figure, String, i64)> = on_engine!(&mut *c, |c| sqlx::query_as(
        "delete from tally_changes where (unit_id, figure, key, id) in
             (select unit_id, figure, key, id from tally_changes order by unit_id, figure, key, id limit $1)
         returning unit_id, figure, key, n"
    )
    .bind(FOLDED)
    .fetch_all(c))?;
    let count = i64::try_from(taken.len()).map_err(ApiError::internal)?;
    let mut sums: BTreeMap<(UnitId, Figure, String), i64> = BTreeMap::new();
    for (unit, figure, key, n) in taken {
        *sums.entry((unit, figure, key)).or_default() += n;
    }
    keep(c, sums).await?;
    Ok(count)
}

/// Adds to what is kept, always in the same order.
pub(super) async fn keep(c: &mut Conn<'_>, sums: BTreeMap<(UnitId, Figure, String), i64>) -> Result<(), ApiError> {
    let sums: Vec<_> = sums.into_iter().filter(|(_, n)| *n != 0).collect();
    for some in sums.chunks(ROWS) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new("insert into tallies (unit_id, figure, key, n) ");
            query.push_values(some, |mut row, ((unit, figure, key), n)| {
                row.push_bind(unit.0).push_bind(figure.word()).push_bind(key.clone()).push_bind(*n);
            });
            query.push(" on conflict (unit_id, figure, key) do update set n = tallies.n + excluded.n");
            query.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Empties what is kept.
pub(super) async fn clear(c: &mut Conn<'_>) -> Result<(), ApiError> {
    for statement in ["delete from tallies", "delete from tally_changes"] {
        execute!(&mut *c, sqlx::query(statement))?;
    }
    Ok(())
}

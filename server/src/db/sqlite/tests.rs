use futures::{FutureExt as _, TryStreamExt as _};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;

use super::*;

async fn fresh() -> (TempDir, SqliteConnection) {
    let folder = tempfile::tempdir().expect("a folder");
    let c = SqliteOptions::file(folder.path().join("t.db")).create().connect().await.expect("it opens");
    (folder, c)
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    let (_folder, mut c) = fresh().await;
    let id = uuid::Uuid::from_u128(7);
    let row = sqlx::query("select $3 as id, $1 as n, $2 as name, $1 as again, $4 as void, $5 as bytes, $6 as yes")
        .bind(42_i64)
        .bind("归雁")
        .bind(id)
        .bind(None::<i64>)
        .bind(vec![0_u8, 255])
        .bind(true)
        .fetch_one(&mut c)
        .await
        .expect("a row");
    // Not in the order of the columns either.
    assert_eq!(row.get::<i64, _>("again"), 42);
    assert_eq!(row.get::<uuid::Uuid, _>("id"), id);
    assert_eq!(row.get::<String, _>("name"), "归雁");
    assert_eq!(row.get::<Option<i64>, _>("void"), None);
    assert_eq!(row.get::<&[u8], _>("bytes"), [0, 255]);
    assert!(row.get::<bool, _>("yes"));
    assert!(row.try_get::<String, _>("n").is_err(), "a number is no text");
    assert!(row.try_get::<i64, _>("void").is_err(), "nothing is no number");
    assert!(row.try_get::<i64, _>("else").is_err());
}

#[tokio::test]
async fn a_statement_tells_what_it_touched_and_what_stood_in_its_way() {
    let (_folder, mut c) = fresh().await;
    sqlx::raw_sql("create table t (id integer primary key); insert into t values (1)")
        .execute(&mut c)
        .await
        .expect("made");
    let done =
        sqlx::query("insert into t values ($1), ($2)").bind(2_i64).bind(3_i64).execute(&mut c).await.expect("done");
    assert_eq!(done.rows_affected(), 2);
    let twice = sqlx::query("insert into t values (2)").execute(&mut c).await.expect_err("it is there");
    assert!(twice.as_database_error().is_some_and(|error| error.is_unique_violation()), "{twice}");
    let unknown = sqlx::query("select * from nowhere").fetch_all(&mut c).await.expect_err("no table");
    assert!(unknown.to_string().contains("no such table"), "{unknown}");
    let sorted: Vec<i64> =
        sqlx::query_scalar("delete from t where id > 1 returning id").fetch_all(&mut c).await.expect("gone");
    assert_eq!(sorted, [2, 3]);
}

#[tokio::test]
async fn a_stream_that_is_let_go_gives_the_connection_back() {
    let (_folder, mut c) = fresh().await;
    let numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select i from n";
    let mut stream = sqlx::query_scalar::<_, i64>(numbers).persistent(false).fetch(&mut c);
    let mut sum = 0;
    while let Some(i) = stream.try_next().await.expect("a number") {
        sum += i;
    }
    drop(stream);
    assert_eq!(sum, 5_000_050_000);
    let mut stream = sqlx::query_scalar::<_, i64>(numbers).persistent(false).fetch(&mut c);
    assert_eq!(stream.try_next().await.expect("a number"), Some(1));
    drop(stream);
    let one: i64 = sqlx::query_scalar("select 1").fetch_one(&mut c).await.expect("it is back");
    assert_eq!(one, 1);
    let broken = sqlx::query(AssertSqlSafe("select")).persistent(false).fetch(&mut c).try_next().await;
    assert!(broken.is_err());
    c.close().await.expect("closed");
}

#[tokio::test]
async fn who_gives_up_waiting_for_the_connection_does_not_lose_it() {
    let (_folder, mut c) = fresh().await;
    // The second row takes a while, during which the thread has the connection.
    let slow = "select 1 union all select count(*) from
                  (with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000000) select i from n)";
    let mut stream = sqlx::query_scalar::<_, i64>(slow).persistent(false).fetch(&mut c);
    assert_eq!(stream.try_next().await.expect("a number"), Some(1));
    drop(stream);
    assert!(c.ping().now_or_never().is_none(), "it is still away");
    let one: i64 = sqlx::query_scalar("select 1").fetch_one(&mut c).await.expect("it is back");
    assert_eq!(one, 1);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    let (_folder, mut c) = fresh().await;
    sqlx::raw_sql("create table t (id integer primary key)").execute(&mut c).await.expect("made");
    let mut transaction = c.begin().await.expect("begun");
    sqlx::query("insert into t values (1)").execute(&mut *transaction).await.expect("inserted");
    drop(transaction);
    let left: i64 = sqlx::query_scalar("select count(*) from t").fetch_one(&mut c).await.expect("a count");
    assert_eq!(left, 0);
}

//! What the engine itself commits of the rows that a check-in leaves, with nothing around it: one writer, batches of 64
//! rows in statements of many rows, as durable as the product.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use guiyan::db::sqlite::{Sqlite, SqliteConnection, SqliteOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, QueryBuilder};
use uuid::Uuid;

use crate::{
    figures::quantile,
    hall::now_millis,
    server::{Cluster, programs},
};

const BATCH: usize = 64;

/// The engine's own figures.
pub struct Raw {
    /// One row, made durable: the median, in milliseconds.
    pub commit_ms: f64,
    /// Check-ins' rows committed a second, in batches of 64.
    pub rows_per_second: f64,
}

/// Measures SQLite on a copy of the product's database.
pub async fn sqlite(copy: &Path, seconds: f64) -> anyhow::Result<Raw> {
    let mut c = SqliteOptions::file(copy)
        .pragma("journal_mode", "wal")
        .pragma("synchronous", "full")
        .pragma("foreign_keys", "off")
        .connect()
        .await?;
    sqlx::raw_sql("create table bench_commit (at integer) strict").execute(&mut c).await?;
    let mut commits = Vec::new();
    let began = Instant::now();
    while began.elapsed().as_secs_f64() < seconds / 2.0 {
        let one = Instant::now();
        sqlx::query("insert into bench_commit values ($1)").bind(now_millis()).execute(&mut c).await?;
        commits.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    commits.sort_by(f64::total_cmp);
    let stays: Vec<Vec<u8>> = sqlx::query_scalar("select id from registrations limit 64").fetch_all(&mut c).await?;
    let mut seq: i64 = sqlx::query_scalar("select seq from audit_head where id = 1").fetch_one(&mut c).await?;
    let (mut rows, began) = (0, Instant::now());
    while began.elapsed().as_secs_f64() < seconds {
        batch(&mut c, &stays, &mut seq).await?;
        rows += BATCH;
    }
    let rows_per_second = rows as f64 / began.elapsed().as_secs_f64();
    c.close().await?;
    Ok(Raw { commit_ms: quantile(&commits, 0.5), rows_per_second })
}

/// The digits of printed codes of living cards, of any engine.
pub async fn static_codes(url: &str, most: i64) -> anyhow::Result<Vec<String>> {
    let sql = "select c.code from cards k join card_codes c on c.card_id = k.id and c.purpose = 'print'
                where k.status = 'active' order by k.id limit $1";
    let codes: Vec<Vec<u8>> = if url.starts_with("postgres") {
        let mut c = PgConnection::connect(url).await?;
        sqlx::query_scalar(sql).bind(most).fetch_all(&mut c).await?
    } else {
        let mut c = SqliteConnection::connect(url).await?;
        sqlx::query_scalar(sql).bind(most).fetch_all(&mut c).await?
    };
    Ok(codes.iter().map(|code| guiyan::codes::pack(code)).collect())
}

async fn batch(c: &mut SqliteConnection, stays: &[Vec<u8>], seq: &mut i64) -> anyhow::Result<()> {
    let now = now_millis();
    let rows: Vec<[Uuid; 4]> = (0..BATCH).map(|_| std::array::from_fn(|_| Uuid::now_v7())).collect();
    sqlx::raw_sql("begin immediate").execute(&mut *c).await?;
    let mut query =
        QueryBuilder::<Sqlite>::new("insert into attendance (event_id, member_id, entry_id, outcome, starts_at) ");
    query.push_values(&rows, |mut row, [event, member, entry, _]| {
        row.push_bind(*event).push_bind(*member).push_bind(*entry).push_bind("present").push_bind(now);
    });
    query.build().execute(&mut *c).await?;
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into attendance_entries (id, event_id, member_id, outcome, method, occurred_at, recorded_at, late, weak,
                                         account_id, scan_id) ",
    );
    query.push_values(&rows, |mut row, [event, member, entry, scan]| {
        row.push_bind(*entry).push_bind(*event).push_bind(*member).push_bind("present").push_bind("card");
        row.push_bind(now).push_bind(now).push_bind(false).push_bind(true).push_bind(*event).push_bind(*scan);
    });
    query.build().execute(&mut *c).await?;
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into check_in_attempts (id, submitter, event_id, member_id, method, verdict, late, weak, occurred_at,
                                        recorded_at, account_id, entry_id) ",
    );
    query.push_values(&rows, |mut row, [event, member, entry, scan]| {
        row.push_bind(*scan).push_bind(format!("account:{event}")).push_bind(*event).push_bind(*member);
        row.push_bind("card").push_bind("accepted").push_bind(false).push_bind(true).push_bind(now).push_bind(now);
        row.push_bind(*event).push_bind(*entry);
    });
    query.build().execute(&mut *c).await?;
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into audit_log (seq, at, actor_kind, actor_id, action, target_kind, target_id, member_id, unit_id,
                                success, hash) ",
    );
    query.push_values(&rows, |mut row, [event, member, entry, _]| {
        *seq += 1;
        row.push_bind(*seq).push_bind(now).push_bind("account").push_bind(*event).push_bind("check_in.accept");
        row.push_bind("attendance").push_bind(entry.to_string()).push_bind(*member).push_bind(*event);
        row.push_bind(true).push_bind([7_u8; 32].to_vec());
    });
    query.build().execute(&mut *c).await?;
    let mut query = QueryBuilder::<Sqlite>::new("update registrations set last_activity_at = ");
    query.push_bind(now).push(" where id in (");
    let mut list = query.separated(", ");
    for id in stays {
        list.push_bind(id.clone());
    }
    query.push(")").build().execute(&mut *c).await?;
    sqlx::raw_sql("commit").execute(&mut *c).await?;
    Ok(())
}

/// Measures PostgreSQL by pgbench on a copy of the product's database.
pub fn postgres(cluster: &Cluster, url: &str, seconds: f64) -> anyhow::Result<Raw> {
    let bin = programs().context("PostgreSQL")?;
    let prepared = Command::new(bin.join("psql"))
        .args([url, "-qc"])
        .arg(
            "create sequence bench_seq; create table bench_commit (at bigint);
             alter table attendance drop constraint attendance_event_id_fkey, drop constraint attendance_member_id_fkey;
             alter table attendance_entries drop constraint attendance_entries_event_id_fkey,
                                            drop constraint attendance_entries_member_id_fkey;
             create function bench_id() returns uuid language sql as
               $$ select ('01900000-0000-7000-8000-' || lpad(to_hex(nextval('bench_seq')), 12, '0'))::uuid $$;
             create index bench_stays on registrations (id);",
        )
        .status()?;
    ensure!(prepared.success(), "the copy could not be prepared");
    let script = |name: &str, text: &str| -> anyhow::Result<std::path::PathBuf> {
        let path = cluster.folder().join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    };
    let one = script("one.sql", "insert into bench_commit values (1);\n")?;
    let many = |row: &str| vec![row; BATCH].join(",\n");
    let rows = script(
        "batch.sql",
        &format!(
            "begin;\ninsert into attendance (event_id, member_id, entry_id, outcome, starts_at) values\n{};\n\
             insert into attendance_entries (id, event_id, member_id, outcome, method, occurred_at, recorded_at, late, weak, account_id, scan_id) values\n{};\n\
             insert into check_in_attempts (id, submitter, event_id, member_id, method, verdict, late, weak, occurred_at, recorded_at, account_id, entry_id) values\n{};\n\
             insert into audit_log (seq, at, actor_kind, actor_id, action, target_kind, target_id, member_id, unit_id, success, hash) values\n{};\n\
             update registrations set last_activity_at = last_activity_at + 1 where id in (select id from registrations limit {BATCH});\ncommit;\n",
            many("(bench_id(), bench_id(), bench_id(), 'present', 1)"),
            many("(bench_id(), bench_id(), bench_id(), 'present', 'card', 1, 1, false, true, bench_id(), bench_id())"),
            many(
                "(bench_id(), 'account:01900000-0000-7000-8000-000000000000', bench_id(), bench_id(), 'card', 'accepted', false, true, 1, 1, bench_id(), bench_id())"
            ),
            many(
                "(1000000 + nextval('bench_seq'), 1, 'account', bench_id(), 'check_in.accept', 'attendance', '01900000-0000-7000-8000-000000000000', bench_id(), bench_id(), true, '\\x0707070707070707070707070707070707070707070707070707070707070707')"
            ),
        ),
    )?;
    let commit = pgbench(&bin, url, &one, seconds / 2.0)?;
    let batches = pgbench(&bin, url, &rows, seconds)?;
    Ok(Raw { commit_ms: 1000.0 / commit, rows_per_second: batches * BATCH as f64 })
}

/// Transactions a second of one client.
fn pgbench(bin: &Path, url: &str, script: &Path, seconds: f64) -> anyhow::Result<f64> {
    let seconds = Duration::from_secs_f64(seconds.max(1.0).ceil()).as_secs().to_string();
    let out = Command::new(bin.join("pgbench"))
        .args(["-n", "-c", "1", "-j", "1", "-M", "prepared", "-T", &seconds, "-f"])
        .arg(script)
        .arg(url)
        .output()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let line = line.with_context(|| format!("pgbench: {}", String::from_utf8_lossy(&out.stderr)))?;
    Ok(line.split_whitespace().next().unwrap_or_default().parse()?)
}

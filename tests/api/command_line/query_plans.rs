//! The reads that officers make all day are index ranges: whatever the number of members, none of their statements goes
//! through a table from end to end. The statements are taken from the log of a running server, not from a list in a test.

use std::{sync::Arc, time::Duration};

use guiyan::db::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use super::*;
use crate::support::{Answer, PASSWORD};

/// Tables that grow with the members.
const BIG: [&str; 14] = [
    "members",
    "registrations",
    "registration_history",
    "contact_attempts",
    "cards",
    "card_history",
    "card_codes",
    "events",
    "check_in_attempts",
    "attendance_entries",
    "attendance",
    "audit_log",
    "tallies",
    "unit_ancestors",
];

/// The statements in what a server has logged.
fn statements_in(log: &[String]) -> Vec<String> {
    let statement = |line: &String| {
        let line: Value = serde_json::from_str(line).ok()?;
        let whole = line["db.statement"].as_str().filter(|text| !text.is_empty());
        Some(whole.or(line["summary"].as_str())?.trim().to_owned())
    };
    log.iter().filter_map(statement).collect()
}

/// The highest number of a parameter, `$1`, `$2`, …
fn parameters(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// The lines of SQLite's plan that go through a table from end to end. A name that is no big table's is an alias; those of our
/// statements stand for what they hold.
async fn sqlite_scans(c: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(c).await.expect(sql);
    let details = rows.iter().map(|row| row.get::<String, _>("detail"));
    let scanned = |detail: &String| {
        let name = detail.strip_prefix("SCAN ")?.split_whitespace().next()?;
        let table = BIG.iter().find(|table| {
            **table == name
                || sql.contains(&format!("{table} {name} "))
                || sql.contains(&format!("{table} as {name} "))
                || sql.ends_with(&format!("{table} {name}"))
        });
        table.map(|table| format!("{table}: {detail}"))
    };
    details.filter_map(|detail| scanned(&detail)).collect()
}

/// The same for PostgreSQL, which is told to avoid it wherever an index could help.
async fn postgres_scans(c: &mut PgConnection, sql: &str) -> Vec<String> {
    let prepared = AssertSqlSafe(format!("prepare looked_at as {sql}"));
    c.execute(prepared).await.expect(sql);
    let nulls = vec!["null"; parameters(sql)].join(", ");
    let call = if nulls.is_empty() { "looked_at".to_owned() } else { format!("looked_at({nulls})") };
    let explain = AssertSqlSafe(format!("explain execute {call}"));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut *c).await.expect(sql);
    c.execute("deallocate looked_at").await.expect("it was prepared");
    let lines: Vec<String> = rows.iter().map(|row| row.get::<String, _>(0)).collect();
    let of_big = |line: &&String| {
        let on = |table: &&&str| line.contains(&format!(" on {table} ")) || line.ends_with(&format!(" on {table}"));
        BIG.iter().any(|table| on(&table)) && line.contains("Seq Scan")
    };
    lines.iter().filter(of_big).cloned().collect()
}

both!(no_listed_read_goes_through_a_table, |place| {
    let mut command = place.command(&["generate", "--members", "1500", "--json"]);
    let made = command.env("GUIYAN_GENERATE_PASSWORD", PASSWORD).output().expect("it runs");
    assert!(made.status.success(), "{}", stderr(&made));
    let made: Value = serde_json::from_str(&stdout(&made)).expect("JSON");
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("GUIYAN_LOG", "warn,sqlx::query=trace");
    let server = Server::start(command);
    let log = Arc::clone(&server.log);
    let (department, committee) = (server.sign_in("department").await, server.sign_in("committee").await);
    let secretary = server.sign_in("secretary").await;
    let unit = |role: &str| {
        let mut logins = made["logins"].as_array().expect("logins").iter();
        logins.find(|login| login["role"] == role).expect("the role")["unit_id"].as_str().expect("an id").to_owned()
    };
    let (department_id, committee_id) = (unit("department_officer"), unit("committee_officer"));
    let get = async |path: &str, token: &str| {
        let request = server.http.get(format!("{}/api/v1{path}", server.url)).bearer_auth(token);
        Answer::read(request.send().await.expect("an answer")).await.ok()
    };
    let page = get("/registrations?status=active", &department).await;
    let known = page["items"].as_array().expect("a list").iter().find(|row| !row["card"].is_null()).expect("a card");
    let number = known["card"]["number"].as_str().expect("a number").to_owned();
    let name = known["member"]["name"].as_str().expect("a name").to_owned();
    let initials = guiyan::people::pinyin_initials(&name);
    let (id, home) = (known["id"].as_str().expect("an id"), known["home"]["id"].as_str().expect("an id"));
    let surname = name.chars().next().expect("a name");
    log.lock().expect("no panic").clear();
    for path in [
        "/registrations",
        "/registrations?status=active",
        "/registrations?status=pending_home,pending_host",
        "/registrations?silent_since=2026-08-01&status=active",
        "/registrations?silent_since=2026-08-01",
        &format!("/registrations?home={home}"),
        &format!("/registrations?host={committee_id}"),
        &format!("/registrations?q={name}"),
        &format!("/registrations?q={surname}"),
        &format!("/registrations?q={initials}"),
        "/registrations?q=1234",
        "/registrations?q=19900000001",
        &format!("/registrations?q={number}"),
        &format!("/registrations?q={}", &number[..6]),
        &format!("/registrations/{id}"),
        &format!("/cards/{number}"),
        &format!("/units/{department_id}/overview"),
        "/me/tasks",
        "/please-call",
    ] {
        get(path, &department).await;
    }
    let own = unit("branch_secretary");
    for (unit, token) in [(&committee_id, &committee), (&own, &secretary)] {
        let overview = format!("/units/{unit}/overview");
        let reached = format!("/registrations?unit_id={unit}&from=2026-01-01&to=2026-11-30&reached=open");
        for path in ["/registrations", "/registrations?q=w", "/me/tasks", "/please-call", &overview, &reached] {
            get(path, token).await;
        }
    }
    let shown = json!({"presentation": format!("https://example.org/c#{}", "1".repeat(193))});
    server.post("/cards/verify", &department, shown).await;
    assert_eq!(server.end("-TERM").0, Some(0));

    // The last lines are still on their way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut statements = statements_in(&log.lock().expect("no panic"));
    statements.sort_unstable();
    statements.dedup();
    statements.retain(|sql| ["select", "with"].iter().any(|word| sql.to_lowercase().starts_with(word)));
    assert!(statements.len() > 30, "they are logged: {}", statements.len());
    let mut scans = Vec::new();
    match &place.database {
        None => {
            let url = format!("sqlite://{}", place.data().join("guiyan.db").display());
            // Without figures the planner takes every table for a large one; whoever has read them once does not forget.
            let mut c = SqliteConnection::connect(&url).await.expect("a database");
            c.execute(sqlx::raw_sql("delete from sqlite_stat1; delete from sqlite_stat4")).await.expect("forgotten");
            c.close().await.expect("closed");
            let mut c = SqliteConnection::connect(&url).await.expect("a database");
            for sql in &statements {
                scans.extend(sqlite_scans(&mut c, sql).await.into_iter().map(|scan| format!("{scan}\n{sql}")));
            }
        }
        Some(url) => {
            let mut c = PgConnection::connect(url).await.expect("a database");
            c.execute("set enable_seqscan = off").await.expect("set");
            c.execute("set plan_cache_mode = force_generic_plan").await.expect("set");
            for sql in &statements {
                scans.extend(postgres_scans(&mut c, sql).await.into_iter().map(|scan| format!("{scan}\n{sql}")));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
});

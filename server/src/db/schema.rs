//! Brings a database to the newest schema: one folder of SQL, written in PostgreSQL's words, for both engines.
//!
//! SQLite knows fewer type names in its STRICT tables; the runner puts its words in, and changes nothing else.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqlSafeStr,
    migrate::{Migration, Migrator},
};

use super::{
    DatabaseUrl, SchemaState, primary,
    sqlite::{SqliteConnection, SqliteOptions},
};

/// `(PostgreSQL's word, SQLite's)`, replaced as whole words.
const TYPE_WORDS: [(&str, &str); 5] =
    [("uuid", "blob"), ("bytea", "blob"), ("bigint", "integer"), ("boolean", "integer"), (" collate \"C\"", "")];

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
/// What SQLite has no word for; the same row of numbers.
static FOR_POSTGRES_ONLY: Migrator = sqlx::migrate!("./migrations/postgres");

/// PostgreSQL runs the files as they are, under an advisory lock, so that several servers may start at once.
pub(super) async fn migrate_postgres(connection: &mut PgConnection) -> anyhow::Result<()> {
    Ok(Migrator::with_migrations(for_postgres()).run_direct(None, connection, false).await?)
}

fn for_postgres() -> Vec<Migration> {
    let mut all: Vec<Migration> = MIGRATIONS.iter().chain(FOR_POSTGRES_ONLY.iter()).cloned().collect();
    all.sort_by_key(|migration| migration.version);
    all
}

/// SQLite runs the same files with its own type words.
pub(super) async fn migrate_sqlite(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    Migrator::with_migrations(translated()).run_direct(None, connection, false).await?;
    tell_planner(connection).await
}

/// What SQLite's planner cannot know of an index before somebody has run `analyze`: table, index, and how many entries have the
/// same first column, the same first two, and so on. Of an id there is one; without being told, SQLite reckons with ten,
/// and goes by the key's own index and the row of the table behind it. The rows of the table are as many as it reckons with
/// wherever it knows nothing.
const TOLD: [(&str, &str, &str); 2] =
    [("members", "members_shown", "1048576 1 1 1 1"), ("units", "units_shown", "1048576 1 1 1")];

async fn tell_planner(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    let kept = sqlx::query_scalar("select 1 from sqlite_schema where name = 'sqlite_stat1'");
    let kept: Option<i64> = kept.fetch_optional(&mut *connection).await?;
    if kept.is_none() {
        // It makes the table, and looks at none.
        sqlx::query("analyze sqlite_schema").execute(&mut *connection).await?;
    }
    for (table, index, figures) in TOLD {
        let known =
            sqlx::query_scalar("select 1 from sqlite_stat1 where tbl = $1 and idx = $2").bind(table).bind(index);
        let known: Option<i64> = known.fetch_optional(&mut *connection).await?;
        if known.is_none() {
            let tell = sqlx::query("insert into sqlite_stat1 (tbl, idx, stat) values ($1, $2, $3)");
            tell.bind(table).bind(index).bind(figures).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

fn translated() -> Vec<Migration> {
    MIGRATIONS
        .iter()
        .map(|m| {
            let sql = for_sqlite(m.sql.as_str());
            Migration::new(
                m.version,
                Cow::clone(&m.description),
                m.migration_type,
                AssertSqlSafe(sql).into_sql_str(),
                m.no_tx,
            )
        })
        .collect()
}

/// Holds what has run against what this program knows: version, whether it came to its end, and the digest of its text.
pub(super) fn compare(sqlite: bool, rows: &[(i64, bool, Vec<u8>)]) -> SchemaState {
    let known = if sqlite { translated() } else { for_postgres() };
    let mut state = SchemaState { applied: rows.len(), ..SchemaState::default() };
    state.pending = known.iter().filter(|m| rows.iter().all(|(version, ..)| *version != m.version)).count();
    for (version, success, checksum) in rows {
        match known.iter().find(|m| m.version == *version) {
            None => state.unknown += 1,
            Some(m) if !success || m.checksum[..] != checksum[..] => state.broken += 1,
            Some(_) => {}
        }
    }
    state
}

/// How many tables the database at `url` has, our own or anyone's; makes nothing.
pub(super) async fn count_tables(url: &DatabaseUrl) -> anyhow::Result<i64> {
    Ok(match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => 0,
        DatabaseUrl::Sqlite(path) => {
            let mut connection = SqliteOptions::file(path).read_only().connect().await?;
            let tables = sqlx::query_scalar("select count(*) from sqlite_schema").fetch_one(&mut connection).await?;
            connection.close().await?;
            tables
        }
        DatabaseUrl::Postgres(url) => {
            let mut connection = primary::connect(url).await?;
            let tables = sqlx::query_scalar(
                "select count(*) from information_schema.tables where table_schema = any (current_schemas(false))",
            )
            .fetch_one(&mut connection)
            .await?;
            connection.close().await?;
            tables
        }
    })
}

fn for_sqlite(sql: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in sql.lines() {
        let code = line.split("--").next().unwrap_or_default();
        let mut line = code.trim_end().to_owned();
        for (postgres, sqlite) in TYPE_WORDS {
            line = replace_word(&line, postgres, sqlite);
        }
        lines.push(if line == ");" { ") strict;".into() } else { line });
    }
    lines.join("\n")
}

fn replace_word(line: &str, word: &str, with: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let inside =
            is_word(before.chars().next_back()) && is_word(word.chars().next()) || is_word(after.chars().next());
        out.push_str(before);
        out.push_str(if inside { word } else { with });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;

    #[tokio::test]
    async fn what_a_list_shows_beside_a_stay_is_read_from_indexes_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = SqliteOptions::file(folder.path().join("t.db")).create();
        let mut c = options.connect().await.expect("it opens");
        migrate_sqlite(&mut c).await.expect("it is new");
        migrate_sqlite(&mut c).await.expect("it may be opened again");
        c.close().await.expect("closed");
        let mut c = options.connect().await.expect("it opens");
        let plan = sqlx::query(
            "explain query plan
             select m.name, m.gender, m.membership, u.kind, u.name, k.number, k.status, k.review_due
               from (select x'00' as id) page cross join members m cross join units u
               left join cards k on k.registration_id = page.id
              where m.id = page.id and u.id = page.id",
        );
        let plan: Vec<String> =
            plan.fetch_all(&mut c).await.expect("a plan").iter().map(|row| row.get("detail")).collect();
        for index in ["members_shown", "units_shown", "cards_by_registration"] {
            assert!(plan.iter().any(|line| line.contains(&format!("COVERING INDEX {index}"))), "{plan:?}");
        }
    }

    #[test]
    fn sqlite_gets_its_own_type_words_and_strict_tables() {
        let sql = "create table x (\n    id uuid primary key, -- a uuid\n    uuid_note text collate \"C\" not null\n);";
        assert_eq!(
            for_sqlite(sql),
            "create table x (\n    id blob primary key,\n    uuid_note text not null\n) strict;"
        );
    }
}

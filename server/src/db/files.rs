//! SQLite files as wholes: copies taken while serving, and checks of what comes back.

use std::{fs, io, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::{Context as _, bail};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// Makes an empty file that only its owner reads; SQLite gives its side files the same mode.
pub(super) fn create_private(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

async fn open(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new().filename(path).disable_statement_logging().connect().await
}

/// Writes a consistent copy of the database at `from`, which others may be writing, to a new file.
pub async fn copy_while_serving(from: &Path, to: &Path) -> anyhow::Result<()> {
    let name = to.to_str().context("the file's name is not UTF-8")?;
    create_private(to)?;
    let mut connection = open(from).await?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    fs::File::open(to)?.sync_all()?;
    Ok(())
}

/// Copies a file that no one is writing.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = create_private(to)?;
    io::copy(&mut fs::File::open(from)?, &mut copy)?;
    copy.sync_all()
}

/// Fails unless the file is a whole SQLite database with our schema in it.
pub async fn check_file(path: &Path) -> anyhow::Result<()> {
    let mut connection = open(path).await?;
    let found: Vec<String> = sqlx::query_scalar("pragma integrity_check(3)").fetch_all(&mut connection).await?;
    if found != ["ok"] {
        bail!("{}", found.join("; "));
    }
    let ours: i64 = sqlx::query_scalar(
        "select count(*) from sqlite_schema where type = 'table' and name in ('_sqlx_migrations', 'audit_head', 'signing_keys')",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    if ours == 3 { Ok(()) } else { bail!("it holds no registry") }
}

/// Moves everything of the write-ahead log into the file itself; fails while anyone else has it open.
pub async fn settle(path: &Path) -> anyhow::Result<()> {
    let mut connection = open(path).await?;
    let mode: String = sqlx::query_scalar("pragma journal_mode = delete").fetch_one(&mut connection).await?;
    connection.close().await?;
    if mode == "delete" { Ok(()) } else { bail!("others have {} open", path.display()) }
}

//! SQLite files as wholes: copies taken while serving, and checks of what comes back.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use aws_lc_rs::digest::{Context, Digest, SHA256, SHA256_OUTPUT_LEN};
use sqlx::{ConnectOptions as _, Connection as _};

use super::sqlite::{SqliteConnection, SqliteOptions};

/// Makes an empty file that only its owner reads; SQLite gives its side files the same mode.
pub(super) fn create_private(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Keeps a SQLite file for one server as long as the answer is held: a second one would know nothing of the first one's live
/// walls and limits. Commands that only read or write rows may run beside it. The lock is on a file beside the database, since
/// SQLite loses its own locks when a process closes the database's file a second time.
pub fn claim(database: &Path) -> anyhow::Result<fs::File> {
    let name = beside(database);
    let lock = create_private(&name).with_context(|| format!("{}", name.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => bail!("a server has {} open: stop the server first", database.display()),
        Err(fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("{}", name.display())),
    }
}

/// The file beside a database that is locked and looked at instead of it.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// The file system under a database, as far as it can be asked whether it has given up.
///
/// A flush that is on its way when ext4 gives up (`errors=remount-ro`) may be answered as done although the transaction of the
/// journal that it waited for was thrown away. What changes a file asks the journal itself, and is refused from that moment on.
pub(super) struct FileSystem {
    file: fs::File,
    permissions: fs::Permissions,
    /// Whether it lets the question be asked at all; where it does not, a flush is taken at its word.
    answers: bool,
}

impl FileSystem {
    pub(super) fn under(database: &Path) -> io::Result<Self> {
        let file = create_private(&beside(database))?;
        let permissions = file.metadata()?.permissions();
        let answers = file.set_permissions(permissions.clone()).is_ok();
        Ok(Self { file, permissions, answers })
    }

    /// Fails where it takes no changes any more: what was flushed just now may be lost then. Some microseconds, but it may wait.
    pub(super) fn still_takes_changes(&self) -> io::Result<()> {
        if !self.answers {
            return Ok(());
        }
        // The same permissions again are a change to the file system. The first makes ext4 look at its journal, but swallows
        // what it finds; from then on every change is refused, and the second says so.
        self.file.set_permissions(self.permissions.clone())?;
        self.file.set_permissions(self.permissions.clone())
    }
}

async fn open(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteOptions::file(path).connect().await
}

/// What stands behind a copy, before the digest of all that comes first. SQLite itself has no checksums, and reads past
/// neither.
const SEAL: &[u8] = b"guiyan/backup/1";

/// Writes a consistent copy of the database at `from`, which others may be writing, to a new file, and seals it.
pub async fn copy_while_serving(from: &Path, to: &Path) -> anyhow::Result<()> {
    let name = to.to_str().context("the file's name is not UTF-8")?;
    create_private(to)?;
    let mut connection = open(from).await?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    let digest = digest_of(fs::File::open(to)?)?;
    let mut copy = fs::OpenOptions::new().append(true).open(to)?;
    copy.write_all(&[SEAL, digest.as_ref()].concat())?;
    copy.sync_all()?;
    Ok(())
}

/// Takes a sealed copy back, without its seal; fails where a single byte of it has changed.
pub fn take_copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut copy = create_private(to)?;
    let length = io::copy(&mut fs::File::open(from)?, &mut copy)?;
    let whole = length
        .checked_sub((SEAL.len() + SHA256_OUTPUT_LEN) as u64)
        .context("it is cut, or not a file that `guiyan backup` wrote")?;
    let mut arrived = fs::File::open(to)?;
    let digest = digest_of((&mut arrived).take(whole))?;
    let mut seal = Vec::new();
    arrived.read_to_end(&mut seal)?;
    match seal.strip_prefix(SEAL) {
        Some(sealed) if sealed == digest.as_ref() => {}
        Some(_) => bail!("it was changed since it was written"),
        None => bail!("it is cut, or not a file that `guiyan backup` wrote"),
    }
    copy.set_len(whole)?;
    copy.sync_all()?;
    Ok(())
}

fn digest_of(mut file: impl io::Read) -> io::Result<Digest> {
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(context.finish()),
            read => context.update(&buffer[..read]),
        }
    }
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

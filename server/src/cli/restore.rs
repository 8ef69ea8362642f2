//! `guiyan restore FILE`: puts a backup in the place of the database, after verifying all of it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use guiyan::{
    access::audit::{self, Verdict},
    clock::Clock,
    db::{self, DatabaseUrl, Db},
    keys::{self, MasterKey, Vault},
};

use super::storage::Storage;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file that `guiyan backup` wrote.
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

/// Verifies a copy beside the database, then swaps the two in one step.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(database) = args.storage.database() else {
        bail!("PostgreSQL has its own tool: pg_restore --clean --dbname=URL FILE");
    };
    let master = args.storage.existing_master_key()?;
    // Neither a server that comes up meanwhile nor a second restore may meet a half-way state.
    let _ours = db::claim(&database)?;
    let arriving = beside(&database, "restoring");
    remove(&arriving);
    let taken = take(&args.file, &arriving, &database, &master).await;
    if taken.is_err() {
        remove(&arriving);
    }
    taken?;
    println!(
        "Restored {}. What was there before is at {}.",
        args.file.display(),
        beside(&database, "replaced").display()
    );
    Ok(())
}

async fn take(file: &Path, arriving: &Path, database: &Path, master: &MasterKey) -> anyhow::Result<()> {
    db::take_copy(file, arriving).with_context(|| format!("{} is not a sound backup", file.display()))?;
    db::check_file(arriving).await.with_context(|| format!("{} is not a sound backup", file.display()))?;
    let db = Db::open(&DatabaseUrl::Sqlite(arriving.to_owned()))
        .await
        .context("its schema is not one that this version reads")?;
    let verified = verify(&db, master).await;
    db.close().await;
    verified?;
    db::settle(arriving).await?;
    if database.exists() {
        db::settle(database).await.context("the database is in use: stop the server first")?;
        let replaced = beside(database, "replaced");
        remove(&replaced);
        // The old file keeps a name until the new one has its place: at no moment is there none.
        fs::hard_link(database, &replaced).or_else(|_| fs::copy(database, &replaced).map(drop))?;
    }
    fs::rename(arriving, database)?;
    if let Some(folder) = database.parent() {
        fs::File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()?;
    }
    Ok(())
}

async fn verify(db: &Db, master: &MasterKey) -> anyhow::Result<()> {
    let vault = Arc::new(Vault::new(master));
    let mut reader = db.read().await?;
    if let Verdict::BrokenAt(seq) = audit::verify(&mut reader.conn()).await? {
        bail!("the backup's audit log was changed: record {seq} is the first that does not follow");
    }
    keys::check_master_key(&mut reader.conn(), &vault, Clock::System.now())
        .await
        .map(drop)
        .map_err(|_| anyhow::anyhow!("the backup is sealed under another master key"))
}

fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{word}"));
    PathBuf::from(name)
}

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

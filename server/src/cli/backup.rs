//! `guiyan backup FILE`: a consistent copy of the database, also while it is being served.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use guiyan::{
    db::{self, DatabaseUrl},
    metrics,
};

use super::{progress, storage::Storage};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// File to write; it must not exist yet.
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

/// Writes the copy under another name first, so that a half-written file is never taken for a backup.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(database) = args.storage.database() else {
        bail!("PostgreSQL has its own tool: pg_dump --format=custom --file=FILE URL");
    };
    if !database.is_file() {
        bail!("there is no database at {}", database.display());
    }
    if args.file.exists() {
        bail!("{} exists already; a backup never overwrites one", args.file.display());
    }
    let mut partial = args.file.clone().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let _ = fs::remove_file(&partial);
    let size = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    let copying = db::copy_while_serving(&database, &partial);
    let copied = progress::shown(copying, size(&database), || size(&partial)).await;
    if copied.is_err() {
        let _ = fs::remove_file(&partial);
    }
    copied.with_context(|| format!("{} cannot be written", args.file.display()))?;
    fs::rename(&partial, &args.file)?;
    // When this was is among the figures; a folder that takes no file is no reason to have failed.
    let _ = fs::write(args.storage.data_dir.join(metrics::LAST_BACKUP), "");
    println!(
        "Wrote {}. Without the master key it opens for no one: keep that safe too, elsewhere.",
        args.file.display()
    );
    Ok(())
}

//! `guiyan audit verify`: walks the audit chain.

use anyhow::bail;
use clap::Subcommand;
use guiyan::access::audit::{self, Verdict};

use super::storage::Storage;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Walk the chain; exit 1 and name the first broken record if it was changed.
    Verify(Storage),
}

/// Runs the sub-command.
pub(crate) async fn run(Command::Verify(storage): Command) -> anyhow::Result<()> {
    let db = storage.open_existing().await?;
    let verdict = audit::verify(&mut db.read().await?.conn()).await;
    db.close().await;
    match verdict? {
        Verdict::Whole(newest) => {
            println!("The audit log is whole, up to record {newest}.");
            Ok(())
        }
        Verdict::BrokenAt(seq) => bail!("the audit log was changed: record {seq} is the first that does not follow"),
    }
}

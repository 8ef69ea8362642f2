//! What stands somewhere and is read when it is asked for: the writer's queue, the pool, the database, the disk, the backup.

use std::{fs, path::Path, time::Duration};

use prometheus::{Encoder as _, IntGauge, Opts, Registry, TextEncoder};
use tokio::time::timeout;

use crate::{access::audit, app::AppState, db::Db, error::ApiError};

/// `guiyan backup` touches this file in the data folder; whoever backs up otherwise may do the same.
pub const LAST_BACKUP: &str = "last-backup";

/// A database that takes longer to tell its size is not up, as far as an alarm goes.
const PATIENCE: Duration = Duration::from_secs(3);

/// Appends what stands now; what is not known is left out.
pub(super) async fn write(app: &AppState, text: &mut Vec<u8>) -> prometheus::Result<()> {
    let found = Registry::new();
    let tell = |name: &str, help: &str, value: u64| -> prometheus::Result<()> {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        found.register(Box::new(gauge))
    };
    let traffic = app.db.traffic();
    tell("guiyan_writer_queue_jobs", "Jobs that wait for the writer", traffic.queued)?;
    for (state, connections) in [("idle", traffic.idle), ("in_use", traffic.in_use), ("free", traffic.free)] {
        let opts = Opts::new("guiyan_pool_connections", "Reading connections; free ones are not open yet");
        let gauge = IntGauge::with_opts(opts.const_label("state", state))?;
        gauge.set(i64::try_from(connections).unwrap_or(i64::MAX));
        found.register(Box::new(gauge))?;
    }
    let stored = timeout(PATIENCE, stored(&app.db)).await.ok().and_then(Result::ok);
    tell("guiyan_database_up", "Whether the database answers", stored.is_some().into())?;
    if let Some((bytes, records)) = stored {
        tell("guiyan_database_bytes", "Size of the database", bytes)?;
        tell("guiyan_audit_records", "Number of the newest record of the audit log; it never falls", records)?;
    }
    if let Some(free) = free_bytes(&app.config.data_dir) {
        tell("guiyan_disk_free_bytes", "Free on the disk of the data folder", free)?;
    }
    if let Some(at) = last_backup(&app.config.data_dir) {
        tell("guiyan_last_backup_timestamp_seconds", "When the last backup was finished", at)?;
    }
    TextEncoder::new().encode(&found.gather(), text)
}

async fn stored(db: &Db) -> Result<(u64, u64), ApiError> {
    let mut reader = db.read().await?;
    let bytes = db.bytes(&mut reader.conn()).await?;
    let records = audit::newest(&mut reader.conn()).await?;
    Ok((bytes, u64::try_from(records).unwrap_or_default()))
}

/// What an ordinary user may still write on the disk of a folder.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// When the last backup was finished, in seconds since 1970, where it is known.
pub fn last_backup(data_dir: &Path) -> Option<u64> {
    let touched = fs::metadata(data_dir.join(LAST_BACKUP)).ok()?.modified().ok()?;
    Some(touched.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
}

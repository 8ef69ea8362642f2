//! The data folder, the master key, the files beside them, the disk, the backups.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use guiyan::{
    clock::Instant,
    db::{self, DatabaseUrl},
    keys::MasterKey,
    metrics,
};

use super::{Findings, Storage};

/// Below this nothing can be relied on, and below that one should see to it.
const LITTLE: (u64, u64) = (100 << 20, 1 << 30);

/// Whether somebody else than its owner may read it.
fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

pub(super) fn master_key(found: &mut Findings, storage: &Storage) -> Option<MasterKey> {
    let path = storage.data_dir.join("master.key");
    match storage.existing_master_key() {
        Ok(key) => {
            match open_to_others(&path) {
                Some(mode) => found.error(
                    "master key",
                    format!(
                        "{} is open to others (mode {mode:04o}): chmod 600 it, and consider it known",
                        path.display()
                    ),
                ),
                None if path.exists() => found.ok("master key", format!("{} is there, mode 0600", path.display())),
                None => found.ok("master key", "it comes from the environment"),
            }
            Some(key)
        }
        Err(error) => {
            found.error("master key", format!("{error:#}"));
            None
        }
    }
}

pub(super) fn folder(found: &mut Findings, data_dir: &Path) {
    if !data_dir.is_dir() {
        found
            .error("data folder", format!("{} is not there; the first start of a server makes it", data_dir.display()));
    } else if let Some(mode) = open_to_others(data_dir) {
        found.warning(
            "data folder",
            format!("{} is open to others (mode {mode:04o}): chmod 700 it", data_dir.display()),
        );
    } else {
        found.ok("data folder", format!("{} is its owner's alone", data_dir.display()));
    }
}

pub(super) fn files(found: &mut Findings, database: &DatabaseUrl) {
    let DatabaseUrl::Sqlite(path) = database else { return };
    if let Some(mode) = open_to_others(path) {
        found.error("file mode", format!("{} is open to others (mode {mode:04o}): chmod 600 it", path.display()));
    }
    for remains in db::remains(path) {
        found.warning(
            "restore",
            format!(
                "a restore broke off and left {}; the database itself was not touched, remove it",
                remains.display()
            ),
        );
    }
    let mut replaced = path.as_os_str().to_owned();
    replaced.push(".replaced");
    if Path::new(&replaced).exists() {
        let replaced = Path::new(&replaced).display();
        found.warning(
            "restore",
            format!("{replaced} is still what a restore replaced: remove it once you need it no more"),
        );
    }
}

/// Whether there is something to connect to.
pub(super) fn is_there(found: &mut Findings, database: &DatabaseUrl) -> bool {
    match database {
        DatabaseUrl::Sqlite(path) if !path.is_file() => {
            found.error("database", format!("there is none at {}", path.display()));
            false
        }
        _ => true,
    }
}

pub(super) fn disk(found: &mut Findings, data_dir: &Path, database: &DatabaseUrl) {
    let place = match database {
        DatabaseUrl::Sqlite(path) => path.parent().unwrap_or(data_dir),
        DatabaseUrl::Postgres(_) => data_dir,
    };
    let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
    let Some(free) = metrics::free_bytes(place) else { return };
    let says = format!("{} MB are free at {}", free >> 20, place.display());
    match free {
        free if free < LITTLE.0 => found.error("disk", says),
        free if free < LITTLE.1 => found.warning("disk", says),
        _ => found.ok("disk", says),
    }
}

pub(super) fn backups(found: &mut Findings, data_dir: &Path, now: Instant, hours: u64) {
    let Some(at) = metrics::last_backup(data_dir) else {
        let file = data_dir.join(metrics::LAST_BACKUP);
        found.warning(
            "backup",
            format!("none is known of: `guiyan backup` notes it; after another tool's, `touch {}`", file.display()),
        );
        return;
    };
    let age = u64::try_from(now.seconds()).unwrap_or_default().saturating_sub(at) / 3600;
    if age > hours {
        found.warning("backup", format!("the last one is {age} hours old"));
    } else {
        found.ok("backup", format!("the last one is {age} hours old"));
    }
}

//! `guiyan check`: says what is wrong with a set-up, a line a finding, and changes nothing.

mod data;
mod outside;
mod stored;

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use guiyan::{clock::Clock, db::Inspection, keys::Vault};
use serde::Serialize;

use super::{listen::Listen, storage::Storage};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    listen: Listen,
    /// Walk the whole audit log and compare every index: minutes on a large registry.
    #[arg(long)]
    full: bool,
    /// Warn once the last backup is older than so many hours.
    #[arg(long, env = "GUIYAN_BACKUP_HOURS", value_name = "HOURS", default_value = "26")]
    backup_hours: u64,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Warning,
    Error,
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    level: Level,
    about: &'static str,
    detail: String,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, about: &'static str, detail: impl Into<String>) {
        self.add(Level::Ok, about, detail);
    }

    fn warning(&mut self, about: &'static str, detail: impl Into<String>) {
        self.add(Level::Warning, about, detail);
    }

    fn error(&mut self, about: &'static str, detail: impl Into<String>) {
        self.add(Level::Error, about, detail);
    }

    fn add(&mut self, level: Level, about: &'static str, detail: impl Into<String>) {
        self.0.push(Finding { level, about, detail: detail.into() });
    }

    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|finding| finding.level == level).count()
    }
}

/// Looks at everything, prints what was found, and fails where there is an error.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let (mut found, now) = (Findings::default(), Clock::System.now());
    let database = args.storage.database();
    let vault = data::master_key(&mut found, &args.storage).map(|key| Vault::new(&key));
    data::folder(&mut found, &args.storage.data_dir);
    data::files(&mut found, &database);
    data::disk(&mut found, &args.storage.data_dir, &database);
    data::backups(&mut found, &args.storage.data_dir, now, args.backup_hours);
    if data::is_there(&mut found, &database) {
        match Inspection::open(&database).await {
            Ok(mut inspection) => {
                let looked = stored::look(&mut found, &mut inspection, vault.as_ref(), now, args.full).await;
                if let Err(error) = looked {
                    found.error("database", format!("it cannot be read: {error}"));
                }
                let _ = inspection.close().await;
            }
            Err(error) => found.error("database", format!("it cannot be opened: {error}")),
        }
    }
    outside::look(&mut found, &args.listen, now).await;
    tell(&found, args.json).context("the findings cannot be printed")?;
    match found.count(Level::Error) {
        0 => Ok(()),
        1 => bail!("1 error"),
        errors => bail!("{errors} errors"),
    }
}

fn tell(found: &Findings, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (warnings, errors) = (found.count(Level::Warning), found.count(Level::Error));
    if json {
        let report = serde_json::json!({"findings": found.0, "warnings": warnings, "errors": errors});
        return writeln!(out, "{report}");
    }
    for Finding { level, about, detail } in &found.0 {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        writeln!(out, "{level:<8} {about:<12} {}", detail.split_whitespace().collect::<Vec<_>>().join(" "))?;
    }
    Ok(())
}

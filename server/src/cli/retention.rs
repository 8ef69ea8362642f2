//! `guiyan retention`: reduces what has been kept for as long as it is to be kept; a server does the same once a day.

use std::sync::atomic::{AtomicU64, Ordering};

use clap::value_parser;
use guiyan::{
    clock::Clock,
    ids::Entropy,
    retention::{self, Due, Periods},
};

use super::{progress, storage::Storage};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only say what would go.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    keep: Keep,
    #[command(flatten)]
    storage: Storage,
}

/// How long things are kept, in months.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Keep {
    /// Months for which a person's data is kept after the last stay has ended.
    #[arg(long, env = "GUIYAN_KEEP_PEOPLE", value_name = "MONTHS", default_value_t = Periods::DEFAULT.people,
          value_parser = value_parser!(u16).range(1..=1200))]
    keep_people: u16,
    /// Months for which attempts to check in are kept.
    #[arg(long, env = "GUIYAN_KEEP_ATTEMPTS", value_name = "MONTHS", default_value_t = Periods::DEFAULT.attempts,
          value_parser = value_parser!(u16).range(1..=1200))]
    keep_attempts: u16,
    /// Months for which notices are kept.
    #[arg(long, env = "GUIYAN_KEEP_NOTICES", value_name = "MONTHS", default_value_t = Periods::DEFAULT.notices,
          value_parser = value_parser!(u16).range(1..=1200))]
    keep_notices: u16,
    /// Months for which the audit log is kept, and the members' own access logs with it; six at least.
    #[arg(long, env = "GUIYAN_KEEP_LOG", value_name = "MONTHS", default_value_t = Periods::DEFAULT.log,
          value_parser = value_parser!(u16).range(i64::from(Periods::SHORTEST_LOG)..=1200))]
    keep_log: u16,
}

impl Keep {
    /// The periods that were asked for.
    pub(crate) fn periods(self) -> Periods {
        Periods {
            people: self.keep_people,
            attempts: self.keep_attempts,
            notices: self.keep_notices,
            log: self.keep_log,
        }
    }
}

/// Counts, and lets go unless it is only to be said.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let (db, now, periods) = (args.storage.open_existing().await?, Clock::System.now(), args.keep.periods());
    let due = retention::due(&mut db.read().await?.conn(), periods, now).await?;
    if args.dry_run {
        print!("{}", table(periods, due, "would go"));
        db.close().await;
        return Ok(());
    }
    let done = AtomicU64::new(0);
    let tell = |gone: Due| done.store(u64::try_from(gone.total()).unwrap_or(0), Ordering::Relaxed);
    let entropy = Entropy::system();
    let reducing = retention::reduce(&db, periods, now, &entropy, tell);
    let total = u64::try_from(due.total()).unwrap_or(0);
    let gone = progress::shown(reducing, total, || done.load(Ordering::Relaxed)).await;
    db.close().await;
    print!("{}", table(periods, gone?, "gone"));
    Ok(())
}

fn table(periods: Periods, due: Due, heading: &str) -> String {
    let rows = [
        ("people who left", periods.people, due.people),
        ("attempts to check in", periods.attempts, due.attempts),
        ("notices", periods.notices, due.notices),
        ("records of the audit log", periods.log, due.log),
    ];
    let mut text = format!("{:<26}{:>12}{:>12}\n", "what", "kept", heading);
    for (what, months, count) in rows {
        text.push_str(&format!("{what:<26}{:>12}{count:>12}\n", format!("{months} months")));
    }
    text
}

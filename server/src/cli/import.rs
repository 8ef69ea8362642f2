//! `guiyan import FILE`: registers members out of a sheet, one verdict a row.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use guiyan::{
    app::AppState,
    clock::{Clock, Day},
    ids::{Entropy, UnitId},
    imports::{self, Import, ImportAnswer, ImportOptions, Language, Mapping, RowVerdict, Verdict},
    parsing::Line,
    registrations::{End, Filer, FlowReason},
};

use super::{progress, storage::Storage};

/// The bar counts in these: how many rows there are is known only once the file is open.
const STEPS: u64 = 1000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sheet to read: .xlsx, or .csv in UTF-8, UTF-16 or GB18030.
    file: PathBuf,
    /// Only say what would become of each row.
    #[arg(long)]
    dry_run: bool,
    /// Register the rows that are good, also where others are refused.
    #[arg(long)]
    partial: bool,
    /// Which end files, home or host; the other one is asked.
    #[arg(long, default_value = "host")]
    filed_by: End,
    /// Home unit of rows that name none.
    #[arg(long, value_name = "ID")]
    home: Option<UnitId>,
    /// Host unit of rows that name none.
    #[arg(long, value_name = "ID")]
    host: Option<UnitId>,
    /// Why members moved, where the row does not say; other if absent.
    #[arg(long, value_name = "WORD")]
    reason: Option<FlowReason>,
    /// Since when, where the row does not say; today if absent.
    #[arg(long, value_name = "DATE")]
    since: Option<Day>,
    /// Version of the text to which every member of the list has agreed.
    #[arg(long, value_name = "VERSION")]
    consent_version: Option<Line<40>>,
    /// When they did, where the row does not say; today if absent.
    #[arg(long, value_name = "DATE")]
    consent_date: Option<Day>,
    /// What columns hold, against what is recognised: {"B": "name", "F": null}.
    #[arg(long, value_name = "JSON")]
    mapping: Option<Mapping>,
    /// Sheet of the workbook, by its name.
    #[arg(long, value_name = "NAME")]
    sheet: Option<Line<100>>,
    /// Language of what is said about cells: en or zh.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    language: Language,
    #[command(flatten)]
    storage: Storage,
}

fn language(text: &str) -> Result<Language, &'static str> {
    match text {
        "en" => Ok(Language::English),
        "zh" => Ok(Language::Chinese),
        _ => Err("must be en or zh"),
    }
}

/// Imports, tells every row's verdict, and fails where one is refused.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let size = fs::metadata(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?.len();
    if size > imports::LONGEST_FILE as u64 {
        bail!("{} is longer than {} MB", args.file.display(), imports::LONGEST_FILE / 1024 / 1024);
    }
    let file = fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let app = open(&args.storage).await?;
    let options = ImportOptions {
        filed_by: Some(args.filed_by),
        home_unit_id: args.home,
        host_unit_id: args.host,
        flow_reason: args.reason,
        started_on: args.since,
        consent_version: args.consent_version,
        consent_given_on: args.consent_date,
        mapping: args.mapping,
        sheet: args.sheet,
        ..ImportOptions::default()
    };
    let import =
        Import { file: file.into(), options, filer: Filer::Program, dry_run: args.dry_run, partial: args.partial };
    let seen = Arc::default();
    let done = || {
        let (done, total) = imports::Progress::seen(&seen);
        (done * STEPS).checked_div(total).unwrap_or(0)
    };
    let imported = progress::shown(imports::run(&app, import, &seen), STEPS, done).await;
    app.close().await;
    let answer = imported?.show(args.language);
    tell(&answer).context("the verdicts cannot be written")?;
    match answer.counts.refused {
        0 => Ok(()),
        refused if answer.counts.registered > 0 => bail!("{refused} rows were refused; the others are registered"),
        refused => bail!("{refused} rows are refused; nothing was registered"),
    }
}

/// A database that is there already, with its keys.
async fn open(storage: &Storage) -> anyhow::Result<AppState> {
    let master = storage.existing_master_key()?;
    storage.open_existing().await?.close().await;
    let config = storage.config(String::new());
    AppState::build(config, Some(master), Clock::System, Entropy::system()).await
}

/// One verdict a row on standard output; what was taken for what, and the sums, on standard error.
fn tell(answer: &ImportAnswer) -> io::Result<()> {
    let mut log = io::stderr().lock();
    for column in &answer.columns {
        let held = match column.field {
            Some(field) => field.word(),
            None if column.doubt => "? (say it with --mapping)",
            None => "not used",
        };
        writeln!(log, "column {} {}: {held}", column.column, column.header)?;
    }
    for missing in answer.missing.iter().filter(|missing| missing.required) {
        writeln!(log, "no column for {}, which is required", missing.field)?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for row in &answer.rows {
        writeln!(out, "{}", line(row))?;
    }
    out.flush()?;
    let counts = answer.counts;
    let good = if answer.dry_run { counts.ready } else { counts.registered };
    let verb = if answer.dry_run { "can be registered" } else { "registered" };
    writeln!(log, "{} rows: {good} {verb}, {} refused, {} skipped", counts.rows, counts.refused, counts.skipped)
}

/// The row's number, its verdict, and what was said about its cells, parted by tabs.
fn line(row: &RowVerdict) -> String {
    let mut line = format!("{}\t{}", row.row, row.verdict);
    let reasons = if row.verdict == Verdict::Refused { &row.errors } else { &row.remarks };
    for note in reasons {
        let place = note.cell.clone().or_else(|| note.field.map(|field| field.word().to_owned())).unwrap_or_default();
        line.push_str(&format!("\t{place} {}", note.detail));
    }
    line
}

//! The command line. Exit codes: 0 done, 1 it failed, 2 wrong usage.

mod account;
mod audit;
mod background;
mod backup;
mod check;
mod demo;
mod generate;
mod import;
mod keys;
mod listen;
mod openapi;
mod progress;
mod ready;
mod restore;
mod retention;
mod serve;
mod storage;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

/// 归雁: a registry for floating members, their activity cards and check-ins.
#[derive(Parser)]
#[command(name = "guiyan", version, about, arg_required_else_help = true)]
struct Cli {
    /// Form of the log, which goes to standard error.
    #[arg(long, env = "GUIYAN_LOG_FORMAT", value_enum, default_value = "text", global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the pages.
    Serve(serve::Args),
    /// Officers' accounts.
    #[command(subcommand)]
    Account(account::Command),
    /// Serve a throw-away database with synthetic people, and print logins for every role.
    Demo(demo::Args),
    /// Write a consistent copy of the database, also while it is being served.
    Backup(backup::Args),
    /// Say what is wrong with a set-up; changes nothing, and exits 1 where something is.
    Check(check::Args),
    /// Put a backup in the place of the database, after verifying it.
    Restore(restore::Args),
    /// Register members out of a sheet (.xlsx, .csv), all or nothing.
    Import(import::Args),
    Generate(generate::Args),
    /// Reduce what has been kept for as long as it is to be kept.
    Retention(retention::Args),
    /// The audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// The signing keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Ask the server on this machine whether it is ready: exit 0 or 1.
    Ready(ready::Args),
    /// Print the OpenAPI 3.1 document.
    Openapi,
}

/// Runs the command that was typed.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.log_format);
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "guiyan: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // SQLite's statements are long turns for a task: after 61 of them, as it is by default, whoever waits for the network
    // would have waited for a tenth of a second (docs/decisions/0027).
    runtime.event_interval(8);
    let runtime = runtime.enable_all().build().context("no threads")?;
    runtime.block_on(async {
        match command {
            Command::Serve(args) => serve::run(args).await,
            Command::Account(command) => account::run(command).await,
            Command::Demo(args) => demo::run(args).await,
            Command::Backup(args) => backup::run(args).await,
            Command::Check(args) => check::run(args).await,
            Command::Restore(args) => restore::run(args).await,
            Command::Import(args) => import::run(args).await,
            Command::Generate(args) => generate::run(args).await,
            Command::Retention(args) => retention::run(args).await,
            Command::Audit(command) => audit::run(command).await,
            Command::Keys(command) => keys::run(command).await,
            Command::Ready(args) => ready::run(&args),
            Command::Openapi => openapi::run(),
        }
    })
}

/// The error and its causes on one line: no backtrace helps whoever typed a wrong name.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Many errors repeat their cause.
        if !line.contains(&cause) {
            line.push_str(if line.is_empty() { "" } else { ": " });
            line.push_str(&cause);
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_env("GUIYAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

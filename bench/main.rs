//! `make bench`: what the product does in a second, in memory and at size, measured over loopback against what the engines
//! themselves do in the same run. It prints a line of JSON for each figure, and a table at the end.

#![allow(clippy::disallowed_methods, reason = "what is measured is this machine's own time")]

mod check_ins;
mod figures;
mod hall;
mod http;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/api/support/people.rs"]
mod people;
mod raw;
mod server;
mod wall;

use std::{fs, path::Path};

use anyhow::Context as _;
use clap::Parser;

use crate::{
    figures::{Figures, Goal},
    hall::Hall,
    server::{Cluster, Server},
};

/// Members of the hall: three seconds of people coming in at the rate that the wall is to bear.
const MEMBERS: usize = 1500;

#[derive(Parser)]
struct Args {
    /// Seconds that each run lasts.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Only these parts, by commas: check-ins, wall.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these engines, by commas: sqlite, postgres.
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// Cargo says this to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Args {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    fn engine(&self, engine: &str) -> bool {
        self.engines.is_empty() || self.engines.iter().any(|only| only == engine)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let mut figures = Figures::default();
    // On the disk, not in memory: what is durable is measured.
    let folder =
        tempfile::Builder::new().prefix("bench-").tempdir_in(server::binary().parent().context("a folder")?)?;
    if args.engine("sqlite") && (args.wants("check-ins") || args.wants("wall")) {
        on_sqlite(&args, &mut figures, folder.path()).await?;
    }
    if args.wants("check-ins") && args.engine("postgres") {
        match Cluster::start().await? {
            Some(cluster) => on_postgres(&args, &mut figures, folder.path(), &cluster).await?,
            None => eprintln!("PostgreSQL is not installed: its figures are left out"),
        }
    }
    println!("\n{}", figures.table());
    Ok(())
}

async fn on_sqlite(args: &Args, figures: &mut Figures, folder: &Path) -> anyhow::Result<()> {
    let data = folder.join("sqlite");
    let file = data.join("bench.db");
    let url = format!("sqlite://{}", file.display());
    let server = Server::start(&data, &url).await?;
    let hall = Hall::build(&server, MEMBERS).await?;
    server.stop()?;
    let copy = folder.join("raw.db");
    fs::copy(&file, &copy)?;
    let raw = raw::sqlite(&copy, args.seconds).await?;
    fs::remove_file(&copy)?;
    let server = Server::start(&data, &url).await?;
    let hall = hall.at(&server);
    figures.aim(
        "start",
        "on this database, to the first answer",
        server.started_in.as_secs_f64(),
        "s",
        Goal::AtMost(0.3),
    );
    figures.aim("memory", "idle, resident", server.memory()?.0, "MiB", Goal::AtMost(40.0));
    if args.wants("wall") {
        wall::measure(figures, &server, &hall).await?;
    }
    if args.wants("check-ins") {
        check_ins::measure(figures, "SQLite", &server, &hall, &raw, args.seconds).await?;
        figures.add("memory", "under load, at its highest", server.memory()?.1, "MiB");
    }
    server.stop()
}

async fn on_postgres(args: &Args, figures: &mut Figures, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let data = folder.join("postgres");
    let url = cluster.database("guiyan")?;
    let server = Server::start(&data, &url).await?;
    let hall = Hall::build(&server, MEMBERS).await?;
    server.stop()?;
    let raw = raw::postgres(cluster, &cluster.copy("guiyan", "raw")?, args.seconds)?;
    let server = Server::start(&data, &url).await?;
    let hall = hall.at(&server);
    check_ins::measure(figures, "PostgreSQL", &server, &hall, &raw, args.seconds).await?;
    server.stop()
}

//! `make bench`: what the product does in a second, in memory and at size, measured over loopback against what the engines
//! themselves do in the same run. It prints a line of JSON for each figure, and a table at the end.

#![allow(clippy::disallowed_methods, reason = "what is measured is this machine's own time")]

mod cards;
mod check_ins;
mod figures;
mod hall;
mod http;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/api/support/people.rs"]
mod people;
mod raw;
mod reads;
mod server;
mod wall;

use std::{fs, path::Path};

use anyhow::Context as _;
use clap::Parser;

use crate::{
    figures::Figures,
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
    /// Only these parts, by commas: check-ins, wall, reads, cards.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these engines, by commas: sqlite, postgres.
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// Members of the large registry, in which reads are measured.
    #[arg(long, default_value_t = 1_500_000)]
    members: u64,
    /// Cards that are taken in one ZIP.
    #[arg(long, default_value_t = 10_000)]
    cards: usize,
    /// Phones that check in at once, by commas.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64, 256])]
    connections: Vec<usize>,
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
    let binary = fs::metadata(server::binary())?.len();
    figures.add("size", "the program, with pages, fonts and engine inside", binary as f64 / 1_048_576.0, "MiB");
    // What was measured is told, whatever becomes of the rest.
    let ended = on_engines(&args, &mut figures, folder.path()).await;
    println!("\n{}", figures.table());
    ended
}

async fn on_engines(args: &Args, figures: &mut Figures, folder: &Path) -> anyhow::Result<()> {
    if args.engine("sqlite") {
        on_sqlite(args, figures, folder).await?;
    }
    if args.engine("postgres") {
        match Cluster::start().await? {
            Some(cluster) => on_postgres(args, figures, folder, &cluster).await?,
            None => eprintln!("PostgreSQL is not installed: its figures are left out"),
        }
    }
    Ok(())
}

async fn on_sqlite(args: &Args, figures: &mut Figures, folder: &Path) -> anyhow::Result<()> {
    if args.wants("check-ins") || args.wants("wall") {
        hall_on_sqlite(args, figures, folder).await?;
    }
    if args.wants("reads") || args.wants("cards") {
        let database = |data: &Path| Ok(sqlite_url(&data.join("bench.db")));
        reads::measure(figures, "SQLite", args, folder, database).await?;
    }
    Ok(())
}

async fn hall_on_sqlite(args: &Args, figures: &mut Figures, folder: &Path) -> anyhow::Result<()> {
    let data = folder.join("hall");
    let file = data.join("bench.db");
    let url = sqlite_url(&file);
    let server = Server::start(&data, &url).await?;
    let hall = Hall::build(&server, MEMBERS).await?;
    server.stop()?;
    let copy = folder.join("raw.db");
    fs::copy(&file, &copy)?;
    let raw = raw::sqlite(&copy, args.seconds).await?;
    fs::remove_file(&copy)?;
    let server = Server::start(&data, &url).await?;
    let hall = hall.at(&server);
    if args.wants("wall") {
        wall::measure(figures, &server, &hall).await?;
    }
    if args.wants("check-ins") {
        check_ins::measure(figures, "SQLite", &server, &hall, &raw, args).await?;
        figures.add("SQLite", "check-ins: memory of the server at its highest", server.memory()?.1, "MiB");
    }
    server.stop()
}

async fn on_postgres(args: &Args, figures: &mut Figures, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    if args.wants("check-ins") {
        hall_on_postgres(args, figures, folder, cluster).await?;
    }
    if args.wants("reads") || args.wants("cards") {
        let database = |data: &Path| {
            let name = data.file_name().and_then(|name| name.to_str()).context("a name")?;
            cluster.database(name)
        };
        reads::measure(figures, "PostgreSQL", args, folder, database).await?;
    }
    Ok(())
}

async fn hall_on_postgres(args: &Args, figures: &mut Figures, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let data = folder.join("postgres");
    let url = cluster.database("guiyan")?;
    let server = Server::start(&data, &url).await?;
    let hall = Hall::build(&server, MEMBERS).await?;
    server.stop()?;
    let raw = raw::postgres(cluster, &cluster.copy("guiyan", "raw")?, args.seconds)?;
    let server = Server::start(&data, &url).await?;
    let hall = hall.at(&server);
    check_ins::measure(figures, "PostgreSQL", &server, &hall, &raw, args).await?;
    server.stop()
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

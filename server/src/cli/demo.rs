//! `guiyan demo`: `serve` on a throw-away database that is filled with the synthetic data set.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use guiyan::{
    app::AppState,
    clock::Clock,
    config::Config,
    db::DatabaseUrl,
    demo::{self, Filled},
    ids::Entropy,
    retention::Periods,
};

use super::{
    listen::Listen,
    serve::{self, EndSignal},
    storage,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listen: Listen,
    /// Empty database to fill and keep; one that is thrown away if absent.
    #[arg(long, env = "GUIYAN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<DatabaseUrl>,
    /// Folder to keep the data set and its master key in; one that is thrown away if absent.
    #[arg(long, env = "GUIYAN_DATA_DIR", value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Print one line of JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Fills, tells the logins, serves.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let front = args.listen.bind()?;
    // Caught before there is anything to clear away.
    let mut end = EndSignal::catch()?;
    // A folder of our own is removed when this function returns, however it does.
    let (data_dir, _throw_away) = match args.data_dir {
        Some(folder) => (folder, None),
        None => {
            let folder = tempfile::Builder::new().prefix("guiyan-demo-").tempdir().context("no temporary folder")?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    let database = args.database.unwrap_or_else(|| DatabaseUrl::Sqlite(data_dir.join("guiyan.db")));
    if !database.is_blank().await.context("the database cannot be opened")? {
        bail!("the database holds something already; the demo only fills an empty one");
    }
    let _ours = storage::claim(&database, &data_dir)?;
    let config = Config {
        listen: front.listen,
        database,
        data_dir,
        public_url: front.public_url.clone(),
        tls: front.tls.clone(),
        trust_forwarded_for: args.listen.trust_forwarded_for,
        retention: Periods::DEFAULT,
    };
    let master = storage::master_key_from_environment()?;
    let app = AppState::build(config, master, Clock::System, Entropy::system()).await?;
    let filled = tokio::select! {
        filled = demo::fill(&app) => filled?,
        () = end.given() => return Ok(()),
    };
    if args.json {
        println!("{}", serde_json::to_string(&filled)?);
    } else {
        print!("{}", table(&filled));
    }
    serve::until_signal(app, front, end).await
}

/// The logins as an aligned table, and where to begin.
fn table(filled: &Filled) -> String {
    let mut rows = vec![["role", "username", "password", "unit", "url"].map(ToOwned::to_owned)];
    for login in &filled.logins {
        let url = format!("{}/sign-in", filled.url);
        rows.push([login.role.to_string(), login.username.clone(), login.password.to_owned(), login.unit.clone(), url]);
    }
    let member = ["member".into(), "—".into(), "—".into(), filled.member.clone(), filled.member_activation.clone()];
    rows.push(member);
    let widths: [usize; 5] = std::array::from_fn(|n| rows.iter().map(|row| columns(&row[n])).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - columns(cell))))
            .collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text.push_str("\nThe member's link binds the browser that opens it, once, within 15 minutes.\n");
    text
}

/// The columns that a terminal gives a text: two for each Chinese character.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

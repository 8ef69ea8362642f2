//! `guiyan generate`: fills an empty registry with any number of synthetic members, for measurements.

use anyhow::{Context as _, bail};
use clap::value_parser;
use guiyan::{
    app::AppState,
    auth::passwords::Password,
    clock::Clock,
    generate::{self, Generated, Order, Progress},
    ids::Entropy,
};

use super::{
    listen, progress,
    storage::{self, Storage},
};

/// Holds the officers' password; it has no flag, because others see a program's flags.
const PASSWORD: &str = "GUIYAN_GENERATE_PASSWORD";

/// Fill an empty registry with synthetic members: units, cards, a year of events, and about five check-ins each.
///
/// An officer is made for each role: admin, department (of the department with a tenth of all members), liaison (its office),
/// committee, supervisor, and secretary (of the committee's first branch). Their password is what GUIYAN_GENERATE_PASSWORD
/// holds, 10 to 200 characters; without it each gets a link to set one. Do not serve the database while this runs.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many members.
    #[arg(long, env = "GUIYAN_GENERATE_MEMBERS", value_name = "N", value_parser = value_parser!(u64).range(1..=5_000_000))]
    members: u64,
    /// The same seed gives the same people.
    #[arg(long, env = "GUIYAN_GENERATE_SEED", value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Print one line of JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Base of the set-up links.
    #[arg(long, env = "GUIYAN_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = listen::public_url)]
    public_url: String,
    #[command(flatten)]
    storage: Storage,
}

/// Generates and tells what there is now.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let password = match std::env::var(PASSWORD) {
        Ok(text) if !text.is_empty() => match text.parse::<Password>() {
            Ok(password) => Some(password),
            Err(error) => bail!("{PASSWORD} {error}"),
        },
        _ => None,
    };
    let config = args.storage.config(args.public_url);
    let master = storage::master_key_from_environment()?;
    let app = AppState::build(config, master, Clock::System, Entropy::system()).await?;
    let refusal = generate::refusal(&mut app.db.read().await?.conn()).await?;
    if let Some(reason) = refusal {
        app.close().await;
        bail!("{reason}; nothing was generated");
    }
    let order = Order { members: args.members, seed: args.seed, password };
    let seen = Progress::default();
    let filling = generate::fill(&app, order, &seen);
    let made = progress::shown(filling, Progress::total(args.members), || seen.done()).await;
    app.close().await;
    let made = made.context("the registry was filled in part; begin again with an empty one")?;
    if args.json {
        println!("{}", serde_json::to_string(&made)?);
    } else {
        print!("{}", table(&made));
    }
    Ok(())
}

fn table(made: &Generated) -> String {
    let Generated { members, cards, units, events, check_ins, logins } = made;
    let mut text =
        format!("{members} members, {cards} cards, {units} units, {events} events, {check_ins} check-ins\n\n");
    text.push_str(&format!("{:<20}{:<12}{:<38}set-up\n", "role", "username", "unit"));
    for login in logins {
        let unit = login.unit_id.map_or_else(|| "(all)".into(), |id| id.to_string());
        let setup = login.setup.as_deref().unwrap_or("(the password that was given)");
        text.push_str(&format!("{:<20}{:<12}{unit:<38}{setup}\n", login.role.word(), login.username));
    }
    text
}

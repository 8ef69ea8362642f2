//! `guiyan account create`: an account and the one-time link that opens it.

use anyhow::Context as _;
use clap::Subcommand;
use guiyan::{
    access::Role,
    app::AppState,
    auth::accounts::{Desk, NewAccount, Username},
    clock::Clock,
    ids::{Entropy, UnitId},
};

use super::{
    listen,
    storage::{self, Storage},
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an account and print the link by which its holder sets a password.
    Create(NewAccountArgs),
}

#[derive(clap::Args)]
pub(crate) struct NewAccountArgs {
    /// The name to sign in with: 3 to 64 of a-z, 0-9, dot, dash, underscore.
    #[arg(long, env = "GUIYAN_USERNAME")]
    username: Username,
    /// administrator, department_officer, committee_officer, branch_secretary, liaison_officer or supervisor.
    #[arg(long, env = "GUIYAN_ROLE")]
    role: Role,
    /// Id of the unit on which the role holds; an administrator without one has the whole registry.
    #[arg(long, env = "GUIYAN_UNIT", value_name = "ID")]
    unit: Option<UnitId>,
    /// Base of the link.
    #[arg(long, env = "GUIYAN_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = listen::public_url)]
    public_url: String,
    #[command(flatten)]
    storage: Storage,
}

/// Runs the sub-command.
pub(crate) async fn run(Command::Create(args): Command) -> anyhow::Result<()> {
    let config = args.storage.config(args.public_url);
    let master = storage::master_key_from_environment()?;
    let app = AppState::build(config, master, Clock::System, Entropy::system()).await?;
    let desk = Desk::of_the_program(&app);
    let new = NewAccount { username: args.username, role: args.role, unit_id: args.unit };
    let created = app.db.write(move |c| Box::pin(async move { desk.create(c, new).await })).await;
    app.close().await;
    let created = created.context("no account was made")?;
    println!("{}", created.setup.url);
    eprintln!("{} sets a password with this link, once, until {}.", created.username, created.setup.expires_at);
    Ok(())
}

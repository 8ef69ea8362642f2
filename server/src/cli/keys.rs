//! `guiyan keys rotate`: new signing keys; the old ones keep verifying.

use std::sync::Arc;

use clap::Subcommand;
use guiyan::{
    access::audit::{self, Actor, Record},
    clock::Clock,
    ids::Entropy,
    keys::{self, KeyUse, Vault},
};

use super::storage::Storage;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a new signing key for every use. It signs in two minutes, when every running server knows it.
    Rotate(Storage),
}

/// Runs the sub-command.
pub(crate) async fn run(Command::Rotate(storage): Command) -> anyhow::Result<()> {
    let vault = Arc::new(Vault::new(&storage.existing_master_key()?));
    let db = storage.open_existing().await?;
    let (now, entropy) = (Clock::System.now(), Entropy::system());
    let made = db
        .write(move |c| {
            Box::pin(async move {
                keys::check_master_key(c, &vault, now).await?;
                let mut made = Vec::new();
                for key_use in KeyUse::ALL {
                    let kid = keys::add_key(c, *key_use, &vault, now, &entropy).await?;
                    audit::append(c, now, Record::new(Actor::System, "keys.rotate", ("signing_key", kid.to_string())))
                        .await?;
                    made.push((*key_use, kid));
                }
                Ok(made)
            })
        })
        .await;
    db.close().await;
    for (key_use, kid) in made? {
        println!("{key_use}: key {kid} signs in two minutes");
    }
    println!("Until then every running server takes them up. Older keys keep verifying.");
    Ok(())
}

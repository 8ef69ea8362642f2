//! The settings of a server; `cli/serve.rs` names the flag and the environment variable of each.

use std::{net::SocketAddr, path::PathBuf};

use crate::{db::DatabaseUrl, retention::Periods};

/// Everything that `guiyan serve` can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the data lives.
    pub database: DatabaseUrl,
    /// Folder of the database file and the master key.
    pub data_dir: PathBuf,
    /// The base of every link and QR code, without a slash at the end.
    pub public_url: String,
    /// Encryption on our own listener.
    pub tls: Tls,
    /// Whether a proxy of our own stands before us, whose `X-Forwarded-For` names the client.
    pub trust_forwarded_for: bool,
    /// How long what has ended is kept.
    pub retention: Periods,
}

/// Encryption on our own listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP: behind a proxy, or on this machine only.
    Off,
    /// With a certificate chain and its key, in PEM files.
    Files {
        /// The certificate chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// With a certificate made at start, for trying phones on a LAN.
    SelfSigned,
}

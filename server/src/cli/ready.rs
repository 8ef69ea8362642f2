//! `guiyan ready`: asks the server on this machine whether it is ready; for the health checks of containers.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, bail};
use guiyan::config::Tls;

use super::listen::Listen;

const PATIENCE: Duration = Duration::from_secs(4);

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    listen: Listen,
}

/// Asks `/readyz`; behind a certificate, only whether anyone listens.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let at = args.listen.reached_at();
    let mut line = TcpStream::connect_timeout(&at, PATIENCE).with_context(|| format!("nobody listens on {at}"))?;
    if args.listen.tls() != Tls::Off {
        return Ok(());
    }
    line.set_read_timeout(Some(PATIENCE))?;
    line.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut head = [0; 12];
    line.read_exact(&mut head).context("the server does not answer")?;
    if head.ends_with(b" 200") { Ok(()) } else { bail!("the server is not ready: {}", String::from_utf8_lossy(&head)) }
}

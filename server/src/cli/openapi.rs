//! `guiyan openapi`: the API document, as the handlers describe it.

use std::io::{self, Write as _};

use anyhow::Context as _;

/// Prints the document.
pub(crate) fn run() -> anyhow::Result<()> {
    let text = guiyan::openapi::document().to_pretty_json()?;
    writeln!(io::stdout(), "{text}").context("the document cannot be printed")
}

//! How the outside reaches the server: the public URL and the certificate.

use std::{fs, net::IpAddr, path::Path};

use anyhow::{Context as _, bail};
use axum::http::Uri;
use guiyan::{clock::Instant, config::Tls};
use x509_parser::{extensions::GeneralName, pem::Pem, prelude::X509Certificate};

use super::{Findings, Listen};
use crate::cli::listen;

/// A certificate that ends sooner should have been renewed.
const CERTIFICATE_DAYS: i64 = 21;

pub(super) async fn look(found: &mut Findings, listen: &Listen, now: Instant) {
    let host = public_url(found, listen);
    if let Tls::Files { cert, key } = listen.tls() {
        if let Err(error) = listen::from_files(&cert, &key).await {
            found.error("certificate", format!("{error:#}"));
            return;
        }
        match certificate(&cert, host.as_deref(), now) {
            Ok((days, says)) if days < CERTIFICATE_DAYS => found.warning("certificate", says),
            Ok((_, says)) => found.ok("certificate", says),
            Err(error) => found.error("certificate", format!("{}: {error:#}", cert.display())),
        }
    }
}

/// The host in the public URL.
fn public_url(found: &mut Findings, listen: &Listen) -> Option<String> {
    let Some(url) = listen.public_url() else {
        found.warning("public URL", "none is given: links and QR codes name the address listened on");
        return None;
    };
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    let own = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
    if own {
        found.error("public URL", format!("{url} is reached from this machine only: no phone opens a code with it"));
    } else if uri.scheme_str() != Some("https") {
        found.error("public URL", format!("{url} is not https: phones open no camera and keep nothing offline"));
    } else if host.parse::<IpAddr>().is_ok() {
        found.warning("public URL", format!("{url} is an address, not a name: printed codes end with it"));
    } else if !host.contains('.') {
        found.warning("public URL", format!("{url} has a name of one's own network only"));
    } else {
        found.ok("public URL", url);
    }
    Some(host)
}

/// Days until the certificate ends, and what to say of it; an error where clients would refuse it.
fn certificate(path: &Path, host: Option<&str>, now: Instant) -> anyhow::Result<(i64, String)> {
    let bytes = fs::read(path)?;
    let pem = Pem::iter_from_buffer(&bytes).next().context("it holds no certificate")??;
    let certificate = pem.parse_x509()?;
    let validity = certificate.validity();
    if now.seconds() < validity.not_before.timestamp() {
        bail!("it is valid only from {}", validity.not_before);
    }
    let left = validity.not_after.timestamp() - now.seconds();
    if left < 0 {
        bail!("it ended on {}", validity.not_after);
    }
    if let Some(host) = host
        && !names(&certificate, host)?
    {
        bail!("it is not for {host}, the host of the public URL");
    }
    let days = left / 86_400;
    Ok((days, format!("{} serves for {days} days more", path.display())))
}

/// Whether the certificate names the host, as itself or by a `*.` for the first label (RFC 6125).
fn names(certificate: &X509Certificate<'_>, host: &str) -> anyhow::Result<bool> {
    let Some(names) = certificate.subject_alternative_name()? else { return Ok(false) };
    let address = host.parse::<IpAddr>().ok().map(|ip| match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    });
    Ok(names.value.general_names.iter().any(|name| match name {
        GeneralName::DNSName(name) => {
            let below = name
                .strip_prefix("*.")
                .zip(host.split_once('.'))
                .is_some_and(|(of, (_, rest))| of.eq_ignore_ascii_case(rest));
            below || name.eq_ignore_ascii_case(host)
        }
        GeneralName::IPAddress(bytes) => address.as_deref() == Some(*bytes),
        _ => false,
    }))
}

//! Where to listen, and how the outside calls it.

use std::{
    net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use axum::http::Uri;
use axum_server::tls_rustls::RustlsConfig;
use clap::builder::BoolishValueParser;
use guiyan::{config::Tls, metrics::Doors};

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Listen {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, env = "GUIYAN_LISTEN", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    /// Base of every link and QR code; the address listened on if absent.
    #[arg(long, env = "GUIYAN_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Certificate chain, PEM.
    #[arg(
        long,
        env = "GUIYAN_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key",
        conflicts_with = "tls_self_signed"
    )]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(
        long,
        env = "GUIYAN_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert",
        conflicts_with = "tls_self_signed"
    )]
    tls_key: Option<PathBuf>,
    /// HTTPS with a certificate made at start, for trying phones on a LAN.
    #[arg(long, env = "GUIYAN_TLS_SELF_SIGNED", value_parser = BoolishValueParser::new())]
    tls_self_signed: bool,
    /// Take a client's address from the last entry of X-Forwarded-For: only behind a proxy of one's own.
    #[arg(long, env = "GUIYAN_TRUST_FORWARDED_FOR", value_parser = BoolishValueParser::new())]
    pub(crate) trust_forwarded_for: bool,
    /// Address and port on which /metrics is open to whoever reaches it: not to strangers.
    #[arg(long, env = "GUIYAN_METRICS_LISTEN", value_name = "ADDRESS", value_parser = address)]
    metrics_listen: Option<SocketAddr>,
    /// Bearer token with which /metrics is read, on the main listener too; 16 characters at least.
    #[arg(long, env = "GUIYAN_METRICS_TOKEN", hide_env_values = true, value_name = "TOKEN", value_parser = token)]
    metrics_token: Option<String>,
}

/// A bound listener: clients may connect, and are answered once the server runs.
pub(crate) struct Front {
    pub(crate) listener: TcpListener,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: String,
    pub(crate) tls: Tls,
    /// Who reads the figures here.
    pub(crate) doors: Doors,
    /// The listener that has nothing but the figures, and who reads them there.
    pub(crate) metrics: Option<(TcpListener, Doors)>,
}

impl Listen {
    /// The public URL, where one is given.
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }

    /// Where a server with these flags is reached from this machine.
    pub(crate) fn reached_at(&self) -> SocketAddr {
        let local =
            if self.listen.is_ipv6() { IpAddr::from(std::net::Ipv6Addr::LOCALHOST) } else { [127, 0, 0, 1].into() };
        SocketAddr::new(if self.listen.ip().is_unspecified() { local } else { self.listen.ip() }, self.listen.port())
    }

    /// Encryption on our own listener.
    pub(crate) fn tls(&self) -> Tls {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Tls::Files { cert: cert.clone(), key: key.clone() },
            _ if self.tls_self_signed => Tls::SelfSigned,
            _ => Tls::Off,
        }
    }

    /// Binds the listener and settles the public URL.
    pub(crate) fn bind(&self) -> anyhow::Result<Front> {
        let listener = TcpListener::bind(self.listen).with_context(|| format!("cannot listen on {}", self.listen))?;
        let listen = listener.local_addr()?;
        let tls = self.tls();
        let public_url = self.public_url.clone().unwrap_or_else(|| {
            let scheme = if tls == Tls::Off { "http" } else { "https" };
            format!("{scheme}://{}", SocketAddr::new(reachable(listen.ip()), listen.port()))
        });
        let token = self.metrics_token.clone().map(Doors::Token);
        let metrics = match self.metrics_listen {
            Some(at) => {
                let own = TcpListener::bind(at).with_context(|| format!("cannot listen on {at} for the figures"))?;
                Some((own, token.clone().unwrap_or(Doors::Open)))
            }
            None => None,
        };
        Ok(Front { listener, listen, public_url, tls, doors: token.unwrap_or(Doors::Closed), metrics })
    }
}

impl Front {
    /// The certificate and its key, where we encrypt ourselves.
    pub(crate) async fn rustls(&self) -> anyhow::Result<Option<RustlsConfig>> {
        if self.tls == Tls::Off {
            return Ok(None);
        }
        let config = match &self.tls {
            Tls::Files { cert, key } => from_files(cert, key).await?,
            _ => {
                install_provider();
                let host = self.public_url.parse::<Uri>().ok().and_then(|u| u.host().map(ToOwned::to_owned));
                let mut names =
                    vec!["localhost".to_owned(), "127.0.0.1".into(), reachable(self.listen.ip()).to_string()];
                names.extend(host);
                names.sort();
                names.dedup();
                let made = rcgen::generate_simple_self_signed(names)?;
                RustlsConfig::from_pem(made.cert.pem().into(), made.signing_key.serialize_pem().into()).await?
            }
        };
        Ok(Some(config))
    }
}

/// A certificate and its key, as long as they go together.
pub(crate) async fn from_files(cert: &Path, key: &Path) -> anyhow::Result<RustlsConfig> {
    install_provider();
    RustlsConfig::from_pem_file(cert, key)
        .await
        .with_context(|| format!("the certificate {} and the key {} cannot be used", cert.display(), key.display()))
}

fn install_provider() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The address by which others reach a listener on all addresses: this machine's own on its first network.
fn reachable(ip: IpAddr) -> IpAddr {
    if !ip.is_unspecified() {
        return ip;
    }
    // Connecting a UDP socket sends nothing; it only asks the routing table. 192.0.2.1 is reserved for documents.
    let first = UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()));
    first.map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().map_err(|_| "give an address and a port, such as 127.0.0.1:8080")?.next();
    found.ok_or_else(|| "the name has no address".into())
}

fn token(text: &str) -> Result<String, &'static str> {
    let fits = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err("take 16 letters, digits or signs at least, without a space") }
}

/// `http(s)://host[:port][/path]`, without a slash at the end.
pub(crate) fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let uri: Uri = url.parse().map_err(|_| "it is not a URL")?;
    let known = matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty());
    if !known || uri.query().is_some() || url.contains('#') || url.contains('@') {
        return Err("it has to be http:// or https:// with a host, and no query, fragment or user".into());
    }
    Ok(url.to_owned())
}

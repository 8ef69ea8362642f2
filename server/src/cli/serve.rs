//! `guiyan serve`: the API and the pages, until a signal ends it.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, bail};
use axum::{Router, body::Body, http::header, response::Response};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use futures::StreamExt as _;
use guiyan::{
    app::AppState,
    auth::accounts::Desk,
    clock::Clock,
    config::{Config, Tls},
    db::{Claim, DatabaseUrl},
    ids::Entropy,
    metrics, router,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};
use tower::util::MapResponseLayer;

use super::{
    background,
    listen::{Front, Listen},
    retention::Keep,
    storage::{self, Storage},
};

/// How long requests in flight may take to finish after the signal.
const GRACE: Duration = Duration::from_secs(25);
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(20);

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    storage: Storage,
    /// A replica of a PostgreSQL database, for lists and figures.
    #[arg(long, env = "GUIYAN_DATABASE_READ", hide_env_values = true, value_name = "URL")]
    database_read: Option<String>,
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    keep: Keep,
}

/// Opens everything, greets the first administrator, serves.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let master = storage::master_key_from_environment()?;
    let front = args.listen.bind()?;
    let config = Config {
        listen: front.listen,
        database: args.storage.database(),
        data_dir: args.storage.data_dir,
        public_url: front.public_url.clone(),
        tls: front.tls.clone(),
        trust_forwarded_for: args.listen.trust_forwarded_for,
        retention: args.keep.periods(),
    };
    if args.database_read.is_some() && matches!(config.database, DatabaseUrl::Sqlite(_)) {
        bail!("--database-read names a replica of a PostgreSQL database; SQLite has none");
    }
    let _ours = storage::claim(&config.database, &config.data_dir)?;
    let mut app = AppState::build(config, master, Clock::System, Entropy::system()).await?;
    if let Some(url) = args.database_read {
        app = app.with_replica(&url).context("--database-read")?;
    }
    let _greeting = greet(&app).await?;
    until_signal(app, front, EndSignal::catch()?).await
}

/// Prints the first administrator's link, where nobody can sign in yet; the link lives as long as the claim, and longer
/// where no other server starts.
async fn greet(app: &AppState) -> anyhow::Result<Option<Claim>> {
    let Some(claim) = app.db.claim_greeting().await? else { return Ok(None) };
    let desk = Desk::of_the_program(app);
    let link = app.db.write(move |c| Box::pin(async move { desk.first_administrator(c).await })).await?;
    Ok(link.map(|link| {
        println!("Set a password for the first administrator, user name admin: {}", link.url);
        claim
    }))
}

/// SIGTERM or SIGINT, caught from when this is made: before that either would end the program where it stands.
pub(crate) struct EndSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl EndSignal {
    pub(crate) fn catch() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for it.
    pub(crate) async fn given(&mut self) {
        tokio::select! { _ = self.terminate.recv() => {}, _ = self.interrupt.recv() => {} }
    }
}

/// Serves `app` on the bound listener until SIGTERM or SIGINT; then finishes what is in flight and closes the database.
pub(crate) async fn until_signal(app: AppState, front: Front, mut end: EndSignal) -> anyhow::Result<()> {
    let rustls = front.rustls().await?;
    let handle = Handle::new();
    let (close, closing) = watch::channel(false);
    let stopping = handle.clone();
    tokio::spawn(async move {
        end.given().await;
        tracing::info!("finishing the requests in flight");
        close.send_replace(true);
        stopping.graceful_shutdown(Some(GRACE));
    });
    if let (Some(config), Tls::Files { cert, key }) = (&rustls, &front.tls) {
        renew_on_hangup(config.clone(), cert.clone(), key.clone())?;
    }
    let tasks = background::start(&app);
    let router = router::build(app.clone()).merge(metrics::router(app.clone(), front.doors));
    let service = ending_streams(router, closing).into_make_service_with_connect_info::<SocketAddr>();
    let figures = match front.metrics {
        Some((listener, doors)) => Some(figures(listener, metrics::router(app.clone(), doors))?),
        None => None,
    };
    front.listener.set_nonblocking(true)?;
    eprintln!("guiyan is ready at {} (listening on {})", front.public_url, front.listen);
    let served = match rustls {
        Some(config) => {
            let mut server = axum_server::from_tcp_rustls(front.listener, config)?.handle(handle);
            server.http_builder().http1().header_read_timeout(HEAD);
            server.serve(service).await
        }
        None => {
            let mut server = axum_server::from_tcp(front.listener)?.handle(handle);
            server.http_builder().http1().header_read_timeout(HEAD);
            server.serve(service).await
        }
    };
    if let Some(figures) = figures {
        figures.abort();
    }
    background::stop(tasks).await;
    app.close().await;
    served.context("the server failed")
}

/// Reads the certificate anew at each SIGHUP: whoever renews it need not stop the server. One that cannot be used is not taken.
fn renew_on_hangup(config: RustlsConfig, cert: PathBuf, key: PathBuf) -> anyhow::Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match config.reload_from_pem_file(&cert, &key).await {
                Ok(()) => tracing::info!("the certificate was read anew"),
                Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one serves on"),
            }
        }
    });
    Ok(())
}

/// Serves the figures on their own listener, to the very end.
fn figures(listener: TcpListener, router: Router) -> anyhow::Result<JoinHandle<()>> {
    listener.set_nonblocking(true)?;
    eprintln!("figures are at http://{}/metrics", listener.local_addr()?);
    let server = axum_server::from_tcp(listener)?;
    Ok(tokio::spawn(async move {
        if let Err(error) = server.serve(router.into_make_service()).await {
            tracing::error!(%error, "the listener of the figures failed");
        }
    }))
}

/// Ends event streams once the server is closing: they would hold it open for ever.
fn ending_streams(router: Router, closing: watch::Receiver<bool>) -> Router {
    router.layer(MapResponseLayer::new(move |response: Response| {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/event-stream") {
            return response;
        }
        let mut closing = closing.clone();
        response.map(|body| {
            let end = Box::pin(async move { drop(closing.wait_for(|closing| *closing).await) });
            Body::from_stream(body.into_data_stream().take_until(end))
        })
    }))
}

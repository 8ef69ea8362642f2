//! The server under test: a real listener on a free port, a fresh database, a clock that the test holds.

use std::{net::SocketAddr, str::FromStr as _, sync::Arc};

use guiyan::{
    access::Role,
    app::AppState,
    auth::tokens::{self, Subject},
    clock::{Clock, Instant},
    config::{Config, Tls},
    db::DatabaseUrl,
    execute,
    ids::{AccountId, AssignmentId, Entropy, UnitId},
    keys::MasterKey,
    retention::Periods,
    router,
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use super::User;

/// Where every test's clock starts: a Monday morning in China.
pub const START: &str = "2026-11-23T01:30:00.000Z";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct TestApp {
    pub url: String,
    pub state: AppState,
    pub engine: Engine,
    pub http: reqwest::Client,
    config: Config,
    _folder: Arc<TempDir>,
}

impl TestApp {
    pub async fn start(engine: Engine) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let database = match engine {
            Engine::Sqlite => DatabaseUrl::Sqlite(folder.path().join("guiyan.db")),
            Engine::Postgres => fresh_postgres().await,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let config = Config {
            listen: address,
            database,
            data_dir: folder.path().to_owned(),
            public_url: format!("http://{address}"),
            tls: Tls::Off,
            trust_forwarded_for: true,
            retention: Periods::DEFAULT,
        };
        let clock = Clock::manual(Instant::from_str(START).expect("an instant"));
        let state = Self::build(&config, clock).await;
        Self::serve(state, listener, engine, config, folder)
    }

    fn serve(
        state: AppState,
        listener: tokio::net::TcpListener,
        engine: Engine,
        config: Config,
        folder: Arc<TempDir>,
    ) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = router::build(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let http = reqwest::Client::builder().build().expect("a client");
        Self { url, state, engine, http, config, _folder: folder }
    }

    /// Another server on the same database, with the same clock and the same public address, and perhaps a replica.
    pub async fn beside(&self, replica: Option<&str>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut state = self.reopened().await;
        if let Some(url) = replica {
            state = state.with_replica(url).expect("a replica");
        }
        Self::serve(state, listener, self.engine, self.config.clone(), Arc::clone(&self._folder))
    }

    /// The URL of the database, on PostgreSQL.
    pub fn postgres_url(&self) -> &str {
        match &self.config.database {
            DatabaseUrl::Postgres(url) => url,
            DatabaseUrl::Sqlite(_) => panic!("a SQLite file has no URL"),
        }
    }

    /// A token of this user that every server takes.
    pub fn token_of(&self, user: &User<'_>) -> String {
        let subject = user.subject.expect("somebody");
        tokens::issue(&self.state.keys.ring(), &self.config.public_url, subject, self.now()).expect("a token")
    }

    async fn build(config: &Config, clock: Clock) -> AppState {
        AppState::build(config.clone(), Some(MasterKey::from_bytes([42; 32])), clock, Entropy::system())
            .await
            .expect("the application starts")
    }

    /// A second server's state on the same database, as after a restart.
    #[allow(dead_code, reason = "for tests of restarts")]
    pub async fn reopened(&self) -> AppState {
        Self::build(&self.config, self.state.clock.clone()).await
    }

    pub fn now(&self) -> Instant {
        self.state.clock.now()
    }

    pub fn advance(&self, seconds: i64) {
        self.state.clock.advance(seconds);
    }

    /// Someone who has not signed in.
    pub fn stranger(&self) -> User<'_> {
        User::new(self, None)
    }

    /// Whoever holds `token`.
    pub fn with_token(&self, token: &str) -> User<'_> {
        User::new(self, Some(token.to_owned()))
    }

    /// An officer with `role` on `unit` (`None`: the whole registry), signed in.
    pub async fn officer(&self, role: Role, unit: Option<&str>) -> User<'_> {
        self.officer_with(&[(role, unit)]).await
    }

    /// An officer with several roles, signed in.
    pub async fn officer_with(&self, roles: &[(Role, Option<&str>)]) -> User<'_> {
        let (now, entropy) = (self.now(), self.state.entropy.clone());
        let account = AccountId::new(now, &entropy);
        let roles: Vec<(Role, Option<UnitId>)> =
            roles.iter().map(|(role, unit)| (*role, unit.map(|u| u.parse().expect("a unit id")))).collect();
        self.state
            .db
            .write(move |c| {
                Box::pin(async move {
                    execute!(
                        &mut *c,
                        sqlx::query(
                            "insert into accounts (id, username, totp_confirmed, totp_last_step, created_at)
                             values ($1, $2, $3, 0, $4)"
                        )
                        .bind(account)
                        .bind(format!("officer-{account}"))
                        .bind(false)
                        .bind(now)
                    )?;
                    for (role, unit) in roles {
                        execute!(
                            &mut *c,
                            sqlx::query(
                                "insert into assignments (id, account_id, role, unit_id, created_at) values ($1, $2, $3, $4, $5)"
                            )
                            .bind(AssignmentId::new(now, &entropy))
                            .bind(account)
                            .bind(role)
                            .bind(unit)
                            .bind(now)
                        )?;
                    }
                    Ok(())
                })
            })
            .await
            .expect("the account is made");
        let ring = self.state.keys.ring();
        User::officer(self, tokens::issue(&ring, &self.url, Subject::Account(account), now).expect("a token"), account)
    }
}

/// A database of its own in the private cluster of `tests/with-postgres.sh`.
pub async fn fresh_postgres() -> DatabaseUrl {
    let server = std::env::var("GUIYAN_TEST_POSTGRES")
        .expect("run the tests through tests/with-postgres.sh (as make test does): it starts a private PostgreSQL");
    let name = format!("t{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&server).await.expect("the private cluster answers");
    connection.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("a database");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    DatabaseUrl::Postgres(format!("{base}/{name}"))
}

//! The program as its users start it: real processes, signals, files.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use guiyan::db::DatabaseUrl;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Answer, Engine, fresh_postgres};

/// The password of every account that a test sets up by its link.
pub const PASSWORD: &str = "wild geese return";

/// A data folder of one's own and, on PostgreSQL, a database.
pub struct Place {
    pub folder: TempDir,
    pub database: Option<String>,
}

impl Place {
    pub async fn new(engine: Engine) -> Self {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => match fresh_postgres().await {
                DatabaseUrl::Postgres(url) => Some(url),
                DatabaseUrl::Sqlite(_) => unreachable!("asked for PostgreSQL"),
            },
        };
        Self { folder: tempfile::tempdir().expect("a folder"), database }
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guiyan"));
        command.args(args).env("GUIYAN_DATA_DIR", self.data()).env("GUIYAN_LOG", "warn").stdin(Stdio::null());
        if let Some(url) = &self.database {
            command.env("GUIYAN_DATABASE", url);
        }
        command
    }

    /// The database, as the program opens it.
    pub async fn open(&self) -> guiyan::db::Db {
        let sqlite = || DatabaseUrl::Sqlite(self.data().join("guiyan.db"));
        let url = self.database.clone().map_or_else(sqlite, DatabaseUrl::Postgres);
        guiyan::db::Db::open(&url).await.expect("a database")
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program runs")
    }

    pub fn serve(&self, args: &[&str]) -> Server {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(args);
        Server::start(self.command(&all))
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running `guiyan serve`.
pub struct Server {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
    pub url: String,
    pub http: Client,
    /// What it has said on standard error.
    pub log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let kept = Arc::clone(&log);
        let mut keep = move |line: &String| kept.lock().expect("no panic").push(line.clone());
        let mut told = lines.by_ref().map_while(Result::ok).inspect(&mut keep);
        let ready = told.find(|line| line.starts_with("guiyan is ready at "));
        let ready = ready.unwrap_or_else(|| panic!("it says that it is ready, not {:?}", log.lock()));
        let address = ready.split_once("(listening on ").expect("an address").1.trim_end_matches(')');
        // A public URL elsewhere stands for a proxy, which speaks TLS in our stead.
        let scheme = if ready.contains(" at https://127.0.0.1") { "https" } else { "http" };
        let url = format!("{scheme}://{address}");
        // What it says later must find a reader, or the pipe fills.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| keep(&line)));
        let out = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, out, url, http: Client::new(), log }
    }

    /// What it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().expect("kill runs").success());
    }

    /// Sends the signal and waits: the exit code and what stood on standard output.
    pub fn end(mut self, name: &str) -> (Option<i32>, String) {
        self.signal(name);
        let code = self.child.wait().expect("it ends").code();
        let mut text = String::new();
        self.out.read_to_string(&mut text).expect("text");
        (code, text)
    }

    pub async fn call(&self, method: Method, path: &str, token: &str, body: Value) -> Answer {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token).json(&body);
        Answer::read(request.send().await.expect("an answer")).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::POST, path, token, body).await
    }

    pub async fn set_up(&self, link: &str) {
        let code = link.split_once("/setup#").expect("a set-up link").1.trim();
        let request = self.http.post(format!("{}/api/v1/account-setups", self.url));
        let answer = request.json(&json!({"code": code, "password": PASSWORD})).send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
    }

    pub async fn sign_in(&self, username: &str) -> String {
        let request = self.http.post(format!("{}/api/v1/sessions", self.url));
        let request = request.json(&json!({"username": username, "password": PASSWORD}));
        Answer::read(request.send().await.expect("an answer")).await.is(200).text("access_token")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

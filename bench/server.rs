//! The processes that are measured: `guiyan serve`, and a private PostgreSQL.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

use crate::http::Connection;

/// A running `guiyan serve`, ended when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the first answer.
    pub started_in: Duration,
    /// The link by which the first administrator is made, on the first start.
    pub setup: Option<String>,
}

/// The binary that was built with this program, or the one that `GUIYAN_BIN` names.
pub fn binary() -> PathBuf {
    std::env::var_os("GUIYAN_BIN").map_or_else(|| env!("CARGO_BIN_EXE_guiyan").into(), Into::into)
}

impl Server {
    /// Starts it and waits for the first answer.
    pub async fn start(data: &Path, database: &str) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // Who makes the data set is told the link by which the first administrator is made.
        let is_first = !data.exists();
        let began = Instant::now();
        let mut command = Command::new(binary());
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--database", database])
            .arg("--data-dir")
            .arg(data)
            // The same after each start, whatever the port: it is in every token.
            .args(["--public-url", "http://127.0.0.1:8080"])
            .env("GUIYAN_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().context("guiyan does not start")?;
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(status) = child.try_wait()? {
                bail!("guiyan ended: {status}");
            }
            if began.elapsed() > Duration::from_secs(120) {
                bail!("guiyan does not answer");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // The port is taken before the database is opened: only an answer tells that it serves.
        let ready = Connection::open(address).await?.send(b"GET /readyz HTTP/1.1\r\nhost: bench\r\n\r\n").await?;
        ensure!(ready.status == 200, "/readyz answers {}", ready.status);
        let started_in = began.elapsed();
        let out = BufReader::new(child.stdout.take().context("piped")?);
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(at) = line.find("/setup#") {
                    let _ = tell.send(line[at + 7..].split_whitespace().next().unwrap_or_default().to_owned());
                }
            }
        });
        let setup = is_first.then(|| told.recv_timeout(Duration::from_secs(20)).ok()).flatten();
        Ok(Self { child, address, started_in, setup })
    }

    /// CPU time of the process so far, of all threads, in seconds.
    pub fn cpu(&self) -> anyhow::Result<f64> {
        cpu_of(self.child.id())
    }

    /// Resident memory now and at its highest, in MiB.
    pub fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such field")?;
            Ok(line.trim_end_matches("kB").trim().trim_start_matches(':').trim().parse::<f64>()? / 1024.0)
        };
        Ok((field("VmRSS")?, field("VmHWM")?))
    }

    /// Forgets the highest so far (`clear_refs` of proc(5)).
    pub fn forget_peak(&self) -> anyhow::Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Ends it in order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cpu_of(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit_once(')').context("a stat line")?.1.split_whitespace().collect();
    // Fields 14 and 15 of proc(5), in ticks of 1/100 s.
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

/// A private PostgreSQL cluster that is as durable as one in earnest, in a folder of its own.
pub struct Cluster {
    postmaster: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts it, as an ordinary user where we are root; `None` where PostgreSQL is not installed.
    pub async fn start() -> anyhow::Result<Option<Self>> {
        let Some(bin) = programs() else { return Ok(None) };
        let folder = tempfile::Builder::new().prefix("guiyan-bench-pg-").tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let user = ordinary_user()?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid))?;
        }
        let run = |program: &str| {
            let mut command = Command::new(bin.join(program));
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir(folder.path());
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let data = folder.path().join("data");
        let made = run("initdb")
            .args(["-U", "guiyan", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&data)
            .status()?;
        if !made.success() {
            bail!("initdb failed");
        }
        let postmaster = run("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=1GB"])
            .args(["-c", "max_wal_size=4GB", "-k"])
            .arg(folder.path())
            .spawn()?;
        let cluster = Self { postmaster, folder, port };
        for _ in 0..300 {
            let ready = Command::new(bin.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                .status()?;
            if ready.success() {
                return Ok(Some(cluster));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("PostgreSQL does not start")
    }

    /// The URL of a new, empty database.
    pub fn database(&self, name: &str) -> anyhow::Result<String> {
        self.copy("template1", name)
    }

    /// The URL of a copy of a database that nobody uses now.
    pub fn copy(&self, from: &str, name: &str) -> anyhow::Result<String> {
        let bin = programs().context("PostgreSQL")?;
        let made = Command::new(bin.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "guiyan", "-T", from, name])
            .status()?;
        if !made.success() {
            bail!("createdb failed");
        }
        Ok(format!("postgres://guiyan@127.0.0.1:{}/{name}", self.port))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.postmaster.id().to_string()]).status();
        let _ = self.postmaster.wait();
    }
}

/// Where PostgreSQL's programs are.
pub fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    versions.into_iter().rev().find(|bin| bin.join("postgres").is_file())
}

/// PostgreSQL refuses root, so root lends it an ordinary user.
fn ordinary_user() -> anyhow::Result<Option<(u32, u32)>> {
    let id = |args: &[&str]| -> anyhow::Result<u32> {
        Ok(String::from_utf8(Command::new("id").args(args).output()?.stdout)?.trim().parse()?)
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    let name = if id(&["-u", "postgres"]).is_ok() { "postgres" } else { "nobody" };
    Ok(Some((id(&["-u", name])?, id(&["-g", name])?)))
}

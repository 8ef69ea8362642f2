//! A disk that is full, and one that turns read-only: in a mount namespace of a process of our own, so that nothing of it
//! remains on this machine.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use reqwest::Method;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::{
    load::{self, Ledger, Temper},
    registry::{Officer, Registry, now},
    support::{Server, stderr},
};

/// Room beside the registry, in MiB.
const ROOM: u64 = 12;
const PATIENCE: Duration = Duration::from_secs(60);

/// A disk over the registry's data folder, in a namespace that lives as long as its holder.
struct Disk {
    holder: Child,
    data: PathBuf,
}

impl Disk {
    /// Runs `mount` (shell, with the folder in `$1`) over a copy of the registry. `None` where this machine lets nobody mount.
    fn new(registry: &Registry, mount: &str) -> Option<Self> {
        let data = registry.place.data();
        let script = format!(
            "set -e; cp -a \"$1\" \"$1.before\"; {mount}; cp -a \"$1.before/.\" \"$1\"; rm -r \"$1.before\"; chmod 700 \"$1\"; \
             sync -f \"$1\"; echo mounted; exec sleep 1000"
        );
        let mut unshare = Command::new("unshare");
        unshare.args(if is_root() { &["--mount"][..] } else { &["--mount", "--user", "--map-root-user"] });
        unshare.args(["sh", "-c", &script, "sh"]).arg(&data);
        let mut holder = unshare.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().ok()?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take()?).read_line(&mut line).ok()?;
        if line.trim() == "mounted" {
            return Some(Self { holder, data });
        }
        let _ = holder.kill();
        let _ = holder.wait();
        None
    }

    /// The command, run where the disk is.
    fn command(&self, of: &Command) -> Command {
        let mut inside = Command::new("nsenter");
        inside.args(["--target", &self.holder.id().to_string(), "--mount"]);
        if !is_root() {
            inside.args(["--user", "--preserve-credentials"]);
        }
        inside.arg("--").arg(of.get_program()).args(of.get_args());
        inside.envs(of.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
        inside
    }

    fn serve(&self, registry: &Registry) -> Server {
        Server::start(self.command(&registry.place.command(&["serve", "--listen", "127.0.0.1:0"])))
    }

    /// A file on the disk, as seen from outside.
    fn path(&self, name: &str) -> PathBuf {
        let inside = format!("/proc/{}/root{}", self.holder.id(), self.data.display());
        PathBuf::from(inside).join(name)
    }

    /// Writes until nothing goes any more.
    fn fill(&self) {
        let full = std::fs::write(self.path("filler"), vec![0; 64 << 20]);
        assert!(full.is_err(), "the disk is small");
    }

    /// The registry's files as they are on the disk now, for a look.
    fn files(&self, registry: &Registry) -> PathBuf {
        let to = registry.place.folder.path().join("looked-at");
        let _ = std::fs::remove_dir_all(&to);
        std::fs::create_dir(&to).expect("a folder");
        for name in ["guiyan.db", "guiyan.db-wal"] {
            if self.path(name).exists() {
                std::fs::copy(self.path(name), to.join(name)).expect("copied");
            }
        }
        to.join("guiyan.db")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what} in time"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_writes_are_put_off_and_none_is_lost_once_there_is_room() {
    let registry = Registry::new().await;
    let size = std::fs::metadata(registry.file()).expect("a file").len() / 1024 / 1024 + ROOM;
    let mount = format!("mount -t tmpfs -o size={size}m none \"$1\"");
    let Some(disk) = Disk::new(&registry, &mount) else {
        return eprintln!("NOT RUN: nobody may mount a disk here");
    };
    let server = disk.serve(&registry);
    let officer = Officer::sign_in(&server).await;
    let (work, ledger) = (officer.work(12).await, Arc::new(Ledger::default()));
    let all = work.len();
    let running = load::start(&officer, work, 16, Temper::Stubborn, &ledger);
    until("a first check-in", || ledger.acknowledged() > 30).await;
    disk.fill();
    until("a refusal", || ledger.refused.load(Ordering::SeqCst) > 50).await;
    let before = ledger.acknowledged();
    assert!(before < all, "there is work left");
    // It is alive, answers what only reads, and says in the figures of itself what is wrong.
    assert_eq!(server.http.get(format!("{}/healthz", server.url)).send().await.expect("an answer").status(), 200);
    assert!(!officer.members().await.is_empty());
    let refused = officer.call(Method::POST, "/events", json!({
        "unit_id": officer.unit, "kind": "lecture", "title": "党课", "starts_at": now(), "ends_at": now().plus_seconds(3600),
        "hours": 1.0, "audience": "unit"
    }));
    let refused = refused.await.problem(503, "unavailable");
    assert!(refused.headers.contains_key("retry-after"));
    std::fs::remove_file(disk.path("filler")).expect("removed");
    timeout(PATIENCE, load::ended(running)).await.expect("it recovers");
    let (refused, told) = (ledger.refused.load(Ordering::SeqCst), ledger.told_when.load(Ordering::SeqCst));
    assert_eq!((ledger.acknowledged(), told), (all, refused), "every refusal says when to come back");
    eprintln!("full disk: {before} acknowledged before, {all} in the end, {refused} put off");
    assert_eq!(server.end("-TERM").0, Some(0));
    ledger.is_kept_in(&disk.files(&registry)).await;
    let verified = disk.command(&registry.place.command(&["audit", "verify"])).output().expect("it runs");
    assert!(verified.status.success(), "{}", stderr(&verified));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_turns_read_only_costs_no_acknowledged_check_in() {
    let registry = Registry::new().await;
    let image = registry.place.folder.path().join("disk.img");
    // A small ext4 of our own: the kernel turns it read-only as it does when a disk fails.
    let mount = format!(
        "if ! test -e {image}; then truncate -s 64m {image}; mkfs.ext4 -q {image}; fi; mount -o loop,errors=remount-ro {image} \"$1\"",
        image = image.display()
    );
    let disk = Disk::new(&registry, &mount).filter(|_| is_root());
    let Some(disk) = disk else {
        return eprintln!("NOT RUN: nobody may mount a disk here");
    };
    let server = disk.serve(&registry);
    let officer = Officer::sign_in(&server).await;
    let (work, ledger) = (officer.work(12).await, Arc::new(Ledger::default()));
    let running = load::start(&officer, work, 16, Temper::Easy, &ledger);
    until("a first check-in", || ledger.acknowledged() > 30).await;
    let mut fail = Command::new("sh");
    fail.args(["-c", "echo 1 > /sys/fs/ext4/$(basename $(findmnt -n -o SOURCE \"$1\"))/trigger_fs_error", "sh"])
        .arg(&disk.data);
    assert!(disk.command(&fail).status().expect("it runs").success());
    load::ended(running).await;
    let refused = ledger.refused.load(Ordering::SeqCst);
    assert!(refused > 0 && refused == ledger.told_when.load(Ordering::SeqCst), "{refused} refused");
    assert_eq!(server.http.get(format!("{}/healthz", server.url)).send().await.expect("an answer").status(), 200);
    assert!(!officer.members().await.is_empty(), "what only reads is answered");
    assert_eq!(server.end("-TERM").0, Some(0), "it ends as ever");
    // A server that is started on such a disk says so and ends.
    let started =
        disk.command(&registry.place.command(&["serve", "--listen", "127.0.0.1:0"])).output().expect("it runs");
    let said = stderr(&started);
    assert!(started.status.code() == Some(1) && said.lines().count() == 1, "{:?} {said}", started.status);
    eprintln!("read-only disk: {} acknowledged, {refused} refused", ledger.acknowledged());
    drop(disk);
    // The disk is mended by mounting it anew, which plays its journal.
    // The first mount goes when the last process in its namespace has gone; until then the image is not to be mounted twice.
    let again = format!(
        "timeout 30 sh -c 'while [ -n \"$(losetup -j {0})\" ]; do sleep 0.05; done'; mount -o loop {0} \"$1\"; rm -r \"$1.before\"; mkdir \"$1.before\"",
        image.display()
    );
    let disk = Disk::new(&registry, &again).expect("it mounts again");
    let server = disk.serve(&registry);
    let officer = Officer::sign_in(&server).await;
    ledger.send_again(&officer, now()).await;
    assert_eq!(server.end("-TERM").0, Some(0));
    ledger.is_kept_in(&disk.files(&registry)).await;
}

//! Reads over a registry of a thousand members and over one of a million and a half, each made in this run by `guiyan
//! generate`: what an officer waits for, at eight connections, and by how much it grows.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use guiyan::people::pinyin_initials;
use serde_json::{Value, json};

use crate::{
    Args, cards,
    figures::{Figures, Goal, quantile},
    hall::text,
    http::{Connection, request},
    raw,
    server::{self, Server},
};

/// Officers read at once.
const CONNECTIONS: usize = 8;
/// The small registry.
const FEW: u64 = 1000;
/// It may take so long to make the large one, on two cores.
const TEN_MINUTES: f64 = 600.0;
const PASSWORD: &str = "guiyan-bench-2026";

/// A kind of read, and requests of it.
struct Kind {
    name: &'static str,
    requests: Vec<Vec<u8>>,
    /// Of a list: the token and the paths, for the same with shorter pages.
    list: Option<(String, Vec<String>)>,
}

impl Kind {
    fn gets(name: &'static str, token: &str, paths: &[String]) -> Self {
        Self { name, requests: paths.iter().map(|path| request("GET", path, token, "")).collect(), list: None }
    }

    fn list(name: &'static str, token: &str, paths: Vec<String>) -> Self {
        Self { list: Some((token.to_owned(), paths.clone())), ..Self::gets(name, token, &paths) }
    }

    /// The same list with so many rows a page.
    fn shorter(&self, rows: f64) -> Option<Self> {
        let (token, paths) = self.list.as_ref()?;
        let limit = rows.ceil().max(1.0);
        let with = |path: &String| format!("{path}{}limit={limit}", if path.contains('?') { '&' } else { '?' });
        Some(Self::gets(self.name, token, &paths.iter().map(with).collect::<Vec<_>>()))
    }
}

/// How long each read of a kind took, in milliseconds: the median and the slowest hundredth; how many rows a page of a list
/// had, on average: a small registry has less to show; and the median with pages no longer than those of the small one.
struct Took {
    name: &'static str,
    p50: f64,
    p99: f64,
    rows: Option<f64>,
    alike: Option<f64>,
}

/// Runs the part for one engine; `database` gives the URL of a new, empty database.
pub async fn measure(
    figures: &mut Figures,
    engine: &'static str,
    args: &Args,
    folder: &Path,
    database: impl Fn(&Path) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let mut all: Vec<(u64, Vec<Took>)> = Vec::new();
    // Cards alone want the large registry alone.
    let sizes = if args.wants("reads") { vec![FEW, args.members] } else { vec![args.members] };
    for members in sizes {
        let data = folder.join(format!("{engine}-{members}"));
        std::fs::create_dir(&data)?;
        let url = database(&data)?;
        let began = Instant::now();
        let made = generate(&data, &url, members)?;
        let of = |what: &str| format!("{members} members: {what}");
        let check_ins = made["check_ins"].as_u64().context("a count")?;
        let took = began.elapsed().as_secs_f64();
        if members == FEW {
            figures.add(engine, of("generated in"), took, "s");
        } else {
            figures.aim(engine, of("generated in"), took, "s", Goal::AtMost(TEN_MINUTES));
        }
        figures.add(engine, of("check-ins"), check_ins as f64, "");
        let server = Server::start(&data, &url).await?;
        figures.aim(engine, of("start to the first answer"), server.started_in.as_secs_f64(), "s", Goal::AtMost(0.3));
        tokio::time::sleep(Duration::from_secs(1)).await;
        figures.aim(engine, of("idle, resident"), server.memory()?.0, "MiB", Goal::AtMost(40.0));
        if args.wants("reads") {
            let shown = raw::static_codes(&url, 200).await?;
            let mut took = Vec::new();
            for (at, kind) in kinds(&server, &made, shown).await?.into_iter().enumerate() {
                let mut one = read(&server, &kind, args.seconds).await?;
                let few = all.first().and_then(|(_, few): &(u64, Vec<Took>)| few.get(at)?.rows);
                let shorter = few.filter(|few| one.rows > Some(few + 1.0)).and_then(|few| kind.shorter(few));
                if let Some(kind) = shorter {
                    one.alike = Some(read(&server, &kind, args.seconds).await?.p50);
                }
                took.push(one);
            }
            figures.add(engine, of("after the reads, resident"), server.memory()?.0, "MiB");
            all.push((members, took));
        }
        if members != FEW && args.wants("cards") {
            cards::measure(figures, engine, &server, &made, args.cards).await?;
        }
        server.stop()?;
        // Nine gigabytes that nobody reads again.
        std::fs::remove_dir_all(&data)?;
    }
    let [(_, few), (many, large)] = &all[..] else { return Ok(()) };
    for (few, large) in few.iter().zip(large) {
        let of = |what: &str| format!("{}: {what}", few.name);
        figures.add(engine, of(&format!("p50 at {FEW} members")), few.p50, "ms");
        figures.add(engine, of(&format!("p50 at {many}")), large.p50, "ms");
        figures.aim(engine, of("grows by"), large.p50 / few.p50, "×", Goal::AtMost(2.0));
        if let Some(alike) = large.alike {
            figures.aim(engine, of("grows by, pages as long"), alike / few.p50, "×", Goal::AtMost(2.0));
        }
        figures.aim(engine, of(&format!("p99 at {many}")), large.p99, "ms", Goal::AtMost(20.0));
        for (members, rows) in [(&FEW, few.rows), (many, large.rows)] {
            if let Some(rows) = rows {
                figures.add(engine, of(&format!("rows of a page at {members}")), rows, "");
            }
        }
    }
    Ok(())
}

fn generate(data: &Path, url: &str, members: u64) -> anyhow::Result<Value> {
    let out = Command::new(server::binary())
        .args(["generate", "--json", "--members", &members.to_string(), "--database", url, "--data-dir"])
        .arg(data)
        .env("GUIYAN_GENERATE_PASSWORD", PASSWORD)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(out.status.success(), "guiyan generate failed");
    Ok(serde_json::from_slice(&out.stdout)?)
}

/// The token and the unit of one who was generated.
pub async fn officer(server: &Server, made: &Value, username: &str) -> anyhow::Result<(String, String)> {
    let body = json!({"username": username, "password": PASSWORD}).to_string();
    let mut line = Connection::open(server.address).await?;
    let token = text(&line.send(&request("POST", "/sessions", "", &body)).await?.json()?, "/access_token")?;
    let logins = made["logins"].as_array().context("logins")?;
    let login = logins.iter().find(|login| login["username"] == username).context("the login")?;
    Ok((token, text(login, "/unit_id")?))
}

/// What is read: each time somebody or something else, from all over the largest department.
async fn kinds(server: &Server, made: &Value, shown: Vec<String>) -> anyhow::Result<Vec<Kind>> {
    let (department, unit) = officer(server, made, "department").await?;
    let (committee, committee_unit) = officer(server, made, "committee").await?;
    let mut line = Connection::open(server.address).await?;
    let mut people = Vec::new();
    for status in ["active", "out_of_contact", "returned"] {
        let path = format!("/registrations?status={status}&limit=200");
        let page = line.send(&request("GET", &path, &department, "")).await?.json()?;
        people.extend(page["items"].as_array().context("a list")?.clone());
    }
    let distinct = |pointer: &str| -> Vec<String> {
        let found: BTreeSet<&str> = people.iter().filter_map(|one| one.pointer(pointer)?.as_str()).collect();
        found.into_iter().map(str::to_owned).collect()
    };
    let (numbers, names) = (distinct("/card/number"), distinct("/member/name"));
    let of_department = |name, paths: Vec<String>| Kind::gets(name, &department, &paths);
    let list_of_department = |name, paths: Vec<String>| Kind::list(name, &department, paths);
    let each = |all: Vec<String>, path: &str| all.iter().map(|one| format!("{path}{one}")).collect::<Vec<_>>();
    let surnames: BTreeSet<String> = names.iter().filter_map(|name| name.chars().next()).map(String::from).collect();
    let initials: BTreeSet<String> = names.iter().map(|name| pinyin_initials(name)).collect();
    let verify =
        |digits: &String| request("POST", "/cards/verify", &department, &json!({"presentation": digits}).to_string());
    let list = |query: &str| vec![format!("/registrations?{query}")];
    Ok(vec![
        of_department("a card by its number", each(numbers.clone(), "/cards/")),
        Kind { name: "a card verified", requests: shown.iter().map(verify).collect(), list: None },
        of_department("one stay", each(distinct("/id"), "/registrations/")),
        of_department("list", list("limit=50")),
        list_of_department("list by status", list("status=active")),
        list_of_department("list by silence", list("status=active&silent_since=2026-08-01")),
        list_of_department("list by home branch", each(distinct("/home/id"), "/registrations?home=")),
        list_of_department("list by host branch", each(distinct("/host/id"), "/registrations?host=")),
        list_of_department("search by name", each(names, "/registrations?q=")),
        list_of_department("search by surname", each(surnames.into_iter().collect(), "/registrations?q=")),
        list_of_department("search by initials", each(initials.into_iter().collect(), "/registrations?q=")),
        list_of_department(
            "search by phone tail",
            (0..200).map(|n| format!("/registrations?q={:04}", n * 47)).collect(),
        ),
        list_of_department("search by card number", each(numbers, "/registrations?q=")),
        list_of_department("who should be called", vec!["/please-call".into()]),
        of_department("a department's overview", vec![format!("/units/{unit}/overview")]),
        Kind::gets("a committee's overview", &committee, &[format!("/units/{committee_unit}/overview")]),
        Kind::list("a committee's list", &committee, list("status=active")),
    ])
}

/// Reads of a kind for so long, as fast as they are answered.
async fn read(server: &Server, kind: &Kind, seconds: f64) -> anyhow::Result<Took> {
    ensure!(!kind.requests.is_empty(), "nothing to ask: {}", kind.name);
    let requests = Arc::new(kind.requests.clone());
    let mut officers = Vec::new();
    for officer in 0..CONNECTIONS {
        let (mut line, requests) = (Connection::open(server.address).await?, Arc::clone(&requests));
        officers.push(tokio::spawn(async move {
            let (mut took, mut rows, mut next) = (Vec::new(), Vec::new(), officer * requests.len() / CONNECTIONS);
            // What is read for the first time is not what is measured.
            for _ in 0..3 {
                let page = line.send(&requests[next % requests.len()]).await?.json()?;
                rows.extend(page["items"].as_array().map(|items| items.len() as f64));
                next += 1;
            }
            let began = Instant::now();
            while began.elapsed().as_secs_f64() < seconds {
                let sent = Instant::now();
                let answer = line.send(&requests[next % requests.len()]).await?;
                took.push(sent.elapsed().as_secs_f64() * 1000.0);
                ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
                next += 1;
            }
            anyhow::Ok((took, rows))
        }));
    }
    let (mut took, mut rows) = (Vec::new(), Vec::new());
    for officer in officers {
        let (of_one, shown) = officer.await?.with_context(|| kind.name)?;
        took.extend(of_one);
        rows.extend(shown);
    }
    took.sort_by(f64::total_cmp);
    let mean = (!rows.is_empty()).then(|| rows.iter().sum::<f64>() / rows.len() as f64);
    Ok(Took { name: kind.name, p50: quantile(&took, 0.5), p99: quantile(&took, 0.99), rows: mean, alike: None })
}

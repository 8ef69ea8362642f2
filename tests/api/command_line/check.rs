//! `guiyan check`: a line a finding, and exit 1 where something is wrong.

use super::*;

fn finding(found: &Value, about: &str) -> (String, String) {
    let list = found["findings"].as_array().expect("findings");
    let one = list.iter().find(|one| one["about"] == about).unwrap_or_else(|| panic!("{about} in {found}"));
    let text = |key: &str| one[key].as_str().expect("text").to_owned();
    (text("level"), text("detail"))
}

#[track_caller]
fn check(place: &Place, args: &[&str], code: i32) -> Value {
    let mut all = vec!["check", "--json", "--public-url", "https://guiyan.example.org"];
    all.extend(args);
    let done = place.run(&all);
    assert_eq!(done.status.code(), Some(code), "{} {}", stdout(&done), stderr(&done));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

both!(a_sound_set_up_has_no_errors, |place| {
    let (server, _) = with_administrator(&place).await;
    // The cluster of the tests does without fsync: the one thing that is wrong with it.
    let wrong = i32::from(place.database.is_some());
    let found = check(&place, &[], wrong);
    for about in ["database", "engine", "schema", "integrity", "audit log", "clock", "vault", "signing key", "accounts"]
    {
        if about == "engine" && place.database.is_some() {
            continue;
        }
        assert_eq!(finding(&found, about).0, "ok", "{about}: {found}");
    }
    assert_eq!((finding(&found, "public URL").0, finding(&found, "master key").0), ("ok".into(), "ok".into()));
    assert_eq!(finding(&found, "backup").0, "warning", "none was taken");
    assert_eq!(found["errors"], wrong);
    assert_eq!(finding(&found, "engine").0, if wrong == 0 { "ok" } else { "error" });
    server.end("-TERM");
    assert_eq!(check(&place, &["--full"], wrong)["errors"], wrong);
    let lines = place.run(&["check", "--public-url", "https://guiyan.example.org"]);
    assert!(
        stdout(&lines).lines().all(|line| ["ok ", "warning ", "error "].iter().any(|level| line.starts_with(level)))
    );
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_named() {
    let place = Place::new(Engine::Sqlite).await;
    let found = check(&place, &[], 1);
    assert_eq!(finding(&found, "database").0, "error", "there is none yet");
    assert!(!place.data().exists(), "a look makes nothing");
    let (server, _) = with_administrator(&place).await;
    server.end("-TERM");
    let (data, file) = (place.data(), place.data().join("guiyan.db"));
    let key = data.join("master.key");
    let mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    mode(&key, 0o644);
    mode(&data, 0o755);
    let found = check(&place, &[], 1);
    assert!(finding(&found, "master key").1.contains("chmod 600"));
    assert_eq!(finding(&found, "data folder").0, "warning");
    mode(&key, 0o600);
    mode(&data, 0o700);

    for (url, level) in [
        ("http://guiyan.example.org", "error"),
        ("https://localhost:8443", "error"),
        ("https://192.0.2.7", "warning"),
        ("https://guiyan", "warning"),
    ] {
        let args: &[&str] = &["check", "--json", "--public-url", url];
        let found: Value = serde_json::from_slice(&place.run(args).stdout).expect("JSON");
        assert_eq!(finding(&found, "public URL").0, level, "{url}");
    }

    std::fs::write(data.join("guiyan.db.restoring"), "").expect("written");
    assert_eq!(finding(&check(&place, &[], 0), "restore").0, "warning");
    std::fs::remove_file(data.join("guiyan.db.restoring")).expect("removed");

    let copy = place.folder.path().join("copy.db").display().to_string();
    assert!(place.run(&["backup", &copy]).status.success());
    assert_eq!(finding(&check(&place, &[], 0), "backup").0, "ok");
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let noted = std::fs::File::options().write(true).open(data.join("last-backup")).expect("a file");
    noted.set_modified(old).expect("a time");
    assert_eq!(finding(&check(&place, &[], 0), "backup").0, "warning");

    let other =
        place.command(&["check", "--json"]).env("GUIYAN_MASTER_KEY", "11".repeat(32)).output().expect("it runs");
    let found: Value = serde_json::from_slice(&other.stdout).expect("JSON");
    assert_eq!(finding(&found, "vault").0, "error");

    let file = file.display().to_string();
    assert_eq!(finding(&check(&place, &["--full"], 0), "counts").0, "ok");
    sqlite(&file, "insert into tallies (unit_id, figure, key, n) values (zeroblob(16), 'host', '', 3)").await;
    let (level, detail) = finding(&check(&place, &["--full"], 0), "counts");
    assert!(level == "warning" && detail.contains("3 instead of 0"), "{level}: {detail}");
    sqlite(&file, "update audit_log set note = 'nothing happened' where seq = 2").await;
    assert!(finding(&check(&place, &[], 1), "audit log").1.contains("record 2"));
    sqlite(&file, "delete from audit_log; delete from audit_head; insert into audit_head (id, seq, hash) values (1, 0, zeroblob(32))").await;
    sqlite(&file, "update accounts set disabled_at = 1").await;
    sqlite(&file, "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)").await;
    let found = check(&place, &[], 0);
    assert_eq!(finding(&found, "schema").0, "warning");
    sqlite(&file, "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'x', 1, x'00', 0)").await;
    assert!(finding(&check(&place, &[], 1), "schema").1.contains("newer version"));
    // A file that is no database.
    std::fs::write(&file, vec![0x5a; 40_000]).expect("written");
    assert_eq!(finding(&check(&place, &[], 1), "database").0, "error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_looked_at() {
    let place = Place::new(Engine::Sqlite).await;
    let (server, _) = with_administrator(&place).await;
    server.end("-TERM");
    let made = |name: &str, ends: i64| {
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let at =
            |days: i64| rcgen::date_time_ymd(2020, 1, 1) + std::time::Duration::from_secs(days.unsigned_abs() * 86_400);
        params.not_before = at(0);
        params.not_after = at(ends);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let files = [place.folder.path().join("cert.pem"), place.folder.path().join("key.pem")];
        std::fs::write(&files[0], certificate.pem()).expect("written");
        std::fs::write(&files[1], key.serialize_pem()).expect("written");
        files.map(|file| file.display().to_string())
    };
    for (name, ends, code, level, says) in [
        ("guiyan.example.org", 40 * 365, 0, "ok", "days more"),
        ("*.example.org", 40 * 365, 0, "ok", "days more"),
        ("other.example.org", 40 * 365, 1, "error", "not for guiyan.example.org"),
        ("guiyan.example.org", 365, 1, "error", "ended"),
    ] {
        let [cert, key] = made(name, ends);
        let found = check(&place, &["--tls-cert", &cert, "--tls-key", &key], code);
        let (found_level, detail) = finding(&found, "certificate");
        assert!(found_level == level && detail.contains(says), "{name}: {detail}");
    }
    let [cert, _] = made("guiyan.example.org", 40 * 365);
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    let key = place.folder.path().join("other.pem");
    std::fs::write(&key, other).expect("written");
    let found = check(&place, &["--tls-cert", &cert, "--tls-key", &key.display().to_string()], 1);
    assert_eq!(finding(&found, "certificate").0, "error");
}

//! The figures: who may read them, and what is among them.

use super::*;

const TOKEN: &str = "a-token-of-the-watchers";

async fn figures(url: &str, token: Option<&str>) -> (u16, String) {
    let request = reqwest::Client::new().get(format!("{url}/metrics"));
    let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// The value of a sample, by its name and labels.
fn value(text: &str, sample: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_find_no_figures() {
    let place = Place::new(Engine::Sqlite).await;
    let server = place.serve(&[]);
    assert_eq!(figures(&server.url, None).await.0, 404);
    assert_eq!(figures(&server.url, Some(TOKEN)).await.0, 404);
    server.end("-TERM");
    let server = place.serve(&["--metrics-token", TOKEN]);
    for (token, status) in [(None, 401), (Some("another"), 401), (Some(TOKEN), 200)] {
        assert_eq!(figures(&server.url, token).await.0, status, "{token:?}");
    }
    server.end("-TERM");
    let server = place.serve(&["--metrics-listen", "127.0.0.1:0"]);
    assert_eq!(figures(&server.url, None).await.0, 404, "only on its own listener");
    let own = own_listener(&server);
    assert_eq!(figures(&own, None).await.0, 200);
    let elsewhere = server.http.get(format!("{own}/api/v1/me")).send().await.expect("an answer");
    assert_eq!(elsewhere.status(), 404, "nothing besides");
    server.end("-TERM");
    assert_eq!(place.run(&["serve", "--metrics-token", "short"]).status.code(), Some(2));
}

fn own_listener(server: &Server) -> String {
    let line = server.log().into_iter().find(|line| line.starts_with("figures are at ")).expect("a line");
    line.trim_start_matches("figures are at ").trim_end_matches("/metrics").to_owned()
}

both!(the_figures_tell_what_one_alarms_on, |place| {
    let (server, _) = with_administrator(&place).await;
    server.end("-TERM");
    let server = place.serve(&["--metrics-token", TOKEN]);
    let root = server.sign_in("root").await;
    for name in ["王芳", "secret-name"] {
        server.call(Method::GET, &format!("/accounts?q={name}"), &root, json!({})).await.ok();
        server.call(Method::GET, &format!("/cards/{name}"), &root, json!({})).await;
    }
    let wrong = server.http.post(format!("{}/api/v1/sessions", server.url));
    let wrong = wrong.json(&json!({"username": "root", "password": "not this one"})).send().await.expect("an answer");
    assert_eq!(wrong.status(), 401);
    let wall = live_wall(&server, &root).await;

    let (status, text) = figures(&server.url, Some(TOKEN)).await;
    assert_eq!(status, 200);
    let of = |sample: &str| value(&text, sample).unwrap_or_else(|| panic!("{sample} in {text}"));
    assert_eq!(of(r#"guiyan_requests_total{method="GET",route="/api/v1/accounts",status="2xx"}"#), 2.0);
    assert_eq!(of(r#"guiyan_requests_total{method="POST",route="/api/v1/sessions",status="4xx"}"#), 1.0);
    assert_eq!(of(r#"guiyan_request_duration_seconds_count{method="GET",route="/api/v1/accounts"}"#), 2.0);
    assert_eq!(of(r#"guiyan_problems_total{code="sign_in_failed"}"#), 1.0);
    assert_eq!(of(r#"guiyan_problems_total{code="unavailable"}"#), 0.0);
    assert_eq!(of("guiyan_live_listeners"), 1.0);
    assert_eq!(of("guiyan_database_up"), 1.0);
    assert_eq!(of("guiyan_writer_errors_total"), 0.0);
    assert_eq!(of("guiyan_writer_queue_jobs"), 0.0);
    for positive in [
        "guiyan_writer_commit_duration_seconds_count",
        "guiyan_writer_batch_jobs_sum",
        "guiyan_database_bytes",
        "guiyan_audit_records",
        "guiyan_disk_free_bytes",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_start_time_seconds",
    ] {
        assert!(of(positive) > 0.0, "{positive}");
    }
    assert!(text.contains("process_cpu_seconds_total") && text.contains("guiyan_build_info{version="));
    assert!(text.contains(r#"guiyan_pool_connections{state="idle"}"#));
    // A name is set once, its help and kind before it; what was asked for is nowhere.
    for name in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        assert_eq!(text.matches(&format!("# TYPE {name}\n")).count(), 1, "{name}");
    }
    assert!(!text.contains("secret-name") && !text.contains("%E7"), "{text}");
    drop(wall);
    if place.database.is_none() {
        assert!(!text.contains("last_backup"));
        let copy = place.folder.path().join("copy.db").display().to_string();
        assert!(place.run(&["backup", &copy]).status.success());
        let (_, text) = figures(&server.url, Some(TOKEN)).await;
        assert!(value(&text, "guiyan_last_backup_timestamp_seconds").is_some_and(|at| at > 1.7e9));
    }
    server.end("-TERM");
});

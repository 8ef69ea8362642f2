//! The log: a line a request, with the id that its answer carries, and nobody's name.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_a_request_carries_its_id_and_none_a_name() {
    let place = Place::new(Engine::Sqlite).await;
    let (server, _) = with_administrator(&place).await;
    server.end("-TERM");
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("GUIYAN_LOG", "info");
    let server = Server::start(command);
    let root = server.sign_in("root").await;
    let ask = async |path: &str, id: Option<&str>| {
        let request = server.http.get(format!("{}{path}", server.url)).bearer_auth(&root);
        let request = id.into_iter().fold(request, |request, id| request.header("x-request-id", id));
        let answer = request.send().await.expect("an answer");
        answer.headers()["x-request-id"].to_str().expect("text").to_owned()
    };
    assert_eq!(ask("/api/v1/accounts?q=secret-name", Some("web-1:4711")).await, "web-1:4711");
    let made = ask("/api/v1/cards/341000202600001", None).await;
    assert!(made.len() >= 32, "{made}");
    for bad in ["a b", "{\"level\":\"ERROR\"}", &"x".repeat(65)] {
        assert_ne!(ask("/healthz", Some(bad)).await, bad);
    }
    assert_eq!(ask("/nothing/341000202600001?q=secret-name", Some("page")).await, "page");
    // The last line is still on its way.
    for _ in 0..250 {
        if server.log().iter().any(|line| line.contains("\"page\"")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let lines: Vec<Value> = server
        .log()
        .iter()
        .filter(|line| !line.starts_with("guiyan is ready"))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("JSON, not {line}")))
        .collect();
    let of = |id: &str| lines.iter().find(|line| line["span"]["request_id"] == id).unwrap_or_else(|| panic!("{id}"));
    let listed = of("web-1:4711");
    assert_eq!(
        (&listed["status"], &listed["level"], &listed["message"]),
        (&json!(200), &json!("INFO"), &json!("answered"))
    );
    assert_eq!(listed["span"]["route"], "/api/v1/accounts");
    assert!(listed["millis"].as_f64().is_some_and(|millis| millis > 0.0));
    let card = of(&made);
    assert_eq!((&card["span"]["route"], &card["span"]["method"]), (&json!("/api/v1/cards/{number}"), &json!("GET")));
    assert!(card["problem"].is_string(), "{card}");
    assert_eq!(of("page")["span"]["route"], "other");
    let answered = lines.iter().filter(|line| line["message"] == "answered").count();
    assert_eq!(answered, 7, "one line a request");
    let text = server.log().join("\n");
    assert!(!text.contains("secret-name") && !text.contains("341000202600001") && !text.contains("root"), "{text}");
    assert_eq!(server.end("-TERM").0, Some(0));
}

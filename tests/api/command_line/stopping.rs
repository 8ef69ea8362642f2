//! A signal lets requests in flight come to their end.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::*;

both!(a_request_in_flight_is_finished_before_the_end, |place| {
    let (server, root) = with_administrator(&place).await;
    // Half of a request is on its way when the signal comes, the other half comes after it.
    let body = json!({"username": "in.flight", "role": "administrator"}).to_string();
    let mut line = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a connection");
    let head = format!(
        "POST /api/v1/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {root}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(10);
    line.write_all(format!("{head}{first}").as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(300));
    server.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(server.url.trim_start_matches("http://")).is_err(), "nobody new is let in");
    line.write_all(rest.as_bytes()).expect("sent");
    let mut answer = String::new();
    line.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.end("-TERM").0, Some(0));
    let server = place.serve(&[]);
    let root = server.sign_in("root").await;
    let found = server.call(Method::GET, "/accounts?q=in.flight", &root, json!({})).await.ok();
    assert_eq!(found["items"][0]["username"], "in.flight");
    server.end("-TERM");
});

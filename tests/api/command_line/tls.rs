//! HTTPS on our own listener, and a certificate that is renewed while it serves.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream, pki_types::CertificateDer};

use super::*;

/// What the server answers to a client that trusts this certificate alone.
fn asked(server: &Server, trusted: &CertificateDer<'static>) -> Result<String, std::io::Error> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = "guiyan.example".try_into().expect("a name");
    let mut session = ClientConnection::new(Arc::new(config), name).expect("a session");
    let mut line = TcpStream::connect(server.url.trim_start_matches("https://"))?;
    let mut stream = Stream::new(&mut session, &mut line);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: guiyan.example\r\nConnection: close\r\n\r\n")?;
    let mut text = Vec::new();
    // The server may close the line without a word once it has answered.
    let _ = stream.read_to_end(&mut text);
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_certificate_is_taken_up_and_a_bad_one_is_not() {
    let place = Place::new(Engine::Sqlite).await;
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| place.folder.path().join(name));
    let issue = || {
        let made = rcgen::generate_simple_self_signed(vec!["guiyan.example".to_owned()]).expect("a certificate");
        std::fs::write(&cert, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        made.cert.der().clone()
    };
    let first = issue();
    let files = [cert.display().to_string(), key.display().to_string()];
    let server = place.serve(&["--tls-cert", &files[0], "--tls-key", &files[1]]);
    let answer = asked(&server, &first).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security"), "{answer}");
    let second = issue();
    assert!(asked(&server, &second).is_err(), "not yet");
    server.signal("-HUP");
    let taken_up = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        asked(&server, &second).is_ok()
    });
    assert!(taken_up);
    assert!(asked(&server, &first).is_err());
    std::fs::write(&key, "no key").expect("written");
    server.signal("-HUP");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(asked(&server, &second).is_ok(), "the old one serves on");
    assert_eq!(server.end("-TERM").0, Some(0));
}

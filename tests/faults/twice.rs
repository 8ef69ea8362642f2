//! A second process on the same file.

use crate::{
    registry::{Officer, Registry},
    support::stderr,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_file_is_refused_and_the_first_goes_on() {
    let registry = Registry::new().await;
    let server = registry.place.serve(&[]);
    let officer = Officer::sign_in(&server).await;
    let file = format!("sqlite://{}", registry.file().display());
    let elsewhere = registry.place.folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("a folder");
    std::fs::copy(registry.place.data().join("master.key"), elsewhere.join("master.key")).expect("copied");
    let mut other = registry.place.command(&["serve", "--listen", "127.0.0.1:0", "--database", &file]);
    for second in [
        registry.place.run(&["serve", "--listen", "127.0.0.1:0"]),
        other.env("GUIYAN_DATA_DIR", &elsewhere).output().expect("it runs"),
    ] {
        assert_eq!(second.status.code(), Some(1));
        let said = stderr(&second);
        assert!(said.contains("stop the server first"), "{said}");
    }
    // What only reads and writes rows goes beside it.
    let made = registry.place.run(&["account", "create", "--username", "beside", "--role", "administrator"]);
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(registry.place.run(&["retention", "--dry-run"]).status.success());
    registry.is_whole();
    assert!(!officer.members().await.is_empty());
    // A lock dies with its holder, however that ended.
    assert_eq!(server.end("-KILL").0, None);
    assert_eq!(registry.place.serve(&[]).end("-TERM").0, Some(0));
}

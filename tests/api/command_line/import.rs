//! `guiyan import`: one verdict a row, the exit code, all or nothing.

use super::*;

/// A department with a home branch, and a host branch: what a sheet names.
async fn units(server: &Server, root: &str) {
    let unit = async |body: Value| server.post("/units", root, body).await.is(201).text("id");
    let department = unit(json!({"kind": "department", "name": "黄山市委组织部", "division_code": "341000"})).await;
    unit(json!({"kind": "branch", "name": "黄山市屯溪区示范支部", "parent_id": department})).await;
    unit(json!({"kind": "branch", "name": "金山区第一支部"})).await;
}

/// A list as a branch keeps it, in GB18030; the phones may be made wrong.
fn list(place: &Place, name: &str, phones: &[&str]) -> String {
    let mut text = "姓名,公民身份号码,联系电话,入党日期,原党支部,现党支部\r\n".to_owned();
    for (n, phone) in (1..).zip(phones) {
        let person = Person::nth(n);
        text += &format!("{},{},{phone},2005.7.1,屯溪区示范支部,金山区第一支部\r\n", person.name, person.id_number);
    }
    let path = place.folder.path().join(name);
    std::fs::write(&path, encoding_rs::GB18030.encode(&text).0).expect("written");
    path.display().to_string()
}

both!(a_list_is_imported_all_or_nothing_with_a_verdict_a_row, |place| {
    let (server, root) = with_administrator(&place).await;
    units(&server, &root).await;
    assert_eq!(server.end("-TERM").0, Some(0));
    let bad = list(&place, "bad.csv", &["13800000001", "12345", "13800000003"]);
    let good = list(&place, "good.csv", &["13800000001", "13800000002", "13800000003"]);

    let dry = place.run(&["import", &good, "--dry-run"]);
    assert!(dry.status.success(), "{}", stderr(&dry));
    assert_eq!(stdout(&dry), "2\tready\n3\tready\n4\tready\n");
    assert!(stderr(&dry).ends_with("3 rows: 3 can be registered, 0 refused, 0 skipped\n"), "{}", stderr(&dry));

    let refused = place.run(&["import", &bad]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(stdout(&refused), "2\tready\n3\trefused\tC3 must be a mobile number of 11 digits\n4\tready\n");
    assert!(stderr(&refused).contains("1 rows are refused; nothing was registered"), "{}", stderr(&refused));

    let chinese = place.run(&["import", &bad, "--partial", "--language", "zh", "--consent-version", "2025-3"]);
    assert_eq!(chinese.status.code(), Some(1));
    assert_eq!(stdout(&chinese), "2\tregistered\n3\trefused\tC3 应是 11 位手机号码\n4\tregistered\n");

    let rest = list(&place, "rest.csv", &["13800000001", "13800000002"]);
    let twice = place.run(&["import", &rest]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(
        stdout(&twice).starts_with("2\trefused\tB2 belongs to a person who has an open registration"),
        "{}",
        stdout(&twice)
    );
    assert!(place.run(&["audit", "verify"]).status.success());

    // Who filed is told to the officers: the program did.
    let server = place.serve(&[]);
    let root = server.sign_in("root").await;
    let host = server.call(Method::GET, "/units?q=金山", &root, json!({})).await.ok()["items"][0]["id"].clone();
    let new = json!({"username": "secretary", "role": "branch_secretary", "unit_id": host});
    let made = server.post("/accounts", &root, new).await.is(201);
    server.set_up(made.json["setup"]["url"].as_str().expect("a link")).await;
    let secretary = server.sign_in("secretary").await;
    let list = server.call(Method::GET, "/registrations", &secretary, json!({})).await.ok();
    assert_eq!(list["items"].as_array().expect("items").len(), 2);
    let id = list["items"][0]["id"].as_str().expect("an id").to_owned();
    let history = server.call(Method::GET, &format!("/registrations/{id}/history"), &secretary, json!({})).await.ok();
    assert_eq!(history["items"][0]["by"], "program");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_cannot_be_done_says_why() {
    let place = Place::new(Engine::Sqlite).await;
    let file = list(&place, "list.csv", &["13800000001"]);
    for (args, says) in [(vec!["import", "nowhere.csv"], "nowhere.csv"), (vec!["import", &file], "master key")] {
        let failed = place.run(&args);
        assert_eq!(failed.status.code(), Some(1));
        assert!(stderr(&failed).contains(says), "{}", stderr(&failed));
    }
    let (server, _) = with_administrator(&place).await;
    server.end("-TERM");
    std::fs::write(place.folder.path().join("page.xls"), "<html><table></table></html>").expect("written");
    let page = place.folder.path().join("page.xls").display().to_string();
    for (args, code, says) in [
        (vec!["import", &page], 1, "web page"),
        (vec!["import", &file, "--mapping", "x"], 2, "JSON"),
        (vec!["import", &file, "--filed-by", "both"], 2, "filed-by"),
        (vec!["import"], 2, "FILE"),
        (
            vec![
                "import",
                &file,
                "--home",
                "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b",
                "--host",
                "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b",
            ],
            1,
            "is not the id of a unit",
        ),
    ] {
        let failed = place.run(&args);
        assert_eq!(failed.status.code(), Some(code), "{args:?}: {}", stderr(&failed));
        assert!(stderr(&failed).contains(says), "{args:?}: {}", stderr(&failed));
    }
}

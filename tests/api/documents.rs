//! What members write: handed in, returned, handed in again, accepted; counted, kept, and read by whom it concerns.

use std::io::{Cursor, Write as _};

use guiyan::{
    clock::Period,
    documents::{self, DocumentFigures},
    retention,
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    on_both,
    support::{TestApp, User, World},
};

const NOTES: &str = "学习了党章第一章。\n\n“党员”二字——重在行动……共3点。";

async fn kinds(user: &User<'_>) -> Vec<Value> {
    let page = user.get("/me/notices").await.ok();
    page["items"].as_array().expect("items").iter().map(|item| item["kind"].clone()).collect()
}

async fn file(user: &User<'_>, name: &str, bytes: &[u8]) -> String {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec())).text("name", name.to_owned());
    user.send(user.request(Method::POST, "/attachments").multipart(form)).await.is(201).text("id")
}

fn docx(text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", "<Relationships/>".to_owned()),
        (
            "word/document.xml",
            format!("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"),
        ),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(body.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> DocumentFigures {
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    let mut reader = app.state.db.read().await.expect("a reader");
    documents::figures(&mut reader.conn(), unit.parse().expect("a unit"), period).await.expect("figures")
}

on_both!(a_document_goes_back_and_forth_until_it_is_accepted, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let handed =
        json!({"kind": "reading_notes", "title": "《党章》读书笔记", "text": NOTES, "written_on": "2026-11-20"});
    let first = user.post("/me/documents", handed).await.is(201).json;
    assert_eq!(
        (&first["state"], &first["length"], &first["stated"], &first["revision"], &first["written_on"]),
        (&json!("submitted"), &json!(27), &json!(false), &json!(1), &json!("2026-11-20"))
    );
    assert_eq!((&first["unit"]["id"], &first["actions"]), (&json!(world.host), &json!(["withdraw"])));
    assert!(first["text"].is_null(), "a list's item has no text");
    let path = format!("/documents/{}", first["id"].as_str().expect("an id"));

    // It waits on the branch's desk, and opening it is a look that the member reads.
    let tasks = world.secretary.get("/me/tasks?kind=review_document").await.ok();
    let task = &tasks["items"][0];
    assert_eq!((&task["subject"]["id"], &task["due_on"]), (&first["id"], &json!("2026-11-30")));
    let read = world.secretary.get(&path).await.ok();
    assert_eq!((&read["text"], &read["title"]), (&json!(NOTES), &json!("《党章》读书笔记")));
    assert_eq!(read["actions"], json!(["return", "accept"]));
    world.supervisor.get(&path).await.is(200);
    let log = user.get("/me/access-log").await.ok();
    let looks: Vec<_> = log["items"].as_array().expect("items").iter().map(|look| look["by_role"].clone()).collect();
    assert_eq!(looks[..2], [json!("supervisor"), json!("branch_secretary")]);
    assert_eq!(log["items"][0]["action"], "document.view");
    user.get(&path).await.is(200);
    assert_eq!(
        user.get("/me/access-log").await.ok()["items"].as_array().map(Vec::len),
        Some(looks.len()),
        "one's own look is none"
    );

    // Returned with a remark.
    for body in [json!({}), json!({"remark": ""}), json!({"remark": "x".repeat(501)})] {
        assert_eq!(
            world.secretary.post(&format!("{path}/return"), body).await.problem(422, "invalid").bad_fields(),
            ["/remark"]
        );
    }
    world.supervisor.post(&format!("{path}/accept"), json!({})).await.problem(403, "not_allowed");
    user.post(&format!("{path}/revise"), json!({"text": "早"})).await.problem(409, "wrong_state");
    let returned = world.secretary.post(&format!("{path}/return"), json!({"remark": "请结合工作谈谈体会"})).await.ok();
    assert_eq!((&returned["state"], &returned["actions"]), (&json!("returned"), &json!([])));
    assert!(kinds(&user).await.contains(&json!("document_returned")));
    assert_eq!(world.secretary.get("/me/tasks?kind=review_document").await.ok()["items"], json!([]));
    world.secretary.post(&format!("{path}/accept"), json!({})).await.problem(409, "wrong_state");
    let mine = user.get("/me/documents").await.ok();
    assert_eq!(
        (&mine["items"][0]["remark"], &mine["items"][0]["actions"]),
        (&json!("请结合工作谈谈体会"), &json!(["revise", "withdraw"]))
    );

    // Handed in again: the same document, its next version; the one before is kept.
    app.advance(60);
    let revised = user.post(&format!("{path}/revise"), json!({"text": "新的体会 ok"})).await.is(201).json;
    assert_eq!(
        (&revised["id"], &revised["state"], &revised["revision"], &revised["length"], &revised["written_on"]),
        (&first["id"], &json!("submitted"), &json!(2), &json!(5), &json!("2026-11-20"))
    );
    let read = world.secretary.get(&path).await.ok();
    assert_eq!((&read["text"], &read["shown"], &read["remark"]), (&json!("新的体会 ok"), &json!(2), &Value::Null));
    assert_eq!(
        (&read["versions"][0]["remark"], &read["versions"][0]["length"]),
        (&json!("请结合工作谈谈体会"), &json!(27))
    );
    let before = world.secretary.get(&format!("{path}?revision=1")).await.ok();
    assert_eq!((&before["text"], &before["shown"]), (&json!(NOTES), &json!(1)));
    world.secretary.get(&format!("{path}?revision=3")).await.problem(404, "not_found");

    // Accepted: it counts.
    assert_eq!(figures(&app, &world.committee, "2026-11-01", "2026-11-30").await.accepted, 0);
    let accepted = world.committee_officer.post(&format!("{path}/accept"), json!({})).await.ok();
    assert_eq!((&accepted["state"], &accepted["settled_at"]), (&json!("accepted"), &json!(app.now())));
    assert!(kinds(&user).await.contains(&json!("document_accepted")));
    for (user, step) in [(&world.secretary, "accept"), (&user, "withdraw"), (&world.secretary, "return")] {
        let body = if step == "return" { json!({"remark": "x"}) } else { json!({}) };
        user.post(&format!("{path}/{step}"), body).await.problem(409, "wrong_state");
    }
    let told = figures(&app, &world.committee, "2026-11-20", "2026-11-20").await;
    assert_eq!((told.accepted, told.length, told.by_kind.len()), (1, 5, 1));
    for (from, to) in [("2026-11-01", "2026-11-19"), ("2026-11-21", "2026-11-30")] {
        assert_eq!(figures(&app, &world.committee, from, to).await, DocumentFigures::default(), "{from} {to}");
    }
});

on_both!(what_is_handed_in_is_counted_and_every_bad_field_is_named, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let (word, empty, broken) = (docx("学习Rust语言。"), docx(""), docx("<w:t>"));
    let word = file(&user, "笔记.docx", &word).await;
    let empty = file(&user, "空.docx", &empty).await;
    let broken = file(&user, "坏.docx", &broken).await;
    let plain = file(&user, "笔记.txt", "三个字".as_bytes()).await;
    let scan = file(&user, "扫描.pdf", b"%PDF-1.7\n").await;
    let foreign = file(&world.secretary, "别人的.txt", "别人".as_bytes()).await;
    for (body, bad) in [
        (json!({}), vec!["/kind"]),
        (json!({"kind": "poem", "text": "", "written_on": "2026-02-30"}), vec!["/kind", "/text", "/written_on"]),
        (json!({"kind": "summary"}), vec!["/text"]),
        (json!({"kind": "summary", "text": " \u{200b}\n"}), vec!["/text"]),
        (json!({"kind": "summary", "text": "响铃\u{7}"}), vec!["/text"]),
        (json!({"kind": "summary", "text": "长".repeat(200_001)}), vec!["/text"]),
        (json!({"kind": "summary", "written_on": "2026-11-24"}), vec!["/text", "/written_on"]),
        (json!({"kind": "summary", "text": "有", "attachment_id": plain}), vec!["/attachment_id"]),
        (json!({"kind": "summary", "attachment_id": empty}), vec!["/attachment_id"]),
        (json!({"kind": "summary", "attachment_id": broken}), vec!["/attachment_id"]),
        (json!({"kind": "summary", "attachment_id": foreign}), vec!["/attachment_id"]),
        (json!({"kind": "summary", "attachment_id": world.host}), vec!["/attachment_id"]),
        (json!({"kind": "summary", "attachment_id": scan}), vec!["/stated_length"]),
        (json!({"kind": "summary", "attachment_id": scan, "stated_length": 0}), vec!["/stated_length"]),
        (json!({"kind": "summary", "attachment_id": scan, "stated_length": 200_001}), vec!["/stated_length"]),
        (json!({"kind": "summary", "attachment_id": scan, "stated_length": "many"}), vec!["/stated_length"]),
    ] {
        let shown = body.to_string().chars().take(120).collect::<String>();
        assert_eq!(user.post("/me/documents", body).await.problem(422, "invalid").bad_fields(), bad, "{shown}");
    }
    assert_eq!(user.get("/me/documents").await.ok()["items"], json!([]));
    for (id, body, length, stated) in [
        (&word, json!({}), 6, false),
        (&plain, json!({"stated_length": 9999}), 3, false),
        (&scan, json!({"stated_length": 2000}), 2000, true),
    ] {
        let mut body = body;
        body["kind"] = json!("reflections");
        body["attachment_id"] = json!(id);
        let done = user.post("/me/documents", body).await.is(201).json;
        assert_eq!((&done["length"], &done["stated"]), (&json!(length), &json!(stated)), "{done}");
        assert_eq!(done["attachment"]["id"], json!(id));
    }
    // A file serves one document.
    let again = json!({"kind": "summary", "attachment_id": plain});
    assert_eq!(user.post("/me/documents", again).await.problem(422, "invalid").bad_fields(), ["/attachment_id"]);
    let longest = json!({"kind": "other", "text": "长".repeat(200_000)});
    assert_eq!(user.post("/me/documents", longest).await.is(201).json["length"], 200_000);
    world.secretary.post("/me/documents", json!({"kind": "summary", "text": "x"})).await.problem(403, "not_allowed");
});

on_both!(a_file_is_handed_out_to_whoever_reads_the_document, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let user = phone.user(&app);
    let plain = file(&user, "笔记 一.txt", "三个字".as_bytes()).await;
    let id = user.post("/me/documents", json!({"kind": "other", "attachment_id": plain})).await.is(201).text("id");
    let path = format!("/documents/{id}/file");
    for reader in [&user, &world.secretary, &world.committee_officer, &world.supervisor] {
        let answer = reader.get(&path).await.is(200);
        assert_eq!(answer.bytes, "三个字".as_bytes());
        let named = answer.headers["content-disposition"].to_str().expect("text");
        assert!(named.starts_with("attachment;") && named.contains("UTF-8''"), "{named}");
    }
    assert_eq!(user.get("/me/access-log").await.ok()["items"].as_array().map(Vec::len), Some(3));
    for stranger in [&other.user(&app), &world.other_secretary, &world.department_officer] {
        stranger.get(&path).await.problem(404, "not_found");
        stranger.get(&format!("/documents/{id}")).await.problem(404, "not_found");
    }
    assert_eq!(world.other_secretary.get("/documents").await.ok()["items"], json!([]));
    world.other_secretary.post(&format!("/documents/{id}/accept"), json!({})).await.problem(404, "not_found");
    // A text has no file.
    let id = user.post("/me/documents", json!({"kind": "other", "text": "三个字"})).await.is(201).text("id");
    user.get(&format!("/documents/{id}/file")).await.problem(404, "not_found");
});

on_both!(what_was_taken_back_is_the_members_alone, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let body = json!({"kind": "party_spirit_analysis", "title": "我的分析", "text": "写得不好"});
    let id = user.post("/me/documents", body).await.is(201).text("id");
    world.secretary.post(&format!("/documents/{id}/withdraw"), json!({})).await.problem(409, "wrong_state");
    let done = user.post(&format!("/documents/{id}/withdraw"), json!({})).await.ok();
    assert_eq!((&done["state"], &done["actions"]), (&json!("withdrawn"), &json!([])));
    let read = world.secretary.get(&format!("/documents/{id}")).await.ok();
    assert_eq!(
        (&read["text"], &read["title"], &read["versions"][0]["has_text"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!(user.get(&format!("/documents/{id}")).await.ok()["text"], "写得不好");
    assert_eq!(world.secretary.get("/me/tasks?kind=review_document").await.ok()["items"], json!([]));
});

on_both!(the_same_key_hands_in_once, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let body = json!({"kind": "thought_report", "text": "这个季度的思想"});
    let send = async |body: &Value| {
        let request = user.request(Method::POST, "/me/documents").header("Idempotency-Key", "draft-1").json(body);
        user.send(request).await
    };
    let first = send(&body).await.is(201).text("id");
    assert_eq!(send(&body).await.is(201).text("id"), first);
    send(&json!({"kind": "thought_report", "text": "改过的"})).await.problem(409, "key_reused");
    assert_eq!(user.get("/me/documents").await.ok()["items"].as_array().map(Vec::len), Some(1));
});

on_both!(paper_is_entered_by_the_branch, |app| {
    let world = World::build(&app).await;
    let registered = world.registered(1).await;
    let member = registered["member"]["id"].clone();
    let path = "/documents";
    for (body, bad) in [
        (json!({}), vec!["/kind", "/member_id"]),
        (json!({"member_id": member, "kind": "reading_notes"}), vec!["/stated_length"]),
        (
            json!({"member_id": member, "kind": "reading_notes", "written_on": "2027-01-01"}),
            vec!["/stated_length", "/written_on"],
        ),
    ] {
        assert_eq!(world.secretary.post(path, body.clone()).await.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    let paper =
        json!({"member_id": member, "kind": "reading_notes", "stated_length": 8000, "written_on": "2026-10-01"});
    world.other_secretary.post(path, paper.clone()).await.problem(404, "not_found");
    world.department_officer.post(path, paper.clone()).await.problem(404, "not_found");
    let done = world.secretary.post(path, paper).await.is(201).json;
    assert_eq!(
        (&done["on_paper"], &done["stated"], &done["length"], &done["actions"]),
        (&json!(true), &json!(true), &json!(8000), &json!(["return", "accept", "withdraw"]))
    );
    let id = done["id"].as_str().expect("an id");
    world.secretary.post(&format!("/documents/{id}/return"), json!({"remark": "缺页"})).await.is(200);
    let again =
        world.secretary.post(&format!("/documents/{id}/revise"), json!({"stated_length": 8200})).await.is(201).json;
    assert_eq!((&again["revision"], &again["length"]), (&json!(2), &json!(8200)));
    world.secretary.post(&format!("/documents/{id}/accept"), json!({})).await.is(200);
    // Nobody without a stay in force can hand in.
    let pending = world.filed(2).await;
    let body = json!({"member_id": pending["member"]["id"], "kind": "summary", "stated_length": 10});
    world.secretary.post(path, body).await.problem(409, "wrong_state");
    world
        .secretary
        .post(path, json!({"member_id": id, "kind": "summary", "stated_length": 1}))
        .await
        .problem(404, "not_found");
});

on_both!(the_figures_are_the_list, |app| {
    let world = World::build(&app).await;
    let (one, two) = (world.member(1).await, world.member(2).await);
    for (phone, kind, text, day, accept) in [
        (&one, "reading_notes", "一二三", "2026-09-30", true),
        (&one, "reading_notes", "一二三四", "2026-10-01", true),
        (&two, "reading_notes", "一二", "2026-10-31", true),
        (&two, "summary", "一", "2026-10-15", true),
        (&two, "summary", "一二三四五六", "2026-10-15", false),
    ] {
        let body = json!({"kind": kind, "text": text, "written_on": day});
        let id = phone.user(&app).post("/me/documents", body).await.is(201).text("id");
        if accept {
            world.secretary.post(&format!("/documents/{id}/accept"), json!({})).await.is(200);
        }
        app.advance(1);
    }
    for unit in [&world.host, &world.general_branch, &world.committee] {
        let told = figures(&app, unit, "2026-10-01", "2026-10-31").await;
        let list = async |more: &str| {
            let path = format!("/documents?unit_id={unit}&from=2026-10-01&to=2026-10-31&state=accepted{more}");
            world.committee_officer.get(&path).await.ok()["items"].as_array().expect("items").clone()
        };
        let all = list("").await;
        assert_eq!(told.accepted, i64::try_from(all.len()).expect("few"));
        assert_eq!(told.length, all.iter().filter_map(|item| item["length"].as_i64()).sum::<i64>());
        assert_eq!((told.accepted, told.length), (3, 7));
        for figure in &told.by_kind {
            assert_eq!(figure.count, i64::try_from(list(&format!("&kind={}", figure.kind)).await.len()).expect("few"));
        }
    }
    assert_eq!(figures(&app, &world.other_host, "2026-01-01", "2026-12-31").await.accepted, 0);
    let of_one = world.secretary.get(&format!("/documents?member_id={}", one.member_id)).await.ok();
    assert_eq!(of_one["items"].as_array().map(Vec::len), Some(2));
    let page = world.secretary.get("/documents?limit=2").await.ok();
    assert_eq!(page["items"][0]["length"], 6, "newest first");
    let next = page["next_cursor"].as_str().expect("more");
    assert_eq!(
        world.secretary.get(&format!("/documents?limit=4&cursor={next}")).await.ok()["items"].as_array().map(Vec::len),
        Some(3)
    );
    for (query, bad) in [("state=lost", "?state"), ("kind=poem", "?kind"), ("from=2026-10-02&to=2026-10-01", "?to")] {
        let answer = world.secretary.get(&format!("/documents?{query}")).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), [bad]);
    }
});

on_both!(ones_own_data_has_every_word_until_they_go, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let user = phone.user(&app);
    let plain = file(&user, "笔记.txt", "三个字".as_bytes()).await;
    user.post("/me/documents", json!({"kind": "summary", "title": "我的题目", "text": "我的原话"})).await.is(201);
    app.advance(1);
    let with_file =
        user.post("/me/documents", json!({"kind": "other", "attachment_id": plain})).await.is(201).text("id");
    let data = user.get("/me/data").await.ok();
    assert_eq!(
        (&data["documents"][1]["texts"], &data["documents"][1]["title"], &data["documents"][0]["attachment"]["name"]),
        (&json!(["我的原话"]), &json!("我的题目"), &json!("笔记.txt"))
    );
    assert_eq!(user.get("/me/data.pdf").await.is(200).headers["content-type"], "application/pdf");

    // When the person goes the words go, and the figures stay.
    let stay = user.get("/me").await.ok()["registration"]["id"].as_str().expect("an id").to_owned();
    world.secretary.post(&format!("/registrations/{stay}/return"), json!({"reason": "回乡"})).await.is(200);
    app.advance(10 * 366 * 86_400);
    let (periods, now, entropy) = (retention::Periods::DEFAULT, app.now(), app.state.entropy.clone());
    let gone = retention::reduce(&app.state.db, periods, now, &entropy, |_| {}).await.expect("reduced");
    assert_eq!(gone.people, 1);
    let list = world.secretary.get("/documents").await.ok();
    assert_eq!((&list["items"][0]["length"], &list["items"][0]["attachment"]), (&json!(3), &Value::Null));
    assert_eq!((&list["items"][1]["title"], &list["items"][1]["has_text"]), (&Value::Null, &json!(false)));
    world.secretary.get(&format!("/documents/{with_file}/file")).await.problem(404, "not_found");
});

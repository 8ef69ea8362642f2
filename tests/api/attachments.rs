//! Files that a record will name: what is taken, and from whom.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::{
    on_both,
    support::{Answer, User, World},
};

async fn send(user: &User<'_>, name: &str, bytes: &[u8]) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec())).text("name", name.to_owned());
    user.send(user.request(Method::POST, "/attachments").multipart(form)).await
}

on_both!(a_file_is_what_its_content_says, |app| {
    let world = World::build(&app).await;
    let kept = send(&world.secretary, "关于换届的请示.pdf", b"%PDF-1.7\n").await.is(201).json;
    assert_eq!((&kept["name"], &kept["kind"], &kept["size"]), (&json!("关于换届的请示.pdf"), &json!("pdf"), &json!(9)));
    let phone = world.member(1).await;
    assert_eq!(send(&phone.user(&app), "笔记.txt", "心得".as_bytes()).await.is(201).json["kind"], "text");

    let refused = send(&world.secretary, "无害.pdf", b"MZ\x90\0").await.problem(422, "invalid");
    assert_eq!(refused.bad_fields(), ["/file"]);
    let refused = send(&world.secretary, &"长".repeat(201), b"%PDF-1.7\n").await.problem(422, "invalid");
    assert_eq!(refused.bad_fields(), ["/name"]);
    send(&world.secretary, "大.txt", &vec![b'a'; 10 * 1024 * 1024 + 1]).await.problem(413, "too_large");
    send(&world.admin, "笔记.txt", b"a").await.problem(403, "not_allowed");
    send(&app.stranger(), "笔记.txt", b"a").await.problem(401, "not_signed_in");
});

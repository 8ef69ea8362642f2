//! A member's own data, whole: as JSON and as PDF, to the member alone.

use lopdf::Document;
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Person, World},
};

async fn lived(world: &World<'_>) -> crate::support::Phone {
    let app = world.app;
    let phone = world.member(1).await;
    let me = phone.user(app).get("/me").await.ok();
    let registration = me["registration"]["id"].as_str().expect("an id").to_owned();
    let event = world.event().await["id"].as_str().expect("an id").to_owned();
    let leave = phone.user(app).post(&format!("/events/{event}/leave"), json!({"reason": "老家有事"})).await.is(201);
    app.advance(60);
    let correct = json!({"outcome": "absent", "reason": "没有请假条"});
    let entry = leave.text("entry_id");
    world.secretary.post(&format!("/check-ins/{entry}/correct"), correct).await.is(200);
    let again = phone.user(app).get("/me/attendance").await.ok()["items"][0]["entry_id"].clone();
    let dispute = json!({"reason": "我请过假"});
    phone.user(app).post(&format!("/check-ins/{}/dispute", again.as_str().expect("an id")), dispute).await.is(204);
    let contact = json!({"method": "visit", "outcome": "no_answer", "note": "邻居说他回乡了"});
    world.department_officer.post(&format!("/registrations/{registration}/contacts"), contact).await.is(201);
    world.liaison_officer.get(&format!("/members/{}", phone.member_id)).await.is(200);
    let request = json!({"kind": "moved", "place": "昆山市花桥镇", "note": "换了工作"});
    phone.user(app).post("/me/requests", request).await.is(201);
    phone.user(app).post("/me/calendar", json!({})).await.is(201);
    let member = &phone.member_id;
    let post = json!({"unit_id": world.host, "member_id": member, "kind": "organiser", "dual_title": "厂长", "from": "2026-01-01"});
    world.secretary.post("/posts", post).await.is(201);
    let stages = json!([{"stage": "full", "on": "2006-07-01"}]);
    let recruit = json!({"unit_id": world.host, "member_id": member, "stages": stages});
    world.secretary.post("/recruits", recruit).await.is(201);
    phone
}

on_both!(a_member_reads_everything_that_is_held_and_nobody_else_does, |app| {
    let world = World::build(&app).await;
    let phone = lived(&world).await;
    let answer = phone.user(&app).get("/me/data").await.is(200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let data = answer.json;
    let person = Person::nth(1);
    assert_eq!(data["id_number"], person.id_number);
    assert_eq!(data["person"]["phone"], person.phone);
    assert_eq!(data["person"]["address"], "浦东新区示例路 8 号");
    assert_eq!(data["person"]["consent"]["version"], "1");
    assert_eq!(data["name_initials"], "wjg");
    let stay = &data["registrations"][0];
    assert_eq!(stay["registration"]["status"], "active");
    let steps: Vec<&Value> = stay["history"].as_array().expect("a list").iter().map(|s| &s["action"]).collect();
    assert_eq!(steps, ["file", "confirm"]);
    assert_eq!(stay["contacts"], json!([{"at": app.now(), "method": "visit", "outcome": "no_answer"}]));
    assert_eq!(data["cards"][0]["card"]["number"], phone.card);
    assert_eq!(data["cards"][0]["history"][0]["action"], "issue");
    assert_eq!(data["devices"][0]["id"], phone.device_id);
    let attendance = &data["attendance"][0];
    assert_eq!((&attendance["outcome"], &attendance["dispute"]), (&json!("absent"), &json!("我请过假")));
    let entries: Vec<&Value> =
        attendance["entries"].as_array().expect("a list").iter().map(|e| &e["outcome"]).collect();
    assert_eq!(entries, ["on_leave", "absent"]);
    assert_eq!(attendance["entries"][0]["own_reason"], "老家有事");
    assert_eq!(data["access_log"][0]["by_role"], "liaison_officer");
    let request = &data["requests"][0];
    assert_eq!(
        (&request["kind"], &request["place"], &request["note"]),
        (&json!("moved"), &json!("昆山市花桥镇"), &json!("换了工作"))
    );
    let told: Vec<&Value> = data["notices"].as_array().expect("a list").iter().map(|n| &n["kind"]).collect();
    assert!(
        ["registration_confirmed", "card_issued", "attendance_corrected"]
            .iter()
            .all(|kind| told.contains(&&json!(kind))),
        "{told:?}"
    );
    assert_eq!((&data["posts"][0]["dual_title"], &data["contact_points"]), (&json!("厂长"), &json!([])));
    assert_eq!(data["recruits"][0]["stages"], json!([{"stage": "full", "on": "2006-07-01"}]));
    assert_eq!(data["calendar_link_since"], json!(app.now()));
    // Officers are not named, nor are their notes told, which may be about others.
    let text = data.to_string();
    for hidden in ["officer-", "邻居", "没有请假条"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(!text.contains(&Person::nth(2).name));

    for user in [&world.secretary, &world.department_officer, &world.admin] {
        user.get("/me/data").await.problem(403, "not_allowed");
        user.get("/me/data.pdf").await.problem(403, "not_allowed");
    }
    app.stranger().get("/me/data").await.problem(401, "not_signed_in");
    app.stranger().get("/me/data.pdf").await.problem(401, "not_signed_in");
    let other = world.member(2).await;
    assert_eq!(other.user(&app).get("/me/data").await.ok()["id_number"], Person::nth(2).id_number);
    assert_eq!(logged(&world).await, 2, "both takings are on record");
});

/// How often somebody took their own data.
async fn logged(world: &World<'_>) -> i64 {
    let mut reader = world.app.state.db.read().await.expect("a reader");
    guiyan::on_engine!(&mut reader.conn(), |c| sqlx::query_scalar(
        "select cast(count(*) as bigint) from audit_log where action = 'member.own_data' and actor_kind = 'member'"
    )
    .fetch_one(c))
    .expect("a count")
}

on_both!(the_same_can_be_read_on_paper, |app| {
    let world = World::build(&app).await;
    let phone = lived(&world).await;
    let mut photo = Vec::new();
    let face = image::RgbImage::from_pixel(300, 400, image::Rgb([20, 60, 200]));
    image::codecs::jpeg::JpegEncoder::new(&mut photo).encode_image(&face).expect("a photo");
    let put = phone
        .user(&app)
        .request(reqwest::Method::PUT, &format!("/members/{}/photo", phone.member_id))
        .header("content-type", "image/jpeg")
        .body(photo);
    phone.user(&app).send(put).await.is(204);
    assert!(phone.user(&app).get("/me/data").await.ok()["photo"].as_str().expect("a photo").starts_with("/9j/"));

    let answer = phone.user(&app).get("/me/data.pdf").await.is(200);
    assert_eq!(answer.headers["content-type"], "application/pdf");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let document = Document::load_mem(&answer.bytes).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text: String = document.extract_text(&pages).expect("text").split_whitespace().collect();
    let person = Person::nth(1);
    for words in [
        "我的全部数据",
        "王建国",
        &person.id_number,
        &person.phone,
        "浦东新区示例路8号",
        "流动登记1",
        "流出地确认",
        "走访",
        "无人接听",
        &phone.card,
        "发证",
        "绑定过的手机",
        "十一月集中学习",
        "请假：老家有事",
        "异议：我请过假",
        "联络员",
        "查看个人资料",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let last = pages.len();
    assert!(last >= 2 && text.contains(&format!("第{last}页，共{last}页")), "{text}");
    assert!(!text.contains("邻居"));
});

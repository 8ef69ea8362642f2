//! What goes on paper: cards, sheets of cards, posters, sign-in sheets, and the page behind the report-in poster. The PDFs
//! are read back by another library, and where the machine has poppler, drawn by it and scanned.

use std::process::Command;

use lopdf::{Document, Object};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Phone, TestApp, World},
};

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// A PDF that every reader can show: its pages, and only subset fonts that say what their characters are.
#[track_caller]
fn pdf(answer: &Answer) -> Document {
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.headers["content-type"], "application/pdf");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let document = Document::load_mem(&answer.bytes).expect("a PDF");
    let mut fonts = 0;
    for object in document.objects.values() {
        let Object::Dictionary(dict) = object else { continue };
        if dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(&b"Type0"[..]) {
            continue;
        }
        fonts += 1;
        assert!(dict.has(b"ToUnicode"), "text can be searched and copied");
        let name = dict.get(b"BaseFont").and_then(Object::as_name).expect("a name");
        assert!(name.len() > 7 && name[6] == b'+', "a subset: {}", String::from_utf8_lossy(name));
    }
    assert_eq!(fonts, 1, "the one font");
    assert!(answer.bytes.len() < 400_000, "the font is a subset: {} bytes", answer.bytes.len());
    document
}

fn text_of(document: &Document) -> String {
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).expect("text").split_whitespace().collect()
}

fn pages_of(document: &Document) -> usize {
    document.get_pages().len()
}

/// How finely a poster is looked at, and a card, whose code is an inch wide.
const POSTER_DPI: u32 = 150;
const CARD_DPI: u32 = 400;
/// One code on the page, which is looked at whole.
const ONE: (u32, u32) = (1, 1);

/// What a scanner reads on each page of a PDF that poppler draws; nothing where the machine has no poppler.
fn scanned(bytes: &[u8], dpi: u32, (columns, rows): (u32, u32)) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, bytes).expect("written");
    let mut run = Command::new("pdftoppm");
    run.args(["-r", &dpi.to_string(), "-gray", "-png"]).arg(&file).arg(folder.path().join("p"));
    let output = run.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut pictures: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "png"))
        .collect();
    pictures.sort();
    let read = pictures.iter().map(|path| {
        let page = image::open(path).expect("a picture").into_luma8();
        // One code at a time, as a phone sees it.
        let (width, height) = (page.width() / columns, page.height() / rows);
        let parts = (0..columns * rows).map(|n| (n % columns * width, n / columns * height));
        let codes = parts.filter_map(|(x, y)| {
            let part = image::imageops::crop_imm(&page, x, y, width, height).to_image();
            let mut scan = rqrr::PreparedImage::prepare(part);
            scan.detect_grids().first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
        });
        codes.collect()
    });
    Some(read.collect())
}

/// Actions of the member's access log, newest first.
async fn looks(app: &TestApp, phone: &Phone) -> Vec<String> {
    let log = phone.user(app).get("/me/access-log?limit=200").await.ok();
    log["items"].as_array().expect("a list").iter().map(|e| e["action"].as_str().expect("a word").to_owned()).collect()
}

on_both!(a_card_is_a_pdf_of_its_own_size, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let path = format!("/cards/{}/card.pdf", phone.card);
    let printed = world.secretary.get(&path).await;
    let document = pdf(&printed);
    assert_eq!(pages_of(&document), 1);
    let page = document.get_pages()[&1];
    let size: Vec<f32> = document
        .get_dictionary(page)
        .and_then(|d| d.get(b"MediaBox"))
        .and_then(Object::as_array)
        .expect("a size")
        .iter()
        .map(|n| n.as_float().expect("a number"))
        .collect();
    assert!((size[2] - 242.65).abs() < 0.1 && (size[3] - 152.97).abs() < 0.1, "ID-1: {size:?}");
    let text = text_of(&document);
    for words in
        ["流动党员活动证", "黄山市委组织部", "黄山市屯溪区示范支部", "金山区第一支部", "2027-11-23", &phone.card]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(looks(&app, &phone).await, ["card.picture"]);
    if let Some(scanned) = scanned(&printed.bytes, CARD_DPI, ONE) {
        assert_eq!(scanned.len(), 1);
        assert!(scanned[0][0].starts_with(&format!("{}/v#", app.url)), "{scanned:?}");
        let shown = json!({"presentation": scanned[0][0]});
        assert_eq!(app.stranger().post("/cards/verify", shown).await.ok()["verdict"], "valid");
    }
    // One's own is nobody's to log.
    let before = looks(&app, &phone).await.len();
    pdf(&phone.user(&app).get(&path).await);
    assert_eq!(looks(&app, &phone).await.len(), before);

    let other = world.member(2).await;
    other.user(&app).get(&path).await.problem(404, "not_found");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.supervisor.get(&path).await.problem(403, "not_allowed");
    app.stranger().get(&path).await.problem(401, "not_signed_in");
    world.department_officer.post(&format!("/cards/{}/revoke", phone.card), json!({"reason": "测试"})).await.is(200);
    world.secretary.get(&path).await.problem(409, "wrong_state");
});

on_both!(the_cards_of_a_branch_lie_eight_on_a_sheet, |app| {
    let world = World::build(&app).await;
    let sheet = format!("/units/{}/cards.pdf", world.host);
    world.secretary.get(&sheet).await.problem(409, "wrong_state");
    let mut cards = Vec::new();
    for n in 1..=9 {
        cards.push(world.card(&world.registered(n).await).await);
    }
    let dead = cards.pop().expect("a card");
    let lost = format!("/cards/{}/report_lost", dead["number"].as_str().expect("a number"));
    world.secretary.post(&lost, json!({"reason": "测试"})).await.is(200);
    app.advance(86_400);
    let phone = world.member(20).await;

    let all = world.secretary.get(&sheet).await;
    let document = pdf(&all);
    assert_eq!(pages_of(&document), 2, "nine living cards");
    let text = text_of(&document);
    assert!(text.contains("第1页，共2页") && text.contains(&phone.card), "{text}");
    assert!(!text.contains(dead["number"].as_str().expect("a number")));
    assert!(all.headers.get("link").is_none());
    if let Some(scanned) = scanned(&all.bytes, CARD_DPI, (2, 4)) {
        assert_eq!(scanned.iter().map(Vec::len).collect::<Vec<_>>(), [8, 1], "{scanned:?}");
    }
    assert_eq!(looks(&app, &phone).await, ["card.picture"], "once for each who was printed");

    // By day, by registration, by pages that the link leads through.
    assert_eq!(
        text_of(&pdf(&world.secretary.get(&format!("{sheet}?issued_since=2026-11-24")).await)).matches("年审").count(),
        1
    );
    let chosen = [&cards[0], &cards[3]].map(|card| card["registration_id"].as_str().expect("an id")).join(",");
    let two = pdf(&world.secretary.get(&format!("{sheet}?registrations={chosen}")).await);
    assert_eq!(text_of(&two).matches("年审").count(), 2);
    let mut path = format!("{sheet}?limit=4");
    let mut counts = Vec::new();
    loop {
        let part = world.secretary.get(&path).await;
        counts.push(text_of(&pdf(&part)).matches("年审").count());
        let Some(link) = part.headers.get("link") else { break };
        let link = link.to_str().expect("text");
        let next = link.strip_prefix("</api/v1").and_then(|l| l.strip_suffix(">; rel=\"next\"")).expect("a link");
        path = next.to_owned();
    }
    assert_eq!(counts, [4, 4, 1]);

    // Only what is within reach: the home department prints its own, the branch next door nothing.
    let home = format!("/units/{}/cards.pdf", world.department);
    assert_eq!(pages_of(&pdf(&world.department_officer.get(&home).await)), 2);
    world.other_secretary.get(&sheet).await.problem(404, "not_found");
    world.department_officer.get(&sheet).await.problem(404, "not_found");
    world.supervisor.get(&sheet).await.problem(403, "not_allowed");
    for bad in ["issued_since=yesterday", "registrations=x", "limit=0", "limit=201", "cursor=nonsense"] {
        let field = format!("?{}", bad.split('=').next().expect("a name"));
        let answer = world.secretary.get(&format!("{sheet}?{bad}")).await.problem(422, "invalid");
        assert_eq!(answer.bad_fields(), [field]);
    }
});

on_both!(a_batch_of_cards_is_one_file, |app| {
    let world = World::build(&app).await;
    let batch = format!("/units/{}/cards.zip", world.host);
    world.secretary.get(&batch).await.problem(409, "wrong_state");
    let mut numbers = Vec::new();
    for n in 1..=9 {
        let card = world.card(&world.registered(n).await).await;
        numbers.push(card["number"].as_str().expect("a number").to_owned());
    }
    app.advance(86_400);
    let phone = world.member(20).await;
    let files = |answer: Answer| {
        assert_eq!(answer.headers["content-type"], "application/zip");
        assert!(answer.headers["content-disposition"].to_str().expect("text").contains("cards.zip"));
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.is(200).bytes)).expect("a whole ZIP");
        let mut files = Vec::new();
        for n in 0..zip.len() {
            let mut file = zip.by_index(n).expect("a file");
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).expect("its bytes");
            files.push((file.name().expect("a name").into_owned(), Document::load_mem(&bytes).expect("a PDF")));
        }
        files
    };
    let sheets = files(world.secretary.get(&batch).await);
    assert_eq!(sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["cards-0001.pdf"]);
    assert_eq!(pages_of(&sheets[0].1), 2);
    assert_eq!(looks(&app, &phone).await, ["card.picture"], "once for each who was printed");
    let single = files(world.secretary.get(&format!("{batch}?form=cards&issued_until=2026-11-23")).await);
    let names: Vec<String> = single.iter().map(|(name, _)| name.trim_end_matches(".pdf").to_owned()).collect();
    assert_eq!(names, numbers);
    assert!(single.iter().zip(&numbers).all(|((_, card), _)| pages_of(card) == 1));
    let later = files(world.secretary.get(&format!("{batch}?form=cards&issued_since=2026-11-24")).await);
    assert_eq!((later.len(), later[0].0.as_str()), (1, format!("{}.pdf", phone.card).as_str()));
    world.other_secretary.get(&batch).await.problem(404, "not_found");
    world.supervisor.get(&batch).await.problem(403, "not_allowed");
    let bad = world.secretary.get(&format!("{batch}?form=rolls&issued_until=never")).await.problem(422, "invalid");
    assert!(!bad.bad_fields().is_empty());
});

on_both!(the_poster_of_an_event_checks_in_on_its_day, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}/poster.pdf");
    let printed = world.secretary.get(&path).await;
    let document = pdf(&printed);
    assert_eq!(pages_of(&document), 1);
    let text = text_of(&document);
    for words in ["十一月集中学习", "金山区示例路1号", "金山区第一支部", "2026年11月23日", "当日有效", "证明力弱"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    if let Some(scanned) = scanned(&printed.bytes, POSTER_DPI, ONE) {
        assert_eq!(check_in(&app, &phone, &event, &scanned[0][0]).await["verdict"], "accepted");
        let list = world.secretary.get(&format!("/events/{event}/attendance")).await.ok();
        assert_eq!(list["items"][0]["weak"], true, "{list}");
    }
    for user in [&world.supervisor, &world.department_officer] {
        user.get(&path).await.problem(403, "not_allowed");
    }
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.secretary.post(&format!("/events/{event}/cancel"), json!({"reason": "停电"})).await.is(200);
    world.secretary.get(&path).await.problem(409, "wrong_state");
    world.secretary.get(&format!("/events/{event}/sign-in-sheet.pdf")).await.is(200);
});

on_both!(an_event_of_several_days_has_a_page_for_each, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    // From the evening of the 23rd to the morning of the 25th, in China.
    let body = json!({
        "unit_id": world.host, "kind": "theme_day", "title": "三日主题实践", "starts_at": "2026-11-23T11:00:00Z",
        "ends_at": "2026-11-25T02:00:00Z", "audience": "unit"
    });
    let event = id_of(&world.secretary.post("/events", body).await.is(201).json);
    let path = format!("/events/{event}/poster.pdf");
    let printed = world.secretary.get(&path).await;
    let document = pdf(&printed);
    assert_eq!(pages_of(&document), 3);
    assert!(text_of(&document).contains("2026年11月24日签到用"));
    if let Some(scanned) = scanned(&printed.bytes, POSTER_DPI, ONE) {
        let codes: Vec<String> = scanned.into_iter().flatten().collect();
        assert_eq!(codes.len(), 3);
        // A minute past midnight of the 24th: that day's page serves, the third does not yet.
        app.advance((14 * 60 + 31) * 60);
        assert_eq!(app.now().to_string(), "2026-11-23T16:01:00.000Z");
        assert_eq!(check_in(&app, &phone, &event, &codes[2]).await["reason"], "code_expired");
        assert_eq!(check_in(&app, &phone, &event, &codes[1]).await["verdict"], "accepted");
        // And a minute before the next one; the first day's has gone by then.
        app.advance(86_400 - 120);
        let other = world.member(2).await;
        assert_eq!(check_in(&app, &other, &event, &codes[0]).await["reason"], "code_expired");
        assert_eq!(check_in(&app, &other, &event, &codes[1]).await["verdict"], "accepted");
    } else {
        app.advance(86_400);
    }
    // Printed on a later day, it has the pages that are left.
    assert!(pages_of(&pdf(&world.secretary.get(&path).await)) < 3);
    app.advance(2 * 86_400);
    world.secretary.get(&path).await.problem(409, "wrong_state");
});

async fn check_in(app: &TestApp, phone: &Phone, event: &str, url: &str) -> Value {
    let code = url.split_once("/e#").expect("a code").1;
    let id = uuid::Uuid::new_v4().to_string();
    let proof = phone.proof(&id, event, code, app.now().seconds());
    let item = json!({"id": id, "event_id": event, "occurred_at": app.now(), "method": "event_code", "code": code,
                      "proof": proof});
    phone.user(app).post("/check-ins", json!({"items": [item]})).await.ok()["items"][0].clone()
}

on_both!(the_sign_in_sheet_lists_who_is_asked_and_tells_them, |app| {
    let world = World::build(&app).await;
    let event = id_of(&world.event().await);
    let path = format!("/events/{event}/sign-in-sheet.pdf");
    let empty = pdf(&world.secretary.get(&path).await);
    assert!(text_of(&empty).contains("应到0人"), "a sheet to sign on all the same");

    let phones = [world.member(1).await, world.member(2).await, world.member(3).await];
    phones[1].user(&app).post(&format!("/events/{event}/leave"), json!({"reason": "住院手术"})).await.is(201);
    let item = json!({"id": uuid::Uuid::new_v4(), "event_id": event, "occurred_at": app.now(), "method": "manual",
                      "member_id": phones[0].member_id, "note": "没带手机"});
    world.secretary.post("/check-ins", json!({"items": [item]})).await.ok();
    let sheet = pdf(&world.secretary.get(&path).await);
    let text = text_of(&sheet);
    for words in ["签到表", "序号", "签名", "王建国", "李芳", "刘洋", "已签到09:30", "请假", "第1页，共1页"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("住院") && !text.contains("没带手机"), "reasons are private: {text}");
    for phone in &phones {
        assert_eq!(looks(&app, phone).await, ["event.sign_in_sheet"]);
    }
    pdf(&world.supervisor.get(&path).await);
    assert_eq!(looks(&app, &phones[2]).await.len(), 2);
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.department_officer.get(&path).await.problem(403, "not_allowed");
    phones[0].user(&app).get(&path).await.problem(403, "not_allowed");
});

on_both!(the_report_in_poster_leads_a_migrant_to_the_branch, |app| {
    let world = World::build(&app).await;
    let path = format!("/units/{}/report-in.pdf", world.host);
    world.admin.patch(&format!("/units/{}", world.host), json!({"address": "金山区示例路 8 号"})).await.is(200);
    let printed = world.secretary.get(&path).await;
    let text = text_of(&pdf(&printed));
    for words in ["金山区第一支部", "流动党员，请到这里报到", "联系人", "021-55550100", "金山区示例路8号", "身份证"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    if let Some(scanned) = scanned(&printed.bytes, POSTER_DPI, ONE) {
        let code = scanned[0][0].strip_prefix(&format!("{}/b#", app.url)).expect("our page");
        let answer = app.stranger().get(&format!("/report-in/{code}")).await.ok();
        assert_eq!(answer["unit"]["name"], "金山区第一支部");
        assert_eq!(answer["contact"]["phone"], "021-55550100");
        assert_eq!(answer["contact"]["address"], "金山区示例路 8 号");
        // A code that was not printed here opens nothing: neither a changed one nor a bare id.
        let last = if code.ends_with('0') { "1" } else { "0" };
        let changed = format!("{}{last}", &code[..code.len() - 1]);
        app.stranger().get(&format!("/report-in/{changed}")).await.problem(404, "not_found");
    }
    let host: uuid::Uuid = world.host.parse().expect("a UUID");
    let bare = guiyan::codes::pack(host.as_bytes());
    for bad in [bare.as_str(), "0", "x", "%E4%BD%A0", &"9".repeat(400)] {
        app.stranger().get(&format!("/report-in/{bad}")).await.problem(404, "not_found");
    }

    // A branch without a contact is received by the unit above; where nobody has one, there is no poster.
    world.admin.patch(&format!("/units/{}", world.host), json!({"contact": null})).await.is(200);
    assert!(text_of(&pdf(&world.secretary.get(&path).await)).contains("代为接待第一党总支"));
    for unit in [&world.general_branch, &world.committee] {
        world.admin.patch(&format!("/units/{unit}"), json!({"contact": null})).await.is(200);
    }
    world.secretary.get(&path).await.problem(409, "wrong_state");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.supervisor.get(&path).await.problem(403, "not_allowed");
    app.stranger().get(&path).await.problem(401, "not_signed_in");
});

on_both!(long_names_and_many_people_still_fit, |app| {
    let world = World::build(&app).await;
    let long = "长".repeat(100);
    world.admin.patch(&format!("/units/{}", world.host), json!({"name": long})).await.is(200);
    let filing = world.filing(&crate::support::Person::nth(1).named(&"阿卜杜热西提·麦麦提艾力".repeat(4)));
    let registration = world.secretary.post("/registrations", filing).await.is(201).json;
    world.department_officer.post(&format!("/registrations/{}/confirm", id_of(&registration)), json!({})).await.is(200);
    let card = world.card(&registration).await;
    pdf(&world.secretary.get(&format!("/cards/{}/card.pdf", card["number"].as_str().expect("a number"))).await);
    pdf(&world.secretary.get(&format!("/units/{}/cards.pdf", world.host)).await);
    pdf(&world.secretary.get(&format!("/units/{}/report-in.pdf", world.host)).await);
    let now = app.now();
    let body = json!({
        "unit_id": world.host, "kind": "lecture", "title": "题".repeat(100), "place": "地".repeat(200),
        "starts_at": now.plus_seconds(60), "ends_at": now.plus_seconds(3600), "audience": "unit"
    });
    let event = id_of(&world.secretary.post("/events", body).await.is(201).json);
    for n in 100..160 {
        world.registered(n).await;
    }
    pdf(&world.secretary.get(&format!("/events/{event}/poster.pdf")).await);
    let sheet = pdf(&world.secretary.get(&format!("/events/{event}/sign-in-sheet.pdf")).await);
    let text = text_of(&sheet);
    let pages = pages_of(&sheet);
    assert!(pages >= 3, "{pages} pages");
    assert_eq!(text.matches("序号").count(), pages, "the header stands on every page");
    assert!(text.contains(&format!("第{pages}页，共{pages}页")));
});

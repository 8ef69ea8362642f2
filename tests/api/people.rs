//! Members, as those who may see them do, and as they see themselves.

use std::io::Cursor;

use guiyan::{
    execute,
    ids::{CardId, DeviceId, MemberId, RegistrationId, UnitId},
    on_engine,
};
use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::{on_both, support::*};

fn member_path(registration: &Value) -> String {
    format!("/members/{}", registration["member_id"].as_str().expect("an id"))
}

/// The member's own phone, put beside the registration without the card's ceremony.
async fn own_phone<'a>(app: &'a TestApp, registration: &Value) -> User<'a> {
    let (now, entropy) = (app.now(), &app.state.entropy);
    let (card, device) = (CardId::new(now, entropy), DeviceId::new(now, entropy));
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    let member: MemberId = id(&registration["member_id"]).parse().expect("an id");
    let stay: RegistrationId = id(&registration["id"]).parse().expect("an id");
    let department: UnitId = id(&registration["home_department"]["id"]).parse().expect("an id");
    app.state
        .db
        .write(move |c| {
            Box::pin(async move {
                execute!(
                    &mut *c,
                    sqlx::query(
                        "insert into cards (id, number, registration_id, member_id, department_id, status, issued_on,
                                            review_due, version, created_at, updated_at)
                         values ($1, $2, $3, $4, $5, 'active', '2026-11-23', '2027-11-23', 1, $6, $6)"
                    )
                    .bind(card)
                    .bind("3410002026000017")
                    .bind(stay)
                    .bind(member)
                    .bind(department)
                    .bind(now)
                )?;
                execute!(
                    c,
                    sqlx::query(
                        "insert into devices (id, member_id, card_id, public_key, bound_at) values ($1, $2, $3, $4, $5)"
                    )
                    .bind(device)
                    .bind(member)
                    .bind(card)
                    .bind(vec![2_u8; 33])
                    .bind(now)
                )?;
                Ok(())
            })
        })
        .await
        .expect("a phone");
    User::device(app, String::new(), device)
}

on_both!(those_in_scope_see_the_person_and_the_id_number_stays_masked, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let person = Person::nth(1);
    for reader in [
        &world.secretary,
        &world.department_officer,
        &world.committee_officer,
        &world.supervisor,
        &world.liaison_officer,
    ] {
        let answer = reader.get(&member_path(&active)).await.is(200);
        let said = answer.json.to_string();
        assert_eq!((&answer.json["name"], &answer.json["phone"]), (&json!(person.name), &json!(person.phone)));
        assert!(!said.contains(&person.id_number), "{said}");
        assert_eq!(answer.json["id_number_masked"], json!(format!("990***********{}", &person.id_number[14..])));
        assert_eq!(answer.json["registrations"][0]["id"], active["id"]);
        assert_eq!((&answer.json["has_photo"], &answer.json["card"]), (&json!(false), &Value::Null));
    }
    for outsider in [&world.other_secretary, &world.other_department_officer] {
        outsider.get(&member_path(&active)).await.problem(404, "not_found");
    }
    world.admin.get(&member_path(&active)).await.problem(403, "not_allowed");
});

on_both!(a_former_host_no_longer_sees_the_person, |app| {
    let world = World::build(&app).await;
    let first = world.filed(1).await;
    world
        .department_officer
        .post(&format!("/registrations/{}/decline", first["id"].as_str().expect("an id")), json!({"reason": "不是"}))
        .await
        .ok();
    world.secretary.get(&member_path(&first)).await.is(200);
    let mut elsewhere = world.filing(&Person::nth(1));
    elsewhere["host_unit_id"] = json!(world.other_host);
    world.other_secretary.post("/registrations", elsewhere).await.is(201);
    world.secretary.get(&member_path(&first)).await.problem(404, "not_found");
    // Whoever sees the person now sees of the past what lies within reach.
    let seen = world.other_secretary.get(&member_path(&first)).await.ok();
    assert_eq!(seen["registrations"].as_array().expect("a list").len(), 1);
    let seen = world.department_officer.get(&member_path(&first)).await.ok();
    assert_eq!(seen["registrations"].as_array().expect("a list").len(), 2);
});

on_both!(secrets_are_not_readable_where_they_lie, |app| {
    let world = World::build(&app).await;
    world.filed(1).await;
    let person = Person::nth(1);
    let mut reader = app.state.db.read().await.expect("a reader");
    type Six = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
    let columns: Six = on_engine!(&mut reader.conn(), |c| sqlx::query_as(
        "select id_number_sealed, id_number_index, phone_sealed, phone_index, phone_tail_index, address_sealed from members"
    )
    .fetch_one(c))
    .expect("one member");
    let all = [columns.0, columns.1, columns.2, columns.3, columns.4, columns.5].concat();
    for secret in [&person.id_number, &person.phone, &person.phone[7..], "浦东新区"] {
        assert!(!all.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
});

on_both!(a_member_keeps_phone_employer_and_address_up_to_date, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let phone = own_phone(&app, &active).await;
    let changed = phone.patch("/me", json!({"phone": "13987654321", "address": null})).await.is(200);
    assert_eq!(changed.headers["etag"], "\"2\"");
    assert_eq!((&changed.json["phone"], &changed.json["address"]), (&json!("13987654321"), &Value::Null));
    assert_eq!(changed.json["employer"], "浦江示范机械厂");
    let found = world.department_officer.get("/registrations?q=4321").await.ok();
    assert_eq!(found["items"][0]["id"], active["id"]);
    assert_eq!(
        world.department_officer.get(&format!("/registrations?q={}", Person::nth(1).phone)).await.ok()["items"],
        json!([])
    );
    let cleared = phone.patch("/me", json!({"employer": null, "name": "改名"})).await.ok();
    assert_eq!((&cleared["employer"], &cleared["name"]), (&Value::Null, &json!(Person::nth(1).name)));
    let stale = phone.request(Method::PATCH, "/me").header("if-match", "\"1\"").json(&json!({"employer": "甲"}));
    phone.send(stale).await.problem(412, "changed");
    let wrong = json!({"phone": "021-55550100", "employer": [], "address": "\u{0008}"});
    assert_eq!(
        phone.patch("/me", wrong).await.problem(422, "invalid").bad_fields(),
        ["/address", "/employer", "/phone"]
    );
    world.secretary.patch("/me", json!({"phone": "13987654321"})).await.problem(403, "not_allowed");
});

on_both!(a_member_sees_the_own_stay_and_withdraws_a_move, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let other = world.registered(2).await;
    let phone = own_phone(&app, &active).await;
    let id = |r: &Value| r["id"].as_str().expect("an id").to_owned();
    let own = phone.get(&format!("/registrations/{}", id(&active))).await.ok();
    assert_eq!((&own["please_call"], &own["actions"], &own["id_number"]), (&json!(false), &json!([]), &Value::Null));
    phone.get(&format!("/registrations/{}", id(&other))).await.problem(404, "not_found");
    phone.get(&member_path(&active)).await.problem(403, "not_allowed");
    let history = phone.get(&format!("/registrations/{}/history", id(&active))).await.ok();
    assert_eq!(history["items"][0]["by"], "officer", "members read no officer's name");
    let to = json!({"host_unit_id": world.other_host});
    world.secretary.post(&format!("/registrations/{}/move", id(&active)), to).await.ok();
    let own = phone.get(&format!("/registrations/{}", id(&active))).await.ok();
    assert_eq!(own["actions"], json!(["withdraw"]));
    phone.post(&format!("/registrations/{}/withdraw", id(&active)), json!({})).await.is(200);
});

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("encoded");
    file.into_inner()
}

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) }).into()
}

/// A JPEG that says "turn me by 90°" and where it was taken.
fn turned(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend(b"taken at a secret place");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

async fn put_photo(user: &User<'_>, path: &str, file: Vec<u8>, kind: &str) -> Answer {
    user.send(user.request(Method::PUT, &format!("{path}/photo")).header(CONTENT_TYPE, kind).body(file)).await
}

on_both!(a_photo_becomes_a_small_upright_portrait_and_nothing_else, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let path = member_path(&active);
    world.secretary.get(&format!("{path}/photo")).await.problem(404, "not_found");
    let file = turned(&encoded(&halves(1200, 900), ImageFormat::Jpeg));
    put_photo(&world.secretary, &path, file, "image/jpeg").await.is(204);
    let photo = world.department_officer.get(&format!("{path}/photo")).await.is(200);
    assert_eq!(photo.headers["content-type"], "image/jpeg");
    assert_eq!(photo.headers["cache-control"], "no-store");
    let text = b"secret place";
    assert!(!photo.bytes.windows(text.len()).any(|window| window == text));
    assert!(!photo.bytes.windows(4).any(|window| window == b"Exif"));
    let picture = image::load_from_memory(&photo.bytes).expect("a picture");
    assert_eq!(picture.dimensions(), (480, 640));
    let ([top, _, _, _], [_, _, bottom, _]) = (picture.get_pixel(240, 40).0, picture.get_pixel(240, 600).0);
    assert!(top > 150 && bottom > 150, "the left half is up now");
    assert_eq!(world.secretary.get(&path).await.ok()["has_photo"], true);

    let clear: DynamicImage = RgbaImage::from_pixel(300, 300, Rgba([0, 0, 0, 0])).into();
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        // What it calls itself does not matter.
        put_photo(&world.secretary, &path, encoded(&clear, format), "application/octet-stream").await.is(204);
        let photo = world.secretary.get(&format!("{path}/photo")).await;
        let white = image::load_from_memory(&photo.bytes).expect("a picture").get_pixel(10, 10).0;
        assert!(white[0] > 250, "what is clear lies on white");
    }

    // A strip is cut before it is enlarged: whole, these would take up to 20 GB and half a minute.
    for (width, height) in [(12_000, 1), (1, 12_000), (3000, 2), (1, 1)] {
        let strip = encoded(&RgbImage::new(width, height).into(), ImageFormat::Png);
        put_photo(&world.secretary, &path, strip, "image/png").await.is(204);
        let photo = world.secretary.get(&format!("{path}/photo")).await;
        assert_eq!(image::load_from_memory(&photo.bytes).expect("a picture").dimensions(), (480, 640));
    }
});

on_both!(what_is_no_picture_or_too_much_of_one_is_refused, |app| {
    let world = World::build(&app).await;
    let active = world.registered(1).await;
    let path = member_path(&active);
    let good = encoded(&halves(60, 80), ImageFormat::Png);
    // A PNG whose header promises 60,000 × 60,000 pixels.
    let mut bomb = good.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let large = encoded(&RgbImage::new(6000, 5000).into(), ImageFormat::Png);
    assert!(large.len() < 5 * 1024 * 1024);
    for (file, code) in [
        (Vec::new(), 415),
        (b"<svg onload=alert(1)>".to_vec(), 415),
        (b"GIF89a".to_vec(), 415),
        (good[..40].to_vec(), 415),
        (vec![0xff, 0xd8, 0xff, 0xe0], 415),
        (b"RIFF\0\0\0\0WEBP".to_vec(), 415),
        (bomb, 415),
        (large, 413),
        (vec![0xff; 5 * 1024 * 1024 + 1], 413),
    ] {
        let answer = put_photo(&world.secretary, &path, file, "image/png").await;
        assert!(answer.status.as_u16() == code || answer.status == 413, "{} {}", answer.status, answer.json);
    }
    world.secretary.get(&format!("{path}/photo")).await.problem(404, "not_found");
    put_photo(&world.other_secretary, &path, good.clone(), "image/png").await.problem(404, "not_found");
    put_photo(&world.supervisor, &path, good.clone(), "image/png").await.problem(403, "not_allowed");
    let phone = own_phone(&app, &active).await;
    put_photo(&phone, &path, good.clone(), "image/png").await.is(204);
    phone.get(&format!("{path}/photo")).await.is(200);
    let other = world.registered(2).await;
    put_photo(&phone, &member_path(&other), good, "image/png").await.problem(404, "not_found");
});

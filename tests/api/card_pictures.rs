//! The pictures of a card, read back by decoders that are none of ours, from prints that were photographed badly.

use std::io::Write as _;

use guiyan::codes::{self, Scanned};
use image::{GrayImage, Luma, imageops};

use crate::{
    on_both,
    support::{User, World},
};

async fn picture(by: &User<'_>, number: &str, name: &str) -> Vec<u8> {
    by.get(&format!("/cards/{number}/{name}")).await.is(200).bytes
}

/// What an independent decoder reads.
fn decode(image: GrayImage) -> Option<String> {
    let mut prepared = rqrr::PreparedImage::prepare(image);
    prepared.detect_grids().first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}

fn grey(png: &[u8]) -> GrayImage {
    image::load_from_memory(png).expect("a picture").into_luma8()
}

/// Grain: the same bytes in every run (xorshift32).
fn grain(seed: u32) -> impl FnMut() -> i32 {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        i32::from(state.to_be_bytes()[0])
    }
}

/// A print as a phone sees it: turned by some degrees, smaller, on a grey table, blurred and grainy.
fn photographed(print: &GrayImage, seed: u32) -> GrayImage {
    let mut grain = grain(seed + 1);
    let degrees = f64::from(grain() % 25 - 12);
    let zoom = 0.8 + f64::from(grain()) / 640.0;
    let side = print.width() + print.width() / 2;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = f64::from(side) / 2.0;
    let centre = f64::from(print.width()) / 2.0;
    let turned = GrayImage::from_fn(side, side, |x, y| {
        let (dx, dy) = ((f64::from(x) - middle) / zoom, (f64::from(y) - middle) / zoom);
        let (sx, sy) = (cos * dx + sin * dy + centre, cos * dy - sin * dx + centre);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < f64::from(print.width()) && sy < f64::from(print.height());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside of the picture")]
        if inside { *print.get_pixel(sx as u32, sy as u32) } else { Luma([180]) }
    });
    let mut blurred = imageops::fast_blur(&turned, 1.0);
    for pixel in blurred.pixels_mut() {
        let light = i32::from(pixel.0[0]) * 3 / 4 + 30 + grain() / 8;
        pixel.0[0] = u8::try_from(light.clamp(0, 255)).expect("a byte");
    }
    blurred
}

on_both!(the_printed_code_is_read_by_others, |app| {
    let world = World::build(&app).await;
    let card = world.card(&world.registered(1).await).await;
    let number = card["number"].as_str().expect("a number");
    let png = picture(&world.secretary, number, "qr.png").await;
    let print = grey(&png);
    assert_eq!(print.width(), 12 * 49, "41 modules and a quiet zone of 4, 12 pixels each");
    let address = decode(print.clone()).expect("readable");
    assert!(address.starts_with(&format!("{}/v#", app.url)), "{address}");
    let Some(Scanned::Card(code)) = codes::read(&address) else { panic!("{address}") };
    assert_eq!(code.claims.expires_on.to_string(), "2027-11-23");
    // The quiet zone is light all around.
    for at in 0..print.width() {
        for depth in 0..48 {
            assert_eq!((print.get_pixel(at, depth).0[0], print.get_pixel(depth, at).0[0]), (255, 255));
        }
    }
    let read = (0..10).filter(|seed| decode(photographed(&print, *seed)).as_ref() == Some(&address)).count();
    assert!(read >= 9, "{read} of 10 bad photographs");

    let small = picture(&world.secretary, number, "qr.png?scale=8").await;
    assert_eq!(grey(&small).width(), 8 * 49);
    assert_eq!(decode(grey(&small)).as_ref(), Some(&address));
    for bad in ["7", "41", "0", "-1", "4294967296", "x", ""] {
        let path = format!("/cards/{number}/qr.png?scale={bad}");
        assert_eq!(world.secretary.get(&path).await.problem(422, "invalid").bad_fields(), ["?scale"]);
    }

    let svg = world.secretary.get(&format!("/cards/{number}/qr.svg")).await.is(200);
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    let tree = resvg::usvg::Tree::from_data(&svg.bytes, &resvg::usvg::Options::default()).expect("an SVG");
    let scale = 600.0 / tree.size().width();
    let mut canvas = resvg::tiny_skia::Pixmap::new(600, 600).expect("a canvas");
    resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut canvas.as_mut());
    assert_eq!(decode(grey(&canvas.encode_png().expect("a picture"))).as_ref(), Some(&address));
    zbar_reads(&png, &address);
});

/// A second decoder, where the machine has one.
fn zbar_reads(png: &[u8], address: &str) {
    let mut file = tempfile::Builder::new().suffix(".png").tempfile().expect("a file");
    file.write_all(png).expect("written");
    let run = std::process::Command::new("zbarimg").args(["--quiet", "--raw"]).arg(file.path()).output();
    let Ok(output) = run else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), address);
}

/// The kinds of a PNG's chunks.
fn chunks(png: &[u8]) -> Vec<String> {
    let mut kinds = Vec::new();
    let mut rest = &png[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().expect("four bytes")) as usize;
        kinds.push(String::from_utf8_lossy(&rest[4..8]).into_owned());
        rest = &rest[12 + length..];
    }
    kinds
}

on_both!(the_card_is_a_picture_one_is_glad_to_show, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let answer = member.get(&format!("/cards/{}/card.png", phone.card)).await.is(200);
    assert_eq!(
        (&answer.headers["content-type"], &answer.headers["cache-control"]),
        (&"image/png".parse().expect("a header"), &"no-store".parse().expect("a header"))
    );
    let plain = answer.bytes;
    let drawn = image::load_from_memory(&plain).expect("a picture");
    assert_eq!((drawn.width(), drawn.height()), (2024, 1276));
    let on_the_card = decode(drawn.to_luma8()).expect("readable");
    assert_eq!(Some(on_the_card), decode(grey(&picture(&world.secretary, &phone.card, "qr.png").await)));
    zbar_reads(&plain, &decode(grey(&picture(&member, &phone.card, "qr.png").await)).expect("readable"));

    // A photo with a place in its EXIF: the face is on the card, the place is not.
    let mut jpeg = Vec::new();
    let face = image::RgbImage::from_pixel(300, 400, image::Rgb([20, 60, 200]));
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&face).expect("a photo");
    let exif = [&b"\xff\xe1\x00\x16Exif\x00\x00GPS 31.2N 121.5E"[..]].concat();
    let photo = [&jpeg[..2], &exif, &jpeg[2..]].concat();
    let put = member
        .request(reqwest::Method::PUT, &format!("/members/{}/photo", phone.member_id))
        .header("content-type", "image/jpeg")
        .body(photo);
    member.send(put).await.is(204);
    let with_face = picture(&world.secretary, &phone.card, "card.png").await;
    let drawn = image::load_from_memory(&with_face).expect("a picture").into_rgb8();
    let [r, g, b] = drawn.get_pixel(318, 660).0;
    assert!(r < 60 && g < 100 && b > 160, "the face: {r} {g} {b}");
    for png in [&plain, &with_face] {
        assert!(chunks(png).iter().all(|kind| matches!(kind.as_str(), "IHDR" | "IDAT" | "IEND")), "{:?}", chunks(png));
    }
});

on_both!(a_dead_card_has_no_picture, |app| {
    let world = World::build(&app).await;
    let card = world.card(&world.registered(1).await).await;
    let number = card["number"].as_str().expect("a number");
    let suspend = serde_json::json!({"reason": "测试"});
    world.department_officer.post(&format!("/cards/{number}/suspend"), suspend.clone()).await.is(200);
    for name in ["qr.svg", "qr.png", "card.png"] {
        world.secretary.get(&format!("/cards/{number}/{name}")).await.is(200);
        world.supervisor.get(&format!("/cards/{number}/{name}")).await.problem(403, "not_allowed");
        world.other_secretary.get(&format!("/cards/{number}/{name}")).await.problem(404, "not_found");
        app.stranger().get(&format!("/cards/{number}/{name}")).await.problem(401, "not_signed_in");
    }
    world.department_officer.post(&format!("/cards/{number}/revoke"), suspend).await.is(200);
    for name in ["qr.svg", "qr.png", "card.png"] {
        world.secretary.get(&format!("/cards/{number}/{name}")).await.problem(409, "wrong_state");
    }
});

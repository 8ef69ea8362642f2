//! Files of every kind: lists as text, damaged and hostile ones, the template, and the sheet with remarks.

use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::on_both;

/// The rows of a workbook's sheet as texts.
fn read(file: &[u8], sheet: usize) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(file.to_vec())).expect("a workbook");
    let name = book.sheet_names()[sheet].clone();
    let range = book.worksheet_range(&name).expect("a sheet");
    range
        .rows()
        .map(|row| {
            row.iter().map(|cell| if let Data::Empty = cell { String::new() } else { cell.to_string() }).collect()
        })
        .collect()
}

fn text_of(rows: &[Vec<String>], between: &str) -> String {
    rows.iter().map(|row| row.join(between) + "\r\n").collect()
}

on_both!(lists_as_text_in_the_encodings_of_offices, |app| {
    let world = World::build(&app).await;
    let text = text_of(&list(HOME, 1..=3), ",");
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let tabs = text_of(&list(HOME, 1..=3), "\t");
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for file in [text.clone().into_bytes(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), gb.clone(), utf16] {
        let answer = checked(&world.secretary, file, &[]).await;
        assert_eq!(answer["counts"], counts(3, 3, 0, 0, 0), "{answer}");
        assert_eq!(answer["sheet"], "CSV");
    }
    assert_eq!(imported(&world.secretary, gb, &[]).await["counts"]["registered"], 3);
    let list = world.secretary.get("/registrations?q=王建国&status=pending_home").await.ok();
    assert_eq!(list["items"][0]["member"]["name"], "王建国");
});

/// A zip archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

/// The parts of a good workbook, with one of them replaced.
fn with_part(file: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(file.to_vec())).expect("an archive");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        std::io::copy(&mut part, &mut bytes).expect("read");
        let part_name = part.name().expect("a name").into_owned();
        parts.push((part_name.clone(), if part_name == name { content.to_vec() } else { bytes }));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    archive(&parts)
}

on_both!(what_cannot_be_read_is_told_by_what_it_is, |app| {
    let world = World::build(&app).await;
    let good = workbook(&list(HOME, 1..=3));
    let sheet = "xl/worksheets/sheet1.xml";
    let zeros = vec![b' '; 300 << 20];
    let promise = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="99999999999999"></sst>"#;
    let many_rows: String = (1..=100_002).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>")).collect();
    let rows = format!("<worksheet><sheetData>{many_rows}</sheetData></worksheet>");
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 2000]].concat();
    for (file, code) in [
        (Vec::new(), "empty"),
        (old, "old_format"),
        (b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>".to_vec(), "web_page"),
        (b"%PDF-1.7 \0\x01".to_vec(), "not_a_table"),
        (archive(&[("word/document.xml", b"<x/>")]), "not_a_table"),
        (
            archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")]),
            "other_format",
        ),
        (archive(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.bin", b"x")]), "binary_workbook"),
        (archive(&[("[Content_Types].xml", b"<x/>")]), "broken"),
        (good[..good.len() / 2].to_vec(), "broken"),
        (with_part(&good, sheet, b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\""), "broken"),
        (with_part(&good, sheet, &zeros), "too_large"),
        (with_part(&good, "xl/sharedStrings.xml", promise), "too_large"),
        (with_part(&good, sheet, rows.as_bytes()), "too_many_rows"),
        (with_part(&good, sheet, b"<worksheet><sheetData/></worksheet>"), "empty"),
        (b"\n\n , ,\n".to_vec(), "empty"),
    ] {
        let answer = send(&world.secretary, "/imports", file, &[]).await.problem(422, "invalid");
        assert_eq!(
            (&answer.json["errors"][0]["pointer"], &answer.json["errors"][0]["code"]),
            (&json!("/file"), &json!(code)),
            "{}",
            answer.json
        );
    }
    send(&world.secretary, "/imports", vec![b'x'; 21 << 20], &[]).await.problem(413, "too_large");
    let answer = send(&world.secretary, "/imports", good, &[("sheet", "别的")]).await.problem(422, "invalid");
    assert_eq!(answer.bad_fields(), ["/sheet"]);
});

on_both!(a_million_blank_rows_and_a_giant_cell_do_no_harm, |app| {
    let world = World::build(&app).await;
    let good = workbook(&list(HOME, 1..=1));
    let blank: String = (1..=1_000_000).map(|n| format!("<row r=\"{n}\"/>")).collect();
    let file = with_part(
        &good,
        "xl/worksheets/sheet1.xml",
        format!("<worksheet><sheetData>{blank}</sheetData></worksheet>").as_bytes(),
    );
    send(&world.secretary, "/imports", file, &[]).await.problem(422, "invalid");
    let mut rows = list(HOME, 1..=2);
    rows[1][0] = "张".repeat(32_000);
    let answer = checked(&world.secretary, workbook(&rows), &[]).await;
    assert_eq!(verdicts(&answer), ["2 refused A2 invalid", "3 ready"]);
});

on_both!(damaged_files_never_bring_anything_down, |app| {
    let world = World::build(&app).await;
    let good = workbook(&list(HOME, 1..=5));
    let entropy = guiyan::ids::Entropy::seeded(4);
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>";
    for round in 0..60 {
        let mut file = match round % 3 {
            0 => good.clone(),
            1 => good[..usize::try_from(entropy.below(good.len() as u64)).expect("small")].to_vec(),
            _ => {
                let mut xml = sheet.as_bytes().to_vec();
                let at = usize::try_from(entropy.below(xml.len() as u64)).expect("small");
                xml[at] = entropy.bytes::<1>()[0];
                xml.truncate(xml.len() - usize::try_from(entropy.below(20)).expect("small"));
                with_part(&good, "xl/worksheets/sheet1.xml", &xml)
            }
        };
        if round % 3 == 0 {
            for _ in 0..8 {
                let at = usize::try_from(entropy.below(file.len() as u64)).expect("small");
                file[at] ^= entropy.bytes::<1>()[0];
            }
        }
        for path in ["/imports?dry_run=true", "/imports/remarks.xlsx"] {
            let answer = send(&world.secretary, path, file.clone(), &[]).await;
            assert!(matches!(answer.status.as_u16(), 200 | 422), "round {round}: {} {}", answer.status, answer.json);
        }
    }
    for _ in 0..40 {
        let noise: Vec<u8> = (0..200).flat_map(|_| entropy.bytes::<8>()).collect();
        let text: Vec<u8> = noise.iter().map(|b| b % 0x60 + 0x20).collect();
        for file in [noise, text] {
            let answer = send(&world.secretary, "/imports?dry_run=true", file, &[]).await;
            assert!(matches!(answer.status.as_u16(), 200 | 422), "{} {}", answer.status, answer.json);
        }
    }
    assert_eq!(registered(&world).await, 0);
});

on_both!(the_sheet_comes_back_with_remarks_and_can_be_sent_again, |app| {
    let world = World::build(&app).await;
    let mut rows = list(HOME, 1..=4);
    rows.insert(0, row(&["流动党员登记表"]));
    rows.insert(1, row(&[]));
    rows[4][3] = "12345".into();
    rows[5][0] = "=HYPERLINK(\"http://x\")".into();
    rows.insert(5, row(&[]));
    let answer = send(&world.secretary, "/imports/remarks.xlsx", workbook(&rows), &[]).await.is(200);
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"remarks.xlsx\"");
    let back = read(&answer.bytes, 0);
    assert_eq!(back[0][0], "流动党员登记表");
    assert_eq!(back[2], row(&["姓名", "性别", "身份证号", "手机", "入党时间", "流出地党组织", "检查结果"]));
    assert_eq!(back[3][6], "可以登记");
    assert_eq!(back[4][6], "需要改正：D5 手机：应是 11 位手机号码");
    assert!(back[6][6].starts_with("需要改正：A7 姓名："), "{:?}", back[6]);
    assert_eq!(back[6][0], "=HYPERLINK(\"http://x\")", "kept as text");
    assert_eq!(back[4][2], Person::nth(2).id_number);
    let xml = {
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes.clone())).expect("an archive");
        std::io::read_to_string(zip.by_name("xl/worksheets/sheet1.xml").expect("the sheet")).expect("text")
    };
    assert!(!xml.contains("<f>") && !xml.contains("<f "), "no formula");
    // Mended in place and sent again, remarks and all.
    let mut mended = back;
    mended[4][3] = Person::nth(2).phone;
    mended[6][0] = Person::nth(3).name;
    let answer = imported(&world.secretary, workbook(&mended), &[]).await;
    assert_eq!(answer["counts"], counts(4, 0, 4, 0, 0), "{answer:#}");
    let english = Form::new().part("file", Part::bytes(workbook(&list(HOME, 1..=1))));
    let request = world
        .secretary
        .request(Method::POST, "/imports/remarks.xlsx")
        .header("accept-language", "en")
        .multipart(english);
    let said = read(&world.secretary.send(request).await.is(200).bytes, 0);
    assert!(said[1][6].starts_with("to be mended: C2 ID number belongs to a person"), "{said:?}");
});

on_both!(the_template_is_read_again_and_its_example_is_never_imported, |app| {
    let world = World::build(&app).await;
    for language in ["zh", "en"] {
        let request =
            world.secretary.request(Method::GET, "/imports/template.xlsx").header("accept-language", language);
        let template = world.secretary.send(request).await.is(200).bytes;
        let answer = imported(&world.secretary, template.clone(), &[]).await;
        assert_eq!(answer["counts"], counts(1, 0, 0, 0, 1), "{answer:#}");
        assert_eq!((&answer["unsure"], &answer["missing"]), (&json!(false), &json!([])));
        assert_eq!(read(&template, 1).len(), 1 + 15 + 3);
        // Filled in below the example.
        let mut rows = read(&template, 0);
        let person = Person::nth(if language == "zh" { 1 } else { 2 });
        rows.push(row(&[
            &person.name,
            "",
            &person.id_number,
            "",
            &person.phone,
            "2005.7",
            "预备党员",
            "否",
            HOME,
            "",
            "",
            "务工",
            "",
            "",
            "",
        ]));
        let answer = imported(&world.secretary, workbook(&rows), &[]).await;
        assert_eq!(verdicts(&answer), ["2 skipped - example", "3 registered F3 first_of_month"]);
    }
    world.supervisor.get("/imports/template.xlsx").await.problem(403, "not_allowed");
});

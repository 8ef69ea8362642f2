//! The files are read back by another library.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};

use super::{Book, Cell, Column, Kind};
use crate::clock::{Day, Instant};

fn columns() -> Vec<Column> {
    vec![
        Column::new("姓名", 12.0, Kind::Text),
        Column::new("公民身份号码", 22.0, Kind::Code),
        Column::new("次数", 8.0, Kind::Integer),
        Column::new("学时", 8.0, Kind::Number),
        Column::new("入党时间", 12.0, Kind::Day),
        Column::new("签到时间", 18.0, Kind::Instant),
    ]
}

fn noon() -> Instant {
    "2026-11-23T04:00:00.000Z".parse().expect("an instant")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn book() -> Book {
    Book::new("名册", noon()).expect("a book")
}

fn read(file: Vec<u8>) -> (Xlsx<Cursor<Vec<u8>>>, Range<Data>) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).expect("a workbook");
    let name = book.sheet_names().first().expect("a sheet").clone();
    let range = book.worksheet_range(&name).expect("its cells");
    (book, range)
}

/// The one text cell of a sheet that holds this text.
fn kept(text: &str) -> (String, bool) {
    let mut book = book();
    let sheet = book.sheet("名册", &[], vec![Column::new("备注", 20.0, Kind::Text)]).expect("a sheet");
    book.row(sheet, [text.into()]).expect("a row");
    let (mut book, range) = read(book.finish().expect("a file"));
    let formulas = book.worksheet_formula("名册").expect("its formulas");
    let has_formula = formulas.used_cells().any(|(_, _, formula)| !formula.is_empty());
    match range.get_value((1, 0)) {
        Some(Data::String(text)) => (text.clone(), has_formula),
        other => panic!("a text cell, not {other:?}"),
    }
}

#[test]
fn every_kind_comes_back_as_what_it_is() {
    let mut book = book();
    let sheet = book.sheet("名册", &["标题".into(), "说明".into()], columns()).expect("a sheet");
    let cells: [Cell<'_>; 6] = [
        "张三".into(),
        "11010519491231002X".into(),
        Cell::Integer(3),
        Cell::Number(1.5),
        day("2005-07-01").into(),
        noon().into(),
    ];
    book.row(sheet, cells).expect("a row");
    book.row(sheet, std::iter::repeat_n(Cell::Blank, 6)).expect("a row of nothing");
    let (_, range) = read(book.finish().expect("a file"));
    assert_eq!(range.get_value((0, 0)), Some(&Data::String("标题".into())));
    assert_eq!(range.get_value((2, 1)), Some(&Data::String("公民身份号码".into())));
    assert_eq!(range.get_value((3, 1)), Some(&Data::String("11010519491231002X".into())));
    assert_eq!(range.get_value((3, 2)), Some(&Data::Float(3.0)));
    assert_eq!(range.get_value((3, 3)), Some(&Data::Float(1.5)));
    let date = |column| match range.get_value((3, column)) {
        Some(Data::DateTime(at)) => at.to_ymd_hms_milli(),
        other => panic!("a date, not {other:?}"),
    };
    assert_eq!(date(4), (2005, 7, 1, 0, 0, 0, 0));
    assert_eq!(date(5), (2026, 11, 23, 12, 0, 0, 0));
}

#[test]
fn no_text_becomes_a_formula() {
    for text in [
        "=HYPERLINK(\"http://example.invalid\",\"x\")",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "{=1}",
        "http://example.invalid",
        "_x0041_",
        " 前后有空格 ",
        "0012",
        "<b>&\"'",
    ] {
        assert_eq!(kept(text), (text.to_owned(), false), "{text}");
    }
}

#[test]
fn no_text_breaks_the_file() {
    assert_eq!(kept("张\u{0}三\u{b}\u{1f}\u{ffff}李").0, "张�三���李");
    assert_eq!(kept("一\r\n二\r三").0, "一\n二\n三");
    let long = kept(&"😀".repeat(20_000)).0;
    assert_eq!(long.encode_utf16().count(), 32_767);
    assert!(long.ends_with("😀…"));
}

#[test]
fn what_a_spreadsheet_cannot_count_stays_text() {
    let mut book = book();
    let sheet = book.sheet("[名册]:1/2*?'", &[], columns()).expect("a sheet of any name");
    let cells: [Cell<'_>; 6] = [
        Cell::Blank,
        Cell::Blank,
        Cell::Integer(i64::MAX),
        Cell::Number(f64::NAN),
        day("1880-01-01").into(),
        Instant(i64::MIN).into(),
    ];
    book.row(sheet, cells).expect("a row");
    let (_, range) = read(book.finish().expect("a file"));
    assert_eq!(range.get_value((1, 2)), Some(&Data::String("9223372036854775807".into())));
    assert_eq!(range.get_value((1, 3)), Some(&Data::Empty));
    assert_eq!(range.get_value((1, 4)), Some(&Data::String("1880-01-01".into())));
}

#[test]
fn the_same_rows_at_the_same_time_make_the_same_file() {
    let file = || {
        let mut book = book();
        let first = book.sheet("一", &[], columns()).expect("a sheet");
        let second = book.sheet("二", &[], columns()).expect("another");
        book.row(second, ["李四".into()]).expect("a row");
        book.row(first, ["张三".into()]).expect("a row of the sheet before");
        book.total(second, ["合计".into()]).expect("a total");
        book.finish().expect("a file")
    };
    assert_eq!(file(), file());
}

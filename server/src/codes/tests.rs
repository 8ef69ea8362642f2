//! Runs `tests/cases/codes.json`, and what only this side can do: sign.

use serde::Deserialize;

use super::*;
use crate::clock::{Day, Instant};

#[derive(Deserialize)]
struct Table {
    digits: Vec<(String, String)>,
    bad_digits: Vec<String>,
    keys: Keys,
    cards: Vec<CardCase>,
    events: Vec<EventCase>,
    unreadable: Vec<TextCase>,
}

#[derive(Deserialize)]
struct Keys {
    issuer: String,
    holder: String,
    event: String,
    event_key: String,
    audience: String,
}

#[derive(Deserialize)]
struct CardCase {
    name: String,
    text: String,
    kid: u8,
    id: String,
    expiry_day: u16,
    status_index: u32,
    device_key: Option<String>,
    time: Option<u32>,
    audience: Option<String>,
    issued: bool,
    held: bool,
}

#[derive(Deserialize)]
struct EventCase {
    name: String,
    text: String,
    window: String,
    event: String,
    number: u32,
    made: bool,
}

#[derive(Deserialize)]
struct TextCase {
    name: String,
    text: String,
}

fn table() -> Table {
    serde_json::from_str(include_str!("../../../tests/cases/codes.json")).expect("the table of cases")
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let mut bytes = [0; N];
    hex::decode_to_slice(hex, &mut bytes).expect("hexadecimal digits");
    bytes
}

#[test]
fn bytes_and_digits_are_one_to_one() {
    let table = table();
    for (hex, digits) in &table.digits {
        let raw = hex::decode(hex).expect("hexadecimal digits");
        assert_eq!(&pack(&raw), digits, "{hex}");
        assert_eq!(unpack(digits).as_ref(), Some(&raw), "{digits}");
    }
    for digits in &table.bad_digits {
        assert_eq!(unpack(digits), None, "{digits:?}");
    }
}

#[test]
fn every_length_comes_back() {
    for length in 0..=200 {
        let raw: Vec<u8> = (0..length).map(|i| u8::try_from((i * 97 + length * 31) % 256).expect("a byte")).collect();
        assert_eq!(unpack(&pack(&raw)), Some(raw));
    }
}

#[test]
fn card_codes_read_and_verify_as_the_table_says() {
    let table = table();
    let issuer: [u8; 65] = bytes(&table.keys.issuer);
    for case in &table.cards {
        let name = &case.name;
        let Some(Scanned::Card(code)) = read(&case.text) else { panic!("{name}: not read as a card") };
        let claims = CardClaims {
            kid: case.kid,
            id: bytes(&case.id),
            expires_on: Day::from_1970(case.expiry_day),
            status_index: case.status_index,
        };
        assert_eq!(code.claims, claims, "{name}");
        let holder = case.device_key.as_ref().map(|key| Holder {
            device_key: bytes(key),
            time: case.time.expect("a time"),
            audience: bytes(case.audience.as_ref().expect("an audience")),
        });
        assert_eq!(code.holder, holder, "{name}");
        assert_eq!(code.issued_by(&issuer), case.issued, "{name}: issuer");
        assert_eq!(code.held(), case.held, "{name}: holder");
    }
    let genuine = table.cards.iter().find(|case| case.name.starts_with("live, for one event")).expect("the case");
    assert_eq!(genuine.device_key.as_ref(), Some(&table.keys.holder));
    assert_eq!(genuine.audience.as_ref(), Some(&table.keys.audience));
    assert_eq!(audience(bytes(&table.keys.event)), bytes(&table.keys.audience));
}

#[test]
fn event_codes_read_and_verify_as_the_table_says() {
    let table = table();
    let key = bytes(&table.keys.event_key);
    for case in &table.events {
        let name = &case.name;
        let Some(Scanned::Event(code)) = read(&case.text) else { panic!("{name}: not read as an event") };
        let window = if case.window == "rotating" { Window::Rotating } else { Window::Printed };
        assert_eq!((code.window, code.event, code.number), (window, bytes(&case.event), case.number), "{name}");
        assert_eq!(code.made_with(&key), case.made, "{name}");
        if case.made {
            assert_eq!(EventCode::make(window, code.event, code.number, &key), code, "{name}");
            assert!(case.text.ends_with(&code.digits()), "{name}");
        }
    }
}

#[test]
fn all_else_is_no_code() {
    for case in &table().unreadable {
        assert_eq!(read(&case.text), None, "{}", case.name);
    }
}

#[test]
fn a_window_begins_and_ends_where_its_number_changes() {
    let at = Instant::from_seconds(1_795_413_607);
    assert_eq!(Window::Rotating.number(at), 179_541_360);
    assert_eq!(Window::Rotating.starts(179_541_360), Instant::from_seconds(1_795_413_600));
    assert_eq!(Window::Printed.number(at), 20_780);
    assert_eq!(Window::Rotating.number(Instant::from_seconds(-5)), 0);
}

#[test]
fn a_day_past_two_bytes_is_cut_and_not_wrapped() {
    let text = |day: &str| {
        let claims = CardClaims { kid: 1, id: [7; 8], expires_on: day.parse().expect("a day"), status_index: 1 << 19 };
        CardCode::parse([claims.bytes(STATIC_CARD), vec![0; 64]].concat()).expect("a code").claims
    };
    assert_eq!(text("2027-01-31").expires_on.to_string(), "2027-01-31");
    assert_eq!(text("2027-01-31").status_index, 1 << 19);
    assert_eq!(text("2199-12-31").expires_on, Day::from_1970(u16::MAX));
    assert_eq!(text("1950-01-01").expires_on, Day::from_1970(0));
}

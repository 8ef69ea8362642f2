//! Calendar days as people write them into sheets. What may mean two days is told, never guessed.

use super::{fields::half_width, model::Note};
use crate::clock::Day;

/// A day that was read, and what has to be said about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    pub(super) day: Day,
    pub(super) remark: Option<Note>,
}

fn clear(day: Day) -> Read {
    Read { day, remark: None }
}

/// Days that sheets count since 1899-12-30 (the 1900 system, whose year 1900 is a day too long until its March).
const EPOCH: (i16, i8, i8) = (1899, 12, 30);
/// Serial numbers that are days of our members' lives: 1909 to 2099.
const SERIALS: std::ops::RangeInclusive<f64> = 3500.0..=73_050.0;
/// How many days the 1904 system is behind.
pub(super) const SYSTEM_1904: f64 = 1462.0;

/// The day of a serial number in the 1900 system.
pub(super) fn of_serial(serial: f64) -> Result<Day, Note> {
    let (year, month, day) = EPOCH;
    let epoch = Day::new(year, month, day).filter(|_| SERIALS.contains(&serial)).ok_or_else(no_date)?;
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Ok(epoch.plus_days(serial.floor() as i64))
}

/// A number in a cell that is not formatted as a date: a serial number, 20050102, 200501 or 2005.01.
pub(super) fn of_number(number: f64, is_1904: bool) -> Result<Read, Note> {
    if number.fract() == 0.0 && (10_000_000.0..100_000_000.0).contains(&number)
        || (190_001.0..=209_912.0).contains(&number)
    {
        return of_text(&format!("{number:.0}"));
    }
    if (1900.0..2100.0).contains(&number) {
        if number.fract() == 0.0 {
            return Err(year_only());
        }
        // A number cell drops the last zero of 2005.10.
        let text = format!("{number}");
        return match text.split_once('.') {
            Some((_, "1")) => Err(Note::new(
                "ambiguous",
                "is the number of January or October, as a number cell drops the last 0: format the cell as text and write year-month-day",
                "可能是 1 月，也可能是 10 月（数字单元格会丢掉末尾的 0）：请把单元格设成文本，写成“年-月-日”",
            )),
            Some((_, month)) if month.len() <= 2 => of_text(&text),
            _ => Err(no_date()),
        };
    }
    let serial = if is_1904 { number + SYSTEM_1904 } else { number };
    Ok(Read { day: of_serial(serial)?, remark: Some(serial_remark()) })
}

/// A day in words.
pub(super) fn of_text(text: &str) -> Result<Read, Note> {
    let text: String = text.chars().map(half_width).collect();
    let text = text.trim();
    if text.chars().count() > 40 {
        return Err(no_date());
    }
    let text = arabic(without_time(text));
    // A program that wrote the list took 20050102 for a number to reckon with.
    let text = text.strip_suffix(".0").filter(|whole| whole.len() == 8).unwrap_or(&text);
    if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        let day = of_serial(text.parse().map_err(|_| no_date())?)?;
        return Ok(Read { day, remark: Some(serial_remark()) });
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()) {
        parts.push(part);
    }
    let rest: String = text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    let known = rest.chars().all(|c| "-./年月日号、,—–_\\".contains(c));
    if !known || parts.is_empty() {
        return Err(no_date());
    }
    match parts.as_slice() {
        [all] if all.len() == 8 => of_parts(&all[..4], &all[4..6], &all[6..]).map(clear),
        [all] if all.len() == 6 && century(&all[..2]) => of_month(&all[..4], &all[4..]),
        [all] if all.len() == 4 && century(&all[..2]) => Err(year_only()),
        [year, month] if year.len() == 4 => of_month(year, month),
        [year, month, day] if year.len() == 4 => of_parts(year, month, day).map(clear),
        [_, _, year] if year.len() == 4 => Err(Note::new(
            "ambiguous",
            "begins with day or month, which may be mistaken for each other: write year-month-day",
            "日和月的先后不清楚：请写成“年-月-日”",
        )),
        [_, _, _] | [_, _] => Err(Note::new(
            "ambiguous",
            "has no year of four digits: write year-month-day, such as 1998-07-01",
            "年份不足四位：请写成“年-月-日”，例如 1998-07-01",
        )),
        _ => Err(no_date()),
    }
}

fn century(text: &str) -> bool {
    matches!(text, "18" | "19" | "20" | "21")
}

/// What stands before a time of day, as in `2005-07-01 00:00:00`.
fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T', 't']) {
        Some((day, time)) if time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || " :.Zz+".contains(c)) => {
            day
        }
        _ => text,
    }
}

fn of_month(year: &str, month: &str) -> Result<Read, Note> {
    let day = of_parts(year, month, "1")?;
    let remark =
        Note::new("first_of_month", format!("names no day: {day} is taken"), format!("没有写明日期，按 {day} 登记"));
    Ok(Read { day, remark: Some(remark) })
}

fn of_parts(year: &str, month: &str, day: &str) -> Result<Day, Note> {
    let date = || Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    match date() {
        Some(day) if (1800..=2200).contains(&day.year()) => Ok(day),
        _ => Err(Note::new("no_such_day", "is a day that the calendar does not have", "这一天在日历上不存在")),
    }
}

/// The digits for Chinese numerals, as in 二〇〇五年十二月二十五日; other texts stay as they are.
fn arabic(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| match c {
        '零' | '○' => Some(0),
        '元' => Some(1),
        c => DIGITS.chars().position(|d| d == c),
    };
    if !text.chars().any(|c| digit(c).is_some() || c == '十') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| digit(chars[at])).is_some();
        let after = chars.get(at + 1).copied().and_then(digit).is_some();
        match (digit(*c), *c) {
            (Some(n), _) => out.push_str(&n.to_string()),
            // 十 is 10, 十二 12, 二十 20, 二十五 25.
            (None, '十') => out.push_str(match (before, after) {
                (false, false) => "10",
                (false, true) => "1",
                (true, false) => "0",
                (true, true) => "",
            }),
            (None, c) => out.push(c),
        }
    }
    out
}

fn year_only() -> Note {
    Note::new("year_only", "names a year only: write year-month-day", "只有年份：请写成“年-月-日”")
}

fn serial_remark() -> Note {
    Note::new(
        "serial_number",
        "is a number by which Excel counts days; it was read as a day, please compare",
        "是 Excel 的日期序号，已换算成日期，请核对",
    )
}

fn no_date() -> Note {
    Note::new(
        "no_date",
        "is not a date: write year-month-day, such as 2005-07-01",
        "不是日期：请写成“年-月-日”，例如 2005-07-01",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        match of_text(text) {
            Ok(Read { day, remark }) => {
                format!("{day}{}", remark.map_or(String::new(), |note| format!(" {}", note.code)))
            }
            Err(note) => note.code.into(),
        }
    }

    #[test]
    fn days_in_every_habit() {
        for habit in [
            "2005-01-02",
            "2005.1.2",
            "2005/1/2",
            "2005年1月2日",
            "2005 年 1 月 2 日",
            "2005年01月02号",
            "20050102",
            "20050102.0",
            "2005。1。2",
            "２００５－１－２",
            "2005-01-02 00:00:00",
            "2005/1/2 0:00",
            "2005-01-02T00:00:00.000Z",
            " 2005.01.02 ",
            "2005、1、2",
            "2005.1.2.",
            "二〇〇五年一月二日",
            "二零零五年一月二日",
            "2005—1—2",
        ] {
            let found = text(&habit.replace('。', "."));
            assert_eq!(found, "2005-01-02", "{habit}");
        }
        assert_eq!(text("一九九八年十二月二十五日"), "1998-12-25");
        assert_eq!(text("一九九八年十月三十日"), "1998-10-30");
        assert_eq!(text("一九九八年十一月十日"), "1998-11-10");
    }

    #[test]
    fn a_month_is_its_first_day_and_that_is_said() {
        for habit in ["2005年1月", "2005.01", "2005-1", "2005/01", "200501", "2005.1"] {
            assert_eq!(text(habit), "2005-01-01 first_of_month", "{habit}");
        }
    }

    #[test]
    fn what_is_unclear_or_impossible_is_told() {
        for (habit, code) in [
            ("2005-02-30", "no_such_day"),
            ("2005年13月1日", "no_such_day"),
            ("20050231", "no_such_day"),
            ("2005.0.1", "no_such_day"),
            ("1/7/2005", "ambiguous"),
            ("98.7.1", "ambiguous"),
            ("05-7", "ambiguous"),
            ("2005", "year_only"),
            ("2005年", "year_only"),
            ("不详", "no_date"),
            ("入党", "no_date"),
            ("", "no_date"),
            ("2005-01-02-03", "no_date"),
            ("July 1 2005", "no_date"),
            ("99999", "no_date"),
            ("2005年1月2日（补）", "no_date"),
            ("0000000000000000000000000000000000000000000000000", "no_date"),
        ] {
            assert_eq!(text(habit), code, "{habit}");
        }
    }

    #[test]
    fn numbers_as_excel_keeps_them() {
        let number =
            |number, is_1904| of_number(number, is_1904).map(|read| read.day.to_string()).map_err(|note| note.code);
        assert_eq!(number(38_353.0, false), Ok("2005-01-01".into()));
        assert_eq!(number(38_353.75, false), Ok("2005-01-01".into()));
        assert_eq!(number(36_891.0, true), Ok("2005-01-01".into()));
        assert_eq!(number(20_050_102.0, false), Ok("2005-01-02".into()));
        assert_eq!(number(200_501.0, false), Ok("2005-01-01".into()));
        assert_eq!(number(2005.01, false), Ok("2005-01-01".into()));
        assert_eq!(number(2005.12, false), Ok("2005-12-01".into()));
        assert_eq!(number(2005.7, false), Ok("2005-07-01".into()));
        assert_eq!(number(2005.1, false), Err("ambiguous"));
        assert_eq!(number(2005.0, false), Err("year_only"));
        assert_eq!(number(20_050_230.0, false), Err("no_such_day"));
        for bad in [0.0, -1.0, 1.0, 1e9, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(number(bad, false), Err("no_date"), "{bad}");
        }
        assert_eq!(text("38353"), "2005-01-01 serial_number");
    }
}

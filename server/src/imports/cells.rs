//! From what stands in a cell to what a field holds. What cannot be known is told, never guessed.

use super::{dates, fields::half_width, model::Note, table::Value};
use crate::{
    clock::Day,
    parsing::Line,
    people::{IdNumber, PersonName, Phone},
};

/// What a field holds, and what has to be said about it.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) remark: Option<Note>,
}

pub(super) type Cell<T> = Result<Read<T>, Note>;

pub(super) fn clear<T>(value: T) -> Read<T> {
    Read { value, remark: None }
}

/// The ASCII forms of a text without any blanks.
fn compact(value: &Value) -> String {
    value.words().chars().map(half_width).filter(|c| !c.is_whitespace()).collect()
}

/// A name. Two-character names are often stretched by blanks to the width of three.
pub(super) fn name(value: &Value) -> Cell<PersonName> {
    let Value::Text(_) = value else {
        return Err(Note::new("not_text", "must be a name in words", "应填写文字的姓名"));
    };
    let words: String = value.words().chars().map(|c| if half_width(c) == ' ' { ' ' } else { c }).collect();
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c) || ('\u{20000}'..='\u{323af}').contains(&c);
    let stretched = words.contains(' ') && words.chars().all(|c| c == ' ' || is_han(c));
    let name = if stretched { words.replace(' ', "") } else { words };
    let remark =
        stretched.then(|| Note::new("blanks_taken_out", "had blanks in it, which were taken out", "中间的空格已去掉"));
    let value = name.parse().map_err(|_| {
        Note::new(
            "invalid",
            "must be a name: letters, blanks, dots and dashes",
            "姓名中只能有文字、间隔号和空格，最多 50 字",
        )
    })?;
    Ok(Read { value, remark })
}

/// An ID number: text, and whole.
pub(super) fn id_number(value: &Value) -> Cell<IdNumber> {
    let cut = || {
        Note::new(
            "cut_by_excel",
            "was turned into a number by the spreadsheet, which lost its last digits: format the cell as text and type it again",
            "被表格软件变成了数字，末几位已经丢失：请把单元格设成文本，再重新输入",
        )
    };
    let text = match value {
        Value::Number(number) if number.abs() >= 1e15 => return Err(cut()),
        Value::Text(_) | Value::Number(_) => compact(value).to_ascii_uppercase().replace(['-', '－', '—'], ""),
        _ => return Err(Note::new("not_text", "must be an ID number as text", "应填写文本形式的身份证号")),
    };
    if is_scientific(&text) {
        return Err(cut());
    }
    if text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Note::new(
            "old_id_number",
            "is an old ID number of 15 digits: write the one of 18 characters from the present ID",
            "是 15 位的旧号码：请按现在的身份证填写 18 位号码",
        ));
    }
    text.parse().map(clear).map_err(|error: &'static str| {
        // Fifteen digits are as many as a spreadsheet keeps of a number.
        if text.len() == 18 && text.ends_with("000") && text.bytes().all(|b| b.is_ascii_digit()) {
            return cut();
        }
        match error {
            error if error.contains("18 characters") => {
                let count = text.chars().count();
                Note::new(
                    "wrong_length",
                    format!("must have 18 characters, and has {count}"),
                    format!("应是 18 位，现在是 {count} 位"),
                )
            }
            error if error.contains("birth date") => {
                Note::new("birth_date", error, "其中的出生日期不存在，请对照证件核对")
            }
            error if error.contains("wrong check") => {
                Note::new("check_character", error, "末位校验不符，请对照证件核对是否有误")
            }
            error => Note::new("invalid", error, "只能是 17 位数字加 1 位校验码（数字或 X）"),
        }
    })
}

/// Whether a number was written with an exponent, as in 1.10105E+17.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    digits(mantissa) && digits(exponent.trim_start_matches(['+', '-']))
}

/// A mobile number with or without +86, blanks and dashes; text or a number.
pub(super) fn phone(value: &Value) -> Cell<Phone> {
    let text = compact(value);
    if is_scientific(&text) {
        return Err(Note::new(
            "cut_by_excel",
            "was shortened by the spreadsheet: format the cell as text and type it again",
            "被表格软件缩写了：请把单元格设成文本，再重新输入",
        ));
    }
    // A program that wrote the list took the number for one to reckon with.
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '(' | ')' | '.' | '—' | '–')).collect();
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    let number = ["0086", "86"].iter().find_map(|code| digits.strip_prefix(code).filter(|rest| rest.len() == 11));
    number.unwrap_or(digits).parse().map(clear).map_err(|error: &'static str| {
        let several = text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() >= 11).count() > 1;
        if several {
            return Note::new(
                "several",
                "holds several numbers: keep the mobile number",
                "写了几个号码：请只留一个手机号",
            );
        }
        Note::new("invalid", error, "应是 11 位手机号码")
    })
}

/// A calendar day.
pub(super) fn day(value: &Value, is_1904: bool) -> Cell<Day> {
    let read = match value {
        Value::Date(serial) => dates::of_serial(*serial).map(|day| dates::Read { day, remark: None }),
        Value::Number(number) => dates::of_number(*number, is_1904),
        _ => dates::of_text(&value.words()),
    }?;
    Ok(Read { value: read.day, remark: read.remark })
}

/// A line of text of the field's length.
pub(super) fn line<const MAX: usize>(value: &Value) -> Cell<Line<MAX>> {
    let words = value.words();
    words.split_whitespace().collect::<Vec<_>>().join(" ").parse().map(clear).map_err(|error: String| {
        if words.chars().count() > MAX {
            return Note::new("too_long", error, format!("最多 {MAX} 字"));
        }
        Note::new("invalid", error, "含有不能使用的字符")
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What became of a cell, in one line.
    pub(in crate::imports) fn outcome<T: std::fmt::Display>(read: Cell<T>) -> String {
        match read {
            Ok(Read { value, remark }) => {
                format!("{value}{}", remark.map_or(String::new(), |note| format!(" {}", note.code)))
            }
            Err(note) => note.code.into(),
        }
    }

    #[test]
    fn id_numbers_are_mended_where_nothing_is_lost_and_told_where_something_is() {
        let text = |text: &str| outcome(id_number(&Value::text(text)));
        for habit in [
            "99000019491231019X",
            "99000019491231019x",
            " 99000019491231019X ",
            "'99000019491231019X",
            "990000 19491231 019X",
            "９９００００１９４９１２３１０１９Ｘ",
            "=\"99000019491231019X\"",
            "990000-19491231-019X",
            "99000019491231019Ｘ",
        ] {
            assert_eq!(text(habit), "99000019491231019X", "{habit}");
        }
        for (habit, code) in [
            ("9.90000194912310E+17", "cut_by_excel"),
            ("9.9E+17", "cut_by_excel"),
            ("990000194912310000", "cut_by_excel"),
            ("990000491231002", "old_id_number"),
            ("99000019491231002", "wrong_length"),
            ("99000019490231002X", "birth_date"),
            ("990000194912310021", "check_character"),
            ("9900001949123100甲X", "wrong_length"),
            ("A9000019491231002X", "invalid"),
            ("无", "wrong_length"),
        ] {
            assert_eq!(text(habit), code, "{habit}");
        }
        assert_eq!(outcome(id_number(&Value::Number(9.900_001_949_123_1e17))), "cut_by_excel");
        assert_eq!(outcome(id_number(&Value::Number(990_000_491_231_002.0))), "old_id_number");
        assert_eq!(outcome(id_number(&Value::Bool(true))), "not_text");
    }

    #[test]
    fn phones_as_people_write_them() {
        for habit in [
            "13800000000",
            "+86 138-0000-0000",
            "0086 13800000000",
            "8613800000000",
            "１３８００００００００",
            "138 0000 0000",
            "'13800000000",
            "(+86)13800000000",
            "13800000000.0",
        ] {
            assert_eq!(outcome(phone(&Value::text(habit))), "13800000000", "{habit}");
        }
        assert_eq!(outcome(phone(&Value::Number(13_800_000_000.0))), "13800000000");
        for (habit, code) in [
            ("13800000000/13900000000", "several"),
            ("1.38E+10", "cut_by_excel"),
            ("021-55550100", "invalid"),
            ("1380000000", "invalid"),
            ("无", "invalid"),
        ] {
            assert_eq!(outcome(phone(&Value::text(habit))), code, "{habit}");
        }
    }

    #[test]
    fn names_keep_their_form() {
        for (typed, name_or_code) in [
            ("张三", "张三"),
            ("张　三", "张三 blanks_taken_out"),
            ("阿依古丽·买买提", "阿依古丽·买买提"),
            ("John Smith", "John Smith"),
            ("=1+1", "invalid"),
            ("12", "invalid"),
        ] {
            assert_eq!(outcome(name(&Value::text(typed))), name_or_code, "{typed}");
        }
        assert_eq!(outcome(name(&Value::Number(5.0))), "not_text");
    }
}

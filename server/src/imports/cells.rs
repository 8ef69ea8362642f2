//! From what stands in a cell to what a field holds. What cannot be known is told, never guessed.

use super::{
    dates,
    fields::{half_width, plain},
    model::Note,
    table::Value,
};
use crate::{
    clock::Day,
    parsing::Line,
    people::{Gender, IdNumber, Membership, PersonName, Phone},
    registrations::FlowReason,
};

/// What a field holds, and what has to be said about it.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) remark: Option<Note>,
}

type Cell<T> = Result<Read<T>, Note>;

fn clear<T>(value: T) -> Read<T> {
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

/// One word of a closed list.
fn word<T: Copy>(value: &Value, lists: &[(T, &[&str])], unknown: impl FnOnce() -> Note) -> Cell<T> {
    let typed = plain(&value.words());
    let found = lists.iter().find(|(_, words)| words.contains(&typed.as_str()));
    found.map(|(meant, _)| clear(*meant)).ok_or_else(unknown)
}

/// A gender, also by the national code.
pub(super) fn gender(value: &Value) -> Cell<Gender> {
    let lists: &[(Gender, &[&str])] = &[
        (Gender::Male, &["男", "男性", "男士", "m", "male", "1"]),
        (Gender::Female, &["女", "女性", "女士", "f", "female", "2"]),
    ];
    word(value, lists, || Note::new("unknown_word", "must be 男 or 女 (male or female)", "请填“男”或“女”"))
}

/// Full or probationary.
pub(super) fn membership(value: &Value) -> Cell<Membership> {
    let lists: &[(Membership, &[&str])] = &[
        (Membership::Full, &["正式", "正式党员", "中共党员", "中共正式党员", "党员", "full", "fullmember"]),
        (
            Membership::Probationary,
            &["预备", "预备党员", "中共预备党员", "预备期", "probationary", "probationarymember"],
        ),
    ];
    word(value, lists, || {
        Note::new("unknown_word", "must be 正式党员 or 预备党员 (full or probationary)", "请填“正式党员”或“预备党员”")
    })
}

/// Whether a person is retired.
pub(super) fn retired(value: &Value) -> Cell<bool> {
    if let Value::Bool(said) = value {
        return Ok(clear(*said));
    }
    let mark = value.words();
    match mark.trim() {
        "√" | "✓" | "✔" | "☑" => return Ok(clear(true)),
        "×" | "✗" | "✕" | "☐" | "□" | "-" | "—" | "/" | "\\" => return Ok(clear(false)),
        _ => {}
    }
    let lists: &[(bool, &[&str])] = &[
        (true, &["是", "已退休", "退休", "离休", "离退休", "1", "y", "yes", "true", "有", "对"]),
        (false, &["否", "未退休", "不是", "在职", "0", "n", "no", "false", "无", "没有"]),
    ];
    word(value, lists, || Note::new("unknown_word", "must be 是 or 否 (yes or no)", "请填“是”或“否”"))
}

/// Why people move, in the words of their sheets.
const REASONS: &[(FlowReason, &[&str])] = &[
    (
        FlowReason::Employment,
        &[
            "务工",
            "外出务工",
            "打工",
            "外出打工",
            "就业",
            "外出就业",
            "务工就业",
            "就业务工",
            "工作",
            "外出工作",
            "上班",
            "务工人员",
            "工作调动",
            "工作调整",
            "调动",
            "外派",
            "驻外",
            "派驻",
            "异地工作",
            "异地就业",
            "自由职业",
            "灵活就业",
            "务工经商",
            "外出务工经商",
            "employment",
            "work",
        ],
    ),
    (
        FlowReason::Business,
        &[
            "经商",
            "外出经商",
            "创业",
            "自主创业",
            "外出创业",
            "个体",
            "个体经营",
            "个体户",
            "做生意",
            "办企业",
            "投资办企业",
            "经营",
            "business",
        ],
    ),
    (
        FlowReason::Study,
        &[
            "学习",
            "求学",
            "外出学习",
            "外出求学",
            "上学",
            "读书",
            "就学",
            "升学",
            "进修",
            "培训",
            "留学",
            "在校学习",
            "study",
        ],
    ),
    (
        FlowReason::Family,
        &[
            "随家人",
            "随家人居住",
            "随迁",
            "家属随迁",
            "投靠",
            "投靠子女",
            "投靠亲属",
            "投亲",
            "随子女居住",
            "随子女生活",
            "与子女同住",
            "照顾家人",
            "照顾老人",
            "照顾子女",
            "照顾孙辈",
            "照看孙辈",
            "带孙子",
            "带孩子",
            "带小孩",
            "照看小孩",
            "帮带小孩",
            "探亲",
            "结婚",
            "婚嫁",
            "婚迁",
            "随军",
            "家庭原因",
            "family",
        ],
    ),
    (
        FlowReason::Retirement,
        &[
            "退休",
            "退休居住",
            "离退休",
            "退休后异地居住",
            "退休异地居住",
            "异地养老",
            "养老",
            "离退休异地居住",
            "退休养老",
            "retirement",
        ],
    ),
    (FlowReason::Restructured, &["改制", "单位改制", "企业改制", "转制", "企业转制", "restructured"]),
    (FlowReason::Bankrupt, &["破产", "单位破产", "企业破产", "bankrupt"]),
    (
        FlowReason::Dissolved,
        &[
            "撤销",
            "单位撤销",
            "企业撤销",
            "解散",
            "单位解散",
            "企业解散",
            "注销",
            "企业注销",
            "关闭",
            "企业关闭",
            "倒闭",
            "dissolved",
        ],
    ),
    (FlowReason::LaidOff, &["下岗", "失业", "待业", "下岗失业", "下岗职工", "解除劳动合同", "laidoff"]),
    (FlowReason::Other, &["其他", "其它", "其他原因", "其它原因", "other"]),
];

/// Why a member moved.
pub(super) fn flow_reason(value: &Value) -> Cell<FlowReason> {
    let mut read = word(value, REASONS, || {
        Note::new(
            "unknown_word",
            "is no reason that is known: write 务工, 经商, 学习, 随家人居住, 退休, 改制, 破产, 撤销, 下岗 or 其他",
            "不认识这个原因，请填：务工、经商、学习、随家人居住、退休、改制、破产、撤销、下岗或其他",
        )
    })?;
    let typed = plain(&value.words());
    if typed.contains("务工") && typed.contains("经商") {
        read.remark =
            Some(Note::new("first_of_two", "names two reasons: employment is taken", "写了两种原因，按“务工就业”登记"));
    }
    Ok(read)
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
mod tests {
    use super::*;

    fn outcome<T: std::fmt::Display>(read: Cell<T>) -> String {
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

    #[test]
    fn words_of_closed_lists() {
        assert_eq!(outcome(gender(&Value::text("男 "))), "male");
        assert_eq!(outcome(gender(&Value::text("Female"))), "female");
        assert_eq!(outcome(gender(&Value::Number(2.0))), "female");
        assert_eq!(outcome(gender(&Value::text("未知"))), "unknown_word");
        for yes in ["是", "√", "1", "已退休", "Y"] {
            assert_eq!(outcome(retired(&Value::text(yes))), "true", "{yes}");
        }
        for no in ["否", "×", "0", "在职", "/"] {
            assert_eq!(outcome(retired(&Value::text(no))), "false", "{no}");
        }
        assert_eq!(outcome(retired(&Value::Bool(true))), "true");
        assert_eq!(outcome(membership(&Value::text("中共预备党员"))), "probationary");
        assert_eq!(outcome(flow_reason(&Value::text("外出务工"))), "employment");
        assert_eq!(outcome(flow_reason(&Value::text("务工经商"))), "employment first_of_two");
        assert_eq!(outcome(flow_reason(&Value::text("随子女居住（上海）"))), "family");
        assert_eq!(outcome(flow_reason(&Value::text("云游"))), "unknown_word");
    }

    #[test]
    fn no_word_stands_for_two_reasons() {
        let mut seen = std::collections::HashSet::new();
        for word in REASONS.iter().flat_map(|(_, words)| *words) {
            assert!(seen.insert(*word), "{word}");
            assert_eq!(plain(word), *word);
        }
        assert_eq!(REASONS.len(), FlowReason::ALL.len());
    }
}

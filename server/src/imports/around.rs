//! The lines that stand around members: examples, totals, signatures, the titles of a sheet's parts.

use super::{
    fields::{self, plain},
    table::{Line, Value},
};

/// Whether a cell holds the digits of an ID or a phone, right or wrong, and not what somebody signs with.
pub(super) fn is_a_number(value: &Value) -> bool {
    let words = value.words();
    let digits = words.chars().map(fields::half_width).filter(char::is_ascii_digit).count();
    digits >= 6 && !words.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

/// Whether the row shows how to fill the sheet in.
pub(super) fn is_example(line: &Line) -> bool {
    line.filled().take(3).any(|(_, value)| match value {
        Value::Text(text) => {
            let text = plain_whole(text);
            matches!(text.as_str(), "例" | "例如" | "样例" | "范例" | "example")
                || text.contains("示例")
                || text.contains("填写样例")
        }
        _ => false,
    })
}

/// The letters and digits of a text, those in brackets too.
fn plain_whole(text: &str) -> String {
    text.chars().map(fields::half_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words with which the last lines of a sheet begin, and the lines between its parts.
const FOOTERS: &[&str] = &[
    "合计",
    "总计",
    "共计",
    "小计",
    "填表人",
    "制表人",
    "填报人",
    "经办人",
    "审核人",
    "审批人",
    "负责人",
    "联系人",
    "填表单位",
    "填报单位",
    "制表单位",
    "填表日期",
    "填报日期",
    "制表日期",
    "填表时间",
    "填报时间",
    "备注",
    "注",
    "说明",
    "填表说明",
    "填写说明",
    "单位盖章",
    "盖章",
    "党支部书记",
    "支部书记",
    "书记签字",
    "签字",
    "total",
    "sum",
];

/// Whether the row is one of the lines that stand around members.
pub(super) fn is_footer(line: &Line) -> bool {
    let mut filled = line.filled();
    let Some((_, first)) = filled.next() else { return true };
    let Value::Text(text) = first else { return false };
    let alone = filled.next().is_none();
    let named = [plain(text), plain_whole(text)].iter().any(|begins| {
        let mut rests = FOOTERS.iter().filter_map(|word| begins.strip_prefix(word));
        rests.any(|rest| rest.is_empty() || text.contains(['：', ':', '（', '(', ' ', '\u{3000}']))
    });
    // 一、第一支部  （二）第二支部
    let numbered = alone && {
        let text = text.trim_start_matches(['（', '(']);
        let digits = text.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
        digits.len() < text.len() && digits.starts_with(['、', '）', ')', '.', '．'])
    };
    named || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[&str]) -> Line {
        Line { number: 9, cells: cells.iter().map(|text| Value::text(text)).collect() }
    }

    #[test]
    fn lines_around_members_are_known() {
        for footer in [
            &["合计", "25 人"][..],
            &["填表人：张三", "", "审核人：李四"],
            &["", "填表人: 张三"],
            &["备注：以上信息属实"],
            &["注：1. 请逐项填写"],
            &["一、金山区第一支部"],
            &["（二）青浦区第一支部"],
            &["填表日期：2026年11月"],
            &["合 计"],
            &["单位（盖章）"],
        ] {
            assert!(is_footer(&line(footer)), "{footer:?}");
        }
        for member in [&["1", "张三"][..], &["张三"], &["注册员"], &["书记"], &["一", "张三"], &["备", "张三"]]
        {
            assert!(!is_footer(&line(member)), "{member:?}");
        }
        assert!(
            is_example(&line(&["示例", "张三"]))
                && is_example(&line(&["1", "张三（示例）"]))
                && is_example(&line(&["例", "张三"]))
        );
        assert!(!is_example(&line(&["1", "张三", "男", "示例路 8 号"])));
    }
}

//! Cells that hold one word of a closed list, in the words of people's sheets.

use super::{
    cells::{Cell, clear},
    fields::plain,
    model::Note,
    table::Value,
};
use crate::{
    people::{Gender, Membership},
    registrations::FlowReason,
};

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

#[cfg(test)]
mod tests {
    use super::{super::cells::tests::outcome, *};

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

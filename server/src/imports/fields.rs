//! THE table of synonyms: what people write above their columns, and which field they mean by it.

use super::model::{Field, Note};

/// What stands in a sheet for one field.
pub(super) struct Entry {
    /// The field.
    pub(super) field: Field,
    /// What the template and remarks call it, in Chinese and in English.
    pub(super) title: (&'static str, &'static str),
    /// Whether nothing can stand for it.
    pub(super) required: bool,
    /// Headings as [`plain`] leaves them, the clearest first.
    pub(super) synonyms: &'static [&'static str],
}

macro_rules! fields {
    ($($field:ident $zh:literal $en:literal $required:literal [$($synonym:literal)*])*) => {
        /// THE table; its order is that of the template.
        pub(super) const TABLE: &[Entry] = &[$(Entry {
            field: Field::$field,
            title: ($zh, $en),
            required: $required,
            synonyms: &[$($synonym),*],
        }),*];
    };
}

fields! {
    Name "姓名" "Name" true [
        "姓名" "党员姓名" "流动党员姓名" "本人姓名" "成员姓名" "人员姓名" "名字" "党员名字" "党员" "name" "fullname"
    ]
    Gender "性别" "Gender" false ["性别" "男女" "sex" "gender"]
    IdNumber "身份证号" "ID number" true [
        "身份证号" "公民身份号码" "身份证号码" "居民身份证号码" "居民身份证号" "公民身份证号码" "公民身份证号" "党员身份证号" "党员身份证号码"
        "本人身份证号" "本人身份证号码" "身份号码" "身份证" "居民身份证" "证件号码" "证件号" "有效证件号码" "idnumber" "idno" "idcard" "idcardnumber"
    ]
    BirthDate "出生日期" "Birth date" false [
        "出生日期" "出生年月日" "出生年月" "出生时间" "出生" "生日" "birthdate" "dateofbirth" "birthday"
    ]
    Phone "手机" "Mobile phone" true [
        "手机" "手机号" "手机号码" "本人手机" "本人手机号" "本人手机号码" "移动电话" "联系手机" "手机电话" "党员手机" "党员手机号" "本人联系电话"
        "本人电话" "党员联系电话" "联系电话" "电话号码" "电话" "联系方式" "联系号码" "phone" "mobile" "mobilephone" "phonenumber" "mobilenumber" "tel" "telephone"
    ]
    JoinedOn "入党日期" "Joined the party on" true [
        "入党日期" "入党时间" "入党年月日" "入党年月" "加入党组织日期" "加入党组织时间" "加入中国共产党日期" "加入中国共产党时间" "何时入党" "入党"
        "joinedthepartyon" "joinedon" "joined" "datejoined" "joineddate" "partyjoindate"
    ]
    Membership "党员类别" "Membership" false [
        "党员类别" "人员类别" "党员类型" "人员类型" "党员身份" "政治面貌" "membership" "membershiptype"
    ]
    Retired "是否退休" "Retired" false ["是否退休" "是否离退休" "退休" "离退休" "退休与否" "是否已退休" "退休状态" "retired"]
    Home "流出地党组织" "Home unit" true [
        "流出地党组织" "流出地党组织名称" "流出地党支部" "流出地党支部名称" "流出地支部" "流出党组织" "流出党组织名称" "流出党支部" "流出党支部名称"
        "流出地党组织全称" "组织关系所在党组织" "组织关系所在党支部" "组织关系所在支部" "组织关系所在地党组织" "组织关系所在单位" "组织关系所在地" "组织关系所属党组织" "组织关系所属党支部"
        "正式组织关系所在党组织" "正式组织关系所在地" "组织关系隶属党组织" "原党支部" "原支部" "原党组织" "原党组织名称" "原党支部名称" "原所在党支部" "原所在党组织" "原所在支部"
        "原单位党组织" "户籍地党组织" "流出单位党组织" "流出地" "流出地单位" "组织关系" "homeunit" "home" "homebranch"
    ]
    Host "流入地党组织" "Host unit" true [
        "流入地党组织" "流入地党组织名称" "流入地党支部" "流入地党支部名称" "流入地支部" "流入党组织" "流入党组织名称" "流入党支部" "流入党支部名称"
        "流入地党组织全称" "现党支部" "现支部" "现党组织" "现党组织名称" "现党支部名称" "现所在党支部" "现所在党组织" "现所在支部" "目前所在党支部" "接收党组织" "接收党支部" "接收支部"
        "流动党支部" "流动党员党支部" "所在流动党支部" "参加活动党支部" "参加活动的党支部" "活动党支部" "流入地" "hostunit" "host" "hostbranch"
    ]
    StartedOn "流动开始日期" "Since" false [
        "流动开始日期" "流动开始时间" "流动起始日期" "流动起始时间" "外出日期" "外出时间" "外出年月" "外出起始时间" "外出起始日期" "外出流动时间" "流动日期" "流动时间" "流入日期" "流入时间"
        "流出日期" "流出时间" "来沪时间" "来沪日期" "起始日期" "起始时间" "开始日期" "开始时间" "startedon" "since" "startdate"
    ]
    FlowReason "流动原因" "Reason" false [
        "流动原因" "外出原因" "外出流动原因" "流出原因" "流入原因" "外出事由" "流动事由" "流动理由" "flowreason" "reason"
    ]
    Employer "工作单位" "Employer" false [
        "工作单位" "现工作单位" "目前工作单位" "工作单位名称" "工作单位及职务" "工作单位及岗位" "现工作单位及职务" "就业单位" "务工单位" "从业单位" "所在单位" "流入地工作单位" "外出务工单位"
        "employer" "company" "workplace"
    ]
    Address "现居住地址" "Present address" false [
        "现居住地址" "现居住地" "现住址" "现居住地详细地址" "现居住详细地址" "现住地址" "现居地" "居住地址" "居住地" "流入地居住地址" "流入地详细地址" "流入地地址" "外出居住地址" "外出地址"
        "外出地点" "常住地址" "详细地址" "联系地址" "通讯地址" "通信地址" "住址" "家庭住址" "家庭地址" "地址" "address" "presentaddress"
    ]
    ConsentGivenOn "同意日期" "Consent given on" false [
        "同意日期" "同意时间" "知情同意日期" "告知书签署日期" "同意书签署日期" "签署日期" "签字日期" "consentgivenon" "consentdate"
    ]
}

/// Headings that may mean either end: only a person can say which.
const EITHER_END: &[&str] = &[
    "党组织",
    "党组织名称",
    "党支部",
    "党支部名称",
    "所在党支部",
    "所在党组织",
    "所在支部",
    "支部",
    "支部名称",
    "所属党支部",
    "所属党组织",
    "所属支部",
    "branch",
    "unit",
];

/// The entry of a field.
pub(super) fn entry(field: Field) -> &'static Entry {
    // Every field has its entry: a test holds it.
    TABLE.iter().find(|entry| entry.field == field).unwrap_or(&TABLE[0])
}

/// The field's name in both languages, to put into a sentence.
pub(super) fn titled(field: Field, note: &Note) -> (String, String) {
    let (zh, en) = entry(field).title;
    (format!("{zh}：{}", note.zh), format!("{en} {}", note.en))
}

/// What a heading means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field, and how clearly: the smaller the clearer.
    Field(Field, usize),
    /// One of the two ends, but which?
    EitherEnd,
    /// Nothing that is needed.
    Nothing,
}

/// What a plain heading means.
pub(super) fn meaning(heading: &str) -> Meaning {
    for entry in TABLE {
        if let Some(rank) = entry.synonyms.iter().position(|synonym| *synonym == heading) {
            return Meaning::Field(entry.field, rank);
        }
    }
    if EITHER_END.contains(&heading) { Meaning::EitherEnd } else { Meaning::Nothing }
}

/// A heading without what differs from one sheet to the next: brackets and what is in them, stars, colons, blanks, line
/// breaks, full-width letters and capitals.
pub(super) fn plain(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut outside = String::new();
    let mut all = String::new();
    for c in heading.chars().map(half_width).take(200) {
        match c {
            '(' | '[' | '{' | '【' | '〔' | '「' | '<' | '《' => depth += 1,
            ')' | ']' | '}' | '】' | '〕' | '」' | '>' | '》' => depth = depth.saturating_sub(1),
            c if c.is_alphanumeric() => {
                all.extend(c.to_lowercase());
                if depth == 0 {
                    outside.extend(c.to_lowercase());
                }
            }
            _ => {}
        }
    }
    // A heading may stand in brackets as a whole.
    let mut text = if outside.is_empty() { all } else { outside };
    for suffix in ["必填项", "选填项", "必填", "选填", "必录"] {
        if let Some(rest) = text.strip_suffix(suffix).filter(|rest| !rest.is_empty()) {
            text = rest.to_owned();
        }
    }
    text
}

/// The ASCII form of a full-width character.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200a}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_field_has_one_entry_and_no_synonym_stands_twice() {
        assert_eq!(TABLE.len(), Field::ALL.len());
        let mut seen = HashSet::new();
        for entry in TABLE {
            assert!(Field::ALL.contains(&entry.field));
            for synonym in entry.synonyms {
                assert_eq!(plain(synonym), *synonym, "a synonym stands in its plain form");
                assert!(seen.insert(*synonym), "{synonym}");
            }
            for title in [entry.title.0, entry.title.1] {
                assert!(
                    matches!(meaning(&plain(title)), Meaning::Field(field, _) if field == entry.field),
                    "{title}: what the template writes is read again"
                );
            }
        }
        assert!(EITHER_END.iter().all(|heading| seen.insert(heading)));
    }

    #[test]
    fn headings_as_people_write_them() {
        for (heading, field) in [
            ("姓名", Field::Name),
            ("姓  名", Field::Name),
            ("*姓名：", Field::Name),
            ("手机（必填）", Field::Phone),
            ("手机\n（必填）", Field::Phone),
            ("★手机号码", Field::Phone),
            ("联系电话 ", Field::Phone),
            ("【身份证号】", Field::IdNumber),
            ("公民身份\n号码", Field::IdNumber),
            ("出生日期(YYYY-MM-DD)", Field::BirthDate),
            ("入党时间/年月日", Field::JoinedOn),
            ("ＮＡＭＥ", Field::Name),
            ("ID Number", Field::IdNumber),
            ("性别 必填", Field::Gender),
            ("流出地党组织（全称）", Field::Home),
            ("现居住地（详细到门牌）", Field::Address),
        ] {
            let plain = plain(&heading.replace("/年月日", ""));
            assert!(matches!(meaning(&plain), Meaning::Field(found, _) if found == field), "{heading} → {plain}");
        }
        assert_eq!(meaning(&plain("所在党支部")), Meaning::EitherEnd);
        assert_eq!(meaning(&plain("备注")), Meaning::Nothing);
        assert_eq!(meaning(&plain("序号")), Meaning::Nothing);
    }
}

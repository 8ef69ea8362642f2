//! The sheet to fill in: headings that are read again, an example that is never imported, and what goes where.

use super::{
    fields::{self, Entry},
    model::{Field, Language},
};
use crate::{
    clock::Instant,
    error::ApiError,
    sheets::{Book, Cell, Column, Kind},
};

/// The example, and what to know, of each field: Chinese, English.
fn about(field: Field) -> (&'static str, &'static str, &'static str) {
    match field {
        Field::Name => ("张三（示例）", "与身份证一致", "as on the ID"),
        Field::Gender => ("男", "可不填，身份证号中已有", "may be left out: it is in the ID number"),
        Field::IdNumber => (
            "99000019491231019X",
            "18 位，按文本填写；单元格已设成文本，不会丢失末几位",
            "18 characters, as text: the column is formatted so that nothing is lost",
        ),
        Field::BirthDate => ("1949-12-31", "可不填，身份证号中已有", "may be left out: it is in the ID number"),
        Field::Phone => ("19900000001", "11 位手机号", "mobile number of 11 digits"),
        Field::JoinedOn => ("1975-07-01", "年-月-日", "year-month-day"),
        Field::Membership => (
            "正式党员",
            "正式党员或预备党员；不填按正式党员",
            "正式党员 (full) or 预备党员 (probationary); full if left out",
        ),
        Field::Retired => ("是", "是或否；不填按否", "是 (yes) or 否 (no); no if left out"),
        Field::Home => (
            "黄山市屯溪区示范支部",
            "组织关系所在的党组织，写组织名录中的全称；整张表相同时可以不填，在导入页面上选",
            "the unit of the formal affiliation, by its whole name; where it is the same for all, choose it on the page instead",
        ),
        Field::Host => (
            "金山区第一支部",
            "参加活动的党组织，写组织名录中的全称；整张表相同时可以不填，在导入页面上选",
            "the unit whose activities are joined, by its whole name; where it is the same for all, choose it on the page instead",
        ),
        Field::StartedOn => {
            ("2026-03-01", "年-月-日；不填按导入页面上的日期", "year-month-day; if left out, the one of the page")
        }
        Field::FlowReason => (
            "务工",
            "务工、经商、学习、随家人居住、退休、改制、破产、撤销、下岗、其他",
            "务工 (employment), 经商 (business), 学习 (study), 随家人居住 (family), 退休 (retirement), 改制 (restructured), 破产 (bankrupt), 撤销 (dissolved), 下岗 (laid off), 其他 (other)",
        ),
        Field::Employer => ("浦江示范机械厂", "可不填", "may be left out"),
        Field::Address => ("浦东新区示范路 8 号", "可不填", "may be left out"),
        Field::ConsentGivenOn => (
            "2026-03-01",
            "本人签署告知书的日期；不填按导入页面上的日期",
            "when the member signed the consent; if left out, the one of the page",
        ),
    }
}

fn width(field: Field) -> f64 {
    match field {
        Field::IdNumber => 22.0,
        Field::Home | Field::Host | Field::Employer | Field::Address => 28.0,
        Field::Gender | Field::Retired => 10.0,
        _ => 15.0,
    }
}

/// The template as a workbook.
pub(super) fn workbook(language: Language, now: Instant) -> Result<Vec<u8>, ApiError> {
    let chinese = language == Language::Chinese;
    let said = |zh: &'static str, en: &'static str| if chinese { zh } else { en };
    let title = |entry: &Entry| if chinese { entry.title.0 } else { entry.title.1 };
    let heading = |entry: &Entry| match (entry.required, chinese) {
        (false, _) => title(entry).to_owned(),
        (true, true) => format!("{}（必填）", title(entry)),
        (true, false) => format!("{} (required)", title(entry)),
    };
    let mut book = Book::new(said("流动党员登记导入模板", "Members to import"), now)?;
    // All of it is text: what people type stays as they typed it, and every way to write a date is understood.
    let columns =
        fields::TABLE.iter().map(|entry| Column::new(heading(entry), width(entry.field), Kind::Code)).collect();
    let list = book.sheet(said("党员名单", "Members"), &[], columns)?;
    book.row(list, fields::TABLE.iter().map(|entry| Cell::from(about(entry.field).0)))?;
    let columns = vec![
        Column::new(said("栏目", "Column"), 20.0, Kind::Text),
        Column::new(said("必填", "Required"), 10.0, Kind::Text),
        Column::new(said("怎样填", "What goes there"), 80.0, Kind::Text),
        Column::new(said("也可以叫", "Other headings that are understood"), 80.0, Kind::Text),
    ];
    let help = book.sheet(said("填写说明", "Explanations"), &[], columns)?;
    for entry in fields::TABLE {
        let (_, zh, en) = about(entry.field);
        let others = entry.synonyms.iter().take(8).copied().collect::<Vec<_>>().join("、");
        let required = if entry.required { said("是", "yes") } else { said("否", "no") };
        let cells = [title(entry), required, if chinese { zh } else { en }].map(Cell::from);
        book.row(help, cells.into_iter().chain([Cell::from(others)]))?;
    }
    for remark in [
        (
            "示例行不会导入，可以删去，也可以留着。请不要改动表头；栏目的先后可以调换，用不着的可以删去。",
            "The example is never imported; it may be deleted or left. Columns may be moved, and deleted where they are not needed.",
        ),
        (
            "身份证号中的字母 X 大小写都可以。日期写成 2005-07-01、2005.7.1、2005年7月1日 都可以；只写年月的，按当月 1 日登记并提示。",
            "Dates may be written 2005-07-01, 2005.7.1 or 2005年7月1日; where only the month is given, its first day is taken, and that is said.",
        ),
        (
            "导入前，请确认名单上的每一位党员都已阅读并同意个人信息告知书。",
            "Before you import, see to it that every member on the list has read the information on personal data and agreed.",
        ),
    ] {
        book.total(help, [Cell::Blank, Cell::Blank, Cell::from(said(remark.0, remark.1))])?;
    }
    book.finish()
}

//! The report on paper.

use super::{model::Summary, say};
use crate::{
    error::ApiError,
    paper::{Column, Report},
    terms::{Lang, day, minute, word},
};

const COLUMNS: [Column; 3] = [
    Column { title: "项目", share: 46.0 },
    Column { title: "数字", share: 18.0 },
    Column { title: "说明", share: 36.0 },
];

/// The report as PDF.
pub(super) fn pdf(summary: &Summary) -> Result<Vec<u8>, ApiError> {
    let made = minute(summary.generated_at);
    let below =
        format!("{} 至 {}。数字取自 {made} 的记录，每一项都可在系统中查到明细。", day(summary.from), day(summary.to));
    let mut report =
        Report::new(&format!("{}工作总结", summary.unit.name), &below, &format!("{} · {made}", summary.unit.name));
    for section in &summary.sections {
        report.heading(word("section", section.key.word()));
        let rows: Vec<_> = section
            .figures
            .iter()
            .map(|figure| {
                let value = format!("{} {}", say::value(figure), say::measure(Lang::Zh, figure));
                vec![say::name(Lang::Zh, figure), value.trim_end().to_owned(), say::remark(Lang::Zh, figure)]
            })
            .collect();
        report.table(&COLUMNS, &rows, 0.0);
    }
    report.pdf()
}

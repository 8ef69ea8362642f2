//! The report as a spreadsheet.

use super::{
    model::{Amount, Measure, Summary},
    say,
};
use crate::{
    error::ApiError,
    sheets::{Book, Cell, Column, Kind},
    terms::{Lang, minute, term},
};

/// The workbook; `page` makes the address of a figure's records.
pub(super) fn xlsx(summary: &Summary, lang: Lang, page: impl Fn(&str) -> String) -> Result<Vec<u8>, ApiError> {
    let said = |chinese: &'static str, english: &'static str| match lang {
        Lang::Zh => chinese,
        Lang::En => english,
    };
    let title = format!("{} {}", summary.unit.name, said("工作总结", "report"));
    let mut book = Book::new(&title, summary.generated_at)?;
    let time =
        format!("{} – {}    {} {}", summary.from, summary.to, said("生成于", "made"), minute(summary.generated_at));
    let columns = vec![
        Column::new(said("类别", "Section"), 26.0, Kind::Text),
        Column::new(said("项目", "Figure"), 44.0, Kind::Text),
        Column::new(said("数字", "Value"), 12.0, Kind::Number),
        Column::new(said("总数", "Of"), 10.0, Kind::Integer),
        Column::new(said("单位", "In"), 8.0, Kind::Text),
        Column::new(said("说明", "Remark"), 40.0, Kind::Text),
        Column::new(said("期限", "By"), 12.0, Kind::Day),
        Column::new(said("明细", "Records"), 60.0, Kind::Text),
    ];
    let sheet = book.sheet(said("工作总结", "Report"), &[title, time], columns)?;
    for section in &summary.sections {
        for figure in &section.figures {
            let value = match figure.value {
                None => Cell::Blank,
                // Offices reckon in yuan.
                #[expect(clippy::cast_precision_loss, reason = "sums of money here are far below 2^52 fen")]
                Some(Amount::Whole(fen)) if figure.measure == Measure::Fen => Cell::Number(fen as f64 / 100.0),
                Some(Amount::Whole(value)) => Cell::Integer(value),
                Some(Amount::Hours(hours)) => Cell::Number(hours),
            };
            book.row(
                sheet,
                [
                    term(lang, "section", section.key.word()).into(),
                    say::name(lang, figure).into(),
                    value,
                    figure.of.map_or(Cell::Blank, Cell::Integer),
                    say::measure(lang, figure).into(),
                    say::remark(lang, figure).into(),
                    figure.day.map_or(Cell::Blank, Cell::Day),
                    figure.records.as_deref().map_or(Cell::Blank, |records| page(records).into()),
                ],
            )?;
        }
    }
    book.finish()
}

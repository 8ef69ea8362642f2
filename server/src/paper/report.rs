//! Reports that flow over A4 pages: a title, headings, facts and tables, whose header stands on every page again.

use std::fmt::Write as _;

use super::{
    Pdf, Placed, fit,
    pdf::A4,
    text_fit::{broken, text_at},
};
use crate::error::ApiError;

const WIDTH: f64 = 595.276;
const HEIGHT: f64 = 841.89;
const MARGIN: f64 = 48.0;
/// What is left between the margins.
const INNER: f64 = WIDTH - 2.0 * MARGIN;
/// Nothing stands below it but the page's number.
const FLOOR: f64 = HEIGHT - 58.0;

const INK: &str = "#2a211a";
const SOFT: &str = "#7b6a54";
const RED: &str = "#8a1c1b";
const LINE: &str = "#c9bda6";

/// Size of a table's text.
const BODY: f64 = 9.0;
/// Blank around the text of a cell.
const PADDING: f64 = 5.0;
/// Width and height of a portrait.
const PORTRAIT: (f64, f64) = (78.0, 104.0);
/// From one line to the next, in sizes.
const LEADING: f64 = 1.4;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// Its share of the width, beside the shares of the others.
    pub share: f64,
}

/// A report that is being laid out.
pub struct Report {
    title: String,
    foot: String,
    pages: Vec<String>,
    /// Where the next thing goes on the last page.
    y: f64,
    /// Down to there, a portrait stands at the right.
    beside: f64,
}

impl Report {
    /// Begins one: the title, what stands below it, and what stands at the foot of every page beside its number.
    pub fn new(title: &str, below: &str, foot: &str) -> Self {
        let mut report =
            Self { title: title.into(), foot: foot.into(), pages: vec![String::new()], y: MARGIN, beside: 0.0 };
        report.line(title, MARGIN, 22.0, RED);
        report.y += 4.0;
        for line in broken(below, INNER / 10.5, 0.0) {
            report.line(&line, MARGIN, 10.5, SOFT);
        }
        report.y += 8.0;
        report
    }

    /// A heading, which never stands alone at the foot of a page.
    pub fn heading(&mut self, text: &str) {
        self.y += 14.0;
        self.make_room(80.0);
        self.rect(MARGIN, self.y + 1.0, 3.0, 15.0, RED);
        self.line(text, MARGIN + 10.0, 13.0, INK);
        self.y += 4.0;
    }

    /// A remark over the whole width.
    pub fn note(&mut self, text: &str) {
        for line in broken(text, INNER / BODY, 0.0) {
            self.make_room(BODY * LEADING);
            self.line(&line, MARGIN, BODY, SOFT);
        }
        self.y += 4.0;
    }

    /// Names and values in two columns.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        const NAMES: f64 = 110.0;
        const SIZE: f64 = 10.5;
        for (name, value) in facts {
            let taken = if self.y < self.beside { PORTRAIT.0 + 12.0 } else { 0.0 };
            let lines = broken(if value.is_empty() { "—" } else { value }, (INNER - NAMES - taken) / SIZE, 0.0);
            for (at, line) in lines.iter().enumerate() {
                self.make_room(SIZE * LEADING + 3.0);
                let top = self.y;
                if at == 0 {
                    self.line(name, MARGIN, SIZE, SOFT);
                    self.y = top;
                }
                self.line(line, MARGIN + NAMES, SIZE, INK);
            }
            self.y += 3.0;
        }
        self.y += 5.0;
    }

    /// A table; each row is as high as its texts need, and `least` at least.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>], least: f64) {
        let whole: f64 = columns.iter().map(|column| column.share).sum();
        let widths: Vec<f64> = columns.iter().map(|column| INNER * column.share / whole).collect();
        self.make_room(3.0 * least.max(20.0));
        self.table_head(columns, &widths);
        for row in rows {
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(&widths)
                .map(|(text, width)| broken(text, (width - 2.0 * PADDING) / BODY, 0.0))
                .collect();
            let most = cells.iter().map(Vec::len).max().and_then(|lines| u32::try_from(lines).ok()).unwrap_or(1);
            let height = (f64::from(most) * BODY * LEADING + 2.0 * PADDING).max(least);
            if self.y + height > FLOOR {
                self.new_page();
                self.table_head(columns, &widths);
            }
            self.row(&cells, &widths, height, INK);
        }
        self.y += 6.0;
    }

    fn table_head(&mut self, columns: &[Column], widths: &[f64]) {
        let titles: Vec<Vec<String>> = columns.iter().map(|column| vec![column.title.to_owned()]).collect();
        let height = BODY * LEADING + 2.0 * PADDING;
        self.rect(MARGIN, self.y, INNER, height, "#f1e8d6");
        self.row(&titles, widths, height, RED);
    }

    /// One row with its lines; the texts stand in the middle of its height.
    fn row(&mut self, cells: &[Vec<String>], widths: &[f64], height: f64, ink: &str) {
        let mut x = MARGIN;
        let mut lines = format!("M{MARGIN} {:.2}h{INNER:.2}v{height:.2}h-{INNER:.2}z", self.y);
        for (cell, width) in cells.iter().zip(widths) {
            let count = u32::try_from(cell.len()).map_or(1.0, f64::from);
            let mut middle = self.y + height / 2.0 - BODY * LEADING * (count - 1.0) / 2.0;
            for line in cell.iter().filter(|line| !line.is_empty()) {
                let text = text_at(line, x + PADDING, middle, BODY, ink);
                self.draw(&text);
                middle += BODY * LEADING;
            }
            x += width;
            if x < MARGIN + INNER - 1.0 {
                let _ = write!(lines, "M{x:.2} {:.2}v{height:.2}", self.y);
            }
        }
        self.draw(&format!(r#"<path d="{lines}" fill="none" stroke="{LINE}" stroke-width="0.6"/>"#));
        self.y += height;
    }

    /// A photo of 3 : 4 at the right; the facts that follow stand beside it.
    pub fn portrait(&mut self, jpeg_base64: &str) {
        let (width, height) = PORTRAIT;
        self.make_room(height);
        self.beside = self.y + height;
        self.draw(&format!(
            r#"<image x="{:.2}" y="{:.2}" width="{width}" height="{height}" href="data:image/jpeg;base64,{jpeg_base64}"/>"#,
            WIDTH - MARGIN - width,
            self.y
        ));
    }

    /// The PDF, now that the number of pages is known.
    pub fn pdf(self) -> Result<Vec<u8>, ApiError> {
        let count = self.pages.len();
        let mut pdf = Pdf::new(&self.title);
        let foot = fit(&self.foot, INNER - 110.0, 0.0, &[(8.5, 1)]).svg(MARGIN, HEIGHT - 36.0);
        for (at, page) in self.pages.iter().enumerate() {
            let number = format!("第 {} 页，共 {count} 页", at + 1);
            let svg = format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{page}<g fill="{SOFT}">{foot}<text x="{:.2}" y="{:.2}" font-size="8.5" text-anchor="end">{number}</text></g></svg>"#,
                WIDTH - MARGIN,
                HEIGHT - 36.0 + 8.5 * 0.36,
            );
            pdf.page(A4, &[Placed::whole(svg, A4.0)])?;
        }
        pdf.finish()
    }

    fn make_room(&mut self, height: f64) {
        if self.y + height > FLOOR {
            self.new_page();
        }
    }

    fn new_page(&mut self) {
        self.pages.push(String::new());
        (self.y, self.beside) = (MARGIN, 0.0);
        let title = self.title.clone();
        self.line(&title, MARGIN, BODY, SOFT);
        self.y += 6.0;
    }

    /// One line of text, below which the next thing goes.
    fn line(&mut self, text: &str, x: f64, size: f64, ink: &str) {
        let height = size * LEADING;
        let text = text_at(text, x, self.y + height / 2.0, size, ink);
        self.draw(&text);
        self.y += height;
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, ink: &str) {
        self.draw(&format!(r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="{ink}"/>"#));
    }

    fn draw(&mut self, svg: &str) {
        if let Some(page) = self.pages.last_mut() {
            page.push_str(svg);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column { title: "序号", share: 1.0 }, Column { title: "内容", share: 4.0 }];

    fn report(rows: &[Vec<String>]) -> Report {
        let mut report = Report::new("测试", "说明", "脚注");
        report.heading("表");
        report.table(&COLUMNS, rows, 0.0);
        report
    }

    #[test]
    fn a_table_begins_anew_on_every_page_and_loses_no_row() {
        for count in [0, 1, 200] {
            let rows: Vec<_> = (0..count).map(|n| vec![n.to_string(), format!("第{n}行<&")]).collect();
            let report = report(&rows);
            let heads = report.pages.iter().map(|page| page.matches("序号").count());
            assert!(heads.eq(std::iter::repeat_n(1, report.pages.len())));
            let whole = report.pages.concat();
            assert!((0..count).all(|n| whole.contains(&format!("第{n}行&lt;&amp;<"))), "{count} rows");
            assert!(report.y <= FLOOR + 6.0);
            assert_eq!(report.pages.len() > 1, count == 200);
            assert!(report.pdf().is_ok());
        }
    }

    #[test]
    fn a_long_cell_breaks_into_lines_inside_of_its_column() {
        let report = report(&[vec!["1".into(), "长".repeat(500)]]);
        let line = "长".repeat(43);
        assert!(report.pages.concat().contains(&line) && !report.pages.concat().contains(&"长".repeat(44)));
        assert!(report.pdf().is_ok());
    }
}

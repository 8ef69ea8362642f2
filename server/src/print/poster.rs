//! The poster's template: whose it is, what it is about, a large code, and what one should know of it.

use std::fmt::Write as _;

use crate::{
    error::ApiError,
    paper::{A4, Pdf, Placed, Qr, escaped, fill_in, fit},
};

const TEMPLATE: &str = include_str!("../../assets/poster.svg");
/// Side of the code with its quiet zone, as the template leaves it free.
const QR_SIDE: f64 = 288.0;
/// Between the margins.
const INNER: f64 = 499.0;

/// What stands on a poster.
pub(super) struct Poster {
    /// Whose it is.
    pub(super) unit: String,
    /// What kind of thing it is about, in a word.
    pub(super) kind: String,
    /// What it is about.
    pub(super) title: String,
    /// Name and value of what else there is to say, four at most.
    pub(super) facts: Vec<(&'static str, String)>,
    /// The address in the code.
    pub(super) address: String,
    /// What to do with the code.
    pub(super) call: &'static str,
    /// What one should know of it, a line each.
    pub(super) small: Vec<String>,
}

impl Poster {
    fn svg(&self) -> Result<String, ApiError> {
        let qr = Qr::for_poster(&self.address)?;
        let qr_unit = QR_SIDE / u32::try_from(qr.side()).map_or(QR_SIDE, f64::from);
        let mut facts = String::new();
        let mut middle = 258.0;
        for (name, value) in &self.facts {
            let base = middle + 5.0;
            let _ = write!(
                facts,
                r##"<text x="48" y="{base}" font-size="14" fill="#8c7a61" letter-spacing="2">{name}</text>"##
            );
            let value = fit(value, INNER - 84.0, 0.0, &[(17.0, 1), (14.0, 1), (12.0, 2)]).svg(132.0, middle);
            let _ = write!(facts, r##"<g fill="#33291f">{value}</g>"##);
            middle += 32.0;
        }
        let mut small = String::new();
        let mut top = 738.0;
        for line in &self.small {
            let fitted = fit(line, INNER, 0.0, &[(10.5, 2)]);
            small.push_str(&fitted.svg(48.0, top + fitted.height() / 2.0));
            top += fitted.height() + 3.0;
        }
        let fields = [
            ("unit", fit(&self.unit, 420.0, 0.06, &[(26.0, 1), (20.0, 2), (15.0, 3)]).svg(120.0, 48.0)),
            ("kind", fit(&self.kind, 420.0, 0.12, &[(14.0, 1)]).svg(120.0, 92.0)),
            ("title", fit(&self.title, INNER, 0.02, &[(40.0, 1), (30.0, 2), (22.0, 3), (15.0, 4)]).svg(48.0, 188.0)),
            ("facts", facts),
            ("qr_unit", format!("{qr_unit:.4}")),
            ("qr", qr.path()),
            ("call", escaped(self.call)),
            ("small", format!(r##"<g fill="#6b5b47">{small}</g>"##)),
        ];
        Ok(fill_in(TEMPLATE, &fields))
    }
}

/// Posters as PDF, a page each.
pub(super) fn pdf(title: &str, posters: &[Poster]) -> Result<Vec<u8>, ApiError> {
    let mut pdf = Pdf::new(title);
    for poster in posters {
        pdf.page(A4, &[Placed::whole(poster.svg()?, A4.0)])?;
    }
    pdf.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poster(text: &str) -> Poster {
        Poster {
            unit: text.into(),
            kind: text.into(),
            title: text.into(),
            facts: vec![("时间", text.into()), ("地点", text.into())],
            address: "https://guiyan.example/e#123456789012345678901234567890123456".into(),
            call: "扫码",
            small: vec![text.into()],
        }
    }

    #[test]
    fn any_text_can_be_printed_and_none_breaks_the_template() {
        for text in ["金山区第一支部", "", "</text><script>", "{{qr}}{{title}}", "\u{202e}\u{0}🪿𠮷", &"长".repeat(200)]
        {
            let svg = poster(text).svg().expect("an SVG");
            assert!(!svg.contains("<script") && !svg.contains("{{"), "{text}");
            assert!(pdf("测试", &[poster(text)]).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_code_on_the_poster_can_be_read() {
        let poster = poster("金山区第一支部");
        let png = crate::paper::png(&poster.svg().expect("an SVG"), 2.0).expect("a picture");
        let picture = image::load_from_memory(&png).expect("a picture");
        let mut scan = rqrr::PreparedImage::prepare(picture.into_luma8());
        let grids = scan.detect_grids();
        let (_, text) = grids.first().expect("a code").decode().expect("readable");
        assert_eq!(text, poster.address);
    }
}

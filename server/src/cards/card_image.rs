//! The card as a picture: an SVG template filled in and drawn, as PNG of 2024 × 1276 pixels and as PDF of a card's size.
//!
//! Drawing takes a good part of a second in all: call it off the async threads.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::number::CardNumber;
use crate::{
    clock::Day,
    error::ApiError,
    paper::{self, Pdf, Placed, Qr, fill_in, fit, points},
};

/// What the card says of itself until its department has switched on a title of its own: printing the paper card is an
/// authorised printer's.
pub const ELECTRONIC: &str = "电子登记凭证";
const TITLE: &str = "流动党员活动证";
const NO_VOTE: &str = "持证人参加流入地党组织活动、交纳党费，在流入地党组织无表决权、选举权和被选举权";

const TEMPLATE: &str = include_str!("../../assets/card.svg");
/// Pixels a unit of the template.
const SCALE: f32 = 2.0;
/// The width of an ID-1 card in points; the template has its shape.
pub(super) const WIDTH: f32 = points(85.6);
/// Its height.
pub(super) const HEIGHT: f32 = WIDTH * 638.0 / 1012.0;

/// What stands on a card.
pub(super) struct Face {
    /// The department's own title, once it has switched it on.
    pub(super) title: Option<String>,
    /// The department that issued it.
    pub(super) department: String,
    /// The holder.
    pub(super) name: String,
    /// The number.
    pub(super) number: CardNumber,
    /// The home unit.
    pub(super) home: String,
    /// The host unit.
    pub(super) host: String,
    /// When the review is due.
    pub(super) review_due: Day,
    /// Whether that day has passed.
    pub(super) review_overdue: bool,
    /// The address in the printed code.
    pub(super) address: String,
    /// The holder's photo, a JPEG.
    pub(super) photo: Option<Vec<u8>>,
}

impl Face {
    /// The card as SVG.
    pub(super) fn svg(&self) -> Result<String, ApiError> {
        Ok(self.filled_in(&Qr::new(&self.address)?))
    }

    fn filled_in(&self, qr: &Qr) -> String {
        let title = self.title.as_deref().unwrap_or(TITLE);
        let label = if self.title.is_some() { String::new() } else { chip(ELECTRONIC) };
        let due = format!("{}{}", self.review_due, if self.review_overdue { "（已到期）" } else { "" });
        let photo = self.photo.as_ref().map_or_else(|| SILHOUETTE.to_owned(), |jpeg| portrait(jpeg));
        let qr_unit = QR_SIDE / u32::try_from(qr.side()).map_or(QR_SIDE, f64::from);
        let fields = [
            ("title", fit(title, 600.0, 0.11, &[(46.0, 1), (36.0, 1), (26.0, 2)]).svg(142.0, 62.0)),
            ("label", label),
            ("department", fit(&self.department, 600.0, 0.08, &[(22.0, 1), (18.0, 1)]).svg(143.0, 112.0)),
            ("photo", photo),
            ("name", fit(&self.name, 356.0, 0.05, &[(60.0, 1), (46.0, 1), (36.0, 1), (28.0, 2)]).svg(298.0, 226.0)),
            ("number", grouped(&self.number.to_string())),
            ("home", fit(&self.home, 276.0, 0.0, UNIT_SIZES).svg(376.0, 350.0)),
            ("host", fit(&self.host, 276.0, 0.0, UNIT_SIZES).svg(376.0, 415.0)),
            ("due", due),
            ("due_ink", (if self.review_overdue { "#b3541e" } else { "#33291f" }).to_owned()),
            ("qr_unit", format!("{qr_unit:.4}")),
            ("qr", qr.path()),
            ("no_vote", NO_VOTE.to_owned()),
        ];
        fill_in(TEMPLATE, &fields)
    }

    /// Draws the card as PNG.
    pub(super) fn png(&self) -> Result<Vec<u8>, ApiError> {
        paper::png(&self.svg()?, SCALE)
    }

    /// The card alone on a page of its own size.
    pub(super) fn pdf(&self) -> Result<Vec<u8>, ApiError> {
        let mut pdf = Pdf::new(TITLE);
        pdf.page((WIDTH, HEIGHT), &[Placed::whole(self.svg()?, WIDTH)])?;
        pdf.finish()
    }
}

/// Sizes at which a unit's name is tried, and how many lines each may take.
const UNIT_SIZES: &[(f64, usize)] = &[(23.0, 1), (20.0, 2), (16.0, 3)];

/// Side of the code with its quiet zone, as the template leaves it free.
const QR_SIDE: f64 = 294.0;

/// Where there is no photo: a head and shoulders.
const SILHOUETTE: &str =
    r##"<g fill="#cdbfa8"><circle cx="159" cy="302" r="52"/><path d="M62 472c4-66 44-100 97-100s93 34 97 100z"/></g>"##;

fn portrait(jpeg: &[u8]) -> String {
    format!(
        r#"<image x="54" y="188" width="210" height="284" preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,{}"/>"#,
        BASE64_STANDARD.encode(jpeg)
    )
}

fn chip(label: &str) -> String {
    format!(
        r##"<g transform="translate(822 42)"><rect width="150" height="42" rx="21" fill="none" stroke="#ecd9ae" stroke-width="1.6"/><text x="75.5" y="28" font-size="20" text-anchor="middle" fill="#f6e9cc" letter-spacing="1">{label}</text></g>"##
    )
}

/// The number in groups of four, as it is read out.
fn grouped(number: &str) -> String {
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(name: &str, unit: &str) -> Face {
        Face {
            title: None,
            department: "黄山市委组织部".into(),
            name: name.into(),
            number: CardNumber::new("341000", 2026, 1).expect("a number"),
            home: unit.into(),
            host: unit.into(),
            review_due: "2027-11-23".parse().expect("a day"),
            review_overdue: false,
            address: format!("https://guiyan.example/v#{}", crate::codes::pack(&[0x5a; 79])),
            photo: None,
        }
    }

    #[test]
    fn the_code_on_the_picture_can_be_read() {
        let face = face("张秀英", "黄山市屯溪区示范支部");
        let picture = image::load_from_memory(&face.png().expect("a picture")).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (2024, 1276));
        let mut scan = rqrr::PreparedImage::prepare(picture.into_luma8());
        let grids = scan.detect_grids();
        let (_, text) = grids.first().expect("a code").decode().expect("readable");
        assert_eq!(text, face.address);
    }

    #[test]
    fn names_cannot_break_the_drawing() {
        for name in [
            "</text><script>",
            "&amp;&#0;",
            "{{qr}}{{name}}",
            "\u{202e}\u{fffe}\u{0}",
            "",
            "𠮷野家🪿",
            &"长".repeat(500),
        ] {
            let svg = face(name, name).filled_in(&Qr::new("1").expect("a code"));
            assert!(!svg.contains("<script") && !svg.contains("&#0;") && !svg.contains("{{"), "{name}");
            assert_eq!(svg.matches("M4 4h7v1h-7z").count(), 1, "{name}");
            assert!(face(name, name).pdf().is_ok(), "{name}");
        }
        let mut broken = face("张三", "支部");
        broken.photo = Some(b"no JPEG".to_vec());
        assert!(broken.png().is_ok());
        assert!(broken.pdf().is_ok());
    }
}

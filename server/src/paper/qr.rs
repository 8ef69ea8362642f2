//! A code as a QR picture: SVG for print shops, PNG for everyone else, a path for the templates.

use std::fmt::Write as _;

use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};
use qrcode::{Color, EcLevel, QrCode};

use crate::error::ApiError;

/// Light modules around the code; scanners need them.
pub const QUIET: usize = 4;
/// Pixels a module that a PNG may have; below 8 a phone's camera begins to struggle.
pub const SCALES: std::ops::RangeInclusive<u32> = 8..=40;

/// Modules a side of version 6, as large as a static code should get: the smaller the code, the surer the scan.
const GOOD_SIDE: usize = 41;

/// A QR code.
pub struct Qr {
    side: usize,
    modules: Vec<Color>,
}

impl Qr {
    /// Encodes an address; digits go into numeric segments. Error correction level M, for paper gets folded and dirty;
    /// where a long host name would make the code larger for it, level L.
    pub fn new(address: &str) -> Result<Self, ApiError> {
        let code = Self::at_level(address, EcLevel::M)?;
        if code.side > GOOD_SIDE { Self::at_level(address, EcLevel::L) } else { Ok(code) }
    }

    /// Encodes an address for a poster, where the code is short and large and the paper hangs for days: level Q.
    pub fn for_poster(address: &str) -> Result<Self, ApiError> {
        Self::at_level(address, EcLevel::Q)
    }

    fn at_level(address: &str, level: EcLevel) -> Result<Self, ApiError> {
        let code = QrCode::with_error_correction_level(address, level).map_err(ApiError::internal)?;
        Ok(Self { side: code.width(), modules: code.into_colors() })
    }

    /// Modules a side, with the quiet zone.
    pub fn side(&self) -> usize {
        self.side + 2 * QUIET
    }

    fn rows(&self) -> impl Iterator<Item = &[Color]> {
        self.modules.chunks(self.side)
    }

    /// The dark modules as the `d` of an SVG path, one unit a module, the quiet zone left free.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
                }
                x += run.len();
            }
        }
        path
    }

    /// A picture that scales without loss.
    pub fn svg(&self) -> String {
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}mm" height="{side}mm" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##,
            side = self.side(),
            path = self.path(),
        )
    }

    /// A greyscale picture with `scale` pixels a module.
    pub fn png(&self, scale: u32) -> Result<Vec<u8>, ApiError> {
        let scale = scale as usize;
        let width = self.side() * scale;
        let mut pixels = vec![255_u8; width * width];
        for (y, row) in self.rows().enumerate() {
            let line: Vec<u8> =
                row.iter().flat_map(|c| std::iter::repeat_n(if *c == Color::Dark { 0 } else { 255 }, scale)).collect();
            for below in 0..scale {
                let start = ((y + QUIET) * scale + below) * width + QUIET * scale;
                pixels[start..start + line.len()].copy_from_slice(&line);
            }
        }
        let side = u32::try_from(width).map_err(ApiError::internal)?;
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(&pixels, side, side, ExtendedColorType::L8)
            .map_err(ApiError::internal)?;
        Ok(png)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_static_card_code_stays_small() {
        // The digits of 79 bytes.
        let digits = crate::codes::pack(&[0xff; 79]);
        for host in ["https://guiyan.example", "https://ld.huangshan-zzb.gov.cn", "http://192.168.100.200:8080"] {
            let qr = Qr::new(&format!("{host}/v#{digits}")).expect("a code");
            assert_eq!(qr.side(), 41 + 2 * QUIET, "{host}");
        }
    }

    #[test]
    fn every_form_shows_the_same_modules() {
        let qr = Qr::new("https://guiyan.example/v#12345678901234567").expect("a code");
        let png = image::load_from_memory(&qr.png(8).expect("a picture")).expect("a picture").into_luma8();
        assert_eq!(png.width() as usize, qr.side() * 8);
        let dark = png.pixels().filter(|p| p.0[0] == 0).count();
        let expected = qr.modules.iter().filter(|c| **c == Color::Dark).count() * 64;
        assert_eq!(dark, expected);
        let runs: usize = qr.path().split('h').skip(1).filter_map(|t| t.split('v').next()?.parse::<usize>().ok()).sum();
        assert_eq!(runs * 64, expected);
    }
}

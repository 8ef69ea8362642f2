//! Paper and pictures. Whatever is drawn is an SVG first, of one font and one template each: as a PNG to show, as a PDF to
//! print, with the font's characters subset into it. Knows nothing of the features that print.

mod drawing;
mod font;
mod pdf;
mod press;
mod qr;
mod report;
mod svg;
mod text_fit;

pub use pdf::{A4, Pdf, Placed, points};
pub use press::{PDF, draw, press};
pub use qr::{Qr, SCALES};
pub use report::{Column, Report};
pub use svg::{escaped, fill_in, png};
pub use text_fit::{Fitted, fit};

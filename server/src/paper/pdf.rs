//! A PDF of pages on which SVGs lie. Text stays text: it can be searched, copied and read aloud.

use krilla::{Document, geom::Transform, metadata::Metadata, page::PageSettings};

use super::{drawing, svg};
use crate::error::ApiError;

/// Width and height of a sheet, in points.
pub const A4: (f32, f32) = (points(210.0), points(297.0));

/// Millimetres in points.
pub const fn points(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// An SVG and where it lies on a page, in points; its height follows from its own shape.
pub struct Placed {
    /// The picture.
    pub svg: String,
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// How wide it is.
    pub width: f32,
}

impl Placed {
    /// An SVG that fills a page of this width.
    pub fn whole(svg: String, width: f32) -> Self {
        Self { svg, x: 0.0, y: 0.0, width }
    }
}

/// A PDF that is being made.
pub struct Pdf(Document);

impl Pdf {
    /// Begins one; readers show the title, so no name belongs into it.
    pub fn new(title: &str) -> Self {
        let mut document = Document::new();
        document
            .set_metadata(Metadata::new().title(title.into()).language("zh-CN".into()).creator("归雁 Guiyan".into()));
        Self(document)
    }

    /// Adds a page.
    pub fn page(&mut self, (width, height): (f32, f32), pictures: &[Placed]) -> Result<(), ApiError> {
        let no_size = || ApiError::internal("a page has no size");
        let mut page = self.0.start_page_with(PageSettings::from_wh(width, height).ok_or_else(no_size)?);
        let mut surface = page.surface();
        for picture in pictures {
            let tree = svg::tree(&picture.svg)?;
            let scale = picture.width / tree.size().width();
            surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, picture.x, picture.y));
            let drawn = drawing::draw(&tree, &mut surface);
            surface.pop();
            drawn?;
        }
        Ok(())
    }

    /// The file.
    pub fn finish(self) -> Result<Vec<u8>, ApiError> {
        self.0.finish().map_err(|error| ApiError::internal(format!("a PDF cannot be written: {error:?}")))
    }
}

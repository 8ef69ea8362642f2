//! SVG templates: filled in, read with the one font, drawn as PNG.

use std::fmt::Write as _;

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, ImageHrefResolver, Tree},
};

use super::font;
use crate::error::ApiError;

/// Text for XML; what XML cannot hold at all is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A name must not pass for a field of the template.
            '{' => out.push_str("&#123;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => {
                let _ = write!(out, "{c}");
            }
        }
    }
    out
}

/// Puts SVG into the `{{fields}}` of a template; whoever gives it has escaped its texts.
pub fn fill_in(template: &str, fields: &[(&str, String)]) -> String {
    fields.iter().fold(template.to_owned(), |svg, (name, value)| svg.replace(&format!("{{{{{name}}}}}"), value))
}

/// Reads an SVG of ours.
pub(super) fn tree(svg: &str) -> Result<Tree, ApiError> {
    let options = usvg::Options {
        font_family: font::FAMILY.into(),
        fontdb: font::database(),
        // A picture may come from inside the SVG only.
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    Tree::from_str(svg, &options).map_err(ApiError::internal)
}

/// Draws an SVG as PNG, `scale` pixels a unit.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ApiError> {
    let tree = tree(svg)?;
    let no_size = || ApiError::internal("a picture has no size");
    let size = tree.size().to_int_size().scale_by(scale).ok_or_else(no_size)?;
    let mut picture = Pixmap::new(size.width(), size.height()).ok_or_else(no_size)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(ApiError::internal)
}

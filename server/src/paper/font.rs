//! The one font of everything drawn. It is inside of the binary, read once, and only its used characters go into a PDF.

use std::sync::{Arc, LazyLock};

use krilla::text::Font;
use resvg::usvg::fontdb::{Database, Source};

use crate::error::ApiError;

/// What an SVG calls it.
pub(super) const FAMILY: &str = "Noto Sans SC";

const FILE: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC_500Medium.ttf");

static DATABASE: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_source(Source::Binary(Arc::new(FILE)));
    Arc::new(fonts)
});

static EMBEDDED: LazyLock<Option<Font>> = LazyLock::new(|| Font::new(FILE.into(), 0));

/// The font as an SVG looks it up.
pub(super) fn database() -> Arc<Database> {
    Arc::clone(&DATABASE)
}

/// The font as a PDF embeds it.
pub(super) fn embedded() -> Result<Font, ApiError> {
    EMBEDDED.clone().ok_or_else(|| ApiError::internal("the font does not open"))
}

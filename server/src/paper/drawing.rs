//! Puts an SVG on a page of a PDF: vectors stay vectors, text stays text, a photo stays the JPEG that it is.
//!
//! It knows what our own templates use of SVG, and refuses all else instead of leaving it out unseen.

use krilla::{
    color::rgb,
    geom::{Path, PathBuilder, Point, Size, Transform},
    image::Image,
    num::NormalizedF32,
    paint::{Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint, SpreadMethod, Stop, Stroke},
    surface::Surface,
    text::{GlyphId, KrillaGlyph},
};
use resvg::usvg::{
    self, BlendMode, Group, ImageKind, Node, Opacity, Tree,
    layout::{PositionedGlyph, Span},
    tiny_skia_path::{self, PathSegment},
};

use super::font;
use crate::error::ApiError;

/// Draws a whole SVG.
pub(super) fn draw(tree: &Tree, surface: &mut Surface<'_>) -> Result<(), ApiError> {
    group(tree.root(), surface)
}

fn unknown(what: &str) -> ApiError {
    ApiError::internal(format!("a template uses {what}, which the press does not print"))
}

fn group(group: &Group, surface: &mut Surface<'_>) -> Result<(), ApiError> {
    if group.mask().is_some() || !group.filters().is_empty() || group.blend_mode() != BlendMode::Normal {
        return Err(unknown("a mask, a filter or a blend"));
    }
    let clip = group.clip_path().map(clip).transpose()?;
    surface.push_transform(&matrix(group.transform()));
    let mut pushed = 1;
    if let Some(clip) = clip {
        surface.push_clip_path(&clip, &FillRule::NonZero);
        pushed += 1;
    }
    if group.opacity() != Opacity::ONE {
        surface.push_opacity(share(group.opacity()));
        surface.push_isolated();
        pushed += 2;
    }
    let drawn = group.children().iter().try_for_each(|node| match node {
        Node::Group(child) => self::group(child, surface),
        Node::Path(drawn) => path(drawn, surface),
        Node::Image(photo) => image(photo, surface),
        Node::Text(words) => text(words, surface),
    });
    // Also where a child was refused: what was pushed has to come off.
    for _ in 0..pushed {
        surface.pop();
    }
    drawn
}

fn path(path: &usvg::Path, surface: &mut Surface<'_>) -> Result<(), ApiError> {
    let fill = path.fill().map(fill).transpose()?;
    let stroke = path.stroke().map(stroke).transpose()?;
    let mut outline = PathBuilder::new();
    trace(path.data(), tiny_skia_path::Transform::identity(), &mut outline);
    if let (true, Some(outline), true) = (path.is_visible(), outline.finish(), fill.is_some() || stroke.is_some()) {
        surface.set_fill(fill);
        surface.set_stroke(stroke);
        surface.draw_path(&outline);
    }
    Ok(())
}

/// A photo that is no JPEG after all is left out, as it is in a PNG.
fn image(image: &usvg::Image, surface: &mut Surface<'_>) -> Result<(), ApiError> {
    let ImageKind::JPEG(file) = image.kind() else { return Err(unknown("a picture that is no JPEG")) };
    let size = Size::from_wh(image.size().width(), image.size().height());
    if let (Ok(photo), Some(size)) = (Image::from_jpeg(file.clone().into(), true), size) {
        surface.draw_image(photo, size);
    }
    Ok(())
}

fn text(text: &usvg::Text, surface: &mut Surface<'_>) -> Result<(), ApiError> {
    for span in text.layouted() {
        let Span { fill: Some(ink), stroke: None, underline: None, overline: None, line_through: None, .. } = span
        else {
            return Err(unknown("text with strokes or lines"));
        };
        surface.set_fill(Some(fill(ink)?));
        surface.set_stroke(None);
        // One line at one size is drawn at one go, so that a reader finds words and not letters.
        let same_line = |a: &PositionedGlyph, b: &PositionedGlyph| {
            let (a, b) = (a.transform(), b.transform());
            a.sx == b.sx && (a.ty - b.ty).abs() < 0.01
        };
        for line in span.positioned_glyphs.chunk_by(same_line) {
            glyphs(line, surface)?;
        }
    }
    Ok(())
}

fn glyphs(line: &[PositionedGlyph], surface: &mut Surface<'_>) -> Result<(), ApiError> {
    let places: Vec<_> = line.iter().map(PositionedGlyph::transform).collect();
    let Some((first, size)) = places.first().zip(line.first().map(PositionedGlyph::font_size)) else { return Ok(()) };
    let mut words = String::new();
    let mut drawn = Vec::with_capacity(line.len());
    for (at, glyph) in line.iter().enumerate() {
        let begin = words.len();
        words.push_str(&glyph.text);
        let advance = places.get(at + 1).map_or(0.0, |next| (next.tx - places[at].tx) / size);
        let id = GlyphId::new(glyph.id.0);
        drawn.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, begin..words.len(), None));
    }
    surface.draw_glyphs(Point::from_xy(first.tx, first.ty), &drawn, font::embedded()?, &words, size, false);
    Ok(())
}

/// The outline to which a group is cut.
fn clip(clip: &usvg::ClipPath) -> Result<Path, ApiError> {
    if clip.clip_path().is_some() {
        return Err(unknown("a clip path that is clipped itself"));
    }
    let mut outline = PathBuilder::new();
    trace_group(clip.root(), clip.transform(), &mut outline)?;
    outline.finish().ok_or_else(|| unknown("an empty clip path"))
}

fn trace_group(group: &Group, above: tiny_skia_path::Transform, outline: &mut PathBuilder) -> Result<(), ApiError> {
    group.children().iter().try_for_each(|node| match node {
        Node::Path(path) => {
            trace(path.data(), above, outline);
            Ok(())
        }
        Node::Group(child) => trace_group(child, above.pre_concat(child.transform()), outline),
        Node::Image(_) | Node::Text(_) => Err(unknown("a clip path that is no path")),
    })
}

fn trace(path: &tiny_skia_path::Path, by: tiny_skia_path::Transform, outline: &mut PathBuilder) {
    let moved = |mut point: tiny_skia_path::Point| {
        by.map_point(&mut point);
        (point.x, point.y)
    };
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                let (x, y) = moved(to);
                outline.move_to(x, y);
            }
            PathSegment::LineTo(to) => {
                let (x, y) = moved(to);
                outline.line_to(x, y);
            }
            PathSegment::QuadTo(by, to) => {
                let ((x1, y1), (x, y)) = (moved(by), moved(to));
                outline.quad_to(x1, y1, x, y);
            }
            PathSegment::CubicTo(from, by, to) => {
                let ((x1, y1), (x2, y2), (x, y)) = (moved(from), moved(by), moved(to));
                outline.cubic_to(x1, y1, x2, y2, x, y);
            }
            PathSegment::Close => outline.close(),
        }
    }
}

fn fill(fill: &usvg::Fill) -> Result<Fill, ApiError> {
    let rule = match fill.rule() {
        usvg::FillRule::NonZero => FillRule::NonZero,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    };
    Ok(Fill { paint: paint(fill.paint())?, opacity: share(fill.opacity()), rule })
}

fn stroke(stroke: &usvg::Stroke) -> Result<Stroke, ApiError> {
    Ok(Stroke {
        paint: paint(stroke.paint())?,
        width: stroke.width().get(),
        miter_limit: stroke.miterlimit().get(),
        line_cap: match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        },
        line_join: match stroke.linejoin() {
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
        },
        opacity: share(stroke.opacity()),
        dash: match stroke.dasharray() {
            None => None,
            Some(_) => return Err(unknown("dashes")),
        },
    })
}

fn paint(paint: &usvg::Paint) -> Result<Paint, ApiError> {
    let colour = |c: usvg::Color| rgb::Color::new(c.red, c.green, c.blue);
    match paint {
        usvg::Paint::Color(plain) => Ok(colour(*plain).into()),
        usvg::Paint::LinearGradient(gradient) => Ok(LinearGradient {
            x1: gradient.x1(),
            y1: gradient.y1(),
            x2: gradient.x2(),
            y2: gradient.y2(),
            transform: matrix(gradient.transform()),
            spread_method: SpreadMethod::Pad,
            stops: gradient
                .stops()
                .iter()
                .map(|stop| Stop {
                    offset: NormalizedF32::new(stop.offset().get()).unwrap_or(NormalizedF32::ZERO),
                    color: colour(stop.color()).into(),
                    opacity: share(stop.opacity()),
                })
                .collect(),
            anti_alias: false,
        }
        .into()),
        usvg::Paint::RadialGradient(_) | usvg::Paint::Pattern(_) => Err(unknown("a radial gradient or a pattern")),
    }
}

fn matrix(t: tiny_skia_path::Transform) -> Transform {
    Transform::from_row(t.sx, t.ky, t.kx, t.sy, t.tx, t.ty)
}

fn share(opacity: Opacity) -> NormalizedF32 {
    NormalizedF32::new(opacity.get()).unwrap_or(NormalizedF32::ONE)
}

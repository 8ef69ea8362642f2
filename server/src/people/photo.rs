//! Photos: whatever a phone sends becomes one small JPEG of a fixed shape. Nothing of the file but its picture survives.

use std::{io::Cursor, sync::Arc};

use axum::body::Bytes;
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use tokio::sync::Semaphore;

use super::store;
use crate::{
    access::{Caller, audit},
    app::AppState,
    db::Conn,
    error::{ApiError, Code},
    ids::MemberId,
    keys::Vault,
};

/// The longest file that is taken.
pub const LONGEST: usize = 5 * 1024 * 1024;
/// The portrait's size, 3 : 4.
const WIDTH: u32 = 480;
const HEIGHT: u32 = 640;
/// Wider or higher than any phone's picture is a bomb.
const WIDEST: u32 = 12_000;
/// As many pixels as are decoded: 24 million are 72 MB while it lasts.
const PIXELS: u64 = 24_000_000;

/// As many pictures as are decoded at once.
const AT_ONCE: usize = 2;

const SEALED: &str = "member.photo";

/// The photo as JPEG.
pub async fn photo_jpeg(c: &mut Conn<'_>, vault: &Vault, member: MemberId) -> Result<Option<Vec<u8>>, ApiError> {
    match store::photo(c, member).await? {
        Some(sealed) => vault.open(SEALED, member.0.as_bytes(), &sealed).map(Some),
        None => Ok(None),
    }
}

/// Keeps a portrait that the [`Darkroom`] has made.
pub async fn put_photo(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
    jpeg: &[u8],
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let sealed = app.keys.vault.seal(SEALED, member.0.as_bytes(), jpeg, &app.entropy)?;
    store::put_photo(c, member, &sealed, now).await?;
    let record = audit::Record::new(caller.into(), "member.photo", ("member", member.to_string())).about(member);
    audit::append(c, now, record).await
}

/// Makes portraits off the async threads, a few at a time: a decoded picture takes up to 72 MB.
#[derive(Clone, Debug)]
pub struct Darkroom(Arc<Semaphore>);

impl Default for Darkroom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Darkroom {
    /// The portrait of an uploaded file, as JPEG.
    pub async fn portrait(&self, file: Bytes) -> Result<Vec<u8>, ApiError> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(ApiError::internal)?;
        // The work keeps its place also where the client has hung up.
        let work = move || {
            let _place = place;
            portrait(&file)
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?
    }
}

fn portrait(file: &[u8]) -> Result<Vec<u8>, ApiError> {
    let format =
        format_of(file).ok_or_else(|| ApiError::new(Code::UnsupportedMedia, "Send a JPEG, PNG or WebP picture."))?;
    let picture = decode(file, format)?;
    // Cut first: a strip that was enlarged whole, to be cut afterwards, would take gigabytes.
    let portrait = opaque(&middle(&picture).resize_exact(WIDTH, HEIGHT, FilterType::CatmullRom));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&portrait).map_err(ApiError::internal)?;
    Ok(jpeg)
}

/// The largest part from the middle that has the portrait's shape.
fn middle(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    // No picture that is decoded is wider or higher than `WIDEST`, so the products fit.
    let cut_width = width.min((height * WIDTH / HEIGHT).max(1));
    let cut_height = height.min((width * HEIGHT / WIDTH).max(1));
    picture.crop_imm((width - cut_width) / 2, (height - cut_height) / 2, cut_width, cut_height)
}

/// What the file is by its first bytes, whatever it calls itself.
fn format_of(file: &[u8]) -> Option<ImageFormat> {
    match file {
        [0xff, 0xd8, 0xff, ..] => Some(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(ImageFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Decodes within bounds and turns the picture upright.
fn decode(file: &[u8], format: ImageFormat) -> Result<DynamicImage, ApiError> {
    let unreadable = |_| ApiError::new(Code::UnsupportedMedia, "The picture cannot be read.");
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    limits.max_alloc = Some(PIXELS * 8);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > PIXELS * 4 {
        return Err(ApiError::new(Code::TooLarge, "The picture has more than 24 million pixels. Make it smaller."));
    }
    // A picture whose orientation cannot be read is taken as it lies.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture on white paper: JPEG knows no transparency.
fn opaque(picture: &DynamicImage) -> RgbImage {
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [r, g, b, alpha] = source.get_pixel(x, y).0.map(u32::from);
        let on_white = |colour: u32| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        Rgb([on_white(r), on_white(g), on_white(b)])
    })
}

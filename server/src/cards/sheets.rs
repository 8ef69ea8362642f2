//! Cards on A4, eight to a page, with marks to cut by.

use super::{
    card_image::{Face, HEIGHT, WIDTH},
    faces,
    number::CardNumber,
    service,
    sheet_store::{self, Wanted},
};
use crate::{
    access::Caller,
    app::AppState,
    error::ApiError,
    http::{Page, PageQuery},
    paper::{A4, Pdf, Placed, points},
};

/// As many cards are looked up, put on record and drawn at once.
pub(super) const AT_ONCE: u32 = 200;
/// Cards beside and below each other.
const COLUMNS: usize = 2;
const ROWS: usize = 4;
/// What is left between two cards for the marks and the knife.
const GAP: f32 = points(7.0);
/// A mark begins so far from the corner, and is so long.
const MARK: (f32, f32) = (points(0.8), points(2.2));

/// A page of the cards that are wanted and within the caller's reach. Every one is on record as printed, before it is drawn;
/// none of them is a 409.
pub(super) async fn wanted(
    app: &AppState,
    caller: &Caller,
    wanted: Wanted,
    page: &PageQuery,
) -> Result<Page<Face>, ApiError> {
    let (limit, after) = (page.limit()?, page.after::<CardNumber>()?);
    let (state, by) = (app.clone(), caller.clone());
    let cards = app
        .db
        .write(move |c| {
            Box::pin(async move {
                by.scope.require_unit(c, wanted.unit).await?;
                let found = sheet_store::living(c, &by.scope, &wanted, after.as_ref(), limit + 1).await?;
                let page = Page::cut(found, limit, |one| one.card.number.clone());
                for one in &page.items {
                    service::log(c, &state, &by, &one.card, "card.picture").await?;
                }
                Ok(page)
            })
        })
        .await?;
    if cards.items.is_empty() {
        return Err(ApiError::wrong_state("There is no living card to print."));
    }
    let mut reader = app.db.read().await?;
    let items = faces::faces(&mut reader.conn(), app, cards.items).await?;
    Ok(Page { items, next_cursor: cards.next_cursor })
}

/// The sheets as PDF.
pub(super) fn pdf(cards: &[Face]) -> Result<Vec<u8>, ApiError> {
    let mut pdf = Pdf::new("流动党员活动证（A4 排版）");
    let sheets = cards.chunks(COLUMNS * ROWS);
    let count = sheets.len();
    for (at, sheet) in sheets.enumerate() {
        let mut marks = String::new();
        let mut pictures = Vec::with_capacity(sheet.len() + 1);
        for (place, card) in places().into_iter().zip(sheet) {
            let (x, y) = place;
            pictures.push(Placed { svg: card.svg()?, x, y, width: WIDTH });
            marks.push_str(&cut_marks(x, y));
        }
        pictures.push(Placed::whole(frame(&marks, at + 1, count), A4.0));
        pdf.page(A4, &pictures)?;
    }
    pdf.finish()
}

/// The upper left corners, row by row, in the middle of the sheet.
fn places() -> Vec<(f32, f32)> {
    let at = |n: usize, size: f32| f32::from(u8::try_from(n).unwrap_or(0)) * (size + GAP);
    let left = (A4.0 - at(COLUMNS, WIDTH) + GAP) / 2.0;
    let top = (A4.1 - at(ROWS, HEIGHT) + GAP) / 2.0;
    (0..COLUMNS * ROWS).map(|n| (left + at(n % COLUMNS, WIDTH), top + at(n / COLUMNS, HEIGHT))).collect()
}

/// Two short lines outside of each corner.
fn cut_marks(x: f32, y: f32) -> String {
    let (off, long) = MARK;
    let mut path = String::new();
    for (corner_x, out_x) in [(x, -1.0), (x + WIDTH, 1.0)] {
        for (corner_y, out_y) in [(y, -1.0), (y + HEIGHT, 1.0)] {
            path.push_str(&format!(
                "M{:.2} {corner_y:.2}h{:.2}M{corner_x:.2} {:.2}v{:.2}",
                corner_x + out_x * off,
                out_x * long,
                corner_y + out_y * off,
                out_y * long,
            ));
        }
    }
    path
}

fn frame(marks: &str, number: usize, count: usize) -> String {
    let (width, height) = A4;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><path d="{marks}" fill="none" stroke="#444" stroke-width="0.4"/><text x="{:.2}" y="{:.2}" font-size="8" fill="#7b6a54" text-anchor="middle">按原尺寸（100%）打印，沿裁切线裁下 · 第 {number} 页，共 {count} 页</text></svg>"##,
        width / 2.0,
        height - 24.0,
    )
}

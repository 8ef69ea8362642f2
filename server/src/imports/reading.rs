//! Reading a file off the async threads: once for its headings, once for its rows, which come in pieces so that a long
//! list never stands in memory as a whole.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    header::{self, Layout},
    options::ImportOptions,
    row::{Basis, Outcome, RowReader},
    source::{self, Source},
    table::Line,
};
use crate::error::ApiError;

/// As many rows as are handed on at once.
const PIECE: usize = 200;

/// A file with the sheet that was chosen, and what its columns hold.
pub(super) struct Sheet {
    source: Source,
    pub(super) name: String,
    pub(super) others: Vec<String>,
    pub(super) layout: Layout,
    /// How many lines stand below the headings.
    pub(super) lines: u32,
}

/// Runs work that reads files; a reader that panics has met a damaged file.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    ended(tokio::task::spawn_blocking(work)).await
}

/// What reading came to.
pub(super) async fn ended<T>(reading: JoinHandle<Result<T, ApiError>>) -> Result<T, ApiError> {
    reading.await.unwrap_or_else(|_| Err(source::broken()))
}

/// Opens a file, finds the list in it and counts its lines.
pub(super) async fn open(file: Bytes, options: ImportOptions) -> Result<Sheet, ApiError> {
    off_thread(move || {
        let mut source = Source::open(file)?;
        let mut others = source.sheets();
        let mut best: Option<(String, Layout)> = None;
        let row = options.header_row.map(|row| row.0);
        let mapping = options.mapping.unwrap_or_default();
        for name in &others {
            if options.sheet.as_ref().is_some_and(|wanted| wanted.as_str() != name.trim()) {
                continue;
            }
            let first = first_lines(&mut source, name, row)?;
            let Some(layout) = header::find(&first, row, &mapping) else { continue };
            if best.as_ref().is_none_or(|(_, known)| layout.fields.len() > known.fields.len()) {
                best = Some((name.clone(), layout));
            }
        }
        let Some((name, layout)) = best else {
            return Err(match options.sheet {
                Some(_) => {
                    ApiError::bad_field("/sheet", "unknown", "is no visible sheet of this file that holds anything")
                }
                None => ApiError::bad_field("/file", "empty", "holds no list"),
            });
        };
        others.retain(|other| *other != name);
        let mut lines = 0_u32;
        source.lines(&name, |line| {
            lines += u32::from(line.number > layout.row);
            lines <= source::LINES
        })?;
        if lines > source::LINES {
            let detail = format!("has more than {} rows: split it", source::LINES);
            return Err(ApiError::bad_field("/file", "too_many_rows", &detail));
        }
        Ok(Sheet { source, name, others, layout, lines })
    })
    .await
}

/// The lines among which the headings are looked for: the first ones, and those around the one that was named.
fn first_lines(source: &mut Source, sheet: &str, row: Option<u32>) -> Result<Vec<Line>, ApiError> {
    let mut first = Vec::new();
    let near = |line: &Line| row.is_none_or(|row| line.number + 3 > row);
    source.lines(sheet, |line| {
        if near(&line) {
            first.push(line);
        }
        first.len() < header::LINES
    })?;
    Ok(first)
}

impl Sheet {
    /// Reads the rows and hands them on in pieces. A reader that stops listening ends it.
    pub(super) fn rows(
        mut self,
        basis: Arc<Basis>,
    ) -> (mpsc::Receiver<Vec<Outcome>>, JoinHandle<Result<Self, ApiError>>) {
        // Two pieces wait at most: whoever judges is slower than whoever reads.
        let (pieces, rows) = mpsc::channel(2);
        let reading = tokio::task::spawn_blocking(move || {
            let mut reader = RowReader::new(basis, self.layout.clone(), self.source.is_1904());
            let mut piece = Vec::with_capacity(PIECE);
            let below = self.layout.row;
            self.source.lines(&self.name, |line| {
                if line.number > below {
                    piece.extend(reader.read(&line));
                }
                piece.len() < PIECE || pieces.blocking_send(std::mem::take(&mut piece)).is_ok()
            })?;
            let _ = pieces.blocking_send(piece);
            Ok(self)
        });
        (rows, reading)
    }

    /// Hands out every line of the sheet again, as it stands in the file.
    pub(super) fn all_lines(&mut self, take: impl FnMut(Line) -> bool) -> Result<(), ApiError> {
        self.source.lines(&self.name.clone(), take)
    }
}

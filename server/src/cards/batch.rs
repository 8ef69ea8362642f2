//! The cards of a unit in one file: a ZIP that is made while it is read, one part after the other, so that ten thousand cards
//! take no more room than two hundred. A client that reads slowly slows the drawing; one that hangs up ends it.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Bytes;
use futures::{Stream, stream};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::{
    card_image::Face,
    sheet_store::Wanted,
    sheets::{self, AT_ONCE},
};
use crate::{access::Caller, app::AppState, error::ApiError, http::PageQuery, paper::press, words};

words! {
    /// How the cards of a batch are laid out.
    pub enum BatchForm {
        /// Sheets of A4 with eight cards each, two hundred cards a file.
        Sheets = "sheets",
        /// A file of a card's size for each card, named by its number: what a card printer takes.
        Cards = "cards",
    }
}

/// The cards that are wanted and within the caller's reach; every one is on record as printed before it is drawn. None of
/// them is a 409.
pub(super) async fn zip(
    app: AppState,
    caller: Caller,
    wanted: Wanted,
    form: BatchForm,
) -> Result<impl Stream<Item = Result<Bytes, ApiError>>, ApiError> {
    let out = Out::default();
    let mut batch = Batch {
        app,
        caller,
        wanted,
        form,
        drawn: 0,
        found: VecDeque::new(),
        cursor: None,
        zip: Some(ZipWriter::new_stream(out.clone())),
        out,
    };
    batch.find().await?;
    Ok(stream::try_unfold(batch, |mut batch| async move {
        let part = batch.next().await?;
        Ok(part.map(|part| (part, batch)))
    }))
}

struct Batch {
    app: AppState,
    caller: Caller,
    wanted: Wanted,
    form: BatchForm,
    /// Files that are in the ZIP.
    drawn: usize,
    /// Cards that are on record and not drawn yet.
    found: VecDeque<Face>,
    cursor: Option<String>,
    /// Gone once its directory is written.
    zip: Option<ZipWriter<StreamWriter<Out>>>,
    out: Out,
}

impl Batch {
    /// Reads the cards that follow and puts them on record.
    async fn find(&mut self) -> Result<(), ApiError> {
        let page = PageQuery { limit: Some(AT_ONCE), cursor: self.cursor.take() };
        let found = sheets::wanted(&self.app, &self.caller, self.wanted.clone(), &page).await?;
        (self.found, self.cursor) = (found.items.into(), found.next_cursor);
        Ok(())
    }

    /// The bytes of the next file, in the end those of the directory, and then nothing.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        if self.found.is_empty() && self.cursor.is_some() {
            self.find().await?;
        }
        let Some(mut zip) = self.zip.take() else { return Ok(None) };
        self.drawn += 1;
        let (name, file) = match self.form {
            BatchForm::Cards => match self.found.pop_front() {
                Some(face) => (face.number.to_string(), press(move || face.pdf()).await?),
                None => return self.end(zip).map(Some),
            },
            BatchForm::Sheets if self.found.is_empty() => return self.end(zip).map(Some),
            BatchForm::Sheets => {
                let faces: Vec<Face> = std::mem::take(&mut self.found).into();
                (format!("cards-{:04}", self.drawn), press(move || sheets::pdf(&faces)).await?)
            }
        };
        // A PDF is deflated already.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(format!("{name}.pdf"), stored).map_err(ApiError::internal)?;
        zip.write_all(&file).map_err(ApiError::internal)?;
        self.zip = Some(zip);
        Ok(Some(self.out.take()))
    }

    fn end(&self, zip: ZipWriter<StreamWriter<Out>>) -> Result<Bytes, ApiError> {
        zip.finish().map_err(ApiError::internal)?;
        Ok(self.out.take())
    }
}

/// What the ZIP has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

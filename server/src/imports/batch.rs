//! Filing the rows that were judged good: all in one write, or each by itself.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future;

use super::{
    header::Layout,
    model::{Judged, Verdict},
    rules,
    service::Progress,
};
use crate::{
    access::audit,
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{RegistrationId, RowId, UnitId},
    registrations::{self, End, Ends, Filer, Filing},
};

/// As many rows as are filed side by side where each stands alone; the writer commits them together.
const SIDE_BY_SIDE: usize = 64;

/// A filing, and the place of its row among the verdicts.
type Good = (usize, Box<Filing>);

/// What rows are filed with.
pub(super) struct Batch<'a> {
    pub(super) app: &'a AppState,
    pub(super) filer: Filer,
    pub(super) filed_by: End,
    pub(super) ends: Arc<HashMap<(UnitId, UnitId), Ends>>,
    pub(super) layout: &'a Layout,
    pub(super) progress: &'a Arc<Progress>,
}

impl Batch<'_> {
    /// Files all rows in one write. Where one is refused now, because somebody was quicker, nothing is written.
    pub(super) async fn all_or_nothing(&self, good: Vec<Good>, judged: &mut [Judged]) -> Result<(), ApiError> {
        let refused: Arc<Mutex<Option<(usize, ApiError)>>> = Arc::default();
        let (app, filer, ends) = (self.app.clone(), self.filer.clone(), Arc::clone(&self.ends));
        let (progress, told) = (Arc::clone(self.progress), Arc::clone(&refused));
        let written = self.app.db.write(move |c| {
            Box::pin(async move {
                let mut filed = Vec::with_capacity(good.len());
                for (place, filing) in good {
                    match file(c, &app, &filer, *filing, &ends).await {
                        Ok(id) => filed.push((place, id)),
                        Err(error) if error.is_storage_fault() => return Err(error),
                        Err(error) => {
                            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some((place, error));
                            return Err(ApiError::wrong_state("A row was refused, so none was filed."));
                        }
                    }
                    progress.step();
                }
                summarise(c, &app, &filer, filed.len()).await?;
                Ok(filed)
            })
        });
        let written = written.await;
        let refused = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((place, error)) = refused {
            return self.refuse(&mut judged[place], error);
        }
        for (place, id) in written? {
            register(&mut judged[place], id);
        }
        Ok(())
    }

    /// Files every row by itself.
    pub(super) async fn each(&self, good: Vec<Good>, judged: &mut [Judged]) -> Result<(), ApiError> {
        let mut count = 0;
        let mut rest = good.into_iter();
        loop {
            let writes = rest.by_ref().take(SIDE_BY_SIDE).map(|(place, filing)| {
                let (app, filer, ends) = (self.app.clone(), self.filer.clone(), Arc::clone(&self.ends));
                let write =
                    self.app.db.write(move |c| Box::pin(async move { file(c, &app, &filer, *filing, &ends).await }));
                async move { (place, write.await) }
            });
            let answers = future::join_all(writes).await;
            if answers.is_empty() {
                break;
            }
            for (place, answer) in answers {
                self.progress.step();
                match answer {
                    Ok(id) => {
                        count += 1;
                        register(&mut judged[place], id);
                    }
                    Err(error) => self.refuse(&mut judged[place], error)?,
                }
            }
        }
        let (app, filer) = (self.app.clone(), self.filer.clone());
        self.app.db.write(move |c| Box::pin(async move { summarise(c, &app, &filer, count).await })).await
    }

    fn refuse(&self, row: &mut Judged, error: ApiError) -> Result<(), ApiError> {
        row.errors = rules::on_the_sheet(rules::refusal(error, self.filed_by)?, self.layout);
        row.verdict = Verdict::Refused;
        Ok(())
    }
}

fn register(row: &mut Judged, id: RegistrationId) {
    row.verdict = Verdict::Registered;
    row.registration = Some(id);
}

async fn file(
    c: &mut Conn<'_>,
    app: &AppState,
    filer: &Filer,
    filing: Filing,
    ends: &HashMap<(UnitId, UnitId), Ends>,
) -> Result<RegistrationId, ApiError> {
    let ends = ends.get(&(filing.home_unit_id, filing.host_unit_id));
    let ends = ends.ok_or_else(|| ApiError::internal("a filing has ends that were never looked up"))?;
    registrations::file_between(c, app, filer, filing, ends).await.map(|stay| stay.id)
}

/// One line in the audit log for the file as a whole; every registration has its own.
async fn summarise(c: &mut Conn<'_>, app: &AppState, filer: &Filer, count: usize) -> Result<(), ApiError> {
    let now = app.clock.now();
    let (id, note) = (RowId::new(now, &app.entropy), format!("{count} registrations"));
    let record = audit::Record::new(filer.actor(), "import.file", ("import", id.to_string()));
    audit::append(c, now, record.from_unit(filer.unit()).because(Some(&note))).await
}

//! An import: every row is read and judged without writing; then, unless it is a dry run or a row is refused, all of them
//! are filed in one write.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::body::Bytes;
use tokio::sync::Semaphore;

use super::{
    batch::Batch,
    fields,
    header::Layout,
    model::{Field, FieldMissing, ImportAnswer, ImportCounts, Judged, Language, Remark, Verdict},
    options::ImportOptions,
    reading::{self, Sheet},
    row::{Basis, Outcome},
    rules,
    unit_names::Directory,
};
use crate::{
    access::{self, Side, audit},
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{MemberId, UnitId},
    people::{self, Membership},
    registrations::{self, End, Ends, Filer, Filing, FlowReason},
    units::{self, UnitKind},
};

/// As many files as are worked on at once: each may hold a hundred megabytes while it lasts.
const AT_ONCE: usize = 2;
/// As many looks as are written down in one write.
const LOOKS: usize = 200;
/// The text to which members agree, where nobody says another.
const CONSENT_VERSION: &str = "2026-1";

/// Works on a few files at a time.
#[derive(Clone, Debug)]
pub struct Intake(Arc<Semaphore>);

impl Default for Intake {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// How far an import has come.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Steps done, and all there are; none while the file is opened.
    pub fn seen(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    fn expect(&self, steps: u64) {
        self.total.fetch_add(steps, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What is to be imported, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// The file.
    pub file: Bytes,
    /// What rows take where the sheet says nothing.
    pub options: ImportOptions,
    /// Who files.
    pub filer: Filer,
    /// Only judge.
    pub dry_run: bool,
    /// File the rows that are good, also where others are refused.
    pub partial: bool,
}

/// What came of an import.
pub struct Imported {
    pub(super) sheet: Sheet,
    pub(super) judged: Vec<Judged>,
    missing: Vec<FieldMissing>,
    dry_run: bool,
}

impl Imported {
    /// The answer, in the caller's language.
    pub fn show(&self, language: Language) -> ImportAnswer {
        let columns = self.sheet.layout.columns.clone();
        let unsure = columns.iter().any(|column| column.doubt) || self.missing.iter().any(|field| field.required);
        ImportAnswer {
            dry_run: self.dry_run,
            sheet: self.sheet.name.clone(),
            other_sheets: self.sheet.others.clone(),
            header_row: self.sheet.layout.row,
            columns,
            missing: self.missing.clone(),
            unsure,
            counts: ImportCounts::of(&self.judged),
            rows: self.judged.iter().map(|row| row.show(language)).collect(),
        }
    }
}

/// Imports a file: 422 where it cannot be read or the units do not fit, 404 where the filing end is out of reach. What is
/// wrong with a row is its verdict.
pub async fn run(app: &AppState, import: Import, progress: &Arc<Progress>) -> Result<Imported, ApiError> {
    let _place = app.imports.0.acquire().await.map_err(ApiError::internal)?;
    let mut reader = app.db.read().await?;
    let mut basis = basis(&mut reader.conn(), app, &import).await?;
    let sheet = reading::open(import.file, import.options).await?;
    if [Field::Home, Field::Host].iter().any(|field| sheet.layout.column(*field).is_some()) {
        basis.directory = Some(Directory::new(units::directory(&mut reader.conn()).await?));
    }
    let missing = missing(&sheet.layout, &basis);
    progress.expect(sheet.lines.into());
    let filed_by = basis.filed_by;
    let mut desk =
        Desk { app, filer: import.filer.clone(), layout: sheet.layout.clone(), ends: HashMap::new(), met: Vec::new() };
    let (mut rows, reading) = sheet.rows(Arc::new(basis));
    let mut judged = Vec::new();
    let mut good = Vec::new();
    while let Some(piece) = rows.recv().await {
        for outcome in piece {
            progress.step();
            let verdict = match outcome {
                Outcome::Settled(verdict) => verdict,
                Outcome::Filed { row, filing, remarks } => {
                    let errors = desk.judge(&mut reader.conn(), &filing).await?;
                    if errors.is_empty() && !import.dry_run {
                        good.push((judged.len(), filing));
                    }
                    Judged::new(row, errors, remarks)
                }
            };
            judged.push(verdict);
        }
    }
    let sheet = reading::ended(reading).await?;
    let Desk { ends, met, .. } = desk;
    drop(reader);
    write_down_looks(app, &import.filer, met).await?;
    let whole = judged.iter().all(|row| row.verdict != Verdict::Refused);
    if !good.is_empty() && (whole || import.partial) {
        progress.expect(good.len() as u64);
        let batch = Batch { app, filer: import.filer, filed_by, ends: Arc::new(ends), layout: &sheet.layout, progress };
        if import.partial {
            batch.each(good, &mut judged).await?;
        } else {
            batch.all_or_nothing(good, &mut judged).await?;
        }
    }
    Ok(Imported { sheet, judged, missing, dry_run: import.dry_run })
}

/// What rows take where the sheet says nothing; 422 and 404 as for a filing where the given units do not fit.
async fn basis(c: &mut Conn<'_>, app: &AppState, import: &Import) -> Result<Basis, ApiError> {
    let (options, filer, today) = (&import.options, &import.filer, app.clock.now().day());
    let filed_by = options.filed_by.unwrap_or_else(|| usual_end(filer));
    let (mut home, mut host) = (options.home_unit_id, options.host_unit_id);
    match filed_by {
        End::Home => home = home.or(own_unit(c, filer, End::Home).await?),
        End::Host => host = host.or(own_unit(c, filer, End::Host).await?),
    }
    let given = match filed_by {
        End::Home => home,
        End::Host => host,
    };
    if let (Some(home), Some(host)) = (home, host) {
        Ends::find(c, filer, filed_by, home, host).await?.check()?;
    } else if let Some(unit) = given {
        let above = access::ancestors_of(c, &[unit]).await?;
        if !filer.covers(filed_by, above.get(&unit).map(Vec::as_slice).unwrap_or_default()) {
            return Err(ApiError::not_found());
        }
    }
    let consent_version = match &options.consent_version {
        Some(version) => version.clone(),
        None => CONSENT_VERSION.parse().map_err(ApiError::internal)?,
    };
    Ok(Basis {
        filer: filer.clone(),
        filed_by,
        home,
        host,
        flow_reason: options.flow_reason.unwrap_or(FlowReason::Other),
        started_on: options.started_on.unwrap_or(today),
        membership: options.membership.unwrap_or(Membership::Full),
        consent_version,
        consent_given_on: options.consent_given_on.unwrap_or(today),
        today,
        directory: None,
    })
}

/// Departments stand at the home end; whoever may stand at either receives members.
fn usual_end(filer: &Filer) -> End {
    let at_home_only = |caller: &access::Caller| caller.scope.grants.iter().all(|grant| grant.side == Side::Home);
    match filer {
        Filer::Officer(caller) if at_home_only(caller) => End::Home,
        Filer::Officer(_) | Filer::Program => End::Host,
    }
}

/// The one unit of an officer, where it is a branch that fits the end: a secretary need not name the own one.
async fn own_unit(c: &mut Conn<'_>, filer: &Filer, end: End) -> Result<Option<UnitId>, ApiError> {
    let Filer::Officer(caller) = filer else { return Ok(None) };
    let [grant] = caller.scope.grants.as_slice() else { return Ok(None) };
    let Some(unit) = grant.unit else { return Ok(None) };
    let unit = units::unit_ref(c, unit).await?;
    let is_branch = matches!(unit.kind, UnitKind::Branch | UnitKind::GeneralBranch | UnitKind::Group);
    let fits = is_branch && (end == End::Host || units::department_above(c, unit.id).await?.is_some());
    Ok(fits.then_some(unit.id))
}

/// The fields without a column.
fn missing(layout: &Layout, basis: &Basis) -> Vec<FieldMissing> {
    let absent = fields::TABLE.iter().filter(|entry| layout.column(entry.field).is_none());
    let given = |field| match field {
        Field::Home => basis.home.is_some(),
        Field::Host => basis.host.is_some(),
        _ => false,
    };
    absent.map(|entry| FieldMissing { field: entry.field, required: entry.required && !given(entry.field) }).collect()
}

/// Judges rows by the registry.
struct Desk<'a> {
    app: &'a AppState,
    filer: Filer,
    layout: Layout,
    ends: HashMap<(UnitId, UnitId), Ends>,
    /// Members that were recognised by a refusal.
    met: Vec<MemberId>,
}

impl Desk<'_> {
    async fn judge(&mut self, c: &mut Conn<'_>, filing: &Filing) -> Result<Vec<Remark>, ApiError> {
        let key = (filing.home_unit_id, filing.host_unit_id);
        if !self.ends.contains_key(&key) {
            let ends = Ends::find(c, &self.filer, filing.filed_by, key.0, key.1).await?;
            self.ends.insert(key, ends);
        }
        let Some(ends) = self.ends.get(&key) else { return Err(ApiError::internal("ends were not kept")) };
        let Err(error) = registrations::judge(c, self.app, filing, ends).await else { return Ok(Vec::new()) };
        let refusal = rules::refusal(error, filing.filed_by)?;
        // Whoever is told that a person is on record has looked at that person.
        if let Some(known) = people::recognise(c, &self.app.keys.vault, &filing.person).await? {
            self.met.push(known.id);
        }
        Ok(rules::on_the_sheet(refusal, &self.layout))
    }
}

/// Writes down whose records were met, as each of them may read.
async fn write_down_looks(app: &AppState, filer: &Filer, met: Vec<MemberId>) -> Result<(), ApiError> {
    for members in met.chunks(LOOKS) {
        let (members, now, filer) = (members.to_vec(), app.clock.now(), filer.clone());
        app.db
            .write(move |c| {
                Box::pin(async move {
                    for member in members {
                        let record = audit::Record::new(filer.actor(), "import.check", ("member", member.to_string()));
                        audit::append(c, now, record.about(member).from_unit(filer.unit())).await?;
                    }
                    Ok(())
                })
            })
            .await?;
    }
    Ok(())
}

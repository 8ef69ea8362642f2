//! Making an export: who may, what it holds, and that it is written down before it is answered.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    attendance, event, log, members,
    model::{Asked, Export},
    store::Field,
    words::{Word, line},
};
use crate::{
    access::{Caller, Operation, Scope},
    app::AppState,
    check_ins,
    clock::Instant,
    error::ApiError,
    events,
    ids::UnitId,
    registrations,
    terms::Lang,
};

/// As many files as are made at once: a large one takes a core and some ten megabytes while it lasts.
static MAKING: Semaphore = Semaphore::const_new(2);

/// The right to make a file now.
pub(super) type Turn = SemaphorePermit<'static>;

/// A finished file and what it is called, in the language asked for and in plain letters.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) name: String,
    pub(super) plain_name: String,
}

/// The lines above a table: title, unit and time, purpose.
pub(super) struct Heading {
    lang: Lang,
    title: Word,
    unit: String,
    /// The day or the days that it is about, where it is not one event.
    time: Option<String>,
    purpose: String,
    now: Instant,
}

impl Heading {
    /// With what the report has to say itself in the middle.
    pub(super) fn lines(&self, own: &[String]) -> Vec<String> {
        let made = format!("{} {}", self.now.day(), self.now.time_of_day());
        let first = [
            Some(line(self.lang, Word::Unit, &self.unit)),
            self.time.clone(),
            Some(line(self.lang, Word::MadeAt, made)),
        ];
        let first: Vec<String> = first.into_iter().flatten().collect();
        let mut lines = vec![self.title.said(self.lang).to_owned(), first.join("    ")];
        lines.extend_from_slice(own);
        lines.push(line(self.lang, Word::Purpose, &self.purpose));
        lines
    }
}

/// Makes the file of an export within the caller's reach. It reaches no further than the list that it is like.
pub(super) async fn export(app: &AppState, caller: &Caller, unit: UnitId, export: Export) -> Result<File, ApiError> {
    let scope = caller.scope_in(export.report.lists_like());
    if scope == Scope::default() {
        return Err(ApiError::not_allowed());
    }
    let mut reader = app.db.read().await?.at_length();
    caller.scope.require_unit(&mut reader.conn(), unit).await?;
    let (counted, end) = registrations::counted(&mut reader.conn(), unit).await?;
    if let Asked::Event(id) = export.asked {
        let held_by = events::event_within(&mut reader.conn(), &scope, id).await?.unit_id;
        if !events::is_at_or_below(&mut reader.conn(), held_by, unit).await? {
            return Err(ApiError::not_found());
        }
    }
    drop(reader);
    let now = app.clock.now();
    let time = match export.asked {
        Asked::Attendance { from, to } => Some(line(export.lang, Word::Period, format!("{from} – {to}"))),
        Asked::FloatingMembers { .. } | Asked::DepartmentList => {
            Some(line(export.lang, Word::AsOf, export.day(now.day())))
        }
        Asked::Event(_) => None,
    };
    let (name, plain_name) = (
        format!("{}_{}_{}.xlsx", export.report.title().said(export.lang), counted.name, export.day(now.day())),
        format!("{}-{}.xlsx", export.report, export.day(now.day())),
    );
    let heading = Heading {
        lang: export.lang,
        title: export.report.title(),
        unit: counted.name,
        time,
        purpose: export.purpose.to_string(),
        now,
    };
    let turn = MAKING.acquire().await.map_err(ApiError::internal)?;
    let field = Field { unit: counted.id, end, scope: &scope, seen: caller.seen };
    let made = match export.asked {
        Asked::FloatingMembers { on } => members::floating(app, field, &export, heading, on, turn).await?,
        Asked::DepartmentList => members::list(app, field, &export, heading, turn).await?,
        Asked::Attendance { from, to } => {
            let events = caller.scope_in(Operation::ListEvents);
            attendance::of_period(app, field, &events, &export, heading, (from, to), turn).await?
        }
        Asked::Event(id) => {
            // Asked for as the caller would, and so without what the caller may not read.
            let by = Caller { scope: scope.clone(), ..caller.clone() };
            let attendance = check_ins::attendance(app, &by, id).await?;
            event::sign_in_sheet(attendance, &export, heading, now, turn).await?
        }
    };
    log::keep(app, caller, unit, &export, &made).await?;
    Ok(File { bytes: made.file, name, plain_name })
}

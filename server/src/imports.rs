//! Members' registrations out of the sheets that offices keep (.xlsx, .csv): read as people write them, told cell by cell
//! what has to be mended, and filed by the one rule of filing, all or nothing unless asked otherwise.

mod around;
mod batch;
mod cells;
mod dates;
mod fields;
mod header;
mod model;
mod options;
mod reading;
mod remarks;
mod routes;
mod row;
mod rules;
mod service;
mod source;
mod table;
mod template;
mod unit_names;
mod words;

pub use model::{
    CellNote, ColumnFound, Field, FieldMissing, ImportAnswer, ImportCounts, Language, RowVerdict, Verdict,
};
pub use options::{ImportOptions, Mapping};
pub use routes::router;
pub use service::{Import, Imported, Intake, Progress, run};
pub use source::LONGEST as LONGEST_FILE;

//! The tree of the organisation: departments, committees, branches, groups and liaison offices, whom each belongs to and
//! whom to call there. A unit's place in the tree never changes; what lies below it is kept as one indexed table.

mod district;
mod model;
mod routes;
mod service;
mod store;
mod tree;
mod values;

pub use district::district;
pub use model::{Contact, NewUnit, OfficeName, Term, TermInput, Unit, UnitRef};
pub use routes::router;
pub use service::{create, start_term, unit, whom_to_call};
pub use store::{DepartmentRow, DirectoryUnit, department_above, directory, district_of, unit_ref, unit_refs};
pub use tree::{TreeUnit, subtree};
pub use values::{DivisionCode, OfficePhone, UnitKind};

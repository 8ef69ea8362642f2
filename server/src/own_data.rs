//! A member's own data, whole: everything that the registry holds about the person who asks, as JSON for programs and as a
//! PDF to read. What a feature holds about a member it exports for this.

mod care;
mod gather;
mod model;
mod organisation;
mod report;
mod routes;

pub use routes::router;

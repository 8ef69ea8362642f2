//! Files that go with a record: a member's document, a report's enclosures.
//!
//! A file is sent first and named by its id when the record is written, which claims it for good; only its sender can do
//! that, and what nobody has claimed within a day is deleted. It is handed out by the record's own route, to whoever may
//! read the record. What a file is, its content says, not its name.

mod model;
mod routes;
mod service;
mod store;

pub use model::{Attachment, AttachmentKind, LONGEST, NewFile};
pub use routes::{download, router};
pub use service::{claim, file, keep, named};
pub use store::{forget, forget_unclaimed};

//! What members and officers are told about what concerns them.
//!
//! A notice is written in the transaction of what it tells, by the feature that did it: a refused step tells nobody. It
//! holds ids and a kind from a closed list, never words about a person. Two rules say who is told: what officers do, the
//! member is told, and the other end where the stay changes; what a member does, both ends are told.
//!
//! It stands low among the features, so that all others can call it; the screen's list, which puts names to the ids, is
//! the inbox.

mod model;
mod service;
mod store;

pub use model::{News, Notice, NoticeKind, Recipient, Subject, SubjectKind};
pub use service::{tell, tell_member, tell_members};
pub use store::{NoticeRow, count_before, find_within, forget_before, list, mark, unread};

//! Bulletins (简报, 墙报, 网络版面): written in Markdown, published to units with a number of the year, read by their members,
//! and taken back with a reason.
//!
//! What is written becomes HTML here and nowhere else (`markdown.rs`), so that a preview is what will be read, and nothing
//! reaches a page that its content policy would have to stop. Who has read it is not recorded.

pub mod audience;
mod markdown;
mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{BulletinChanges, BulletinKind, BulletinState, NewBulletin};
pub use routes::router;
pub use service::{create, publish, take_back};
pub use store::{BulletinFigures, figures, titles};
pub use view::{Bulletin, BulletinItem};

//! What every route shares: extractors with our rejections, pages, entity tags, repeatable writes.

mod body;
mod download;
mod etag;
mod idempotency;
mod page;
mod params;
mod request_log;
mod upload;

pub use body::{Json, MaybeJson, RawBody};
pub use download::download;
pub use etag::{IfMatch, tagged};
pub use idempotency::{Repeatable, forget_old_answers};
pub use page::{Page, PageQuery};
pub use params::{Commas, Params, Query, Since, Until};
pub use request_log::request_log;
pub use upload::Upload;

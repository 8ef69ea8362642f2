//! What concerns me: the notices told to a member or to an officer's units, with names put to their ids; and the officers'
//! queue of tasks, which is nowhere stored but found among the live records, so that what is done is gone at once.

mod model;
mod notice_list;
mod routes;
mod sources;
mod store;
mod subjects;
mod tasks;

pub use model::NoticeItem;
pub use notice_list::list as notices;
pub use routes::router;

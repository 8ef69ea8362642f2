//! What people say about a unit (征求意见), and what becomes of it: sorted, taken in hand at once or by a day, or explained; done;
//! published to the units that it concerns.
//!
//! One that is given without a name is truly without one: `giving.rs` writes it without the caller at hand, and nothing that is
//! stored leads back ([0017](../../docs/decisions/0017-without-a-name-is-without-a-trace.md)).

mod flood;
mod giving;
mod model;
mod publishing;
mod routes;
mod service;
mod store;
mod view;

pub use flood::Flood;
pub use giving::{GivenOpinion, OwnOpinion, give_named, give_unnamed};
pub use model::{
    Dispose, Disposition, Finish, NewNote, NewOpinion, OpinionAction, OpinionSource, OpinionState, OpinionTopic,
    Publish, Sort,
};
pub use publishing::publish;
pub use routes::router;
pub use service::{create, dispose, finish, note, sort};
pub use store::{OpinionFigures, OpinionTally, figures, forget_words};
pub use view::{MyOpinion, Opinion, of_member};

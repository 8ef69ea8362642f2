//! Heart-to-heart talks (谈心谈话): who with whom, when, one-to-one or in a group, and about what kind of thing. What was said is
//! nowhere kept. Whoever was talked with reads that it is on record, and who has looked.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{NewFollowUp, NewTalk, TalkAction, TalkMode, TalkState, TalkTopic, Topics, VoidTalk};
pub use routes::router;
pub use service::{create, follow_up, void};
pub use store::{TalkFigures, figures, forget_words};
pub use view::{FollowUp, MyTalk, Talk, of_member};

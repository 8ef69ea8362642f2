//! Who leads a unit: the posts that members hold in it, which of them are held beside an administrative post (一肩挑), and the
//! units below that a leader looks after (联系点). Whoever holds an open post at a unit is one of its leaders.

mod contact_points;
mod model;
mod routes;
mod service;
mod store;
mod view;

pub use contact_points::{
    ContactPoint, NewContactPoint, create as create_contact_point, of_member as contact_points_of,
};
pub use model::{NewPost, PostKind};
pub use routes::router;
pub use service::{create, end, end_all, record};
pub use store::{PostFigures, figures, forget_words, leaders, push_led};
pub use view::{Post, of_member};

//! Commendations (表彰: 身边好党员, 先进党支部, 优秀党务工作者): a unit nominates, the level above confirms with a citation or refuses
//! with a reason, and it is published to units whose members read it. Whoever is nominated is told and may decline, until it is
//! confirmed. There are no points, no order and no count for a person.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{CommendationAudience, CommendationState, CommendationTitle, Confirmation, NewCommendation};
pub use routes::router;
pub use service::{confirm, create, publish, refuse};
pub use store::{CommendationFigures, figures, forget_words};
pub use view::{Commendation, of_member};

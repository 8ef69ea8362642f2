//! Whom a unit brings up to membership (发展党员): from the application to full membership, one stage after the other, each with its
//! day. Until they are enrolled they have no record but a sealed name.

mod model;
mod routes;
mod service;
mod store;
mod view;

pub use model::{Advance, NewRecruit, RecruitStage, StageDay};
pub use routes::router;
pub use service::{advance, create, enrol, stop};
pub use store::{RecruitFigures, figures, forget_words};
pub use view::{Recruit, of_member};

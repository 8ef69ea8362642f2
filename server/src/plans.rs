//! Plans of study (量化管理): a campaign with phases and targets for each category of members. Progress is counted from the
//! record as it stands and from accepted documents, whenever it is looked at; a closed plan keeps what was reached. It is
//! told to the member and to the branch, and above as counts for each unit; nobody is ranked.

mod model;
mod progress;
mod routes;
mod service;
mod standing;
mod store;
mod view;

pub use model::{NewPlan, Phase, PlanCategory, PlanState, Target, TargetMeasure};
pub use routes::router;
pub use service::{close, create, start};
pub use standing::{PlanFigure, figures};
pub use store::titles;
pub use view::Plan;

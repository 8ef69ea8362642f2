//! The report (总结): for a unit and all below it, and a period, every figure of the committee's own report, each counted
//! from the live records by the feature that keeps them, and each with the list of those records behind it.

mod gather;
mod model;
mod paper;
mod routes;
mod say;
mod sheet;
mod store;
mod work;

pub use routes::router;
